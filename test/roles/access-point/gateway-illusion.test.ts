import { describe, expect, test } from 'vitest';
import { formatHex } from '../../../src/octets/octets.ts';
import { arpAnswer, arpProbe, gatewayIsAt } from '../../../src/roles/access-point/gateway-illusion.ts';
import type { Station } from '../../../src/roles/access-point/station.ts';
import { ip } from '../../addresses.ts';
import { hex } from '../../hex.ts';
import { AWAY, arpRequest, BRIDGE_MAC, GATEWAY_MAC, HOME_AGENT, LOCAL, Scene, STATION } from './scene.ts';

const arpOf = (fields: Parameters<typeof arpRequest>[0]) => {
  const { payload } = arpRequest(fields);
  if (payload.kind !== 'arp') throw new Error(payload.kind);
  return payload.arp;
};
const stationAt = (address: typeof AWAY): Station => {
  const scene = new Scene();
  scene.arrive(0, address);
  const [station] = scene.accessPoint.stations();
  if (station === undefined) throw new Error('no station');
  return station;
};

test('the answer is an ARP reply to the station alone', () => {
  expect(formatHex(gatewayIsAt(STATION, GATEWAY_MAC, HOME_AGENT, AWAY))).toBe(
    formatHex(
      hex(
        '021122334455 020000000101 0806', //   to the station, from the gateway
        '0001 0800 06 04 0002', //              ARP reply
        '020000000101 0a010001', //             10.1.0.1 is there
        '021122334455 0a01004d', //             10.1.0.77 is told
      ),
    ),
  );
});

test('the probe is an ARP request to the station alone, from nobody, so that no ARP cache changes (RFC 5227 §2.1.1)', () => {
  expect(formatHex(arpProbe(STATION, BRIDGE_MAC, AWAY))).toBe(
    formatHex(
      hex(
        '021122334455 020000000201 0806', //   to the station, from the bridge
        '0001 0800 06 04 0001', //              ARP request
        '020000000201 00000000', //             from no address
        '000000000000 0a01004d', //             who has 10.1.0.77
      ),
    ),
  );
});

describe('whether an ARP message is answered', () => {
  const isAnswered = (station: Station, fields: Parameters<typeof arpRequest>[0]) =>
    arpAnswer(station, arpOf(fields), BRIDGE_MAC) !== undefined;

  test('a visitor that asks for its gateway is', () => {
    expect(isAnswered(stationAt(AWAY), { address: AWAY })).toBe(true);
  });

  test('a local is not: its gateway answers itself', () => {
    expect(isAnswered(stationAt(LOCAL), { address: LOCAL, target: ip('10.2.0.1') })).toBe(false);
    expect(isAnswered(stationAt(LOCAL), { address: LOCAL, target: HOME_AGENT })).toBe(false);
  });

  test('questions that test an address are not (RFC 5227)', () => {
    expect(isAnswered(stationAt(AWAY), { address: AWAY, target: AWAY })).toBe(false);
    expect(isAnswered(stationAt(AWAY), { address: ip('0.0.0.0'), target: HOME_AGENT })).toBe(false);
  });

  test('the edges of the home network are in it', () => {
    expect(isAnswered(stationAt(AWAY), { address: AWAY, target: ip('10.1.0.0') })).toBe(true);
    expect(isAnswered(stationAt(AWAY), { address: AWAY, target: ip('10.1.0.255') })).toBe(true);
    expect(isAnswered(stationAt(AWAY), { address: AWAY, target: ip('10.1.1.0') })).toBe(false);
  });
});

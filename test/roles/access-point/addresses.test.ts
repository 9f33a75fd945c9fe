// Addresses that are not a station's one and only: second ones, forged ones, and those of stations that register themselves.

import { describe, expect, test } from 'vitest';
import type { Ipv4Address } from '../../../src/octets/address.ts';
import type { Frame } from '../../../src/wire/frames.ts';
import { ip } from '../../addresses.ts';
import { reportsOf } from '../messages.ts';
import {
  AWAY,
  arpRequest,
  BRIDGE_MAC,
  LOCAL,
  OTHER,
  packet,
  requestIn,
  requestsIn,
  Scene,
  STATION,
  withoutReports,
} from './scene.ts';

describe('a station with several addresses', () => {
  const withLocal = () => {
    const scene = new Scene();
    scene.registered(0, LOCAL);
    return scene;
  };

  test('that speaks with one of this subnet does not become a visitor by another one', () => {
    const scene = withLocal();
    for (const ms of [1000, 40_000, 70_000]) {
      scene.hear(ms, arpRequest({ address: LOCAL }));
      expect(requestsIn(scene.hear(ms + 1, arpRequest({ address: AWAY })))).toEqual([]);
    }
    expect(scene.stations()).toEqual(['10.2.0.77 home']);
  });

  test('is a visitor when it has been silent with the local one for a minute', () => {
    const scene = withLocal();
    expect(requestsIn(scene.hear(59_000, arpRequest({ address: AWAY })))).toEqual([]);
    expect(requestIn(scene.hear(61_000, arpRequest({ address: AWAY }))).homeAddress).toBe(AWAY);
  });

  test('is a visitor at once when it comes anew with the other one', () => {
    const scene = withLocal();
    scene.attach(5000);
    expect(requestIn(scene.hear(5001, arpRequest({ address: AWAY }))).homeAddress).toBe(AWAY);
  });
});

describe('a forger', () => {
  test('does not get the address of this access point', () => {
    const scene = new Scene();
    scene.attach(0);
    const address = ip('10.2.0.1');
    const refused = { kind: 'stationNotProxied', mac: STATION, address, reason: 'addressTaken' };
    expect(scene.hear(1, arpRequest({ address }))).toEqual([{ kind: 'report', report: refused }]);
    expect(scene.hear(2, arpRequest({ address }))).toEqual([]);
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test.each([
    ['another visitor', AWAY],
    ['a station of this network', LOCAL],
  ])('that claims the address of %s changes nothing for it, and is heard of', (_whose, address) => {
    const scene = new Scene();
    scene.registered(0, address);
    scene.attach(100, OTHER);
    const effects = scene.hear(200, arpRequest({ address, station: OTHER }));
    expect(reportsOf(effects)).toEqual([{ kind: 'stationNotProxied', mac: OTHER, address, reason: 'addressTaken' }]);
    expect(withoutReports(effects)).toEqual([]);
    expect(scene.stations().sort()).toEqual([
      `${address === AWAY ? '10.1.0.77 away' : '10.2.0.77 home'}`,
      'unidentified',
    ]);
  });
});

describe('a station with Mobile IP software of its own', () => {
  const icmp = Uint8Array.of(10, 0, 0xf5, 0xff, 0, 0, 0, 0);
  const solicitation = (address: Ipv4Address): Frame => {
    const destination = ip('224.0.0.11');
    const ipv4 = { source: address, destination, timeToLive: 1, protocol: 1, udp: undefined, icmp };
    return { destination: BRIDGE_MAC, source: STATION, payload: { kind: 'ipv4', ipv4 } };
  };
  const registering = (address: Ipv4Address) =>
    packet(address, STATION, { sourcePort: 2434, destinationPort: 434, octets: new Uint8Array(24) });
  const leftAlone = { kind: 'stationNotProxied', mac: STATION, reason: 'ownMobileIp' };

  test.each([
    ['asks for agents', solicitation],
    ['registers itself', registering],
  ])('that %s is left alone before anything is done for it', (_what, frame) => {
    const scene = new Scene();
    scene.attach(0);
    const effects = scene.hear(1, frame(AWAY));
    expect(reportsOf(effects)).toEqual([{ ...leftAlone, address: AWAY }]);
    expect(withoutReports(effects)).toEqual(['dhcpLocalWanted', 'advertisementsWanted', 'filterWanted']);
    expect(scene.hear(2, arpRequest({ address: AWAY }))).toEqual([]);
    expect(scene.hear(3, frame(AWAY))).toEqual([]);
    expect(scene.stations()).toEqual(['10.1.0.77 notProxied']);
  });

  test('is left alone from the moment on that it shows itself; what is registered by then may be its own', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    const effects = scene.hear(1000, registering(AWAY));
    expect(withoutReports(effects)).toEqual([
      'dhcpLocalWanted',
      'barrierUnwanted',
      'advertisementsWanted',
      'interceptionUnwanted',
    ]);
    expect(scene.nextDeadline()).toBeUndefined();
    scene.detach(2000);
    expect(requestsIn(scene.deadline(4000))).toEqual([]);
  });

  test('hears advertisements as soon as it asks for agents, with an address or none, and for as long as it is here', () => {
    const scene = new Scene();
    scene.attach(0);
    expect(withoutReports(scene.hear(1, solicitation(ip('0.0.0.0'))))).toEqual(['advertisementsWanted']);
    expect(withoutReports(scene.hear(2, solicitation(ip('0.0.0.0'))))).toEqual([]);
    scene.detach(1000);
    expect(withoutReports(scene.deadline(3000))).toContain('advertisementsUnwanted');
    expect(withoutReports(scene.attach(4000))).toContain('advertisementsWanted');
  });

  test('is known after a roam, before it says anything to agents again, for an hour', () => {
    const scene = new Scene();
    scene.attach(0);
    scene.hear(1, solicitation(ip('0.0.0.0')));
    expect(scene.stations()).toEqual(['unidentified']);
    scene.attach(1000);
    expect(reportsOf(scene.hear(1001, arpRequest({ address: AWAY })))).toEqual([{ ...leftAlone, address: AWAY }]);
    scene.detach(2000);
    scene.deadline(4000);
    expect(requestsIn(scene.arrive(3_599_000, AWAY))).toEqual([]);
    scene.detach(3_599_100);
    scene.deadline(3_601_200);
    expect(requestsIn(scene.arrive(3_601_300, AWAY))).toHaveLength(1);
  });
});

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { subnetMapOf } from '../../src/daemon/subnet-map-rows.ts';
import type { MapRow } from '../../src/roles/map-rows.ts';
import { ip, mac, prefix } from '../addresses.ts';

const GATEWAY = mac('02:00:00:00:02:00');
const row = (network: string, homeAgent: string): MapRow => {
  const rest = { reporters: [ip('192.0.2.1')], conflicts: [] };
  return { network: prefix(network), homeAgent: ip(homeAgent), gatewayMac: undefined, ...rest };
};
const claim = (network: string, homeAgent: string) => {
  return { network: prefix(network), homeAgents: [ip(homeAgent)], gatewayMac: GATEWAY };
};
const { config } = readConfig('config subnet\n\toption network 10.1.0.0/24\n\toption home_agent 10.1.0.1\n');

function shown(
  claims: ReturnType<typeof claim>[],
  rows: ReturnType<typeof row>[],
  accessPoints?: [{ address: string }],
) {
  const map = { claims: () => claims, learned: () => ({ rows }), accessPoints: () => accessPoints };
  return subnetMapOf(config, map, 0);
}

test('fixed, own and learned rows are told apart', () => {
  expect(
    shown(
      [claim('10.2.0.0/24', '10.2.0.1'), claim('10.3.0.0/24', '10.3.0.1'), claim('10.1.0.0/24', '10.1.0.1')],
      [row('10.2.0.0/24', '10.2.0.1'), row('10.4.0.0/24', '10.4.0.1')],
    ),
  ).toEqual({
    rows: [
      { network: '10.1.0.0/24', home_agent: '10.1.0.1', origin: 'static' },
      { network: '10.3.0.0/24', home_agent: '10.3.0.1', gateway_mac: '02:00:00:00:02:00', origin: 'local' },
      { network: '10.2.0.0/24', home_agent: '10.2.0.1', origin: 'local', reporters: ['192.0.2.1'] },
      { network: '10.4.0.0/24', home_agent: '10.4.0.1', origin: 'learned', reporters: ['192.0.2.1'] },
    ],
  });
});

test('a learned row names who claims something else, and a fixed one that counts instead', () => {
  const other = { network: prefix('10.1.0.0/24'), homeAgent: ip('10.1.0.99'), reporters: [ip('192.0.2.9')] };
  expect(shown([], [{ ...row('10.1.0.0/24', '10.1.0.5'), conflicts: [other] }])).toMatchObject({
    rows: [
      { origin: 'static' },
      {
        conflict:
          'a static row of this network counts instead; ' +
          'also claimed: 10.1.0.0/24 of home agent 10.1.0.99, reported by 192.0.2.9',
      },
    ],
  });
});

test('an authoritative access point shows who calls it', () => {
  expect(shown([], [], [{ address: '192.0.2.1' }])).toMatchObject({ access_points: [{ address: '192.0.2.1' }] });
  expect(shown([], [])).not.toHaveProperty('access_points');
});

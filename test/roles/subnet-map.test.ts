import { expect, test } from 'vitest';
import { SubnetMap } from '../../src/roles/subnet-map.ts';
import { ip, prefix } from '../addresses.ts';

const row = (network: string, homeAgent: string) => ({
  network: prefix(network),
  homeAgent: ip(homeAgent),
  gatewayMac: undefined,
});

const map = new SubnetMap([
  row('10.0.0.0/8', '10.0.0.1'),
  row('10.1.0.0/24', '10.1.0.1'),
  row('10.1.0.128/25', '10.1.0.129'),
  row('200.1.2.0/24', '200.1.2.1'),
]);

test.each([
  ['10.200.0.1', '10.0.0.1'],
  ['10.1.0.7', '10.1.0.1'],
  ['10.1.0.200', '10.1.0.129'],
  ['200.1.2.3', '200.1.2.1'],
])('the home agent of %s is that of the longest match, %s', (address, homeAgent) => {
  expect(map.lookup(ip(address))?.homeAgent).toBe(ip(homeAgent));
});

test('an address of no home network has no home agent', () => {
  expect(map.lookup(ip('172.16.0.1'))).toBeUndefined();
  expect(new SubnetMap([]).lookup(ip('10.1.0.7'))).toBeUndefined();
});

test('a default route of the map takes what is left', () => {
  expect(new SubnetMap([row('0.0.0.0/0', '10.0.0.1')]).lookup(ip('223.1.1.1'))?.homeAgent).toBe(ip('10.0.0.1'));
});

test('rows are given the longest first', () => {
  expect(map.rows().map(({ network }) => network.length)).toEqual([25, 24, 24, 8]);
});

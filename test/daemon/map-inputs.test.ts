import { expect, test } from 'vitest';
import { mergedRows } from '../../src/daemon/map-inputs.ts';
import { SubnetMap } from '../../src/roles/subnet-map.ts';
import { ip, prefix } from '../addresses.ts';
import { configured } from './router.ts';

const row = (network: string, homeAgent: string) => {
  return { network: prefix(network), homeAgent: ip(homeAgent), gatewayMac: undefined };
};

test('a static row stands in place of a learned one of the same network', () => {
  const rows = mergedRows(
    [row('10.1.0.0/24', '10.1.0.1')],
    [row('10.1.0.0/24', '10.1.0.9'), row('10.3.0.0/24', '10.3.0.1')],
  );
  expect(rows).toEqual([row('10.1.0.0/24', '10.1.0.1'), row('10.3.0.0/24', '10.3.0.1')]);
});

test('of a static and a learned row of different networks the longer counts', () => {
  const map = new SubnetMap(mergedRows([row('10.0.0.0/8', '10.0.0.1')], [row('10.3.0.0/24', '10.3.0.1')]));
  expect(map.lookup(ip('10.3.0.7'))?.homeAgent).toBe(ip('10.3.0.1'));
  expect(map.lookup(ip('10.4.0.7'))?.homeAgent).toBe(ip('10.0.0.1'));
});

test('what was learned is in the map of the access point', () => {
  const { accessPoint } = configured('', { learned: { rows: [row('10.3.0.0/24', '10.3.0.1')] } });
  expect(accessPoint.subnetMap.lookup(ip('10.3.0.7'))?.homeAgent).toBe(ip('10.3.0.1'));
});

test('a list without a key is said', () => {
  const faultsOf = (options: string) => configured(`config pmip main\n\toption enabled 1\n${options}`).faults;
  expect(faultsOf("\tlist aap 10.1.0.1\n\toption aap_key '0123456789abcdef'\n")).toEqual([]);
  expect(faultsOf('\tlist aap ap1.lan\n')).toEqual([
    "'list aap' is not used: write the secret of all in 'option aap_key'",
  ]);
});

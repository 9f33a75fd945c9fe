import { expect, test } from 'vitest';
import { mapRows } from '../../src/roles/map-rows.ts';
import type { MapRecord } from '../../src/wire/subnet-map-records.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { record, reporterNumber } from '../wire/map-messages.ts';

function claiming(number: number, network: string, homeAgent: string, changes: Partial<MapRecord> = {}): MapRecord {
  const claims = [{ network: prefix(network), homeAgents: [ip(homeAgent)], gatewayMac: reporterNumber(number) }];
  return { ...record, reporter: reporterNumber(number), address: ip(`192.0.2.${number}`), claims, ...changes };
}

test('a row has all who report it, and the lowest of the MAC addresses that they see', () => {
  const rows = mapRows([claiming(2, '10.1.0.0/24', '10.1.0.1'), claiming(1, '10.1.0.0/24', '10.1.0.1')]);
  expect(rows).toEqual([
    {
      network: prefix('10.1.0.0/24'),
      homeAgent: ip('10.1.0.1'),
      gatewayMac: reporterNumber(1),
      reporters: [ip('192.0.2.2'), ip('192.0.2.1')],
      conflicts: [],
    },
  ]);
});

test('who is gone is in the map, who is deleted is not', () => {
  const gone = claiming(1, '10.1.0.0/24', '10.1.0.1', { state: 'gone' });
  expect(mapRows([gone, claiming(2, '10.2.0.0/24', '10.2.0.1', { state: 'deleted' })]).length).toBe(1);
});

test('the other home agents of a network are those of who sees most of them, in whatever order they come', () => {
  const seeing = (number: number, ...homeAgents: readonly string[]) => {
    const claims = [{ network: prefix('10.1.0.0/24'), homeAgents: homeAgents.map(ip), gatewayMac: undefined }];
    return { ...record, reporter: reporterNumber(number), claims };
  };
  const claims = [
    seeing(1, '10.1.0.1'),
    seeing(2, '10.1.0.1', '10.1.0.2', '10.1.0.9'),
    seeing(3, '10.1.0.1', '10.1.0.2', '10.1.0.3'),
    seeing(4, '10.1.0.1', '10.1.0.7'),
  ];
  for (const order of [claims, [...claims].reverse()]) {
    expect(mapRows(order)[0]?.otherHomeAgents).toEqual([ip('10.1.0.2'), ip('10.1.0.3')]);
  }
});

test('of two home agents of a network the lower counts, in whatever order they come', () => {
  const claims = [claiming(1, '10.1.0.0/24', '10.1.0.9'), claiming(2, '10.1.0.0/24', '10.1.0.2')];
  for (const order of [claims, [...claims].reverse()]) {
    const [row] = mapRows(order);
    expect(row?.homeAgent).toBe(ip('10.1.0.2'));
    expect(row?.conflicts).toEqual([
      { network: prefix('10.1.0.0/24'), homeAgent: ip('10.1.0.9'), reporters: [ip('192.0.2.1')] },
    ]);
  }
});

test('the choice does not change with how many say so', () => {
  const claims = [1, 2, 3].map((number) => claiming(number, '10.1.0.0/24', '10.1.0.9'));
  expect(mapRows([...claims, claiming(4, '10.1.0.0/24', '10.1.0.2')])[0]?.homeAgent).toBe(ip('10.1.0.2'));
});

test('networks within each other name each other, neighbours do not', () => {
  const rows = mapRows([
    claiming(1, '10.0.0.0/8', '10.0.0.1'),
    claiming(2, '10.1.0.0/24', '10.1.0.1'),
    claiming(3, '10.1.0.128/25', '10.1.0.129'),
    claiming(4, '10.1.1.0/24', '10.1.1.1'),
    claiming(5, '11.0.0.0/24', '11.0.0.1'),
  ]);
  const names = rows.map(({ conflicts }) => conflicts.map(({ homeAgent }) => homeAgent - ip('10.0.0.0')).length);
  expect(rows.map(({ network }) => network.length)).toEqual([8, 24, 25, 24, 24]);
  expect(names).toEqual([3, 2, 2, 1, 0]);
});

test('a gateway that one of them does not know is the one that the other knows', () => {
  const unknown = claiming(1, '10.1.0.0/24', '10.1.0.1', {
    claims: [{ network: prefix('10.1.0.0/24'), homeAgents: [ip('10.1.0.1')], gatewayMac: undefined }],
  });
  const known = claiming(2, '10.1.0.0/24', '10.1.0.1');
  expect(mapRows([unknown, known])[0]?.gatewayMac).toBe(mac('02:00:00:00:03:01'));
});

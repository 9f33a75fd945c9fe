import { expect, test } from 'vitest';
import type { Wish } from '../../src/clients/kernel-wishes.ts';
import { SharedWishes } from '../../src/daemon/shared-wishes.ts';
import { ip } from '../addresses.ts';

const TUNNEL: Wish = {
  kind: 'reverseTunnel',
  homeAgent: ip('10.1.0.1'),
  careOfAddress: ip('10.255.2.2'),
  encapsulation: 'ipip',
};
const proxy = (address: string): Wish => ({ kind: 'proxyNeighbour', homeAddress: ip(address), interfaceIndex: 4 });
const key = (address: string) => `proxyNeighbour ${ip(address)}`;

test('what one owner wishes no more is unwanted', () => {
  const wishes = new SharedWishes();
  expect(wishes.replace('a', [proxy('10.1.0.1'), proxy('10.1.0.2')])).toEqual([]);
  expect(wishes.replace('a', [proxy('10.1.0.2'), proxy('10.1.0.3')])).toEqual([key('10.1.0.1')]);
  expect(wishes.replace('a', []).sort()).toEqual([key('10.1.0.2'), key('10.1.0.3')].sort());
});

test('what several wish goes with the last of them', () => {
  const wishes = new SharedWishes();
  wishes.replace('a', [TUNNEL, proxy('10.1.0.1')]);
  wishes.replace('b', [TUNNEL, proxy('10.1.0.2')]);
  expect(wishes.replace('a', [])).toEqual([key('10.1.0.1')]);
  expect(wishes.replace('b', [])).toHaveLength(2);
});

test('wishing the same again changes nothing, and is not counted twice', () => {
  const wishes = new SharedWishes();
  for (let count = 0; count < 3; count++) expect(wishes.replace('a', [TUNNEL, TUNNEL])).toEqual([]);
  expect(wishes.replace('a', [])).toHaveLength(1);
  expect(wishes.replace('a', [])).toEqual([]);
});

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
const delivery = (address: string): Wish => ({
  kind: 'deliveryTunnel',
  homeAddress: ip(address),
  encapsulation: 'ipip',
});
const key = (address: string) => `deliveryTunnel ${ip(address)}`;
const [A, B] = [ip('10.1.0.77'), ip('10.1.0.78')];

test('what one visitor wishes no more is unwanted', () => {
  const wishes = new SharedWishes();
  expect(wishes.replace(A, [delivery('10.1.0.1'), delivery('10.1.0.2')])).toEqual([]);
  expect(wishes.replace(A, [delivery('10.1.0.2'), delivery('10.1.0.3')])).toEqual([key('10.1.0.1')]);
  expect(wishes.replace(A, []).sort()).toEqual([key('10.1.0.2'), key('10.1.0.3')].sort());
});

test('what several wish goes with the last of them', () => {
  const wishes = new SharedWishes();
  wishes.replace(A, [TUNNEL, delivery('10.1.0.1')]);
  wishes.replace(B, [TUNNEL, delivery('10.1.0.2')]);
  expect(wishes.replace(A, [])).toEqual([key('10.1.0.1')]);
  expect(wishes.replace(B, [])).toHaveLength(2);
});

test('wishing the same again changes nothing, and is not counted twice', () => {
  const wishes = new SharedWishes();
  for (let count = 0; count < 3; count++) expect(wishes.replace(A, [TUNNEL, TUNNEL])).toEqual([]);
  expect(wishes.replace(A, [])).toHaveLength(1);
  expect(wishes.replace(A, [])).toEqual([]);
});

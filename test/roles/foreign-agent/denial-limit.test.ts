import { expect, test } from 'vitest';
import type { Ipv4Address } from '../../../src/octets/address.ts';
import { DenialLimit } from '../../../src/roles/foreign-agent/denial-limit.ts';
import { ip } from '../../addresses.ts';

const first = ip('10.1.0.77');
const second = ip('10.1.0.78');

test('a node is denied once a second, and no node waits for another', () => {
  const limit = new DenialLimit();
  expect(limit.take(first, 66, 0)).toBe(true);
  expect(limit.take(second, 66, 1)).toBe(true);
  expect(limit.take(first, 69, 999)).toBe(false);
  expect(limit.take(first, 69, 1000)).toBe(true);
});

test('those who are too distant are denied once a second in all', () => {
  const limit = new DenialLimit();
  expect(limit.take(first, 76, 0)).toBe(true);
  expect(limit.take(second, 76, 500)).toBe(false);
  expect(limit.take(second, 66, 500)).toBe(true);
  expect(limit.take(ip('10.1.0.79'), 76, 1000)).toBe(true);
});

test('made-up addresses do not make it grow without end, and are forgotten after a second', () => {
  const limit = new DenialLimit();
  const taken = Array.from({ length: 1500 }, (_, index) => limit.take((first + index) as Ipv4Address, 66, 0));
  expect(taken.filter((isTaken) => isTaken)).toHaveLength(1000);
  expect(limit.take(ip('10.9.9.9'), 66, 999)).toBe(false);
  expect(limit.take(ip('10.9.9.9'), 66, 1000)).toBe(true);
});

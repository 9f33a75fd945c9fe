import { expect, test } from 'vitest';
import { ExpiringTable, earlier } from '../../src/roles/expiring-table.ts';
import { ip } from '../addresses.ts';

const row = (text: string, expiresAtMs: number, note = '') => ({ homeAddress: ip(text), expiresAtMs, note });

test('a row is found by its home address until it is deleted', () => {
  const table = new ExpiringTable<ReturnType<typeof row>>();
  table.set(row('10.1.0.1', 10));
  table.set(row('10.1.0.2', 20));
  expect(table.size).toBe(2);
  table.delete(ip('10.1.0.1'));
  expect(table.get(ip('10.1.0.1'))).toBeUndefined();
  expect([...table.all()]).toEqual([row('10.1.0.2', 20)]);
  expect(table.nextExpiry()).toBe(20);
  expect(table.takeExpired(15)).toBeUndefined();
});

test('a row set again replaces the former one and its time', () => {
  const table = new ExpiringTable<ReturnType<typeof row>>();
  table.set(row('10.1.0.1', 10, 'former'));
  table.set(row('10.1.0.1', 30, 'latter'));
  expect(table.size).toBe(1);
  expect(table.takeExpired(20)).toBeUndefined();
  expect(table.takeExpired(30)).toEqual(row('10.1.0.1', 30, 'latter'));
  expect(table.size).toBe(0);
  expect(table.nextExpiry()).toBeUndefined();
});

test('expired rows come out one by one, the oldest first', () => {
  const table = new ExpiringTable<ReturnType<typeof row>>();
  table.set(row('10.1.0.2', 20));
  table.set(row('10.1.0.1', 10));
  expect([table.takeExpired(20), table.takeExpired(20), table.takeExpired(20)]).toEqual([
    row('10.1.0.1', 10),
    row('10.1.0.2', 20),
    undefined,
  ]);
});

test('of two times of which either may be missing the earlier one is taken', () => {
  expect([earlier(1, 2), earlier(2, 1), earlier(undefined, 3), earlier(3, undefined)]).toEqual([1, 1, 3, 3]);
  expect(earlier(undefined, undefined)).toBeUndefined();
  expect(earlier(0, undefined)).toBe(0);
});

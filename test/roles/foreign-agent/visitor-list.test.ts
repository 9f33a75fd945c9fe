import { expect, test } from 'vitest';
import { VisitorList } from '../../../src/roles/foreign-agent/visitor-list.ts';
import { ip, mac } from '../../addresses.ts';

const row = {
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.1.0.1'),
  careOfAddress: ip('10.2.0.1'),
  identification: 1n,
  lifetimeSeconds: 600,
  reverseTunneling: true,
  link: {
    mac: mac('02:11:22:33:44:55'),
    interfaceIndex: 5,
    interfaceName: 'br-lan',
    sourceAddress: ip('10.1.0.77'),
    sourcePort: 434,
    destinationAddress: ip('10.2.0.1'),
  },
};

test('a pending request of a visitor stands beside it, and the earlier of the two times counts', () => {
  const list = new VisitorList();
  expect(list.nextExpiry()).toBeUndefined();
  list.visitors.set({ ...row, expiresAtMs: 9000 });
  expect(list.nextExpiry()).toBe(9000);
  list.pending.set({ ...row, expiresAtMs: 7000 });
  expect(list.nextExpiry()).toBe(7000);
  expect([list.visitors.size, list.pending.size]).toEqual([1, 1]);
  list.pending.delete(row.homeAddress);
  expect(list.visitors.get(row.homeAddress)?.expiresAtMs).toBe(9000);
  expect(list.nextExpiry()).toBe(9000);
});

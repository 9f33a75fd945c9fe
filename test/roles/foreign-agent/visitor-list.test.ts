import { expect, test } from 'vitest';
import type { PendingRequest } from '../../../src/roles/foreign-agent/pending-requests.ts';
import { type Visitor, VisitorList } from '../../../src/roles/foreign-agent/visitor-list.ts';
import { ip } from '../../addresses.ts';
import { careOfAddress, homeAddress, homeAgent, link } from './scene.ts';

const row = {
  ...{ homeAddress, homeAgent, careOfAddress, identification: 1n, lifetimeSeconds: 600 },
  ...{ reverseTunneling: true, encapsulatingDelivery: false },
  encapsulation: 'ipip',
  link,
} as const;
const visitor: Visitor = { ...row, requestedLifetimeSeconds: 600, revocation: undefined, expiresAtMs: 9000 };
const pending: PendingRequest = {
  ...row,
  mobileForeignSpi: undefined,
  isRevocationOffered: false,
  expiresAtMs: 7000,
};
const revoked = { homeAddress, homeAgent, careOfAddress, revocationIdentifier: 5, isInformed: true, expiresAtMs: 8000 };

test('a pending request of a visitor stands beside it, and the earliest of all times counts', () => {
  const list = new VisitorList();
  expect(list.nextExpiry()).toBeUndefined();
  list.visitors.set(visitor);
  expect(list.nextExpiry()).toBe(9000);
  list.remember(revoked, 1);
  expect(list.nextExpiry()).toBe(8000);
  list.pending.add(pending);
  expect(list.nextExpiry()).toBe(7000);
  list.pending.delete(pending);
  expect(list.visitors.get(row.homeAddress)?.expiresAtMs).toBe(9000);
  expect(list.nextExpiry()).toBe(8000);
});

test('it is full when visitors and the new nodes among the pending ones take every place', () => {
  const list = new VisitorList();
  list.visitors.set(visitor);
  list.pending.add(pending);
  expect(list.isFull(2)).toBe(false);
  list.pending.add({ ...pending, homeAddress: ip('10.1.0.78') });
  list.pending.add({ ...pending, homeAddress: ip('10.1.0.78'), identification: 2n });
  expect(list.isFull(3)).toBe(false);
  expect(list.isFull(2)).toBe(true);
});

test('a node is known as a visitor or by its pending request', () => {
  const list = new VisitorList();
  expect(list.isKnown(homeAddress)).toBe(false);
  list.pending.add(pending);
  expect(list.isKnown(homeAddress)).toBe(true);
  list.pending.delete(pending);
  list.visitors.set(visitor);
  expect(list.isKnown(homeAddress)).toBe(true);
});

test('no more revoked visits are remembered than there is room for', () => {
  const list = new VisitorList();
  list.remember(revoked, 1);
  list.remember({ ...revoked, homeAddress: ip('10.1.0.78') }, 1);
  expect([...list.revoked.all()]).toEqual([revoked]);
});

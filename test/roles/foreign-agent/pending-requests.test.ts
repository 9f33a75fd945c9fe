import { expect, test } from 'vitest';
import { type PendingRequest, PendingRequests } from '../../../src/roles/foreign-agent/pending-requests.ts';
import { ip } from '../../addresses.ts';
import { careOfAddress, homeAddress, homeAgent, link } from './scene.ts';

const other = ip('10.1.0.78');

function pending(identification: bigint, changes: Partial<PendingRequest> = {}): PendingRequest {
  return {
    ...{ homeAddress, homeAgent, careOfAddress, identification, lifetimeSeconds: 600 },
    ...{ reverseTunneling: false, encapsulatingDelivery: false },
    ...{ encapsulation: 'ipip', mobileForeignSpi: undefined, isRevocationOffered: false, link },
    expiresAtMs: 7000,
    ...changes,
  };
}

function listOf(...requests: readonly PendingRequest[]): PendingRequests {
  const list = new PendingRequests();
  for (const request of requests) list.add(request);
  return list;
}

test('a request is found by its home address and the low bits of its identification', () => {
  const first = pending(0x11111111_00000001n);
  const list = listOf(first, pending(0x11111111_00000001n, { homeAddress: other }));
  expect(list.find(homeAddress, 0x99999999_00000001n)).toBe(first);
  expect(list.find(homeAddress, 0x11111111_00000002n)).toBeUndefined();
  expect(list.size).toBe(2);
});

test('with the same low bits the later replaces the earlier', () => {
  const later = pending(0x22222222_00000001n, { expiresAtMs: 9000 });
  const list = listOf(pending(1n), later);
  expect([list.size, list.find(homeAddress, 1n), list.nextExpiry()]).toEqual([1, later, 9000]);
});

test('of each node the latest three are kept', () => {
  const list = listOf(...[1n, 2n, 3n, 4n].map((identification) => pending(identification)));
  expect([1n, 2n, 3n, 4n].map((identification) => list.find(homeAddress, identification) !== undefined)).toEqual([
    false,
    true,
    true,
    true,
  ]);
  expect([list.size, list.latest(homeAddress)?.identification]).toEqual([3, 4n]);
});

test('with an answered request its earlier ones go, later ones stay', () => {
  const [first, second, third] = [pending(1n), pending(2n), pending(3n)];
  const list = listOf(first, second, third);
  list.deleteUpTo(second);
  expect([list.find(homeAddress, 1n), list.find(homeAddress, 3n), list.size]).toEqual([undefined, third, 1]);
  list.deleteUpTo(third);
  expect([[...list.nodes()], list.size, list.nextExpiry()]).toEqual([[], 0, undefined]);
});

test('to delete what is not there changes nothing', () => {
  const list = listOf(pending(1n));
  list.delete(pending(1n));
  list.delete(pending(1n, { homeAddress: other }));
  expect(list.size).toBe(1);
});

test('what waits for one home agent is taken, the latest of each node is given', () => {
  const elsewhere = pending(5n, { homeAddress: other, homeAgent: ip('10.9.0.1') });
  const list = listOf(pending(1n), pending(2n), elsewhere);
  expect(list.takeAllTo(homeAgent).map(({ identification }) => identification)).toEqual([2n]);
  expect([...list.nodes()]).toEqual([other]);
});

test('expired ones come out in the order of time, and say whether their node has asked again', () => {
  const list = listOf(pending(1n, { expiresAtMs: 7000 }), pending(2n, { expiresAtMs: 8000 }));
  expect(list.takeExpired(6999)).toBeUndefined();
  expect(list.takeExpired(9000)).toMatchObject({ request: { identification: 1n }, isLatest: false });
  expect(list.takeExpired(9000)).toMatchObject({ request: { identification: 2n }, isLatest: true });
  expect([list.takeExpired(9000), list.size]).toEqual([undefined, 0]);
});

import { describe, expect, test } from 'vitest';
import type { PendingRequest } from '../../../src/roles/foreign-agent/pending-requests.ts';
import { VisitorList } from '../../../src/roles/foreign-agent/visitor-list.ts';
import {
  arrived,
  isFromHomeAgent,
  isMoved,
  isOverheard,
  isTakenByAnother,
  pendingUntil,
  visitorOf,
} from '../../../src/roles/foreign-agent/visits.ts';
import { ip, mac } from '../../addresses.ts';
import { kindsOf, reply, request } from '../messages.ts';
import { careOfAddress, homeAddress, homeAgent, link } from './scene.ts';

const pending: PendingRequest = {
  ...{ homeAddress, homeAgent, careOfAddress, identification: request().identification, lifetimeSeconds: 600 },
  ...{
    reverseTunneling: true,
    encapsulatingDelivery: false,
    encapsulation: 'ipip',
    mobileForeignSpi: undefined,
    isRevocationOffered: false,
    link,
  },
  expiresAtMs: 7000,
};
const visitor = visitorOf(pending, reply(), undefined, { longestLifetimeSeconds: 1800, nowMs: 0 });
const stranger = { mac: mac('02:66:66:66:66:66') };

test.each([
  [600, 100, 7100],
  [3, 100, 3100],
  [0, 100, 7100],
])('a request for %i s that comes at %i ms is pending until %i ms', (lifetimeSeconds, nowMs, untilMs) => {
  expect(pendingUntil({ lifetimeSeconds }, nowMs)).toBe(untilMs);
});

test.each([
  [600, 300, 1800, 300],
  [600, 900, 1800, 600],
  [600, 600, 120, 120],
])('asked %i s, granted %i s, at most %i s: the visit lasts %i s', (asked, granted, longest, lasts) => {
  const limits = { longestLifetimeSeconds: longest, nowMs: 50 };
  const lasting = visitorOf(
    { ...pending, lifetimeSeconds: asked },
    reply({ lifetimeSeconds: granted }),
    undefined,
    limits,
  );
  expect(lasting).toMatchObject({
    requestedLifetimeSeconds: asked,
    lifetimeSeconds: lasts,
    expiresAtMs: 50 + lasts * 1000,
  });
});

test.each([
  ['another interface', { link: { ...link, interfaceIndex: 9 } }, true],
  ['another home agent', { homeAgent: ip('10.9.0.1') }, true],
  ['another care-of address', { careOfAddress: ip('192.0.2.2') }, true],
  ['no reverse tunnel', { reverseTunneling: false }, true],
  ['another delivery style', { encapsulatingDelivery: true }, true],
  ['another encapsulation', { encapsulation: 'gre' }, true],
  ['another MAC address', { link: { ...link, ...stranger } }, false],
  ['another lifetime', { lifetimeSeconds: 5 }, false],
] as const)('a visit with %s is another one: %o', (_what, changes, moved) => {
  expect(isMoved(visitor, { ...visitor, ...changes })).toBe(moved);
});

test('what is wished for: the new visit, and without what only the former had', () => {
  expect(kindsOf(arrived(visitor, undefined))).toEqual(['visitorWanted', 'visitorAdded']);
  expect(kindsOf(arrived(visitor, visitor))).toEqual(['visitorWanted', 'visitorRenewed']);
  const former = { ...visitor, encapsulation: 'gre' } as const;
  expect(arrived(visitor, former)[0]).toEqual({ kind: 'visitorUnwanted', visitor: former });
});

describe('the same request from another MAC address', () => {
  const list = new VisitorList();

  test('is unsuspicious from who was not heard of', () => {
    expect(isOverheard(request(), stranger, list)).toBe(false);
  });

  test('is overheard while it is pending and while its visit lasts; a new one is not', () => {
    list.pending.add(pending);
    expect(isOverheard(request(), stranger, list)).toBe(true);
    expect(isOverheard(request(), link, list)).toBe(false);
    list.pending.delete(pending);
    list.visitors.set(visitor);
    expect(isOverheard(request(), stranger, list)).toBe(true);
    expect(isOverheard(request({ identification: 1n }), stranger, list)).toBe(false);
  });

  test('for another home agent wants what is taken', () => {
    const elsewhere = request({ homeAgent: ip('10.9.0.1') });
    expect(isTakenByAnother(elsewhere, stranger, list)).toBe(true);
    expect(isTakenByAnother(elsewhere, link, list)).toBe(false);
    expect(isTakenByAnother(request(), stranger, list)).toBe(false);
  });
});

test('a reply counts from the home agent asked that names itself; code 136 from any', () => {
  const other = ip('10.9.0.1');
  expect(isFromHomeAgent(reply(), homeAgent, pending)).toBe(true);
  expect(isFromHomeAgent(reply(), other, pending)).toBe(false);
  expect(isFromHomeAgent(reply({ homeAgent: other }), homeAgent, pending)).toBe(false);
  expect(isFromHomeAgent(reply({ homeAgent: other, code: 128 }), homeAgent, pending)).toBe(true);
  expect(isFromHomeAgent(reply({ homeAgent: other, code: 136 }), other, pending)).toBe(true);
});

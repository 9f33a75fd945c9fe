import { describe, expect, test } from 'vitest';
import { decodeRouteMessage } from '../../src/wire/rtnetlink.ts';
import { hex, overwritten } from '../hex.ts';
import {
  ADDRESS,
  attack,
  BRIDGE_FAMILY_LINK,
  BRIDGE_LINK,
  message,
  NEIGHBOUR,
  PROXY_NEIGHBOUR,
  ROUTE_ANSWER,
  RULE,
  TUNNEL_ROUTE,
} from './netlink-recordings.ts';

const RECORDINGS = [
  { kind: 'link', type: 16, payload: BRIDGE_LINK },
  { kind: 'address', type: 20, payload: ADDRESS },
  { kind: 'route', type: 24, payload: TUNNEL_ROUTE },
  { kind: 'route', type: 24, payload: ROUTE_ANSWER },
  { kind: 'neighbour', type: 28, payload: NEIGHBOUR },
  { kind: 'neighbour', type: 28, payload: PROXY_NEIGHBOUR },
  { kind: 'rule', type: 32, payload: RULE },
] as const;

describe.each(RECORDINGS)('a recorded $kind', ({ kind, type, payload }) => {
  test('is told by its kind, and whether it was removed', () => {
    expect(decodeRouteMessage(message(type, payload), true)).toMatchObject({ kind, removed: false });
    expect(decodeRouteMessage(message(type + 1, payload), true)).toMatchObject({ kind, removed: true });
  });

  test('is left out where it is of IPv6 or another family', () => {
    const other = overwritten(payload, 0, hex('0a'));
    expect(decodeRouteMessage(message(type, other), true)).toBeUndefined();
  });

  test('cut or mutated is read or malformed', () => {
    const { taken, malformed } = attack(payload, (octets) => decodeRouteMessage(message(type, octets), true));
    expect([taken > 100, malformed > 20]).toEqual([true, true]);
  });

  test('in the wrong byte order is malformed or nothing, never an exception of another kind', () => {
    attack(payload, (octets) => decodeRouteMessage(message(type, octets), false));
  });
});

test('a port that leaves its bridge is not told as a link that is gone', () => {
  expect(decodeRouteMessage(message(17, BRIDGE_FAMILY_LINK), true)).toBeUndefined();
});

test('a message of another kind is of no interest', () => {
  expect(decodeRouteMessage(message(36, BRIDGE_LINK), true)).toBeUndefined();
});

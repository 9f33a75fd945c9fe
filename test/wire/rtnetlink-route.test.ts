import { describe, expect, test } from 'vitest';
import { Malformed } from '../../src/wire/malformed.ts';
import {
  decodeRoute,
  encodeRouteAddition,
  encodeRouteQuery,
  encodeRouteRemoval,
  encodeRouteReplacement,
  encodeRoutesDump,
  PMIP_PROTOCOL,
  type Route,
  RT_SCOPE_LINK,
  RT_TABLE_MAIN,
  RTN_UNICAST,
} from '../../src/wire/rtnetlink-route.ts';
import { ip, prefix } from '../addresses.ts';
import { hex, overwritten } from '../hex.ts';
import { BYTE_ORDERS, body, ROUTE_ANSWER, TUNNEL_ROUTE, typeAndFlags } from './netlink-recordings.ts';

const HOME_ROUTE: Route = {
  destination: prefix('10.1.0.77/32'),
  table: RT_TABLE_MAIN,
  priority: 434,
  protocol: PMIP_PROTOCOL,
  scope: RT_SCOPE_LINK,
  type: RTN_UNICAST,
  interfaceIndex: 3,
  gateway: undefined,
  preferredSource: undefined,
  encapsulation: { source: ip('10.255.1.2'), destination: ip('10.255.2.2'), timeToLive: 64 },
};
const REVERSE_TUNNEL: Route = {
  ...HOME_ROUTE,
  destination: prefix('0.0.0.0/0'),
  table: ip('10.255.1.2'),
  priority: 0,
  encapsulation: { source: ip('10.255.2.2'), destination: ip('10.255.1.2'), timeToLive: 64 },
};
const VISITOR_ROUTE: Route = {
  ...HOME_ROUTE,
  destination: prefix('10.1.0.78/32'),
  priority: 433,
  interfaceIndex: 4,
  encapsulation: undefined,
};

describe('iproute2 sends the same octets, but for the flag against fragments, which it has no word for, for', () => {
  test('`ip route replace 10.1.0.77/32 encap ip dst 10.255.2.2 src 10.255.1.2 ttl 64 dev veth0 proto 43 metric 434`', () => {
    const octets = encodeRouteReplacement(HOME_ROUTE, true);
    expect(body(octets)).toEqual(
      hex(
        '02 20 00 00 fe 2b fd 01 00000000 08000100 0a01004d',
        '24001680 08000200 0aff0202 08000300 0aff0102 05000400 40000000 06000600 01000000 06001500 02000000',
        '08000600 b2010000 08000400 03000000',
      ),
    );
    expect(typeAndFlags(octets)).toEqual([0x18, 0x501]);
  });

  test('`ip route replace default table 184484098 encap ip ... dev veth0 proto 43`', () => {
    expect(body(encodeRouteReplacement(REVERSE_TUNNEL, true))).toEqual(
      hex(
        '02 00 00 00 00 2b fd 01 00000000 08000f00 0201ff0a',
        '24001680 08000200 0aff0102 08000300 0aff0202 05000400 40000000 06000600 01000000 06001500 02000000',
        '08000400 03000000',
      ),
    );
  });

  test('`ip route replace 10.1.0.78/32 dev br-lan proto 43 metric 433`', () => {
    expect(body(encodeRouteReplacement(VISITOR_ROUTE, true))).toEqual(
      hex('02 20 00 00 fe 2b fd 01 00000000 08000100 0a01004e 08000600 b1010000 08000400 04000000'),
    );
  });

  test('`ip route get 10.255.3.2 from 10.2.0.1`, but for what only iproute2 wants to know', () => {
    const octets = encodeRouteQuery({ destination: ip('10.255.3.2'), source: ip('10.2.0.1') }, true);
    expect(body(octets)).toEqual(hex('02 20 20 00 00 00 00 00 00000000 08000100 0aff0302 08000200 0a020001'));
    expect(typeAndFlags(octets)).toEqual([0x1a, 1]);
  });
});

test('an addition refuses to replace', () => {
  expect(typeAndFlags(encodeRouteAddition(VISITOR_ROUTE, true))).toEqual([0x18, 0x601]);
});

test('a removal names prefix, table, priority and protocol, and takes any scope and interface', () => {
  const octets = encodeRouteRemoval(REVERSE_TUNNEL, true);
  expect(body(octets)).toEqual(hex('02 00 00 00 00 2b ff 00 00000000 08000f00 0201ff0a'));
  expect(typeAndFlags(octets)).toEqual([0x19, 1]);
  expect(body(encodeRouteRemoval(HOME_ROUTE, true))).toEqual(
    hex('02 20 00 00 fe 2b ff 00 00000000 08000100 0a01004d 08000600 b2010000'),
  );
});

test('on a big-endian host the table, the metric and the lengths turn round, the addresses do not', () => {
  expect(body(encodeRouteReplacement({ ...HOME_ROUTE, table: 0x0aff0102 }, false))).toEqual(
    hex(
      '02 20 00 00 00 2b fd 01 00000000 00080001 0a01004d 0008000f 0aff0102',
      '00248016 00080002 0aff0202 00080003 0aff0102 00050004 40000000 00060006 01000000 00060015 00020000',
      '00080006 000001b2 00080004 00000003',
    ),
  );
});

test.each(BYTE_ORDERS)('what is encoded $order is decoded $order', ({ littleEndian }) => {
  const everything = { ...HOME_ROUTE, gateway: ip('192.0.2.1'), preferredSource: ip('192.0.2.2') };
  for (const route of [HOME_ROUTE, REVERSE_TUNNEL, VISITOR_ROUTE, everything]) {
    expect(decodeRoute(body(encodeRouteAddition(route, littleEndian)), littleEndian)).toEqual(route);
  }
});

test('the recorded route into a tunnel is the one that was asked for, in the table of RTA_TABLE', () => {
  expect(decodeRoute(TUNNEL_ROUTE, true)).toEqual({ ...HOME_ROUTE, table: ip('10.255.1.2') });
});

test("the recorded answer to a query has the kernel's choice of the source address", () => {
  expect(decodeRoute(ROUTE_ANSWER, true)).toMatchObject({
    destination: prefix('10.2.0.7/32'),
    interfaceIndex: 4,
    preferredSource: ip('10.2.0.1'),
    gateway: undefined,
  });
});

test('an encapsulation of another type is none of ours', () => {
  const mpls = overwritten(TUNNEL_ROUTE, TUNNEL_ROUTE.length - 4, hex('01'));
  expect(decodeRoute(mpls, true)?.encapsulation).toBeUndefined();
});

test('a prefix longer than 32 is malformed, and a route of IPv6 is left out', () => {
  expect(() => decodeRoute(overwritten(TUNNEL_ROUTE, 1, hex('21')), true)).toThrow(Malformed);
  expect(decodeRoute(overwritten(TUNNEL_ROUTE, 0, hex('0a')), true)).toBeUndefined();
});

test('all IPv4 routes of all tables are asked for', () => {
  expect(typeAndFlags(encodeRoutesDump(true))).toEqual([0x1a, 0x301]);
});

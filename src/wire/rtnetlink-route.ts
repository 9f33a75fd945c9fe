// IPv4 routes of rtnetlink (linux/rtnetlink.h, struct rtmsg; linux/lwtunnel.h): routes to a link, and routes whose
// packets are encapsulated on the way out (`encap ip`).

import { type Ipv4Address, type Prefix, prefixOf, UNSPECIFIED_ADDRESS } from '../octets/address.ts';
import { fixedPart, Malformed } from './malformed.ts';
import * as netlink from './netlink.ts';

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
export const AF_INET = 2;
export const RT_TABLE_MAIN = 254;
export const RT_SCOPE_UNIVERSE = 0;
export const RT_SCOPE_LINK = 253;
const RT_SCOPE_NOWHERE = 255;
export const RTN_UNICAST = 1;

const RTMSG_LENGTH = 12;
const RTA_DST = 1;
const RTA_SRC = 2;
const RTA_IIF = 3;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_TABLE = 15;
const RTA_ENCAP_TYPE = 21;
const RTA_ENCAP = 22;
const LWTUNNEL_ENCAP_IP = 2;
const LWTUNNEL_IP_DST = 2;
const LWTUNNEL_IP_SRC = 3;
const LWTUNNEL_IP_TTL = 4;
const LWTUNNEL_IP_FLAGS = 6;
/** linux/if_tunnel.h; in network order on every machine. */
const TUNNEL_DONT_FRAGMENT = Uint8Array.of(0x01, 0x00);

/**
 * Marks what is ours among routes, rules and neighbours. 43 is in nobody's table: iproute2's rt_protos ends its own at
 * 42 and the routing daemons begin at 186.
 */
export const PMIP_PROTOCOL = 43;

export type OuterHeader = {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly timeToLive: number;
};

export type Route = {
  readonly destination: Prefix;
  readonly table: number;
  /** The metric: of two routes to the same prefix in a table, the smaller wins. */
  readonly priority: number;
  readonly protocol: number;
  readonly scope: number;
  /** RTN_: 1 unicast, 2 local, 3 broadcast, 7 unreachable, ... */
  readonly type: number;
  readonly interfaceIndex: number | undefined;
  readonly gateway: Ipv4Address | undefined;
  readonly preferredSource: Ipv4Address | undefined;
  readonly encapsulation: OuterHeader | undefined;
};

export type RouteIdentity = Pick<Route, 'destination' | 'table' | 'priority' | 'protocol'>;

export type RouteQuery = {
  readonly destination: Ipv4Address;
  readonly source?: Ipv4Address;
  readonly inputInterfaceIndex?: number;
  readonly outputInterfaceIndex?: number;
};

/** Adds a route; the kernel answers EEXIST where it has one with this prefix, table and priority. */
export function encodeRouteAddition(route: Route, littleEndian: boolean): Uint8Array {
  return encodeRoute(route, netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, littleEndian, route.interfaceIndex);
}

/** Adds a route, or puts it in place of the one with the same prefix, table and priority, without a gap. */
export function encodeRouteReplacement(
  route: Route,
  littleEndian: boolean,
  interfaceIndex = route.interfaceIndex,
): Uint8Array {
  return encodeRoute(route, netlink.NLM_F_CREATE | netlink.NLM_F_REPLACE, littleEndian, interfaceIndex);
}

/** Whatever its scope and interface are now. */
export function encodeRouteRemoval(route: RouteIdentity, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_DELROUTE, netlink.NLM_F_REQUEST, littleEndian);
  const view = writer.fixed(RTMSG_LENGTH);
  view.setUint8(0, AF_INET);
  view.setUint8(1, route.destination.length);
  view.setUint8(4, tableOctet(route.table));
  view.setUint8(5, route.protocol);
  view.setUint8(6, RT_SCOPE_NOWHERE);
  writePrefixAndTable(writer, route);
  if (route.priority !== 0) writer.number32(RTA_PRIORITY, route.priority);
  return writer.finish();
}

/** Every IPv4 route of every table. */
export function encodeRoutesDump(littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_GETROUTE, netlink.NLM_F_REQUEST | netlink.NLM_F_DUMP, littleEndian);
  writer.fixed(RTMSG_LENGTH).setUint8(0, AF_INET);
  return writer.finish();
}

/** Which route a packet would take. The answer's `preferredSource` is the source address that the kernel would choose. */
export function encodeRouteQuery(query: RouteQuery, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_GETROUTE, netlink.NLM_F_REQUEST, littleEndian);
  const view = writer.fixed(RTMSG_LENGTH);
  view.setUint8(0, AF_INET);
  view.setUint8(1, 32);
  view.setUint8(2, query.source === undefined ? 0 : 32);
  writer.networkNumber32(RTA_DST, query.destination);
  if (query.source !== undefined) writer.networkNumber32(RTA_SRC, query.source);
  if (query.inputInterfaceIndex !== undefined) writer.number32(RTA_IIF, query.inputInterfaceIndex);
  if (query.outputInterfaceIndex !== undefined) writer.number32(RTA_OIF, query.outputInterfaceIndex);
  return writer.finish();
}

/** The payload of RTM_NEWROUTE or RTM_DELROUTE; undefined where the route is not IPv4. */
export function decodeRoute(payload: Uint8Array, littleEndian: boolean): Route | undefined {
  const view = fixedPart(payload, RTMSG_LENGTH, 'route');
  if (view.getUint8(0) !== AF_INET) return undefined;
  const length = view.getUint8(1);
  if (length > 32) throw new Malformed('route', `prefix length ${length}`);
  const attributes = netlink.readAttributes(payload, RTMSG_LENGTH, littleEndian, 'route');
  return {
    destination: prefixOf(netlink.attributeIpv4(attributes, RTA_DST) ?? UNSPECIFIED_ADDRESS, length),
    table: netlink.attributeNumber(attributes, RTA_TABLE, littleEndian) ?? view.getUint8(4),
    priority: netlink.attributeNumber(attributes, RTA_PRIORITY, littleEndian) ?? 0,
    protocol: view.getUint8(5),
    scope: view.getUint8(6),
    type: view.getUint8(7),
    interfaceIndex: netlink.attributeNumber(attributes, RTA_OIF, littleEndian),
    gateway: netlink.attributeIpv4(attributes, RTA_GATEWAY),
    preferredSource: netlink.attributeIpv4(attributes, RTA_PREFSRC),
    encapsulation: readEncapsulation(attributes, littleEndian),
  };
}

function encodeRoute(
  route: Route,
  flags: number,
  littleEndian: boolean,
  interfaceIndex: number | undefined,
): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_NEWROUTE, netlink.NLM_F_REQUEST | flags, littleEndian);
  const view = writer.fixed(RTMSG_LENGTH);
  view.setUint8(0, AF_INET);
  view.setUint8(1, route.destination.length);
  view.setUint8(4, tableOctet(route.table));
  view.setUint8(5, route.protocol);
  view.setUint8(6, route.scope);
  view.setUint8(7, route.type);
  writePrefixAndTable(writer, route);
  if (route.encapsulation !== undefined) writeEncapsulation(writer, route.encapsulation);
  if (route.priority !== 0) writer.number32(RTA_PRIORITY, route.priority);
  if (route.preferredSource !== undefined) writer.networkNumber32(RTA_PREFSRC, route.preferredSource);
  if (route.gateway !== undefined) writer.networkNumber32(RTA_GATEWAY, route.gateway);
  if (interfaceIndex !== undefined) writer.number32(RTA_OIF, interfaceIndex);
  return writer.finish();
}

function writePrefixAndTable(writer: netlink.MessageWriter, route: RouteIdentity): void {
  if (route.destination.length > 0) writer.networkNumber32(RTA_DST, route.destination.network);
  if (route.table > 255) writer.number32(RTA_TABLE, route.table);
}

function writeEncapsulation(writer: netlink.MessageWriter, header: OuterHeader): void {
  writer.nested(RTA_ENCAP, () => {
    writer.networkNumber32(LWTUNNEL_IP_DST, header.destination);
    writer.networkNumber32(LWTUNNEL_IP_SRC, header.source);
    writer.number8(LWTUNNEL_IP_TTL, header.timeToLive);
    writer.octets(LWTUNNEL_IP_FLAGS, TUNNEL_DONT_FRAGMENT);
  });
  writer.number16(RTA_ENCAP_TYPE, LWTUNNEL_ENCAP_IP);
}

function readEncapsulation(attributes: netlink.Attributes, littleEndian: boolean): OuterHeader | undefined {
  const nested = attributes.get(RTA_ENCAP);
  if (nested === undefined) return undefined;
  if (netlink.attributeNumber(attributes, RTA_ENCAP_TYPE, littleEndian) !== LWTUNNEL_ENCAP_IP) return undefined;
  const header = netlink.readAttributes(nested, 0, littleEndian, 'encapsulation of a route');
  return {
    source: netlink.attributeIpv4(header, LWTUNNEL_IP_SRC) ?? UNSPECIFIED_ADDRESS,
    destination: netlink.attributeIpv4(header, LWTUNNEL_IP_DST) ?? UNSPECIFIED_ADDRESS,
    timeToLive: netlink.attributeNumber(header, LWTUNNEL_IP_TTL, littleEndian) ?? 0,
  };
}

/** The header has one octet for the table; greater numbers stand in RTA_TABLE. */
function tableOctet(table: number): number {
  return table > 255 ? 0 : table;
}

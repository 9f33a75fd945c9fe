// Tracked connections over nfnetlink (linux/netfilter/nfnetlink_conntrack.h): those of one address are asked for, and
// removed one by one. Kernels before 6.8 cannot remove by an address, and those before 5.8 do not even filter what is asked
// for, so that every answer has to be looked at.

import type { Ipv4Address } from '../octets/address.ts';
import { fixedPart } from './malformed.ts';
import * as netlink from './netlink.ts';

const NFNL_SUBSYS_CTNETLINK = 1;
const NFGENMSG_LENGTH = 4;
const AF_INET = 2;
const IPCTNL_MSG_CT_NEW = 0;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const CTA_TUPLE = { original: 1, reply: 2 };
const CTA_STATUS = 3;
/** IPS_SRC_NAT, IPS_DST_NAT. */
const IPS_TRANSLATED = (1 << 4) | (1 << 5);
const NETWORK_ORDER = false;
const CTA_ID = 12;
const CTA_ZONE = 18;
const CTA_FILTER = 25;
const CTA_TUPLE_IP = 1;
const CTA_IP_V4 = { source: 1, destination: 2 };
const CTA_FILTER_FLAGS = { original: 1, reply: 2 };
const CTA_FILTER_F_CTA_IP = { source: 1, destination: 2 };

/** Which address of a connection: of the packets that began it, or of those that answer. */
export type ConnectionEnd = {
  readonly direction: keyof typeof CTA_TUPLE;
  readonly side: keyof typeof CTA_IP_V4;
};

export type Connection = {
  /** Encoded attributes by which the kernel finds it again. */
  readonly original: Uint8Array;
  readonly zone: Uint8Array | undefined;
  readonly id: Uint8Array | undefined;
  readonly addresses: readonly Ipv4Address[];
  /** Masqueraded, or led to another destination. */
  readonly isTranslated: boolean;
};

/** Asks for the connections that have this address at this end. */
export function encodeConnectionsDump(address: Ipv4Address, end: ConnectionEnd, littleEndian: boolean): Uint8Array {
  const writer = begin(IPCTNL_MSG_CT_GET, netlink.NLM_F_DUMP, littleEndian);
  writer.nested(CTA_TUPLE[end.direction], () => {
    writer.nested(CTA_TUPLE_IP, () => writer.networkNumber32(CTA_IP_V4[end.side], address));
  });
  writer.nested(CTA_FILTER, () => {
    writer.number32(CTA_FILTER_FLAGS[end.direction], CTA_FILTER_F_CTA_IP[end.side]);
  });
  return writer.finish();
}

export function encodeConnectionRemoval(connection: Connection, littleEndian: boolean): Uint8Array {
  const writer = begin(IPCTNL_MSG_CT_DELETE, 0, littleEndian);
  writer.nestedOctets(CTA_TUPLE.original, connection.original);
  if (connection.zone !== undefined) writer.octets(CTA_ZONE, connection.zone);
  // Else one that has taken its place meanwhile would go.
  if (connection.id !== undefined) writer.octets(CTA_ID, connection.id);
  return writer.finish();
}

/** One message of a dump; undefined where it is of another kind, or no connection of IPv4. */
export function decodeConnection(message: netlink.NetlinkMessage, littleEndian: boolean): Connection | undefined {
  if (message.type !== messageType(IPCTNL_MSG_CT_NEW)) return undefined;
  if (fixedPart(message.payload, NFGENMSG_LENGTH, 'connection').getUint8(0) !== AF_INET) return undefined;
  const attributes = netlink.readAttributes(message.payload, NFGENMSG_LENGTH, littleEndian, 'connection');
  const original = attributes.get(CTA_TUPLE.original);
  if (original === undefined) return undefined;
  return {
    original,
    zone: attributes.get(CTA_ZONE),
    id: attributes.get(CTA_ID),
    addresses: [original, attributes.get(CTA_TUPLE.reply)].flatMap((tuple) => addressesOf(tuple, littleEndian)),
    isTranslated: ((netlink.attributeNumber(attributes, CTA_STATUS, NETWORK_ORDER) ?? 0) & IPS_TRANSLATED) !== 0,
  };
}

function addressesOf(tuple: Uint8Array | undefined, littleEndian: boolean): Ipv4Address[] {
  const octets = tuple && netlink.readAttributes(tuple, 0, littleEndian, 'tuple').get(CTA_TUPLE_IP);
  if (octets === undefined) return [];
  const addresses = netlink.readAttributes(octets, 0, littleEndian, 'addresses of a tuple');
  return Object.values(CTA_IP_V4).flatMap((type) => netlink.attributeIpv4(addresses, type) ?? []);
}

function begin(message: number, flags: number, littleEndian: boolean): netlink.MessageWriter {
  const writer = new netlink.MessageWriter(messageType(message), netlink.NLM_F_REQUEST | flags, littleEndian);
  writer.fixed(NFGENMSG_LENGTH).setUint8(0, AF_INET);
  return writer;
}

function messageType(message: number): number {
  return (NFNL_SUBSYS_CTNETLINK << 8) | message;
}

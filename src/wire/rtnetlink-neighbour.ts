// IPv4 neighbours of rtnetlink (linux/neighbour.h, struct ndmsg): permanent entries for visitors, and proxy ARP for
// mobile nodes that are away.

import { type Ipv4Address, type MacAddress, readMac, UNSPECIFIED_ADDRESS, writeMac } from '../octets/address.ts';
import { viewOf } from '../octets/octets.ts';
import { fixedPart } from './malformed.ts';
import * as netlink from './netlink.ts';
import { AF_INET, PMIP_PROTOCOL } from './rtnetlink-route.ts';

export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;

const NDMSG_LENGTH = 12;
const MAC_LENGTH = 6;
const WITHOUT_MAC_LENGTH = 44;
/** The length of the last attribute, 10, is padded. */
const WITH_MAC_LENGTH = 56;
const NDA_DST = 1;
const NDA_LLADDR = 2;
const NDA_PROTOCOL = 12;
const NUD_PERMANENT = 0x80;
const NTF_PROXY = 0x08;

/** Where a neighbour entry is kept: the table of neighbours, or that of addresses answered for (NTF_PROXY). */
export type NeighbourIdentity = {
  readonly address: Ipv4Address;
  readonly interfaceIndex: number;
  readonly isProxy: boolean;
};

export type Neighbour = NeighbourIdentity & {
  readonly mac: MacAddress | undefined;
  /** Who made it; 0 for the kernel itself and for programs that do not say. Kernels before 5.2 do not keep it. */
  readonly protocol: number;
  readonly isPermanent: boolean;
};

/** `ip neigh replace ADDRESS lladdr MAC nud permanent dev ...`. */
export function encodeNeighbourReplacement(
  neighbour: { readonly address: Ipv4Address; readonly interfaceIndex: number; readonly mac: MacAddress },
  littleEndian: boolean,
): Uint8Array {
  const octets = replacement(WITH_MAC_LENGTH, { ...neighbour, isProxy: false }, littleEndian);
  const view = viewOf(octets);
  view.setUint16(44, 4 + MAC_LENGTH, littleEndian);
  view.setUint16(46, NDA_LLADDR, littleEndian);
  writeMac(view, 48, neighbour.mac);
  return octets;
}

/** `ip neigh replace proxy ADDRESS dev ...`. */
export function encodeProxyNeighbour(
  neighbour: { readonly address: Ipv4Address; readonly interfaceIndex: number },
  littleEndian: boolean,
): Uint8Array {
  const { address, interfaceIndex } = neighbour;
  return replacement(WITHOUT_MAC_LENGTH, { address, interfaceIndex, isProxy: true }, littleEndian);
}

/**
 * Header (16 octets), struct ndmsg (12), protocol (attribute of 8), address (attribute of 8), and room for more. At fixed
 * offsets, because for each mobile node one is made, and a writer takes several times as long.
 */
function replacement(length: number, neighbour: NeighbourIdentity, littleEndian: boolean): Uint8Array {
  const octets = new Uint8Array(length);
  const view = viewOf(octets);
  const flags = netlink.NLM_F_REQUEST | netlink.NLM_F_CREATE | netlink.NLM_F_REPLACE;
  view.setUint32(0, length, littleEndian);
  view.setUint16(4, RTM_NEWNEIGH, littleEndian);
  view.setUint16(6, flags, littleEndian);
  writeFixedPart(view, 16, neighbour, littleEndian);
  view.setUint16(28, 4 + 1, littleEndian);
  view.setUint16(30, NDA_PROTOCOL, littleEndian);
  view.setUint8(32, PMIP_PROTOCOL);
  view.setUint16(36, 4 + 4, littleEndian);
  view.setUint16(38, NDA_DST, littleEndian);
  view.setUint32(40, neighbour.address);
  return octets;
}

export function encodeNeighbourRemoval(neighbour: NeighbourIdentity, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_DELNEIGH, netlink.NLM_F_REQUEST, littleEndian);
  writeFixedPart(writer.fixed(NDMSG_LENGTH), 0, neighbour, littleEndian);
  writer.networkNumber32(NDA_DST, neighbour.address);
  return writer.finish();
}

/** The kernel keeps two tables, so that two dumps are needed. */
export function encodeNeighboursDump(of: { readonly isProxy: boolean }, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_GETNEIGH, netlink.NLM_F_REQUEST | netlink.NLM_F_DUMP, littleEndian);
  const view = writer.fixed(NDMSG_LENGTH);
  view.setUint8(0, AF_INET);
  view.setUint8(10, of.isProxy ? NTF_PROXY : 0);
  return writer.finish();
}

/** The payload of RTM_NEWNEIGH or RTM_DELNEIGH; undefined where the neighbour is not IPv4. */
export function decodeNeighbour(payload: Uint8Array, littleEndian: boolean): Neighbour | undefined {
  const view = fixedPart(payload, NDMSG_LENGTH, 'neighbour');
  if (view.getUint8(0) !== AF_INET) return undefined;
  const attributes = netlink.readAttributes(payload, NDMSG_LENGTH, littleEndian, 'neighbour');
  const mac = attributes.get(NDA_LLADDR);
  return {
    address: netlink.attributeIpv4(attributes, NDA_DST) ?? UNSPECIFIED_ADDRESS,
    interfaceIndex: view.getUint32(4, littleEndian),
    isProxy: (view.getUint8(10) & NTF_PROXY) !== 0,
    mac: mac?.length === 6 ? readMac(viewOf(mac), 0) : undefined,
    protocol: netlink.attributeNumber(attributes, NDA_PROTOCOL, littleEndian) ?? 0,
    isPermanent: (view.getUint16(8, littleEndian) & NUD_PERMANENT) !== 0,
  };
}

function writeFixedPart(view: DataView, offset: number, neighbour: NeighbourIdentity, littleEndian: boolean): void {
  view.setUint8(offset, AF_INET);
  view.setUint32(offset + 4, neighbour.interfaceIndex, littleEndian);
  view.setUint16(offset + 8, NUD_PERMANENT, littleEndian);
  view.setUint8(offset + 10, neighbour.isProxy ? NTF_PROXY : 0);
}

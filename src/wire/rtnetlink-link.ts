// Links of rtnetlink (linux/if_link.h, struct ifinfomsg): the two flow-based tunnel devices of the data plane, and what
// is to be known of every other interface.

import { type MacAddress, readMac } from '../octets/address.ts';
import { viewOf } from '../octets/octets.ts';
import { fixedPart } from './malformed.ts';
import * as netlink from './netlink.ts';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;

const AF_UNSPEC = 0;
const IFINFOMSG_LENGTH = 16;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_MASTER = 10;
const IFLA_LINKINFO = 18;
const IFLA_EXT_MASK = 29;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_IPTUN_PROTO = 9;
const IFLA_IPTUN_COLLECT_METADATA = 19;
const IFLA_GRE_COLLECT_METADATA = 18;
const RTEXT_FILTER_SKIP_STATS = 8;
const IFF_UP = 1;

export type TunnelEncapsulation = 'ipip' | 'gre';

export type TunnelLink = {
  readonly name: string;
  readonly encapsulation: TunnelEncapsulation;
  readonly mtuOctets: number;
};

export type Link = {
  readonly index: number;
  readonly name: string;
  readonly isUp: boolean;
  /** IFF_ flags (linux/if.h). */
  readonly flags: number;
  readonly mtuOctets: number;
  /** Absent where the link has no Ethernet address (a tunnel). */
  readonly mac: MacAddress | undefined;
  /** Index of the bridge that the link is a port of. */
  readonly master: number | undefined;
  /** 'bridge', 'veth', 'ipip', ...; absent for hardware. */
  readonly kind: string | undefined;
};

/** `ip link add NAME mtu MTU up type ipip|gre external`. */
export function encodeTunnelLink(link: TunnelLink, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(
    RTM_NEWLINK,
    netlink.NLM_F_REQUEST | netlink.NLM_F_CREATE | netlink.NLM_F_EXCL,
    littleEndian,
  );
  writeUp(writer.fixed(IFINFOMSG_LENGTH), littleEndian);
  writer.number32(IFLA_MTU, link.mtuOctets);
  writer.text(IFLA_IFNAME, link.name);
  writer.nestedUnmarked(IFLA_LINKINFO, () => {
    writer.octets(IFLA_INFO_KIND, kindOctets(link.encapsulation));
    writer.nestedUnmarked(IFLA_INFO_DATA, () => {
      if (link.encapsulation === 'gre') {
        writer.octets(IFLA_GRE_COLLECT_METADATA, new Uint8Array(0));
      } else {
        writer.number8(IFLA_IPTUN_PROTO, 0);
        writer.octets(IFLA_IPTUN_COLLECT_METADATA, new Uint8Array(0));
      }
    });
  });
  return writer.finish();
}

/** `ip link set NAME mtu MTU up`. */
export function encodeLinkChange(
  link: { readonly name: string; readonly mtuOctets: number },
  littleEndian: boolean,
): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_NEWLINK, netlink.NLM_F_REQUEST, littleEndian);
  writeUp(writer.fixed(IFINFOMSG_LENGTH), littleEndian);
  writer.number32(IFLA_MTU, link.mtuOctets);
  writer.text(IFLA_IFNAME, link.name);
  return writer.finish();
}

export function encodeLinkRemoval(name: string, littleEndian: boolean): Uint8Array {
  return encodeByName(RTM_DELLINK, name, littleEndian);
}

/** Asks for one link; it comes before the acknowledgement. */
export function encodeLinkQuery(name: string, littleEndian: boolean): Uint8Array {
  return encodeByName(RTM_GETLINK, name, littleEndian);
}

export function encodeLinksDump(littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_GETLINK, netlink.NLM_F_REQUEST | netlink.NLM_F_DUMP, littleEndian);
  writer.fixed(IFINFOMSG_LENGTH);
  writer.number32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return writer.finish();
}

/**
 * The payload of RTM_NEWLINK or RTM_DELLINK. Undefined where it is about a link as part of another family: a port that
 * leaves its bridge is told as RTM_DELLINK of AF_BRIDGE, and yet the link lives on.
 */
export function decodeLink(payload: Uint8Array, littleEndian: boolean): Link | undefined {
  const view = fixedPart(payload, IFINFOMSG_LENGTH, 'link');
  if (view.getUint8(0) !== AF_UNSPEC) return undefined;
  const attributes = netlink.readAttributes(payload, IFINFOMSG_LENGTH, littleEndian, 'link');
  const flags = view.getUint32(8, littleEndian);
  const mac = attributes.get(IFLA_ADDRESS);
  return {
    index: view.getUint32(4, littleEndian),
    name: netlink.attributeText(attributes, IFLA_IFNAME) ?? '',
    isUp: (flags & IFF_UP) !== 0,
    flags,
    mtuOctets: netlink.attributeNumber(attributes, IFLA_MTU, littleEndian) ?? 0,
    mac: mac?.length === 6 ? readMac(viewOf(mac), 0) : undefined,
    master: netlink.attributeNumber(attributes, IFLA_MASTER, littleEndian),
    kind: readKind(attributes, littleEndian),
  };
}

function encodeByName(type: number, name: string, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(type, netlink.NLM_F_REQUEST, littleEndian);
  writer.fixed(IFINFOMSG_LENGTH);
  writer.text(IFLA_IFNAME, name);
  if (type === RTM_GETLINK) writer.number32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return writer.finish();
}

function writeUp(view: DataView, littleEndian: boolean): void {
  view.setUint32(8, IFF_UP, littleEndian);
  view.setUint32(12, IFF_UP, littleEndian);
}

// The kind goes without its NUL, as iproute2 has it.
function kindOctets(encapsulation: TunnelEncapsulation): Uint8Array {
  return Uint8Array.from(encapsulation, (letter) => letter.charCodeAt(0));
}

function readKind(attributes: netlink.Attributes, littleEndian: boolean): string | undefined {
  const information = attributes.get(IFLA_LINKINFO);
  if (information === undefined) return undefined;
  return netlink.attributeText(netlink.readAttributes(information, 0, littleEndian, 'link kind'), IFLA_INFO_KIND);
}

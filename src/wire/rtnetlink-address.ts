// IPv4 addresses of interfaces in rtnetlink (linux/if_addr.h, struct ifaddrmsg). Read only: netifd gives addresses.

import { type Ipv4Address, UNSPECIFIED_ADDRESS } from '../octets/address.ts';
import { fixedPart, Malformed } from './malformed.ts';
import * as netlink from './netlink.ts';
import { AF_INET } from './rtnetlink-route.ts';

export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

const IFADDRMSG_LENGTH = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_LABEL = 3;
const IFA_BROADCAST = 4;
const IFA_F_SECONDARY = 1;

export type InterfaceAddress = {
  readonly interfaceIndex: number;
  readonly address: Ipv4Address;
  readonly prefixLength: number;
  readonly broadcast: Ipv4Address | undefined;
  readonly label: string | undefined;
  /** Not the first address of its subnet on this interface. */
  readonly isSecondary: boolean;
};

export function encodeAddressesDump(littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_GETADDR, netlink.NLM_F_REQUEST | netlink.NLM_F_DUMP, littleEndian);
  writer.fixed(IFADDRMSG_LENGTH).setUint8(0, AF_INET);
  return writer.finish();
}

/** The payload of RTM_NEWADDR or RTM_DELADDR; undefined where the address is not IPv4. */
export function decodeInterfaceAddress(payload: Uint8Array, littleEndian: boolean): InterfaceAddress | undefined {
  const view = fixedPart(payload, IFADDRMSG_LENGTH, 'interface address');
  if (view.getUint8(0) !== AF_INET) return undefined;
  const prefixLength = view.getUint8(1);
  if (prefixLength > 32) throw new Malformed('interface address', `prefix length ${prefixLength}`);
  const attributes = netlink.readAttributes(payload, IFADDRMSG_LENGTH, littleEndian, 'interface address');
  return {
    interfaceIndex: view.getUint32(4, littleEndian),
    // On a point-to-point link IFA_ADDRESS is the peer's.
    address:
      netlink.attributeIpv4(attributes, IFA_LOCAL) ??
      netlink.attributeIpv4(attributes, IFA_ADDRESS) ??
      UNSPECIFIED_ADDRESS,
    prefixLength,
    broadcast: netlink.attributeIpv4(attributes, IFA_BROADCAST),
    label: netlink.attributeText(attributes, IFA_LABEL),
    isSecondary: (view.getUint8(2) & IFA_F_SECONDARY) !== 0,
  };
}

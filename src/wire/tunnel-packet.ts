// An IPv4 packet in the outer header of a tunnel: IP within IP (RFC 2003 §3.1), or GRE without key and checksum (RFC 2784
// §2). The kernel does this for what it forwards; here it is done for what this box says in a visitor's name.

import type { Ipv4Address } from '../octets/address.ts';
import { internetChecksum, viewOf } from '../octets/octets.ts';

const IPV4_LENGTH = 20;
const GRE_LENGTH = 4;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL = { ipip: 4, gre: 47 } as const;
/** As the kernel's tunnels have it. */
const TIME_TO_LIVE = 64;

export type TunnelPacket = {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly encapsulation: keyof typeof PROTOCOL;
  /** The packet inside, from its IPv4 header on. */
  readonly inner: Uint8Array;
};

export function encodeTunnelPacket({ source, destination, encapsulation, inner }: TunnelPacket): Uint8Array {
  const innerOffset = IPV4_LENGTH + (encapsulation === 'gre' ? GRE_LENGTH : 0);
  const octets = new Uint8Array(innerOffset + inner.length);
  const view = viewOf(octets);
  view.setUint8(0, 0x45);
  view.setUint16(2, octets.length);
  view.setUint8(8, TIME_TO_LIVE);
  view.setUint8(9, PROTOCOL[encapsulation]);
  view.setUint32(12, source);
  view.setUint32(16, destination);
  view.setUint16(10, internetChecksum(octets.subarray(0, IPV4_LENGTH)));
  if (encapsulation === 'gre') view.setUint16(IPV4_LENGTH + 2, ETHERTYPE_IPV4);
  octets.set(inner, innerOffset);
  return octets;
}

// What the rules of our tables look for in a packet.

import * as expressions from '../wire/nftables-expressions.ts';

/** The bit that makes a MAC address one of a group. */
export const GROUP_BIT = Uint8Array.of(1, 0, 0, 0, 0, 0);
export const DESTINATION_MAC = { header: 'link', offset: 0, length: 6 } as const;
export const SOURCE_ADDRESS = { header: 'network', offset: 12, length: 4 } as const;
export const DESTINATION_ADDRESS = { header: 'network', offset: 16, length: 4 } as const;
export const LIMITED_BROADCAST = Uint8Array.of(255, 255, 255, 255);
export const ETHERTYPE_IPV4 = Uint8Array.of(0x08, 0x00);
export const ETHERTYPE_ARP = Uint8Array.of(0x08, 0x06);
const IPPROTO_UDP = Uint8Array.of(17);
const SOURCE_PORT = { header: 'transport', offset: 0, length: 2 } as const;
export const DESTINATION_PORT = { header: 'transport', offset: 2, length: 2 } as const;
/** RFC 5944 §3.3: registrations are sent to, and answered from, port 434. */
export const REGISTRATION_PORT = Uint8Array.of(434 >> 8, 434 & 0xff);
export const DHCP_SERVER_PORT = Uint8Array.of(0, 67);
export const DHCP_CLIENT_PORT = Uint8Array.of(0, 68);
/** RFC 2131 §2: behind the UDP header and 240 octets are the options, of which all known programs send their type first. */
export const FIRST_DHCP_OPTION = { header: 'transport', offset: 248, length: 3 } as const;

/** `udp sport ...` */
export function isUdpFrom(port: Uint8Array): expressions.Expression[] {
  return isUdp(SOURCE_PORT, port);
}

/** `udp dport ...` */
export function isUdpTo(port: Uint8Array): expressions.Expression[] {
  return isUdp(DESTINATION_PORT, port);
}

function isUdp(field: typeof SOURCE_PORT | typeof DESTINATION_PORT, port: Uint8Array): expressions.Expression[] {
  return [
    expressions.metaLoad('transportProtocol'),
    expressions.compareEqual(IPPROTO_UDP),
    expressions.payloadLoad(field),
    expressions.compareEqual(port),
  ];
}

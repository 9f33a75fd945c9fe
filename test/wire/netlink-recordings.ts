// What Linux 6.18 wrote into netlink sockets, and what iproute2 6.1 and nft 1.0.6 did (recorded with strace on a
// little-endian machine): the octets behind the message header.

import { Malformed } from '../../src/wire/malformed.ts';
import { decodeNetlinkMessages, type NetlinkMessage } from '../../src/wire/netlink.ts';
import { hex } from '../hex.ts';

export const BYTE_ORDERS = [
  { order: 'little-endian', littleEndian: true },
  { order: 'big-endian', littleEndian: false },
] as const;

/** `ip -d link show br-lan`, without the attributes that are of no interest. */
export const BRIDGE_LINK = hex(
  '0000 0100 04000000 43100100 00000000', // ifinfomsg: index 4, flags UP and more
  '0b000300 62722d6c616e0000', //            IFLA_IFNAME br-lan
  '08000400 dc050000', //                    IFLA_MTU 1500
  '0a000100 9a566f588d190000', //            IFLA_ADDRESS
  '18001200 0b000100 6272696467650000 08000200 04000100', // IFLA_LINKINFO bridge
);

/** A veth that is a port of the bridge. */
export const PORT_LINK = hex(
  '0000 0100 02000000 43100100 00000000',
  '0a000300 766574683100 0000',
  '08000400 dc050000',
  '08000a00 04000000', //                    IFLA_MASTER 4
  '10001200 09000100 7665746800 000000', //  IFLA_LINKINFO veth
);

/** A port leaves the bridge: family AF_BRIDGE, and RTM_DELLINK although the link lives on. */
export const BRIDGE_FAMILY_LINK = hex('0700 0100 02000000 43100100 00000000', '0a000300 766574683100 0000');

export const ADDRESS = hex(
  '02 18 80 00 04000000',
  '08000100 0a020001 08000200 0a020001 0b000300 62722d6c616e0000 08000800 80000000',
  '14000600 ffffffff ffffffff 266c0400 266c0400',
);

/** `ip route show`: what `encap ip` became, with the attributes that the kernel adds. */
export const TUNNEL_ROUTE = hex(
  '02 20 00 00 fc 2b fd 01 00000000',
  '08000f00 0201ff0a', //                    RTA_TABLE 184484098
  '08000100 0a01004d 08000600 b2010000 08000400 03000000',
  '38001600 0c000100 0000000000000000 08000200 0aff0202 08000300 0aff0102',
  '05000500 00000000 05000400 40000000 06000600 00000000 06001500 02000000',
);

/** `ip route get 10.2.0.7` */
export const ROUTE_ANSWER = hex(
  '02 20 00 00 fe 00 00 01 00020000',
  '08000f00 fe000000 08000100 0a020007 08000400 04000000 08000700 0a020001 08001900 00000000',
);

export const NEIGHBOUR = hex(
  '02 000000 04000000 8000 00 01',
  '08000100 0a01004e 0a000200 020000000005 0000 08000400 00000000',
  '14000300 04000000 04000000 00000000 00000000 05000c00 2b000000',
);

export const PROXY_NEIGHBOUR = hex('02 000000 04000000 0000 08 01', '08000100 0a01004f 05000c00 2b000000');

export const RULE = hex(
  '02 00 18 00 fc 00 00 01 00000000',
  '08000f00 0201ff0a 08000e00 ffffffff 05001500 2b000000 0b000300 62722d6c616e0000 08000600 64000000',
  '08000200 0a010000',
);

/** The kernel's dump of the map `visitors`, with two elements. */
export const ELEMENTS = hex(
  '07 00 0004 09000100 706d697000000000 0d000200 76697369746f727300000000 54000300',
  '28000100 14000100 10000100 020000000006 0000 0a01004e 10000200 0a000100 020000000001 0000',
  '28000100 14000100 10000100 020000000005 0000 0a01004d 10000200 0a000100 020000000001 0000',
);

/** The dump's last part. */
export const NO_ELEMENTS = hex('07 00 0004 09000100 706d697000000000 0d000200 76697369746f727300000000 04000300');

/** ENOENT for a set of a table that does not exist, with the offset of what is wrong (extended acknowledgement). */
export const NO_SUCH_TABLE = hex(
  '4c000000 0200 0002 00000000 00000000 feffffff',
  '30000000 0a0a 0500 00000000 00000000 07000000 0b000100 6e6f7375636800 00',
  '0d000200 76697369746f727300 7f0000 08000200 14000000',
);

/** ENODEV, with the request behind it. */
export const REFUSAL = hex(
  '48000000 0200 0000 07000000 00000000', //  nlmsghdr
  'edffffff', //                             -19
  '34000000 1200 0100 07000000 00000000', // the request's header, and its 36 octets
  '00000000 00000000 00000000 00000000 08001d00 09000000 0c000300 6e6f7768657265 00',
);

/** A message with this payload. */
export function message(type: number, payload: Uint8Array): NetlinkMessage {
  return { type, flags: 0, sequence: 0, payload };
}

/** The octets behind the header of a single message. */
export function body(octets: Uint8Array): Uint8Array {
  return octets.subarray(16);
}

/** The type and the flags of a single message. */
export function typeAndFlags(octets: Uint8Array, littleEndian = true): number[] {
  return decodeNetlinkMessages(octets, littleEndian).flatMap(({ type, flags }) => [type, flags]);
}

/** Copies with one to three octets changed; the same copies in every run. */
export function* mutations(octets: Uint8Array, count: number): Generator<Uint8Array> {
  let seed = 0x434;
  const random = (limit: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  for (let made = 0; made < count; made++) {
    const mutated = octets.slice();
    for (let changes = 1 + random(3); changes > 0; changes--) mutated[random(octets.length)] = random(256);
    yield mutated;
  }
}

/** Cut at every length, then mutated: how often the decoder took it and refused it. Any other error gets out. */
export function attack(
  octets: Uint8Array,
  decode: (octets: Uint8Array) => unknown,
): { taken: number; malformed: number } {
  const outcome = { taken: 0, malformed: 0 };
  const attempt = (attacked: Uint8Array) => {
    try {
      decode(attacked);
      outcome.taken += 1;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      outcome.malformed += 1;
    }
  };
  for (let length = 0; length < octets.length; length++) attempt(octets.subarray(0, length));
  for (const mutated of mutations(octets, 2000)) attempt(mutated);
  return outcome;
}

// The classic BPF programs of an access point's packet sockets: which frames reach the daemon at all. Of a BSS, ARP and DHCP
// always do, what is said to mobility agents too, and IPv4 only from stations whose address is not yet known, so that no
// packet of a known station costs anything here. Of a wired port, what agents say to mobile nodes.

import type { MacAddress } from '../octets/address.ts';

/** Code, jump if true, jump if false, operand (linux/filter.h). */
export type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];

const LOAD_OCTET = 0x30;
const LOAD_HALF_WORD = 0x28;
const LOAD_WORD = 0x20;
/** At an offset from behind the IPv4 header, whose length is to be taken into the index register before. */
const LOAD_OCTET_BEHIND = 0x50;
const LOAD_HALF_WORD_BEHIND = 0x48;
const TAKE_HEADER_LENGTH = 0xb1;
const JUMP_EQUAL = 0x15;
const JUMP_BITS_SET = 0x45;
const RETURN = 0x06;

const ETHERTYPE_OFFSET = 12;
const SOURCE_OFFSET = 6;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV4 = 0x0800;

const IPV4_OFFSET = 14;
const FRAGMENT_OFFSET = 20;
const FRAGMENT_OFFSET_BITS = 0x1fff;
const PROTOCOL_OFFSET = 23;
const PROTOCOL_ICMP = 1;
const PROTOCOL_UDP = 17;
const ROUTER_ADVERTISEMENT = 9;
const ROUTER_SOLICITATION = 10;
const DESTINATION_PORT_OFFSET = 2;
/** RFC 5944 §3: replies come from the port of registration. */
const REGISTRATION_PORT = 434;
const DHCP_SERVER_PORT = 67;

/** What the kernel knows of a frame besides its octets (linux/filter.h, SKF_AD_OFF). */
const PACKET_TYPE = 0xffff_f004;
const IS_VLAN_TAGGED = 0xffff_f030;
const PACKET_OUTGOING = 4;

/** A jump spans at most 255 instructions and the kernel takes 4096; each station takes five. More stations wait for ARP. */
export const MOST_UNIDENTIFIED_STATIONS = 250;

/** Octets of a frame that are kept: enough for ARP, and for the headers that tell an address. */
const KEPT_OCTETS = 1600;

/** Of IPv4 frames: what mobile nodes say to agents, registration requests and solicitations. Others go on behind it. */
const SAID_TO_AGENTS: readonly Instruction[] = [
  [LOAD_HALF_WORD, 0, 0, FRAGMENT_OFFSET],
  [JUMP_BITS_SET, 9, 0, FRAGMENT_OFFSET_BITS],
  [TAKE_HEADER_LENGTH, 0, 0, IPV4_OFFSET],
  [LOAD_OCTET, 0, 0, PROTOCOL_OFFSET],
  [JUMP_EQUAL, 0, 2, PROTOCOL_ICMP],
  [LOAD_OCTET_BEHIND, 0, 0, IPV4_OFFSET],
  [JUMP_EQUAL, 3, 4, ROUTER_SOLICITATION],
  [JUMP_EQUAL, 0, 3, PROTOCOL_UDP],
  [LOAD_HALF_WORD_BEHIND, 0, 0, IPV4_OFFSET + DESTINATION_PORT_OFFSET],
  [JUMP_EQUAL, 0, 1, REGISTRATION_PORT],
  [RETURN, 0, 0, KEPT_OCTETS],
];

export function stationFilter(unidentified: Iterable<MacAddress>): Instruction[] {
  const program: Instruction[] = [
    // What this box or the bridge sends to stations is none of their own words.
    [LOAD_WORD, 0, 0, PACKET_TYPE],
    [JUMP_EQUAL, 0, 1, PACKET_OUTGOING],
    [RETURN, 0, 0, 0],
    [LOAD_HALF_WORD, 0, 0, ETHERTYPE_OFFSET],
    [JUMP_EQUAL, 0, 1, ETHERTYPE_ARP],
    [RETURN, 0, 0, KEPT_OCTETS],
    [JUMP_EQUAL, 1, 0, ETHERTYPE_IPV4],
    [RETURN, 0, 0, 0],
    ...SAID_TO_AGENTS,
    [LOAD_OCTET, 0, 0, PROTOCOL_OFFSET],
    [JUMP_EQUAL, 0, 6, PROTOCOL_UDP],
    [LOAD_HALF_WORD, 0, 0, FRAGMENT_OFFSET],
    [JUMP_BITS_SET, 4, 0, FRAGMENT_OFFSET_BITS],
    [TAKE_HEADER_LENGTH, 0, 0, IPV4_OFFSET],
    [LOAD_HALF_WORD_BEHIND, 0, 0, IPV4_OFFSET + DESTINATION_PORT_OFFSET],
    [JUMP_EQUAL, 0, 1, DHCP_SERVER_PORT],
    [RETURN, 0, 0, KEPT_OCTETS],
  ];
  let count = 0;
  for (const mac of unidentified) {
    if (count++ === MOST_UNIDENTIFIED_STATIONS) break;
    program.push(
      [LOAD_WORD, 0, 0, SOURCE_OFFSET + 2],
      [JUMP_EQUAL, 0, 3, mac % 2 ** 32],
      [LOAD_HALF_WORD, 0, 0, SOURCE_OFFSET],
      [JUMP_EQUAL, 0, 1, Math.floor(mac / 2 ** 32)],
      [RETURN, 0, 0, KEPT_OCTETS],
    );
  }
  program.push([RETURN, 0, 0, 0]);
  return program;
}

/**
 * Router advertisements, and what comes from the registration port; not what this box sends itself, nor what belongs to a
 * VLAN that the port carries besides.
 */
export function agentFilter(): Instruction[] {
  return [
    [LOAD_WORD, 0, 0, PACKET_TYPE],
    [JUMP_EQUAL, 15, 0, PACKET_OUTGOING],
    [LOAD_WORD, 0, 0, IS_VLAN_TAGGED],
    [JUMP_EQUAL, 0, 13, 0],
    [LOAD_HALF_WORD, 0, 0, ETHERTYPE_OFFSET],
    [JUMP_EQUAL, 0, 11, ETHERTYPE_IPV4],
    [LOAD_HALF_WORD, 0, 0, FRAGMENT_OFFSET],
    [JUMP_BITS_SET, 9, 0, FRAGMENT_OFFSET_BITS],
    [TAKE_HEADER_LENGTH, 0, 0, IPV4_OFFSET],
    [LOAD_OCTET, 0, 0, PROTOCOL_OFFSET],
    [JUMP_EQUAL, 0, 2, PROTOCOL_ICMP],
    [LOAD_OCTET_BEHIND, 0, 0, IPV4_OFFSET],
    [JUMP_EQUAL, 3, 4, ROUTER_ADVERTISEMENT],
    [JUMP_EQUAL, 0, 3, PROTOCOL_UDP],
    [LOAD_HALF_WORD_BEHIND, 0, 0, IPV4_OFFSET],
    [JUMP_EQUAL, 0, 1, REGISTRATION_PORT],
    [RETURN, 0, 0, KEPT_OCTETS],
    [RETURN, 0, 0, 0],
  ];
}

/** Of a link with mobile nodes: what they say to agents, registration requests and solicitations. */
export function mobileNodeFilter(): Instruction[] {
  return [
    [LOAD_HALF_WORD, 0, 0, ETHERTYPE_OFFSET],
    [JUMP_EQUAL, 0, SAID_TO_AGENTS.length, ETHERTYPE_IPV4],
    ...SAID_TO_AGENTS,
    [RETURN, 0, 0, 0],
  ];
}

// The classic BPF program of an access point's packet socket: which frames of a BSS reach the daemon at all. ARP always
// does; IPv4 only from stations whose address is not yet known, so that no packet of a known station costs anything here.

import type { MacAddress } from '../octets/address.ts';

/** Code, jump if true, jump if false, operand (linux/filter.h). */
export type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];

const LOAD_HALF_WORD = 0x28;
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const RETURN = 0x06;

const ETHERTYPE_OFFSET = 12;
const SOURCE_OFFSET = 6;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV4 = 0x0800;

/** A jump spans at most 255 instructions and the kernel takes 4096; each station takes five. More stations wait for ARP. */
export const MOST_UNIDENTIFIED_STATIONS = 250;

/** Octets of a frame that are kept: enough for ARP, and for the headers that tell an address. */
const KEPT_OCTETS = 1600;

export function stationFilter(unidentified: Iterable<MacAddress>): Instruction[] {
  const program: Instruction[] = [
    [LOAD_HALF_WORD, 0, 0, ETHERTYPE_OFFSET],
    [JUMP_EQUAL, 0, 1, ETHERTYPE_ARP],
    [RETURN, 0, 0, KEPT_OCTETS],
    [JUMP_EQUAL, 1, 0, ETHERTYPE_IPV4],
    [RETURN, 0, 0, 0],
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

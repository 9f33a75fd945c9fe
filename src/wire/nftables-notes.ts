// What nft asks the kernel to keep with a set for nft itself (NFTA_SET_USERDATA; nft's netlink_linearize.c and libnftnl's
// udata.h): without it nft prints a set whose type has no name in a way that it cannot read again. Each note is a number
// of 32 bits in host order or a list of notes.

import { join, viewOf } from '../octets/octets.ts';

export type Note = readonly [type: number, value: number | readonly Note[]];

export function encodeNotes(notes: readonly Note[], littleEndian: boolean): Uint8Array {
  return join(notes.map((note) => encodeNote(note, littleEndian)));
}

function encodeNote([type, value]: Note, littleEndian: boolean): Uint8Array {
  const octets = typeof value === 'number' ? encodeNumber(value, littleEndian) : encodeNotes(value, littleEndian);
  return join([Uint8Array.of(type, octets.length), octets]);
}

function encodeNumber(value: number, littleEndian: boolean): Uint8Array {
  const octets = new Uint8Array(4);
  viewOf(octets).setUint32(0, value, littleEndian);
  return octets;
}

// The Message String Extension (RFC 4917 §3): words for people in a reply or a revocation. Nothing may follow from them.

import { utf8Octets, utf8Text } from '../octets/octets.ts';
import { appendExtension, EXTENSION, type Extension } from './extensions.ts';

const SUBTYPE = { homeAgent: 1, foreignAgent: 2 } as const;
const MOST_OCTETS = 254;

export type MessageString = {
  readonly from: 'homeAgent' | 'foreignAgent';
  readonly text: string;
};

/** Undefined: another subtype. The text may hold control characters: whoever prints it takes care. */
export function readMessageString({ subtype, data }: Extension): MessageString | undefined {
  switch (subtype) {
    case SUBTYPE.homeAgent:
      return { from: 'homeAgent', text: utf8Text(data) };
    case SUBTYPE.foreignAgent:
      return { from: 'foreignAgent', text: utf8Text(data) };
    default:
      return undefined;
  }
}

/** A text that is too long for the extension is cut between two characters. */
export function appendMessageString(message: Uint8Array, { from, text }: MessageString): Uint8Array {
  const octets = utf8Octets(text);
  let length = Math.min(octets.length, MOST_OCTETS);
  while (isWithinCharacter(octets, length)) length -= 1;
  const data = octets.subarray(0, length);
  return appendExtension(message, { type: EXTENSION.messageString, subtype: SUBTYPE[from], data });
}

/** RFC 3629 §3: only the first octet of a character does not begin with the bits 10. */
function isWithinCharacter(octets: Uint8Array, at: number): boolean {
  return ((octets[at] ?? 0) & 0xc0) === 0x80;
}

// The one error that a decoder throws. `inbound` catches it, and whoever asks the kernel.

import { viewOf } from '../octets/octets.ts';

/** Octets that make no sense: which message or part of it, and why. */
export class Malformed extends Error {
  constructor(what: string, why: string) {
    super(`${what}: ${why}`);
    this.name = 'Malformed';
  }
}

/** A view over a message whose fixed part is known to be there. */
export function fixedPart(octets: Uint8Array, length: number, what: string): DataView {
  if (octets.length < length) throw new Malformed(what, `${octets.length} octets, at least ${length} needed`);
  return viewOf(octets);
}

/** Undefined where the octets make no sense: one odd message of many is not to hide the others. */
export function unlessMalformed<Message>(decode: () => Message): Message | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

// The one error that a decoder throws. `inbound` alone catches it.

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

// The Revocation Support Extension (RFC 3543 §3.2), and the clock that it shares with the Revocation Identifier (§3.5).

import { viewOf } from '../octets/octets.ts';
import { appendExtension, EXTENSION, type Extension } from './extensions.ts';
import { identificationAt } from './identification.ts';

const LENGTH = 6;
const INFORM = 0x8000;

export type RevocationSupport = {
  /** The I bit: the sender takes part in deciding whether a mobile node is told of its revocation. */
  readonly informSupported: boolean;
  /** The sender's clock when it sent; every Revocation Identifier for this registration is later. */
  readonly timestamp: number;
};

export function readRevocationSupport(extension: Extension): RevocationSupport {
  const view = viewOf(extension.data);
  return { informSupported: (view.getUint16(0) & INFORM) !== 0, timestamp: view.getUint32(2) };
}

export function appendRevocationSupport(message: Uint8Array, support: RevocationSupport): Uint8Array {
  const data = new Uint8Array(LENGTH);
  const view = viewOf(data);
  view.setUint16(0, support.informSupported ? INFORM : 0);
  view.setUint32(2, support.timestamp);
  return appendExtension(message, { type: EXTENSION.revocationSupport, data });
}

/**
 * The 4 octets of a clock. The RFC names no unit; seconds, as in the upper half of an Identification, are what a peer can
 * tell our clock's offset from.
 */
export function revocationTimestampAt(unixMs: number): number {
  return Number(identificationAt(unixMs) >> 32n);
}

/** A timestamp of now that is later than the last one sent, also within its second and after the clock was set back. */
export function nextRevocationTimestamp(last: number | undefined, unixMs: number): number {
  const now = revocationTimestampAt(unixMs);
  return last === undefined || isLaterTimestamp(now, last) ? now : (last + 1) >>> 0;
}

/** The difference counts, because the field begins again. */
export function isLaterTimestamp(later: number, earlier: number): boolean {
  return ((later - earlier) | 0) > 0;
}

/** The later one of those that there are. */
export function latestTimestamp(a: number | undefined, b: number): number;
export function latestTimestamp(a: number | undefined, b: number | undefined): number | undefined;
export function latestTimestamp(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return isLaterTimestamp(a, b) ? a : b;
}

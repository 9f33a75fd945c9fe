// How often we may say no: once a second to the same mobile node (RFC 5944 §3.7.2), and once a second in all to those who
// are too distant (RFC 3024 §4.2.1), because these may be anybody.

import type { Ipv4Address } from '../../octets/address.ts';
import { CODE } from '../../wire/registration.ts';

const SECOND_MS = 1000;
/** More nodes than this within one second are no visitors, but somebody who makes up addresses. */
const MOST_NODES = 1000;

export class DenialLimit {
  readonly #lastAtMs = new Map<Ipv4Address, number>();
  #lastToDistantMs = Number.NEGATIVE_INFINITY;

  /** Whether one more is within the limit; it is counted then. */
  take(homeAddress: Ipv4Address, code: number, nowMs: number): boolean {
    if (nowMs - (this.#lastAtMs.get(homeAddress) ?? Number.NEGATIVE_INFINITY) < SECOND_MS) return false;
    if (code === CODE.mobileNodeTooDistant) {
      if (nowMs - this.#lastToDistantMs < SECOND_MS) return false;
      this.#lastToDistantMs = nowMs;
    }
    if (this.#lastAtMs.size >= MOST_NODES) this.#forget(nowMs);
    if (this.#lastAtMs.size >= MOST_NODES) return false;
    // Set anew, a node moves to the end: the map is in the order of time.
    this.#lastAtMs.delete(homeAddress);
    this.#lastAtMs.set(homeAddress, nowMs);
    return true;
  }

  #forget(nowMs: number): void {
    for (const [homeAddress, atMs] of this.#lastAtMs) {
      if (nowMs - atMs < SECOND_MS) return;
      this.#lastAtMs.delete(homeAddress);
    }
  }
}

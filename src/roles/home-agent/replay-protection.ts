// Replay protection by timestamps (RFC 5944 §5.7.1): an Identification is fresh when it lies within the tolerance of our
// clock and above every earlier accepted one of the same mobile node.

import type { Ipv4Address } from '../../octets/address.ts';
import { isLater, unixMsOf } from '../../wire/identification.ts';

/** RFC 5944 §5.7.1: the default; it must be greater than 3 seconds. */
const TOLERANCE_MS = 7000;

export class ReplayProtection {
  readonly #lastAccepted = new Map<Ipv4Address, bigint>();
  #prunedAtUnixMs = 0;

  isFresh(homeAddress: Ipv4Address, identification: bigint, unixMs: number): boolean {
    if (Math.abs(unixMsOf(identification) - unixMs) > TOLERANCE_MS) return false;
    const last = this.#lastAccepted.get(homeAddress);
    return last === undefined || isLater(identification, last);
  }

  accepted(homeAddress: Ipv4Address, identification: bigint, unixMs: number): void {
    this.#lastAccepted.set(homeAddress, identification);
    if (Math.abs(unixMs - this.#prunedAtUnixMs) > 2 * TOLERANCE_MS) this.#prune(unixMs);
  }

  /** What lies behind the tolerance is refused anyway, so it need not be remembered: the table stays small. */
  #prune(unixMs: number): void {
    this.#prunedAtUnixMs = unixMs;
    for (const [homeAddress, identification] of this.#lastAccepted) {
      if (Math.abs(unixMsOf(identification) - unixMs) > 2 * TOLERANCE_MS) this.#lastAccepted.delete(homeAddress);
    }
  }
}

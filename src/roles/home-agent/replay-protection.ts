// Replay protection by timestamps (RFC 5944 §5.7.1): an Identification is fresh when it lies within the tolerance of our
// clock and above every earlier accepted one of the same mobile node.

import type { Ipv4Address } from '../../octets/address.ts';
import { isLater, unixMsOf } from '../../wire/identification.ts';

export class ReplayProtection {
  readonly #lastAccepted = new Map<Ipv4Address, bigint>();
  #toleranceMs: number;
  #prunedAtUnixMs = 0;
  #sinceUnixMs = Number.NEGATIVE_INFINITY;

  constructor(toleranceSeconds: number) {
    this.#toleranceMs = toleranceSeconds * 1000;
  }

  set toleranceSeconds(seconds: number) {
    this.#toleranceMs = seconds * 1000;
  }

  /**
   * What was asked for before is not fresh, for a former daemon may have accepted it without having kept that. In whole
   * seconds, which is all that others learn of our clock.
   */
  begin(unixMs: number): void {
    if (this.#sinceUnixMs === Number.NEGATIVE_INFINITY) this.#sinceUnixMs = Math.floor(unixMs / 1000) * 1000;
  }

  isFresh(homeAddress: Ipv4Address, identification: bigint, unixMs: number): boolean {
    const askedAtUnixMs = unixMsOf(identification);
    if (Math.abs(askedAtUnixMs - unixMs) > this.#toleranceMs || askedAtUnixMs < this.#sinceUnixMs) return false;
    const last = this.#lastAccepted.get(homeAddress);
    // A last one far ahead of us says that our clock was set back while we were away: nobody shall be locked out until it is there again.
    return last === undefined || isLater(identification, last) || unixMsOf(last) > unixMs + 2 * this.#toleranceMs;
  }

  accepted(homeAddress: Ipv4Address, identification: bigint, unixMs: number): void {
    this.#lastAccepted.set(homeAddress, identification);
    if (Math.abs(unixMs - this.#prunedAtUnixMs) > 2 * this.#toleranceMs) this.#prune(unixMs);
  }

  /** What must outlive a restart, so that nothing accepted before it can be sent again. */
  all(): Iterable<readonly [Ipv4Address, bigint]> {
    return this.#lastAccepted;
  }

  /** What lies behind the tolerance is refused anyway, so it need not be remembered: the table stays small. */
  #prune(unixMs: number): void {
    this.#prunedAtUnixMs = unixMs;
    for (const [homeAddress, identification] of this.#lastAccepted) {
      if (Math.abs(unixMsOf(identification) - unixMs) > 2 * this.#toleranceMs) this.#lastAccepted.delete(homeAddress);
    }
  }
}

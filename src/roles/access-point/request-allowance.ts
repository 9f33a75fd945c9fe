// The requests of a station, of whatever registration. RFC 5944 §3.6.3: on average not more than one a second for a mobile
// node. A few may follow each other at once, where an answer tells what to ask for instead.

import { lowBits } from '../../wire/identification.ts';

const REFILL_MS = 1000;
const MOST_AT_ONCE = 4;
/** An agent answers for seven seconds or so. */
const MOST_ANSWERABLE = 12;

export class RequestAllowance {
  #left = MOST_AT_ONCE;
  #countedAtMs = Number.NEGATIVE_INFINITY;
  readonly #answerable: bigint[] = [];

  /** One is sent, allowed or not: what went out beyond is missing afterwards. */
  spend(nowMs: number, identification: bigint): void {
    this.#count(nowMs);
    this.#left--;
    this.#answerable.push(lowBits(identification));
    if (this.#answerable.length > MOST_ANSWERABLE) this.#answerable.shift();
  }

  /** Whether a reply with this identification answers one of the latest. */
  hasAsked(identification: bigint): boolean {
    return this.#answerable.includes(lowBits(identification));
  }

  /** When the next one may be sent; not later than now where it may at once. */
  nextAtMs(nowMs: number): number {
    this.#count(nowMs);
    return this.#left >= 1 ? nowMs : nowMs + Math.ceil((1 - this.#left) * REFILL_MS);
  }

  #count(nowMs: number): void {
    this.#left = Math.min(MOST_AT_ONCE, this.#left + Math.max(0, nowMs - this.#countedAtMs) / REFILL_MS);
    this.#countedAtMs = nowMs;
  }
}

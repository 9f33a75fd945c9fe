// RFC 5944 §3.6.3: on average not more than one registration a second for a mobile node. A few may follow each other at
// once, where an answer tells what to ask for instead.

const REFILL_MS = 1000;
const MOST_AT_ONCE = 4;

export class RequestAllowance {
  #left = MOST_AT_ONCE;
  #countedAtMs = Number.NEGATIVE_INFINITY;

  /** One is sent, allowed or not: what went out beyond is missing afterwards. */
  spend(nowMs: number): void {
    this.#count(nowMs);
    this.#left--;
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

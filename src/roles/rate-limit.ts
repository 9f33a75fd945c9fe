// At most so many a second, and as many at once after a silence: a bucket that fills with time.

export class RateLimit {
  #left = Number.POSITIVE_INFINITY;
  #countedAtMs = 0;

  /** Whether one more is within the limit; it is counted then. */
  take(mostPerSecond: number, nowMs: number): boolean {
    const gained = ((nowMs - this.#countedAtMs) / 1000) * mostPerSecond;
    this.#left = Math.min(mostPerSecond, this.#left + gained);
    this.#countedAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

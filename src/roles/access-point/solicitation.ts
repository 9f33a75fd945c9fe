// When to solicit (RFC 5944 §2.4): three times within the first seconds, then ever more seldom.

import type { Random } from '../role.ts';

const FIRST_INTERVAL_MS = 1000;
const INITIAL_SOLICITATIONS = 3;
/** RFC 5944 §2.4: the longest interval must not be below a minute. */
const LONGEST_INTERVAL_MS = 60_000;
/** Shortened by up to this share by chance, so that access points that lost the same agent do not ask in step. */
const JITTER = 0.25;

export class Solicitation {
  readonly #random: Random;
  #dueAtMs: number | undefined;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get dueAtMs(): number | undefined {
    return this.#dueAtMs;
  }

  /** From now on; one that is under way goes on. */
  start(nowMs: number): void {
    if (this.#dueAtMs !== undefined) return;
    this.#count = 0;
    this.#dueAtMs = nowMs;
  }

  stop(): void {
    this.#dueAtMs = undefined;
  }

  /** One is sent; whether it is the first after the initial ones were in vain. */
  send(nowMs: number): boolean {
    this.#count++;
    const doublings = Math.max(0, this.#count - INITIAL_SOLICITATIONS + 1);
    const intervalMs = Math.min(FIRST_INTERVAL_MS * 2 ** doublings, LONGEST_INTERVAL_MS);
    this.#dueAtMs = nowMs + (doublings === 0 ? intervalMs : intervalMs * (1 - JITTER * this.#random()));
    return this.#count === INITIAL_SOLICITATIONS + 1;
  }
}

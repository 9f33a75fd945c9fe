// A wall clock that is never set back. What replay protection by timestamps has seen must stay in the past: a clock that
// goes back makes it fresh again (RFC 5944 §5.7.1). Who talks with us learns our time by code 133, right or wrong as it is.

import type { Moment } from './role.ts';

export class SteadyClock {
  /** How far the wall clock was ahead of the monotonic one, at most. */
  #aheadMs = Number.NEGATIVE_INFINITY;

  steady({ monotonicMs, unixMs }: Moment): Moment {
    this.#aheadMs = Math.max(this.#aheadMs, unixMs - monotonicMs);
    return { monotonicMs, unixMs: monotonicMs + this.#aheadMs };
  }
}

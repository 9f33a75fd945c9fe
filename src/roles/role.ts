// The shape that all roles share. A role owns its state; an event goes in and effects come out of the same call.
// Nothing here has a clock, a socket, a random number or a promise.

/** Two clocks, never mixed: `monotonicMs` for lifetimes, `unixMs` for the Identification field. */
export type Moment = { readonly monotonicMs: number; readonly unixMs: number };

export interface Role<Event, Effect> {
  handle(event: Event, now: Moment): Effect[];
  /** When, in `monotonicMs`, the role wants a `deadlineReached` event; undefined when never. Waking too early does nothing. */
  nextDeadline(): number | undefined;
}

/** A source of random numbers, 0 <= n < 1, given at construction. */
export type Random = () => number;

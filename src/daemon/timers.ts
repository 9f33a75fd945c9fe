// What the daemon itself wants to be woken for, by name, and how long it waits for what. Setting a name again moves it.

/** After a change of links or routes the kernel is asked once, when the changes have ceased. */
export const SETTLE_MS = 300;
/** What the kernel refused may be possible later: a module is loaded, a package installed. */
export const RETRY_MS = 60_000;
/** What a former daemon left in the kernel is kept this long: until then its visitors have been found again. */
export const SWEEP_AFTER_MS = 60_000;
/** procd kills after five seconds; a kernel that does not answer by then never will. */
export const STOP_MS = 4000;

/** Bindings and visitors are written when changes have gathered, but before anybody would miss them. */
export const KEEP_MS = 1000;
/** Writing many takes long, and must not take all the time. */
export const KEEP_MS_PER_ROW = 5;

export class Timers<Name extends string> {
  readonly #timesMs = new Map<Name, number>();

  set(name: Name, atMs: number): void {
    this.#timesMs.set(name, atMs);
  }

  has(name: Name): boolean {
    return this.#timesMs.has(name);
  }

  earliest(): number | undefined {
    return this.#timesMs.size === 0 ? undefined : Math.min(...this.#timesMs.values());
  }

  /** True once, when its time has come. */
  takeDue(name: Name, nowMs: number): boolean {
    const isDue = (this.#timesMs.get(name) ?? Number.POSITIVE_INFINITY) <= nowMs;
    if (isDue) this.#timesMs.delete(name);
    return isDue;
  }
}

// What the daemon itself wants to be woken for, by name: setting a name again moves it.

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

// A binary heap of deadlines whose owner knows which of them still hold: one that was moved or cleared stays in the heap
// until it surfaces and is then passed over. A home agent has thousands, so there is no object for each: the heap is two
// arrays side by side.

export class DeadlineHeap<Key> {
  readonly #times: number[] = [];
  readonly #keys: Key[] = [];
  readonly #currentOf: (key: Key) => number | undefined;

  /** `currentOf`: the deadline that the key has now, in milliseconds of the monotonic clock. */
  constructor(currentOf: (key: Key) => number | undefined) {
    this.#currentOf = currentOf;
  }

  /** Whether it is time to rebuild it, so that it never holds much more than is current. */
  isMostlyStale(current: number): boolean {
    return this.#times.length > 2 * current + 64;
  }

  add(key: Key, atMs: number): void {
    this.#times.push(atMs);
    this.#keys.push(key);
    this.#rise(this.#times.length - 1);
  }

  earliest(): number | undefined {
    this.#dropStale();
    return this.#times[0];
  }

  /** Takes out one key whose time has come; that it has a deadline no more is its owner's to note. */
  takeDue(nowMs: number): Key | undefined {
    this.#dropStale();
    if (this.#time(0) > nowMs) return undefined;
    const key = this.#keys[0];
    this.#removeFirst();
    return key;
  }

  /** Holds these alone from now on. */
  rebuild(keys: Iterable<Key>): void {
    this.#times.length = 0;
    this.#keys.length = 0;
    for (const key of keys) {
      const atMs = this.#currentOf(key);
      if (atMs !== undefined) this.add(key, atMs);
    }
  }

  #dropStale(): void {
    for (let key = this.#keys[0]; key !== undefined; key = this.#keys[0]) {
      if (this.#currentOf(key) === this.#times[0]) return;
      this.#removeFirst();
    }
  }

  #removeFirst(): void {
    const atMs = this.#times.pop();
    const key = this.#keys.pop();
    if (atMs === undefined || key === undefined || this.#times.length === 0) return;
    this.#times[0] = atMs;
    this.#keys[0] = key;
    this.#sink(0);
  }

  #rise(index: number): void {
    for (let at = index; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (this.#time(parent) <= this.#time(at)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #sink(index: number): void {
    for (let at = index; ; ) {
      const left = 2 * at + 1;
      const smaller = this.#time(left + 1) < this.#time(left) ? left + 1 : left;
      if (this.#time(smaller) >= this.#time(at)) return;
      this.#swap(smaller, at);
      at = smaller;
    }
  }

  /** Beyond the end: never. */
  #time(index: number): number {
    return this.#times[index] ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    swap(this.#times, a, b);
    swap(this.#keys, a, b);
  }
}

function swap<Part>(parts: Part[], a: number, b: number): void {
  const [first, second] = [parts[a], parts[b]];
  if (first === undefined || second === undefined) return;
  parts[a] = second;
  parts[b] = first;
}

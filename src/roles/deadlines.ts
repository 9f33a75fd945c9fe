// Wake me then, for this: a binary heap of deadlines. Setting a key again moves it; a moved or cleared entry stays in the
// heap until it surfaces and is then passed over.

type Entry<Key> = { readonly atMs: number; readonly key: Key };

export class Deadlines<Key> {
  readonly #heap: Entry<Key>[] = [];
  readonly #current = new Map<Key, Entry<Key>>();

  set(key: Key, atMs: number): void {
    const entry = { atMs, key };
    this.#current.set(key, entry);
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
    if (this.#heap.length > 2 * this.#current.size + 64) this.#rebuild();
  }

  clear(key: Key): void {
    this.#current.delete(key);
  }

  earliest(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.atMs;
  }

  /** Takes out one key whose time has come. */
  takeDue(nowMs: number): Key | undefined {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    this.#current.delete(first.key);
    this.#removeFirst();
    return first.key;
  }

  #dropStale(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#current.get(first.key) === first) return;
      this.#removeFirst();
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rebuild(): void {
    this.#heap.length = 0;
    for (const entry of this.#current.values()) {
      this.#heap.push(entry);
      this.#rise(this.#heap.length - 1);
    }
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

  #time(index: number): number {
    return this.#heap[index]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}

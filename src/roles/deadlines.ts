// Wake me then, for this: deadlines by key. Setting a key again moves its deadline.

import { DeadlineHeap } from './deadline-heap.ts';

export class Deadlines<Key> {
  readonly #current = new Map<Key, number>();
  readonly #heap = new DeadlineHeap<Key>((key) => this.#current.get(key));

  set(key: Key, atMs: number): void {
    this.#current.set(key, atMs);
    this.#heap.add(key, atMs);
    if (this.#heap.isMostlyStale(this.#current.size)) this.#heap.rebuild(this.#current.keys());
  }

  clear(key: Key): void {
    this.#current.delete(key);
  }

  earliest(): number | undefined {
    return this.#heap.earliest();
  }

  /** Takes out one key whose time has come. */
  takeDue(nowMs: number): Key | undefined {
    const key = this.#heap.takeDue(nowMs);
    if (key !== undefined) this.#current.delete(key);
    return key;
  }
}

// Which wishes each visitor and binding has made, so that exactly these are taken back: what would be wished for it now may
// be something else, because the subnet map or the terms have changed meanwhile. Several may share a wish, as visitors of
// one home agent share its tunnel and rule: it goes with the last of them.

import { type Wish, wishKey } from '../clients/kernel-wishes.ts';

export class SharedWishes {
  readonly #keysOf = new Map<string, ReadonlySet<string>>();
  readonly #owners = new Map<string, number>();

  /** Makes these the wishes of the owner. The keys of its former ones that nobody has any more come back. */
  replace(owner: string, wishes: readonly Wish[]): string[] {
    const before = this.#keysOf.get(owner) ?? new Set();
    const after = new Set(wishes.map(wishKey));
    for (const key of after) if (!before.has(key)) this.#owners.set(key, (this.#owners.get(key) ?? 0) + 1);
    if (after.size === 0) this.#keysOf.delete(owner);
    else this.#keysOf.set(owner, after);
    return [...before].filter((key) => !after.has(key) && this.#release(key));
  }

  #release(key: string): boolean {
    const left = (this.#owners.get(key) ?? 1) - 1;
    if (left > 0) this.#owners.set(key, left);
    else this.#owners.delete(key);
    return left === 0;
  }
}

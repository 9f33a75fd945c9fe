// Which wishes each visitor has made, so that exactly these are taken back: what would be wished for it now may be something
// else, because the subnet map or the terms have changed meanwhile. Several may share a wish, as visitors of one home agent
// share its tunnel and rule: it goes with the last of them.

import { type Wish, wishKey } from '../clients/kernel-wishes.ts';
import type { Ipv4Address } from '../octets/address.ts';

export class SharedWishes {
  readonly #wishesOf = new Map<Ipv4Address, readonly Wish[]>();
  /** How many visitors have wished it. */
  readonly #counts = new Map<string, number>();

  /** Makes these the wishes of the visitor. The keys of those of its former ones that no visitor has now come back. */
  replace(homeAddress: Ipv4Address, wishes: readonly Wish[]): string[] {
    const before = keysOf(this.#wishesOf.get(homeAddress) ?? []);
    const after = keysOf(wishes);
    for (const key of after) {
      if (!before.has(key)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
    if (wishes.length === 0) this.#wishesOf.delete(homeAddress);
    else this.#wishesOf.set(homeAddress, wishes);
    return [...before].filter((key) => !after.has(key) && this.#release(key));
  }

  #release(key: string): boolean {
    const left = (this.#counts.get(key) ?? 1) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
    return left === 0;
  }
}

function keysOf(wishes: readonly Wish[]): Set<string> {
  return new Set(wishes.map(wishKey));
}

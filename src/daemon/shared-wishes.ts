// Which wishes each visitor and binding has made, so that exactly these are taken back: what would be wished for it now may
// be something else, because the subnet map or the terms have changed meanwhile. Several may share a wish, as visitors of
// one home agent share its tunnel and rule: it goes with the last of them.

import { type Wish, wishKey } from '../clients/kernel-wishes.ts';

/** Those with a mobile node's own address in their keys are nobody else's: of them, which are the most, no count is kept. */
const OF_ONE_OWNER: readonly Wish['kind'][] = [
  'homeRoute',
  'proxyNeighbour',
  'bindingTunnel',
  'visitorRoute',
  'visitorTunnel',
];

export class SharedWishes {
  readonly #wishesOf = new Map<string, readonly Wish[]>();
  /** How many owners a wish has that may have several. */
  readonly #owners = new Map<string, number>();

  /** Makes these the wishes of the owner. The keys of its former ones that nobody has any more come back. */
  replace(owner: string, wishes: readonly Wish[]): string[] {
    const before = byKey(this.#wishesOf.get(owner) ?? []);
    const after = byKey(wishes);
    for (const [key, wish] of after) {
      if (!before.has(key) && mayBeShared(wish)) this.#owners.set(key, (this.#owners.get(key) ?? 0) + 1);
    }
    if (wishes.length === 0) this.#wishesOf.delete(owner);
    else this.#wishesOf.set(owner, wishes);
    const gone = [...before].filter(([key]) => !after.has(key));
    return gone.filter(([key, wish]) => !mayBeShared(wish) || this.#release(key)).map(([key]) => key);
  }

  #release(key: string): boolean {
    const left = (this.#owners.get(key) ?? 1) - 1;
    if (left > 0) this.#owners.set(key, left);
    else this.#owners.delete(key);
    return left === 0;
  }
}

function mayBeShared({ kind }: Wish): boolean {
  return !OF_ONE_OWNER.includes(kind);
}

function byKey(wishes: readonly Wish[]): Map<string, Wish> {
  return new Map(wishes.map((wish) => [wishKey(wish), wish]));
}

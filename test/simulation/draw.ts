// Everything that a seed decides.

import type { Random } from '../../src/roles/role.ts';

export class Draw {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  oneOf<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  /** How long until something happens that happens so often on average. */
  waitMs(averageMs: number): number {
    return Math.max(1, Math.round(-Math.log(1 - this.random()) * averageMs));
  }
}

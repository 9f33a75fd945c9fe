// The book of wishes: which pieces of kernel state they need together, what became of each, and what has to be told to
// whom. It knows nothing of messages. A home agent has thousands of wishes, and nearly all of them are fulfilled: of those
// nothing is kept but the wish itself, from which its pieces can be made anew, and who needs which piece.

import { isSameItem, type KernelItem } from './kernel-items.ts';
import { itemsOf, type Wish, wishKey } from './kernel-wishes.ts';

/** A piece that is to be in the kernel. One that changes has a new entry, so that answers for the old one tell nothing. */
export type Entry = {
  readonly key: string;
  /** The only wish that needs it, by its key; undefined where there are, or were, several. */
  wish: string | undefined;
  /** How many wishes need it. */
  needs: number;
  /** `waiting`: for its tunnel device. */
  state: 'waiting' | 'asked' | 'made' | 'failed';
};

/** What the kernel is, or was, asked for. */
export type Asked = { readonly entry: Entry; readonly item: KernelItem };

/** `replaces`: the kernel has something else under the same key. */
export type Making = Asked & { readonly replaces: boolean };

export type Change = { readonly makes: readonly Making[]; readonly removes: readonly KernelItem[] };

/** A wish that is not fulfilled, or of which that is not told. */
type Unfulfilled = { readonly pieces: readonly string[]; readonly told: 'nothing' | 'failed' };

type Pieces = ReadonlyMap<string, KernelItem>;

const NO_PIECES: Pieces = new Map();
const NOTHING: Change = { makes: [], removes: [] };

export class WishedItems {
  readonly #wishes = new Map<string, Wish>();
  readonly #unfulfilled = new Map<string, Unfulfilled>();
  /** By key. Of a piece that is made and that one wish alone needs, as most are, there is only the key of the wish. */
  readonly #pieces = new Map<string, Entry | string>();

  /** Every piece once, with what it should be. */
  *pieces(): Iterable<Asked> {
    const shared = new Set<string>();
    for (const [wish, wanted] of this.#wishes) {
      for (const item of piecesOf(wanted).values()) {
        const entry = this.#entryOf(item.key);
        if (entry === undefined || (entry.wish ?? wish) !== wish || shared.has(item.key)) continue;
        if (entry.wish === undefined) shared.add(item.key);
        yield { entry, item };
      }
    }
  }

  has(itemKey: string): boolean {
    return this.#pieces.has(itemKey);
  }

  want(wishes: readonly Wish[]): Change {
    const makes: Making[] = [];
    const removes: KernelItem[] = [];
    for (const wish of wishes) this.#wantOne(wish, makes, removes);
    return makes.length === 0 && removes.length === 0 ? NOTHING : { makes, removes };
  }

  unwant(keys: readonly string[]): Change {
    const removes: KernelItem[] = [];
    for (const key of keys) {
      const wish = this.#wishes.get(key);
      if (wish === undefined) continue;
      this.#wishes.delete(key);
      this.#unfulfilled.delete(key);
      for (const item of piecesOf(wish).values()) this.#release(item, removes);
    }
    return { makes: [], removes };
  }

  clear(): void {
    this.#wishes.clear();
    this.#unfulfilled.clear();
    this.#pieces.clear();
  }

  /** The wishes that are thereby fulfilled. */
  made({ entry, item }: Asked): Wish[] {
    if (!this.#isCurrent(entry)) return [];
    entry.state = 'made';
    const wishes: Wish[] = [];
    for (const key of this.#unfulfilledBy(entry)) {
      if (!this.#isFulfilled(key)) continue;
      this.#unfulfilled.delete(key);
      wishes.push(...this.#wish(key));
    }
    // A table may be put in anew while it is there.
    if (entry.wish !== undefined && item.kind !== 'table') this.#pieces.set(entry.key, entry.wish);
    return wishes;
  }

  /** The wishes that are thereby not fulfilled, but for those told before. */
  failed({ entry }: Asked): Wish[] {
    if (!this.#isCurrent(entry)) return [];
    entry.state = 'failed';
    const untold = this.#needing(entry).filter((key) => this.#unfulfilled.get(key)?.told !== 'failed');
    for (const key of untold) this.#tellLater(key, 'failed');
    return untold.flatMap((key) => this.#wish(key));
  }

  /** It is tried again, and what comes of it is told again. */
  retried(entry: Entry): void {
    this.#pieces.set(entry.key, entry);
    for (const key of this.#needing(entry)) this.#tellLater(key, 'nothing');
  }

  #wantOne(wish: Wish, makes: Making[], removes: KernelItem[]): void {
    const key = wishKey(wish);
    const former = this.#wishes.get(key);
    const before = former === undefined ? NO_PIECES : piecesOf(former);
    const after = piecesOf(wish);
    const makesBefore = makes.length;
    for (const item of after.values()) {
      const making = this.#hold(item, key, before.get(item.key));
      if (making !== undefined) makes.push(making);
    }
    for (const item of before.values()) if (!after.has(item.key)) this.#release(item, removes);
    this.#wishes.set(key, wish);
    const told = makes.length > makesBefore ? 'nothing' : this.#unfulfilled.get(key)?.told;
    if (told !== undefined) this.#unfulfilled.set(key, { pieces: [...after.keys()], told });
  }

  /** `former`: what the same wish needed under this key until now. Undefined where nothing has to be made for it. */
  #hold(item: KernelItem, wish: string, former: KernelItem | undefined): Making | undefined {
    const present = this.#entryOf(item.key);
    if (present === undefined) return this.#begin({ key: item.key, wish, needs: 1, state: 'waiting' }, item, false);
    const isChanged = isMoreThanItsKey(item) && !isSameItem(former ?? this.#itemOf(present), item);
    if (former === undefined) {
      present.needs += 1;
      present.wish = undefined;
      this.#pieces.set(item.key, present);
    }
    if (isChanged) return this.#begin({ ...present, state: 'waiting' }, item, isInKernel(present));
    if (present.state !== 'failed') return undefined;
    present.state = 'waiting';
    return { entry: present, item, replaces: false };
  }

  #begin(entry: Entry, item: KernelItem, replaces: boolean): Making {
    this.#pieces.set(entry.key, entry);
    return { entry, item, replaces };
  }

  /** What of a wish that needs it no more is needed by no other one. */
  #release(item: KernelItem, removes: KernelItem[]): void {
    const entry = this.#entryOf(item.key);
    if (entry === undefined) return;
    entry.needs -= 1;
    if (entry.needs > 0) return;
    this.#pieces.delete(item.key);
    if (isInKernel(entry)) removes.push(item);
  }

  #entryOf(itemKey: string): Entry | undefined {
    const piece = this.#pieces.get(itemKey);
    return typeof piece === 'string' ? { key: itemKey, wish: piece, needs: 1, state: 'made' } : piece;
  }

  #isCurrent(entry: Entry): boolean {
    return this.#pieces.get(entry.key) === entry;
  }

  #itemOf(entry: Entry): KernelItem | undefined {
    const [first] = this.#needing(entry);
    const wish = first === undefined ? undefined : this.#wishes.get(first);
    return wish && piecesOf(wish).get(entry.key);
  }

  /** The keys of the wishes that need it. */
  #needing(entry: Entry): readonly string[] {
    if (entry.wish !== undefined) return [entry.wish];
    return [...this.#wishes].filter(([, wish]) => piecesOf(wish).has(entry.key)).map(([key]) => key);
  }

  #unfulfilledBy(entry: Entry): readonly string[] {
    if (entry.wish !== undefined) return this.#unfulfilled.has(entry.wish) ? [entry.wish] : [];
    return [...this.#unfulfilled].filter(([, { pieces }]) => pieces.includes(entry.key)).map(([key]) => key);
  }

  #isFulfilled(wish: string): boolean {
    const pieces = this.#unfulfilled.get(wish)?.pieces ?? [];
    return pieces.every((key) => this.#entryOf(key)?.state === 'made');
  }

  #tellLater(key: string, told: Unfulfilled['told']): void {
    const wish = this.#wishes.get(key);
    if (wish !== undefined) this.#unfulfilled.set(key, { pieces: [...piecesOf(wish).keys()], told });
  }

  #wish(key: string): Wish[] {
    const wish = this.#wishes.get(key);
    return wish === undefined ? [] : [wish];
  }
}

/** A wish may name a piece twice. */
function piecesOf(wish: Wish): Pieces {
  return new Map(itemsOf(wish).map((item) => [item.key, item]));
}

/** Whether two items with its key may differ. */
function isMoreThanItsKey(item: KernelItem): boolean {
  switch (item.kind) {
    case 'route':
    case 'neighbour':
      return true;
    case 'element':
      return item.element.data !== undefined;
    default:
      return false;
  }
}

/** As far as we know: netlink does things in the order asked. */
function isInKernel(entry: Entry): boolean {
  return entry.state === 'asked' || entry.state === 'made';
}

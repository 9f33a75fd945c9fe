// The book of wishes: which pieces of kernel state they need together, what became of each, and what has to be told to
// whom. It knows nothing of messages. A home agent keeps thousands of wishes, so what can be made anew from a wish, its
// pieces, is not kept.

import { isSameItem, type KernelItem } from './kernel-items.ts';
import { itemsOf, type Wish, wishKey } from './kernel-wishes.ts';

/** A piece that is to be in the kernel. One that changes has a new entry, so that answers for the old one tell nothing. */
export type Entry = {
  readonly key: string;
  /** The wishes that need it: most pieces have but one, and a set for each would be the most of the book. */
  needs: WishRecord | Set<WishRecord>;
  /** `waiting`: for its tunnel device. `released`: nobody needs it any more. */
  state: 'waiting' | 'asked' | 'made' | 'failed' | 'released';
};

/** What the kernel is, or was, asked for. */
export type Asked = { readonly entry: Entry; readonly item: KernelItem };

/** `replaces`: the kernel has something else under the same key. */
export type Making = Asked & { readonly replaces: boolean };

export type Change = { readonly makes: readonly Making[]; readonly removes: readonly KernelItem[] };

export type WishRecord = {
  wish: Wish;
  entries: readonly Entry[];
  told: 'nothing' | 'established' | 'failed';
};

const NO_ENTRIES: readonly Entry[] = [];
const NOTHING: Change = { makes: [], removes: [] };

export class WishedItems {
  readonly #wishes = new Map<string, WishRecord>();
  readonly #entries = new Map<string, Entry>();

  /** Every piece once, with what it should be. */
  pieces(): Asked[] {
    const pieces: Asked[] = [];
    for (const record of this.#wishes.values()) {
      for (const item of itemsOf(record.wish)) {
        const entry = this.#entries.get(item.key);
        if (entry !== undefined && firstOf(entry.needs) === record) pieces.push({ entry, item });
      }
    }
    return pieces;
  }

  has(itemKey: string): boolean {
    return this.#entries.has(itemKey);
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
      const record = this.#wishes.get(key);
      if (record === undefined) continue;
      this.#wishes.delete(key);
      this.#release(record.entries, record, removes);
    }
    return { makes: [], removes };
  }

  clear(): void {
    for (const entry of this.#entries.values()) entry.state = 'released';
    this.#wishes.clear();
    this.#entries.clear();
  }

  /** The wishes that are thereby fulfilled. */
  made({ entry }: Asked): Wish[] {
    if (entry.state === 'released') return [];
    entry.state = 'made';
    return tell(entry, 'established', isFulfilled);
  }

  /** The wishes that are thereby not fulfilled, but for those told before. */
  failed({ entry }: Asked): Wish[] {
    if (entry.state === 'released') return [];
    entry.state = 'failed';
    return tell(entry, 'failed', () => true);
  }

  /** It is tried again, and what comes of it is told again. */
  retried(entry: Entry): void {
    for (const record of allOf(entry.needs)) record.told = 'nothing';
  }

  #wantOne(wish: Wish, makes: Making[], removes: KernelItem[]): void {
    const key = wishKey(wish);
    let record = this.#wishes.get(key);
    if (record === undefined) {
      record = { wish, entries: NO_ENTRIES, told: 'nothing' };
      this.#wishes.set(key, record);
    }
    const before = record.entries;
    const entries: Entry[] = [];
    for (const item of itemsOf(wish)) entries.push(this.#hold(item, record, makes));
    if (before.length > 0) {
      const left = before.filter((entry) => !entries.includes(entry));
      this.#release(left, record, removes);
    }
    record.wish = wish;
    record.entries = entries;
  }

  /** What has to be made for it is added to `makes`. */
  #hold(item: KernelItem, record: WishRecord, makes: Making[]): Entry {
    let entry = this.#entries.get(item.key);
    let replaces = false;
    if (entry === undefined) {
      entry = { key: item.key, needs: record, state: 'waiting' };
      this.#entries.set(item.key, entry);
    } else if (isMoreThanItsKey(item) && !isSameItem(itemOf(entry), item)) {
      replaces = isInKernel(entry);
      entry = this.#replace(entry);
      addNeed(entry, record);
    } else {
      addNeed(entry, record);
      if (entry.state !== 'failed') return entry;
      entry.state = 'waiting';
    }
    makes.push({ entry, item, replaces });
    record.told = 'nothing';
    return entry;
  }

  #replace(old: Entry): Entry {
    const entry: Entry = { key: old.key, needs: old.needs, state: 'waiting' };
    for (const record of allOf(old.needs)) {
      record.entries = record.entries.map((each) => (each === old ? entry : each));
    }
    old.state = 'released';
    this.#entries.set(entry.key, entry);
    return entry;
  }

  /** The record still has the wish that needed them. */
  #release(entries: readonly Entry[], record: WishRecord, removes: KernelItem[]): void {
    if (entries.length === 0) return;
    const items = itemsOf(record.wish);
    for (const entry of entries) {
      if (entry.state === 'released' || isStillNeeded(entry, record)) continue;
      this.#entries.delete(entry.key);
      const item = isInKernel(entry) ? items.find(({ key }) => key === entry.key) : undefined;
      if (item !== undefined) removes.push(item);
      entry.state = 'released';
    }
  }
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

function itemOf(entry: Entry): KernelItem | undefined {
  return itemsOf(firstOf(entry.needs).wish).find(({ key }) => key === entry.key);
}

function firstOf(needs: WishRecord | Set<WishRecord>): WishRecord {
  if (!(needs instanceof Set)) return needs;
  const [first] = needs;
  if (first === undefined) throw new Error('a piece of kernel state that nobody needs is in the book');
  return first;
}

function allOf(needs: WishRecord | Set<WishRecord>): Iterable<WishRecord> {
  return needs instanceof Set ? needs : [needs];
}

function addNeed(entry: Entry, record: WishRecord): void {
  if (entry.needs === record) return;
  if (!(entry.needs instanceof Set)) entry.needs = new Set([entry.needs]);
  entry.needs.add(record);
}

/** By others, when this one does not need it any more. */
function isStillNeeded(entry: Entry, record: WishRecord): boolean {
  if (!(entry.needs instanceof Set)) return entry.needs !== record;
  if (entry.needs.size === 1) return !entry.needs.has(record);
  entry.needs.delete(record);
  return true;
}

function tell(entry: Entry, what: 'established' | 'failed', applies: (record: WishRecord) => boolean): Wish[] {
  const wishes: Wish[] = [];
  for (const record of allOf(entry.needs)) {
    if (record.told === what || !applies(record)) continue;
    record.told = what;
    wishes.push(record.wish);
  }
  return wishes;
}

function isFulfilled(record: WishRecord): boolean {
  for (const { state } of record.entries) if (state !== 'made') return false;
  return true;
}

/** As far as we know: netlink does things in the order asked. */
function isInKernel(entry: Entry): boolean {
  return entry.state === 'asked' || entry.state === 'made';
}

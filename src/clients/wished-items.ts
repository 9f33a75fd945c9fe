// The book of wishes: which pieces of kernel state they need together, what became of each, and what has to be told to
// whom. It knows nothing of messages.

import { isSameItem, type KernelItem } from './kernel-items.ts';
import { itemsOf, type Wish, wishKey } from './kernel-wishes.ts';

export type Entry = {
  item: KernelItem;
  /** The wish that needs it first, and the others: most pieces have but one, and a set for each would be the most of it. */
  need: WishRecord | undefined;
  furtherNeeds: Set<WishRecord> | undefined;
  /** `waiting`: for its tunnel device. `released`: nobody needs it any more. */
  state: 'waiting' | 'asked' | 'made' | 'failed' | 'released';
};

/** What the kernel was asked for: meanwhile the entry may hold something else, or be gone. */
export type Asked = { readonly entry: Entry; readonly item: KernelItem };

/** `replaces`: the kernel has something else under the same key. */
export type Making = { readonly entry: Entry; readonly replaces: boolean };

export type Change = { readonly makes: readonly Making[]; readonly removes: readonly KernelItem[] };

type WishRecord = {
  wish: Wish;
  entries: readonly Entry[];
  told: 'nothing' | 'established' | 'failed';
};

const NOTHING: Change = { makes: [], removes: [] };

export class WishedItems {
  readonly #wishes = new Map<string, WishRecord>();
  readonly #entries = new Map<string, Entry>();

  entries(): IterableIterator<Entry> {
    return this.#entries.values();
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
      for (const entry of record.entries) this.#release(entry, record, removes);
    }
    return { makes: [], removes };
  }

  clear(): void {
    for (const entry of this.#entries.values()) entry.state = 'released';
    this.#wishes.clear();
    this.#entries.clear();
  }

  /** The wishes that are thereby fulfilled. */
  made({ entry, item }: Asked): Wish[] {
    if (entry.item !== item || entry.state === 'released') return [];
    entry.state = 'made';
    return tell(entry, 'established', isFulfilled);
  }

  /** The wishes that are thereby not fulfilled, but for those told before. */
  failed({ entry, item }: Asked): Wish[] {
    if (entry.item !== item || entry.state === 'released') return [];
    entry.state = 'failed';
    return tell(entry, 'failed', () => true);
  }

  /** It is tried again, and what comes of it is told again. */
  retried(entry: Entry): void {
    for (const record of needsOf(entry)) record.told = 'nothing';
  }

  #wantOne(wish: Wish, makes: Making[], removes: KernelItem[]): void {
    const key = wishKey(wish);
    let record = this.#wishes.get(key);
    const before = record?.entries;
    if (record === undefined) {
      record = { wish, entries: [], told: 'nothing' };
      this.#wishes.set(key, record);
    }
    record.wish = wish;
    const entries: Entry[] = [];
    for (const item of itemsOf(wish)) entries.push(this.#hold(item, record, makes));
    record.entries = entries;
    if (before === undefined) return;
    for (const entry of before) {
      if (!entries.includes(entry)) this.#release(entry, record, removes);
    }
  }

  /** What has to be made for it is added to `makes`. */
  #hold(item: KernelItem, record: WishRecord, makes: Making[]): Entry {
    let entry = this.#entries.get(item.key);
    let replaces = false;
    if (entry === undefined) {
      entry = { item, need: undefined, furtherNeeds: undefined, state: 'waiting' };
      this.#entries.set(item.key, entry);
    } else if (!isSameItem(entry.item, item)) {
      entry.item = item;
      replaces = isInKernel(entry);
    } else if (entry.state !== 'failed') {
      addNeed(entry, record);
      return entry;
    }
    addNeed(entry, record);
    entry.state = 'waiting';
    makes.push({ entry, replaces });
    record.told = 'nothing';
    return entry;
  }

  #release(entry: Entry, record: WishRecord, removes: KernelItem[]): void {
    entry.furtherNeeds?.delete(record);
    if (entry.need === record) {
      [entry.need] = entry.furtherNeeds ?? [];
      if (entry.need !== undefined) entry.furtherNeeds?.delete(entry.need);
    }
    if (entry.need !== undefined || entry.state === 'released') return;
    this.#entries.delete(entry.item.key);
    if (isInKernel(entry)) removes.push(entry.item);
    entry.state = 'released';
  }
}

function addNeed(entry: Entry, record: WishRecord): void {
  if (entry.need === undefined) entry.need = record;
  else if (entry.need !== record) {
    entry.furtherNeeds ??= new Set();
    entry.furtherNeeds.add(record);
  }
}

function needsOf(entry: Entry): WishRecord[] {
  if (entry.need === undefined) return [];
  return entry.furtherNeeds === undefined ? [entry.need] : [entry.need, ...entry.furtherNeeds];
}

function tell(entry: Entry, what: 'established' | 'failed', applies: (record: WishRecord) => boolean): Wish[] {
  const wishes: Wish[] = [];
  for (const record of needsOf(entry)) {
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

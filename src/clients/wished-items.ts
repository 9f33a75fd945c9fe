// The book of wishes: which pieces of kernel state they need together, what became of each, and what has to be told to
// whom. It knows nothing of messages.

import { isSameItem, type KernelItem } from './kernel-items.ts';
import { itemsOf, type Wish, wishKey } from './kernel-wishes.ts';

export type Entry = {
  item: KernelItem;
  /** Keys of the wishes that need it. */
  readonly wishes: Set<string>;
  /** `waiting`: for its tunnel device. */
  state: 'waiting' | 'asked' | 'made' | 'failed';
};

/** What the kernel was asked for: meanwhile the entry may hold something else, or be gone. */
export type Asked = { readonly entry: Entry; readonly item: KernelItem };

/** `replaces`: the kernel has something else under the same key. */
export type Making = { readonly entry: Entry; readonly replaces: boolean };

export type Change = { readonly makes: readonly Making[]; readonly removes: readonly KernelItem[] };

type WishRecord = {
  readonly wish: Wish;
  readonly items: readonly KernelItem[];
  told: 'nothing' | 'established' | 'failed';
};

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
    const makes = new Map<string, Making>();
    const removes: KernelItem[] = [];
    for (const wish of wishes) this.#wantOne(wish, makes, removes);
    return { makes: [...makes.values()], removes };
  }

  unwant(keys: readonly string[]): Change {
    const removes: KernelItem[] = [];
    for (const key of keys) {
      const record = this.#wishes.get(key);
      this.#wishes.delete(key);
      for (const item of record?.items ?? []) this.#release(item, key, removes);
    }
    return { makes: [], removes };
  }

  clear(): void {
    this.#wishes.clear();
    this.#entries.clear();
  }

  /** The wishes that are thereby fulfilled. */
  made({ entry, item }: Asked): Wish[] {
    if (!this.#isPresent(entry, item)) return [];
    entry.state = 'made';
    return this.#tell(entry, 'established', (record) => this.#isFulfilled(record));
  }

  /** The wishes that are thereby not fulfilled, but for those told before. */
  failed({ entry, item }: Asked): Wish[] {
    if (!this.#isPresent(entry, item)) return [];
    entry.state = 'failed';
    return this.#tell(entry, 'failed', () => true);
  }

  /** It is tried again, and what comes of it is told again. */
  retried(entry: Entry): void {
    for (const key of entry.wishes) {
      const record = this.#wishes.get(key);
      if (record !== undefined) record.told = 'nothing';
    }
  }

  #wantOne(wish: Wish, makes: Map<string, Making>, removes: KernelItem[]): void {
    const key = wishKey(wish);
    const old = this.#wishes.get(key);
    const record: WishRecord = { wish, items: itemsOf(wish), told: old?.told ?? 'nothing' };
    this.#wishes.set(key, record);
    const kept = new Set<string>();
    for (const item of record.items) {
      kept.add(item.key);
      const making = this.#hold(item, key);
      if (making === undefined) continue;
      makes.set(item.key, making);
      record.told = 'nothing';
    }
    for (const item of old?.items ?? []) {
      if (!kept.has(item.key)) this.#release(item, key, removes);
    }
  }

  #hold(item: KernelItem, key: string): Making | undefined {
    const entry = this.#entries.get(item.key);
    if (entry === undefined) {
      const added: Entry = { item, wishes: new Set([key]), state: 'waiting' };
      this.#entries.set(item.key, added);
      return { entry: added, replaces: false };
    }
    entry.wishes.add(key);
    if (!isSameItem(entry.item, item)) {
      entry.item = item;
      return { entry, replaces: isInKernel(entry) };
    }
    return entry.state === 'failed' ? { entry, replaces: false } : undefined;
  }

  #release(item: KernelItem, key: string, removes: KernelItem[]): void {
    const entry = this.#entries.get(item.key);
    if (entry === undefined) return;
    entry.wishes.delete(key);
    if (entry.wishes.size > 0) return;
    this.#entries.delete(item.key);
    if (isInKernel(entry)) removes.push(entry.item);
  }

  #isPresent(entry: Entry, item: KernelItem): boolean {
    return entry.item === item && this.#entries.get(item.key) === entry;
  }

  #isFulfilled(record: WishRecord): boolean {
    return record.items.every(({ key }) => this.#entries.get(key)?.state === 'made');
  }

  #tell(entry: Entry, what: 'established' | 'failed', applies: (record: WishRecord) => boolean): Wish[] {
    const wishes: Wish[] = [];
    for (const key of entry.wishes) {
      const record = this.#wishes.get(key);
      if (record === undefined || record.told === what || !applies(record)) continue;
      record.told = what;
      wishes.push(record.wish);
    }
    return wishes;
  }
}

/** As far as we know: netlink does things in the order asked. */
function isInKernel(entry: Entry): boolean {
  return entry.state === 'asked' || entry.state === 'made';
}

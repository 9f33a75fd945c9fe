// rpcd's object `uci` for the pages: packages with committed sections, and one session's changes over them. As rpcd has it: see
// the notes on its surprises in the rows of router.test.ts.

export type StoredValue = string | string[];
export type StoredSection = { type: string; name: string; isAnonymous: boolean; options: Record<string, StoredValue> };

type Package = StoredSection[];

export class UciStore {
  readonly #committed = new Map<string, Package>();
  readonly #current = new Map<string, Package>();
  readonly #changes = new Map<string, string[][]>();
  #made = 0;
  /** Packages whose service was told to read anew, in order. */
  readonly reloads: string[] = [];

  put(name: string, sections: readonly { type: string; name?: string; options: Record<string, StoredValue> }[]): void {
    const stored = sections.map(({ type, name: sectionName, options }) => ({
      type,
      name: sectionName ?? this.#anonymousName(),
      isAnonymous: sectionName === undefined,
      options: structuredClone(options),
    }));
    this.#committed.set(name, stored);
    this.#current.set(name, structuredClone(stored));
    this.#changes.delete(name);
  }

  committed(name: string): readonly StoredSection[] {
    return this.#committed.get(name) ?? [];
  }

  /** A status of ubus, or a status and data. */
  call(method: string, given: Record<string, unknown>): [number] | [number, Record<string, unknown>] {
    const name = String(given.config ?? '');
    if (method === 'changes') return [0, { changes: Object.fromEntries(this.#changes) }];
    if (method === 'apply') return this.#apply();
    if (method === 'confirm') return [0];
    const sections = this.#current.get(name);
    if (sections === undefined) return [4];
    switch (method) {
      case 'get':
        return [
          0,
          { values: Object.fromEntries(sections.map((section, index) => [section.name, plain(section, index)])) },
        ];
      case 'add':
        return this.#add(name, sections, given);
      case 'set':
        return this.#set(name, sections, given);
      case 'delete':
        return this.#delete(name, sections, given);
      case 'order':
        return [0];
      case 'commit':
        this.#commit(name);
        return [0];
      default:
        return [3];
    }
  }

  #add(name: string, sections: Package, given: Record<string, unknown>): [number, Record<string, unknown>] {
    const wanted = typeof given.name === 'string' ? given.name : undefined;
    const section: StoredSection = {
      type: String(given.type),
      name: wanted ?? this.#anonymousName(),
      isAnonymous: wanted === undefined,
      options: { ...(given.values as Record<string, StoredValue> | undefined) },
    };
    sections.push(section);
    this.#changed(name, ['add', section.name, section.type]);
    for (const [option, value] of Object.entries(section.options))
      this.#changed(name, ['set', section.name, option, String(value)]);
    return [0, { section: section.name }];
  }

  #set(name: string, sections: Package, given: Record<string, unknown>): [number] {
    const section = sections.find((candidate) => candidate.name === given.section);
    if (section === undefined) return [4];
    for (const [option, value] of Object.entries(given.values as Record<string, StoredValue>)) {
      // libuci takes the same value once more for no change.
      if (String(section.options[option]) === String(value)) continue;
      section.options[option] = value;
      this.#changed(name, ['set', section.name, option, String(value)]);
    }
    return [0];
  }

  #delete(name: string, sections: Package, given: Record<string, unknown>): [number] {
    const index = sections.findIndex((candidate) => candidate.name === given.section);
    const section = sections[index];
    if (section === undefined) return [4];
    const options = given.options as string[] | null | undefined;
    if (!Array.isArray(options)) {
      sections.splice(index, 1);
      this.#changed(name, ['remove', section.name]);
      return [0];
    }
    for (const option of options) {
      delete section.options[option];
      this.#changed(name, ['remove', section.name, option]);
    }
    return [0];
  }

  /** rpcd: without any change there is nothing to apply, and that is status 5. */
  #apply(): [number] {
    if (this.#changes.size === 0) return [5];
    for (const name of [...this.#changes.keys()]) this.#commit(name);
    return [0];
  }

  #commit(name: string): void {
    this.#committed.set(name, structuredClone(this.#current.get(name) ?? []));
    this.#changes.delete(name);
    this.reloads.push(name);
  }

  #changed(name: string, change: string[]): void {
    this.#changes.set(name, [...(this.#changes.get(name) ?? []), change]);
  }

  #anonymousName(): string {
    this.#made++;
    return `cfg${String(this.#made).padStart(2, '0')}f00d`;
  }
}

function plain({ type, name, isAnonymous, options }: StoredSection, index: number): Record<string, unknown> {
  return { '.anonymous': isAnonymous, '.type': type, '.name': name, '.index': index, ...options };
}

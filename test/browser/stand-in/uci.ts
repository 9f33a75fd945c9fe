// LuCI's uci: packages as loaded, and what has been changed since. Unlike the real one it keeps a changed copy and compares
// when saving.

import type { Rpc } from './rpc.ts';

type Values = { '.name': string; '.type': string; '.anonymous': boolean; [option: string]: unknown };

export class Uci {
  readonly #rpc: Rpc;
  readonly #loaded = new Map<string, Values[]>();
  readonly #current = new Map<string, Values[]>();
  #added = 0;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  async load(packages: string | readonly string[]): Promise<void> {
    for (const name of typeof packages === 'string' ? [packages] : packages) {
      if (this.#loaded.has(name)) continue;
      const sections = Object.values(
        (await this.#call('get', { config: name }, { values: {} })) as Record<string, Values>,
      );
      this.#loaded.set(name, sections);
      this.#current.set(name, structuredClone(sections));
    }
  }

  unload(packages: string | readonly string[]): void {
    for (const name of typeof packages === 'string' ? [packages] : packages) {
      this.#loaded.delete(name);
      this.#current.delete(name);
    }
  }

  sections(name: string, type?: string): Values[] {
    const sections = this.#current.get(name) ?? [];
    return sections
      .filter((section) => type === undefined || section['.type'] === type)
      .map((section) => ({ ...section }));
  }

  get(name: string, id: string, option: string): unknown {
    return this.#section(name, id)?.[option];
  }

  set(name: string, id: string, option: string, value: unknown): void {
    const section = this.#section(name, id);
    if (section === undefined) return;
    if (value === null || value === '') delete section[option];
    else section[option] = value;
  }

  add(name: string, type: string, sectionName?: string): string {
    this.#added++;
    const id = sectionName ?? `new${this.#added}`;
    this.#current.get(name)?.push({ '.name': id, '.type': type, '.anonymous': sectionName === undefined });
    return id;
  }

  remove(name: string, id: string): void {
    const sections = this.#current.get(name) ?? [];
    this.#current.set(
      name,
      sections.filter((section) => section['.name'] !== id),
    );
  }

  async save(): Promise<void> {
    for (const [name, sections] of [...this.#current]) {
      const before = new Map(this.#loaded.get(name)?.map((section) => [section['.name'], section]));
      const kept = new Set(sections.map((section) => section['.name']));
      let isChanged = false;
      for (const id of before.keys()) {
        if (kept.has(id)) continue;
        isChanged = true;
        await this.#call('delete', { config: name, section: id });
      }
      for (const section of sections)
        if (await this.#saveSection(name, section, before.get(section['.name']))) isChanged = true;
      if (!isChanged) continue;
      this.unload(name);
      await this.load(name);
    }
  }

  async changes(): Promise<unknown> {
    return this.#call('changes', {}, { changes: {} });
  }

  async #saveSection(name: string, section: Values, before: Values | undefined): Promise<boolean> {
    const values = optionsOf(section);
    if (before === undefined) {
      const named = section['.anonymous'] ? {} : { name: section['.name'] };
      await this.#call('add', { config: name, type: section['.type'], ...named, values });
      return true;
    }
    const old = optionsOf(before);
    const gone = Object.keys(old).filter((option) => !(option in values));
    const changed = Object.entries(values).filter(
      ([option, value]) => JSON.stringify(value) !== JSON.stringify(old[option]),
    );
    const place = { config: name, section: section['.name'] };
    if (gone.length > 0) await this.#call('delete', { ...place, options: gone });
    if (changed.length > 0) await this.#call('set', { ...place, values: Object.fromEntries(changed) });
    return gone.length + changed.length > 0;
  }

  #section(name: string, id: string): Values | undefined {
    return this.#current.get(name)?.find((section) => section['.name'] === id);
  }

  #call(method: string, given: Record<string, unknown>, expect?: Record<string, unknown>): Promise<unknown> {
    const params = Object.keys(given);
    const declared = this.#rpc.declare({
      object: 'uci',
      method,
      params,
      reject: true,
      ...(expect === undefined ? {} : { expect }),
    });
    return declared(...Object.values(given));
  }
}

function optionsOf(section: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(section).filter(([name]) => !name.startsWith('.')));
}

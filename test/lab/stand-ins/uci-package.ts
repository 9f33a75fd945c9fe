// One configuration file as the `uci` command holds it: its sections, the uncommitted changes laid over them, and the
// changes of this run. Byte strings throughout, as in src/config/uci.ts.

import {
  anonymousId,
  isUciName,
  isUciPackageName,
  isUciType,
  type UciOption,
  type UciSection,
} from '../../../src/config/uci.ts';
import { UciWords } from '../../../src/config/uci-words.ts';
import { quote } from '../../../src/config/uci-writer.ts';

/** What libuci answers when it will not; `status` is its number. */
export class UciFailure extends Error {
  readonly status: number;

  constructor(message: 'Invalid argument' | 'Entry not found' | 'Parse error') {
    super(message);
    this.status = message === 'Invalid argument' ? 2 : message === 'Entry not found' ? 3 : 5;
  }
}

/** `package.section.option=value` as written. */
export type Pointer = {
  readonly packageName: string;
  readonly section: string | undefined;
  readonly option: string | undefined;
  readonly value: string | undefined;
};

/** What a pointer meets: the section's id instead of `@type[index]`, and what is there. */
export type Target = {
  readonly id: string | undefined;
  readonly optionName: string | undefined;
  readonly value: string | undefined;
  readonly section: UciSection | undefined;
  readonly option: UciOption | undefined;
  /** Everything that the pointer names is there. */
  readonly isComplete: boolean;
};

/** The character that a change begins with in the file of changes; nothing for a value that is set. */
export type ChangeKind = '' | '+' | '-' | '@' | '^' | '|' | '~';
export type Change = {
  readonly kind: ChangeKind;
  readonly id: string;
  readonly option: string | undefined;
  readonly value: string | undefined;
};

export function parsePointer(text: string): Pointer {
  const equals = text.indexOf('=');
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const [packageName = '', section, option, ...rest] = (equals < 0 ? text : text.slice(0, equals)).split('.');
  const isGood =
    rest.length === 0 &&
    isUciPackageName(packageName) &&
    (option === undefined || isUciName(option)) &&
    !/[^\t\n\r\x20-\xff]/.test(value ?? '');
  if (!isGood) throw new UciFailure('Parse error');
  return { packageName, section, option, value };
}

export function formatChange(packageName: string, change: Change): string {
  const option = change.option === undefined ? '' : `.${change.option}`;
  const value = change.value === undefined ? '' : `=${quote(change.value)}`;
  return `${change.kind}${packageName}.${change.id}${option}${value}\n`;
}

/** The changes of a file of changes; lines that are none are passed over. */
export function parseChanges(packageName: string, text: string): Change[] {
  const changes: Change[] = [];
  const words = new UciWords(text);
  while (words.startLine()) {
    try {
      const word = words.word();
      const change = words.isAtEnd() ? parseChange(packageName, word) : undefined;
      if (change !== undefined) changes.push(change);
    } catch {
      // libuci keeps as many of the changes as it can.
    }
  }
  return changes;
}

function parseChange(packageName: string, word: string): Change | undefined {
  const kind = (/^[-+@^|~]/.exec(word)?.[0] ?? '') as ChangeKind;
  const pointer = parsePointer(word.slice(kind.length));
  const { section: id, option, value } = pointer;
  if (pointer.packageName !== packageName || id === undefined || !isUciName(id)) return undefined;
  if (kind !== '-' && value === undefined) return undefined;
  if (kind === '@' && !isUciName(value ?? '')) return undefined;
  if (kind === '^' && option !== undefined) return undefined;
  if ((kind === '|' || kind === '~') && option === undefined) return undefined;
  return { kind, id, option, value };
}

export class UciPackage {
  readonly name: string;
  sections: readonly UciSection[];
  /** Changes of this run, not yet in a file. */
  readonly changes: Change[] = [];
  /** Sections made so far, those deleted since included: an anonymous section's id has its number. */
  #sectionsMade: number;

  constructor(name: string, sections: readonly UciSection[]) {
    this.name = name;
    this.sections = sections;
    this.#sectionsMade = sections.length;
  }

  /** Lays uncommitted changes over the file; how many of them could be. */
  lay(changes: readonly Change[]): number {
    let count = 0;
    for (const change of changes) {
      try {
        this.#layOne(change);
        count += 1;
      } catch (error) {
        if (!(error instanceof UciFailure)) throw error;
      }
    }
    this.changes.length = 0;
    return count;
  }

  find(pointer: Pointer): Target {
    const { section: reference, option: optionName, value } = pointer;
    if (reference === undefined) {
      return { id: undefined, optionName, value, section: undefined, option: undefined, isComplete: true };
    }
    const section = isUciName(reference)
      ? this.sections.find((candidate) => candidate.id === reference)
      : this.#sectionAt(reference);
    const option = optionName === undefined ? undefined : section?.options.get(optionName);
    const isComplete = section !== undefined && (optionName === undefined || option !== undefined);
    return { id: section?.id ?? reference, optionName, value, section, option, isComplete };
  }

  add(type: string): string {
    const id = anonymousId(type, this.#sectionsMade + 1);
    this.#append({ type, name: undefined, id, line: 0, options: new Map() });
    this.changes.push({ kind: '+', id, option: undefined, value: type });
    return id;
  }

  set(target: Target): void {
    const { id, optionName, value, section, option } = target;
    if (value === undefined || id === undefined || (section === undefined && optionName !== undefined)) {
      throw new UciFailure('Invalid argument');
    }
    if (optionName === undefined && value !== '' && !isUciType(value)) throw new UciFailure('Invalid argument');
    if (value === '') {
      if (target.isComplete) this.delete({ ...target, value: undefined });
      return;
    }
    if (section === undefined) {
      this.#append({ type: value, name: id, id, line: 0, options: new Map() });
    } else if (optionName === undefined) {
      if (section.type === value) return;
      this.#replace(section, { ...section, type: value });
    } else {
      if (option?.kind === 'option' && option.value === value) return;
      this.#put(section, optionName, { kind: 'option', value, line: 0, replacedLines: [] });
    }
    this.changes.push({ kind: '', id, option: optionName, value });
  }

  delete(target: Target): void {
    const { id, optionName, section, option, value } = target;
    if (!target.isComplete) throw new UciFailure('Entry not found');
    if (section === undefined || id === undefined) throw new UciFailure('Invalid argument');
    if (option?.kind === 'list' && optionName !== undefined && value !== undefined && value !== '') {
      const index = Number.parseInt(value, 10);
      if (option.values[index] === undefined) return;
      this.#put(section, optionName, { ...option, values: option.values.filter((_, at) => at !== index) });
      this.changes.push({ kind: '-', id, option: optionName, value });
      return;
    }
    if (optionName === undefined) this.sections = this.sections.filter((candidate) => candidate !== section);
    else this.#put(section, optionName, undefined);
    this.changes.push({ kind: '-', id, option: optionName, value: undefined });
  }

  addToList(target: Target): void {
    const { id, optionName, value, section, option } = target;
    if (id === undefined || section === undefined || optionName === undefined || value === undefined) {
      throw new UciFailure('Invalid argument');
    }
    const before = option === undefined ? [] : option.kind === 'list' ? option.values : [option.value];
    this.#put(section, optionName, { kind: 'list', values: [...before, value], line: 0, replacedLines: [] });
    this.changes.push({ kind: '|', id, option: optionName, value });
  }

  deleteFromList(target: Target): void {
    const { id, optionName, value, section, option } = target;
    if (id === undefined || section === undefined || value === undefined) throw new UciFailure('Invalid argument');
    if (optionName === undefined || option?.kind !== 'list') return;
    this.#put(section, optionName, { ...option, values: option.values.filter((item) => item !== value) });
    this.changes.push({ kind: '~', id, option: optionName, value });
  }

  rename(target: Target): void {
    const { id, optionName, value, section } = target;
    if (!target.isComplete) throw new UciFailure('Entry not found');
    if (id === undefined || section === undefined || value === undefined) throw new UciFailure('Invalid argument');
    if (optionName === undefined) {
      this.#replace(section, { ...section, name: value, id: value });
    } else {
      const entries = [...section.options].map(
        ([name, option]) => [name === optionName ? value : name, option] as const,
      );
      this.#replace(section, { ...section, options: new Map(entries) });
    }
    this.changes.push({ kind: '@', id, option: optionName, value });
  }

  reorder(target: Target): void {
    const { id, value, section } = target;
    if (id === undefined || section === undefined || value === undefined) throw new UciFailure('Entry not found');
    const position = Math.max(0, Number.parseInt(value, 10) || 0);
    const others = this.sections.filter((candidate) => candidate !== section);
    const reordered = [...others.slice(0, position), section, ...others.slice(position)];
    const isChanged = reordered.indexOf(section) !== this.sections.indexOf(section);
    this.sections = reordered;
    if (isChanged) this.changes.push({ kind: '^', id, option: undefined, value: String(position) });
  }

  #layOne(change: Change): void {
    const target = this.find({
      packageName: this.name,
      section: change.id,
      option: change.option,
      value: change.value,
    });
    switch (change.kind) {
      case '':
        this.set(target);
        break;
      case '+':
        this.#layAdded(target);
        break;
      case '-':
        this.delete(target);
        break;
      case '@':
        this.rename(target);
        break;
      case '^':
        this.reorder(target);
        break;
      case '|':
        this.addToList(target);
        break;
      case '~':
        this.deleteFromList(target);
        break;
    }
  }

  #layAdded(target: Target): void {
    this.set(target);
    const section = this.sections.find((candidate) => candidate.id === target.id);
    if (section !== undefined && target.optionName === undefined)
      this.#replace(section, { ...section, name: undefined });
  }

  /** `@type[index]`, `@[index]`; an index below 0 counts from the end. */
  #sectionAt(reference: string): UciSection | undefined {
    const parts = /^@([^[]*)\[\s*([+-]?\d+)?\]$/.exec(reference);
    const type = parts?.[1] ?? '';
    const digits = parts?.[2] ?? '0';
    if (parts === null || (type !== '' && !isUciType(type))) throw new UciFailure('Invalid argument');
    const candidates = type === '' ? this.sections : this.sections.filter((section) => section.type === type);
    return candidates.at(Number.parseInt(digits, 10));
  }

  #append(section: UciSection): void {
    this.sections = [...this.sections, section];
    this.#sectionsMade += 1;
  }

  #replace(section: UciSection, next: UciSection): void {
    this.sections = this.sections.map((candidate) => (candidate === section ? next : candidate));
  }

  #put(section: UciSection, name: string, option: UciOption | undefined): void {
    const options = new Map(section.options);
    if (option === undefined) options.delete(name);
    else options.set(name, option);
    this.#replace(section, { ...section, options });
  }
}

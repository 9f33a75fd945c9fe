// The text of /etc/config/... as sections and options: the grammar of libuci, its surprises included. A file that libuci
// refuses is refused with the same words; what can be read of it can be had too (`readUci`), as `uci -S` does.
//
// Names and values are byte strings (see uci-words.ts). What a value means is left to config.ts.

import { utf8Octets } from '../octets/octets.ts';
import { byteString, UciError, UciWords } from './uci-words.ts';

export type UciOption =
  | {
      readonly kind: 'option';
      readonly value: string;
      readonly line: number;
      readonly replacedLines: readonly number[];
    }
  | {
      readonly kind: 'list';
      readonly values: readonly string[];
      readonly line: number;
      readonly replacedLines: readonly number[];
    };

export type UciSection = {
  readonly type: string;
  /** Undefined for an anonymous section. */
  readonly name: string | undefined;
  /** The name, or what libuci makes up for an anonymous section: `cfg`, its position, a hash of its type. */
  readonly id: string;
  readonly line: number;
  readonly options: ReadonlyMap<string, UciOption>;
};

export type UciPackage = { readonly name: string; readonly sections: readonly UciSection[] };

/** All that can be read, and every reason why libuci would refuse the file, in order. */
export type UciReading = { readonly sections: readonly UciSection[]; readonly errors: readonly UciError[] };

export const OPTION_BEFORE_SECTION = 'option/list command found before the first section';

/** The sections of a file, of which a string is text and becomes UTF-8; throws the first UciError. */
export function parseUci(file: Uint8Array | string): readonly UciSection[] {
  const { sections, errors } = readUci(file);
  if (errors[0] !== undefined) throw errors[0];
  return sections;
}

export function readUci(file: Uint8Array | string): UciReading {
  const reader = new UciReader(bytesOf(file), '');
  return { sections: reader.packages[0]?.sections ?? [], errors: reader.errors };
}

/** A text with `package` lines, as `uci export` writes it; throws the first UciError. */
export function parseUciPackages(file: Uint8Array | string): readonly UciPackage[] {
  const reader = new UciReader(bytesOf(file), undefined);
  if (reader.errors[0] !== undefined) throw reader.errors[0];
  return reader.packages;
}

/** What libuci calls the section made as the `count`th of its package. */
export function anonymousId(type: string, count: number): string {
  let hash = 5381;
  for (let index = 0; index < type.length; index++) hash = (hash * 33 + type.charCodeAt(index)) & 0xffff;
  return `cfg${count.toString(16).padStart(2, '0')}${hash.toString(16).padStart(4, '0')}`;
}

/** What a section's or an option's name may be. */
export function isUciName(text: string): boolean {
  return /^[A-Za-z0-9_]+$/.test(text);
}

export function isUciPackageName(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text);
}

/** What a section's type may be: printable ASCII without a space. */
export function isUciType(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

function bytesOf(file: Uint8Array | string): string {
  if (typeof file !== 'string') return byteString(file);
  return byteString(utf8Octets(file.replace(/\p{Surrogate}/gu, '\ufffd')));
}

type OpenSection = {
  type: string;
  name: string | undefined;
  id: string;
  line: number;
  options: Map<string, UciOption>;
};

/** Reads a whole text when it is made. */
class UciReader {
  readonly packages: { name: string; sections: OpenSection[] }[] = [];
  readonly errors: UciError[] = [];
  readonly #words: UciWords;
  readonly #isSingle: boolean;
  #sections: OpenSection[] | undefined;
  #section: OpenSection | undefined;
  readonly #byId = new Map<string, OpenSection>();

  /** Without `packageName` the text must say it. */
  constructor(text: string, packageName: string | undefined) {
    this.#words = new UciWords(text);
    this.#isSingle = packageName !== undefined;
    if (packageName !== undefined) this.#openPackage(packageName);
    while (this.#words.startLine()) {
      try {
        this.#line();
      } catch (error) {
        if (!(error instanceof UciError)) throw error;
        this.errors.push(error);
      }
    }
  }

  /** Commands may follow each other on a line behind semicolons. */
  #line(): void {
    this.#words.skipSpace();
    for (;;) {
      const keyword = this.#words.keyword();
      if (keyword === '' || keyword.startsWith('#')) return;
      switch (keyword) {
        case 'package':
        case 'p':
          this.#package();
          break;
        case 'config':
        case 'c':
          this.#config();
          break;
        case 'option':
        case 'o':
          this.#option(false);
          break;
        case 'list':
        case 'l':
          this.#option(true);
          break;
        default:
          throw this.#words.error('invalid command');
      }
    }
  }

  #package(): void {
    if (!this.#words.passKeyword()) throw this.#words.error('package without name');
    const name = this.#required(this.#words.word());
    if (!isUciPackageName(name)) throw this.#words.error('invalid character in name field');
    this.#noMoreArguments();
    if (!this.#isSingle) this.#openPackage(name);
  }

  #config(): void {
    if (this.#sections === undefined) {
      throw this.#words.error('attempting to import a file without a package name');
    }
    // What follows a section that cannot be read is not its predecessor's.
    this.#section = undefined;
    if (!this.#words.passKeyword()) throw this.#words.error('config without name');
    const type = this.#required(this.#words.word());
    if (!isUciType(type)) throw this.#words.error('invalid character in type field');
    const name = this.#words.word();
    if (name !== '' && !isUciName(name)) throw this.#words.error('invalid character in name field');
    this.#noMoreArguments();
    this.#section = this.#openSection(this.#sections, type, name === '' ? undefined : name);
  }

  #openSection(sections: OpenSection[], type: string, name: string | undefined): OpenSection {
    const known = name === undefined ? undefined : this.#byId.get(name);
    if (known !== undefined) {
      if (known.type !== type) {
        const reason = 'section of different type overwrites prior section with same name';
        this.errors.push(this.#words.error(reason, true));
      }
      known.type = type;
      return known;
    }
    const id = name ?? anonymousId(type, sections.length + 1);
    const section = { type, name, id, line: this.#words.commandLine, options: new Map<string, UciOption>() };
    sections.push(section);
    this.#byId.set(id, section);
    return section;
  }

  #option(isList: boolean): void {
    const section = this.#section;
    if (section === undefined) throw this.#words.error(OPTION_BEFORE_SECTION);
    if (!this.#words.passKeyword()) throw this.#words.error('option without name');
    const line = this.#words.commandLine;
    const name = this.#required(this.#words.word());
    if (!isUciName(name)) throw this.#words.error('invalid character in name field');
    const value = this.#words.word();
    this.#noMoreArguments();
    const known = section.options.get(name);
    const option = isList ? withItem(known, value, line) : withValue(known, value, line);
    if (option !== undefined) section.options.set(name, option);
  }

  #openPackage(name: string): void {
    this.#sections = [];
    this.#section = undefined;
    this.#byId.clear();
    this.packages.push({ name, sections: this.#sections });
  }

  #required(word: string): string {
    if (word === '') throw this.#words.error('insufficient arguments');
    return word;
  }

  #noMoreArguments(): void {
    if (this.#words.word() !== '') this.errors.push(this.#words.error('too many arguments', true));
  }
}

/** `option`: takes the place of what was there. An empty value is none, and leaves what was there. */
function withValue(known: UciOption | undefined, value: string, line: number): UciOption | undefined {
  if (value === '') return known;
  const replacedLines = known === undefined ? [] : [...known.replacedLines, known.line];
  return { kind: 'option', value, line, replacedLines };
}

/** `list`: adds an item, also an empty one, to a list or to the one value that was there. */
function withItem(known: UciOption | undefined, value: string, line: number): UciOption {
  if (known === undefined) return { kind: 'list', values: [value], line, replacedLines: [] };
  const before = known.kind === 'list' ? known.values : [known.value];
  return { kind: 'list', values: [...before, value], line: known.line, replacedLines: known.replacedLines };
}

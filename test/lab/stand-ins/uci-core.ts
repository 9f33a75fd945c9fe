// The `uci` command without a host: what it prints, its exit status, and the files it writes, true to recordings of the
// real one. Byte strings throughout. Known to differ: the usage text is its first line only, and a parse error within
// `batch` has no line number.

import { parseUci, parseUciPackages, readUci, type UciOption } from '../../../src/config/uci.ts';
import { byteString, octetsOf, UciError, UciWords } from '../../../src/config/uci-words.ts';
import { formatUci, sectionReferences, showSection, showValue } from '../../../src/config/uci-writer.ts';
import { DEFAULT_SETTINGS, readFlags, type UciSettings } from './uci-flags.ts';
import {
  type Change,
  formatChange,
  type Pointer,
  parseChanges,
  parsePointer,
  UciFailure,
  UciPackage,
} from './uci-package.ts';

/** The files of a host. */
export interface UciFiles {
  /** Undefined where there is none. */
  read(path: string): Uint8Array | undefined;
  /** Takes the place of the file at once; directories are made. */
  write(path: string, octets: Uint8Array): void;
  names(directory: string): readonly string[];
}

export type UciResult = { readonly exit: number; readonly stdout: string; readonly stderr: string };

const USAGE = 'Usage: uci [<options>] <command> [<arguments>]\n';
const WRONG_USAGE = 255;
const END_OF_BATCH = 254;
const MOST_BATCH_ARGUMENTS = 4;

/** `argv` without the program's name; `input` is asked for only where a command reads it. */
export function runUci(argv: readonly string[], input: () => string, files: UciFiles): UciResult {
  const run = new UciRun(files, input);
  const exit = run.start(argv);
  return { exit, stdout: run.stdout, stderr: run.stderr };
}

class UciRun {
  stdout = '';
  stderr = '';
  readonly #files: UciFiles;
  #input: () => string;
  #settings: UciSettings = DEFAULT_SETTINGS;
  #isInBatch = false;

  constructor(files: UciFiles, input: () => string) {
    this.#files = files;
    this.#input = input;
  }

  start(argv: readonly string[]): number {
    const { settings, rest, unknownFlag } = readFlags(argv);
    if (unknownFlag !== undefined) this.stderr += `uci: invalid option -- '${unknownFlag}'\n`;
    if (unknownFlag !== undefined || rest.length === 0) {
      this.stderr += USAGE;
      return 0;
    }
    this.#settings = settings;
    const { inputPath } = settings;
    if (inputPath !== undefined) this.#input = () => this.#text(inputPath);
    const exit = this.#command(rest);
    if (exit === WRONG_USAGE) this.stderr += USAGE;
    return exit;
  }

  #command(words: readonly string[]): number {
    const [name = '', ...values] = words;
    try {
      switch (name.toLowerCase()) {
        case 'batch':
          return this.#isInBatch ? WRONG_USAGE : this.#batch();
        case 'show':
        case 'changes':
        case 'export':
        case 'commit':
          return this.#packageCommand(name.toLowerCase(), values);
        case 'add':
          return this.#add(values);
        case 'import':
          return this.#import(values);
        case 'help':
          this.stderr += USAGE;
          return 0;
        default:
          return this.#sectionCommand(name.toLowerCase(), values);
      }
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** 1, and a line on what went wrong. */
  #failed(error: unknown): number {
    if (!(error instanceof UciFailure || error instanceof UciError)) throw error;
    if (!this.#settings.flags.has('q')) this.stderr += `uci: ${error.message}\n`;
    return 1;
  }

  #batch(): number {
    this.#isInBatch = true;
    const words = new UciWords(this.#input());
    while (words.startLine()) {
      const values: string[] = [];
      try {
        for (let word = words.word(); word !== ''; word = words.word()) values.push(word);
      } catch (error) {
        this.#failed(error);
        continue;
      }
      const exit = this.#batchCommand(values);
      if (exit === END_OF_BATCH) break;
      if (exit === WRONG_USAGE && !this.#settings.flags.has('q')) this.stderr += 'Unknown command\n';
    }
    this.#isInBatch = false;
    return 0;
  }

  #batchCommand(values: readonly string[]): number {
    if (values.length === 0) return 0;
    if (values.length >= MOST_BATCH_ARGUMENTS) {
      if (!this.#settings.flags.has('q')) this.stderr += 'Too many arguments\n';
      return 1;
    }
    return values[0]?.toLowerCase() === 'exit' ? END_OF_BATCH : this.#command(values);
  }

  #packageCommand(name: string, values: readonly string[]): number {
    if (values.length > 1) return WRONG_USAGE;
    if (values[0] !== undefined) return this.#onePackage(name, values[0]);
    for (const packageName of this.#packageNames()) {
      try {
        this.#onePackage(name, packageName);
      } catch (error) {
        this.#failed(error);
      }
    }
    return 0;
  }

  #onePackage(name: string, text: string): number {
    const pointer = parsePointer(text);
    const { state, changes } = this.#load(pointer.packageName);
    switch (name) {
      case 'show':
        this.#show(state, pointer);
        break;
      case 'export':
        this.stdout += `package ${state.name}\n${this.#format(state)}`;
        break;
      case 'changes':
        for (const change of changes) this.stdout += shownChange(state.name, change);
        break;
      default:
        if (!this.#settings.flags.has('P')) this.#commit(state.name);
    }
    return 0;
  }

  #show(state: UciPackage, pointer: Pointer): void {
    const target = state.find(pointer);
    if (!target.isComplete) throw new UciFailure('Entry not found');
    if (target.option !== undefined) {
      this.stdout += `${state.name}.${target.id}.${target.optionName}=${showValue(target.option, this.#settings.delimiter)}\n`;
    } else if (target.section !== undefined) {
      this.stdout += showSection(state.name, target.section, target.section.id, this.#settings.delimiter);
    } else {
      const references = sectionReferences(state.sections);
      for (const section of state.sections) {
        const reference = this.#settings.flags.has('X') ? section.id : references.get(section);
        this.stdout += showSection(state.name, section, reference, this.#settings.delimiter);
      }
    }
  }

  #add(values: readonly string[]): number {
    const [packageName, type] = values;
    if (packageName === undefined || type === undefined || values.length > 2) return WRONG_USAGE;
    try {
      const { state } = this.#load(packageName);
      const id = state.add(type);
      this.#save(state);
      this.stdout += `${id}\n`;
      return 0;
    } catch (error) {
      this.#failed(error);
      return error instanceof UciFailure ? error.status : 5;
    }
  }

  #import(values: readonly string[]): number {
    const [packageName] = values;
    if (values.length > 1) return WRONG_USAGE;
    const text = octetsOf(this.#input());
    if (packageName === undefined) {
      if (this.#settings.flags.has('m')) return WRONG_USAGE;
      for (const { name, sections } of parseUciPackages(text)) this.#write(new UciPackage(name, sections));
      return 0;
    }
    const sections = parseUci(text);
    if (this.#settings.flags.has('m') && this.#configPath(packageName) !== undefined)
      this.#merge(packageName, sections);
    else this.#write(new UciPackage(packageName, sections));
    return 0;
  }

  #merge(packageName: string, sections: ReturnType<typeof parseUci>): void {
    const { state } = this.#load(packageName);
    for (const section of sections) {
      if (section.name !== undefined)
        state.set(state.find({ ...wholeSection(packageName, section.name), value: section.type }));
      const id = section.name ?? state.add(section.type);
      for (const [option, written] of section.options) {
        for (const value of valuesOf(written)) {
          const target = state.find({ packageName, section: id, option, value });
          if (written.kind === 'list') state.addToList(target);
          else state.set(target);
        }
      }
    }
    this.#save(state);
  }

  #sectionCommand(name: string, values: readonly string[]): number {
    const command = SECTION_COMMANDS[name];
    if (command === undefined && name !== 'get' && name !== 'revert') return WRONG_USAGE;
    const [text] = values;
    if (text === undefined || values.length > 1) return WRONG_USAGE;
    const pointer = parsePointer(text);
    const { state } = this.#load(pointer.packageName);
    const target = state.find(pointer);
    if (command === undefined) {
      if (pointer.value !== undefined) return 1;
      if (name === 'get') this.#get(target);
      else this.#revert(state.name, target.id, target.optionName);
      return 0;
    }
    // The real one reads the index of a list item with sscanf.
    if (command === 'delete' && pointer.value !== undefined && !/^\s*[+-]?\d/.test(pointer.value)) return 1;
    state[command](target);
    this.#save(state);
    return 0;
  }

  #get(target: ReturnType<UciPackage['find']>): void {
    if (!target.isComplete) throw new UciFailure('Entry not found');
    if (target.option === undefined) {
      if (target.section !== undefined) this.stdout += `${target.section.type}\n`;
    } else if (target.option.kind === 'option') {
      this.stdout += `${target.option.value}\n`;
    } else {
      const items = target.option.values.map((item) =>
        /[ \t\r\n]/.test(item) ? `'${item.replaceAll("'", "'\\''")}'` : item,
      );
      this.stdout += `${items.join(this.#settings.delimiter)}\n`;
    }
  }

  #revert(packageName: string, id: string | undefined, option: string | undefined): void {
    const path = this.#changesPath(packageName);
    const text = this.#files.read(path);
    if (text === undefined) return;
    const isKept = (change: Change) => {
      return id !== undefined && (change.id !== id || (option !== undefined && change.option !== option));
    };
    const kept = parseChanges(packageName, byteString(text)).filter(isKept);
    this.#files.write(path, octetsOf(kept.map((change) => formatChange(packageName, change)).join('')));
  }

  /** The package with its uncommitted changes laid over it. */
  #load(packageName: string): { state: UciPackage; changes: readonly Change[]; changesLaid: number } {
    const path = this.#configPath(packageName);
    if (path === undefined) throw new UciFailure('Entry not found');
    const state = new UciPackage(packageName, this.#sections(this.#files.read(path) ?? new Uint8Array()));
    const changes = this.#settings.changeDirectories.flatMap((directory) => {
      const text = this.#files.read(`${directory}/${packageName}`);
      return text === undefined ? [] : parseChanges(packageName, byteString(text));
    });
    return { state, changes, changesLaid: state.lay(changes) };
  }

  #sections(octets: Uint8Array): ReturnType<typeof parseUci> {
    if (!this.#settings.flags.has('S')) return parseUci(octets);
    const { sections, errors } = readUci(octets);
    for (const error of errors) if (!error.isTolerable) this.stderr += `${error.message}\n`;
    return sections;
  }

  #commit(packageName: string): void {
    const { state, changesLaid } = this.#load(packageName);
    if (changesLaid === 0) return;
    this.#write(state);
    this.#files.write(this.#changesPath(packageName), new Uint8Array());
  }

  #save(state: UciPackage): void {
    if (state.changes.length === 0) return;
    const path = this.#changesPath(state.name);
    const added = state.changes.map((change) => formatChange(state.name, change)).join('');
    this.#files.write(path, octetsOf(this.#text(path) + added));
  }

  #write(state: UciPackage): void {
    const path = this.#configPath(state.name) ?? `${this.#settings.configDirectory}/${state.name}`;
    this.#files.write(path, octetsOf(this.#format(state)));
  }

  #format(state: UciPackage): string {
    if (!this.#settings.flags.has('n')) return formatUci(state.sections);
    return formatUci(state.sections.map((section) => ({ ...section, name: section.id })));
  }

  #packageNames(): readonly string[] {
    const names = this.#files.names(this.#settings.configDirectory);
    return names.filter((name) => /^[A-Za-z0-9_-]+$/.test(name)).sort();
  }

  /** A file of the same name in the override directory stands for the whole one. */
  #configPath(packageName: string): string | undefined {
    const paths = [
      `${this.#settings.overrideDirectory}/${packageName}`,
      `${this.#settings.configDirectory}/${packageName}`,
    ];
    return paths.find((path) => this.#files.read(path) !== undefined);
  }

  /** Nothing where there is no file. */
  #text(path: string): string {
    return byteString(this.#files.read(path) ?? new Uint8Array());
  }

  #changesPath(packageName: string): string {
    return `${this.#settings.changeDirectories.at(-1)}/${packageName}`;
  }
}

const SECTION_COMMANDS: Readonly<
  Record<string, 'set' | 'addToList' | 'deleteFromList' | 'delete' | 'rename' | 'reorder'>
> = {
  set: 'set',
  add_list: 'addToList',
  del_list: 'deleteFromList',
  del: 'delete',
  delete: 'delete',
  ren: 'rename',
  rename: 'rename',
  reorder: 'reorder',
};

/** A line of `uci changes`. */
function shownChange(packageName: string, change: Change): string {
  const option = change.option === undefined ? '' : `.${change.option}`;
  if (change.kind === '-') return `-${packageName}.${change.id}${option}\n`;
  const operator = { '|': '+=', '~': '-=' }[change.kind as string] ?? '=';
  const line = formatChange(packageName, { ...change, kind: '' });
  return line.replace('=', operator);
}

function wholeSection(packageName: string, section: string): Omit<Pointer, 'value'> {
  return { packageName, section, option: undefined };
}

function valuesOf(option: UciOption): readonly string[] {
  return option.kind === 'list' ? option.values : [option.value];
}

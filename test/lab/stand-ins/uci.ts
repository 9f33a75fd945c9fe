// The `uci` command for the lab, run by QuickJS: `qjs -m uci.js ARGUMENTS`. It gives uci-core.ts the files of the host;
// a file is replaced by rename, as the real one does, so that whoever watches sees a whole file.

import * as os from 'os';
import * as std from 'std';
import { byteString, octetsOf } from '../../../src/config/uci-words.ts';
import { runUci, type UciFiles } from './uci-core.ts';

declare module 'os' {
  export function readdir(path: string): [names: string[], errno: number];
  export function stat(path: string): [status: { mode: number } | null, errno: number];
}

const READ_SIZE = 4096;
const FILE_MODE = 0o600;
const MODE_BITS = 0o7777;

const hostFiles: UciFiles = {
  read(path) {
    const descriptor = os.open(path, os.O_RDONLY);
    if (descriptor < 0) return undefined;
    const text = readAll(descriptor);
    os.close(descriptor);
    return octetsOf(text);
  },

  write(path, octets) {
    makeDirectories(path.slice(0, path.lastIndexOf('/')));
    const name = path.slice(path.lastIndexOf('/') + 1);
    const temporary = `${path.slice(0, -name.length)}.${name}.uci-new`;
    const mode = (os.stat(path)[0]?.mode ?? FILE_MODE) & MODE_BITS;
    const descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode);
    if (descriptor < 0) throw new Error(`${temporary}: ${std.strerror(-descriptor)}`);
    writeAll(descriptor, octets);
    os.close(descriptor);
    const result = os.rename(temporary, path);
    if (result < 0) throw new Error(`${path}: ${std.strerror(-result)}`);
  },

  names(directory) {
    return os.readdir(directory)[0].filter((name) => !name.startsWith('.'));
  },
};

function readAll(descriptor: number): string {
  const buffer = new Uint8Array(READ_SIZE);
  let text = '';
  for (;;) {
    const length = os.read(descriptor, buffer.buffer, 0, buffer.length);
    if (length <= 0) return text;
    text += byteString(buffer.subarray(0, length));
  }
}

function writeAll(descriptor: number, octets: Uint8Array): void {
  const whole = octets.slice();
  let offset = 0;
  while (offset < whole.length) {
    const written = os.write(descriptor, whole.buffer, offset, whole.length - offset);
    if (written <= 0) throw new Error(`write: ${std.strerror(-written)}`);
    offset += written;
  }
}

function makeDirectories(path: string): void {
  if (path === '' || os.stat(path)[0] !== null) return;
  makeDirectories(path.slice(0, path.lastIndexOf('/')));
  os.mkdir(path, 0o700);
}

/** The engine takes its arguments for UTF-8, which a value need not be; the kernel has them as they were given. */
function argumentOctets(): string[] {
  const words = byteString(hostFiles.read('/proc/self/cmdline') ?? new Uint8Array()).split('\0');
  const end = words.length - 1;
  return words.slice(end - (scriptArgs.length - 1), end);
}

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
const result = runUci(argumentOctets(), () => readAll(STANDARD_INPUT), hostFiles);
writeAll(STANDARD_OUTPUT, octetsOf(result.stdout));
writeAll(STANDARD_ERROR, octetsOf(result.stderr));
std.exit(result.exit);

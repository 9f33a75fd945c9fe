// Whole files as octets: /etc/config/pmip may hold any.

import * as os from 'os';
import * as std from 'std';
import { join } from '../../octets/octets.ts';

export const CONFIGURATION_PATH = '/etc/config/pmip';

const CHUNK_LENGTH = 16_384;
/** Keys of nobody are in it, but where everybody is. */
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
/** Where it is not told what went wrong. */
const EIO = 5;

/** Its first octets, or all; undefined where the file is not there or cannot be read. */
export function readFile(path: string, mostOctets = Number.POSITIVE_INFINITY): Uint8Array | undefined {
  const descriptor = os.open(path, os.O_RDONLY);
  if (descriptor < 0) return undefined;
  const chunks: Uint8Array[] = [];
  let length: number;
  let total = 0;
  do {
    const chunk = new Uint8Array(CHUNK_LENGTH);
    length = os.read(descriptor, chunk.buffer, 0, CHUNK_LENGTH);
    chunks.push(chunk.subarray(0, Math.max(0, length)));
    total += length;
  } while (length > 0 && total < mostOctets);
  os.close(descriptor);
  // A directory can be opened, but not read.
  return length < 0 ? undefined : join(chunks).subarray(0, mostOctets);
}

/**
 * The new content is there whole, or the old one still is; a text comes in pieces. Failure is thrown as quickjs-ffi throws it.
 */
export function replaceFile(path: string, content: Uint8Array | Iterable<string>): void {
  const temporary = `${path}.new`;
  // /var is empty after each boot of a router.
  os.mkdir(path.slice(0, path.lastIndexOf('/')), OWNER_ONLY_FOLDER);
  const descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY);
  check(descriptor, 'open', temporary);
  if (content instanceof Uint8Array) writeOctets(descriptor, content, temporary);
  else writeText(descriptor, content, temporary);
  check(os.rename(temporary, path), 'rename', temporary);
}

function writeOctets(descriptor: number, octets: Uint8Array, path: string): void {
  const whole = octets.slice();
  for (let written = 0; written < whole.length; ) {
    const count = os.write(descriptor, whole.buffer, written, whole.length - written);
    if (count <= 0) os.close(descriptor);
    check(count <= 0 ? Math.min(count, -1) : 0, 'write', path);
    written += count;
  }
  os.close(descriptor);
}

/** The engine makes octets of a text a thousand times faster than a program in it does. */
function writeText(descriptor: number, pieces: Iterable<string>, path: string): void {
  const file = std.fdopen(descriptor, 'w');
  for (const piece of pieces) file.puts(piece);
  file.flush();
  const isWritten = !file.error();
  file.close();
  check(isWritten ? 0 : -EIO, 'write', path);
}

/** QuickJS's os functions answer with a negative errno. */
function check(result: number, call: string, path: string): void {
  if (result >= 0) return;
  const words = std.strerror(-result);
  throw Object.assign(new Error(`${call} ${path}: ${words}`), { name: 'SystemError', code: `errno ${-result}` });
}

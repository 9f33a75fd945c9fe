// Whole files as octets.

import * as std from 'std';
import { utf8Octets } from '../../src/octets/octets.ts';
import { readFile, replaceFile } from '../../src/runtime/quickjs/files.ts';
import { check, directory, refuses, run, same } from './harness.ts';

function write(path: string, octets: Uint8Array<ArrayBuffer>): void {
  const file = std.open(path, 'w');
  file?.write(octets.buffer, octets.byteOffset, octets.length);
  file?.close();
}

check('a file is read as the octets that it has, a NUL and invalid UTF-8 among them', () => {
  const path = `${directory}/octets`;
  write(path, Uint8Array.of(0x61, 0x00, 0xff, 0x0a));
  same(readFile(path), Uint8Array.of(0x61, 0x00, 0xff, 0x0a));
});

check('a file that is longer than one read is read to its end', () => {
  const path = `${directory}/long`;
  const octets = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
  write(path, octets);
  same(readFile(path), octets);
});

check('an empty file has no octets', () => {
  const path = `${directory}/empty`;
  write(path, new Uint8Array(0));
  same(readFile(path), new Uint8Array(0));
});

check('a file of /proc, which tells no length, is read', () => {
  same(readFile('/proc/self/comm')?.subarray(0, 3), utf8Octets('qjs'));
});

check('what is not there, or is a directory, is undefined', () => {
  same(readFile(`${directory}/missing`), undefined);
  same(readFile(directory), undefined);
});

check('a file that is replaced has the new content whole, and nothing is left beside it', () => {
  const path = `${directory}/replaced`;
  write(path, new Uint8Array(50_000).fill(1));
  const octets = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
  replaceFile(path, octets.subarray(1));
  same(readFile(path), octets.subarray(1));
  same(readFile(`${path}.new`), undefined);
});

check('a file that is replaced by text has its octets', () => {
  const path = `${directory}/text`;
  const text = `${'{"homeAddress":"10.1.0.77"}'.repeat(5000)}é€`;
  replaceFile(path, [text.slice(0, 5), text.slice(5)]);
  same(readFile(path), utf8Octets(text));
});

check('a file whose directory cannot be made is not replaced, and that is an error of the system', () => {
  refuses(() => replaceFile(`${directory}/missing/deeper/file`, new Uint8Array(1)), { name: 'SystemError' });
});

run();

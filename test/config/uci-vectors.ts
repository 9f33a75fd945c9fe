// The recordings of the real uci in test/vectors/uci, as byte strings.

import { readFileSync } from 'node:fs';
import { byteString } from '../../src/config/uci-words.ts';

/** Text is UTF-8; octets that are not stand as hexadecimal. */
export type Recorded = string | { readonly hex: string };

export type ReadCase = {
  readonly name: string;
  readonly description: string;
  readonly file: Recorded;
  readonly runs: readonly RecordedRun[];
};
export type RecordedRun = {
  readonly argv: readonly string[];
  readonly exit: number;
  readonly stdout: Recorded;
  readonly stderr: string;
};

export type WriteCase = {
  readonly name: string;
  readonly description: string;
  readonly start: Readonly<Record<string, string>>;
  readonly delta_start?: Readonly<Record<string, string>>;
  readonly steps: readonly WriteStep[];
};
/** A step without a command only looks at the files. */
export type WriteStep = Partial<RecordedRun> & {
  readonly stdin?: string;
  readonly delta_files_after?: Readonly<Record<string, string>>;
  readonly config_files_after?: Readonly<Record<string, string>>;
  readonly override_files_after?: Readonly<Record<string, string>>;
};

export const readCases: readonly ReadCase[] = load('read.json');
export const writeCases: readonly WriteCase[] = load('write.json');

export function octetsOfRecorded(recorded: Recorded): Uint8Array {
  const buffer = typeof recorded === 'string' ? Buffer.from(recorded) : Buffer.from(recorded.hex, 'hex');
  return new Uint8Array(buffer);
}

export function bytesOfRecorded(recorded: Recorded): string {
  return byteString(octetsOfRecorded(recorded));
}

function load<Case>(name: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`../vectors/uci/${name}`, import.meta.url), 'utf8')).cases;
}

// The recorded conversations of test/vectors/ubus, as the tests of ubus-js read them.

import { readdirSync, readFileSync } from 'node:fs';
import { parseHex } from '../../src/octets/octets.ts';
import type { BlobmsgElement } from '../../src/ubus-js/blobmsg.ts';

export type RecordedElement =
  | { readonly name: string; readonly type: BlobmsgElement['type']; readonly value: unknown }
  | { readonly not_extended: true; readonly hex: string };

export type RecordedAttribute = { readonly attr: string; readonly id: number; readonly value: unknown };

export type Recorded = {
  readonly conn: string;
  readonly dir: 'client->ubusd' | 'ubusd->client';
  readonly type?: string;
  readonly type_id?: number;
  readonly version?: number;
  readonly seq?: number;
  readonly peer?: number;
  readonly body?: readonly RecordedAttribute[] | string;
  readonly hex?: string;
  readonly write_hex?: string;
  readonly close?: boolean;
  readonly note?: string;
  readonly body_id_bits?: number;
};

export type Command = {
  readonly argv: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  readonly stderr?: string;
};

export type Conversation = {
  readonly description: string;
  readonly commands: readonly Command[];
  readonly messages: readonly Recorded[];
  readonly [output: string]: unknown;
};

export type RawCase = { readonly name: string; readonly log: readonly Recorded[] };
export type RawCases = { readonly test_obj_id: number; readonly cases: readonly RawCase[] };

const directory = new URL('../vectors/ubus/', import.meta.url);

export function conversation(file: string): Conversation {
  return JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as Conversation;
}

export function rawCases(file: string): RawCases {
  return JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as RawCases;
}

export const CONVERSATION_FILES = readdirSync(directory)
  .filter((file) => /^(0|1)\d-.*\.json$/.test(file))
  .sort();

export function octetsOf(hex: string): Uint8Array {
  const octets = parseHex(hex);
  if (octets === undefined) throw new Error(`not hexadecimal: ${hex.slice(0, 40)}`);
  return octets;
}

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

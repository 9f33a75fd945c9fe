// What the agents remember over a restart of the daemon, as text. A text that makes no sense is as none: the kernel's
// state is then swept when its time has come, and everyone registers anew.

import { utf8Text } from '../octets/octets.ts';

export type KeptState = { readonly bindings: readonly unknown[]; readonly visitors: readonly unknown[] };

export type Remembered = { readonly bindings: Iterable<unknown>; readonly visitors: Iterable<unknown> };

const VERSION = 1;
const NOTHING: KeptState = { bindings: [], visitors: [] };

/** The text in pieces, row by row: thousands of them need not be in memory at once. In the end, how many rows there are. */
export function* encodeKeptState({ bindings, visitors }: Remembered): Generator<string, number> {
  yield `{"version":${VERSION},"bindings":[`;
  const ofBindings = yield* encodeRows(bindings);
  yield '],"visitors":[';
  const ofVisitors = yield* encodeRows(visitors);
  yield ']}';
  return ofBindings + ofVisitors;
}

export function decodeKeptState(octets: Uint8Array | undefined): KeptState {
  if (octets === undefined) return NOTHING;
  try {
    const state: unknown = JSON.parse(utf8Text(octets));
    if (!isTable(state) || state.version !== VERSION) return NOTHING;
    const { bindings, visitors } = state;
    return { bindings: Array.isArray(bindings) ? bindings : [], visitors: Array.isArray(visitors) ? visitors : [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return NOTHING;
  }
}

function* encodeRows(rows: Iterable<unknown>): Generator<string, number> {
  let count = 0;
  for (const row of rows) {
    yield `${count === 0 ? '' : ','}${JSON.stringify(row)}`;
    count += 1;
  }
  return count;
}

function isTable(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

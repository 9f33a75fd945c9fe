// What the agents remember over a restart of the daemon, as text. A text that makes no sense is as none: the kernel's
// state is then swept when its time has come, and everyone registers anew.

import { utf8Text } from '../octets/octets.ts';

export type KeptState = { readonly bindings: readonly unknown[]; readonly visitors: readonly unknown[] };

export type Remembered = { readonly bindings: Iterable<unknown>; readonly visitors: Iterable<unknown> };

const VERSION = 1;
const NOTHING: KeptState = { bindings: [], visitors: [] };

/** Row by row, as they are made: thousands of them need not be in memory at once. */
export function encodeKeptState({ bindings, visitors }: Remembered): { text: string; rows: number } {
  const [ofBindings, ofVisitors] = [texts(bindings), texts(visitors)];
  const text = `{"version":${VERSION},"bindings":[${ofBindings.join()}],"visitors":[${ofVisitors.join()}]}`;
  return { text, rows: ofBindings.length + ofVisitors.length };
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

function texts(rows: Iterable<unknown>): string[] {
  return Array.from(rows, (row) => JSON.stringify(row));
}

function isTable(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

// What the agents remember over a restart of the daemon, as text. A text that makes no sense is as none: the kernel's
// state is then swept when its time has come, and everyone registers anew.

import { utf8Octets, utf8Text } from '../octets/octets.ts';

export type KeptState = { readonly bindings: readonly unknown[]; readonly visitors: readonly unknown[] };

const VERSION = 1;
const NOTHING: KeptState = { bindings: [], visitors: [] };

export function encodeKeptState({ bindings, visitors }: KeptState): Uint8Array {
  return utf8Octets(JSON.stringify({ version: VERSION, bindings, visitors }));
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

function isTable(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

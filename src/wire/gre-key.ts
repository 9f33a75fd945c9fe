// The GRE Key Extension (RFC 6245 §5): the key that its sender wants to find in what is tunneled to it.

import { viewOf } from '../octets/octets.ts';
import { appendExtension, EXTENSION, type Extension } from './extensions.ts';

const SUBTYPE = 0;

/** 0 from a foreign agent: the home agent is to choose for both directions (RFC 6245 §4.1). Undefined: not this subtype. */
export function readGreKey(extension: Extension): number | undefined {
  return extension.subtype === SUBTYPE ? viewOf(extension.data).getUint32(0) : undefined;
}

export function appendGreKey(message: Uint8Array, key: number): Uint8Array {
  const data = new Uint8Array(4);
  viewOf(data).setUint32(0, key);
  return appendExtension(message, { type: EXTENSION.greKey, subtype: SUBTYPE, data });
}

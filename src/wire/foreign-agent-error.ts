// The Foreign Agent Error Extension (RFC 4636 §3): a foreign agent's no to a reply of which it may not change the code.

import { appendExtension, EXTENSION, type Extension } from './extensions.ts';

const SUBTYPE = 0;

/** A code of the foreign agent's range, 64 to 127; undefined: another subtype. */
export function readForeignAgentError(extension: Extension): number | undefined {
  return extension.subtype === SUBTYPE ? extension.data[0] : undefined;
}

export function appendForeignAgentError(message: Uint8Array, code: number): Uint8Array {
  return appendExtension(message, {
    type: EXTENSION.foreignAgentError,
    subtype: SUBTYPE,
    data: Uint8Array.of(code),
  });
}

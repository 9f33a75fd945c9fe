import { join, parseHex } from '../src/octets/octets.ts';

/** Octets from rows of hexadecimal digits; spaces set the fields apart. */
export function hex(...rows: readonly string[]): Uint8Array {
  const digits = rows.join('').replaceAll(' ', '');
  const octets = parseHex(digits);
  if (octets === undefined) throw new Error(`not hexadecimal: ${digits}`);
  return octets;
}

/** The message with other octets from `offset` on. */
export function overwritten(message: Uint8Array, offset: number, replacement: Uint8Array): Uint8Array {
  return join([message.subarray(0, offset), replacement, message.subarray(offset + replacement.length)]);
}

/** A window into a larger buffer, as a receive buffer gives it: what reads from the buffer's start goes wrong here. */
export function windowed(octets: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(octets.length + 12).fill(0xee);
  buffer.set(octets, 7);
  return buffer.subarray(7, 7 + octets.length);
}

/** The same octets but for one bit. */
export function flipped(octets: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(octets);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

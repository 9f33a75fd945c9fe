// The blob of libubox: attributes of a 4-octet header (bit 31 extended, 7 bits id, 24 bits length with the header but
// without padding), the value, and zeros up to a multiple of 4. Everything is big-endian, whatever the machine.

import { viewOf } from '../octets/octets.ts';

export const ATTRIBUTE_HEADER_LENGTH = 4;
export const EXTENDED_BIT = 0x80000000;
export const LENGTH_MASK = 0xffffff;

export type Attribute = { readonly id: number; readonly extended: boolean; readonly value: Uint8Array };

/** Length with the padding that follows. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** The attributes in order. As in libubox, an impossible length ends the list and what follows it is lost. */
export function attributesOf(octets: Uint8Array): Attribute[] {
  const view = viewOf(octets);
  const attributes: Attribute[] = [];
  let offset = 0;
  while (offset + ATTRIBUTE_HEADER_LENGTH <= octets.length) {
    const header = view.getUint32(offset);
    const length = header & LENGTH_MASK;
    if (length < ATTRIBUTE_HEADER_LENGTH || offset + padded(length) > octets.length) break;
    attributes.push({
      id: (header >>> 24) & 0x7f,
      extended: header >= EXTENDED_BIT,
      value: octets.subarray(offset + ATTRIBUTE_HEADER_LENGTH, offset + length),
    });
    offset += padded(length);
  }
  return attributes;
}

/** Octets written one after the other, attributes nested in attributes. */
export class BlobWriter {
  #octets = new Uint8Array(256);
  #view = viewOf(this.#octets);
  #length = 0;

  /** Begins an attribute; what is written until `close` of the answer is its value. */
  open(id: number, extended: boolean): number {
    const start = this.#length;
    this.uint32(((extended ? EXTENDED_BIT : 0) | (id << 24)) >>> 0);
    return start;
  }

  close(start: number): void {
    const length = this.#length - start;
    if (length > LENGTH_MASK) throw new RangeError(`an attribute of ${length} octets`);
    this.#view.setUint32(start, (this.#view.getUint32(start) | length) >>> 0);
    this.align();
  }

  /** Zeros up to a multiple of 4. */
  align(): void {
    this.#reserve(padded(this.#length) - this.#length);
  }

  uint8(value: number): void {
    const offset = this.#reserve(1);
    this.#view.setUint8(offset, value);
  }

  uint16(value: number): void {
    const offset = this.#reserve(2);
    this.#view.setUint16(offset, value);
  }

  uint32(value: number): void {
    const offset = this.#reserve(4);
    this.#view.setUint32(offset, value);
  }

  uint64(value: bigint): void {
    const offset = this.#reserve(8);
    this.#view.setBigUint64(offset, value);
  }

  float64(value: number): void {
    const offset = this.#reserve(8);
    this.#view.setFloat64(offset, value);
  }

  octets(octets: Uint8Array): void {
    const offset = this.#reserve(octets.length);
    this.#octets.set(octets, offset);
  }

  finish(): Uint8Array {
    return this.#octets.slice(0, this.#length);
  }

  #reserve(length: number): number {
    const offset = this.#length;
    this.#length += length;
    if (this.#length > this.#octets.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#octets.length));
      grown.set(this.#octets);
      this.#octets = grown;
      this.#view = viewOf(grown);
    }
    return offset;
  }
}

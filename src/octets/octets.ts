// What is done with octets whatever they mean: views, joining, comparing, the Internet checksum, hexadecimal.

/** With `u`, a pair is one character and does not match. encodeURIComponent throws on what does. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** A view over exactly these octets. */
export function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Takes the same time wherever the first difference is: for authenticators. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const first = viewOf(a);
  const second = viewOf(b);
  let difference = 0;
  let offset = 0;
  // By words, because an interpreter takes as long for four octets as for one.
  for (; offset + 4 <= a.length; offset += 4) difference |= first.getUint32(offset) ^ second.getUint32(offset);
  for (; offset < a.length; offset++) difference |= first.getUint8(offset) ^ second.getUint8(offset);
  return difference === 0;
}

/** RFC 1071: the 16-bit one's complement sum, complemented. `initial` is a sum already begun (a pseudo-header). */
export function internetChecksum(octets: Uint8Array, initial = 0): number {
  const view = viewOf(octets);
  let sum = initial;
  const even = octets.length & ~1;
  for (let offset = 0; offset < even; offset += 2) sum += view.getUint16(offset);
  if (even < octets.length) sum += view.getUint8(even) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** Text in the octets of ASCII or UTF-8; half a surrogate pair becomes U+FFFD. QuickJS has no TextEncoder. */
export function utf8Octets(text: string): Uint8Array {
  return asciiOctets(text) ?? octetsOfAnyText(text);
}

/** Undefined where the text is more than ASCII, which little of ours is. */
function asciiOctets(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return undefined;
    octets[index] = code;
  }
  return octets;
}

function octetsOfAnyText(text: string): Uint8Array {
  const encoded = encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'));
  const octets = new Uint8Array(encoded.length);
  let length = 0;
  for (let index = 0; index < encoded.length; index++) {
    if (encoded[index] === '%') {
      octets[length++] = Number.parseInt(encoded.slice(index + 1, index + 3), 16);
      index += 2;
    } else {
      octets[length++] = encoded.charCodeAt(index);
    }
  }
  return octets.slice(0, length);
}

/** Octets as UTF-8 text; each octet of a malformed sequence becomes U+FFFD, so that nothing is hidden and nothing throws. */
export function utf8Text(octets: Uint8Array): string {
  let text = '';
  let index = 0;
  while (index < octets.length) {
    const length = sequenceLength(octets, index);
    if (length === 0) {
      text += '\ufffd';
      index += 1;
    } else {
      text += String.fromCodePoint(codePoint(octets, index, length));
      index += length;
    }
  }
  return text;
}

export function formatHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet.toString(16).padStart(2, '0');
  return text;
}

/** Hexadecimal digits to octets; undefined where the text is anything else. */
export function parseHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  const octets = new Uint8Array(text.length / 2);
  for (let index = 0; index < octets.length; index++) {
    octets[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return octets;
}

/** Length of the well-formed UTF-8 sequence that begins here (RFC 3629 §4), or 0. */
function sequenceLength(octets: Uint8Array, at: number): number {
  const first = octets[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > octets.length) return 0;
  for (let index = 1; index < length; index++) {
    if (((octets[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const point = codePoint(octets, at, length);
  const least = length === 4 ? 0x10000 : length === 3 ? 0x800 : 0x80;
  return point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? 0 : length;
}

function codePoint(octets: Uint8Array, at: number, length: number): number {
  const first = octets[at] ?? 0;
  if (length === 1) return first;
  let point = first & (0xff >> (length + 1));
  for (let index = 1; index < length; index++) point = point * 64 + ((octets[at + index] ?? 0) & 0x3f);
  return point;
}

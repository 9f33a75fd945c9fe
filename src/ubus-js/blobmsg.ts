// blobmsg, libubox's typed and named values: the arguments, answers and signatures of ubus. An element keeps its type
// and its place, so that what was decoded encodes to the same octets; `toPlain` and `fromPlain` are for those who only
// want the values. Text that is not UTF-8 is shown with U+FFFD and so does not come back as it was; text ends at its
// first NUL, as every C program reads it.

import { utf8Octets, utf8Text, viewOf } from '../octets/octets.ts';
import { ATTRIBUTE_HEADER_LENGTH, BlobWriter, EXTENDED_BIT, LENGTH_MASK, padded } from './blob.ts';
import { Malformed } from './malformed.ts';

export type BlobmsgElement =
  | { readonly name: string; readonly type: 'unspec'; readonly value: null }
  | { readonly name: string; readonly type: 'array' | 'table'; readonly value: readonly BlobmsgElement[] }
  | { readonly name: string; readonly type: 'string'; readonly value: string }
  | { readonly name: string; readonly type: 'int64'; readonly value: bigint }
  | { readonly name: string; readonly type: 'int32' | 'int16' | 'int8' | 'double'; readonly value: number };

export type BlobmsgType = BlobmsgElement['type'];

export type Plain = null | boolean | number | bigint | string | readonly Plain[] | PlainTable;
export type PlainTable = { readonly [name: string]: Plain };

/** libubox, enum blobmsg_type. int8 is also the boolean. */
export const BLOBMSG_TYPE = {
  unspec: 0,
  array: 1,
  table: 2,
  string: 3,
  int64: 4,
  int32: 5,
  int16: 6,
  int8: 7,
  double: 8,
} as const satisfies Record<BlobmsgType, number>;

/** Deeper than any known program nests, and far from the end of the stack. */
const DEEPEST_NESTING = 32;

const NAME_LENGTH_LENGTH = 2;

/** The value of a DATA or SIGNATURE attribute: a list of named elements. */
export function decodeBlobmsg(octets: Uint8Array): BlobmsgElement[] {
  return decodeElements(octets, 0, octets.length, 1);
}

export function encodeBlobmsg(elements: readonly BlobmsgElement[]): Uint8Array {
  const writer = new BlobWriter();
  writeElements(writer, elements, 1);
  return writer.finish();
}

/** Of elements with the same name the last one wins. int8 becomes a boolean, int64 a number where that is exact. */
export function toPlain(elements: readonly BlobmsgElement[]): PlainTable {
  // fromEntries defines properties: an element called __proto__ is then no more than that.
  return Object.fromEntries(elements.map((element) => [element.name, plainOf(element)]));
}

/** Whole numbers become int32, or int64 where they are larger; booleans int8. */
export function fromPlain(table: PlainTable): BlobmsgElement[] {
  return Object.entries(table).map(([name, value]) => elementOf(name, value));
}

function plainOf(element: BlobmsgElement): Plain {
  switch (element.type) {
    case 'table':
      return toPlain(element.value);
    case 'array':
      return element.value.map(plainOf);
    case 'int8':
      return element.value !== 0;
    case 'int64':
      return Number.isSafeInteger(Number(element.value)) ? Number(element.value) : element.value;
    default:
      return element.value;
  }
}

function elementOf(name: string, value: Plain): BlobmsgElement {
  switch (typeof value) {
    case 'string':
      return { name, type: 'string', value };
    case 'boolean':
      return { name, type: 'int8', value: value ? 1 : 0 };
    case 'bigint':
      return { name, type: 'int64', value };
    case 'number':
      return numberElement(name, value);
  }
  if (value === null) return { name, type: 'unspec', value };
  if (isList(value)) return { name, type: 'array', value: value.map((item) => elementOf('', item)) };
  return { name, type: 'table', value: fromPlain(value) };
}

function numberElement(name: string, value: number): BlobmsgElement {
  if (value === (value | 0)) return { name, type: 'int32', value };
  if (Number.isSafeInteger(value)) return { name, type: 'int64', value: BigInt(value) };
  return { name, type: 'double', value };
}

/** Array.isArray does not narrow a readonly array. */
function isList(value: readonly Plain[] | PlainTable): value is readonly Plain[] {
  return Array.isArray(value);
}

function decodeElements(octets: Uint8Array, start: number, end: number, depth: number): BlobmsgElement[] {
  if (depth > DEEPEST_NESTING) throw new Malformed('blobmsg', `nested deeper than ${DEEPEST_NESTING}`);
  const view = viewOf(octets);
  const elements: BlobmsgElement[] = [];
  let offset = start;
  while (offset < end) {
    if (offset + ATTRIBUTE_HEADER_LENGTH > end) throw new Malformed('blobmsg', 'octets behind the last element');
    const header = view.getUint32(offset);
    const length = header & LENGTH_MASK;
    if (length < ATTRIBUTE_HEADER_LENGTH || offset + padded(length) > end) {
      throw new Malformed('blobmsg', `an element of ${length} octets where ${end - offset} are left`);
    }
    if (header < EXTENDED_BIT) throw new Malformed('blobmsg', 'an element without a name field');
    elements.push(decodeElement(octets, offset, offset + length, depth));
    offset += padded(length);
  }
  return elements;
}

function decodeElement(octets: Uint8Array, start: number, end: number, depth: number): BlobmsgElement {
  const view = viewOf(octets);
  const nameAt = start + ATTRIBUTE_HEADER_LENGTH + NAME_LENGTH_LENGTH;
  if (nameAt > end) throw new Malformed('blobmsg', 'an element without a name field');
  const nameEnd = nameAt + view.getUint16(start + ATTRIBUTE_HEADER_LENGTH);
  const valueAt = start + padded(nameEnd + 1 - start);
  if (valueAt > end) throw new Malformed('blobmsg', 'a name longer than its element');
  if (octets[nameEnd] !== 0) throw new Malformed('blobmsg', 'a name without its NUL');
  const name = utf8Text(octets.subarray(nameAt, nameEnd));
  const value = { octets, view, start: valueAt, end };
  switch (view.getUint8(start) & 0x7f) {
    case BLOBMSG_TYPE.unspec:
      return { name, type: 'unspec', value: null };
    case BLOBMSG_TYPE.array:
      return { name, type: 'array', value: decodeElements(octets, valueAt, end, depth + 1) };
    case BLOBMSG_TYPE.table:
      return { name, type: 'table', value: decodeElements(octets, valueAt, end, depth + 1) };
    case BLOBMSG_TYPE.string:
      return { name, type: 'string', value: decodeText(value) };
    default:
      return decodeNumber(name, view.getUint8(start) & 0x7f, value);
  }
}

type Value = { readonly octets: Uint8Array; readonly view: DataView; readonly start: number; readonly end: number };

function decodeText(value: Value): string {
  if (value.end <= value.start || value.octets[value.end - 1] !== 0) {
    throw new Malformed('blobmsg', 'a string without its NUL');
  }
  return utf8Text(value.octets.subarray(value.start, value.octets.indexOf(0, value.start)));
}

function decodeNumber(name: string, type: number, value: Value): BlobmsgElement {
  const { view, start } = value;
  switch (type) {
    case BLOBMSG_TYPE.int64:
      expectLength(value, 8);
      return { name, type: 'int64', value: view.getBigInt64(start) };
    case BLOBMSG_TYPE.int32:
      expectLength(value, 4);
      return { name, type: 'int32', value: view.getInt32(start) };
    case BLOBMSG_TYPE.int16:
      expectLength(value, 2);
      return { name, type: 'int16', value: view.getInt16(start) };
    case BLOBMSG_TYPE.int8:
      expectLength(value, 1);
      return { name, type: 'int8', value: view.getUint8(start) };
    case BLOBMSG_TYPE.double:
      expectLength(value, 8);
      return { name, type: 'double', value: view.getFloat64(start) };
    default:
      throw new Malformed('blobmsg', `unknown type ${type}`);
  }
}

function expectLength(value: Value, length: number): void {
  if (value.end - value.start !== length) {
    throw new Malformed('blobmsg', `a number of ${value.end - value.start} octets, not ${length}`);
  }
}

function writeElements(writer: BlobWriter, elements: readonly BlobmsgElement[], depth: number): void {
  if (depth > DEEPEST_NESTING) throw new RangeError(`blobmsg nested deeper than ${DEEPEST_NESTING}`);
  for (const element of elements) {
    const start = writer.open(BLOBMSG_TYPE[element.type], true);
    const name = utf8Octets(element.name);
    writer.uint16(name.length);
    writer.octets(name);
    writer.uint8(0);
    writer.align();
    writeValue(writer, element, depth);
    writer.close(start);
  }
}

function writeValue(writer: BlobWriter, element: BlobmsgElement, depth: number): void {
  switch (element.type) {
    case 'unspec':
      break;
    case 'array':
    case 'table':
      writeElements(writer, element.value, depth + 1);
      break;
    case 'string':
      writer.octets(utf8Octets(element.value));
      writer.uint8(0);
      break;
    case 'int64':
      writer.uint64(BigInt.asUintN(64, element.value));
      break;
    case 'int32':
      writer.uint32(element.value);
      break;
    case 'int16':
      writer.uint16(element.value);
      break;
    case 'int8':
      writer.uint8(element.value);
      break;
    case 'double':
      writer.float64(element.value);
      break;
  }
}

import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { type BlobmsgElement, decodeBlobmsg, encodeBlobmsg, fromPlain, toPlain } from '../../src/ubus-js/blobmsg.ts';
import { Malformed } from '../../src/ubus-js/malformed.ts';
import { octetsOf, seededRandom } from './recordings.ts';

const hex = (...rows: string[]) => octetsOf(rows.join('').replaceAll(' ', ''));

const everyType: BlobmsgElement[] = [
  { name: 'null', type: 'unspec', value: null },
  { name: '', type: 'string', value: 'grüß €' },
  { name: 'i64', type: 'int64', value: -(2n ** 63n) },
  { name: 'i32', type: 'int32', value: -3 },
  { name: 'i16', type: 'int16', value: -2 },
  { name: 'i8', type: 'int8', value: 42 },
  { name: 'double', type: 'double', value: -0.1 },
  {
    name: 'array',
    type: 'array',
    value: [
      { name: '', type: 'int32', value: 1 },
      { name: '', type: 'table', value: [{ name: 'k', type: 'array', value: [] }] },
    ],
  },
];

test('the name field is padded from its own two octets on', () => {
  const octets = hex(
    '8300000a 0001 6b 00 76 00 0000', //       string k: v
    '8500000c 0000 00 00 00000005', //         int32 without name: 5
    '87000009 0000 00 00 01 000000', //        int8, padded
    '82000008 0001 74 00', //                  empty table t
  );
  expect(decodeBlobmsg(octets)).toEqual([
    { name: 'k', type: 'string', value: 'v' },
    { name: '', type: 'int32', value: 5 },
    { name: '', type: 'int8', value: 1 },
    { name: 't', type: 'table', value: [] },
  ]);
  expect(formatHex(encodeBlobmsg(decodeBlobmsg(octets)))).toBe(formatHex(octets));
});

test('every type comes back as it was', () => {
  expect(decodeBlobmsg(encodeBlobmsg(everyType))).toEqual(everyType);
});

test('a list cut anywhere but between two elements is malformed', () => {
  const whole = everyType.map((element) => encodeBlobmsg([element]).length);
  const boundaries = new Set(whole.map((_, index) => whole.slice(0, index).reduce((sum, length) => sum + length, 0)));
  const octets = encodeBlobmsg(everyType);
  for (let length = 0; length < octets.length; length++) {
    if (boundaries.has(length)) expect(() => decodeBlobmsg(octets.subarray(0, length))).not.toThrow();
    else expect(() => decodeBlobmsg(octets.subarray(0, length))).toThrow(Malformed);
  }
});

describe('malformed is', () => {
  test.each([
    ['plain junk', hex('03000008 61626300')],
    ['a length past the end', hex('ffffffff ffffffff')],
    ['a length of zero', hex('83000000 00000000')],
    ['a string without its NUL', hex('83000009 0000 0000 61 000000')],
    ['a string without a value', hex('83000008 0000 0000')],
    ['an int32 of two octets', hex('8500000a 0000 0000 0005 0000')],
    ['an unknown type', hex('89000008 0000 0000')],
    ['a name longer than the element', hex('85000010 00ff 6b00 00000005 00000000')],
    ['a name without its NUL', hex('8500000c 0001 6b6b 00000005')],
    ['an element without room for a name', hex('85000004')],
    ['octets behind the last element', hex('82000008 0000 0000 00')],
  ])('%s', (_, octets) => {
    expect(() => decodeBlobmsg(octets)).toThrow(Malformed);
  });
});

/** Tables in tables, the innermost empty. */
function nested(depth: number): Uint8Array {
  let octets = new Uint8Array();
  for (let level = 0; level < depth; level++) {
    const header = new Uint8Array(8);
    new DataView(header.buffer).setUint32(0, (0x82000000 | (8 + octets.length)) >>> 0);
    octets = join([header, octets]) as Uint8Array<ArrayBuffer>;
  }
  return octets;
}

test('32 levels are read, more are malformed, however many', () => {
  expect(() => decodeBlobmsg(nested(31))).not.toThrow();
  expect(() => decodeBlobmsg(nested(32))).toThrow(Malformed);
  expect(() => decodeBlobmsg(nested(20000))).toThrow(Malformed);
});

test('mutated octets are elements or malformed', () => {
  const random = seededRandom(3024);
  const original = encodeBlobmsg(everyType);
  let malformed = 0;
  for (let round = 0; round < 20000; round++) {
    const octets = original.slice();
    octets[Math.floor(random() * octets.length)] = Math.floor(random() * 256);
    try {
      decodeBlobmsg(octets);
    } catch (error) {
      expect(error).toBeInstanceOf(Malformed);
      malformed += 1;
    }
  }
  expect(malformed).toBeGreaterThan(1000);
  expect(malformed).toBeLessThan(19000);
});

test('plain values choose the type that ubus programs expect', () => {
  const table = {
    none: null,
    yes: true,
    text: 'a',
    small: -2147483648,
    large: 2147483648,
    exact: 2n ** 62n,
    fraction: 0.5,
    list: [1, 'x', [true]],
    table: { inner: 1 },
  };
  expect(fromPlain(table).map(({ name, type }) => [name, type])).toEqual([
    ['none', 'unspec'],
    ['yes', 'int8'],
    ['text', 'string'],
    ['small', 'int32'],
    ['large', 'int64'],
    ['exact', 'int64'],
    ['fraction', 'double'],
    ['list', 'array'],
    ['table', 'table'],
  ]);
  expect(toPlain(decodeBlobmsg(encodeBlobmsg(fromPlain(table))))).toEqual(table);
});

test('an element named __proto__ is only an element', () => {
  const plain = toPlain([{ name: '__proto__', type: 'table', value: [{ name: 'isAdmin', type: 'int8', value: 1 }] }]);
  expect(Object.keys(plain)).toEqual(['__proto__']);
  expect('isAdmin' in plain).toBe(false);
});

test('text ends at its first NUL', () => {
  const [element] = decodeBlobmsg(hex('8300000e 0000 0000 61 62 00 63 64 00 0000'));
  expect(element?.value).toBe('ab');
});

test('a double keeps every bit', () => {
  for (const value of [Number.MIN_VALUE, Number.MAX_VALUE, -0, Number.POSITIVE_INFINITY, 3.25]) {
    const [element] = decodeBlobmsg(encodeBlobmsg([{ name: '', type: 'double', value }]));
    expect(element?.value).toBe(value);
  }
});

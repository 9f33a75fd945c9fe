import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { attributesOf, BlobWriter } from '../../src/ubus-js/blob.ts';
import { octetsOf } from './recordings.ts';

test('attributes are found in order, their padding left out', () => {
  const attributes = attributesOf(octetsOf('0200000b6e6f737563680000830000080000000a'));
  expect(attributes.map(({ id, extended, value }) => [id, extended, formatHex(value)])).toEqual([
    [2, false, '6e6f7375636800'],
    [3, true, '0000000a'],
  ]);
});

test.each([
  ['a length of zero', '0100000800000001 02000000 0300000800000001'],
  ['a length past the end', '0100000800000001 020000c8 0300000800000001'],
  ['padding that is missing', '0100000800000001 0200000500'],
  ['half a header', '0100000800000001 0200'],
])('%s ends the list', (_, text) => {
  expect(attributesOf(octetsOf(text.replaceAll(' ', '')))).toHaveLength(1);
});

test('a writer grows, nests, and fills in the lengths', () => {
  const writer = new BlobWriter();
  const outer = writer.open(7, false);
  const inner = writer.open(3, true);
  writer.octets(new Uint8Array(1000).fill(0x78));
  writer.uint8(0);
  writer.close(inner);
  writer.close(outer);
  const octets = writer.finish();
  expect(formatHex(octets.subarray(0, 12))).toBe('070003f4830003ed78787878');
  expect(formatHex(octets.subarray(-8))).toBe('7878787800000000');
  expect(octets).toHaveLength(0x3f4);
});

test('an attribute of 16 MiB is refused', () => {
  const writer = new BlobWriter();
  const start = writer.open(7, false);
  writer.octets(new Uint8Array(0x1000000));
  expect(() => writer.close(start)).toThrow(RangeError);
});

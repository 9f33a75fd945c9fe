import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import { appendGreKey, readGreKey } from '../../src/wire/gre-key.ts';
import { hex, windowed } from '../hex.ts';

test.each([
  ['30 00 0004 000000aa', 0xaa],
  ['30 00 0004 00000000', 0],
  ['30 00 0004 fffffffe', 0xfffffffe],
])('%s is read and written', (digits, key) => {
  const [extension] = readExtensions(windowed(hex(digits)), 0);
  expect(extension && readGreKey(extension)).toBe(key);
  expect(formatHex(appendGreKey(hex('aabb'), key))).toBe(formatHex(hex('aabb', digits)));
});

test('another subtype is no key', () => {
  const [extension] = readExtensions(hex('30 01 0004 000000aa'), 0);
  expect(extension && readGreKey(extension)).toBeUndefined();
});

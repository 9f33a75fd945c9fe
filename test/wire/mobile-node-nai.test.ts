import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import { appendMobileNodeNai, readMobileNodeNai } from '../../src/wire/mobile-node-nai.ts';
import { hex, windowed } from '../hex.ts';

test('a network access identifier is read and written', () => {
  const [extension] = readExtensions(windowed(hex('83 05 6140622e63')), 0);
  expect(extension && readMobileNodeNai(extension)).toBe('a@b.c');
  expect(formatHex(appendMobileNodeNai(hex('aabb'), 'a@b.c'))).toBe(formatHex(hex('aabb 83 05 6140622e63')));
});

test('octets that are no text are read without harm', () => {
  const [extension] = readExtensions(hex('83 03 61ff62'), 0);
  expect(extension && readMobileNodeNai(extension)).toBe('a\ufffdb');
});

test('one of 255 octets is written, a longer one is our own fault', () => {
  expect(appendMobileNodeNai(hex(''), 'x'.repeat(255)).length).toBe(257);
  expect(() => appendMobileNodeNai(hex(''), 'x'.repeat(256))).toThrow(RangeError);
});

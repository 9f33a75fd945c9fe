import { expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import { appendMessageString, readMessageString } from '../../src/wire/message-string.ts';
import { hex, windowed } from '../hex.ts';

test.each([
  ['91 03 01 6f6b', { from: 'homeAgent', text: 'ok' }],
  ['91 06 02 6675cc8872', { from: 'foreignAgent', text: 'fu\u0308r'.normalize('NFD') }],
] as const)('%s is read and written', (digits, message) => {
  const [extension] = readExtensions(windowed(hex(digits)), 0);
  expect(extension && readMessageString(extension)).toEqual(message);
  expect(formatHex(appendMessageString(hex('aabb'), message))).toBe(formatHex(hex('aabb', digits)));
});

test('another subtype says nothing', () => {
  const [extension] = readExtensions(hex('91 03 03 6f6b'), 0);
  expect(extension && readMessageString(extension)).toBeUndefined();
});

test.each([
  ['a', 254],
  ['ä', 254],
  ['€', 252],
  ['😀', 252],
])('a text of too many %s is cut between two of them, to %i octets', (character, length) => {
  const octets = appendMessageString(hex(''), { from: 'homeAgent', text: character.repeat(300) });
  expect(octets.length).toBe(3 + length);
  const [extension] = readExtensions(octets, 0);
  const width = Buffer.byteLength(character);
  expect(extension && readMessageString(extension)?.text).toBe(character.repeat(length / width));
});

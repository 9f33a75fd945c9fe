import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import {
  appendExtension,
  EXTENSION,
  extensionName,
  findExtension,
  readExtensions,
  unknownSubtype,
} from '../../src/wire/extensions.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { hex, windowed } from '../hex.ts';

describe('an extension is appended', () => {
  test.each([
    ['in the simple coding', { type: 131, data: hex('6140622e63') }, '83 05 6140622e63'],
    ['in the short coding', { type: 145, subtype: 1, data: hex('6f6b') }, '91 03 01 6f6b'],
    ['in the long coding', { type: 48, subtype: 0, data: hex('000000aa') }, '30 00 0004 000000aa'],
    ['in that of vendors', { type: 38, data: hex('00000009 0001 abcd') }, '26 00 0008 00000009 0001 abcd'],
    ['as RFC 4433 draws it', { type: 139, subtype: 1, data: hex('0a010001') }, '8b 01 0004 0a010001'],
    ['in the simple coding if unknown', { type: 254, data: hex('abcd') }, 'fe 02 abcd'],
    ['without data', { type: 130, data: hex('') }, '82 00'],
  ])('%s, and read again', (_how, fields, digits) => {
    const octets = appendExtension(hex('aabb'), fields);
    expect(formatHex(octets)).toBe(formatHex(hex('aabb', digits)));
    const [extension, ...more] = readExtensions(octets, 2);
    expect(extension).toMatchObject({ ...fields, offset: 2, end: octets.length });
    expect(more).toEqual([]);
  });

  test('up to the length that its coding can say', () => {
    const lengthOf = (type: number, length: number) => {
      const octets = appendExtension(hex(''), { type, data: new Uint8Array(length) });
      return readExtensions(octets, 0).map(({ data }) => data.length);
    };
    expect(lengthOf(131, 255)).toEqual([255]);
    expect(lengthOf(145, 254)).toEqual([254]);
    expect(lengthOf(38, 0xffff)).toEqual([0xffff]);
    expect(() => lengthOf(131, 256)).toThrow(RangeError);
    expect(() => lengthOf(145, 255)).toThrow(RangeError);
    expect(() => lengthOf(38, 0x10000)).toThrow(RangeError);
  });

  test('and the message itself is left as it was', () => {
    const message = windowed(hex('aabb'));
    appendExtension(message, { type: 130, data: hex('') });
    expect(formatHex(message)).toBe('aabb');
  });
});

describe('the Dynamic Home Agent extension', () => {
  test.each([
    ['long', '8b 01 0004 0a010001', 1],
    ['long', '8b 02 0004 0a010001', 2],
    ['short', '8b 05 01 0a010001', 1],
    ['short', '8b 05 02 0a010001', 2],
  ])('is walked in the %s coding: %s', (_coding, digits, subtype) => {
    const [extension, next] = readExtensions(windowed(hex(digits, '82 00')), 0);
    expect(extension).toMatchObject({ type: EXTENSION.dynamicHomeAgent, subtype, data: hex('0a010001') });
    expect(next?.type).toBe(EXTENSION.encapsulatingDelivery);
    const octets = hex(digits);
    for (let length = 1; length < octets.length; length++) {
      expect(() => readExtensions(octets.subarray(0, length), 0), `${length} octets`).toThrow(Malformed);
    }
  });

  test('in the short coding is not taken for a long one by its subtype and the first octet of its address', () => {
    const [extension, ...more] = readExtensions(hex('8b 05 00 04010001'), 0);
    expect(extension).toMatchObject({ subtype: 0, data: hex('04010001') });
    expect(more).toEqual([]);
  });

  test('may have more behind its address in the short coding', () => {
    const [extension] = readExtensions(hex('8b 07 01 0a010001 abcd'), 0);
    expect(extension?.data.length).toBe(6);
  });
});

describe('names', () => {
  test('every number that roles look for has one, and its own', () => {
    const names = Object.values(EXTENSION).map(extensionName);
    expect(names.filter((name) => name.startsWith('extension '))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('so have numbers that are passed over, whatever their data are', () => {
    for (const type of [138, 140, 141, 142, 148, 149, 151, 152, 153]) {
      expect(extensionName(type)).not.toContain('extension');
      const octets = hex(formatHex(Uint8Array.of(type)), '00', formatHex(Uint8Array.of(type)), '01 ff', '82 00');
      expect(readExtensions(octets, 0).map((extension) => extension.type)).toEqual([type, type, 130]);
    }
  });

  test('a refusal of one that may not be skipped names it', () => {
    expect(() => readExtensions(hex('2e 04 0a010001'), 0)).toThrow('Gateway Foreign Agent Address');
    expect(() => readExtensions(hex('7f 00'), 0)).toThrow('extension 127');
  });
});

test('the first extension of a number is found', () => {
  const extensions = readExtensions(hex('83 01 61', '82 00', '83 01 62'), 0);
  expect(findExtension(extensions, EXTENSION.mobileNodeNai)?.offset).toBe(0);
  expect(findExtension(extensions, EXTENSION.greKey)).toBeUndefined();
});

test('a subtype is unknown only where its number does not allow to skip it', () => {
  const known = hex(
    '24 01 0004 00000100',
    '2c 06 00 000000 0000',
    '2d 02 00 44',
    '2f 01 0001 01',
    '30 00 0004 00000000',
  );
  const skippable = hex('90 06 09 000000 0000', '91 02 09 61', '93 02 09 00', '88 02 09 61', '8b 05 09 0a010001');
  expect(unknownSubtype(readExtensions(join([known, skippable]), 0))).toBeUndefined();
  const unknown = readExtensions(join([known, hex('30 07 0004 00000000', '2d 02 09 44')]), 0);
  expect(unknownSubtype(unknown)).toMatchObject({ type: 48, subtype: 7 });
});

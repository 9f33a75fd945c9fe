import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { EXTENSION, extensionName, readExtensions } from '../../src/wire/extensions.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { hex, windowed } from '../hex.ts';

const namesOf = (octets: Uint8Array) => readExtensions(octets, 0).map(({ name }) => name);

/** Numbers below 128 that this side can read; every other one there condemns its message. */
const KNOWN_BELOW_128 = [32, 33, 34, 36, 38, 44, 45, 47, 48];

describe('codings', () => {
  test.each([
    ['simple', '20 14 00000100 00112233445566778899aabbccddeeff', undefined, 2, 20, 'Mobile-Home Authentication'],
    ['simple', '22 04 00000200', undefined, 2, 4, 'Foreign-Home Authentication'],
    ['simple', '82 00', undefined, 2, 0, 'Encapsulating Delivery Style'],
    ['simple', '83 05 6140622e63', undefined, 2, 5, 'Mobile Node NAI'],
    ['simple', '86 08 0000 00000009 0001', undefined, 2, 8, 'Normal Vendor/Organization Specific'],
    ['simple', '89 06 8000 0000002a', undefined, 2, 6, 'Revocation Support'],
    ['short', '2c 06 00 00 8000 006e', 0, 3, 5, 'UDP Tunnel Reply'],
    ['short', '2d 02 00 44', 0, 3, 1, 'Foreign Agent Error'],
    ['short', '90 06 00 00 80 04 0000', 0, 3, 5, 'UDP Tunnel Request'],
    ['short', '91 03 01 6f6b', 1, 3, 2, 'Message String'],
    ['short', '93 08 02 01 021122334455', 2, 3, 7, 'Proxy Mobile IPv4 Skippable'],
    ['long', '24 01 0014 00000300 00112233445566778899aabbccddeeff', 1, 4, 20, 'Generalized Authentication'],
    ['long', '2f 01 0001 01', 1, 4, 1, 'Proxy Mobile IPv4 Non-skippable'],
    ['long', '30 00 0004 000000aa', 0, 4, 4, 'GRE Key'],
    ['critical vendor', '26 00 0008 00000009 0001 abcd', undefined, 4, 8, 'Critical Vendor/Organization Specific'],
  ] as const)('the %s coding of %s', (_coding, digits, subtype, headerLength, dataLength, name) => {
    const octets = hex(digits);
    const [extension, ...more] = readExtensions(windowed(octets), 0);
    expect(extension).toEqual({
      type: octets[0],
      subtype,
      name,
      offset: 0,
      end: octets.length,
      data: octets.subarray(headerLength),
    });
    expect(extension?.data.length).toBe(dataLength);
    expect(more).toEqual([]);
    for (let length = 1; length < octets.length; length++) {
      expect(() => readExtensions(octets.subarray(0, length), 0)).toThrow(Malformed);
    }
  });

  test('padding is one octet without a length, before, between and behind others', () => {
    const octets = hex('00', '22 04 00000200', '00 00', '82 00', '00 00 00');
    expect(readExtensions(octets, 0).map(({ type, offset, end }) => [type, offset, end])).toEqual([
      [34, 1, 7],
      [130, 9, 11],
    ]);
    expect(readExtensions(hex('000000'), 0)).toEqual([]);
  });

  test('no octets are no extensions', () => {
    expect(readExtensions(hex('aabb'), 2)).toEqual([]);
    expect(readExtensions(hex(''), 0)).toEqual([]);
  });

  test('a long extension may be longer than 255 octets', () => {
    const octets = join([hex('26 00 0400 00000009 0001'), new Uint8Array(0x400 - 6), hex('8200')]);
    expect(readExtensions(octets, 0).map(({ data }) => data.length)).toEqual([0x400, 0]);
  });

  test('an extension one octet longer than the message is malformed', () => {
    expect(() => readExtensions(hex('83 06 6140622e63'), 0)).toThrow(Malformed);
    expect(() => readExtensions(hex('2f 01 0002 01'), 0)).toThrow(Malformed);
    expect(() => readExtensions(hex('91 04 01 6f6b'), 0)).toThrow(Malformed);
  });

  test('a short coding without room for its subtype is malformed', () => {
    expect(() => readExtensions(hex('91 00 01'), 0)).toThrow(Malformed);
  });

  test.each([
    '20 03 000001',
    '83 00',
    '84 00',
    '86 07 0000 00000009 00',
    '89 05 8000 000000',
    '26 00 0005 00000009 00',
  ])('%s has less data than its RFC asks for', (digits) => {
    expect(() => readExtensions(hex(digits), 0)).toThrow(Malformed);
  });
});

describe('numbers', () => {
  test('an unknown number below 128 condemns the message, whatever follows (RFC 5944 §1.8)', () => {
    for (let type = 1; type < 128; type++) {
      if (KNOWN_BELOW_128.includes(type)) continue;
      expect(() => readExtensions(Uint8Array.of(type, 2, 0, 0), 0), `type ${type}`).toThrow(Malformed);
    }
  });

  test('a known number below 128 does not', () => {
    for (const type of KNOWN_BELOW_128) {
      const isLong = [36, 38, 47, 48].includes(type);
      const header = isLong ? Uint8Array.of(type, 0, 0, 8) : Uint8Array.of(type, 8);
      expect(readExtensions(join([header, new Uint8Array(8)]), 0)).toHaveLength(1);
    }
  });

  test('an unknown number from 128 on is kept and passed over (RFC 5944 §1.8)', () => {
    for (let type = 128; type < 256; type++) {
      const octets = join([Uint8Array.of(type, 8), new Uint8Array(8).fill(1), hex('8200')]);
      expect(readExtensions(octets, 0).map((extension) => extension.type)).toEqual([type, 130]);
    }
    const [unknown] = readExtensions(hex('fe 02 abcd'), 0);
    expect(unknown).toMatchObject({ name: 'extension 254', subtype: undefined, data: hex('abcd') });
  });

  test('an unknown number from 128 on may be empty, but not cut', () => {
    expect(namesOf(hex('fe00 8200'))).toEqual(['extension 254', 'Encapsulating Delivery Style']);
    expect(() => readExtensions(hex('fe'), 0)).toThrow(Malformed);
    expect(() => readExtensions(hex('fe01'), 0)).toThrow(Malformed);
  });

  test('the numbers that roles look for have the names of their RFCs', () => {
    expect(extensionName(EXTENSION.mobileHomeAuthentication)).toBe('Mobile-Home Authentication');
    expect(extensionName(EXTENSION.foreignHomeAuthentication)).toBe('Foreign-Home Authentication');
    expect(extensionName(200)).toBe('extension 200');
  });
});

test('windows into a message are put together to the same octets', () => {
  const octets = hex(
    '83 05 6140622e63', //                                     network access identifier a@b.c
    'fe 02 abcd', //                                           unknown, may be skipped
    '93 08 02 01 021122334455', //                             device identifier
    '20 14 00000100 00112233445566778899aabbccddeeff', //      Mobile-Home
    '89 06 8000 0000002a', //                                  revocation support
    '22 14 00000200 ffeeddccbbaa99887766554433221100', //      Foreign-Home
  );
  const extensions = readExtensions(octets, 0);
  expect(extensions.map(({ type }) => type)).toEqual([131, 254, 147, 32, 137, 34]);
  expect(formatHex(join(extensions.map(({ offset, end }) => octets.subarray(offset, end))))).toBe(formatHex(octets));
});

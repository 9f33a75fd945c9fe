import { describe, expect, test } from 'vitest';
import { formatHex, join, utf8Octets } from '../../src/octets/octets.ts';
import {
  type AuthenticationAlgorithm,
  appendAuthentication,
  isAuthentic,
  securityParameterIndex,
} from '../../src/wire/authentication.ts';
import { EXTENSION, readExtensions } from '../../src/wire/extensions.ts';
import { digests } from '../digests.ts';
import { flipped, hex, windowed } from '../hex.ts';

const KEY = hex('00112233445566778899aabbccddeeff');
const REQUEST_LENGTH = 24;
const REPLY_LENGTH = 20;

const request = hex('01020258 0a010005 0a010001 0a020001 e8fe8a0080000000');
const denial = hex('03850000 0a010005 0a010001 e8fe8a6380000000');

const mobileHome = (algorithm: AuthenticationAlgorithm) => ({ spi: 0x100, key: KEY, algorithm });
const foreignHome = (algorithm: AuthenticationAlgorithm) => ({ spi: 0x200, key: KEY, algorithm });

/** Computed outside of this project; another home agent has accepted the HMAC form. */
const golden = [
  {
    algorithm: 'hmac-md5',
    mobileHome: '2014 00000100 1bb37039edc0aad90c9353fe34872b02',
    foreignHome: '2214 00000200 d13cf7d15bfc4af914e3c99fcbe4b4f1',
    denied: '2014 00000100 c50581de7a0a2d357bd66e24726f4feb',
  },
  {
    algorithm: 'keyed-md5',
    mobileHome: '2014 00000100 9f1aae2da438539bab6841539aa5fa83',
    foreignHome: '2214 00000200 fa427f59dfe015192ef6bc82fc09be6a',
    denied: '2014 00000100 a8d00fc6fdd26c63af23ac4324e13e99',
  },
] as const;

describe.each(golden)('$algorithm', ({ algorithm, ...vectors }) => {
  const signed = join([request, hex(vectors.mobileHome)]);
  const signedTwice = join([signed, hex(vectors.foreignHome)]);

  test('signs a request as the golden vector, and behind it for the foreign agent', () => {
    const once = appendAuthentication(
      windowed(request),
      EXTENSION.mobileHomeAuthentication,
      mobileHome(algorithm),
      digests,
    );
    expect(formatHex(once)).toBe(formatHex(signed));
    const twice = appendAuthentication(once, EXTENSION.foreignHomeAuthentication, foreignHome(algorithm), digests);
    expect(formatHex(twice)).toBe(formatHex(signedTwice));
  });

  test('signs a denial with code 133 as the golden vector', () => {
    const octets = appendAuthentication(denial, EXTENSION.mobileHomeAuthentication, mobileHome(algorithm), digests);
    expect(formatHex(octets)).toBe(formatHex(join([denial, hex(vectors.denied)])));
  });

  test('finds both extensions of the golden vector authentic, each by its own association', () => {
    const octets = windowed(signedTwice);
    const [first, second] = readExtensions(octets, REQUEST_LENGTH);
    if (first === undefined || second === undefined) throw new Error('extensions are missing');
    expect(securityParameterIndex(first)).toBe(0x100);
    expect(securityParameterIndex(second)).toBe(0x200);
    expect(isAuthentic(octets, first, mobileHome(algorithm), digests)).toBe(true);
    expect(isAuthentic(octets, second, foreignHome(algorithm), digests)).toBe(true);
  });

  test('covers what comes before, and its own type, length and SPI: no bit of it may change', () => {
    for (let bit = 0; bit < 8 * signed.length; bit++) {
      const changed = flipped(signed, bit);
      const extension = { ...firstExtension(signed), data: changed.subarray(REQUEST_LENGTH + 2) };
      expect(isAuthentic(changed, extension, mobileHome(algorithm), digests), `bit ${bit}`).toBe(false);
    }
  });

  test('does not cover what comes behind', () => {
    const longer = join([signed, hex('fe 02 abcd')]);
    expect(isAuthentic(longer, firstExtension(longer), mobileHome(algorithm), digests)).toBe(true);
  });

  test('another key, or a shortened or absent authenticator, is not authentic', () => {
    const association = { ...mobileHome(algorithm), key: flipped(KEY, 0) };
    expect(isAuthentic(signed, firstExtension(signed), association, digests)).toBe(false);
    for (const length of [0, 1, 15]) {
      const cut = join([request, Uint8Array.of(32, 4 + length), signed.subarray(26, 30 + length)]);
      expect(isAuthentic(cut, firstExtension(cut), mobileHome(algorithm), digests)).toBe(false);
    }
  });
});

describe('hmac-sha256', () => {
  test('has an authenticator of 32 octets over the same part of the message', () => {
    const octets = appendAuthentication(denial, EXTENSION.mobileHomeAuthentication, mobileHome('hmac-sha256'), digests);
    expect(octets.length).toBe(REPLY_LENGTH + 2 + 4 + 32);
    const covered = join([denial, hex('20 24 00000100')]);
    expect(formatHex(octets)).toBe(formatHex(join([covered, digests.hmac('sha256', KEY, covered)])));
    const [extension] = readExtensions(octets, REPLY_LENGTH);
    expect(extension !== undefined && isAuthentic(octets, extension, mobileHome('hmac-sha256'), digests)).toBe(true);
  });

  test('is not taken for its MD5 brother', () => {
    const octets = appendAuthentication(
      request,
      EXTENSION.mobileHomeAuthentication,
      mobileHome('hmac-sha256'),
      digests,
    );
    expect(isAuthentic(octets, firstExtension(octets), mobileHome('hmac-md5'), digests)).toBe(false);
  });
});

test('a short key counts at its own length in the prefix and the suffix', () => {
  const association = { spi: 0x102, key: utf8Octets('0987654'), algorithm: 'keyed-md5' } as const;
  const octets = appendAuthentication(request, EXTENSION.mobileHomeAuthentication, association, digests);
  const covered = join([request, hex('20 14 00000102')]);
  const expected = digests.digest('md5', join([association.key, covered, association.key]));
  expect(formatHex(octets.subarray(-16))).toBe(formatHex(expected));
});

test('an SPI with its highest bit set is written and read unsigned', () => {
  const association = { ...mobileHome('hmac-md5'), spi: 0xffff_fffe };
  const octets = appendAuthentication(request, EXTENSION.mobileHomeAuthentication, association, digests);
  expect(securityParameterIndex(firstExtension(octets))).toBe(0xffff_fffe);
});

function firstExtension(octets: Uint8Array) {
  const [extension] = readExtensions(octets, REQUEST_LENGTH);
  if (extension === undefined) throw new Error('no extension');
  return extension;
}

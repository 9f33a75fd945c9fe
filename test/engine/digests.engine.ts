// digest, hmac and randomOctets, against the vectors of the RFCs.

import * as ffi from 'quickjs-ffi';
import { formatHex, parseHex, utf8Octets } from '../../src/octets/octets.ts';
import { check, holds, refuses, run, same } from './harness.ts';

const DIGITS = '12345678901234567890123456789012345678901234567890123456789012345678901234567890';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

/** RFC 1321 §A.5. */
const MD5 = [
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  [ALPHABET, 'c3fcd3d76192e4007dfb496cca67e13b'],
  [`${ALPHABET.toUpperCase()}${ALPHABET}0123456789`, 'd174ab98d277d9f5a5611c2c9f419d9f'],
  [DIGITS, '57edf4a22be3c955ac49da2e2107b67a'],
] as const;

/** RFC 6234 §8.5, and no octets at all. */
const SHA256 = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
] as const;

const COUNTING_KEY = parseHex('0102030405060708090a0b0c0d0e0f10111213141516171819') ?? new Uint8Array(0);
const LARGE_KEY_TEXT = 'Test Using Larger Than Block-Size Key - Hash Key First';

/** RFC 2202 §2. */
const HMAC_MD5: readonly (readonly [Uint8Array, Uint8Array, string])[] = [
  [repeated(0x0b, 16), utf8Octets('Hi There'), '9294727a3638bb1c13f48ef8158bfc9d'],
  [utf8Octets('Jefe'), utf8Octets('what do ya want for nothing?'), '750c783e6ab0b503eaa86e310a5db738'],
  [repeated(0xaa, 16), repeated(0xdd, 50), '56be34521d144c88dbb8c733f0e8b3f6'],
  [COUNTING_KEY, repeated(0xcd, 50), '697eaf0aca3a3aea3a75164746ffaa79'],
  [repeated(0x0c, 16), utf8Octets('Test With Truncation'), '56461ef2342edc00f9bab995690efd4c'],
  [repeated(0xaa, 80), utf8Octets(LARGE_KEY_TEXT), '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd'],
  [
    repeated(0xaa, 80),
    utf8Octets('Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data'),
    '6f630fad67cda0ee1fb1f562db3aa53e',
  ],
];

/** RFC 4231 §4; the fifth is given there cut to 128 bits. */
const HMAC_SHA256: readonly (readonly [Uint8Array, Uint8Array, string])[] = [
  [repeated(0x0b, 20), utf8Octets('Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    utf8Octets('Jefe'),
    utf8Octets('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [repeated(0xaa, 20), repeated(0xdd, 50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [COUNTING_KEY, repeated(0xcd, 50), '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b'],
  [repeated(0x0c, 20), utf8Octets('Test With Truncation'), 'a3b6167473100ee06e0c796c2955552b'],
  [repeated(0xaa, 131), utf8Octets(LARGE_KEY_TEXT), '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'],
  [
    repeated(0xaa, 131),
    utf8Octets(
      'This is a test using a larger than block-size key and a larger than block-size data. ' +
        'The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

function repeated(octet: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(octet);
}

for (const [index, [input, expected]] of MD5.entries()) {
  check(`digest md5 gives vector ${index + 1} of RFC 1321`, () => {
    same(formatHex(ffi.digest('md5', utf8Octets(input))), expected);
  });
}
for (const [input, expected] of SHA256) {
  check(`digest sha256 of '${input}' is that of RFC 6234`, () => {
    same(formatHex(ffi.digest('sha256', utf8Octets(input))), expected);
  });
}
for (const [index, [key, input, expected]] of HMAC_MD5.entries()) {
  check(`hmac md5 gives vector ${index + 1} of RFC 2202`, () => same(formatHex(ffi.hmac('md5', key, input)), expected));
}
for (const [index, [key, input, expected]] of HMAC_SHA256.entries()) {
  check(`hmac sha256 gives vector ${index + 1} of RFC 4231`, () => {
    same(formatHex(ffi.hmac('sha256', key, input)).slice(0, expected.length), expected);
  });
}

check('hmac takes an empty key and no octets', () => {
  const nothing = new Uint8Array(0);
  same(formatHex(ffi.hmac('md5', nothing, nothing)), '74e6f7298a9c2d168935f58c001bad88');
});

check('a digest is taken of a window into a larger buffer only', () => {
  same(formatHex(ffi.digest('md5', utf8Octets('xxabcxx').subarray(2, 5))), '900150983cd24fb0d6963f7d28e17f72');
});

check('an algorithm that is not offered is refused by its name', () => {
  const sha1 = 'sha1' as ffi.DigestAlgorithm;
  refuses(() => ffi.digest(sha1, new Uint8Array(1)), {
    name: 'RangeError',
    message: "algorithm is 'sha1', not 'md5' or 'sha256'",
  });
});

check('randomOctets gives as many octets as asked, and others each time', () => {
  for (const length of [0, 1, 16, 256, 65536]) same(ffi.randomOctets(length).length, length);
  const [first, second] = [ffi.randomOctets(16), ffi.randomOctets(16)];
  holds(formatHex(first) !== formatHex(second), 'two draws differ');
  const seen = new Set(ffi.randomOctets(65536));
  same(seen.size, 256);
});

await run();

import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { authorizingExtension, coveredBy, findOrderFault, upToAuthorizing } from '../../src/wire/extension-order.ts';
import { decodeMobileIpMessage } from '../../src/wire/mobile-ip-message.ts';
import { hex, windowed } from '../hex.ts';

const fixedParts = {
  request: hex('01020258 0a010005 0a010001 0a020001 e8fe8a0080000000'),
  reply: hex('0300012c 0a010005 0a010001 e8fe8a0080000000'),
  revocation: hex('0700c000 0a010005 0a010001 0a020001 e8fe8a64'),
  acknowledgment: hex('0f008000 0a010005 e8fe8a64'),
};

/** By number, or number.subtype; `pad` is an octet of padding. */
const blocks: Readonly<Record<string, Uint8Array>> = {
  '32': hex('20 14 00000100 00112233445566778899aabbccddeeff'),
  '33': hex('21 14 00000300 00112233445566778899aabbccddeeff'),
  '34': hex('22 14 00000200 00112233445566778899aabbccddeeff'),
  '36.1': hex('24 01 0014 00000400 00112233445566778899aabbccddeeff'),
  '38': hex('26 00 0008 00000009 0001 abcd'),
  '44': hex('2c 06 00 40 0000 0000'),
  '45': hex('2d 02 00 44'),
  '47.1': hex('2f 01 0001 01'),
  '47.2': hex('2f 01 0001 02'),
  '48': hex('30 00 0004 000000aa'),
  '130': hex('82 00'),
  '131': hex('83 05 6140622e63'),
  '132': hex('84 04 01020304'),
  '137': hex('89 06 8000 0000002a'),
  '144': hex('90 06 00 00 80 04 0000'),
  '145': hex('91 03 01 6f6b'),
  '147': hex('93 08 02 01 021122334455'),
  '254': hex('fe 02 abcd'),
  pad: hex('00'),
};

function octetsOf(fixedPart: keyof typeof fixedParts, words: string): Uint8Array {
  const parts = words.split(' ').filter((word) => word !== '');
  return join([fixedParts[fixedPart], ...parts.map((word) => blocks[word] ?? expect.fail(word))]);
}

function messageOf(fixedPart: keyof typeof fixedParts, words: string) {
  return decodeMobileIpMessage(windowed(octetsOf(fixedPart, words)));
}

describe('the extension that authorizes', () => {
  test.each([
    ['request', '32', 32],
    ['request', '131 147 32 130 33', 32],
    ['request', '32 137 34', 32],
    ['request', '36.1', 36],
    ['request', '32 132 36.1', 32],
    ['request', '47.1 34', 34],
    ['request', '47.1 32 34', 32],
    ['reply', '145 32 137 34', 32],
    ['revocation', '34', 34],
    ['revocation', '145 34', 34],
    ['acknowledgment', '34', 34],
    ['acknowledgment', '32', 32],
  ] as const)('of a %s with %s is %i', (fixedPart, words, type) => {
    expect(authorizingExtension(messageOf(fixedPart, words))?.type).toBe(type);
  });

  test.each([
    ['request', ''],
    ['request', '34'],
    ['request', '33'],
    ['request', '47.2 34'],
    ['request', '137 34'],
    ['reply', '45'],
    ['revocation', '33'],
    ['acknowledgment', ''],
  ] as const)('is missing from a %s with %s', (fixedPart, words) => {
    const message = messageOf(fixedPart, words);
    expect(authorizingExtension(message)).toBeUndefined();
    expect(upToAuthorizing(message)).toBeUndefined();
    expect(findOrderFault(message)).toEqual({ kind: 'authorizationMissing' });
  });

  test('is the first where it comes twice', () => {
    expect(authorizingExtension(messageOf('request', '32 32'))?.offset).toBe(24);
  });
});

describe('what a foreign agent relays', () => {
  test.each([
    ['request', '32', '32'],
    ['request', '131 147 254 32 130 33', '131 147 254 32'],
    ['request', 'pad 131 pad 32 pad 130 pad', 'pad 131 pad 32'],
    ['request', '32 132 36.1 33', '32 132 36.1'],
    ['request', '32 32', '32'],
    ['reply', '145 32 44 137 34', '145 32'],
    ['reply', '32 45', '32'],
    ['request', '47.1 147 34', '47.1 147 34'],
  ] as const)('of a %s with %s ends behind %s, octet by octet', (fixedPart, words, kept) => {
    const relayed = upToAuthorizing(messageOf(fixedPart, words));
    expect(formatHex(relayed ?? hex(''))).toBe(formatHex(octetsOf(fixedPart, kept)));
  });
});

test('an authentication extension vouches for those before it', () => {
  const { extensions } = messageOf('request', '131 32 137 34');
  const [, mobileHome, , foreignHome] = extensions;
  if (mobileHome === undefined || foreignHome === undefined) throw new Error('extensions are missing');
  expect(coveredBy(mobileHome, extensions).map(({ type }) => type)).toEqual([131]);
  expect(coveredBy(foreignHome, extensions).map(({ type }) => type)).toEqual([131, 32, 137]);
});

describe('the order', () => {
  test.each([
    ['request', '32'],
    ['request', '131 147 254 32 130 254 33'],
    ['request', '32 132 33'],
    ['request', '32 132 36.1'],
    ['request', '36.1 130'],
    ['request', '137 144 32'],
    ['request', '131 32 137 144 48 34'],
    ['request', '47.1 147 32 137 147 34'],
    ['request', '47.1 147 34'],
    ['request', '147 147 38 38 32 38'],
    ['reply', '131 145 44 32 137 48 34'],
    ['reply', '32 45 145 33'],
    ['reply', '32 34 33'],
    ['revocation', '145 34'],
    ['acknowledgment', '34'],
  ] as const)('of a %s with %s is right', (fixedPart, words) => {
    expect(findOrderFault(messageOf(fixedPart, words))).toBeUndefined();
  });

  test.each([
    ['request', '33 32', 33],
    ['request', '34 32', 34],
    ['request', '36.1 32', 36],
    ['request', '130 32', 130],
    ['request', '32 131', 131],
    ['request', '32 47.1 34', 47],
    ['request', '32 33 130', 130],
    ['request', '32 33 254', 254],
    ['request', '32 34 137', 137],
    ['request', '32 34 48', 48],
    ['request', '47.1 34 32', 34],
    ['reply', '32 34 45', 45],
    ['revocation', '34 145', 145],
  ] as const)('of a %s with %s is wrong: %i is misplaced', (fixedPart, words, type) => {
    expect(findOrderFault(messageOf(fixedPart, words))).toMatchObject({ kind: 'misplaced', extension: { type } });
  });

  test.each([
    ['request', '32 32', 32],
    ['request', '32 33 33', 33],
    ['request', '32 34 34', 34],
    ['request', '131 131 32', 131],
    ['request', '32 130 130', 130],
    ['request', '32 137 137 34', 137],
    ['request', '32 48 48 34', 48],
    ['request', '144 32 144', 144],
    ['reply', '44 44 32', 44],
    ['revocation', '34 34', 34],
  ] as const)('of a %s with %s is wrong: %i comes again', (fixedPart, words, type) => {
    expect(findOrderFault(messageOf(fixedPart, words))).toMatchObject({ kind: 'repeated', extension: { type } });
  });
});

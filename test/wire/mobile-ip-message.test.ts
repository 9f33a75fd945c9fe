import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeMobileIpMessage, type MobileIpMessage } from '../../src/wire/mobile-ip-message.ts';
import { encodeRegistrationReply, encodeRegistrationRequest } from '../../src/wire/registration.ts';
import { encodeRegistrationRevocation, encodeRevocationAcknowledgment } from '../../src/wire/revocation.ts';
import { hex, overwritten, windowed } from '../hex.ts';
import { decodedOrMalformed, mutations } from './mutations.ts';

const extensions = hex(
  '83 05 6140622e63', //                                     network access identifier a@b.c
  '93 08 02 01 021122334455', //                             device identifier
  '2f 01 0001 01', //                                        authentication method
  '20 14 00000100 00112233445566778899aabbccddeeff', //      Mobile-Home
  '89 06 8000 0000002a', //                                  revocation support
  '30 00 0004 000000aa', //                                  GRE key
  'fe 02 abcd', //                                           unknown, may be skipped
  '22 14 00000200 ffeeddccbbaa99887766554433221100', //      Foreign-Home
);
/** Type and fixed part; the first two as scapy writes them. */
const messages = [
  ['registrationRequest', hex('01020258 0a010005 0a010001 0a020001 e8fe8a0080000000')],
  ['registrationReply', hex('0300012c 0a010005 0a010001 e8fe8a0080000000')],
  ['registrationRevocation', hex('0700c000 0a010005 0a010001 0a020001 e8fe8a64')],
  ['revocationAcknowledgment', hex('0f008000 0a010005 e8fe8a64')],
] as const;

describe.each(messages)('a message that is a %s', (kind, fixed) => {
  const octets = join([fixed, extensions]);

  test('is told by its type, read with its extensions, and keeps its octets', () => {
    const message = decodeMobileIpMessage(windowed(octets));
    expect(message.kind).toBe(kind);
    expect(message.extensions.map(({ type }) => type)).toEqual([131, 147, 47, 32, 137, 48, 254, 34]);
    expect(formatHex(message.octets)).toBe(formatHex(octets));
    expect(formatHex(encoded(message))).toBe(formatHex(octets));
  });

  test('cut within its fixed part or within an extension is malformed', () => {
    const whole = decodeMobileIpMessage(octets).extensions.map(({ end }) => end);
    for (let length = 0; length < octets.length; length++) {
      const cut = octets.subarray(0, length);
      if (length === fixed.length || whole.includes(length)) expect(decodeMobileIpMessage(cut).kind).toBe(kind);
      else expect(() => decodeMobileIpMessage(cut), `${length} octets`).toThrow(Malformed);
    }
  });

  test('with an unknown number below 128 is malformed, with one from 128 on it is not (RFC 5944 §1.8)', () => {
    const known = [32, 33, 34, 36, 38, 44, 45, 47, 48];
    for (let type = 1; type < 256; type++) {
      if (known.includes(type)) continue;
      const longer = join([octets, Uint8Array.of(type, 8, 1, 1, 1, 1, 1, 1, 1, 1)]);
      if (type < 128) expect(() => decodeMobileIpMessage(longer), `type ${type}`).toThrow(Malformed);
      else expect(decodeMobileIpMessage(longer).extensions.at(-1)?.type).toBe(type);
    }
  });

  test('mutated at random is a message or malformed, and a registration is written as the same octets', () => {
    let read = 0;
    for (const mutation of mutations(octets, 5944, 5000)) {
      const message = decodedOrMalformed(decodeMobileIpMessage, mutation);
      if (message === undefined) continue;
      read += 1;
      if (!hasReservedFields(message)) expect(formatHex(encoded(message))).toBe(formatHex(withoutPadding(message)));
    }
    expect(read).toBeGreaterThan(100);
  });
});

describe('a subtype that is not served', () => {
  const [, fixed] = messages[1];

  test.each([
    '24 02 0014 00000100 00112233445566778899aabbccddeeff',
    '2c 06 01 00 0000 0000',
    '2d 02 01 44',
    '2f 02 0001 01',
    '30 01 0004 000000aa',
  ])('condemns the message where the number does not allow to skip it: %s', (digits) => {
    expect(() => decodeMobileIpMessage(join([fixed, hex(digits)]))).toThrow(/subtype \d is not served/);
  });

  test.each(['90 06 01 00 00 00 0000', '91 03 09 6f6b', '93 03 09 0102', '88 03 09 6162'])(
    'is passed over where it does: %s',
    (digits) => {
      expect(decodeMobileIpMessage(join([fixed, hex(digits)])).extensions).toHaveLength(1);
    },
  );

  test('does not concern vendors: whether theirs is known the agents answer themselves (RFC 3115 §2.3)', () => {
    const octets = join([fixed, hex('26 00 0008 00000009 0001 abcd')]);
    expect(decodeMobileIpMessage(octets).extensions).toHaveLength(1);
  });
});

test('a message of any other type is malformed, and so is an empty one', () => {
  const long = join([messages[0][1], extensions]);
  for (let type = 0; type < 256; type++) {
    if ([1, 3, 7, 15].includes(type)) continue;
    expect(() => decodeMobileIpMessage(overwritten(long, 0, Uint8Array.of(type))), `type ${type}`).toThrow(Malformed);
  }
  expect(() => decodeMobileIpMessage(hex(''))).toThrow(Malformed);
});

/** The fixed part from its fields, and behind it the windows of the extensions. */
function encoded(message: MobileIpMessage): Uint8Array {
  return join([encodedFixedPart(message), ...windows(message)]);
}

function encodedFixedPart(message: MobileIpMessage): Uint8Array {
  switch (message.kind) {
    case 'registrationRequest':
      return encodeRegistrationRequest(message);
    case 'registrationReply':
      return encodeRegistrationReply(message);
    case 'registrationRevocation':
      return encodeRegistrationRevocation(message);
    case 'revocationAcknowledgment':
      return encodeRevocationAcknowledgment(message);
  }
}

/** What is reserved in revocations is ignored, so it cannot be written again. */
function hasReservedFields(message: MobileIpMessage): boolean {
  if (message.kind === 'registrationRequest') return message.reservedFlags !== 0;
  return message.kind !== 'registrationReply';
}

function withoutPadding(message: MobileIpMessage): Uint8Array {
  return join([message.octets.subarray(0, encodedFixedPart(message).length), ...windows(message)]);
}

function windows({ octets, extensions }: MobileIpMessage): Uint8Array[] {
  return extensions.map(({ offset, end }) => octets.subarray(offset, end));
}

import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { appendAuthentication, isAuthentic } from '../../src/wire/authentication.ts';
import { EXTENSION, findExtension } from '../../src/wire/extensions.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import {
  decodeRegistrationRevocation,
  decodeRevocationAcknowledgment,
  encodeRegistrationRevocation,
  encodeRevocationAcknowledgment,
} from '../../src/wire/revocation.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { flipped, hex, overwritten, windowed } from '../hex.ts';

const KEY = hex('00112233445566778899aabbccddeeff');

const revocation = hex(
  '07 00 c000', //    type, flags A I
  '0a010005', //      home address 10.1.0.5
  '0a010001', //      home domain address 10.1.0.1
  '0a020001', //      foreign domain address 10.2.0.1
  'e8fe8a64', //      revocation identifier
);
const acknowledgment = hex(
  '0f 00 8000', //    type, flag I
  '0a010005', //      home address 10.1.0.5
  'e8fe8a64', //      revocation identifier
);
const revocationFields = {
  fromHomeAgent: true,
  inform: true,
  homeAddress: ip('10.1.0.5'),
  homeDomainAddress: ip('10.1.0.1'),
  foreignDomainAddress: ip('10.2.0.1'),
  revocationIdentifier: 0xe8fe8a64,
};
const acknowledgmentFields = { inform: true, homeAddress: ip('10.1.0.5'), revocationIdentifier: 0xe8fe8a64 };

/** Authenticators by Python's hmac and hashlib. */
const signed = [
  ['hmac-md5', 'revocation', revocation, '22 14 00000200 dd3621f63ac3b453e3c42bf851c0da7b'],
  ['keyed-md5', 'revocation', revocation, '22 14 00000200 7d1184d7f0b775a0a97c87d3855666d9'],
  ['hmac-md5', 'acknowledgment', acknowledgment, '22 14 00000200 12769fe111b0dcb12679819e413c5ba8'],
  ['keyed-md5', 'acknowledgment', acknowledgment, '22 14 00000200 f1452e138f4e415188f4a6cd823c1fa0'],
] as const;

describe('a Registration Revocation', () => {
  test('is read with every field, and keeps its octets', () => {
    expect(decodeRegistrationRevocation(windowed(revocation))).toEqual({
      ...revocationFields,
      kind: 'registrationRevocation',
      extensions: [],
      octets: revocation,
    });
  });

  test('is written with every field', () => {
    expect(formatHex(encodeRegistrationRevocation(revocationFields))).toBe(formatHex(revocation));
  });

  test.each([
    ['8000', { fromHomeAgent: true, inform: false }],
    ['4000', { fromHomeAgent: false, inform: true }],
    ['0000', { fromHomeAgent: false, inform: false }],
  ])('flags %s are read and written', (digits, flags) => {
    const octets = overwritten(revocation, 2, hex(digits));
    const decoded = decodeRegistrationRevocation(octets);
    expect(decoded).toMatchObject({ ...revocationFields, ...flags });
    expect(formatHex(encodeRegistrationRevocation(decoded))).toBe(formatHex(octets));
  });

  test('what is reserved is ignored (RFC 3543 §3.3)', () => {
    expect(decodeRegistrationRevocation(overwritten(revocation, 1, hex('ff ffff')))).toMatchObject(revocationFields);
  });

  test('the greatest value of every field is read unsigned', () => {
    const decoded = decodeRegistrationRevocation(overwritten(revocation, 4, new Uint8Array(16).fill(0xff)));
    expect(decoded).toMatchObject({ homeAddress: 2 ** 32 - 1, revocationIdentifier: 2 ** 32 - 1 });
  });

  test('cut at any length, or of another type, is malformed', () => {
    for (let length = 0; length < revocation.length; length++) {
      expect(() => decodeRegistrationRevocation(revocation.subarray(0, length)), `${length} octets`).toThrow(Malformed);
    }
    expect(() => decodeRegistrationRevocation(overwritten(revocation, 0, hex('0f')))).toThrow(Malformed);
  });
});

describe('a Revocation Acknowledgment', () => {
  test('is read with every field, and keeps its octets', () => {
    expect(decodeRevocationAcknowledgment(windowed(acknowledgment))).toEqual({
      ...acknowledgmentFields,
      kind: 'revocationAcknowledgment',
      extensions: [],
      octets: acknowledgment,
    });
  });

  test('is written with every field', () => {
    expect(formatHex(encodeRevocationAcknowledgment(acknowledgmentFields))).toBe(formatHex(acknowledgment));
    const quiet = encodeRevocationAcknowledgment({ ...acknowledgmentFields, inform: false });
    expect(formatHex(quiet)).toBe(formatHex(overwritten(acknowledgment, 2, hex('0000'))));
  });

  test('what is reserved is ignored (RFC 3543 §3.4)', () => {
    const octets = overwritten(acknowledgment, 1, hex('ff 7fff'));
    expect(decodeRevocationAcknowledgment(octets)).toMatchObject({ ...acknowledgmentFields, inform: false });
  });

  test('cut at any length, or of another type, is malformed', () => {
    for (let length = 0; length < acknowledgment.length; length++) {
      const cut = acknowledgment.subarray(0, length);
      expect(() => decodeRevocationAcknowledgment(cut), `${length} octets`).toThrow(Malformed);
    }
    expect(() => decodeRevocationAcknowledgment(overwritten(acknowledgment, 0, hex('07')))).toThrow(Malformed);
  });
});

describe.each(signed)('Foreign-Home authentication by %s of a %s', (algorithm, what, message, authentication) => {
  const association = { spi: 0x200, key: KEY, algorithm };
  const octets = join([message, hex(authentication)]);
  const decode = what === 'revocation' ? decodeRegistrationRevocation : decodeRevocationAcknowledgment;

  test('is made as Python makes it', () => {
    const ours = appendAuthentication(message, EXTENSION.foreignHomeAuthentication, association, digests);
    expect(formatHex(ours)).toBe(formatHex(octets));
  });

  test('is found authentic, and with any bit changed it is not', () => {
    const extension = findExtension(decode(octets).extensions, EXTENSION.foreignHomeAuthentication);
    if (extension === undefined) throw new Error('no authentication extension');
    expect(isAuthentic(octets, extension, association, digests)).toBe(true);
    for (let bit = 0; bit < 8 * octets.length; bit++) {
      const changed = flipped(octets, bit);
      const data = changed.subarray(message.length + 2);
      expect(isAuthentic(changed, { ...extension, data }, association, digests), `bit ${bit}`).toBe(false);
    }
  });

  test('cut within its extension it is malformed', () => {
    for (let length = message.length + 1; length < octets.length; length++) {
      expect(() => decode(octets.subarray(0, length)), `${length} octets`).toThrow(Malformed);
    }
  });
});

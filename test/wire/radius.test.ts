// The messages of RFC 2865 §7.1, what FreeRADIUS 3.2 sent, and every way in which octets can be wrong.

import { describe, expect, test } from 'vitest';
import { join, utf8Octets, viewOf } from '../../src/octets/octets.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import {
  type AccessRequestFields,
  attributeNumber,
  checkMessageAuthenticator,
  decodeRadiusMessage,
  encodeAccessRequest,
  isAnswerAuthentic,
  RADIUS_ATTRIBUTE,
  vendorAttributes,
} from '../../src/wire/radius.ts';
import { digests } from '../digests.ts';
import { flipped, hex, overwritten, windowed } from '../hex.ts';
import { decodedOrMalformed, mutations } from './mutations.ts';

const SECRET = utf8Octets('xyzzy5461');
const REQUEST_AUTHENTICATOR = hex('0f403f9473978057bd83d5cb98f4227a');
const REQUEST = hex(
  '01 00 0038 0f403f9473978057bd83d5cb98f4227a',
  '01 06 6e656d6f', //                                 User-Name nemo
  '02 12 0dbe708d93d413ce3196e43f782a0aee', //         User-Password arctangent
  '04 06 c0a80110', //                                 NAS-IP-Address 192.168.1.16
  '05 06 00000003', //                                 NAS-Port 3
);
const ACCEPT = hex(
  '02 00 0026 86fe220e7624ba2a1005f6bf9b55e0b2',
  '06 06 00000001', //                                 Service-Type login
  '0f 06 00000000', //                                 Login-Service telnet
  '0e 06 c0a80103', //                                 Login-IP-Host 192.168.1.3
);

const fields: AccessRequestFields = {
  identifier: 7,
  authenticator: REQUEST_AUTHENTICATOR,
  userName: utf8Octets('10.1.0.77'),
  password: utf8Octets('arctangent'),
  nasIdentifier: utf8Octets('pmip'),
  nasAddress: undefined,
  isSigned: true,
};

/** An answer with these attributes, signed as a server signs. */
function answer(attributes: Uint8Array, { secret = SECRET, code = 2, identifier = 7 } = {}): Uint8Array {
  const message = join([Uint8Array.of(code, identifier), new Uint8Array(2), REQUEST_AUTHENTICATOR, attributes]);
  viewOf(message).setUint16(2, message.length);
  const at = message.indexOf(80, 20);
  if (at === 20 && message[21] === 18) message.set(digests.hmac('md5', secret, message), 22);
  message.set(digests.digest('md5', join([message, secret])), 4);
  return message;
}
const SIGNATURE_PLACE = join([Uint8Array.of(80, 18), new Uint8Array(16)]);

test('the request of RFC 2865 §7.1 is read, field by field', () => {
  const { code, identifier, authenticator, attributes } = decodeRadiusMessage(windowed(REQUEST));
  expect({ code, identifier, authenticator }).toEqual({ code: 1, identifier: 0, authenticator: REQUEST_AUTHENTICATOR });
  expect(attributes.map(({ type, offset }) => [type, offset])).toEqual([
    [1, 20],
    [2, 26],
    [4, 44],
    [5, 50],
  ]);
  expect(attributes[0]?.data).toEqual(utf8Octets('nemo'));
});

test('a password is hidden as in RFC 2865 §7.1, and a longer one block by block', () => {
  const hidden = (password: string) => {
    const message = decodeRadiusMessage(
      encodeAccessRequest({ ...fields, password: utf8Octets(password) }, SECRET, digests),
    );
    return message.attributes.find(({ type }) => type === RADIUS_ATTRIBUTE.userPassword)?.data;
  };
  expect(hidden('arctangent')).toEqual(hex('0dbe708d93d413ce3196e43f782a0aee'));
  expect(hidden('a'.repeat(17))).toHaveLength(32);
  expect(hidden('')).toHaveLength(16);
  expect(hidden('a'.repeat(200))).toHaveLength(128);
});

test('a request has all that a server wants, the Message-Authenticator first', () => {
  const octets = encodeAccessRequest({ ...fields, nasAddress: 0x0a010001 as never }, SECRET, digests);
  const { attributes, code, identifier } = decodeRadiusMessage(octets);
  expect({ code, identifier }).toEqual({ code: 1, identifier: 7 });
  expect(attributes.map(({ type }) => type)).toEqual([80, 1, 2, 6, 32, 4]);
  expect(attributes[3]?.data).toEqual(hex('00000005'));
  const blank = overwritten(octets, 22, new Uint8Array(16));
  expect(attributes[0]?.data).toEqual(digests.hmac('md5', SECRET, blank));
  const unsigned = decodeRadiusMessage(encodeAccessRequest({ ...fields, isSigned: false }, SECRET, digests));
  expect(unsigned.attributes.map(({ type }) => type)).toEqual([1, 2, 6, 32]);
});

describe('an answer', () => {
  test('is authentic as in RFC 2865 §7.1, and no longer with any bit changed, another secret or another question', () => {
    const isAuthentic = (octets: Uint8Array, question = REQUEST_AUTHENTICATOR, secret = SECRET) =>
      isAnswerAuthentic(decodeRadiusMessage(octets), question, secret, digests);
    expect(isAuthentic(windowed(ACCEPT))).toBe(true);
    for (let bit = 0; bit < ACCEPT.length * 8; bit++) {
      const message = decodedOrMalformed(decodeRadiusMessage, flipped(ACCEPT, bit));
      if (message !== undefined) {
        expect(isAnswerAuthentic(message, REQUEST_AUTHENTICATOR, SECRET, digests), `bit ${bit}`).toBe(false);
      }
    }
    expect(isAuthentic(ACCEPT, flipped(REQUEST_AUTHENTICATOR, 0))).toBe(false);
    expect(isAuthentic(ACCEPT, REQUEST_AUTHENTICATOR, utf8Octets('xyzzy5462'))).toBe(false);
  });

  test('has a good Message-Authenticator, a bad one, two, or none', () => {
    const check = (octets: Uint8Array, secret = SECRET) =>
      checkMessageAuthenticator(decodeRadiusMessage(octets), REQUEST_AUTHENTICATOR, secret, digests);
    const signed = answer(join([SIGNATURE_PLACE, hex('12 04 6869')]));
    expect(check(windowed(signed))).toBe('good');
    expect(check(signed, utf8Octets('other'))).toBe('bad');
    expect(check(flipped(signed, 8 * 41))).toBe('bad');
    expect(check(answer(join([SIGNATURE_PLACE, SIGNATURE_PLACE])))).toBe('bad');
    expect(check(ACCEPT)).toBe('absent');
  });

  test('that was padded is read as far as its Length says', () => {
    const padded = join([ACCEPT, hex('ffffff')]);
    expect(decodeRadiusMessage(padded).octets).toEqual(ACCEPT);
  });

  test('tells numbers, and what a vendor has put in, one or several in an attribute', () => {
    const message = decodeRadiusMessage(
      answer(
        join([
          hex('1b 06 00000e10'), //                            Session-Timeout 3600
          hex('1a 0e 00000009 01 04 6162 02 04 6364'), //      vendor 9: type 1 "ab", type 2 "cd"
          hex('1a 0a 00000009 01 04 6566'), //                 vendor 9: type 1 "ef"
          hex('1a 0a 00000137 01 04 6768'), //                 vendor 311
          hex('1a 0b 00000009 01 04 6970 ff'), //              vendor 9: "ip", then one octet too many
          hex('1a 0a 00000009 01 09 6b6c'), //                 vendor 9: longer than its attribute
          hex('1a 0a 00000009 01 01 6b6c'), //                 vendor 9: shorter than itself
        ]),
      ),
    );
    expect(attributeNumber(message, RADIUS_ATTRIBUTE.sessionTimeout)).toBe(3600);
    expect(attributeNumber(message, RADIUS_ATTRIBUTE.serviceType)).toBeUndefined();
    expect(vendorAttributes(message, 9, 1)).toEqual([utf8Octets('ab'), utf8Octets('ef'), utf8Octets('ip')]);
  });
});

describe('malformed is', () => {
  for (let length = 0; length < ACCEPT.length; length++) {
    test(`an answer cut to ${length} octets`, () => {
      expect(() => decodeRadiusMessage(ACCEPT.subarray(0, length))).toThrow(Malformed);
    });
  }

  test.each([
    ['a Length below 20', '02 00 0013 00000000000000000000000000000000'],
    ['a Length above 4096', `02 00 1001 ${'00'.repeat(4200)}`],
    ['an attribute of length 0', '02 00 0018 00000000000000000000000000000000 06 00 0000'],
    ['an attribute of length 1', '02 00 0018 00000000000000000000000000000000 06 01 0000'],
    ['an attribute beyond the end', '02 00 0018 00000000000000000000000000000000 06 05 0000'],
    ['half an attribute header', '02 00 0015 00000000000000000000000000000000 06'],
    ['a Session-Timeout of three octets', '02 00 0019 00000000000000000000000000000000 1b 05 000001'],
    ['a Session-Timeout of five octets', '02 00 001b 00000000000000000000000000000000 1b 07 0000000001'],
    ['a Message-Authenticator of 15 octets', `02 00 0025 ${'00'.repeat(16)} 50 11 ${'00'.repeat(15)}`],
    ['a Vendor-Specific without a vendor', '02 00 001a 00000000000000000000000000000000 1a 06 00000009'],
    ['an empty User-Name', '02 00 0016 00000000000000000000000000000000 01 02'],
  ])('%s', (_what, digits) => {
    expect(() => decodeRadiusMessage(hex(digits))).toThrow(Malformed);
  });

  test('no mutation anything but that: nothing else is thrown', () => {
    const samples = [REQUEST, ACCEPT, answer(hex('1a 0e 00000009 01 04 6162 02 04 6364'))];
    let messages = 0;
    for (const sample of samples) {
      for (const octets of mutations(sample, 11, 2000)) {
        const message = decodedOrMalformed(decodeRadiusMessage, octets);
        if (message === undefined) continue;
        messages += 1;
        vendorAttributes(message, 9, 1);
        checkMessageAuthenticator(message, REQUEST_AUTHENTICATOR, SECRET, digests);
      }
    }
    expect(messages).toBeGreaterThan(100);
  });
});

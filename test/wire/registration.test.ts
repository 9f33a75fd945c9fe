import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import {
  CODE,
  codeText,
  decodePoorlyFormedMessage,
  decodeRegistrationMessage,
  decodeRegistrationReply,
  decodeRegistrationRequest,
  encodeRegistrationReply,
  encodeRegistrationRequest,
  isAccepted,
  isDeregistration,
  type RequestFields,
} from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { hex, overwritten, windowed } from '../hex.ts';

const request = hex(
  '01 02 0258', //            type, flags T, lifetime 600
  '0a01004d', //              home address 10.1.0.77
  '0a010001', //              home agent 10.1.0.1
  '0a020001', //              care-of address 10.2.0.1
  'e8fe8a00 80000001', //     identification
);
// As the scapy library writes it.
const reply = hex(
  '03 00 012c', //            type, code accepted, lifetime 300
  '0a01004d', //              home address 10.1.0.77
  '0a010001', //              home agent 10.1.0.1
  'e8fe8a00 80000001', //     identification
);

const requestFields: RequestFields = {
  simultaneousBindings: false,
  broadcastDatagrams: false,
  decapsulationByMobileNode: false,
  minimalEncapsulation: false,
  greEncapsulation: false,
  reverseTunneling: true,
  lifetimeSeconds: 600,
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.1.0.1'),
  careOfAddress: ip('10.2.0.1'),
  identification: 0xe8fe8a00_80000001n,
};
const replyFields = {
  code: CODE.accepted,
  lifetimeSeconds: 300,
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.1.0.1'),
  identification: 0xe8fe8a00_80000001n,
};

describe('a Registration Request', () => {
  test('is read with every field, and keeps its octets', () => {
    expect(decodeRegistrationRequest(windowed(request))).toEqual({
      ...requestFields,
      kind: 'registrationRequest',
      reservedFlags: 0,
      extensions: [],
      octets: request,
    });
  });

  test('is written with every field', () => {
    expect(formatHex(encodeRegistrationRequest(requestFields))).toBe(formatHex(request));
  });

  test.each([
    [0x80, 'simultaneousBindings'],
    [0x40, 'broadcastDatagrams'],
    [0x20, 'decapsulationByMobileNode'],
    [0x10, 'minimalEncapsulation'],
    [0x08, 'greEncapsulation'],
    [0x02, 'reverseTunneling'],
  ] as const)('flag %i is %s and no other, read and written', (flag, field) => {
    const octets = overwritten(request, 1, Uint8Array.of(flag));
    const decoded = decodeRegistrationRequest(octets);
    expect(decoded).toMatchObject({ ...requestFields, reverseTunneling: false, [field]: true, reservedFlags: 0 });
    expect(formatHex(encodeRegistrationRequest(decoded))).toBe(formatHex(octets));
  });

  test.each([0x04, 0x01, 0x05])('reserved flag %i is told, for the agents refuse it', (flag) => {
    const decoded = decodeRegistrationRequest(overwritten(request, 1, Uint8Array.of(flag)));
    expect(decoded).toMatchObject({ ...requestFields, reverseTunneling: false, reservedFlags: flag });
  });

  test('the greatest value of every field is read unsigned and written again', () => {
    const octets = overwritten(request, 2, new Uint8Array(22).fill(0xff));
    const decoded = decodeRegistrationRequest(octets);
    expect(decoded).toMatchObject({
      lifetimeSeconds: 65_535,
      homeAddress: 2 ** 32 - 1,
      identification: 2n ** 64n - 1n,
    });
    expect(formatHex(encodeRegistrationRequest(decoded))).toBe(formatHex(octets));
  });

  for (let length = 0; length < request.length; length++) {
    test(`cut to ${length} octets is malformed`, () => {
      expect(() => decodeRegistrationRequest(request.subarray(0, length))).toThrow(Malformed);
      expect(() => decodeRegistrationMessage(request.subarray(0, length))).toThrow(Malformed);
    });
  }

  test('of lifetime 0 is a deregistration', () => {
    expect(isDeregistration({ lifetimeSeconds: 0 })).toBe(true);
    expect(isDeregistration({ lifetimeSeconds: 1 })).toBe(false);
  });
});

describe('a Registration Reply', () => {
  test('is read with every field, and keeps its octets', () => {
    expect(decodeRegistrationReply(windowed(reply))).toEqual({
      ...replyFields,
      kind: 'registrationReply',
      extensions: [],
      octets: reply,
    });
  });

  test('is written with every field', () => {
    expect(formatHex(encodeRegistrationReply(replyFields))).toBe(formatHex(reply));
  });

  test('the greatest value of every field is read unsigned and written again', () => {
    const octets = overwritten(reply, 1, new Uint8Array(19).fill(0xff));
    const decoded = decodeRegistrationReply(octets);
    expect(decoded).toMatchObject({ code: 255, lifetimeSeconds: 65_535, homeAgent: 2 ** 32 - 1 });
    expect(formatHex(encodeRegistrationReply(decoded))).toBe(formatHex(octets));
  });

  for (let length = 0; length < reply.length; length++) {
    test(`cut to ${length} octets is malformed`, () => {
      expect(() => decodeRegistrationReply(reply.subarray(0, length))).toThrow(Malformed);
      expect(() => decodeRegistrationMessage(reply.subarray(0, length))).toThrow(Malformed);
    });
  }
});

describe('a message on the registration port', () => {
  test('is told apart by its type', () => {
    expect(decodeRegistrationMessage(request).kind).toBe('registrationRequest');
    expect(decodeRegistrationMessage(reply).kind).toBe('registrationReply');
  });

  test('of any other type is malformed, and so is an empty one', () => {
    for (let type = 0; type < 256; type++) {
      if (type === 1 || type === 3) continue;
      const octets = overwritten(join([request, request]), 0, Uint8Array.of(type));
      expect(() => decodeRegistrationMessage(octets)).toThrow(Malformed);
    }
    expect(() => decodeRegistrationMessage(hex(''))).toThrow(Malformed);
  });

  test('is not taken for the other kind by the decoder of one kind', () => {
    expect(() => decodeRegistrationRequest(join([reply, hex('00000000')]))).toThrow(Malformed);
    expect(() => decodeRegistrationReply(request)).toThrow(Malformed);
  });
});

describe('a malformed message that can be answered', () => {
  const EXTENSION_OCTETS = hex('9f04 00000001');
  const whole = join([request, EXTENSION_OCTETS, hex('9f03 000000')]);

  test('has its fixed part and the extensions before the one that is cut', () => {
    const ends = [request.length, request.length + EXTENSION_OCTETS.length, whole.length];
    for (let length = 0; length <= whole.length; length++) {
      const message = decodePoorlyFormedMessage(whole.subarray(0, length));
      const isCut = length > request.length && !ends.includes(length);
      expect(message?.isPoorlyFormed, `${length} octets`).toBe(isCut ? true : undefined);
      if (isCut) expect(message?.extensions).toHaveLength(ends.filter((end) => end < length).length - 1);
    }
  });

  test('is none where an unknown extension condemns it, where nothing is wrong, and of other types', () => {
    expect(decodePoorlyFormedMessage(join([request, hex('7f10 00')]))).toBeUndefined();
    expect(decodePoorlyFormedMessage(whole)).toBeUndefined();
    expect(decodePoorlyFormedMessage(join([hex('07'), whole.subarray(1, -1)]))).toBeUndefined();
    expect(decodePoorlyFormedMessage(join([reply, hex('9f05')]))?.kind).toBe('registrationReply');
  });
});

describe('codes', () => {
  test('two codes accept', () => {
    const accepting = Array.from({ length: 256 }, (_, code) => code).filter((code) => isAccepted(code));
    expect(accepting).toEqual([0, 1]);
  });

  test('every code that this side gives has words, and they say whose it is', () => {
    for (const code of Object.values(CODE)) {
      const giver = code < 64 ? 'accepted' : code < 128 || code === 194 ? 'foreign agent: ' : 'home agent: ';
      expect(codeText(code)).toContain(giver);
    }
  });

  test('an unknown code has words too', () => {
    expect(codeText(250)).toBe('code without a known meaning');
  });
});

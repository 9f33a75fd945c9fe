import { describe, expect, test } from 'vitest';
import { formatHex, internetChecksum, join, viewOf } from '../../src/octets/octets.ts';
import {
  type AgentAdvertisement,
  type AgentAdvertisementFields,
  decodeAgentDiscoveryMessage,
  encodeAgentAdvertisement,
  encodeAgentSolicitation,
  isAgentRebooted,
  NEVER_DEFAULT_ROUTER,
  nextSequenceNumber,
} from '../../src/wire/agent-advertisement.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { ip } from '../addresses.ts';
import { flipped, hex, overwritten, windowed } from '../hex.ts';
import { decodedOrMalformed, mutations } from './mutations.ts';

// Made outside of this project; tshark finds the values below in it.
const golden = hex(
  '09 00 8abe 01 02 001e', //  type, code, checksum, one entry of two words, lifetime 30
  '0a020001 80000000', //      router 10.2.0.1, never as default router
  '10 0a 0007 0708 9500', //   mobility agent: sequence number 7, lifetime 1800, flags R F G T
  '0a020001', //               care-of address 10.2.0.1
  '13 01 18', //               prefix lengths: 24
  '00', //                     padding
);
const goldenFields: AgentAdvertisementFields = {
  routesCommonTraffic: true,
  lifetimeSeconds: 30,
  routerAddresses: [{ address: ip('10.2.0.1'), preference: NEVER_DEFAULT_ROUTER }],
  sequenceNumber: 7,
  registrationLifetimeSeconds: 1800,
  registrationRequired: true,
  busy: false,
  homeAgent: false,
  foreignAgent: true,
  minimalEncapsulation: false,
  greEncapsulation: true,
  reverseTunneling: true,
  udpTunneling: false,
  registrationRevocation: false,
  regionalRegistration: false,
  careOfAddresses: [ip('10.2.0.1')],
  prefixLengths: [24],
  challenge: undefined,
};

// The four below: checksums by scapy.
const everything = hex(
  '09 10 7499 02 02 0009',
  '0a020001 00000064 c0a8fffe 80000000',
  '10 0e ffff ffff fde0 0a020001 cb007109', // every flag but r
  '13 02 18 10',
  '18 08 0123456789abcdef', //                   challenge
);
const longerEntry = hex('09 00 39fb 01 03 0708', '0a010001 00000000 aabbccdd', '10 06 0100 0258 2000');
const withoutRouter = hex('09 10 fe10 00 02 001e', '10 0a 0001 0258 1040 0a020001', 'c8 03 010203', '13 00', '00');
const solicitation = hex('0a 00 f5ff 00000000');

// Captured from FRR 8.4.4 as it stops. The second one it made of its link-local IPv6 address.
const frr = hex('09 00 eb96 01 02 0000 0a020001 00000064');
const frrOfIpv6 = hex('09 00 f718 01 02 0000 fe800000 00000064');

describe('an Agent Advertisement', () => {
  test('is read with every field', () => {
    expect(decodeAgentDiscoveryMessage(windowed(golden))).toEqual({ kind: 'agentAdvertisement', ...goldenFields });
  });

  test('is written as the golden vector, padded to an even length', () => {
    expect(formatHex(encodeAgentAdvertisement(goldenFields))).toBe(formatHex(golden));
  });

  test('may have several routers and care-of addresses, a challenge, and no traffic but that of visitors', () => {
    const advertisement = decodeAgent(everything);
    expect(advertisement).toMatchObject({
      routesCommonTraffic: false,
      lifetimeSeconds: 9,
      routerAddresses: [
        { address: ip('10.2.0.1'), preference: 100 },
        { address: ip('192.168.255.254'), preference: NEVER_DEFAULT_ROUTER },
      ],
      sequenceNumber: 0xffff,
      registrationLifetimeSeconds: 0xffff,
      busy: true,
      regionalRegistration: true,
      careOfAddresses: [ip('10.2.0.1'), ip('203.0.113.9')],
      prefixLengths: [24, 16],
      challenge: hex('0123456789abcdef'),
    });
    expect(formatHex(encodeAgentAdvertisement(advertisement))).toBe(formatHex(everything));
  });

  test('is walked by the size of its entries, whatever more they hold', () => {
    expect(decodeAgent(longerEntry)).toMatchObject({
      routerAddresses: [{ address: ip('10.1.0.1'), preference: 0 }],
      sequenceNumber: 256,
      homeAgent: true,
      foreignAgent: false,
      careOfAddresses: [],
      prefixLengths: undefined,
    });
  });

  test('need not have a router, and what may be skipped in it is skipped', () => {
    expect(decodeAgent(withoutRouter)).toMatchObject({
      routerAddresses: [],
      registrationRevocation: true,
      careOfAddresses: [ip('10.2.0.1')],
      prefixLengths: [],
    });
  });

  test.each([
    [0x8000, 'registrationRequired'],
    [0x4000, 'busy'],
    [0x2000, 'homeAgent'],
    [0x1000, 'foreignAgent'],
    [0x0800, 'minimalEncapsulation'],
    [0x0400, 'greEncapsulation'],
    [0x0100, 'reverseTunneling'],
    [0x0080, 'udpTunneling'],
    [0x0040, 'registrationRevocation'],
    [0x0020, 'regionalRegistration'],
  ] as const)('flag %i is %s and no other, read and written', (flag, field) => {
    const octets = checksummed(overwritten(golden, 22, Uint8Array.of((flag | 0x1000) >> 8, flag & 0xff)));
    const none = { registrationRequired: false, greEncapsulation: false, reverseTunneling: false };
    expect(decodeAgent(octets)).toEqual({ kind: 'agentAdvertisement', ...goldenFields, ...none, [field]: true });
    expect(formatHex(encodeAgentAdvertisement(decodeAgent(octets)))).toBe(formatHex(octets));
  });

  test('the reserved flags are ignored (RFC 5944 §2.1.1)', () => {
    const octets = checksummed(overwritten(golden, 22, hex('971f')));
    expect(decodeAgent(octets)).toEqual({ kind: 'agentAdvertisement', ...goldenFields });
  });

  test('prefix lengths that do not fit its routers, or no prefix, count as none', () => {
    for (const digits of ['13 02 18 18', '13 00', '13 01 21', '13 01 ff']) {
      const octets = checksummed(join([golden.subarray(0, 28), hex(digits)]));
      expect(decodeAgent(octets)).toMatchObject({ careOfAddresses: [ip('10.2.0.1')], prefixLengths: undefined });
    }
  });

  test('of two mobility extensions the first counts', () => {
    const octets = checksummed(join([golden, hex('10 06 0008 0001 2000')]));
    expect(decodeAgent(octets)).toEqual({ kind: 'agentAdvertisement', ...goldenFields });
  });

  test('cut at any length it is malformed, also where the checksum is made anew', () => {
    for (let length = 0; length < golden.length - 1; length++) {
      const cut = golden.subarray(0, length);
      expect(() => decodeAgentDiscoveryMessage(cut), `${length} octets`).toThrow(Malformed);
      if (length < 4 || [16, 28].includes(length)) continue;
      expect(() => decodeAgentDiscoveryMessage(checksummed(cut)), `${length} octets`).toThrow(Malformed);
    }
    expect(decodeAgentDiscoveryMessage(checksummed(golden.subarray(0, 16))).kind).toBe('routerAdvertisement');
    expect(decodeAgent(checksummed(golden.subarray(0, 28))).prefixLengths).toBeUndefined();
  });

  test('with any bit changed its checksum is wrong', () => {
    for (let bit = 0; bit < 8 * golden.length; bit++) {
      expect(() => decodeAgentDiscoveryMessage(flipped(golden, bit)), `bit ${bit}`).toThrow(Malformed);
    }
  });

  test.each([
    ['another code', 1, '01'],
    ['entries of one word', 5, '01'],
    ['entries without length', 5, '00'],
    ['more entries than fit', 4, '04'],
    ['a mobility extension of five octets', 17, '05'],
    ['a mobility extension with half an address', 17, '08'],
    ['a mobility extension that ends behind it', 17, '10'],
  ])('with %s it is malformed', (_what, offset, digits) => {
    expect(() => decodeAgentDiscoveryMessage(checksummed(overwritten(golden, offset, hex(digits))))).toThrow(Malformed);
  });

  test('an unknown extension below 128 condemns it, one from 128 on does not (RFC 5944 §1.8)', () => {
    for (let type = 1; type < 256; type++) {
      if ([16, 19, 24].includes(type)) continue;
      const octets = checksummed(join([golden.subarray(0, 28), Uint8Array.of(type, 2, 1, 2)]));
      if (type < 128) expect(() => decodeAgentDiscoveryMessage(octets), `type ${type}`).toThrow(Malformed);
      else expect(decodeAgent(octets), `type ${type}`).toMatchObject({ sequenceNumber: 7, prefixLengths: undefined });
    }
  });

  test('mutated at random it is a message or malformed, and a message is written and read as the same', () => {
    let messages = 0;
    for (const octets of mutations(everything, 3543, 20_000)) {
      if (octets.length < 4) continue;
      const message = decodedOrMalformed(decodeAgentDiscoveryMessage, checksummed(octets));
      if (message?.kind !== 'agentAdvertisement') continue;
      if (!(message.foreignAgent && message.careOfAddresses.length > 0)) continue;
      expect(decodeAgentDiscoveryMessage(encodeAgentAdvertisement(message))).toEqual(message);
      messages += 1;
    }
    expect(messages).toBeGreaterThan(1000);
  });
});

describe('what must not be sent is not written', () => {
  const careOfAddresses = Array.from({ length: 63 }, () => ip('10.2.0.1'));
  test.each<[string, Partial<AgentAdvertisementFields>]>([
    ['neither home nor foreign agent', { foreignAgent: false, registrationRequired: false }],
    ['a foreign agent without care-of address', { careOfAddresses: [] }],
    ['registration required by a home agent', { foreignAgent: false, homeAgent: true }],
    ['a busy home agent', { foreignAgent: false, homeAgent: true, registrationRequired: false, busy: true }],
    ['fewer prefix lengths than routers', { prefixLengths: [] }],
    ['more care-of addresses than its length can say', { careOfAddresses }],
  ])('%s', (_what, fields) => {
    expect(() => encodeAgentAdvertisement({ ...goldenFields, ...fields })).toThrow(RangeError);
  });

  test('while 62 care-of addresses are', () => {
    const fields = { ...goldenFields, careOfAddresses: careOfAddresses.slice(1) };
    expect(decodeAgentDiscoveryMessage(encodeAgentAdvertisement(fields))).toMatchObject(fields);
  });
});

describe('a router that is no mobility agent', () => {
  test('is told from one (FRR)', () => {
    expect(decodeAgentDiscoveryMessage(windowed(frr))).toEqual({
      kind: 'routerAdvertisement',
      routesCommonTraffic: true,
      lifetimeSeconds: 0,
      routerAddresses: [{ address: ip('10.2.0.1'), preference: 100 }],
    });
    expect(decodeAgentDiscoveryMessage(frrOfIpv6)).toMatchObject({
      kind: 'routerAdvertisement',
      routerAddresses: [{ address: ip('254.128.0.0'), preference: 100 }],
    });
  });
});

describe('an Agent Solicitation', () => {
  test('is read and written', () => {
    expect(decodeAgentDiscoveryMessage(windowed(solicitation))).toEqual({ kind: 'agentSolicitation' });
    expect(formatHex(encodeAgentSolicitation())).toBe(formatHex(solicitation));
  });

  test('what stands in its reserved field and behind it is ignored (RFC 1256 §4.2)', () => {
    const octets = checksummed(hex('0a 00 0000 01020304 10 20 30 40 50'));
    expect(decodeAgentDiscoveryMessage(octets)).toEqual({ kind: 'agentSolicitation' });
  });

  test('cut, with another code or with a wrong checksum it is malformed', () => {
    for (let length = 0; length < solicitation.length; length++) {
      expect(() => decodeAgentDiscoveryMessage(solicitation.subarray(0, length))).toThrow(Malformed);
    }
    expect(() => decodeAgentDiscoveryMessage(checksummed(overwritten(solicitation, 1, hex('01'))))).toThrow(Malformed);
    expect(() => decodeAgentDiscoveryMessage(overwritten(solicitation, 2, hex('0000')))).toThrow(Malformed);
  });
});

test('ICMP of any other type is malformed', () => {
  for (let type = 0; type < 256; type++) {
    if (type === 9 || type === 10) continue;
    const octets = checksummed(overwritten(golden, 0, Uint8Array.of(type)));
    expect(() => decodeAgentDiscoveryMessage(octets), `type ${type}`).toThrow(Malformed);
  }
});

describe('sequence numbers', () => {
  test('count up, and begin again with 256 behind the highest (RFC 5944 §2.3.2)', () => {
    expect([0, 1, 255, 256, 0xfffe, 0xffff].map(nextSequenceNumber)).toEqual([1, 2, 256, 257, 0xffff, 256]);
  });

  test.each([
    [7, 8, false],
    [7, 7, false],
    [7, 200, false],
    [7, 0, true],
    [300, 0, true],
    [300, 255, true],
    [300, 256, false],
    [0xffff, 256, false],
    [0xffff, 255, true],
    [0, 0, false],
  ])('%i and then %i: rebooted is %s (RFC 5944 §2.4.4)', (previous, next, isRebooted) => {
    expect(isAgentRebooted(previous, next)).toBe(isRebooted);
  });

  test('an agent that runs on never looks rebooted', () => {
    let sequenceNumber = 0;
    for (let count = 0; count < 140_000; count++) {
      const next = nextSequenceNumber(sequenceNumber);
      if (isAgentRebooted(sequenceNumber, next)) expect.fail(`${sequenceNumber} to ${next}`);
      sequenceNumber = next;
    }
  });
});

function decodeAgent(octets: Uint8Array): AgentAdvertisement {
  const message = decodeAgentDiscoveryMessage(octets);
  if (message.kind !== 'agentAdvertisement') throw new Error(message.kind);
  return message;
}

/** The message with the checksum that its octets ask for. */
function checksummed(octets: Uint8Array): Uint8Array {
  const message = Uint8Array.from(octets);
  viewOf(message).setUint16(2, 0);
  viewOf(message).setUint16(2, internetChecksum(message));
  return message;
}

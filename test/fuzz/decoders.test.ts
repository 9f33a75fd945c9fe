// Any octets: a message or Malformed, and nothing else. A failure prints the seed and the octets.

import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { decodeDhcpRequest } from '../../src/wire/dhcp.ts';
import { decodeDnsMessage } from '../../src/wire/dns.ts';
import { readExtensions } from '../../src/wire/extensions.ts';
import { decodeFrame } from '../../src/wire/frames.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeNetlinkAnswer, decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import { decodeElements } from '../../src/wire/nftables.ts';
import {
  decodeRegistrationMessage,
  decodeRegistrationReply,
  decodeRegistrationRequest,
} from '../../src/wire/registration.ts';
import { decodeRouteMessage } from '../../src/wire/rtnetlink.ts';
import { encodeTunnelLink } from '../../src/wire/rtnetlink-link.ts';
import { decodeMapMessage } from '../../src/wire/subnet-map.ts';
import { encodeMapMessage } from '../../src/wire/subnet-map-keys.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import * as dhcp from '../wire/dhcp-recordings.ts';
import { ALIAS, MIXED, TWO_ADDRESSES } from '../wire/dns-answers.ts';
import { bodies, header } from '../wire/map-messages.ts';
import * as recordings from '../wire/netlink-recordings.ts';
import { Chance, SEED } from './mutation.ts';

const RANDOM_MESSAGES = 5000;
const MUTATIONS_OF_EACH = 5000;
const LONGEST_RANDOM_MESSAGE = 120;

const signature = hex('2014 00000100 1bb37039edc0aad90c9353fe34872b02');
const extensions = hex(
  '00 83 05 6140622e63 fe 02 abcd 93 08 02 01 021122334455 26 00 0008 00000009 0001 abcd 2f 01 0001 01',
  '24 01 0014 00000300 00112233445566778899aabbccddeeff 90 06 00 00 80 04 0000 30 00 0004 000000aa',
);
const request = join([hex('01020258 0a010005 0a010001 0a020001 e8fe8a0080000000'), extensions, signature]);
const reply = join([hex('0300012c 0a010005 0a010001 e8fe8a0080000000'), extensions, signature]);
const arpFrame = hex('ffffffffffff 021122334455 0806 0001 0800 0604 0001 021122334455 0a01004d 000000000000 0a010001');
const udpFrame = hex(
  '02aabbccddee 021122334455 0800 46 00 0038 0000 0000 ff 11 0000 0a01004d 0a020001 94040000',
  '01b2 01b2 0020 0000 01020258 0a01004d 0a010001 0a020001 e8fe8a0080000000',
);

type Decoder = { readonly decode: (octets: Uint8Array) => unknown; readonly samples: readonly Uint8Array[] };

// The ones with tables in them; the others have fixed lengths.
const mapMessages = [bodies[3], bodies[6], bodies[9], bodies[12]]
  .filter((body) => body !== undefined)
  .map((body) => encodeMapMessage(header, body, new Uint8Array(16), digests));

const decoders: Record<string, Decoder> = {
  decodeMapMessage: { decode: decodeMapMessage, samples: mapMessages },
  decodeRegistrationMessage: { decode: decodeRegistrationMessage, samples: [request, reply] },
  decodeRegistrationRequest: { decode: decodeRegistrationRequest, samples: [request] },
  decodeRegistrationReply: { decode: decodeRegistrationReply, samples: [reply] },
  readExtensions: { decode: (octets) => readExtensions(octets, 0), samples: [extensions, signature] },
  decodeFrame: { decode: decodeFrame, samples: [arpFrame, udpFrame] },
  decodeDnsMessage: { decode: decodeDnsMessage, samples: [ALIAS, MIXED, TWO_ADDRESSES] },
  decodeDhcpRequest: { decode: decodeDhcpRequest, samples: [dhcp.UDHCPC_RELEASE, dhcp.NETWORKD_INIT_REBOOT] },
  decodeNetlinkMessages: { decode: decodeDatagram, samples: [encodeTunnelLink(tunnel(), true), twoMessages()] },
  ...payloadDecoders({
    link: [16, recordings.BRIDGE_LINK],
    address: [20, recordings.ADDRESS],
    route: [24, recordings.TUNNEL_ROUTE],
    neighbour: [28, recordings.NEIGHBOUR],
    rule: [32, recordings.RULE],
    elements: [0x0a0c, recordings.ELEMENTS],
    refusal: [2, recordings.REFUSAL],
  }),
};

describe.each(Object.entries(decoders))('%s', (_name, { decode, samples }) => {
  test('takes every sample that is not changed', () => {
    for (const sample of samples) expect(verdict(decode, sample)).toBe('a message');
  });

  test('takes random octets or finds them malformed', () => {
    const chance = new Chance(SEED);
    for (let count = 0; count < RANDOM_MESSAGES; count++) judge(decode, chance.octets(LONGEST_RANDOM_MESSAGE));
  });

  test('takes changed messages or finds them malformed, and both happen', () => {
    const chance = new Chance(SEED);
    const verdicts = new Set<string>();
    for (const sample of samples) {
      for (let count = 0; count < MUTATIONS_OF_EACH; count++) verdicts.add(judge(decode, chance.mutated(sample)));
    }
    expect([...verdicts].sort()).toEqual(['Malformed', 'a message']);
  });
});

/** Fails with all that is needed to see it again. */
function judge(decode: (octets: Uint8Array) => unknown, octets: Uint8Array): string {
  const before = formatHex(octets);
  const result = verdict(decode, octets);
  if (result !== 'a message' && result !== 'Malformed')
    throw new Error(`FUZZ_SEED=${SEED}, octets ${before}: ${result}`);
  if (formatHex(octets) !== before) throw new Error(`FUZZ_SEED=${SEED}, octets ${before} were written into`);
  return result;
}

function verdict(decode: (octets: Uint8Array) => unknown, octets: Uint8Array): string {
  try {
    decode(octets);
    return 'a message';
  } catch (error) {
    return error instanceof Malformed ? 'Malformed' : String(error);
  }
}

/** As the daemon reads what a netlink socket gives. */
function decodeDatagram(octets: Uint8Array): void {
  for (const message of decodeNetlinkMessages(octets, true)) decodeRouteMessage(message, true);
}

function payloadDecoders(of: Record<string, readonly [type: number, payload: Uint8Array]>): Record<string, Decoder> {
  const made: Record<string, Decoder> = {};
  for (const [name, [type, payload]] of Object.entries(of)) {
    const decode = (octets: Uint8Array) => {
      const message = recordings.message(type, octets);
      if (type === 2) return decodeNetlinkAnswer(message, true);
      return type === 0x0a0c ? decodeElements(message, true) : decodeRouteMessage(message, true);
    };
    made[`the payload of a netlink ${name} message`] = { decode, samples: [payload] };
  }
  return made;
}

function tunnel() {
  return { name: 'pmip0', encapsulation: 'ipip', mtuOctets: 1480 } as const;
}

function twoMessages(): Uint8Array {
  return join([encodeTunnelLink(tunnel(), true), encodeTunnelLink({ ...tunnel(), encapsulation: 'gre' }, true)]);
}

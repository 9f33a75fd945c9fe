import { describe, expect, test } from 'vitest';
import {
  type Answer,
  encodeAnswer,
  namedHomeAgent,
  replySent,
  timestampAnswering,
} from '../../../src/roles/home-agent/registration-replies.ts';
import { isAuthentic } from '../../../src/wire/authentication.ts';
import { findOrderFault } from '../../../src/wire/extension-order.ts';
import { decodeRegistrationReply, type RegistrationRequest } from '../../../src/wire/registration.ts';
import { readRevocationSupport } from '../../../src/wire/revocation-support.ts';
import { readUdpTunnelReply } from '../../../src/wire/udp-tunnel.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { association, request } from '../messages.ts';
import { EPOCH_UNIX_MS } from '../moments.ts';
import { configuration, FOREIGN_AGENT, foreignHome, fromForeignAgent, HOME_AGENT } from './scene.ts';

const accepted: Answer = {
  code: 0,
  lifetimeSeconds: 600,
  homeAgent: HOME_AGENT,
  signers: { mobileNode: association, foreignAgent: foreignHome },
  revocation: undefined,
};
const nai = '8305 6140622e63';
const udpTunnel = '9006 00 00 00 04 0000';
const co = { decapsulationByMobileNode: true, careOfAddress: FOREIGN_AGENT };

const encode = (message: RegistrationRequest, changes: Partial<Answer> = {}) =>
  decodeRegistrationReply(encodeAnswer(message, { ...accepted, ...changes }, message.identification, digests));
const typesOf = (message: RegistrationRequest, changes: Partial<Answer> = {}) =>
  encode(message, changes).extensions.map(({ type }) => type);

describe('the extensions of a reply', () => {
  const revocation = { isInformNegotiated: true, foreignTimestamp: 1, ownTimestamp: 77 };

  test('stand in the order of RFC 5944 §3.8.3.3, each signature over all before it', () => {
    const reply = encode(request({}, { signedExtensions: nai, laterExtensions: udpTunnel }), { revocation });
    expect(reply.extensions.map(({ type }) => type)).toEqual([131, 32, 44, 137, 34]);
    expect(findOrderFault(reply)).toBeUndefined();
    const [, mobileHome, udp, support, foreignHomeExtension] = reply.extensions;
    if (!(mobileHome && udp && support && foreignHomeExtension)) throw new Error('extensions are missing');
    expect(isAuthentic(reply.octets, mobileHome, association, digests)).toBe(true);
    expect(isAuthentic(reply.octets, foreignHomeExtension, foreignHome, digests)).toBe(true);
    expect(readUdpTunnelReply(udp)).toEqual({ code: 64, forced: false, keepaliveSeconds: 0 });
    expect(readRevocationSupport(support)).toEqual({ informSupported: true, timestamp: 77 });
  });

  test('for the node, a tunnel over UDP is declined before its signature', () => {
    expect(typesOf(request(co, { signedExtensions: udpTunnel }))).toEqual([44, 32, 34]);
  });

  test('a refusal declines nothing', () => {
    expect(typesOf(request({}, { laterExtensions: udpTunnel }), { code: 133 })).toEqual([32, 34]);
  });

  test('a deregistration has no signature for the foreign agent', () => {
    expect(typesOf(request({ lifetimeSeconds: 0 }, { signedExtensions: nai }))).toEqual([131, 32]);
  });

  test('where no key is shared, no signature', () => {
    expect(typesOf(request({}, { signedExtensions: nai }), { signers: undefined })).toEqual([131]);
    expect(typesOf(request(), { signers: { mobileNode: association, foreignAgent: undefined } })).toEqual([32]);
  });
});

test('the fields are those of the request, the home agent and the lifetime ours', () => {
  const message = request({ lifetimeSeconds: 9999 });
  expect(encode(message)).toMatchObject({
    code: 0,
    lifetimeSeconds: 600,
    homeAddress: message.homeAddress,
    homeAgent: HOME_AGENT,
    identification: message.identification,
  });
});

test('code 133 alone has our clock in the upper half of its identification', () => {
  const message = request({ identification: 0x11112222_33334444n });
  const refused = timestampAnswering(message, 133, EPOCH_UNIX_MS);
  expect(refused & 0xffffffffn).toBe(0x33334444n);
  expect(refused >> 32n).toBe(BigInt(EPOCH_UNIX_MS / 1000 + 2_208_988_800));
  expect(timestampAnswering(message, 134, EPOCH_UNIX_MS)).toBe(0x11112222_33334444n);
});

describe('where a reply goes', () => {
  const reply = { request: request(), answer: accepted, octets: new Uint8Array(20) };

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['10.1.0.255', '10.1.0.1'],
    ['255.255.255.255', '10.1.0.1'],
    ['224.0.0.11', '10.1.0.1'],
  ])('a request sent to %s is answered from %s (RFC 5944 §3.8.3.1)', (destination, source) => {
    const arrival = { ...fromForeignAgent, destinationAddress: ip(destination) };
    expect(replySent(reply, arrival, false, configuration)).toMatchObject({
      source: ip(source),
      destination: FOREIGN_AGENT,
      destinationPort: 40_434,
    });
  });

  test('a foreign agent is never on a home link', () => {
    expect(replySent(reply, fromForeignAgent, true, configuration)).toMatchObject({ homeLinkFrame: undefined });
  });
});

test.each([
  ['10.1.0.1', '192.0.2.1', '10.1.0.1'],
  ['10.9.0.1', '192.0.2.1', '192.0.2.1'],
  ['10.9.0.1', '224.0.0.11', '192.0.2.1'],
])('a refusal of a request that names %s and was sent to %s names %s', (homeAgent, destination, expected) => {
  const arrival = { ...fromForeignAgent, destinationAddress: ip(destination) };
  expect(namedHomeAgent(request({ homeAgent: ip(homeAgent) }), arrival, configuration)).toBe(ip(expected));
});

import { describe, expect, test } from 'vitest';
import { formatHex } from '../../../src/octets/octets.ts';
import {
  denial,
  isFarewell,
  relayedReply,
  relayedRequest,
  revocationAcknowledgment,
  sourceOfReply,
} from '../../../src/roles/foreign-agent/relaying.ts';
import { isAuthentic } from '../../../src/wire/authentication.ts';
import { EXTENSION } from '../../../src/wire/extensions.ts';
import { readForeignAgentError } from '../../../src/wire/foreign-agent-error.ts';
import { decodeRegistrationReply, decodeRegistrationRequest } from '../../../src/wire/registration.ts';
import { decodeRevocationAcknowledgment } from '../../../src/wire/revocation.ts';
import { readRevocationSupport } from '../../../src/wire/revocation-support.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { hex } from '../../hex.ts';
import { isSigned, reply, request } from '../messages.ts';
import { EPOCH_UNIX_MS } from '../moments.ts';
import { ACCEPTED_AT, extensionOf, homeAddress, homeAgent, withHomeAgent, withMobileNode } from './scene.ts';

const toHomeAgent = { association: withHomeAgent, digests };
const toMobileNode = { association: withMobileNode, digests };
const MOBILE_NODE_PART = '01 02 0258 0a010005 0a010001 0a020001 e8fe8a0080000000';
const MOBILE_HOME = '2014 00000100 1bb37039edc0aad90c9353fe34872b02';
const FOREIGN_HOME = '2214 00000200 d13cf7d15bfc4af914e3c99fcbe4b4f1';

describe('a relayed request', () => {
  test('is signed for the home agent as others sign it', () => {
    const association = { ...withHomeAgent, key: hex('00112233445566778899aabbccddeeff') };
    const asked = decodeRegistrationRequest(hex(MOBILE_NODE_PART, MOBILE_HOME, '8906 8000 00000001'));
    expect(formatHex(relayedRequest(asked, { association, digests }, undefined))).toBe(
      formatHex(hex(MOBILE_NODE_PART, MOBILE_HOME, FOREIGN_HOME)),
    );
  });

  test('to a home agent that we share nothing with is what the mobile node has signed, and no more', () => {
    const asked = request({}, { laterExtensions: 'fe02 abcd' });
    expect(relayedRequest(asked, undefined, EPOCH_UNIX_MS)).toEqual(request().octets);
  });

  test('offers revocation inside what we sign, by our clock', () => {
    const relayed = decodeRegistrationRequest(relayedRequest(request(), toHomeAgent, EPOCH_UNIX_MS));
    expect(relayed.extensions.map(({ type }) => type)).toEqual([32, 137, 34]);
    const [, offer, signature] = relayed.extensions;
    expect(offer && readRevocationSupport(offer)).toEqual({ informSupported: true, timestamp: ACCEPTED_AT });
    expect(signature && isAuthentic(relayed.octets, signature, withHomeAgent, digests)).toBe(true);
    expect(isSigned(relayed)).toBe(true);
  });
});

describe('a relayed reply', () => {
  test('is signed for the mobile node, and the home agent has still signed it', () => {
    const relayed = decodeRegistrationReply(relayedReply(reply(), toMobileNode, undefined));
    expect(relayed.extensions.map(({ type }) => type)).toEqual([32, 33]);
    expect(isSigned(relayed)).toBe(true);
  });

  test('with an error of ours keeps the code that the home agent has signed', () => {
    const relayed = decodeRegistrationReply(relayedReply(reply(), toMobileNode, 68));
    expect([relayed.code, relayed.extensions.map(({ type }) => type)]).toEqual([0, [32, 45, 33]]);
    const error = extensionOf(relayed, EXTENSION.foreignAgentError);
    expect(error && readForeignAgentError(error)).toBe(68);
    expect(isSigned(relayed)).toBe(true);
  });

  test('that nobody has signed is its fixed part', () => {
    const bare = reply({ code: 136 }, { signedWith: 'none', laterExtensions: 'fe02 abcd' });
    expect(relayedReply(bare, undefined, undefined)).toEqual(bare.octets.subarray(0, 20));
  });
});

test('a denial copies what the node has asked, and tells the longest lifetime where it asked for more', () => {
  const asked = request({ lifetimeSeconds: 4000 });
  const { homeAddress: node, identification } = asked;
  const copied = { homeAddress: node, homeAgent, identification };
  expect(decodeRegistrationReply(denial(asked, 66, 1800, undefined))).toMatchObject({
    ...{ ...copied, code: 66, lifetimeSeconds: 4000, extensions: [] },
  });
  expect(decodeRegistrationReply(denial(asked, 69, 1800, toMobileNode))).toMatchObject({
    ...{ ...copied, code: 69, lifetimeSeconds: 1800, extensions: [{ type: 33 }] },
  });
});

test('an acknowledgment of a revocation is signed for the home agent', () => {
  const fields = { inform: true, homeAddress, revocationIdentifier: 7 };
  const message = decodeRevocationAcknowledgment(revocationAcknowledgment(fields, toHomeAgent));
  const [signature] = message.extensions;
  expect(message).toMatchObject(fields);
  expect(signature && isAuthentic(message.octets, signature, withHomeAgent, digests)).toBe(true);
});

test('a reply comes from where the request went, unless that was an address of many', () => {
  const own = [ip('10.2.0.1'), ip('192.0.2.2')];
  expect(sourceOfReply(ip('192.0.2.2'), own, ip('10.2.0.1'))).toBe(ip('192.0.2.2'));
  expect(sourceOfReply(ip('224.0.0.11'), own, ip('10.2.0.1'))).toBe(ip('10.2.0.1'));
  expect(sourceOfReply(ip('255.255.255.255'), own, ip('10.2.0.1'))).toBe(ip('10.2.0.1'));
});

test('a request is a farewell with lifetime 0, or when the care-of address is the home address', () => {
  expect(isFarewell(request())).toBe(false);
  expect(isFarewell(request({ lifetimeSeconds: 0 }))).toBe(true);
  expect(isFarewell(request({ careOfAddress: ip('10.1.0.77') }))).toBe(true);
});

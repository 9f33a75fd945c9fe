import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../../src/roles/home-agent/configuration.ts';
import { checkAgentAuthentication, checkAuthentication } from '../../../src/roles/home-agent/request-authentication.ts';
import { SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { appendAuthentication } from '../../../src/wire/authentication.ts';
import { EXTENSION } from '../../../src/wire/extensions.ts';
import { decodeRegistrationRequest, type RegistrationRequest } from '../../../src/wire/registration.ts';
import { decodeRegistrationRevocation, encodeRegistrationRevocation } from '../../../src/wire/revocation.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { association, request } from '../messages.ts';
import {
  agentAssociations,
  configuration,
  FOREIGN_AGENT,
  foreignHome,
  fromForeignAgent,
  HOME_ADDRESS,
  HOME_AGENT,
  relayed,
} from './scene.ts';

const everywhere = { start: ip('0.0.0.0'), end: ip('255.255.255.255') };
const newKey = { ...association, spi: 0x300, key: new Uint8Array(16).fill(7) };
const associations = new SecurityAssociations([
  { ...association, ...everywhere },
  { ...newKey, ...everywhere },
]);
const settings = settingsOf({ ...configuration, associations });
const settingsWithKeys = { ...settings, agentAssociations };
const wrong = { ...association, key: new Uint8Array(16) };
const wrongAgent = { ...foreignHome, key: new Uint8Array(16) };
const stranger = { ...fromForeignAgent, sourceAddress: ip('10.9.0.1') };

const check = (message: RegistrationRequest, withKeys: boolean, arrival = fromForeignAgent) =>
  checkAuthentication(message, arrival, withKeys ? settingsWithKeys : settings, digests);

describe('the mobile node', () => {
  test('each of two keys is checked by its own SPI, while keys are changed', () => {
    for (const signedWith of [association, newKey]) {
      const checked = check(request({}, { signedWith }), false);
      expect(checked).toMatchObject({
        isMobileNodeAuthentic: true,
        signers: { mobileNode: { spi: signedWith.spi }, foreignAgent: undefined },
      });
    }
  });

  test('the SPI of one key with the other key is not authentic', () => {
    const signedWith = { ...newKey, spi: association.spi };
    expect(check(request({}, { signedWith }), false)).toMatchObject({ isMobileNodeAuthentic: false });
  });

  test('extensions that the node has signed, and later ones that may be skipped, do not disturb', () => {
    const extended = request({}, { signedExtensions: '8305 6140622e63 00', laterExtensions: 'fe02 abcd 00' });
    expect(check(extended, false)).toMatchObject({ isMobileNodeAuthentic: true });
  });

  test.each([
    ['nobody signed', 'missingSecurityExtension', request({}, { signedWith: 'none' })],
    ['only a foreign agent signed', 'missingSecurityExtension', relayed(request({}, { signedWith: 'none' }))],
    ['an unknown SPI of a known node signed', 'badSPI', request({}, { signedWith: { ...association, spi: 0x999 } })],
  ])('what %s is dropped: %s', (_what, reason, message) => {
    expect(check(message, true)).toEqual({ kind: 'discard', reason });
  });

  test('an authorization by an AAA server alone, which we have none of, is none', () => {
    const message = request({}, { signedWith: 'none', signedExtensions: `2401 0014 00000002 ${'00'.repeat(16)}` });
    expect(check(message, false)).toEqual({ kind: 'discard', reason: 'missingSecurityExtension' });
  });

  test('a node that we share nothing with is dropped', () => {
    const none = { ...settings, associations: new SecurityAssociations([]) };
    expect(checkAuthentication(request(), fromForeignAgent, none, digests)).toEqual({
      kind: 'discard',
      reason: 'noMobilitySecurityAssociation',
    });
  });
});

describe('the foreign agent', () => {
  const twice = (message: RegistrationRequest) =>
    decodeRegistrationRequest(
      appendAuthentication(message.octets, EXTENSION.foreignHomeAuthentication, foreignHome, digests),
    );
  const deregistration = request({ lifetimeSeconds: 0 });

  test.each([
    ['signed with our key', true, relayed(request())],
    ['not signed', false, request()],
    ['signed with another key', false, relayed(request(), { signedWith: wrongAgent })],
    ['signed under an SPI that is not ours', false, relayed(request(), { signedWith: { ...foreignHome, spi: 0x999 } })],
    ['signed twice', false, twice(relayed(request()))],
    ['a deregistration, not signed', true, deregistration],
    ['a deregistration, signed wrong all the same', true, relayed(deregistration, { signedWith: wrongAgent })],
  ])('that we share a key with: %s is right: %s', (_what, expected, message) => {
    expect(check(message, true)).toMatchObject({ isMobileNodeAuthentic: true, isForeignAgentAuthentic: expected });
  });

  test('is answered with the key that it used, a deregistration with none', () => {
    expect(check(relayed(request()), true)).toMatchObject({ signers: { foreignAgent: { spi: 0x200 } } });
    expect(check(request(), true)).toMatchObject({ signers: { foreignAgent: { spi: 0x200 } } });
    expect(check(deregistration, true)).toMatchObject({ signers: { foreignAgent: undefined } });
  });

  test('that signs with a key we do not share is dropped, with a deregistration too', () => {
    const discarded = { kind: 'discard', reason: 'noMobilitySecurityAssociation' };
    expect(check(relayed(request()), false)).toEqual(discarded);
    expect(check(relayed(request()), true, stranger)).toEqual(discarded);
    expect(check(relayed(deregistration), false)).toEqual(discarded);
  });

  test('that is right vouches for an answer to a wrong node; where both are wrong there is none', () => {
    const message = request({}, { signedWith: wrong });
    expect(check(relayed(message), true)).toMatchObject({ kind: 'signed', isMobileNodeAuthentic: false });
    expect(check(message, false)).toMatchObject({ kind: 'signed', isMobileNodeAuthentic: false });
    expect(check(message, true)).toEqual({ kind: 'discard', reason: 'badAuthenticator' });
  });
});

describe('a message between agents', () => {
  const fixed = encodeRegistrationRevocation({
    fromHomeAgent: false,
    inform: false,
    homeAddress: HOME_ADDRESS,
    homeDomainAddress: HOME_AGENT,
    foreignDomainAddress: FOREIGN_AGENT,
    revocationIdentifier: 1,
  });
  const { foreignHomeAuthentication, mobileHomeAuthentication } = EXTENSION;
  const signed = (type: number, by = foreignHome) =>
    decodeRegistrationRevocation(appendAuthentication(fixed, type, by, digests));

  test.each([
    ['signed with our key', 'authentic', signed(foreignHomeAuthentication), fromForeignAgent],
    ['not signed', 'missingSecurityExtension', decodeRegistrationRevocation(fixed), fromForeignAgent],
    ['signed by a node', 'missingSecurityExtension', signed(mobileHomeAuthentication, association), fromForeignAgent],
    ['with another key', 'badAuthenticator', signed(foreignHomeAuthentication, wrongAgent), fromForeignAgent],
    ['with another SPI', 'badSPI', signed(foreignHomeAuthentication, { ...foreignHome, spi: 9 }), fromForeignAgent],
    ['of a stranger', 'noMobilitySecurityAssociation', signed(foreignHomeAuthentication), stranger],
  ])('%s: %s', (_what, expected, message, arrival) => {
    const checked = checkAgentAuthentication(message, arrival, settingsWithKeys, digests);
    expect(checked.kind === 'discard' ? checked.reason : checked.kind).toBe(expected);
  });
});

import { expect, test } from 'vitest';
import {
  isSignedByHomeAgent,
  saysThatKeysDiffer,
  whyNotTrusted,
} from '../../../src/roles/access-point/reply-authentication.ts';
import { appendAuthentication } from '../../../src/wire/authentication.ts';
import { EXTENSION } from '../../../src/wire/extensions.ts';
import { decodeRegistrationReply, type RegistrationReply } from '../../../src/wire/registration.ts';
import { digests } from '../../digests.ts';
import { association, reply } from '../messages.ts';

const shared = { ...association, spi: 0x300 };
const other = { ...association, key: new Uint8Array(16) };
const unsigned = (code: number) => reply({ code }, { signedWith: 'none' });
const forAgent = (message: RegistrationReply, by = shared) =>
  decodeRegistrationReply(appendAuthentication(message.octets, EXTENSION.mobileForeignAuthentication, by, digests));

test.each([
  ['accepted and signed', reply(), undefined],
  ['accepted and not signed', unsigned(0), 'missingSecurityExtension'],
  ['denied by the home agent and not signed', unsigned(129), 'missingSecurityExtension'],
  ['denied by the foreign agent and not signed', unsigned(66), undefined],
  [
    'denied by the foreign agent, with a wrong signature',
    reply({ code: 66 }, { signedWith: other }),
    'badAuthenticator',
  ],
  ['signed by another key', reply({}, { signedWith: other }), 'badAuthenticator'],
  ['signed by another SPI', reply({}, { signedWith: shared }), 'noMobilitySecurityAssociation'],
])('where nothing is shared with the foreign agent, %s', (_what, message, expected) => {
  expect(whyNotTrusted(message, { association }, digests)).toBe(expected);
});

test.each([
  ['signed by both', forAgent(reply()), undefined],
  ['not signed by the foreign agent', reply(), 'missingSecurityExtension'],
  ['not signed by the home agent', forAgent(unsigned(0)), 'missingSecurityExtension'],
  ['a denial of the foreign agent that it has signed', forAgent(unsigned(66)), undefined],
  ['one that nobody has signed', unsigned(66), 'missingSecurityExtension'],
  ['signed by another key', forAgent(reply(), { ...shared, key: other.key }), 'badAuthenticator'],
])('where a key is shared with it, %s', (_what, message, expected) => {
  expect(whyNotTrusted(message, { association, foreignAgentAssociation: shared }, digests)).toBe(expected);
});

test.each([
  [67, true],
  [131, true],
  [132, false],
  [0, false],
])('code %i says that the keys differ: %s', (code, expected) => {
  expect(saysThatKeysDiffer(reply({ code }))).toBe(expected);
});

test('who has signed is told by the extension', () => {
  expect([isSignedByHomeAgent(reply()), isSignedByHomeAgent(forAgent(unsigned(66)))]).toEqual([true, false]);
});

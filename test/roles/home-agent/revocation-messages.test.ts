import { expect, test } from 'vitest';
import { formatHex } from '../../../src/octets/octets.ts';
import type { HomeAgentEffect } from '../../../src/roles/home-agent/home-agent.ts';
import { acknowledgmentSent, revocationSent } from '../../../src/roles/home-agent/revocation-messages.ts';
import {
  decodeRegistrationRevocation,
  decodeRevocationAcknowledgment,
  encodeRegistrationRevocation,
} from '../../../src/wire/revocation.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { binding } from './bindings.ts';
import { FOREIGN_AGENT, foreignHome, fromForeignAgent, HOME_ADDRESS, HOME_AGENT, isSignedByUs } from './scene.ts';

const octetsOf = (effect: HomeAgentEffect) => {
  if (!('octets' in effect)) throw new Error(effect.kind);
  return effect.octets;
};
const make = (inform: boolean, isInformNegotiated: boolean) => {
  const terms = { isInformNegotiated, foreignTimestamp: 1, ownTimestamp: 2 };
  return { binding: { ...binding, revocation: terms }, inform, identifiers: [7, 0x01020304] };
};

test('a revocation goes from the address that the node registered with to where the registration came from', () => {
  const sent = revocationSent(make(false, false), foreignHome, digests);
  expect(sent).toMatchObject({
    kind: 'revocationSent',
    source: HOME_AGENT,
    destination: FOREIGN_AGENT,
    destinationPort: 434,
  });
  // Figure of RFC 3543 §3.3: type 7, A bit, home address, home and foreign domain address, identifier; then type 34.
  const fixed = '07008000 0a01004d 0a010001 0a020001 01020304 2214 00000200'.replaceAll(' ', '');
  expect(formatHex(octetsOf(sent)).startsWith(fixed)).toBe(true);
  expect(isSignedByUs(decodeRegistrationRevocation(octetsOf(sent)))).toBe(true);
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
])('the node is to be told (%s), which was agreed on (%s): the I bit is %s', (inform, isNegotiated, expected) => {
  const octets = octetsOf(revocationSent(make(inform, isNegotiated), foreignHome, digests));
  expect(decodeRegistrationRevocation(octets).inform).toBe(expected);
});

const received = (inform: boolean) =>
  decodeRegistrationRevocation(
    encodeRegistrationRevocation({
      fromHomeAgent: false,
      inform,
      homeAddress: HOME_ADDRESS,
      homeDomainAddress: HOME_AGENT,
      foreignDomainAddress: FOREIGN_AGENT,
      revocationIdentifier: 0x01020304,
    }),
  );

test('an acknowledgment goes back the way that the revocation came', () => {
  const arrival = { ...fromForeignAgent, destinationAddress: ip('192.0.2.1') };
  const sent = acknowledgmentSent(received(false), { isInformNegotiated: true }, arrival, {
    association: foreignHome,
    digests,
  });
  expect(sent).toMatchObject({
    kind: 'revocationAcknowledgmentSent',
    source: ip('192.0.2.1'),
    destination: FOREIGN_AGENT,
    destinationPort: 40_434,
  });
  expect(formatHex(octetsOf(sent)).startsWith('0f0000000a01004d010203042214')).toBe(true);
  expect(isSignedByUs(decodeRevocationAcknowledgment(octetsOf(sent)))).toBe(true);
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
])('asked whether to tell the node (%s), which was agreed on (%s): %s', (inform, isInformNegotiated, expected) => {
  const signing = { association: foreignHome, digests };
  const sent = acknowledgmentSent(received(inform), { isInformNegotiated }, fromForeignAgent, signing);
  expect(decodeRevocationAcknowledgment(octetsOf(sent)).inform).toBe(expected);
});

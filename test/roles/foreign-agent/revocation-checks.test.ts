import { describe, expect, test } from 'vitest';
import {
  checkRevocation,
  isAskedAgain,
  isMobileNodeInformed,
  isRevokedSince,
  negotiatedRevocation,
} from '../../../src/roles/foreign-agent/revocation-checks.ts';
import { EXTENSION } from '../../../src/wire/extensions.ts';
import { decodeRegistrationReply } from '../../../src/wire/registration.ts';
import { ip } from '../../addresses.ts';
import { reply } from '../messages.ts';
import { ACCEPTED_AT, extensionOf, homeAgent, revocableVisit, revocation, signedReply, withOctets } from './scene.ts';

const [visitor] = revocableVisit().visitors();

describe('a reply', () => {
  const negotiated = (message = signedReply()) => {
    const signature = extensionOf(message, EXTENSION.foreignHomeAuthentication);
    return signature && negotiatedRevocation(message, signature);
  };

  test('negotiates revocation by what the home agent has signed for us', () => {
    const support = { informSupported: false, timestamp: 99 };
    expect(negotiated(signedReply({}, { support }))).toEqual({ homeAgentTimestamp: 99, isInformNegotiated: false });
    expect(negotiated(signedReply())).toBeUndefined();
  });

  test('negotiates nothing by what stands behind the signature', () => {
    const forged = withOctets(signedReply().octets, '8906 8000 00000063');
    expect(negotiated(decodeRegistrationReply(forged))).toBeUndefined();
    expect(reply().extensions).toHaveLength(1);
  });
});

describe('a revocation', () => {
  test('of a visit that it names in full, later than its registration, counts', () => {
    expect(checkRevocation(revocation(), visitor)).toBeUndefined();
  });

  test.each([
    ['of our own, thrown back at us', { fromHomeAgent: false }, 'reflected'],
    ['by another home agent', { homeDomainAddress: ip('10.9.0.1') }, 'noBinding'],
    ['of another care-of address', { foreignDomainAddress: ip('10.2.0.2') }, 'noBinding'],
    ['of the time of the registration', { revocationIdentifier: ACCEPTED_AT }, 'badIdentifier'],
    ['from before the registration', { revocationIdentifier: ACCEPTED_AT - 1 }, 'badIdentifier'],
  ])('%s does not: %o', (_what, fields, reason) => {
    expect(checkRevocation(revocation(fields), visitor)).toBe(reason);
  });

  test('of who does not visit, or has not been promised to be revocable, does not', () => {
    expect(checkRevocation(revocation(), undefined)).toBe('noBinding');
    expect(checkRevocation(revocation(), visitor && { ...visitor, revocation: undefined })).toBe('notServed');
  });

  test('again, of what has ended by one before it, is known by its later identifier', () => {
    if (visitor === undefined) throw new Error('no visitor');
    const { homeAddress, careOfAddress } = visitor;
    const revoked = { homeAddress, homeAgent, careOfAddress, revocationIdentifier: ACCEPTED_AT + 5 };
    const remembered = { ...revoked, isInformed: true, expiresAtMs: 0 };
    expect(isAskedAgain(revocation({ revocationIdentifier: ACCEPTED_AT + 6 }), remembered)).toBe(true);
    expect(isAskedAgain(revocation(), remembered)).toBe(false);
    const reflected = revocation({ revocationIdentifier: ACCEPTED_AT + 6, fromHomeAgent: false });
    expect(isAskedAgain(reflected, remembered)).toBe(false);
    expect(isAskedAgain(revocation({ revocationIdentifier: ACCEPTED_AT + 6 }), undefined)).toBe(false);
  });
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, true],
  [false, false, true],
])('agreed: %s, I bit: %s, so the mobile node is told: %s', (isInformNegotiated, inform, isInformed) => {
  expect(isMobileNodeInformed({ inform }, { isInformNegotiated })).toBe(isInformed);
});

test('what was granted before a revocation is revoked since, if it is the same visit and the home agent says when', () => {
  const granted = { homeAgentTimestamp: ACCEPTED_AT, isInformNegotiated: true };
  const visit = { homeAgent, careOfAddress: ip('192.0.2.2') };
  const revoked = { ...visit, homeAddress: ip('10.1.0.77'), isInformed: true, expiresAtMs: 1 };
  const since = (revocationIdentifier: number) => ({ ...revoked, revocationIdentifier });
  expect(isRevokedSince(granted, visit, since(ACCEPTED_AT + 1))).toBe(true);
  expect(isRevokedSince(granted, visit, since(ACCEPTED_AT))).toBe(false);
  expect(isRevokedSince(granted, { ...visit, careOfAddress: ip('192.0.2.3') }, since(ACCEPTED_AT + 1))).toBe(false);
  expect(isRevokedSince(granted, { ...visit, homeAgent: ip('10.9.0.1') }, since(ACCEPTED_AT + 1))).toBe(false);
  expect(isRevokedSince(undefined, visit, since(ACCEPTED_AT + 1))).toBe(false);
  expect(isRevokedSince(granted, visit, undefined)).toBe(false);
});

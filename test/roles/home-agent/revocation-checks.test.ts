import { describe, expect, test } from 'vitest';
import { checkRevocation, negotiatedRevocation } from '../../../src/roles/home-agent/revocation-checks.ts';
import { decodeRegistrationRevocation, encodeRegistrationRevocation } from '../../../src/wire/revocation.ts';
import { revocationTimestampAt } from '../../../src/wire/revocation-support.ts';
import { ip } from '../../addresses.ts';
import { request } from '../messages.ts';
import { EPOCH_UNIX_MS } from '../moments.ts';
import { FOREIGN_AGENT, HOME_ADDRESS, HOME_AGENT, OTHER_FOREIGN_AGENT, relayed, withSupport } from './scene.ts';

const NOW = revocationTimestampAt(EPOCH_UNIX_MS);
const SUPPORT = '8906 8000 00000064';

describe('what is agreed on', () => {
  const agreed = (message: ReturnType<typeof request>, lastTimestamp?: number, lastIdentifier?: number) =>
    negotiatedRevocation(message, { lastTimestamp, lastIdentifier }, EPOCH_UNIX_MS);

  test('is what the foreign agent has signed, and our own time', () => {
    expect(agreed(relayed(request(), withSupport(100, true)))).toEqual({
      isInformNegotiated: true,
      foreignTimestamp: 100,
      ownTimestamp: NOW,
    });
    expect(agreed(relayed(request(), withSupport(100)))?.isInformNegotiated).toBe(false);
  });

  test('is later than all that we said of an earlier binding', () => {
    expect(agreed(relayed(request(), withSupport(100)), NOW + 5)?.ownTimestamp).toBe(NOW + 6);
  });

  test.each([
    [undefined, NOW],
    [NOW - 1, NOW],
    [NOW + 5, NOW + 5],
  ])('is not earlier than the last revocation of any binding (%s)', (lastIdentifier, expected) => {
    expect(agreed(relayed(request(), withSupport(100)), undefined, lastIdentifier)?.ownTimestamp).toBe(expected);
  });

  test.each([
    ['does not offer it', relayed(request())],
    ['has not signed its offer', request({}, { laterExtensions: SUPPORT })],
    ['relays the offer of the node', relayed(request({}, { signedExtensions: SUPPORT }))],
    ['offers it for a co-located address', relayed(request({ decapsulationByMobileNode: true }), withSupport(100))],
  ])('is nothing where the foreign agent %s', (_what, message) => {
    expect(agreed(message)).toBeUndefined();
  });
});

describe('a revocation that a foreign agent has signed', () => {
  const binding = {
    homeAddress: HOME_ADDRESS,
    homeAgent: HOME_AGENT,
    careOfAddress: FOREIGN_AGENT,
    sourceAddress: ip('10.2.0.9'),
    revocation: { isInformNegotiated: false, foreignTimestamp: 100, ownTimestamp: 50 },
  };
  const revocation = (changes = {}) =>
    decodeRegistrationRevocation(
      encodeRegistrationRevocation({
        fromHomeAgent: false,
        inform: false,
        homeAddress: HOME_ADDRESS,
        homeDomainAddress: HOME_AGENT,
        foreignDomainAddress: FOREIGN_AGENT,
        revocationIdentifier: 101,
        ...changes,
      }),
    );

  test('ends its binding, from the care-of address or from where the registration came', () => {
    expect(checkRevocation(revocation(), FOREIGN_AGENT, binding)).toBeUndefined();
    expect(checkRevocation(revocation(), ip('10.2.0.9'), binding)).toBeUndefined();
  });

  test.each([
    ['our own, sent back', 'reflected', { fromHomeAgent: true }],
    ['of the moment of the registration', 'badIdentifier', { revocationIdentifier: 100 }],
    ['of before', 'badIdentifier', { revocationIdentifier: 99 }],
    ['of before, half a circle on', 'badIdentifier', { revocationIdentifier: 0x8000_0065 }],
    ['for another node', 'noBinding', { homeAddress: ip('10.1.0.78') }],
    ['for another home agent', 'noBinding', { homeDomainAddress: ip('192.0.2.1') }],
    ['for another care-of address', 'noBinding', { foreignDomainAddress: OTHER_FOREIGN_AGENT }],
  ])('%s, is dropped: %s', (_what, reason, changes) => {
    expect(checkRevocation(revocation(changes), FOREIGN_AGENT, binding)).toBe(reason);
  });

  test("does not end another agent's binding, nor one without the agreement, nor none", () => {
    expect(checkRevocation(revocation(), OTHER_FOREIGN_AGENT, binding)).toBe('noBinding');
    expect(checkRevocation(revocation(), FOREIGN_AGENT, { ...binding, revocation: undefined })).toBe('notServed');
    expect(checkRevocation(revocation(), FOREIGN_AGENT, undefined)).toBe('noBinding');
  });

  test('is later also when the counting of seconds has begun again', () => {
    const late = { ...binding, revocation: { ...binding.revocation, foreignTimestamp: 0xfffffff0 } };
    expect(checkRevocation(revocation({ revocationIdentifier: 5 }), FOREIGN_AGENT, late)).toBeUndefined();
  });
});

test('the offer is read from the octets of another implementation', () => {
  // Length 8: a later version of the extension may be longer (RFC 3543 §3.2).
  const message = relayed(request(), { extensions: '8908 8000 00000064 0000' });
  expect(
    negotiatedRevocation(message, { lastTimestamp: undefined, lastIdentifier: undefined }, EPOCH_UNIX_MS),
  ).toMatchObject({ foreignTimestamp: 100 });
});

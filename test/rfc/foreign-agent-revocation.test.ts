// Each MUST of RFC 3543 that a foreign agent plays when its home agent revokes. Not tested here, and why:
// - §3.3, §4.2.3.1: what a foreign agent that revokes must do. This one never does; a visit that ends here is told of by an
//   advertisement, and the mobile node registers anew or not.
// - §3.5 (an acknowledgment must fit a revocation sent): none is sent, so none is waited for, and the daemon drops it.
// - §3.3 (one registration message a second for the same binding): the mobile node's to keep; a request that follows code
//   133 at once is relayed at once, because the roam waits for it.
// - §4.2 (flag X) and §4.1: in agent-advertising.test.ts.

import { describe, expect, test } from 'vitest';
import type { ForeignAgentEffect } from '../../src/roles/foreign-agent/events.ts';
import { isAuthentic } from '../../src/wire/authentication.ts';
import { EXTENSION } from '../../src/wire/extensions.ts';
import { decodeRegistrationRequest } from '../../src/wire/registration.ts';
import { decodeRegistrationRevocation, decodeRevocationAcknowledgment } from '../../src/wire/revocation.ts';
import { readRevocationSupport } from '../../src/wire/revocation-support.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { flipped, hex } from '../hex.ts';
import {
  ACCEPTED_AT,
  agentSharing,
  agentWith,
  answer,
  answerWith,
  ask,
  careOfAddress,
  extensionOf,
  homeAddress,
  homeAgent,
  link,
  revocableVisit,
  revocation,
  revoke,
  signedReply,
  withHomeAgent,
} from '../roles/foreign-agent/scene.ts';
import { kindsOf, only, reportsOf } from '../roles/messages.ts';

const { revocationSupport, foreignHomeAuthentication } = EXTENSION;

function relayedBy(effects: readonly ForeignAgentEffect[]) {
  const [effect] = only(effects, 'requestRelayed');
  if (effect === undefined) throw new Error('nothing was relayed');
  return decodeRegistrationRequest(effect.octets);
}

function acknowledgmentIn(effects: ReturnType<typeof revoke>) {
  const [sent] = only(effects, 'revocationAcknowledgmentSent');
  if (sent === undefined) throw new Error('no acknowledgment');
  return { sent, message: decodeRevocationAcknowledgment(sent.octets) };
}

describe('RFC 3543 §3.2', () => {
  test('to a home agent with a shared association support is offered, and signed for it', () => {
    const relayed = relayedBy(ask(agentSharing(withHomeAgent), 2000));
    const offer = extensionOf(relayed, revocationSupport);
    const signature = extensionOf(relayed, foreignHomeAuthentication);
    expect(offer && readRevocationSupport(offer)).toEqual({ informSupported: true, timestamp: ACCEPTED_AT + 2 });
    expect(offer && signature && offer.offset < signature.offset).toBe(true);
    expect(signature && isAuthentic(relayed.octets, signature, withHomeAgent, digests)).toBe(true);
  });

  test('reserved bits of the offer are zero', () => {
    const offer = extensionOf(relayedBy(ask(agentSharing(withHomeAgent), 0)), revocationSupport);
    expect([offer?.data.length, (offer?.data[0] ?? 0) & 0x7f, offer?.data[1]]).toEqual([6, 0, 0]);
  });

  test('without an association, on a deregistration, or with a co-located care-of address nothing is offered', () => {
    const offers = [
      ask(agentWith(), 0),
      ask(agentSharing(withHomeAgent), 0, { lifetimeSeconds: 0 }),
      ask(agentSharing(withHomeAgent), 0, { decapsulationByMobileNode: true, careOfAddress: ip('10.2.0.99') }),
    ].map((effects) => extensionOf(relayedBy(effects), revocationSupport));
    expect(offers).toEqual([undefined, undefined, undefined]);
  });

  test('support in a reply that nobody has signed for us is not believed', () => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0);
    const forged = { ...withHomeAgent, key: hex('00') };
    const support = { informSupported: true, timestamp: ACCEPTED_AT };
    answerWith(agent, 1, signedReply({}, { support, by: forged }));
    expect([...agent.visitors()]).toEqual([]);
  });
});

describe('RFC 3543 §3.3, §4.2.2.2: a revocation', () => {
  test('that is valid ends the visit at once', () => {
    const agent = revocableVisit();
    expect(kindsOf(revoke(agent, 5000))).toEqual([
      'revocationAcknowledgmentSent',
      'visitorUnwanted',
      'visitorRevoked',
      'visitorRevoked',
      'visitLost',
    ]);
    expect([...agent.visitors()]).toEqual([]);
  });

  const unsigned = decodeRegistrationRevocation(revocation().octets.subarray(0, 20));
  const changed = decodeRegistrationRevocation(flipped(revocation().octets, 8 * 19));

  test.each([
    ['that is not signed', unsigned, homeAgent, 'missingSecurityExtension'],
    [
      'that is signed with another key',
      revocation({}, { ...withHomeAgent, key: hex('00') }),
      homeAgent,
      'badAuthenticator',
    ],
    ['that was changed on its way', changed, homeAgent, 'badAuthenticator'],
    ['of another sender', revocation(), ip('10.66.6.6'), 'noMobilitySecurityAssociation'],
    [
      'that is not later than the registration',
      revocation({ revocationIdentifier: ACCEPTED_AT }),
      homeAgent,
      'badIdentifier',
    ],
    ['whose A bit says that we have sent it', revocation({ fromHomeAgent: false }), homeAgent, 'reflected'],
    ['of another care-of address', revocation({ foreignDomainAddress: ip('192.0.2.2') }), homeAgent, 'noBinding'],
    ['of another node', revocation({ homeAddress: ip('10.1.0.78') }), homeAgent, 'noBinding'],
    ['in the name of another home agent', revocation({ homeDomainAddress: ip('10.9.0.1') }), homeAgent, 'noBinding'],
  ])('%s is silently discarded', (_what, message, source, reason) => {
    const agent = revocableVisit();
    const effects = revoke(agent, 5000, message, source);
    expect(effects).toHaveLength(1);
    expect(reportsOf(effects)).toMatchObject([{ kind: 'revocationDiscarded', by: 'foreignAgent', reason }]);
    expect([...agent.visitors()]).toHaveLength(1);
  });

  test('of a visit for which nothing was negotiated is discarded', () => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0);
    answerWith(agent, 1, signedReply());
    expect(kindsOf(revoke(agent, 5000))).toEqual(['revocationDiscarded']);
    expect([...agent.visitors()]).toHaveLength(1);
  });

  test('that is replayed is silently discarded, also after the node has registered anew', () => {
    const agent = revocableVisit();
    revoke(agent, 5000);
    expect(kindsOf(revoke(agent, 5001))).toEqual(['revocationDiscarded']);
    ask(agent, 20_000, { identification: 9n });
    const support = { informSupported: true, timestamp: ACCEPTED_AT + 20 };
    answerWith(agent, 20_001, signedReply({ identification: 9n }, { support }));
    expect(kindsOf(revoke(agent, 20_002))).toEqual(['revocationDiscarded']);
    expect([...agent.visitors()]).toHaveLength(1);
  });

  test('that comes again with a later identifier, because the acknowledgment was lost, is acknowledged again', () => {
    const agent = revocableVisit();
    revoke(agent, 5000);
    const effects = revoke(agent, 6000, revocation({ revocationIdentifier: ACCEPTED_AT + 6 }));
    expect(kindsOf(effects)).toEqual(['revocationAcknowledgmentSent']);
    expect(acknowledgmentIn(effects).message).toMatchObject({ inform: true, revocationIdentifier: ACCEPTED_AT + 6 });
  });

  test('of one node leaves others alone, also with the same identifier (§3.5)', () => {
    const agent = revocableVisit();
    const other = ip('10.1.0.78');
    ask(agent, 100, { homeAddress: other });
    const support = { informSupported: true, timestamp: ACCEPTED_AT };
    answerWith(agent, 101, signedReply({ homeAddress: other }, { support }));
    revoke(agent, 5000);
    expect([...agent.visitors()].map((visitor) => visitor.homeAddress)).toEqual([other]);
    expect(kindsOf(revoke(agent, 5001, revocation({ homeAddress: other })))).toContain('revocationAcknowledgmentSent');
  });
});

describe('RFC 3543 §3.4, §4.2.2.2: the acknowledgment', () => {
  test('goes back where the revocation came from, with home address and identifier copied, signed', () => {
    const { sent, message } = acknowledgmentIn(revoke(revocableVisit(), 5000));
    expect(sent).toMatchObject({ source: careOfAddress, destination: homeAgent, destinationPort: 7777 });
    expect(message).toMatchObject({ homeAddress, revocationIdentifier: ACCEPTED_AT + 5 });
    const signature = extensionOf(message, foreignHomeAuthentication);
    expect(signature && isAuthentic(message.octets, signature, withHomeAgent, digests)).toBe(true);
  });

  test('reserved fields are zero', () => {
    const { message } = acknowledgmentIn(revoke(revocableVisit(), 5000));
    expect([...message.octets.subarray(1, 4)]).toEqual([0, 0x80, 0]);
  });

  test.each([
    [true, true, true, true],
    [true, false, false, false],
    [false, false, false, true],
  ])(
    'agreed: %s, I bit asked: %s, I bit answered: %s, mobile node told: %s',
    (agreed, inform, answered, isInformed) => {
      const effects = revoke(revocableVisit(agreed), 5000, revocation({ inform }));
      expect(acknowledgmentIn(effects).message.inform).toBe(answered);
      expect(only(effects, 'visitorRevoked')).toMatchObject([{ isInformed }]);
      const lost = { kind: 'visitLost', interfaceName: 'br-lan', homeAddress, mac: link.mac };
      expect(only(effects, 'visitLost')).toEqual(isInformed ? [lost] : []);
    },
  );
});

describe('RFC 3543 §4.2.1', () => {
  test('a request in which the visitor itself offers revocation is silently discarded', () => {
    const agent = agentSharing(withHomeAgent);
    const effects = ask(agent, 0, {}, { laterExtensions: '8906 8000 00000001' });
    expect(reportsOf(effects)).toMatchObject([{ kind: 'requestDiscarded', reason: 'revocationOfferedByVisitor' }]);
    expect(effects).toHaveLength(1);
    const inside = ask(agent, 0, {}, { signedExtensions: '8906 8000 00000001' });
    expect(kindsOf(inside)).toEqual(['requestDiscarded']);
  });

  test('requests and replies are signed between the agents also where revocation is not served', () => {
    const agent = agentSharing(withHomeAgent);
    const relayed = relayedBy(ask(agent, 0));
    expect(extensionOf(relayed, foreignHomeAuthentication)).toBeDefined();
    expect(kindsOf(answer(agent, 1))).not.toContain('visitorWanted');
  });
});

// Each MUST of RFC 3543 that a home agent plays, with a foreign agent. What follows from them in detail is tested in
// test/roles/home-agent/revocation-exchange.test.ts.
//
// Not tested here, and why:
// §3.2 An unprotected extension is treated as RFC 5944 §3.8.2.1 says: behind the Foreign-Home Authentication it makes the
//      request poorly formed; without an association it is skipped, as an offer that we cannot take.
// §3.2, §3.3, §4.2.2.3 'Direct' co-located mobile nodes, revocations to them under their own key: not offered (a MAY).
// §3.3, §3.4 Reserved fields are sent as 0 and ignored: test/wire/revocation.test.ts.
// §3.4 An I bit that comes in an acknowledgment although ours had none is ignored: we act on none.
// §4.1 Telling the mobile node, §4.2.2.2, §4.2.3.1, §4.3.1: the foreign agent's.
// §6.2 Protection other than by Foreign-Home Authentication: none is offered.

import { describe, expect, test } from 'vitest';
import type { HomeAgent, HomeAgentEffect } from '../../src/roles/home-agent/home-agent.ts';
import { appendAuthentication } from '../../src/wire/authentication.ts';
import { EXTENSION, findExtension } from '../../src/wire/extensions.ts';
import { identificationAt } from '../../src/wire/identification.ts';
import {
  decodeRegistrationRevocation,
  decodeRevocationAcknowledgment,
  encodeRegistrationRevocation,
  encodeRevocationAcknowledgment,
  type RevocationFields,
} from '../../src/wire/revocation.ts';
import { readRevocationSupport, revocationTimestampAt } from '../../src/wire/revocation-support.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import {
  addressesBound,
  agentWithKeys,
  ask,
  drain,
  FOREIGN_AGENT,
  foreignHome,
  fromForeignAgent,
  fromHome,
  HOME_ADDRESS,
  HOME_AGENT,
  isSignedByUs,
  receive,
  relayed,
  replyOf,
  withSupport,
} from '../roles/home-agent/scene.ts';
import { only, reportsOf, request } from '../roles/messages.ts';
import { at, EPOCH_UNIX_MS } from '../roles/moments.ts';

const timestamp = (ms: number) => revocationTimestampAt(EPOCH_UNIX_MS + ms);
const { foreignHomeAuthentication } = EXTENSION;
const wrongKey = { ...foreignHome, key: new Uint8Array(16) };

function register(agent: HomeAgent, ms: number, fields = {}, informSupported = false) {
  const message = request({ identification: identificationAt(EPOCH_UNIX_MS + ms), ...fields });
  return receive(agent, ms, relayed(message, withSupport(timestamp(ms), informSupported)));
}

function comeHome(agent: HomeAgent, ms: number) {
  return ask(agent, ms, { lifetimeSeconds: 0, careOfAddress: HOME_ADDRESS }, fromHome);
}

const clear = (agent: HomeAgent, ms: number) => agent.handle({ kind: 'cleared', homeAddress: HOME_ADDRESS }, at(ms));

const revocationsIn = (effects: readonly HomeAgentEffect[]) =>
  only(effects, 'revocationSent').map((sent) => ({ ...sent, message: decodeRegistrationRevocation(sent.octets) }));

function revoke(agent: HomeAgent, ms: number, changes: Partial<RevocationFields> = {}, by = foreignHome) {
  const fields = {
    ...{ fromHomeAgent: false, inform: false, homeAddress: HOME_ADDRESS, homeDomainAddress: HOME_AGENT },
    ...{ foreignDomainAddress: FOREIGN_AGENT, revocationIdentifier: timestamp(ms), ...changes },
  };
  const octets = appendAuthentication(encodeRegistrationRevocation(fields), foreignHomeAuthentication, by, digests);
  const revocation = decodeRegistrationRevocation(octets);
  return agent.handle({ kind: 'revocationReceived', revocation, arrival: fromForeignAgent }, at(ms));
}

function acknowledgmentIn(effects: readonly HomeAgentEffect[]) {
  const [sent] = only(effects, 'revocationAcknowledgmentSent');
  return sent && { ...sent, message: decodeRevocationAcknowledgment(sent.octets) };
}

function acknowledge(agent: HomeAgent, ms: number, changes: { homeAddress?: typeof HOME_ADDRESS; identifier: number }) {
  const fixed = encodeRevocationAcknowledgment({
    inform: false,
    homeAddress: changes.homeAddress ?? HOME_ADDRESS,
    revocationIdentifier: changes.identifier,
  });
  const octets = appendAuthentication(fixed, foreignHomeAuthentication, foreignHome, digests);
  const acknowledgment = decodeRevocationAcknowledgment(octets);
  return agent.handle({ kind: 'revocationAcknowledged', acknowledgment, arrival: fromForeignAgent }, at(ms));
}

describe('§3.2, §4.2.1 Negotiation of Revocation Support', () => {
  const supportOf = (effects: readonly HomeAgentEffect[]) =>
    findExtension(replyOf(effects).extensions, EXTENSION.revocationSupport);

  test('an offer is answered in the reply, which has a Foreign-Home Authentication behind it', () => {
    const reply = replyOf(register(agentWithKeys(), 0));
    expect(reply.extensions.map(({ type }) => type)).toEqual([32, 137, 34]);
    expect(isSignedByUs(reply)).toBe(true);
  });

  test('without an offer there is no answer to it', () => {
    expect(supportOf(receive(agentWithKeys(), 0, relayed(request())))).toBeUndefined();
  });

  test('the extension is skipped where revocation is not served, and the request is served', () => {
    const effects = register(agentWithKeys({ isRevocationServed: false }), 0);
    expect(replyOf(effects).code).toBe(0);
    expect(supportOf(effects)).toBeUndefined();
  });

  test('the I bit is not set where the foreign agent has not set it', () => {
    for (const informSupported of [false, true]) {
      const extension = supportOf(register(agentWithKeys(), 0, {}, informSupported));
      expect(extension && readRevocationSupport(extension).informSupported).toBe(informSupported);
    }
  });
});

describe('§3.3 Registration Revocation Messages', () => {
  test('source, destination and port are those of the last accepted registration and 434', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    expect(revocationsIn(comeHome(agent, 5000))).toMatchObject([
      { source: HOME_AGENT, destination: FOREIGN_AGENT, destinationPort: 434 },
    ]);
  });

  test('the I bit is not set where it was not negotiated', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    expect(revocationsIn(clear(agent, 5000))).toMatchObject([{ message: { inform: false } }]);
  });

  test('the identifier is of the clock of the extension in our reply, and it is protected', () => {
    const agent = agentWithKeys();
    const extension = findExtension(replyOf(register(agent, 0)).extensions, EXTENSION.revocationSupport);
    const [sent] = revocationsIn(comeHome(agent, 5000));
    const before = extension && readRevocationSupport(extension).timestamp;
    expect(sent?.message.revocationIdentifier).toBe((before ?? 0) + 5);
    expect(sent && isSignedByUs(sent.message)).toBe(true);
  });

  test.each([
    ['without an authenticator', 'missing'],
    ['with an invalid one', 'wrong'],
  ])('one that comes %s is ignored', (_what, kind) => {
    const agent = agentWithKeys();
    register(agent, 0);
    const fixed = encodeRegistrationRevocation({
      ...{ fromHomeAgent: false, inform: false, homeAddress: HOME_ADDRESS, homeDomainAddress: HOME_AGENT },
      ...{ foreignDomainAddress: FOREIGN_AGENT, revocationIdentifier: timestamp(5000) },
    });
    const effects =
      kind === 'wrong'
        ? revoke(agent, 5000, {}, wrongKey)
        : agent.handle(
            {
              kind: 'revocationReceived',
              revocation: decodeRegistrationRevocation(fixed),
              arrival: fromForeignAgent,
            },
            at(5000),
          );
    expect(effects.map((effect) => effect.kind)).toEqual(['report']);
    expect(addressesBound(agent)).toHaveLength(1);
  });

  test('none is sent for a registration that has expired', () => {
    const agent = agentWithKeys();
    register(agent, 0, { lifetimeSeconds: 10 });
    expect(revocationsIn([...drain(agent, 100_000), ...clear(agent, 100_000)])).toEqual([]);
  });

  test('no two messages about a binding are sent within a second, its registration included', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    const times = comeHome(agent, 300).some(({ kind }) => kind === 'revocationSent') ? [300] : [];
    for (let next = agent.nextDeadline(); next !== undefined; next = agent.nextDeadline()) {
      const effects = agent.handle({ kind: 'deadlineReached' }, at(next));
      if (revocationsIn(effects).length > 0) times.push(next);
    }
    const all = [0, ...times];
    expect(times.length).toBeGreaterThan(5);
    for (const [index, time] of times.entries()) expect(time - (all[index] ?? 0)).toBeGreaterThanOrEqual(1000);
  });
});

describe('§3.4 Registration Revocation Acknowledgment Message', () => {
  test('a valid revocation is acknowledged, back where it came from, protected', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    const sent = acknowledgmentIn(revoke(agent, 5000));
    expect(sent).toMatchObject({
      source: fromForeignAgent.destinationAddress,
      destination: fromForeignAgent.sourceAddress,
      destinationPort: fromForeignAgent.sourcePort,
      message: { homeAddress: HOME_ADDRESS, revocationIdentifier: timestamp(5000) },
    });
    expect(sent && isSignedByUs(sent.message)).toBe(true);
  });

  test('its I bit is not set unless the revocation had it', () => {
    for (const inform of [false, true]) {
      const agent = agentWithKeys();
      register(agent, 0, {}, true);
      expect(acknowledgmentIn(revoke(agent, 5000, { inform }))?.message.inform).toBe(inform);
    }
  });
});

describe('§3.5 Replay Protection', () => {
  test.each<[string, Partial<RevocationFields>]>([
    ['our own, reflected', { fromHomeAgent: true }],
    ['one that is as old as the registration', { revocationIdentifier: timestamp(0) }],
    ['an older one', { revocationIdentifier: timestamp(-60_000) }],
  ])('%s is silently discarded', (_what, changes) => {
    const agent = agentWithKeys();
    register(agent, 0);
    expect(revoke(agent, 5000, changes).map(({ kind }) => kind)).toEqual(['report']);
    expect(addressesBound(agent)).toHaveLength(1);
  });

  test('an acknowledgment must be of the home address and an identifier that we sent, else it is discarded', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    const identifier = revocationsIn(comeHome(agent, 5000))[0]?.message.revocationIdentifier ?? 0;
    const kinds = [
      acknowledge(agent, 5100, { identifier: identifier + 1 }),
      acknowledge(agent, 5100, { identifier, homeAddress: ip('10.1.0.78') }),
      acknowledge(agent, 5100, { identifier }),
    ].flatMap((effects) => reportsOf(effects).map(({ kind }) => kind));
    expect(kinds).toEqual(['revocationDiscarded', 'revocationDiscarded', 'revocationAcknowledged']);
  });
});

describe('§4.2.2.1 Home Agent Responsibilities when the home domain revokes', () => {
  test('the foreign agent is told of a binding that we end, with the A bit', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    expect(revocationsIn(clear(agent, 5000))).toMatchObject([{ message: { fromHomeAgent: true } }]);
  });

  test('where it was negotiated, the I bit says whether the mobile node is to be told', () => {
    const cleared = agentWithKeys();
    register(cleared, 0, {}, true);
    expect(revocationsIn(clear(cleared, 5000))).toMatchObject([{ message: { inform: true } }]);
    const returned = agentWithKeys();
    register(returned, 0, {}, true);
    expect(revocationsIn(comeHome(returned, 5000))).toMatchObject([{ message: { inform: false } }]);
  });

  test('without an acknowledgment it is sent again, each time with a new timestamp, never beyond the binding', () => {
    const agent = agentWithKeys();
    register(agent, 0, { lifetimeSeconds: 60 });
    const first = revocationsIn(comeHome(agent, 5000));
    const again: number[] = [];
    let lastMs = 0;
    for (let next = agent.nextDeadline(); next !== undefined; next = agent.nextDeadline()) {
      const sent = revocationsIn(agent.handle({ kind: 'deadlineReached' }, at(next)));
      for (const { message } of sent) {
        again.push(message.revocationIdentifier);
        expect(message.revocationIdentifier).toBe(timestamp(next));
        expect(isSignedByUs(message)).toBe(true);
        lastMs = next;
      }
    }
    expect(first).toHaveLength(1);
    expect(again.length).toBeGreaterThan(2);
    expect(new Set(again).size).toBe(again.length);
    expect(lastMs).toBeLessThan(60_000);
  });
});

describe('§4.2.3.2 Home Agent Responsibilities when the foreign domain revokes', () => {
  test('the binding is that of home address, foreign domain address and home domain address', () => {
    for (const changes of [
      { homeAddress: ip('10.1.0.78') },
      { foreignDomainAddress: ip('10.2.0.2') },
      { homeDomainAddress: ip('192.0.2.1') },
    ]) {
      const agent = agentWithKeys();
      register(agent, 0);
      expect(acknowledgmentIn(revoke(agent, 5000, changes))).toBeUndefined();
      expect(addressesBound(agent)).toHaveLength(1);
    }
  });

  test('it ends, and the revocation is acknowledged', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    expect(acknowledgmentIn(revoke(agent, 5000))).toBeDefined();
    expect(addressesBound(agent)).toEqual([]);
  });

  test('asked by a negotiated I bit, we want the mobile node told; not negotiated, we say nothing of it', () => {
    const agent = agentWithKeys();
    register(agent, 0);
    expect(acknowledgmentIn(revoke(agent, 5000, { inform: true }))?.message.inform).toBe(false);
  });
});

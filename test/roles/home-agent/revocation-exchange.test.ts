import { describe, expect, test } from 'vitest';
import type { HomeAgent, HomeAgentEffect } from '../../../src/roles/home-agent/home-agent.ts';
import { appendAuthentication } from '../../../src/wire/authentication.ts';
import { EXTENSION, findExtension } from '../../../src/wire/extensions.ts';
import { identificationAt } from '../../../src/wire/identification.ts';
import {
  decodeRegistrationRevocation,
  decodeRevocationAcknowledgment,
  encodeRegistrationRevocation,
  encodeRevocationAcknowledgment,
  type RevocationFields,
} from '../../../src/wire/revocation.ts';
import { readRevocationSupport, revocationTimestampAt } from '../../../src/wire/revocation-support.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { kindsOf, only, reportsOf, request } from '../messages.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';
import {
  addressesBound,
  agentAssociations,
  agentWithKeys,
  ask,
  configuration,
  drain,
  FOREIGN_AGENT,
  foreignHome,
  fromForeignAgent,
  fromHome,
  fromOtherForeignAgent,
  HOME_ADDRESS,
  HOME_AGENT,
  isSignedByUs,
  OTHER_FOREIGN_AGENT,
  receive,
  relayed,
  replyOf,
  withSupport,
} from './scene.ts';

const timestamp = (ms: number) => revocationTimestampAt(EPOCH_UNIX_MS + ms);

/** A registration through a foreign agent that offers revocation, made at this moment. */
function registered(agent: HomeAgent, ms: number, from = fromForeignAgent, informSupported = false) {
  const identification = identificationAt(EPOCH_UNIX_MS + ms);
  const message = request({ identification, careOfAddress: from.sourceAddress });
  return receive(agent, ms, relayed(message, withSupport(timestamp(ms), informSupported)), from);
}

function revocationsIn(effects: readonly HomeAgentEffect[]) {
  return only(effects, 'revocationSent').map(({ octets, destination }) => {
    const revocation = decodeRegistrationRevocation(octets);
    expect(isSignedByUs(revocation)).toBe(true);
    return { destination, revocation };
  });
}

function acknowledge(
  agent: HomeAgent,
  ms: number,
  revocationIdentifier: number,
  by = foreignHome,
  from = fromForeignAgent,
) {
  const fixed = encodeRevocationAcknowledgment({ inform: false, homeAddress: HOME_ADDRESS, revocationIdentifier });
  const octets = appendAuthentication(fixed, EXTENSION.foreignHomeAuthentication, by, digests);
  const acknowledgment = decodeRevocationAcknowledgment(octets);
  return agent.handle({ kind: 'revocationAcknowledged', acknowledgment, arrival: from }, at(ms));
}

function revoke(agent: HomeAgent, ms: number, changes: Partial<RevocationFields> = {}, from = fromForeignAgent) {
  const fixed = encodeRegistrationRevocation({
    fromHomeAgent: false,
    inform: false,
    homeAddress: HOME_ADDRESS,
    homeDomainAddress: HOME_AGENT,
    foreignDomainAddress: FOREIGN_AGENT,
    revocationIdentifier: timestamp(ms),
    ...changes,
  });
  const octets = appendAuthentication(fixed, EXTENSION.foreignHomeAuthentication, foreignHome, digests);
  const revocation = decodeRegistrationRevocation(octets);
  return agent.handle({ kind: 'revocationReceived', revocation, arrival: from }, at(ms));
}

describe('agreeing', () => {
  const supportIn = (effects: readonly HomeAgentEffect[]) => {
    const extension = findExtension(replyOf(effects).extensions, EXTENSION.revocationSupport);
    return extension && readRevocationSupport(extension);
  };

  test('an offer is answered in the reply, with our time', () => {
    const effects = registered(agentWithKeys(), 5000, fromForeignAgent, true);
    expect(supportIn(effects)).toEqual({ informSupported: true, timestamp: timestamp(5000) });
    expect(isSignedByUs(replyOf(effects))).toBe(true);
  });

  test('without an offer, or where it is not to be served, nothing is said', () => {
    const agent = agentWithKeys();
    expect(supportIn(receive(agent, 0, relayed(request())))).toBeUndefined();
    expect(supportIn(registered(agentWithKeys({ isRevocationServed: false }), 0))).toBeUndefined();
  });

  test('a refusal agrees on nothing', () => {
    const agent = agentWithKeys();
    const refused = request({ greEncapsulation: true });
    expect(supportIn(receive(agent, 0, relayed(refused, withSupport(1))))).toBeUndefined();
  });

  test('a renewal without an offer takes the agreement back', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    const identification = identificationAt(EPOCH_UNIX_MS + 5000);
    receive(agent, 5000, relayed(request({ identification })));
    expect(revocationsIn(registered(agent, 10_000, fromOtherForeignAgent))).toEqual([]);
  });
});

describe('a binding that ends without its foreign agent', () => {
  test('is revoked there when the node registers through another one, behind the reply', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    const effects = registered(agent, 5000, fromOtherForeignAgent);
    expect(kindsOf(effects)).toEqual([
      'bindingWanted',
      'bindingMoved',
      'replySent',
      'revocationSent',
      'revocationSent',
    ]);
    const [sent] = revocationsIn(effects);
    expect(sent?.destination).toBe(FOREIGN_AGENT);
    expect(sent?.revocation).toMatchObject({
      fromHomeAgent: true,
      inform: false,
      homeAddress: HOME_ADDRESS,
      homeDomainAddress: HOME_AGENT,
      foreignDomainAddress: FOREIGN_AGENT,
      revocationIdentifier: timestamp(5000),
    });
  });

  test('is revoked when the node comes home', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    const effects = ask(agent, 5000, { lifetimeSeconds: 0, careOfAddress: HOME_ADDRESS }, fromHome);
    expect(revocationsIn(effects)).toMatchObject([{ destination: FOREIGN_AGENT, revocation: { inform: false } }]);
  });

  test('is revoked when the operator clears it or its network is served no more: then the node is to be told', () => {
    for (const event of [
      { kind: 'cleared', homeAddress: HOME_ADDRESS },
      { kind: 'configured', configuration: { ...configuration, homeNetworks: [] } },
    ] as const) {
      const agent = agentWithKeys();
      registered(agent, 0, fromForeignAgent, true);
      const given = event.kind === 'configured' ? { ...event, configuration: withKeys(event.configuration) } : event;
      expect(revocationsIn(agent.handle(given, at(5000)))).toMatchObject([{ revocation: { inform: true } }]);
    }
  });

  test('is not revoked by the agent that took the message which ended it', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    expect(revocationsIn(ask(agent, 5000, { lifetimeSeconds: 0 }))).toEqual([]);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('is not revoked where the same foreign agent gives the node another care-of address', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    const identification = identificationAt(EPOCH_UNIX_MS + 5000);
    const message = relayed(request({ identification, careOfAddress: ip('10.2.0.9') }), withSupport(timestamp(5000)));
    expect(kindsOf(receive(agent, 5000, message))).toEqual(['bindingWanted', 'bindingMoved', 'replySent']);
  });

  test('is not revoked where it has expired, or was never agreed on', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    expect(revocationsIn(drain(agent, 700_000))).toEqual([]);
    receive(agent, 700_000, relayed(request({ identification: identificationAt(EPOCH_UNIX_MS + 700_000) })));
    expect(addressesBound(agent)).toHaveLength(1);
    expect(revocationsIn(registered(agent, 705_000, fromOtherForeignAgent))).toEqual([]);
  });

  test('is not revoked from an address that is ours no more', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    const changed = withKeys({ ...configuration, addresses: configuration.addresses.slice(0, 1) });
    expect(kindsOf(agent.handle({ kind: 'configured', configuration: changed }, at(5000)))).toEqual([
      'bindingUnwanted',
      'bindingCleared',
    ]);
  });

  test('is not revoked at once when its reply is less than a second old', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    expect(revocationsIn(registered(agent, 400, fromOtherForeignAgent))).toEqual([]);
    expect(revocationsIn(drain(agent, 1000))).toHaveLength(1);
  });
});

describe('an acknowledgment', () => {
  const moved = () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    const [sent] = revocationsIn(registered(agent, 5000, fromOtherForeignAgent));
    return { agent, identifier: sent?.revocation.revocationIdentifier ?? 0 };
  };
  const isQuiet = (agent: HomeAgent) => revocationsIn(drain(agent, 20_000)).length === 0;

  test('ends the repeating', () => {
    const { agent, identifier } = moved();
    expect(reportsOf(acknowledge(agent, 5100, identifier))).toEqual([
      { kind: 'revocationAcknowledged', by: 'homeAgent', homeAddress: HOME_ADDRESS, peer: FOREIGN_AGENT },
    ]);
    expect(isQuiet(agent)).toBe(true);
  });

  test('may be of an earlier one than the last', () => {
    const { agent, identifier } = moved();
    drain(agent, 8000);
    expect(kindsOf(acknowledge(agent, 8100, identifier))).toEqual(['revocationAcknowledged']);
  });

  test.each([
    ['of nothing that we said', 'badIdentifier', (agent: HomeAgent, id: number) => acknowledge(agent, 5100, id + 9)],
    [
      'of another agent',
      'noBinding',
      (agent: HomeAgent, id: number) => acknowledge(agent, 5100, id, foreignHome, fromOtherForeignAgent),
    ],
    [
      'with another key',
      'badAuthenticator',
      (agent: HomeAgent, id: number) => acknowledge(agent, 5100, id, { ...foreignHome, key: new Uint8Array(16) }),
    ],
  ])('%s is dropped: %s', (_what, reason, act) => {
    const { agent, identifier } = moved();
    expect(reportsOf(act(agent, identifier))).toMatchObject([{ kind: 'revocationDiscarded', reason }]);
    expect(isQuiet(agent)).toBe(false);
  });

  test('is known to be for us while we wait for it', () => {
    const { agent, identifier } = moved();
    const fixed = encodeRevocationAcknowledgment({
      inform: false,
      homeAddress: HOME_ADDRESS,
      revocationIdentifier: identifier,
    });
    const acknowledgment = decodeRevocationAcknowledgment(fixed);
    expect(agent.isAwaiting(acknowledgment, fromForeignAgent)).toBe(true);
    expect(agent.isAwaiting(acknowledgment, fromOtherForeignAgent)).toBe(false);
    acknowledge(agent, 5100, identifier);
    expect(agent.isAwaiting(acknowledgment, fromForeignAgent)).toBe(false);
  });
});

describe('a node that returns to the foreign agent', () => {
  test('is not revoked there any more, and what was said is older than its new registration', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    registered(agent, 5000, fromOtherForeignAgent);
    drain(agent, 8500);
    const effects = registered(agent, 8600);
    const extension = findExtension(replyOf(effects).extensions, EXTENSION.revocationSupport);
    expect(extension && readRevocationSupport(extension).timestamp).toBe(timestamp(8000) + 1);
    expect(revocationsIn(effects).map(({ destination }) => destination)).toEqual([OTHER_FOREIGN_AGENT]);
    const later = revocationsIn(drain(agent, 60_000));
    expect(new Set(later.map(({ destination }) => destination))).toEqual(new Set([OTHER_FOREIGN_AGENT]));
  });
});

describe('what is never answered', () => {
  test('ends with the binding, and is reported', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    ask(agent, 5000, { lifetimeSeconds: 0, careOfAddress: HOME_ADDRESS }, fromHome);
    const reports = reportsOf(drain(agent, 700_000));
    expect(reports.filter(({ kind }) => kind === 'revocationSent').length).toBe(9);
    expect(reports.at(-1)).toMatchObject({ kind: 'revocationUnanswered', peer: FOREIGN_AGENT });
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('ends when the key has gone', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    registered(agent, 5000, fromOtherForeignAgent);
    agent.handle({ kind: 'configured', configuration }, at(5500));
    expect(reportsOf(drain(agent, 6000))).toMatchObject([{ kind: 'revocationUnanswered', peer: FOREIGN_AGENT }]);
  });

  test('beyond the limit is reported and not begun', () => {
    const agent = agentWithKeys({ mostRevocations: 0 });
    registered(agent, 0);
    const reports = reportsOf(registered(agent, 5000, fromOtherForeignAgent));
    expect(reports.map(({ kind }) => kind)).toEqual(['bindingMoved', 'tooManyRevocations']);
  });
});

describe('a revocation by the foreign agent', () => {
  test('ends the binding, is acknowledged, and says nothing on the home link', () => {
    const agent = agentWithKeys();
    registered(agent, 0, fromForeignAgent, true);
    const effects = revoke(agent, 5000, { inform: true });
    expect(kindsOf(effects)).toEqual(['bindingUnwanted', 'bindingRevoked', 'revocationAcknowledgmentSent']);
    const [sent] = only(effects, 'revocationAcknowledgmentSent');
    const acknowledgment = decodeRevocationAcknowledgment(sent?.octets ?? new Uint8Array());
    expect(acknowledgment).toMatchObject({ inform: true, revocationIdentifier: timestamp(5000) });
    expect(isSignedByUs(acknowledgment)).toBe(true);
    expect(addressesBound(agent)).toEqual([]);
  });

  test('is acknowledged again when it is said again, but not when it is replayed', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    revoke(agent, 5000);
    expect(kindsOf(revoke(agent, 6000))).toEqual(['revocationAcknowledgmentSent']);
    expect(reportsOf(revoke(agent, 7000, { revocationIdentifier: timestamp(6000) }))).toMatchObject([
      { kind: 'revocationDiscarded', reason: 'badIdentifier' },
    ]);
    drain(agent, 700_000);
    expect(reportsOf(revoke(agent, 700_000))).toMatchObject([{ reason: 'noBinding' }]);
  });

  test('does not end a later registration when it is replayed', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    revoke(agent, 5000);
    registered(agent, 6000);
    expect(reportsOf(revoke(agent, 7000, { revocationIdentifier: timestamp(5000) }))).toMatchObject([
      { reason: 'badIdentifier' },
    ]);
    expect(addressesBound(agent)).toHaveLength(1);
  });

  test('that crosses ours is acknowledged and ends ours; the binding elsewhere stays', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    registered(agent, 5000, fromOtherForeignAgent);
    expect(kindsOf(revoke(agent, 5100))).toEqual(['revocationAcknowledgmentSent']);
    expect(revocationsIn(drain(agent, 60_000))).toEqual([]);
    expect(addressesBound(agent)).toHaveLength(1);
  });

  test("of another agent's binding is dropped", () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    expect(reportsOf(revoke(agent, 5000, {}, fromOtherForeignAgent))).toMatchObject([{ reason: 'noBinding' }]);
    expect(addressesBound(agent)).toHaveLength(1);
  });

  test('changes what is to be kept over a restart', () => {
    const agent = agentWithKeys();
    registered(agent, 0);
    const { revision } = agent;
    revoke(agent, 5000);
    expect(agent.revision).not.toBe(revision);
  });
});

function withKeys(changes: typeof configuration) {
  return { ...changes, agentAssociations };
}

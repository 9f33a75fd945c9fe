// What happens to visits beside the ordinary course of registrations: intruders, moves, errors, revocations, restarts.

import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../../src/octets/address.ts';
import type { ForeignAgent } from '../../../src/roles/foreign-agent/foreign-agent.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { kindsOf, only, reply, reportsOf } from '../messages.ts';
import { at } from '../moments.ts';
import {
  ACCEPTED_AT,
  agentSharing,
  agentWith,
  answer,
  answerWith,
  ask,
  careOfAddress,
  configuration,
  homeAgent,
  link,
  revocableVisit,
  revocation,
  revoke,
  signedReply,
  toldTo,
  withHomeAgent,
} from './scene.ts';

const visitorsOf = (agent: ForeignAgent) => [...agent.visitors()].map(({ homeAddress }) => formatIpv4(homeAddress));

describe('somebody else on the link', () => {
  const stranger = { link: { mac: mac('02:66:66:66:66:66') } };

  test('who repeats a pending request as his own is not heard', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(reportsOf(ask(agent, 1, {}, stranger))).toMatchObject([
      { kind: 'requestDiscarded', reason: 'badIdentifier' },
    ]);
    answer(agent, 2);
    expect([...agent.visitors()][0]?.link.mac).toBe(link.mac);
  });

  test('who repeats the request of a visitor is not heard', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 1);
    expect(kindsOf(ask(agent, 2, {}, stranger))).toEqual(['requestDiscarded']);
  });

  test('who has a home agent of his own does not get the address of a visitor: code 65', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 1);
    expect(toldTo(ask(agent, 2, { homeAgent: ip('10.66.0.1'), identification: 7n }, stranger))[0]?.code).toBe(65);
    expect(kindsOf(ask(agent, 2000, { homeAgent: ip('10.66.0.1'), identification: 8n }))).toEqual(['requestRelayed']);
  });
});

describe('a visitor that comes back otherwise', () => {
  const visited = () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 1);
    return agent;
  };

  test('with another MAC address has its neighbour entry replaced', () => {
    const agent = visited();
    const other = mac('02:11:22:33:44:66');
    ask(agent, 2000, { identification: 5n }, { link: { mac: other } });
    const effects = answer(agent, 2001, { identification: 5n });
    expect(kindsOf(effects)).toEqual(['visitorWanted', 'visitorRenewed', 'replyRelayed']);
    expect(only(effects, 'visitorWanted')[0]?.visitor.link.mac).toBe(other);
  });

  test('on another interface leaves nothing behind on the former', () => {
    const agent = visited();
    ask(agent, 2000, { identification: 5n }, { link: { interfaceIndex: 9, interfaceName: 'br-guest' } });
    const effects = answer(agent, 2001, { identification: 5n });
    expect(kindsOf(effects)).toEqual(['visitorUnwanted', 'visitorWanted', 'visitorMoved', 'replyRelayed']);
    expect(only(effects, 'visitorUnwanted')[0]?.visitor.link.interfaceName).toBe('br-lan');
    expect([...agent.visitors()]).toHaveLength(1);
  });

  test('without the reverse tunnel has it taken away', () => {
    const agent = visited();
    ask(agent, 2000, { identification: 5n, reverseTunneling: false });
    expect(kindsOf(answer(agent, 2001, { identification: 5n }))).toContain('visitorMoved');
  });

  test('under another number of its interface is wished for there', () => {
    const agent = visited();
    const links = new Map([['br-lan', { interfaceIndex: 12, address: careOfAddress, prefix: prefix('10.2.0.0/24') }]]);
    const effects = agent.handle({ kind: 'configured', configuration: { ...configuration, links } }, at(2000));
    expect(only(effects, 'visitorWanted').map(({ visitor }) => visitor.link.interfaceIndex)).toEqual([12]);
    expect(agent.handle({ kind: 'configured', configuration: { ...configuration, links } }, at(2001))).toEqual([]);
  });
});

describe('a reply that does not fit', () => {
  test('because it names another home agent is dropped when it grants something', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(kindsOf(answer(agent, 1, { homeAgent: ip('10.66.0.1') }))).toEqual(['replyDiscarded']);
    expect(kindsOf(answer(agent, 2, { homeAgent: ip('10.66.0.1'), code: 128 }))).toEqual(['replyRelayed']);
  });

  test('with code 136 may come from the home agent that a broadcast found', () => {
    const agent = agentWith();
    ask(agent, 0, { homeAgent: ip('10.1.0.255') });
    const found = { code: 136, homeAgent, lifetimeSeconds: 0 };
    expect(toldTo(answer(agent, 1, found))[0]).toMatchObject({ code: 136, homeAgent });
  });

  test('and is signed by nobody goes on without its extensions', () => {
    const agent = agentWith();
    ask(agent, 0);
    const bare = reply({ code: 131 }, { signedWith: 'none', laterExtensions: 'fd00' });
    const effects = agent.handle({ kind: 'replyReceived', reply: bare, sourceAddress: homeAgent }, at(1));
    expect(only(effects, 'replyRelayed')[0]?.octets).toEqual(bare.octets.subarray(0, 20));
  });
});

describe('of a node that asks again before the first answer', () => {
  test('only the latest request is answered when time is up', () => {
    const agent = agentWith();
    ask(agent, 0, { identification: 4n });
    ask(agent, 1500, { identification: 5n });
    expect(agent.handle({ kind: 'deadlineReached' }, at(7000))).toEqual([]);
    expect(toldTo(agent.handle({ kind: 'deadlineReached' }, at(8500)))).toMatchObject([
      { code: 78, identification: 5n },
    ]);
  });

  test('forged answers are passed on once a second', () => {
    const agent = agentSharing(withHomeAgent);
    ask(agent, 0, { identification: 4n });
    ask(agent, 0, { identification: 5n });
    expect(toldTo(answer(agent, 100, { identification: 4n }))).toHaveLength(1);
    const second = answer(agent, 200, { identification: 5n });
    expect(kindsOf(second)).toEqual(['replyDiscarded', 'requestDenied']);
  });
});

describe('an ICMP error', () => {
  test.each([
    [0, 80],
    [1, 81],
    [3, 82],
    [13, 88],
  ])('with code %i becomes a reply with code %i to the latest request of each node', (icmpCode, code) => {
    const agent = agentWith();
    ask(agent, 0, { identification: 4n });
    ask(agent, 1000, { identification: 5n });
    ask(agent, 1000, { homeAddress: ip('10.9.0.1'), homeAgent: ip('10.9.0.254') });
    const effects = agent.handle({ kind: 'homeAgentUnreachable', homeAgent, icmpCode }, at(1001));
    expect(toldTo(effects)).toMatchObject([{ code, identification: 5n }]);
    expect(kindsOf(answer(agent, 1002, { identification: 4n }))).toEqual(['replyDiscarded']);
    expect(agent.nextDeadline()).toBe(8000);
  });

  test('that wants fragments says nothing about the home agent', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(agent.handle({ kind: 'homeAgentUnreachable', homeAgent, icmpCode: 4 }, at(1))).toEqual([]);
    expect(kindsOf(answer(agent, 2))).toContain('visitorAdded');
  });
});

describe('clearing', () => {
  test('ends a visit and lets the mobile node know', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 1);
    const effects = agent.handle({ kind: 'cleared', homeAddress: ip('10.1.0.77') }, at(2));
    expect(kindsOf(effects)).toEqual(['visitorUnwanted', 'visitorCleared', 'visitorRevoked', 'visitLost']);
    expect(visitorsOf(agent)).toEqual([]);
    expect(agent.handle({ kind: 'cleared', homeAddress: ip('10.1.0.77') }, at(3))).toEqual([]);
  });
});

describe('a revocation', () => {
  test('in the name of a home agent comes from that one, whoever has its key', () => {
    const agent = agentSharing({ ...withHomeAgent, end: ip('10.1.0.9') });
    ask(agent, 0);
    const support = { informSupported: true, timestamp: ACCEPTED_AT };
    answerWith(agent, 1, signedReply({}, { support }));
    expect(reportsOf(revoke(agent, 5000, revocation(), ip('10.1.0.9')))).toMatchObject([{ reason: 'noBinding' }]);
    expect(kindsOf(revoke(agent, 5001))).toContain('visitorUnwanted');
  });

  test('that is asked for again counts once under each identifier', () => {
    const agent = revocableVisit();
    revoke(agent, 5000);
    const again = revocation({ revocationIdentifier: ACCEPTED_AT + 6 });
    expect(kindsOf(revoke(agent, 6000, again))).toEqual(['revocationAcknowledgmentSent']);
    expect(kindsOf(revoke(agent, 6001, again))).toEqual(['revocationDiscarded']);
  });

  test('is not begun again by a reply that was slower than the revocation', () => {
    const agent = revocableVisit();
    const identification = 5n;
    ask(agent, 4000, { identification });
    revoke(agent, 5000);
    const support = { informSupported: true, timestamp: ACCEPTED_AT + 4 };
    const late = answerWith(agent, 5010, signedReply({ identification }, { support }));
    expect(reportsOf(late)).toMatchObject([{ kind: 'replyDiscarded', reason: 'noBinding' }]);
    expect([...agent.visitors()]).toEqual([]);
    ask(agent, 6000, { identification: 6n });
    const fresh = { informSupported: true, timestamp: ACCEPTED_AT + 5 };
    answerWith(agent, 6010, signedReply({ identification: 6n }, { support: fresh }));
    expect([...agent.visitors()]).toHaveLength(1);
  });

  test('is forgotten with the next visit of the node, or when the revoked one would have ended', () => {
    const agent = revocableVisit();
    revoke(agent, 5000);
    expect(agent.nextDeadline()).toBe(600_010);
    ask(agent, 6000, { identification: 9n });
    answerWith(agent, 6001, signedReply({ identification: 9n }));
    agent.handle({ kind: 'cleared', homeAddress: ip('10.1.0.77') }, at(7000));
    expect(agent.nextDeadline()).toBeUndefined();
    const later = revocation({ revocationIdentifier: ACCEPTED_AT + 8 });
    expect(kindsOf(revoke(agent, 8000, later))).toEqual(['revocationDiscarded']);
  });
});

describe('a restart', () => {
  const visited = () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 0);
    return agent;
  };

  test('keeps visitors for the rest of their time, and wishes for them again', () => {
    const rows = JSON.parse(JSON.stringify([...visited().snapshot(at(100_000))])) as unknown[];
    const after = agentWith();
    // The monotonic clock begins anew, the wall clock goes on.
    const effects = after.restore(rows, { monotonicMs: 5, unixMs: at(110_000).unixMs });
    expect(kindsOf(effects)).toEqual(['visitorWanted', 'visitsRestored']);
    expect([...after.visitors()]).toEqual([{ ...[...visited().visitors()][0], expiresAtMs: 490_005 }]);
  });

  test('does not keep what has expired or is known already', () => {
    const rows = [...visited().snapshot(at(0))];
    expect(kindsOf(agentWith().restore(rows, at(600_000)))).toEqual(['visitsRestored']);
    const twice = agentWith().restore([...rows, ...rows], at(1));
    expect(reportsOf(twice)).toEqual([{ kind: 'visitsRestored', restored: 1, refused: 1 }]);
  });

  test('keeps no more than there is room for', () => {
    const rows = [...visited().snapshot(at(0))];
    const effects = agentWith({ mostVisitors: 0 }).restore(rows, at(1));
    expect(reportsOf(effects)).toContainEqual({ kind: 'visitsRestored', restored: 0, refused: 1 });
  });

  test('each change gives another revision, and only a change', () => {
    const agent = agentWith();
    const revisions = [agent.revision];
    ask(agent, 0);
    expect(agent.revision).toBe(revisions[0]);
    answer(agent, 0);
    revisions.push(agent.revision);
    agent.handle({ kind: 'deadlineReached' }, at(600_000));
    revisions.push(agent.revision);
    expect(new Set(revisions).size).toBe(3);
  });
});

test('counts by the names of the Mobile IP MIB', () => {
  const agent = agentWith();
  ask(agent, 0);
  answer(agent, 1);
  answer(agent, 2);
  ask(agent, 1000, { lifetimeSeconds: 1801 });
  expect(agent.counts()).toMatchObject({
    faRegRequestsReceived: 2,
    faRegRequestsRelayed: 1,
    faRegRepliesRecieved: 2,
    faRegRepliesRelayed: 1,
    faRegLifetimeTooLong: 1,
  });
});

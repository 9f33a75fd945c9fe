import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../../src/octets/address.ts';
import { formatHex } from '../../../src/octets/octets.ts';
import type { ForeignAgentEffect } from '../../../src/roles/foreign-agent/events.ts';
import type { ForeignAgent } from '../../../src/roles/foreign-agent/foreign-agent.ts';
import { ip } from '../../addresses.ts';
import { kindsOf, only, reply, reportsOf, request } from '../messages.ts';
import { at } from '../moments.ts';
import { agentWith, answer, ask, careOfAddress, configuration, homeAgent, link, toldTo } from './scene.ts';

const visitorsOf = (agent: ForeignAgent) => [...agent.visitors()].map(({ homeAddress }) => formatIpv4(homeAddress));

describe('a request', () => {
  test('is relayed as the octets that were signed, from its care-of address to its home agent', () => {
    const variations = { signedExtensions: '8305 6140622e63', laterExtensions: 'fe02 abcd' };
    const effects = ask(agentWith(), 0, {}, variations);
    expect(effects).toEqual([
      {
        kind: 'requestRelayed',
        octets: request({}, { signedExtensions: variations.signedExtensions }).octets,
        source: ip('10.2.0.1'),
        destination: homeAgent,
      },
    ]);
  });

  test('makes no visitor before the home agent has answered', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(visitorsOf(agent)).toEqual([]);
    expect(agent.nextDeadline()).toBe(7000);
  });

  test('that ends all bindings is relayed from a care-of address of ours', () => {
    const effects = ask(agentWith(), 0, { lifetimeSeconds: 0, careOfAddress: ip('10.1.0.77') });
    expect(only(effects, 'requestRelayed')[0]?.source).toBe(ip('192.0.2.2'));
  });

  test('of a node that decapsulates for itself may name any care-of address, is relayed, and makes no visitor', () => {
    const agent = agentWith();
    const effects = ask(agent, 0, { decapsulationByMobileNode: true, careOfAddress: ip('10.2.0.99') });
    expect(kindsOf(effects)).toEqual(['requestRelayed']);
    expect(kindsOf(answer(agent, 10))).toEqual(['replyRelayed']);
    expect(visitorsOf(agent)).toEqual([]);
  });

  test('that a mobile node has signed for us is dropped: we share no association (RFC 5944 §3.7.2.1)', () => {
    const laterExtensions = '2114 00000200 00112233445566778899aabbccddeeff';
    const effects = ask(agentWith(), 0, {}, { laterExtensions });
    expect(reportsOf(effects)).toEqual([
      {
        kind: 'requestDiscarded',
        by: 'foreignAgent',
        homeAddress: ip('10.1.0.77'),
        reason: 'noMobilitySecurityAssociation',
      },
    ]);
    expect(effects).toHaveLength(1);
  });
});

describe('a request is denied by us', () => {
  const denied = (effects: ForeignAgentEffect[], code: number, lifetimeSeconds = 600) => {
    expect(kindsOf(effects)).toEqual(['replyRelayed', 'requestDenied']);
    expect(only(effects, 'replyRelayed')[0]).toMatchObject({ homeAddress: ip('10.1.0.77'), link });
    expect(toldTo(effects)[0]).toMatchObject({
      code,
      lifetimeSeconds,
      homeAddress: ip('10.1.0.77'),
      identification: request().identification,
    });
    expect(reportsOf(effects)[0]).toMatchObject({ by: 'foreignAgent', code });
  };

  test.each([
    ['with a care-of address that is not ours', 77, { careOfAddress: ip('10.2.0.9') }, {}, 255],
    ['with reserved flag r', 70, {}, { reservedFlags: 4 }, 255],
    ['with reserved flag x', 70, {}, { reservedFlags: 1 }, 255],
    ['for minimal encapsulation', 72, { minimalEncapsulation: true }, {}, 255],
    ['for GRE', 72, { greEncapsulation: true }, {}, 255],
    ['with flag T over a router', 76, {}, {}, 254],
    [
      'for encapsulating delivery to a care-of address of its own',
      79,
      { decapsulationByMobileNode: true },
      { laterExtensions: '8200' },
      255,
    ],
    ['with ourselves as home agent', 194, { homeAgent: ip('127.0.0.1') }, {}, 255],
  ] as const)('%s: code %i, and nothing is pending', (_what, code, fields, variations, timeToLive) => {
    const agent = agentWith();
    denied(ask(agent, 0, fields, { ...variations, timeToLive }), code);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('for too long a lifetime: code 69 with the longest that would do', () => {
    denied(ask(agentWith(), 0, { lifetimeSeconds: 1801 }), 69, 1800);
    denied(ask(agentWith(), 0, { lifetimeSeconds: 0xffff }), 69, 1800);
    expect(kindsOf(ask(agentWith(), 0, { lifetimeSeconds: 1800 }))).toEqual(['requestRelayed']);
  });

  test('without flag T the distance does not matter', () => {
    expect(kindsOf(ask(agentWith(), 0, { reverseTunneling: false }, { timeToLive: 1 }))).toEqual(['requestRelayed']);
  });

  test('with the first code of the order', () => {
    const codeOf = (...[fields, variations]: [Parameters<typeof ask>[2], Parameters<typeof ask>[3]]) =>
      toldTo(ask(agentWith(), 0, fields, { timeToLive: 64, ...variations }))[0]?.code;
    const fields = { careOfAddress: ip('10.2.0.9'), lifetimeSeconds: 1801, greEncapsulation: true };
    const flagged = { reservedFlags: 4, laterExtensions: '8200' };
    expect(codeOf(fields, flagged)).toBe(77);
    const ours = { ...fields, careOfAddress, homeAgent: ip('192.0.2.2') };
    expect(codeOf(ours, flagged)).toBe(70);
    expect(codeOf({ ...ours, decapsulationByMobileNode: true }, { laterExtensions: '8200' })).toBe(79);
    expect(codeOf(ours, {})).toBe(69);
    expect(codeOf({ ...ours, lifetimeSeconds: 600 }, {})).toBe(72);
    expect(codeOf({ ...ours, lifetimeSeconds: 600, greEncapsulation: false }, {})).toBe(76);
    expect(codeOf({ homeAgent: ip('192.0.2.2') }, { timeToLive: 255 })).toBe(194);
  });

  test('when the list is full: code 66, pending requests count as visitors', () => {
    const agent = agentWith({ mostVisitors: 2 });
    ask(agent, 0, { homeAddress: ip('10.1.0.10') });
    answer(agent, 1, { homeAddress: ip('10.1.0.10') });
    expect(agent.isBusy).toBe(false);
    const effects = ask(agent, 2, { homeAddress: ip('10.1.0.11') });
    expect(only(effects, 'busyChanged')).toEqual([{ kind: 'busyChanged', isBusy: true }]);
    denied(ask(agent, 3), 66);
  });

  test('a visitor renews and a pending request is repeated also when the list is full', () => {
    const agent = agentWith({ mostVisitors: 1 });
    expect(kindsOf(ask(agent, 0))).toEqual(['requestRelayed', 'busyChanged', 'foreignAgentBusy']);
    expect(kindsOf(ask(agent, 1000, { identification: 5n }))).toEqual(['requestRelayed']);
    answer(agent, 1001, { identification: 5n });
    expect(kindsOf(ask(agent, 2000))).toEqual(['requestRelayed']);
    expect(toldTo(ask(agent, 2001, { homeAddress: ip('10.1.0.78') }))[0]?.code).toBe(66);
  });
});

describe('a reply', () => {
  test('that accepts makes the visitor first and then goes on to it, as the very octets that came', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = answer(agent, 20, { lifetimeSeconds: 300 });
    const visitor = {
      homeAddress: ip('10.1.0.77'),
      homeAgent,
      careOfAddress: ip('10.2.0.1'),
      identification: request().identification,
      requestedLifetimeSeconds: 600,
      lifetimeSeconds: 300,
      reverseTunneling: true,
      encapsulatingDelivery: false,
      encapsulation: 'ipip',
      revocation: undefined,
      link,
      expiresAtMs: 300_020,
    };
    expect(effects).toEqual([
      { kind: 'visitorWanted', visitor },
      {
        kind: 'report',
        report: { kind: 'visitorAdded', homeAddress: ip('10.1.0.77'), homeAgent, lifetimeSeconds: 300 },
      },
      {
        kind: 'replyRelayed',
        octets: reply({ lifetimeSeconds: 300 }).octets,
        homeAddress: ip('10.1.0.77'),
        source: ip('10.2.0.1'),
        destination: ip('10.1.0.77'),
        link,
      },
    ]);
    expect([...agent.visitors()]).toEqual([visitor]);
  });

  test('keeps signed extensions that we do not know; the rest was for us', () => {
    const agent = agentWith();
    ask(agent, 0);
    const unknown = reply({}, { signedExtensions: 'fe02 abcd', laterExtensions: 'fd00' });
    const kept = reply({}, { signedExtensions: 'fe02 abcd' });
    const effects = agent.handle({ kind: 'replyReceived', reply: unknown, sourceAddress: homeAgent }, at(1));
    expect(only(effects, 'replyRelayed').map(({ octets }) => formatHex(octets))).toEqual([formatHex(kept.octets)]);
  });

  test('code 1 accepts too', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(kindsOf(answer(agent, 1, { code: 1 }))).toEqual(['visitorWanted', 'visitorAdded', 'replyRelayed']);
  });

  test('never gives more than was asked for', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 60 });
    answer(agent, 0, { lifetimeSeconds: 900 });
    expect([...agent.visitors()][0]).toMatchObject({ lifetimeSeconds: 60, expiresAtMs: 60_000 });
  });

  test('that denies goes on to the mobile node and leaves the visitor as it was', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 0);
    ask(agent, 1000, { identification: 5n });
    const effects = answer(agent, 1001, { code: 133, lifetimeSeconds: 0, identification: 5n });
    expect(kindsOf(effects)).toEqual(['replyRelayed']);
    expect([...agent.visitors()][0]?.expiresAtMs).toBe(600_000);
  });

  test('is matched by the low bits: code 133 changes the high ones', () => {
    const agent = agentWith();
    ask(agent, 0, { identification: 0x11111111_22222222n });
    const wrong = answer(agent, 1, { identification: 0x11111111_22222223n });
    expect(reportsOf(wrong)).toEqual([
      { kind: 'replyDiscarded', homeAddress: ip('10.1.0.77'), reason: 'noPendingRequest' },
    ]);
    expect(wrong).toHaveLength(1);
    expect(kindsOf(answer(agent, 2, { code: 133, identification: 0x99999999_22222222n }))).toEqual(['replyRelayed']);
  });

  test('of anybody but the home agent asked is dropped, and the right one still counts', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(kindsOf(answer(agent, 1, {}, ip('10.66.6.6')))).toEqual(['replyDiscarded']);
    expect(visitorsOf(agent)).toEqual([]);
    answer(agent, 2);
    expect(visitorsOf(agent)).toEqual(['10.1.0.77']);
  });

  test('that nobody asked for, or a second one, is dropped', () => {
    const agent = agentWith();
    expect(kindsOf(answer(agent, 0))).toEqual(['replyDiscarded']);
    ask(agent, 1);
    answer(agent, 2);
    expect(kindsOf(answer(agent, 3, { lifetimeSeconds: 1800 }))).toEqual(['replyDiscarded']);
    expect([...agent.visitors()][0]?.lifetimeSeconds).toBe(600);
  });

  test('to the former of two requests counts, and so does the one to the latter', () => {
    const agent = agentWith();
    ask(agent, 0, { identification: 4n });
    ask(agent, 1000, { identification: 5n });
    expect(kindsOf(answer(agent, 1001, { identification: 4n }))).toContain('visitorAdded');
    expect(kindsOf(answer(agent, 1002, { identification: 5n }))).toContain('visitorRenewed');
  });

  test('to the former of two requests is dropped when it comes behind the one to the latter', () => {
    const agent = agentWith();
    ask(agent, 0, { identification: 4n });
    ask(agent, 1000, { identification: 5n, lifetimeSeconds: 0 });
    expect(kindsOf(answer(agent, 1001, { identification: 5n, lifetimeSeconds: 0 }))).toEqual(['replyRelayed']);
    expect(kindsOf(answer(agent, 1002, { identification: 4n }))).toEqual(['replyDiscarded']);
    expect(visitorsOf(agent)).toEqual([]);
  });

  test('again from the same home agent renews the visitor', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 0);
    ask(agent, 300_000);
    expect(kindsOf(answer(agent, 300_000))).toEqual(['visitorWanted', 'visitorRenewed', 'replyRelayed']);
    expect([...agent.visitors()][0]?.expiresAtMs).toBe(900_000);
  });
});

describe('deregistration', () => {
  const visited = () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 0);
    return agent;
  };

  test('ends the visitor when the home agent agrees, before the answer goes on', () => {
    const agent = visited();
    ask(agent, 1000, { lifetimeSeconds: 0 });
    expect(visitorsOf(agent)).toHaveLength(1);
    const effects = answer(agent, 1001, { lifetimeSeconds: 0 });
    expect(kindsOf(effects)).toEqual(['visitorUnwanted', 'visitorDeregistered', 'replyRelayed']);
    expect(visitorsOf(agent)).toEqual([]);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('is also what a reply with lifetime 0 means', () => {
    const agent = visited();
    ask(agent, 1000);
    expect(kindsOf(answer(agent, 1001, { lifetimeSeconds: 0 }))).toContain('visitorUnwanted');
  });

  test('of a care-of address that is ours no more is still relayed, and answered', () => {
    const agent = agentWith({ careOfAddresses: [ip('192.0.2.3')] });
    const effects = ask(agent, 0, { lifetimeSeconds: 0 });
    expect(only(effects, 'requestRelayed')[0]?.source).toBe(ip('192.0.2.3'));
    expect(kindsOf(answer(agent, 1, { lifetimeSeconds: 0 }))).toEqual(['replyRelayed']);
  });
});

describe('time', () => {
  test('a request without an answer for 7 seconds is answered with code 78', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(agent.handle({ kind: 'deadlineReached' }, at(6999))).toEqual([]);
    const effects = agent.handle({ kind: 'deadlineReached' }, at(7000));
    expect(kindsOf(effects)).toEqual(['replyRelayed', 'requestDenied']);
    expect(toldTo(effects)[0]).toMatchObject({
      code: 78,
      lifetimeSeconds: 600,
      identification: request().identification,
    });
    expect(agent.nextDeadline()).toBeUndefined();
    expect(kindsOf(answer(agent, 7001))).toEqual(['replyDiscarded']);
  });

  test('a visitor ends with its lifetime, and no message is made of it', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 60 });
    answer(agent, 0);
    expect(agent.nextDeadline()).toBe(60_000);
    expect(agent.handle({ kind: 'deadlineReached' }, at(59_999))).toEqual([]);
    expect(kindsOf(agent.handle({ kind: 'deadlineReached' }, at(60_000)))).toEqual([
      'visitorUnwanted',
      'visitorExpired',
    ]);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('waking too early does nothing', () => {
    expect(agentWith().handle({ kind: 'deadlineReached' }, at(0))).toEqual([]);
  });
});

describe('configuration', () => {
  test('visitors of a care-of address that is ours no more end; others stay', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 0);
    ask(agent, 0, { homeAddress: ip('10.1.0.78'), careOfAddress: ip('192.0.2.2') });
    answer(agent, 0, { homeAddress: ip('10.1.0.78') });
    const changed = { ...configuration, careOfAddresses: [ip('192.0.2.2')] };
    const effects = agent.handle({ kind: 'configured', configuration: changed }, at(1));
    expect(only(effects, 'visitorUnwanted').map(({ visitor }) => formatIpv4(visitor.homeAddress))).toEqual([
      '10.1.0.77',
    ]);
    expect(visitorsOf(agent)).toEqual(['10.1.0.78']);
  });

  test('an agent without care-of addresses takes no visitors', () => {
    expect(toldTo(ask(agentWith({ careOfAddresses: [] }), 0))[0]?.code).toBe(77);
  });
});

describe('what else may be wrong with a request', () => {
  const codeOf = (
    ...request: [Parameters<typeof ask>[2]?, Parameters<typeof ask>[3]?, Parameters<typeof agentWith>[0]?]
  ) => toldTo(ask(agentWith(request[2]), 0, request[0], request[1]))[0]?.code;

  test.each([
    ['whose home address is one of ours', 65, { homeAddress: ip('192.0.2.2') }],
    ['of a node that is at home on the link', 65, { homeAddress: ip('10.2.0.9') }],
    ['without a home address', 96, { homeAddress: ip('0.0.0.0') }],
    ['whose home address is a multicast one', 70, { homeAddress: ip('224.0.0.9') }],
    ['without a home agent', 90, { homeAgent: ip('0.0.0.0') }],
    ['to any home agent', 90, { homeAgent: ip('255.255.255.255') }],
    ['that ends all bindings at ourselves', 194, { homeAgent: ip('192.0.2.2'), lifetimeSeconds: 0 }],
  ])('%s: code %i', (_what, code, fields) => {
    expect(codeOf(fields)).toBe(code);
  });

  test.each([
    ['that nothing authorizes', 70, { signedWith: 'none' }],
    ['that is authorized twice', 70, { laterExtensions: `2014 00000100 ${'00'.repeat(16)}` }],
    ['with encapsulating delivery inside what is signed', 70, { signedExtensions: '8200' }],
    ['with a vendor extension for us that we must not skip', 100, { laterExtensions: '2600 0006 00000009 0001' }],
  ] as const)('%s: code %i', (_what, code, variations) => {
    expect(codeOf({}, variations)).toBe(code);
  });

  test('a vendor extension for the home agent is its matter', () => {
    expect(kindsOf(ask(agentWith(), 0, {}, { signedExtensions: '2600 0006 00000009 0001' }))).toEqual([
      'requestRelayed',
    ]);
  });

  test('a request without a home address is answered to all, from the address of the link', () => {
    const effects = ask(
      agentWith(),
      0,
      { homeAddress: ip('0.0.0.0') },
      { link: { destinationAddress: ip('224.0.0.11') } },
    );
    expect(only(effects, 'replyRelayed')[0]).toMatchObject({
      source: careOfAddress,
      destination: ip('255.255.255.255'),
    });
  });

  test('gre is served where the kernel has it, and the visitor keeps it', () => {
    const agent = agentWith({ isGreServed: true });
    expect(kindsOf(ask(agent, 0, { greEncapsulation: true }))).toEqual(['requestRelayed']);
    answer(agent, 1);
    expect([...agent.visitors()][0]?.encapsulation).toBe('gre');
    expect(codeOf({ minimalEncapsulation: true, greEncapsulation: true }, {}, { isGreServed: true })).toBe(72);
  });

  test('at the limit of pending requests: code 66, but a repeated one replaces itself', () => {
    const agent = agentWith({ mostPendingRequests: 1 });
    ask(agent, 0);
    expect(toldTo(ask(agent, 1, { homeAddress: ip('10.1.0.78') }))[0]?.code).toBe(66);
    expect(kindsOf(ask(agent, 2))).toEqual(['requestRelayed']);
    expect(toldTo(ask(agent, 3, { identification: 9n }))[0]?.code).toBe(66);
  });

  test('the visitor list being full does not keep anybody from deregistering', () => {
    const agent = agentWith({ mostVisitors: 0 });
    expect(kindsOf(ask(agent, 0, { lifetimeSeconds: 0 }))).toContain('requestRelayed');
  });
});

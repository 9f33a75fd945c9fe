import { describe, expect, test } from 'vitest';
import { formatMac } from '../../../src/octets/address.ts';
import { identificationAt } from '../../../src/wire/identification.ts';
import { CODE, type RequestFields } from '../../../src/wire/registration.ts';
import { ip, prefix } from '../../addresses.ts';
import { association, isSigned, kindsOf, only, reportsOf, request } from '../messages.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';
import {
  addressesBound,
  agentWith,
  announcementsIn,
  ask,
  configuration,
  drain,
  fromForeignAgent,
  fromHome,
  OUR_MAC,
  receive,
  replyOf,
} from './scene.ts';

describe('a request that is accepted', () => {
  test('makes the binding, then announces it at home, then answers', () => {
    const agent = agentWith();
    const effects = ask(agent, 5000);
    const binding = {
      homeAddress: ip('10.1.0.77'),
      careOfAddress: ip('10.2.0.1'),
      homeAgent: ip('10.1.0.1'),
      sourceAddress: ip('10.2.0.1'),
      lifetimeSeconds: 600,
      expiresAtMs: 605_000,
      acceptedAtMs: 5000,
      acceptedAtUnixMs: EPOCH_UNIX_MS + 5000,
      identification: identificationAt(EPOCH_UNIX_MS + 5000),
      encapsulation: 'ipip',
      reverseTunneling: true,
      interfaceIndex: 7,
      revocation: undefined,
    };
    expect(effects.slice(0, 2)).toEqual([
      { kind: 'bindingWanted', binding },
      {
        kind: 'report',
        report: {
          kind: 'bindingCreated',
          homeAddress: ip('10.1.0.77'),
          careOfAddress: ip('10.2.0.1'),
          lifetimeSeconds: 600,
        },
      },
    ]);
    expect(kindsOf(effects)).toEqual(['bindingWanted', 'bindingCreated', 'homeLinkFrameSent', 'replySent']);
    expect([...agent.bindings()]).toEqual([binding]);
  });

  test('is answered to where it came from, with all of its identification, signed', () => {
    const effects = ask(agentWith(), 0);
    expect(only(effects, 'replySent')[0]).toMatchObject({
      homeAddress: ip('10.1.0.77'),
      source: ip('10.1.0.1'),
      destination: ip('10.2.0.1'),
      destinationPort: 40_434,
    });
    const reply = replyOf(effects);
    expect(reply).toMatchObject({
      code: CODE.accepted,
      lifetimeSeconds: 600,
      homeAddress: ip('10.1.0.77'),
      homeAgent: ip('10.1.0.1'),
      identification: identificationAt(EPOCH_UNIX_MS),
    });
    expect(isSigned(reply)).toBe(true);
  });

  test('is answered from the address it was sent to; its home agent field is copied', () => {
    const effects = ask(agentWith(), 0, {}, { ...fromForeignAgent, destinationAddress: ip('192.0.2.1') });
    expect(only(effects, 'replySent')[0]?.source).toBe(ip('192.0.2.1'));
    expect(replyOf(effects).homeAgent).toBe(ip('10.1.0.1'));
  });

  test('for a longer lifetime than ours gets ours, an endless one too', () => {
    for (const lifetimeSeconds of [1801, 0xffff]) {
      const agent = agentWith();
      expect(replyOf(ask(agent, 0, { lifetimeSeconds })).lifetimeSeconds).toBe(1800);
      expect([...agent.bindings()][0]?.expiresAtMs).toBe(1_800_000);
    }
  });

  test('for simultaneous bindings is accepted with code 1, for one is all we keep unless told', () => {
    expect(replyOf(ask(agentWith(), 0, { simultaneousBindings: true })).code).toBe(1);
  });

  test('again from the same place renews: no word on the home link, nothing for the kernel', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = ask(agent, 300_000);
    expect(kindsOf(effects)).toEqual(['bindingRenewed', 'replySent']);
    expect([...agent.bindings()].map(({ expiresAtMs }) => expiresAtMs)).toEqual([900_000]);
  });

  test('from another place moves the binding: no word on the home link', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = ask(agent, 1000, { careOfAddress: ip('10.3.0.1') });
    expect(kindsOf(effects)).toEqual(['bindingWanted', 'bindingMoved', 'replySent']);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
  });
});

describe('a request is dropped without an answer', () => {
  const discards = (fields: Parameters<typeof request>) => {
    const agent = agentWith();
    const effects = receive(agent, 0, request(...fields));
    expect(addressesBound(agent)).toEqual([]);
    expect(kindsOf(effects)).toEqual(['requestDiscarded']);
    return reportsOf(effects)[0];
  };

  test('when nobody has signed it', () => {
    expect(discards([{}, { signedWith: 'none' }])).toMatchObject({
      by: 'homeAgent',
      reason: 'missingSecurityExtension',
    });
  });

  test('when its SPI is none of ours', () => {
    const report = discards([{}, { signedWith: { ...association, spi: 0x101 } }]);
    expect(report).toMatchObject({ reason: 'badSPI' });
  });

  test('when its home address has no association', () => {
    const report = discards([{ homeAddress: ip('10.9.0.77') }]);
    expect(report).toMatchObject({ homeAddress: ip('10.9.0.77'), reason: 'noMobilitySecurityAssociation' });
  });

  test('when a foreign agent has signed it, with whom we share nothing (RFC 5944 §3.8.2.1)', () => {
    const report = discards([{}, { laterExtensions: '2214 00000200 00112233445566778899aabbccddeeff' }]);
    expect(report).toMatchObject({ reason: 'noMobilitySecurityAssociation' });
  });
});

describe('a request is denied', () => {
  type Case = readonly [string, number, Parameters<typeof request>];
  const wrongKey = { ...association, key: new Uint8Array(16) };
  const cases: Case[] = [
    ['with a wrong authenticator', 131, [{}, { signedWith: wrongKey }]],
    ['with a timestamp 8 seconds old', 133, [{ identification: identificationAt(EPOCH_UNIX_MS - 8000) }]],
    ['with a timestamp 8 seconds ahead', 133, [{ identification: identificationAt(EPOCH_UNIX_MS + 8000) }]],
    ['for another home agent', 136, [{ homeAgent: ip('10.1.0.2') }]],
    ['with reserved flag r', 134, [{}, { reservedFlags: 0x04 }]],
    ['with reserved flag x', 134, [{}, { reservedFlags: 0x01 }]],
    ['with its home address as care-of address', 134, [{ careOfAddress: ip('10.1.0.77') }]],
    ['with its home agent as care-of address', 134, [{ careOfAddress: ip('10.1.0.1') }]],
    ['with another address of ours as care-of address', 134, [{ careOfAddress: ip('192.0.2.1') }]],
    ['with the unspecified care-of address', 134, [{ careOfAddress: ip('0.0.0.0') }]],
    ['with a multicast care-of address', 134, [{ careOfAddress: ip('224.0.0.9') }]],
    ['for the broadcast address of the home network', 129, [{ homeAddress: ip('10.1.0.255') }]],
    ['for the address of the home network itself', 129, [{ homeAddress: ip('10.1.0.0') }]],
    ['for our own address', 129, [{ homeAddress: ip('10.1.0.1'), careOfAddress: ip('10.2.0.1') }]],
    ['for minimal encapsulation', 139, [{ minimalEncapsulation: true }]],
    ['for GRE', 139, [{ greEncapsulation: true }]],
  ];

  test.each(cases)('%s: code %i, signed, lifetime 0, and nothing changes', (_what, code, fields) => {
    const agent = agentWith();
    const event = { kind: 'requestReceived', request: request(...fields), arrival: fromForeignAgent } as const;
    const effects = agent.handle(event, at(0));
    expect(kindsOf(effects)).toEqual(['replySent', 'requestDenied']);
    expect(reportsOf(effects)).toEqual([
      { kind: 'requestDenied', by: 'homeAgent', homeAddress: event.request.homeAddress, code },
    ]);
    const reply = replyOf(effects);
    expect(reply).toMatchObject({ code, lifetimeSeconds: 0 });
    expect(isSigned(reply)).toBe(true);
    expect(addressesBound(agent)).toEqual([]);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('for a home network that no longer is one of ours: code 129', () => {
    expect(replyOf(ask(agentWith({ homeNetworks: [] }), 0)).code).toBe(129);
  });

  test('code 136 names an address that would do', () => {
    expect(replyOf(ask(agentWith(), 0, { homeAgent: ip('10.1.0.2') })).homeAgent).toBe(ip('10.1.0.1'));
  });

  test('with the first code of the order: authenticator, replay, home agent, form, policy, tunnel, reverse tunnel', () => {
    const wrongs: [number, Partial<RequestFields>][] = [
      [133, { identification: identificationAt(EPOCH_UNIX_MS - 60_000) }],
      [136, { homeAgent: ip('10.1.0.2') }],
      [134, { careOfAddress: ip('0.0.0.0') }],
      [129, { homeAddress: ip('10.1.0.255') }],
      [139, { greEncapsulation: true }],
      [138, { reverseTunneling: false }],
    ];
    const agent = () => agentWith({ reverseTunnel: 'required' });
    for (let first = 0; first < wrongs.length; first++) {
      const fields = Object.assign({}, ...wrongs.slice(first).map(([, change]) => change));
      expect(replyOf(ask(agent(), 0, fields)).code).toBe(wrongs[first]?.[0]);
    }
    const all = Object.assign({}, ...wrongs.map(([, change]) => change));
    const event = {
      kind: 'requestReceived',
      request: request(all, { signedWith: wrongKey }),
      arrival: fromForeignAgent,
    } as const;
    expect(replyOf(agentWith().handle(event, at(0))).code).toBe(131);
  });

  test('a denied move leaves the binding as it was', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 1000, { careOfAddress: ip('10.3.0.1'), greEncapsulation: true });
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.2.0.1']);
  });
});

describe('replay', () => {
  test('the same request again is answered with code 133 and does not extend the lifetime', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = ask(agent, 2000, { identification: identificationAt(EPOCH_UNIX_MS) });
    expect(replyOf(effects).code).toBe(133);
    expect([...agent.bindings()][0]?.expiresAtMs).toBe(600_000);
  });

  test('an older request than the last accepted one is refused, also within the tolerance', () => {
    const agent = agentWith();
    ask(agent, 5000);
    const old = identificationAt(EPOCH_UNIX_MS + 4999);
    expect(replyOf(ask(agent, 5001, { identification: old, careOfAddress: ip('10.3.0.1') })).code).toBe(133);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.2.0.1']);
  });

  test('a denied request does not make an older one stale', () => {
    const agent = agentWith();
    ask(agent, 5000, { greEncapsulation: true });
    expect(replyOf(ask(agent, 5001, { identification: identificationAt(EPOCH_UNIX_MS + 4999) })).code).toBe(0);
  });

  test('mobile nodes do not disturb each other', () => {
    const agent = agentWith();
    ask(agent, 5000);
    const earlier = identificationAt(EPOCH_UNIX_MS + 4000);
    expect(replyOf(ask(agent, 5001, { homeAddress: ip('10.1.0.78'), identification: earlier })).code).toBe(0);
  });

  test('code 133 carries the low bits of the request and the seconds of our clock, for the other to set its own by', () => {
    const effects = ask(agentWith(), 0, { identification: 0x12345678_9abcdef0n });
    const seconds = identificationAt(EPOCH_UNIX_MS) >> 32n;
    expect(replyOf(effects).identification).toBe((seconds << 32n) | 0x9abcdef0n);
  });
});

describe('deregistration', () => {
  test('of the one binding ends it, and says nothing on the home link: the node is elsewhere', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = ask(agent, 1000, { lifetimeSeconds: 0 });
    expect(kindsOf(effects)).toEqual(['bindingUnwanted', 'bindingDeregistered', 'replySent']);
    expect(only(effects, 'bindingUnwanted')[0]?.binding.careOfAddress).toBe(ip('10.2.0.1'));
    expect(replyOf(effects)).toMatchObject({ code: 0, lifetimeSeconds: 0 });
    expect(addressesBound(agent)).toEqual([]);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('of a care-of address that the node has left already is accepted and ends nothing', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 1000, { careOfAddress: ip('10.3.0.1') });
    const effects = ask(agent, 2000, { lifetimeSeconds: 0, careOfAddress: ip('10.2.0.1') });
    expect(kindsOf(effects)).toEqual(['replySent']);
    expect(replyOf(effects).code).toBe(0);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
  });

  test('of all from home ends the binding before the answer, and says on the home link where the node is', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = ask(agent, 1000, { lifetimeSeconds: 0, careOfAddress: ip('10.1.0.77') }, fromHome);
    expect(kindsOf(effects)).toEqual(['bindingUnwanted', 'bindingDeregistered', 'homeLinkFrameSent', 'replySent']);
    const [frame] = announcementsIn(effects);
    expect(frame).toEqual({
      interfaceIndex: 7,
      destination: 'ff:ff:ff:ff:ff:ff',
      // Our own, so that no switch looks for the node at our port.
      source: formatMac(OUR_MAC),
      claims: '10.1.0.77 is at 02:11:22:33:44:55',
    });
    expect(only(effects, 'replySent')[0]).toMatchObject({ destination: ip('10.1.0.77'), destinationPort: 434 });
  });

  test('of all without a binding is accepted and changes nothing', () => {
    const effects = ask(agentWith(), 0, { lifetimeSeconds: 0, careOfAddress: ip('10.1.0.77') }, fromHome);
    expect(kindsOf(effects)).toEqual(['replySent']);
    expect(replyOf(effects)).toMatchObject({ code: 0, lifetimeSeconds: 0 });
  });

  test('works when the table is full', () => {
    const agent = agentWith({ mostBindings: 1 });
    ask(agent, 0);
    expect(replyOf(ask(agent, 1, { homeAddress: ip('10.1.0.78'), lifetimeSeconds: 0 })).code).toBe(0);
    expect(replyOf(ask(agent, 2, { lifetimeSeconds: 0 })).code).toBe(0);
    expect(addressesBound(agent)).toEqual([]);
  });
});

describe('time', () => {
  test('a binding ends with its lifetime and not before; the kernel is told and nobody else', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 60 });
    drain(agent, 10_000);
    expect(agent.nextDeadline()).toBe(60_000);
    expect(agent.handle({ kind: 'deadlineReached' }, at(59_999))).toEqual([]);
    const effects = agent.handle({ kind: 'deadlineReached' }, at(60_000));
    expect(kindsOf(effects)).toEqual(['bindingUnwanted', 'bindingExpired']);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('a renewal moves the end', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 60 });
    ask(agent, 50_000, { lifetimeSeconds: 60 });
    drain(agent, 60_000);
    expect(addressesBound(agent)).toHaveLength(1);
    expect(agent.nextDeadline()).toBe(110_000);
  });

  test('the binding is announced three times, a second apart: to everybody, with our MAC address', () => {
    const agent = agentWith();
    const first = announcementsIn(ask(agent, 0));
    const second = announcementsIn(agent.handle({ kind: 'deadlineReached' }, at(1000)));
    const third = announcementsIn(agent.handle({ kind: 'deadlineReached' }, at(2000)));
    const expected = {
      interfaceIndex: 7,
      destination: 'ff:ff:ff:ff:ff:ff',
      source: formatMac(OUR_MAC),
      claims: `10.1.0.77 is at ${formatMac(OUR_MAC)}`,
    };
    expect([first, second, third]).toEqual([[expected], [expected], [expected]]);
    expect(agent.nextDeadline()).toBe(600_000);
  });

  test('what was deregistered is announced no more', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 500, { lifetimeSeconds: 0 });
    expect(agent.handle({ kind: 'deadlineReached' }, at(5000))).toEqual([]);
  });

  test('waking too early does nothing', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(agent.handle({ kind: 'deadlineReached' }, at(999))).toEqual([]);
    expect(agent.nextDeadline()).toBe(1000);
    expect(agentWith().handle({ kind: 'deadlineReached' }, at(999))).toEqual([]);
  });
});

describe('limits and configuration', () => {
  test('a full table takes no new binding, but renewals and moves', () => {
    const agent = agentWith({ mostBindings: 2 });
    ask(agent, 0, { homeAddress: ip('10.1.0.10') });
    ask(agent, 1, { homeAddress: ip('10.1.0.11') });
    expect(replyOf(ask(agent, 2, { homeAddress: ip('10.1.0.12') })).code).toBe(130);
    expect(replyOf(ask(agent, 3, { homeAddress: ip('10.1.0.10') })).code).toBe(0);
    expect(replyOf(ask(agent, 4, { homeAddress: ip('10.1.0.11'), careOfAddress: ip('10.3.0.1') })).code).toBe(0);
    expect(addressesBound(agent)).toHaveLength(2);
  });

  test('bindings of a network or an address that is served no more end, and are announced no more', () => {
    for (const change of [{ homeNetworks: [] }, { addresses: [ip('192.0.2.1')] }]) {
      const agent = agentWith();
      ask(agent, 0);
      const effects = agent.handle({ kind: 'configured', configuration: { ...configuration, ...change } }, at(1));
      expect(kindsOf(effects)).toEqual(['bindingUnwanted', 'bindingCleared']);
      expect(addressesBound(agent)).toEqual([]);
      expect(agent.nextDeadline()).toBeUndefined();
      expect(agent.handle({ kind: 'deadlineReached' }, at(5000))).toEqual([]);
    }
  });

  test('bindings outlive a configuration that still serves them, and its limits count at once', () => {
    const agent = agentWith();
    ask(agent, 0);
    const changed = { ...configuration, mostBindings: 1, longestLifetimeSeconds: 100 };
    expect(agent.handle({ kind: 'configured', configuration: changed }, at(1))).toEqual([]);
    expect(addressesBound(agent)).toHaveLength(1);
    expect(replyOf(ask(agent, 2, { homeAddress: ip('10.1.0.78') })).code).toBe(130);
    expect(replyOf(ask(agent, 3)).lifetimeSeconds).toBe(100);
  });
});

describe('a network on an interface that was made anew', () => {
  test('keeps its bindings, and has ARP answered there', () => {
    const agent = agentWith();
    ask(agent, 0);
    const homeNetworks = [{ prefix: prefix('10.1.0.0/24'), interfaceIndex: 9, mac: OUR_MAC }];
    const effects = agent.handle({ kind: 'configured', configuration: { ...configuration, homeNetworks } }, at(1));
    expect(kindsOf(effects)).toEqual(['bindingWanted']);
    expect([...agent.bindings()].map(({ interfaceIndex }) => interfaceIndex)).toEqual([9]);
  });
});

describe('the encapsulation', () => {
  test('is that of the request, for each registration anew', () => {
    const agent = agentWith({ isGreServed: true });
    ask(agent, 0, { greEncapsulation: true });
    expect([...agent.bindings()][0]?.encapsulation).toBe('gre');
    ask(agent, 1000);
    expect([...agent.bindings()][0]?.encapsulation).toBe('ipip');
  });
});

describe('a binding without an end', () => {
  test('is granted where the configuration allows it, and is nothing to wake for', () => {
    const agent = agentWith({ longestLifetimeSeconds: 0xffff });
    expect(replyOf(ask(agent, 0, { lifetimeSeconds: 0xffff })).lifetimeSeconds).toBe(0xffff);
    drain(agent, 1e9);
    expect(agent.nextDeadline()).toBeUndefined();
    expect(addressesBound(agent)).toHaveLength(1);
  });
});

describe('cleared by the operator', () => {
  test('a binding ends, and is announced no more', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = agent.handle({ kind: 'cleared', homeAddress: ip('10.1.0.77') }, at(1));
    expect(kindsOf(effects)).toEqual(['bindingUnwanted', 'bindingCleared']);
    expect(agent.nextDeadline()).toBeUndefined();
  });

  test('an address without a binding changes nothing', () => {
    expect(agentWith().handle({ kind: 'cleared', homeAddress: ip('10.1.0.77') }, at(1))).toEqual([]);
  });
});

describe('announcements', () => {
  test('of a return are repeated like those of a departure', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 10_000, { lifetimeSeconds: 0, careOfAddress: ip('10.1.0.77') }, fromHome);
    const claims = announcementsIn(drain(agent, 20_000)).map(({ claims: claim }) => claim);
    const own = '10.1.0.77 is at 02:11:22:33:44:55';
    expect(claims).toEqual([own, own]);
  });

  test('beyond the limit are made once and reported', () => {
    const agent = agentWith({ mostAnnouncements: 1 });
    ask(agent, 0);
    const effects = ask(agent, 1, { homeAddress: ip('10.1.0.78') });
    expect(announcementsIn(effects)).toHaveLength(1);
    expect(reportsOf(effects).map(({ kind }) => kind)).toEqual(['bindingCreated', 'tooManyAnnouncements']);
    expect(announcementsIn(drain(agent, 5000)).map(({ claims }) => claims.split(' ')[0])).toEqual([
      '10.1.0.77',
      '10.1.0.77',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import {
  type AdvertisedLink,
  AgentAdvertising,
  type AgentAdvertisingEffect,
  type AgentAdvertisingEvent,
} from '../../src/roles/agent-advertising.ts';
import { type AgentAdvertisement, decodeAgentDiscoveryMessage } from '../../src/wire/agent-advertisement.ts';
import { ip, mac } from '../addresses.ts';
import { hex } from '../hex.ts';
import { kindsOf, only } from './messages.ts';
import { at } from './moments.ts';

const link: AdvertisedLink = {
  interfaceName: 'br-lan',
  address: ip('10.2.0.1'),
  prefixLength: 24,
  intervalSeconds: 10,
  isHomeAgent: true,
  foreignAgent: {
    careOfAddresses: [ip('192.0.2.2')],
    isRegistrationRequired: false,
    isReverseTunnelServed: true,
  },
  longestLifetimeSeconds: 1800,
  isGreServed: false,
  isRevocationServed: true,
  isDefaultRouter: true,
  routesCommonTraffic: true,
};
const phone = mac('02:11:22:33:44:55');

/** As random numbers go, always the same one. */
function advertising(random = 1, links: readonly AdvertisedLink[] = [link]) {
  const role = new AgentAdvertising(() => random);
  const first = role.handle({ kind: 'configured', links }, at(0));
  return { role, first };
}

function sentIn(effects: readonly AgentAdvertisingEffect[]): AgentAdvertisement[] {
  return only(effects, 'advertisementSent').map(({ octets }) => {
    const message = decodeAgentDiscoveryMessage(octets);
    if (message.kind !== 'agentAdvertisement') throw new Error('no agent advertisement');
    return message;
  });
}

/** What is sent, and when, by a host that wakes the role as it wishes. */
function until(role: AgentAdvertising, endMs: number) {
  const sent: { readonly atMs: number; readonly sequenceNumber: number }[] = [];
  for (let next = role.nextDeadline(); next !== undefined && next <= endMs; next = role.nextDeadline()) {
    const atMs = next;
    for (const { sequenceNumber } of sentIn(role.handle({ kind: 'deadlineReached' }, at(atMs)))) {
      sent.push({ atMs, sequenceNumber });
    }
  }
  return sent;
}

type Solicitation = Extract<AgentAdvertisingEvent, { readonly kind: 'solicitationReceived' }>;

function solicitation(changes: Partial<Solicitation> = {}): Solicitation {
  return {
    ...{ kind: 'solicitationReceived', interfaceName: 'br-lan', sourceAddress: ip('10.1.0.77'), sourceMac: phone },
    ...changes,
  };
}

describe('what is advertised', () => {
  test('is what is true of both agents, in one message to all on the link, at once', () => {
    const { first } = advertising();
    expect(first).toMatchObject([
      {
        ...{ kind: 'advertisementSent', interfaceName: 'br-lan', source: ip('10.2.0.1'), timeToLive: 1 },
        ...{ destination: ip('224.0.0.1'), destinationMac: undefined },
      },
    ]);
    expect(sentIn(first)).toEqual([
      {
        ...{ kind: 'agentAdvertisement', routesCommonTraffic: true, lifetimeSeconds: 30, sequenceNumber: 0 },
        routerAddresses: [{ address: ip('10.2.0.1'), preference: 0 }],
        ...{ registrationLifetimeSeconds: 1800, careOfAddresses: [ip('192.0.2.2')], prefixLengths: [24] },
        ...{ homeAgent: true, foreignAgent: true, busy: false, registrationRequired: false },
        ...{ reverseTunneling: true, registrationRevocation: true, greEncapsulation: false },
        ...{ minimalEncapsulation: false, udpTunneling: false, regionalRegistration: false, challenge: undefined },
      },
    ]);
  });

  test('has the very octets that others make of it', () => {
    const foreignAgent = {
      careOfAddresses: [ip('10.2.0.1')],
      isRegistrationRequired: true,
      isReverseTunnelServed: true,
    };
    const golden = { ...link, foreignAgent, isHomeAgent: false, isGreServed: true, isRevocationServed: false };
    const { first, role } = advertising(1, [{ ...golden, isDefaultRouter: false }]);
    until(role, 60_000);
    const effects = role.handle({ kind: 'deadlineReached' }, at(70_000));
    expect(sentIn([...first, ...effects]).map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, 7]);
    expect(only(effects, 'advertisementSent')[0]?.octets).toEqual(
      hex('09008abe0102001e0a02000180000000100a0007070895000a02000113011800'),
    );
  });

  test.each([
    ['gre', { isGreServed: true }, { greEncapsulation: true }],
    ['a home agent alone', { foreignAgent: undefined }, { foreignAgent: false, homeAgent: true, careOfAddresses: [] }],
    ['a foreign agent alone', { isHomeAgent: false }, { foreignAgent: true, homeAgent: false }],
    ['that others route', { isDefaultRouter: false }, { routerAddresses: [{ preference: -0x80000000 }] }],
    ['no router of the rest', { routesCommonTraffic: false }, { routesCommonTraffic: false }],
    ['no revocation', { isRevocationServed: false }, { registrationRevocation: false }],
    ['a rare interval', { intervalSeconds: 1800 }, { lifetimeSeconds: 5400 }],
    [
      'a foreign agent without a care-of address is none',
      { foreignAgent: { ...link.foreignAgent, careOfAddresses: [] } },
      { foreignAgent: false, reverseTunneling: false },
    ],
  ] as const)('%s', (_what, changes, advertised) => {
    expect(sentIn(advertising(1, [{ ...link, ...changes } as AdvertisedLink]).first)).toMatchObject([advertised]);
  });

  test('nothing, where we are no agent', () => {
    const { role, first } = advertising(1, [{ ...link, isHomeAgent: false, foreignAgent: undefined }]);
    expect([first, role.nextDeadline()]).toEqual([[], undefined]);
  });

  test('no more care-of addresses than the extension has room for', () => {
    const many = Array.from({ length: 80 }, (_, index) => ip(`192.0.2.${index + 1}`));
    const foreignAgent = { careOfAddresses: many, isRegistrationRequired: false, isReverseTunnelServed: true };
    expect(sentIn(advertising(1, [{ ...link, foreignAgent }]).first)[0]?.careOfAddresses).toHaveLength(62);
  });

  test('that the visitor list is full, where we are a foreign agent, and only as long as it is', () => {
    const homeOnly = { ...link, interfaceName: 'br-home', foreignAgent: undefined };
    const { role } = advertising(1, [link, homeOnly]);
    role.handle({ kind: 'busyChanged', isBusy: true }, at(1));
    expect(sentIn(role.handle({ kind: 'deadlineReached' }, at(10_000))).map(({ busy }) => busy)).toEqual([true, false]);
    role.handle({ kind: 'busyChanged', isBusy: false }, at(10_001));
    expect(sentIn(role.handle({ kind: 'deadlineReached' }, at(20_000)))[0]?.busy).toBe(false);
  });
});

describe('when', () => {
  test.each([
    [0, 7500],
    [0.5, 8750],
    [1, 10_000],
  ])('with random number %d the next follows after %i ms', (random, afterMs) => {
    expect(advertising(random).role.nextDeadline()).toBe(afterMs);
  });

  test('the first few follow each other by 16 s at most, later ones by the interval', () => {
    const { role } = advertising(1, [{ ...link, intervalSeconds: 600 }]);
    expect(until(role, 1_000_000).map(({ atMs }) => atMs)).toEqual([16_000, 32_000, 48_000, 648_000]);
  });

  test('each link goes by its own time', () => {
    const { role } = advertising(1, [link, { ...link, interfaceName: 'br-slow', intervalSeconds: 15 }]);
    expect(kindsOf(role.handle({ kind: 'deadlineReached' }, at(10_000)))).toEqual(['advertisementSent']);
    expect(role.nextDeadline()).toBe(15_000);
  });

  test('waking too early does nothing', () => {
    expect(advertising().role.handle({ kind: 'deadlineReached' }, at(9999))).toEqual([]);
  });
});

describe('sequence numbers', () => {
  test('begin with 0, go up by one, and after 0xffff go on with 256', () => {
    const { role } = advertising();
    const numbers = until(role, 65_540 * 10_000).map(({ sequenceNumber }) => sequenceNumber);
    expect(numbers.slice(0, 3)).toEqual([1, 2, 3]);
    expect(numbers.slice(65_533, 65_537)).toEqual([65_534, 65_535, 256, 257]);
  });

  test('go on when the configuration changes, and when a link comes back', () => {
    const { role } = advertising();
    const slower = [{ ...link, intervalSeconds: 20 }];
    expect(sentIn(role.handle({ kind: 'configured', links: slower }, at(5000)))[0]?.sequenceNumber).toBe(1);
    expect(sentIn(role.handle({ kind: 'configured', links: [] }, at(6000)))[0]?.sequenceNumber).toBe(2);
    expect(sentIn(role.handle({ kind: 'configured', links: slower }, at(7000)))[0]?.sequenceNumber).toBe(3);
  });
});

describe('a new configuration', () => {
  test('that changes nothing on the link is not heard there', () => {
    const { role } = advertising();
    expect(role.handle({ kind: 'configured', links: [{ ...link }] }, at(5000))).toEqual([]);
    expect(role.nextDeadline()).toBe(10_000);
  });

  test('that changes something is heard at once, but not more than once a second', () => {
    const { role } = advertising();
    expect(role.handle({ kind: 'configured', links: [{ ...link, isGreServed: true }] }, at(400))).toEqual([]);
    expect(role.nextDeadline()).toBe(1000);
    expect(sentIn(role.handle({ kind: 'deadlineReached' }, at(1000)))).toMatchObject([{ greEncapsulation: true }]);
  });

  test('without a link, or a stop, takes the last advertisement back', () => {
    const { role } = advertising();
    expect(sentIn(role.handle({ kind: 'stopped' }, at(5000)))).toMatchObject([{ lifetimeSeconds: 0, homeAgent: true }]);
    expect(role.nextDeadline()).toBeUndefined();
    expect(role.handle({ kind: 'stopped' }, at(5001))).toEqual([]);
  });
});

describe('a solicitation', () => {
  test('is answered at once to whom it came from, also from an address that is not of this subnet', () => {
    const { role } = advertising();
    const effects = role.handle(solicitation(), at(3000));
    expect(effects).toMatchObject([{ destination: ip('10.1.0.77'), destinationMac: phone, timeToLive: 1 }]);
    expect(sentIn(effects)).toMatchObject([{ sequenceNumber: 1, lifetimeSeconds: 30 }]);
    expect(role.nextDeadline()).toBe(10_000);
  });

  test.each([
    ['from nobody', { sourceAddress: ip('0.0.0.0') }],
    ['whose MAC address is not known', { sourceMac: undefined }],
  ])('%s is answered to all, after a delay', (_what, changes) => {
    const { role } = advertising(0.25);
    expect(role.handle(solicitation(changes), at(3000))).toEqual([]);
    expect(role.nextDeadline()).toBe(3500);
    expect(role.handle({ kind: 'deadlineReached' }, at(3500))).toMatchObject([{ destination: ip('224.0.0.1') }]);
    expect(role.nextDeadline()).toBe(3500 + 8125);
  });

  test('and all others within the delay are answered together', () => {
    const { role } = advertising(1);
    for (const ms of [3000, 3100, 3200]) role.handle(solicitation({ sourceAddress: ip('0.0.0.0') }), at(ms));
    expect(until(role, 9000)).toEqual([{ atMs: 5000, sequenceNumber: 1 }]);
  });

  test('that comes later does not hasten the answer to all', () => {
    const numbers = [1, 1, 0];
    const role = new AgentAdvertising(() => numbers.shift() ?? 0);
    role.handle({ kind: 'configured', links: [link] }, at(0));
    for (const ms of [3000, 3100]) role.handle(solicitation({ sourceAddress: ip('0.0.0.0') }), at(ms));
    expect(role.nextDeadline()).toBe(5000);
  });

  test('never makes more than one advertisement a second to all, and ten to single nodes', () => {
    const { role } = advertising(0);
    let single = 0;
    const all: number[] = [0];
    for (let ms = 2000; ms < 12_000; ms += 10) {
      single += sentIn(role.handle(solicitation(), at(ms))).length;
      if ((role.nextDeadline() ?? 0) <= ms)
        all.push(...sentIn(role.handle({ kind: 'deadlineReached' }, at(ms))).map(() => ms));
    }
    expect(single).toBe(100);
    expect(Math.min(...all.slice(1).map((ms, index) => ms - (all[index] ?? 0)))).toBeGreaterThanOrEqual(1000);
  });

  test('does not put off the advertisement that is due anyway', () => {
    const { role } = advertising(1);
    role.handle(solicitation({ sourceAddress: ip('0.0.0.0') }), at(9500));
    expect(role.nextDeadline()).toBe(10_000);
  });

  test.each([
    ['from a multicast address', solicitation({ sourceAddress: ip('224.0.0.9') }), 'badSource'],
    ['from the broadcast address', solicitation({ sourceAddress: ip('255.255.255.255') }), 'badSource'],
    ['on a link without an agent', { ...solicitation(), interfaceName: 'br-guest' }, 'notServed'],
  ])('%s is discarded, and that is told', (_what, event, reason) => {
    const { role } = advertising();
    const { interfaceName, sourceAddress } = event;
    expect(role.handle(event, at(3000))).toEqual([
      { kind: 'report', report: { kind: 'solicitationDiscarded', interfaceName, sourceAddress, reason } },
    ]);
    expect(role.nextDeadline()).toBe(10_000);
  });
});

test('a node that is registered no more hears sequence number 0, alone, and the count goes on', () => {
  const { role } = advertising();
  const lost = { kind: 'visitLost', interfaceName: 'br-lan', homeAddress: ip('10.1.0.77'), mac: phone } as const;
  const effects = role.handle(lost, at(3000));
  expect(effects).toMatchObject([{ destination: ip('10.1.0.77'), destinationMac: phone }]);
  expect(sentIn(effects)[0]?.sequenceNumber).toBe(0);
  expect(sentIn(role.handle({ kind: 'deadlineReached' }, at(10_000)))[0]?.sequenceNumber).toBe(1);
  expect(role.handle({ ...lost, interfaceName: 'br-guest' }, at(3000))).toEqual([]);
});

test('counts by the names of the Mobile IP MIB', () => {
  const { role } = advertising(0);
  role.handle(solicitation(), at(2000));
  role.handle(solicitation(), at(2001));
  role.handle({ kind: 'deadlineReached' }, at(2001));
  expect(role.counts()).toEqual({
    maAdvertisementsSent: 3,
    maAdvsSentForSolicitation: 2,
    maSolicitationsReceived: 2,
  });
});

// Each MUST of RFC 5944 §2 that an agent plays, of RFC 1256 §4 as far as RFC 5944 takes it over, and of RFC 3543 on
// advertisements. Not tested here, and why:
// - RFC 5944 §2.1 (code 16), §2.3.1: a foreign agent forwards what registered nodes send. The kernel does; the lab shows it.
// - RFC 5944 §2.3: what is sent to 224.0.0.11 is processed. The socket joins the group, which is for the host; see the lab.
// - RFC 5944 §2.3: on a subnet all agents send prefix lengths, or none. We always do; others are not in our hands.
// - RFC 5944 §2.1.1: a home agent is always ready to serve. It has no state in which it is not.
// - RFC 5944 §2.4: mobile-node.test.ts.

import { expect, test } from 'vitest';
import { viewOf } from '../../src/octets/octets.ts';
import {
  type AdvertisedLink,
  AgentAdvertising,
  type AgentAdvertisingEffect,
  type AgentAdvertisingEvent,
} from '../../src/roles/agent-advertising.ts';
import { decodeAgentDiscoveryMessage } from '../../src/wire/agent-advertisement.ts';
import { ip, mac } from '../addresses.ts';
import { seededRandom } from '../random.ts';
import { only } from '../roles/messages.ts';
import { at } from '../roles/moments.ts';

const MOBILITY_EXTENSION_OFFSET = 16;
const phone = mac('02:11:22:33:44:55');
const foreignAgent = { careOfAddresses: [ip('192.0.2.2')], isRegistrationRequired: true, isReverseTunnelServed: true };
const link: AdvertisedLink = {
  ...{ interfaceName: 'br-lan', address: ip('10.2.0.1'), prefixLength: 24, intervalSeconds: 10 },
  ...{ isHomeAgent: true, foreignAgent, longestLifetimeSeconds: 1800, isGreServed: true, isRevocationServed: true },
  ...{ isDefaultRouter: true, routesCommonTraffic: true },
};

function started(links: readonly AdvertisedLink[] = [link]) {
  const role = new AgentAdvertising(seededRandom(1));
  const send = (event: AgentAdvertisingEvent, ms: number) => only(role.handle(event, at(ms)), 'advertisementSent');
  return { role, send, first: send({ kind: 'configured', links }, 0) };
}

type Sent = Extract<AgentAdvertisingEffect, { readonly kind: 'advertisementSent' }>;

function advertised({ octets }: Pick<Sent, 'octets'>) {
  const message = decodeAgentDiscoveryMessage(octets);
  if (message.kind !== 'agentAdvertisement') throw new Error('no agent advertisement');
  return message;
}

const solicitation: Extract<AgentAdvertisingEvent, { readonly kind: 'solicitationReceived' }> = {
  ...{ kind: 'solicitationReceived', interfaceName: 'br-lan', sourceAddress: ip('10.1.0.77'), sourceMac: phone },
};

/** Every kind of link, and what is heard on it. */
function onEveryKindOfLink() {
  const links = [true, false].flatMap((isHomeAgent) =>
    [undefined, foreignAgent, { ...foreignAgent, careOfAddresses: [] }].map((offered, index) => {
      return { ...link, interfaceName: `br-${isHomeAgent}-${index}`, isHomeAgent, foreignAgent: offered };
    }),
  );
  const role = new AgentAdvertising(seededRandom(1));
  role.handle({ kind: 'busyChanged', isBusy: true }, at(0));
  const sent = only(role.handle({ kind: 'configured', links }, at(0)), 'advertisementSent').map(advertised);
  expect(sent).toHaveLength(4);
  return sent;
}

test('RFC 5944 §2.1: a unicast advertisement goes to the link-layer address that the solicitation came from', () => {
  expect(started().send(solicitation, 2000)).toMatchObject([{ destination: ip('10.1.0.77'), destinationMac: phone }]);
});

test('RFC 5944 §2.1: the time to live of every advertisement is 1', () => {
  const { first, send } = started();
  const lost = { kind: 'visitLost', interfaceName: 'br-lan', homeAddress: ip('10.1.0.77'), mac: phone } as const;
  const all = [...first, ...send(solicitation, 2000), ...send(lost, 3000), ...send({ kind: 'stopped' }, 4000)];
  expect(all.map(({ timeToLive }) => timeToLive)).toEqual([1, 1, 1, 1]);
});

test('RFC 5944 §2.1: a multicast advertisement goes to all systems on this link, never to the broadcast of the subnet', () => {
  const { first, send } = started();
  const all = [...first, ...send({ kind: 'deadlineReached' }, 10_000), ...send({ kind: 'stopped' }, 11_000)];
  expect(new Set(all.map(({ destination }) => destination))).toEqual(new Set([ip('224.0.0.1')]));
});

test('RFC 5944 §2.1.1: with flag F there is at least one care-of address', () => {
  for (const { foreignAgent: isOffered, careOfAddresses } of onEveryKindOfLink()) {
    expect(isOffered).toBe(careOfAddresses.length > 0);
  }
});

test('RFC 5944 §2.1.1: flag B is never set without flag F', () => {
  const sent = onEveryKindOfLink();
  expect(sent.filter(({ busy }) => busy)).toHaveLength(2);
  expect(sent.filter(({ busy, foreignAgent: isOffered }) => busy && !isOffered)).toEqual([]);
});

test('RFC 5944 §2.1.1: flag R is never set without flag F', () => {
  const sent = onEveryKindOfLink();
  expect(sent.filter(({ registrationRequired }) => registrationRequired)).toHaveLength(2);
  expect(sent.filter((message) => message.registrationRequired && !message.foreignAgent)).toEqual([]);
});

test('RFC 5944 §2.1.1: flag F or flag H is set in every advertisement', () => {
  for (const message of onEveryKindOfLink()) expect(message.foreignAgent || message.homeAgent).toBe(true);
});

test('RFC 5944 §2.1.1: bit r, flags of what we are not, and reserved bits are sent as zero', () => {
  for (const { octets } of started().first) {
    // R B H F M G r T U X I and five reserved bits: here R, H, F, G, T and X are true.
    expect(viewOf(octets).getUint16(MOBILITY_EXTENSION_OFFSET + 6)).toBe(0b1011_0101_0100_0000);
  }
});

test('RFC 5944 §2.1.1: a foreign agent that is too busy goes on advertising', () => {
  const { role, send } = started();
  role.handle({ kind: 'busyChanged', isBusy: true }, at(1));
  const sent = [10_000, 20_000, 30_000].flatMap((ms) => send({ kind: 'deadlineReached' }, ms));
  expect(sent.map((effect) => advertised(effect).busy)).toEqual([true, true, true]);
});

test('RFC 5944 §2.3: advertisements to all are limited in their rate, however many solicit', () => {
  const { role, send } = started();
  const sentAtMs: number[] = [0];
  for (let ms = 5; ms < 20_000; ms += 5) {
    role.handle({ ...solicitation, sourceAddress: ip('0.0.0.0') }, at(ms));
    if ((role.nextDeadline() ?? ms + 1) <= ms) sentAtMs.push(...send({ kind: 'deadlineReached' }, ms).map(() => ms));
  }
  const pauses = sentAtMs.slice(1).map((ms, index) => ms - (sentAtMs[index] ?? 0));
  expect(sentAtMs.length).toBeGreaterThan(5);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1000);
});

test('RFC 5944 §2.3: the source of a solicitation need not be a neighbour by its address', () => {
  const stranger = { ...solicitation, sourceAddress: ip('198.51.100.9') };
  expect(started().send(stranger, 2000)).toMatchObject([{ destination: ip('198.51.100.9'), destinationMac: phone }]);
});

test('RFC 5944 §2.3: flag H is set on the home link and not on links where we are no home agent', () => {
  const other = { ...link, interfaceName: 'br-other', isHomeAgent: false };
  expect(started([link, other]).first.map((effect) => advertised(effect).homeAgent)).toEqual([true, false]);
});

test('RFC 5944 §2.3: every advertisement has the prefix length of its router address', () => {
  for (const message of onEveryKindOfLink()) {
    expect([message.prefixLengths, message.routerAddresses.length]).toEqual([[24], 1]);
  }
});

test('RFC 5944 §2.3.2: the first advertisement has number 0, each other one more', () => {
  const { first, send } = started();
  const others = [10_000, 20_000].flatMap((ms) => send({ kind: 'deadlineReached' }, ms));
  const solicited = send(solicitation, 21_000);
  const numbers = [...first, ...others, ...solicited].map((effect) => advertised(effect).sequenceNumber);
  expect(numbers).toEqual([0, 1, 2, 3]);
});

test('RFC 5944 §2.3.2: number 0xffff is followed by 256', () => {
  const { send } = started([{ ...link, intervalSeconds: 1 }]);
  let before = 0;
  for (let ms = 1000; before !== 0xffff; ms += 1000) {
    for (const effect of send({ kind: 'deadlineReached' }, ms)) before = viewOf(effect.octets).getUint16(18);
  }
  const [next] = send({ kind: 'deadlineReached' }, 1_000_000_000);
  expect(next && advertised(next).sequenceNumber).toBe(256);
});

test('RFC 1256 §4.3: the interval is random between its least and its most, and never the same for long', () => {
  const { role, send } = started();
  const intervals = new Set<number>();
  for (let ms = role.nextDeadline() ?? 0, count = 0; count < 100; count++) {
    send({ kind: 'deadlineReached' }, ms);
    const next = role.nextDeadline() ?? 0;
    intervals.add(next - ms);
    ms = next;
  }
  expect(intervals.size).toBeGreaterThan(90);
  expect(Math.min(...intervals)).toBeGreaterThanOrEqual(7500);
  expect(Math.max(...intervals)).toBeLessThanOrEqual(10_000);
});

test('RFC 1256 §4.3: an answer to all is delayed by no more than 2 s', () => {
  const { role } = started();
  role.handle({ ...solicitation, sourceAddress: ip('0.0.0.0') }, at(2000));
  expect(role.nextDeadline()).toBeGreaterThan(2000);
  expect(role.nextDeadline()).toBeLessThanOrEqual(4000);
});

test('RFC 3543 §4.1: who has lost its registration is sent an advertisement of its own with number 0', () => {
  const { send } = started();
  send({ kind: 'deadlineReached' }, 10_000);
  const lost = { kind: 'visitLost', interfaceName: 'br-lan', homeAddress: ip('10.1.0.77'), mac: phone } as const;
  const [sent] = send(lost, 11_000);
  expect(sent).toMatchObject({ destination: ip('10.1.0.77'), destinationMac: phone, timeToLive: 1 });
  expect(sent && advertised(sent).sequenceNumber).toBe(0);
});

test('RFC 3543 §4.2: flag X is set where revocation is served, and only there', () => {
  const other = { ...link, interfaceName: 'br-other', isRevocationServed: false };
  const flags = started([link, other]).first.map((effect) => advertised(effect).registrationRevocation);
  expect(flags).toEqual([true, false]);
});

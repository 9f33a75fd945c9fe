import { describe, expect, test } from 'vitest';
import { type AgentNeeds, Agents, careOfAddressOf } from '../../../src/roles/access-point/agents.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { AGENT, agentAdvertisementOf, OTHER_AGENT } from './scene.ts';

type Offer = Parameters<typeof agentAdvertisementOf>[0];

const needs: AgentNeeds = {
  lifetimeSeconds: 600,
  greEncapsulation: true,
  reverseTunneling: true,
  present: undefined,
  refusedBy: new Map(),
};

const hear = (agents: Agents, offer: Offer = {}, nowMs = 0, agent = AGENT) =>
  agents.heard(agent.address, agent.mac, agentAdvertisementOf(offer), nowMs)?.kind;

describe('an agent', () => {
  test('is found with its first advertisement, and no news afterwards', () => {
    const agents = new Agents();
    expect(hear(agents, { sequenceNumber: 7 })).toBe('agentFound');
    expect(hear(agents, { sequenceNumber: 8 })).toBeUndefined();
    expect(agents.get(AGENT.address)).toMatchObject({ mac: AGENT.mac, expiresAtMs: 30_000 });
    expect(agents.get(AGENT.address)?.advertisement.prefixLengths).toEqual([24]);
  });

  test('is lost when the lifetime of its last advertisement has run out', () => {
    const agents = new Agents();
    hear(agents, { sequenceNumber: 7 });
    hear(agents, { sequenceNumber: 8 }, 10_000);
    hear(agents, {}, 0, OTHER_AGENT);
    expect(agents.nextExpiry()).toBe(30_000);
    expect(agents.takeExpired(29_999)).toEqual([]);
    expect(agents.takeExpired(30_000).map(({ kind, agent }) => [kind, agent.address])).toEqual([
      ['agentLost', OTHER_AGENT.address],
    ]);
    expect(agents.nextExpiry()).toBe(40_000);
    expect([...agents.all()].map(({ address }) => address)).toEqual([AGENT.address]);
  });

  test('is lost at once when it says so (RFC 1256 §4.1.1), and unknown as before if it was', () => {
    const agents = new Agents();
    expect(hear(agents, { lifetimeSeconds: 0 })).toBeUndefined();
    hear(agents);
    expect(hear(agents, { lifetimeSeconds: 0 })).toBe('agentLost');
    expect(agents.size).toBe(0);
    expect(agents.nextExpiry()).toBeUndefined();
  });

  test.each([
    [7, 0, 'agentRebooted'],
    [1000, 255, 'agentRebooted'],
    [65_535, 256, undefined],
    [65_535, 0, 'agentRebooted'],
    [0, 1, undefined],
    [7, 7, undefined],
    [1000, 300, undefined],
  ])('whose sequence number goes from %i to %i: %s (RFC 5944 §2.3.2)', (before, after, kind) => {
    const agents = new Agents();
    hear(agents, { sequenceNumber: before });
    expect(hear(agents, { sequenceNumber: after })).toBe(kind);
  });

  test('with another MAC address is another box', () => {
    const agents = new Agents();
    hear(agents, { sequenceNumber: 7 });
    const other = { ...AGENT, mac: mac('02:00:00:00:99:99') };
    expect(hear(agents, { sequenceNumber: 8 }, 0, other)).toBe('agentRebooted');
    expect(agents.get(AGENT.address)?.mac).toBe(other.mac);
  });

  test.each([
    [{ busy: true }],
    [{ homeAgent: true }],
    [{ greEncapsulation: false }],
    [{ reverseTunneling: false }],
    [{ registrationLifetimeSeconds: 300 }],
    [{ careOfAddresses: [ip('192.0.2.253')] }],
    [{ careOfAddresses: [ip('192.0.2.254'), ip('192.0.2.253')] }],
    [{ foreignAgent: false, homeAgent: true }],
  ])('that offers something else than before has changed: %j', (offer) => {
    const agents = new Agents();
    hear(agents);
    expect(hear(agents, { sequenceNumber: 1001, ...offer })).toBe('agentChanged');
    expect(hear(agents, { sequenceNumber: 1002, ...offer })).toBeUndefined();
  });
});

describe('of two foreign agents', () => {
  const choose = (offer: Offer, other: Offer, changes: Partial<AgentNeeds> = {}) => {
    const agents = new Agents();
    hear(agents, offer);
    hear(agents, other, 0, OTHER_AGENT);
    return agents.foreignAgentFor({ ...needs, ...changes }, 1000)?.address;
  };

  test.each([
    ['is not busy', {}, { busy: true }],
    ['offers the reverse tunnel that is wanted', {}, { reverseTunneling: false }],
    ['offers the encapsulation that is wanted', {}, { greEncapsulation: false }],
    ['grants longer lifetimes', {}, { registrationLifetimeSeconds: 300 }],
    [
      'offers the reverse tunnel counts more than the encapsulation and the lifetime',
      { greEncapsulation: false, registrationLifetimeSeconds: 60 },
      { reverseTunneling: false },
    ],
    ['is a foreign agent at all', {}, { foreignAgent: false, homeAgent: true }],
    ['has a care-of address that can be one', {}, { careOfAddresses: [ip('0.0.0.0')] }],
    ['grants any lifetime', {}, { registrationLifetimeSeconds: 0 }],
  ])('the one that %s is taken', (_what, offer, other) => {
    expect(choose(offer, other)).toBe(AGENT.address);
    expect(choose(other, offer)).toBe(OTHER_AGENT.address);
  });

  test('the one that has not refused is taken, as long as that counts', () => {
    expect(choose({}, {}, { refusedBy: new Map([[OTHER_AGENT.address, 1001]]) })).toBe(AGENT.address);
    expect(choose({}, {}, { refusedBy: new Map([[OTHER_AGENT.address, 1000]]) })).toBe(OTHER_AGENT.address);
  });

  test.each([
    ['alike', {}, {}],
    ['that differ in what is not wanted', {}, { greEncapsulation: false, reverseTunneling: false }],
    [
      'that both grant more than is asked',
      { registrationLifetimeSeconds: 36_000 },
      { registrationLifetimeSeconds: 900 },
    ],
  ])('%s always the same is taken', (_what, offer, other) => {
    const modest = { greEncapsulation: false, reverseTunneling: false };
    expect(choose(offer, other, modest)).toBe(OTHER_AGENT.address);
    expect(choose(other, offer, modest)).toBe(OTHER_AGENT.address);
  });

  test('the present one is kept even if the other is better, or it is busy', () => {
    const poor = { busy: true, reverseTunneling: false, greEncapsulation: false };
    expect(choose(poor, {}, { present: AGENT.address })).toBe(AGENT.address);
    const refusedBy = new Map([[AGENT.address, 1001]]);
    expect(choose(poor, {}, { present: AGENT.address, refusedBy })).toBe(OTHER_AGENT.address);
    expect(choose({ foreignAgent: false, homeAgent: true }, {}, { present: AGENT.address })).toBe(OTHER_AGENT.address);
  });

  test('none is taken where none can serve', () => {
    expect(choose({ busy: true }, { busy: true })).toBeUndefined();
  });
});

test('busy agents are foreign agents nevertheless: nobody needs to be looked for', () => {
  const agents = new Agents();
  expect(agents.hasForeignAgent()).toBe(false);
  hear(agents, { foreignAgent: false, homeAgent: true, careOfAddresses: [] });
  expect(agents.hasForeignAgent()).toBe(false);
  hear(agents, { busy: true }, 0, OTHER_AGENT);
  expect(agents.hasForeignAgent()).toBe(true);
});

test('the home agent of a subnet is one that lies in it, and of two always the same', () => {
  const agents = new Agents();
  const subnet = prefix('10.2.0.0/24');
  hear(agents);
  expect(agents.homeAgentOf(subnet)).toBeUndefined();
  hear(agents, { homeAgent: true }, 0, { ...AGENT, address: ip('10.3.0.1') });
  expect(agents.homeAgentOf(subnet)).toBeUndefined();
  hear(agents, { homeAgent: true });
  expect(agents.homeAgentOf(subnet)?.address).toBe(AGENT.address);
  hear(agents, { homeAgent: true }, 0, OTHER_AGENT);
  expect(agents.homeAgentOf(subnet)?.address).toBe(OTHER_AGENT.address);
});

test('the care-of address is the wanted one where it is advertised, else the first that can be one', () => {
  const agents = new Agents();
  hear(agents, { careOfAddresses: ['0.0.0.0', '10.1.0.1', '192.0.2.7', '192.0.2.8'].map(ip) });
  const agent = agents.get(AGENT.address);
  if (agent === undefined) throw new Error('no agent');
  expect(careOfAddressOf(agent, ip('10.1.0.1'), undefined)).toBe(ip('192.0.2.7'));
  expect(careOfAddressOf(agent, ip('10.1.0.1'), ip('192.0.2.8'))).toBe(ip('192.0.2.8'));
  expect(careOfAddressOf(agent, ip('10.1.0.1'), ip('10.1.0.1'))).toBe(ip('192.0.2.7'));
  expect(careOfAddressOf(agent, ip('10.9.0.1'), undefined)).toBe(ip('10.1.0.1'));
});

import { describe, expect, test } from 'vitest';
import { AgentDiscovery } from '../../../src/roles/access-point/agent-discovery.ts';
import type { BridgeService } from '../../../src/roles/access-point/configuration.ts';
import { ip, mac } from '../../addresses.ts';
import { AGENT, ALL_SYSTEMS, advertisementOf, BRIDGE_MAC, bridge, OTHER_AGENT } from './scene.ts';

const withoutAgent: BridgeService = { ...bridge, foreignAgent: undefined };

function discoveryWith(service = withoutAgent, mostAgents = 4): AgentDiscovery {
  const discovery = new AgentDiscovery(() => 0);
  discovery.configure(new Map([['br-lan', service]]), mostAgents, 0);
  return discovery;
}

function hear(discovery: AgentDiscovery, fields = {}, agent = AGENT, on = 'br-lan', nowMs = 0): string[] {
  const { mac: sourceMac, address: sourceAddress } = agent;
  const heard = { bridge: on, sourceMac, sourceAddress, destinationAddress: ALL_SYSTEMS };
  const news = discovery.advertisementReceived({ ...heard, advertisement: advertisementOf(fields) }, nowMs);
  return news.map(({ kind }) => kind);
}

const solicitedAt = (discovery: AgentDiscovery, untilMs: number) => {
  const times: number[] = [];
  for (let ms = discovery.nextDeadline(); ms !== undefined && ms <= untilMs; ms = discovery.nextDeadline()) {
    if (discovery.deadlineReached(ms).some(({ kind }) => kind === 'solicitationDue')) times.push(ms);
  }
  return times;
};

describe('solicitations', () => {
  test('go out at once where there is no foreign agent, until one is heard, and again when it is lost', () => {
    const discovery = discoveryWith();
    expect(solicitedAt(discovery, 2000)).toEqual([0, 1000, 2000]);
    expect(hear(discovery, {}, AGENT, 'br-lan', 2500)).toEqual(['agentFound']);
    expect(discovery.nextDeadline()).toBe(32_500);
    expect(discovery.deadlineReached(32_500)).toMatchObject([
      { kind: 'agentLost', bridge: 'br-lan', agent: { address: AGENT.address } },
      { kind: 'solicitationDue', bridge: 'br-lan', isVain: false },
    ]);
    expect(discovery.nextDeadline()).toBe(33_500);
  });

  test('go on while there is only a home agent', () => {
    const discovery = discoveryWith();
    const homeAgent = { foreignAgent: false, homeAgent: true, careOfAddresses: [] };
    expect(hear(discovery, homeAgent, OTHER_AGENT)).toEqual(['agentFound']);
    expect(solicitedAt(discovery, 1000)).toEqual([0, 1000]);
  });

  test('do not go out where this box is the foreign agent', () => {
    const discovery = discoveryWith(bridge);
    expect(discovery.nextDeadline()).toBeUndefined();
    discovery.configure(new Map([['br-lan', withoutAgent]]), 4, 5000);
    expect(discovery.nextDeadline()).toBe(5000);
    discovery.configure(new Map([['br-lan', bridge]]), 4, 5000);
    expect(discovery.nextDeadline()).toBeUndefined();
  });

  test('are not begun again by a configuration that changes nothing', () => {
    const discovery = discoveryWith();
    solicitedAt(discovery, 1000);
    discovery.configure(new Map([['br-lan', withoutAgent]]), 4, 1500);
    expect(solicitedAt(discovery, 4000)).toEqual([2000, 4000]);
  });
});

describe('an advertisement', () => {
  test.each([
    ['of this box itself', 'br-lan', { mac: BRIDGE_MAC, address: ip('10.2.0.9') }],
    ['from a group address', 'br-lan', { mac: mac('ff:ff:ff:ff:ff:ff'), address: AGENT.address }],
    ['from no address', 'br-lan', { mac: AGENT.mac, address: ip('0.0.0.0') }],
    ['on a bridge that is not served', 'br-wan', AGENT],
  ])('%s is not heard', (_what, on, agent) => {
    const discovery = discoveryWith();
    expect(hear(discovery, {}, agent, on)).toEqual([]);
    expect([...(discovery.agents('br-lan')?.all() ?? [])]).toEqual([]);
  });

  test('without the mobility extension is of a router that is no agent', () => {
    const discovery = discoveryWith();
    const advertisement = {
      kind: 'routerAdvertisement',
      routesCommonTraffic: true,
      lifetimeSeconds: 30,
      routerAddresses: [],
    } as const;
    const heard = { bridge: 'br-lan', sourceMac: AGENT.mac, sourceAddress: AGENT.address };
    const event = { ...heard, destinationAddress: ALL_SYSTEMS, advertisement };
    expect(discovery.advertisementReceived(event, 0)).toEqual([]);
    expect(discovery.agents('br-lan')?.size).toBe(0);
  });

  test('of one agent too many is said once, until there is room again', () => {
    const discovery = discoveryWith(withoutAgent, 1);
    hear(discovery);
    expect(hear(discovery, {}, OTHER_AGENT)).toEqual(['tooManyAgents']);
    expect(hear(discovery, {}, OTHER_AGENT)).toEqual([]);
    expect(hear(discovery, { sequenceNumber: 1001 })).toEqual([]);
    expect(hear(discovery, { lifetimeSeconds: 0 })).toEqual(['agentLost']);
    expect(hear(discovery, {}, OTHER_AGENT)).toEqual(['agentFound']);
    expect(hear(discovery)).toEqual(['tooManyAgents']);
    discovery.deadlineReached(30_000);
    expect(hear(discovery, {}, AGENT, 'br-lan', 30_000)).toEqual(['agentFound']);
  });
});

test('agents of a bridge are kept over a new configuration, and forgotten with the bridge', () => {
  const discovery = discoveryWith();
  hear(discovery);
  discovery.configure(new Map([['br-lan', { ...withoutAgent, address: ip('10.2.0.3') }]]), 4, 0);
  expect(discovery.agents('br-lan')?.size).toBe(1);
  discovery.configure(new Map(), 4, 0);
  expect(discovery.agents('br-lan')).toBeUndefined();
  expect(discovery.nextDeadline()).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { Agents } from '../../../src/roles/access-point/agents.ts';
import { type Concessions, NO_CONCESSIONS } from '../../../src/roles/access-point/concessions.ts';
import type { AccessPointConfiguration, BridgeService } from '../../../src/roles/access-point/configuration.ts';
import { decideMobility, isSameDecision } from '../../../src/roles/access-point/mobility-decision.ts';
import { SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { association } from '../messages.ts';
import {
  AGENT,
  AWAY,
  agentAdvertisementOf,
  BRIDGE_MAC,
  bridge,
  configuration,
  HOME_AGENT,
  LOCAL,
  mapRow,
  OTHER_AGENT,
} from './scene.ts';

type Given = {
  readonly address?: typeof AWAY;
  readonly present?: typeof AWAY;
  readonly service?: Partial<BridgeService>;
  readonly changes?: Partial<AccessPointConfiguration>;
  readonly concessions?: Partial<Concessions>;
  /** One agent on the link, with these fields; undefined: none. */
  readonly offer?: Parameters<typeof agentAdvertisementOf>[0];
};

function decide(given: Given = {}) {
  const { address = AWAY, present, service, changes, concessions, offer } = given;
  const agents = new Agents();
  if (offer !== undefined) agents.heard(AGENT.address, AGENT.mac, agentAdvertisementOf(offer), 0);
  const question = { bridge: 'br-lan', address, present, concessions: { ...NO_CONCESSIONS, ...concessions } };
  return decideMobility(question, { service: { ...bridge, ...service }, agents }, { ...configuration, ...changes }, 1);
}

function termsOf(given: Given) {
  const decision = decide(given);
  if (decision.kind !== 'away') throw new Error(decision.kind);
  return decision.terms;
}

describe('an address', () => {
  test('of the subnet is at home: all bindings are ended', () => {
    expect(decide({ address: LOCAL })).toMatchObject({
      kind: 'home',
      terms: { homeAddress: LOCAL, careOfAddress: LOCAL, homeAgent: ip('10.2.0.1'), lifetimeSeconds: 0 },
    });
  });

  test('of another one is away, with the home agent of the map and the care-of address towards it', () => {
    expect(decide()).toMatchObject({
      kind: 'away',
      row: mapRow,
      terms: { homeAddress: AWAY, careOfAddress: ip('192.0.2.2'), homeAgent: HOME_AGENT, lifetimeSeconds: 600 },
    });
  });

  test('at home stays at home whatever the map says', () => {
    const subnetMap = new SubnetMap([{ ...mapRow, network: prefix('0.0.0.0/0') }]);
    expect(decide({ address: LOCAL, changes: { subnetMap } }).kind).toBe('home');
  });

  test('is left alone for the first reason that holds', () => {
    const reasonWith = (changes: Partial<typeof configuration>, service = {}) => {
      const decision = decide({ changes, service });
      return decision.kind === 'notProxied' ? decision.reason : decision.kind;
    };
    const nothing = {
      subnetMap: new SubnetMap([]),
      associations: new SecurityAssociations([]),
      careOfAddresses: new Map(),
    };
    const withoutAgent = { foreignAgent: undefined };
    const { subnetMap, associations } = configuration;
    expect(reasonWith(nothing, withoutAgent)).toBe('noHomeAgent');
    expect(reasonWith({ ...nothing, subnetMap }, withoutAgent)).toBe('noSecurityAssociation');
    expect(reasonWith({ ...nothing, subnetMap, associations }, withoutAgent)).toBe('noForeignAgent');
    expect(reasonWith({ ...nothing, subnetMap, associations })).toBe('noCareOfAddress');
    expect(reasonWith({})).toBe('away');
  });
});

describe('two decisions', () => {
  const away = decide();
  const home = decide({ address: LOCAL });

  test('of equal configurations are the same, also when the objects are others', () => {
    expect(isSameDecision(away, decide())).toBe(true);
    expect(isSameDecision(home, decide({ address: LOCAL }))).toBe(true);
  });

  test('of different kinds are not', () => {
    const alone = { kind: 'notProxied', reason: 'noHomeAgent' } as const;
    const withoutTerms = { kind: 'home', terms: undefined } as const;
    const all = [away, home, alone, withoutTerms, { ...alone, reason: 'noForeignAgent' } as const];
    for (const [index, one] of all.entries()) {
      for (const [otherIndex, other] of all.entries()) expect(isSameDecision(one, other)).toBe(index === otherIndex);
    }
  });

  test('of another key, SPI or algorithm are not', () => {
    const everywhere = { start: ip('0.0.0.0'), end: ip('255.255.255.255') };
    for (const change of [{ key: new Uint8Array(16) }, { spi: 0x101 }, { algorithm: 'keyed-md5' as const }]) {
      const associations = new SecurityAssociations([{ ...association, ...everywhere, ...change }]);
      expect(isSameDecision(away, decide({ changes: { associations } }))).toBe(false);
    }
  });
});

test('the agent of this box relays, with the care-of address towards the home agent, whatever others advertise', () => {
  expect(termsOf({ offer: {} })).toMatchObject({
    agent: { bridge: 'br-lan', mac: BRIDGE_MAC, address: ip('10.2.0.1'), isLocal: true },
    careOfAddress: ip('192.0.2.2'),
  });
  const concessions = { refusedBy: new Map([[ip('10.2.0.1'), 10]]) };
  expect(decide({ offer: {}, concessions })).toEqual({ kind: 'notProxied', reason: 'noForeignAgent' });
});

describe('with an agent that is another box', () => {
  const service = { foreignAgent: undefined, homeAgent: undefined };

  test('its MAC address, its address and a care-of address of its advertisement are the terms', () => {
    expect(termsOf({ service, offer: {} })).toEqual({
      homeAddress: AWAY,
      homeAgent: HOME_AGENT,
      careOfAddress: ip('192.0.2.254'),
      lifetimeSeconds: 600,
      greEncapsulation: false,
      reverseTunneling: true,
      association: expect.objectContaining(association),
      agent: { bridge: 'br-lan', ...AGENT, isLocal: false },
    });
  });

  test('no longer lifetime is asked for than it grants', () => {
    expect(termsOf({ service, offer: { registrationLifetimeSeconds: 300 } }).lifetimeSeconds).toBe(300);
    expect(termsOf({ service, offer: { registrationLifetimeSeconds: 0xffff } }).lifetimeSeconds).toBe(600);
  });

  test.each([
    ['never', true, false],
    ['whereOffered', true, true],
    ['whereOffered', false, false],
    ['always', false, true],
  ] as const)('with reverse tunneling %s, and offered: %s, it is asked for: %s', (wanted, isOffered, isAsked) => {
    const changes = { reverseTunneling: wanted };
    expect(termsOf({ service, changes, offer: { reverseTunneling: isOffered } }).reverseTunneling).toBe(isAsked);
  });

  test.each([
    ['ipip', true, false],
    ['gre', true, true],
    ['gre', false, false],
  ] as const)('with %s, and gre offered: %s, gre is asked for: %s', (encapsulation, isOffered, isAsked) => {
    const offer = { greEncapsulation: isOffered };
    expect(termsOf({ service, changes: { encapsulation }, offer }).greEncapsulation).toBe(isAsked);
  });

  test('concessions go before what is configured, but not before what is offered or must be', () => {
    const concessions = { reverseTunneling: false, greEncapsulation: true, longestLifetimeSeconds: 60 };
    expect(termsOf({ service, concessions, offer: {} })).toMatchObject({
      reverseTunneling: false,
      greEncapsulation: true,
      lifetimeSeconds: 60,
    });
    const changes = { reverseTunneling: 'always' as const };
    expect(termsOf({ service, concessions, changes, offer: { greEncapsulation: false } })).toMatchObject({
      reverseTunneling: true,
      greEncapsulation: false,
    });
    const homeAgent = ip('10.1.0.9');
    expect(termsOf({ service, concessions: { homeAgent }, offer: {} }).homeAgent).toBe(homeAgent);
  });

  test('without any, or with one that has refused, the station is left alone', () => {
    const reason = 'noForeignAgent';
    expect(decide({ service })).toEqual({ kind: 'notProxied', reason });
    const refusedBy = new Map([[AGENT.address, 2]]);
    expect(decide({ service, offer: {}, concessions: { refusedBy } })).toEqual({ kind: 'notProxied', reason });
    expect(decide({ service, offer: {}, concessions: { refusedBy: new Map([[AGENT.address, 1]]) } }).kind).toBe('away');
  });

  test('that has no care-of address but the home agent itself the station is left alone', () => {
    expect(decide({ service, offer: { careOfAddresses: [HOME_AGENT] } })).toEqual({
      kind: 'notProxied',
      reason: 'noCareOfAddress',
    });
  });

  test('a station at home is deregistered at the home agent that was found in its subnet', () => {
    const offer = { homeAgent: true, foreignAgent: false, careOfAddresses: [] };
    const decision = decide({ address: LOCAL, service, offer });
    expect(decision).toMatchObject({
      kind: 'home',
      terms: { homeAgent: AGENT.address, lifetimeSeconds: 0, agent: { ...AGENT, isLocal: false } },
    });
    expect(decide({ address: LOCAL, service, offer: {} })).toEqual({ kind: 'home', terms: undefined });
  });
});

test('a decision is another one when the same box has another MAC address, or is not ours any more', () => {
  const { foreignAgent } = bridge;
  if (foreignAgent === undefined) throw new Error('no agent');
  const changed = [{ mac: mac('02:00:00:00:99:99') }, { isLocal: false }, OTHER_AGENT];
  for (const change of changed) {
    const after = decide({ service: { foreignAgent: { ...foreignAgent, ...change } } });
    expect(isSameDecision(decide(), after)).toBe(false);
  }
  expect(isSameDecision(decide(), decide({ service: { prefix: prefix('10.9.0.0/24') } }))).toBe(true);
});

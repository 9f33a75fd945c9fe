import { describe, expect, test } from 'vitest';
import { decideMobility, haveSameAgents, isSameDecision } from '../../../src/roles/access-point/mobility-decision.ts';
import { SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import { ip, prefix } from '../../addresses.ts';
import { association } from '../messages.ts';
import { AWAY, bridge, configuration, HOME_AGENT, LOCAL, mapRow, OTHER } from './scene.ts';

describe('an address', () => {
  test('of the subnet is at home: all bindings are ended', () => {
    expect(decideMobility(LOCAL, bridge, configuration)).toMatchObject({
      kind: 'home',
      terms: { homeAddress: LOCAL, careOfAddress: LOCAL, homeAgent: ip('10.2.0.1'), lifetimeSeconds: 0 },
    });
  });

  test('of another one is away, with the home agent of the map and the care-of address towards it', () => {
    expect(decideMobility(AWAY, bridge, configuration)).toMatchObject({
      kind: 'away',
      row: mapRow,
      terms: { homeAddress: AWAY, careOfAddress: ip('192.0.2.2'), homeAgent: HOME_AGENT, lifetimeSeconds: 600 },
    });
  });

  test('at home stays at home whatever the map says', () => {
    const subnetMap = new SubnetMap([{ ...mapRow, network: prefix('0.0.0.0/0') }]);
    expect(decideMobility(LOCAL, bridge, { ...configuration, subnetMap }).kind).toBe('home');
  });

  test('is left alone for the first reason that holds', () => {
    const reasonWith = (changes: Partial<typeof configuration>, service = bridge) => {
      const decision = decideMobility(AWAY, service, { ...configuration, ...changes });
      return decision.kind === 'notProxied' ? decision.reason : decision.kind;
    };
    const nothing = {
      subnetMap: new SubnetMap([]),
      associations: new SecurityAssociations([]),
      careOfAddresses: new Map(),
    };
    const withoutAgent = { ...bridge, foreignAgent: undefined };
    const { subnetMap, associations } = configuration;
    expect(reasonWith(nothing, withoutAgent)).toBe('noHomeAgent');
    expect(reasonWith({ ...nothing, subnetMap }, withoutAgent)).toBe('noSecurityAssociation');
    expect(reasonWith({ ...nothing, subnetMap, associations }, withoutAgent)).toBe('noForeignAgent');
    expect(reasonWith({ ...nothing, subnetMap, associations })).toBe('noCareOfAddress');
    expect(reasonWith({})).toBe('away');
  });
});

describe('two decisions', () => {
  const away = decideMobility(AWAY, bridge, configuration);
  const home = decideMobility(LOCAL, bridge, configuration);

  test('of equal configurations are the same, also when the objects are others', () => {
    expect(isSameDecision(away, decideMobility(AWAY, { ...bridge }, { ...configuration }))).toBe(true);
    expect(isSameDecision(home, decideMobility(LOCAL, { ...bridge }, { ...configuration }))).toBe(true);
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
      expect(isSameDecision(away, decideMobility(AWAY, bridge, { ...configuration, associations }))).toBe(false);
    }
  });
});

test('agents are the same when the same boxes get the frames', () => {
  expect(haveSameAgents(bridge, { ...bridge, prefix: prefix('10.9.0.0/24') })).toBe(true);
  expect(haveSameAgents(bridge, { ...bridge, foreignAgent: undefined })).toBe(false);
  expect(haveSameAgents(bridge, { ...bridge, homeAgent: { mac: OTHER, address: ip('10.2.0.1') } })).toBe(false);
  const elsewhere = { mac: bridge.mac, address: ip('10.2.0.1'), isLocal: false };
  expect(haveSameAgents(bridge, { ...bridge, foreignAgent: elsewhere })).toBe(false);
});

import { expect, test } from 'vitest';
import { NO_CONCESSIONS } from '../../../src/roles/access-point/concessions.ts';
import { Surroundings } from '../../../src/roles/access-point/surroundings.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import { prefix } from '../../addresses.ts';
import { AWAY, bridge, configuration, elsewhere, mapRow, withBridge } from './scene.ts';

const question = { bridge: 'br-lan', address: AWAY, concessions: NO_CONCESSIONS, present: undefined };
const surroundings = () => new Surroundings(configuration, () => 0);

test('where a bridge is not served, nothing is decided', () => {
  expect(surroundings().decide({ ...question, bridge: 'br-wan' }, 0)).toBeUndefined();
  expect(surroundings().decideBy({ ...configuration, bridges: new Map() }, question, 0)).toBeUndefined();
});

test('another configuration is asked without being taken over', () => {
  const asked = surroundings();
  const same = asked.decideBy({ ...configuration }, question, 0);
  expect(same).toMatchObject({ change: 'none', decision: { kind: 'away' } });
  const other = asked.decideBy({ ...configuration, subnetMap: new SubnetMap([]) }, question, 0);
  expect(other).toMatchObject({ change: 'other', decision: { kind: 'notProxied' } });
  const renewed = asked.decideBy({ ...configuration, lifetimeSeconds: 301 }, question, 0);
  expect(renewed).toMatchObject({ change: 'renewal', decision: { terms: { lifetimeSeconds: 301 } } });
  expect(asked.decide(question, 0)?.kind).toBe('away');
});

test('a row that says something else about the gateway alone decides the same, and is told', () => {
  const row = { ...mapRow, gatewayMac: undefined };
  const asked = surroundings().decideBy({ ...configuration, subnetMap: new SubnetMap([row]) }, question, 0);
  expect(asked).toMatchObject({ change: 'none', decision: { row: { gatewayMac: undefined } } });
});

test('a new configuration counts for services, decisions and discovery', () => {
  const changed = surroundings();
  expect(changed.discovery.nextDeadline()).toBeUndefined();
  changed.configure({ ...configuration, ...elsewhere, mostStations: 7 }, 500);
  expect(changed.mostStations).toBe(7);
  expect(changed.decide(question, 500)).toEqual({ kind: 'notProxied', reason: 'noForeignAgent' });
  expect(changed.discovery.nextDeadline()).toBe(500);
  changed.configure({ ...configuration, ...withBridge({ prefix: prefix('10.1.0.0/24') }) }, 500);
  expect(changed.service('br-lan')).toEqual({ ...bridge, prefix: prefix('10.1.0.0/24') });
  expect(changed.decide(question, 500)?.kind).toBe('home');
});

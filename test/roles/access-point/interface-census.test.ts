import { describe, expect, test } from 'vitest';
import type { MacAddress } from '../../../src/octets/address.ts';
import { NO_CONCESSIONS } from '../../../src/roles/access-point/concessions.ts';
import { GivenNonces } from '../../../src/roles/access-point/given-nonces.ts';
import { InterfaceCensus, MOST_OTHERS } from '../../../src/roles/access-point/interface-census.ts';
import { HomeAgentClocks, ProxyRegistration } from '../../../src/roles/access-point/proxy-registration.ts';
import { RequestAllowance } from '../../../src/roles/access-point/request-allowance.ts';
import { newStation, type Station } from '../../../src/roles/access-point/station.ts';
import { digests } from '../../digests.ts';
import { AWAY, LOCAL, mapRow, OTHER, STATION, terms } from './scene.ts';

const random = () => 0.5;
const tools = { clocks: new HomeAgentClocks(random), nonces: new GivenNonces(random), digests, random };
const registration = new ProxyRegistration(terms, new RequestAllowance(), tools);
const visiting = {
  kind: 'away',
  address: AWAY,
  row: mapRow,
  registration,
  concessions: NO_CONCESSIONS,
  probes: 0,
} as const;
const unknown = newStation(STATION, 'wlan0', 'br-lan');
const visitor: Station = { ...unknown, mobility: visiting };
const local: Station = {
  ...newStation(OTHER, 'wlan0', 'br-lan'),
  mobility: { kind: 'home', address: LOCAL, registration: undefined },
};

const NOTHING = { wanted: [], unwanted: [] };

describe('an interface has visitors only', () => {
  test('when all of its stations are known to be visitors, and no longer when one more comes', () => {
    const census = new InterfaceCensus();
    census.replace(undefined, unknown);
    expect(census.ofVisitorsOnly.takeChanges()).toEqual(NOTHING);
    census.replace(unknown, visitor);
    expect(census.ofVisitorsOnly.takeChanges()).toEqual({ wanted: ['wlan0'], unwanted: [] });
    census.replace(undefined, newStation(OTHER, 'wlan0', 'br-lan'));
    expect(census.ofVisitorsOnly.takeChanges()).toEqual({ wanted: [], unwanted: ['wlan0'] });
  });

  test('when those who are none have gone, be it to another interface', () => {
    const census = new InterfaceCensus();
    census.replace(undefined, local);
    census.replace(undefined, visitor);
    expect(census.ofVisitorsOnly.takeChanges()).toEqual(NOTHING);
    census.replace(local, { ...local, interfaceName: 'wlan1' });
    expect(census.ofVisitorsOnly.takeChanges()).toEqual({ wanted: ['wlan0'], unwanted: [] });
    census.replace(visitor, { ...visitor, interfaceName: 'wlan1' });
    expect(census.ofVisitorsOnly.takeChanges()).toEqual({ wanted: [], unwanted: ['wlan0'] });
    census.replace({ ...local, interfaceName: 'wlan1' }, { ...local, attachment: { kind: 'gone' } });
    expect(census.ofVisitorsOnly.takeChanges()).toEqual({ wanted: ['wlan1'], unwanted: [] });
  });

  test('not when it has none at all', () => {
    const census = new InterfaceCensus();
    census.replace(undefined, visitor);
    census.replace(visitor, undefined);
    expect(census.ofVisitorsOnly.takeChanges()).toEqual(NOTHING);
  });
});

describe('an interface has visitors among others', () => {
  const more = (count: number) =>
    Array.from({ length: count }, (_, index) => newStation((0x020000001000 + index) as MacAddress, 'wlan0', 'br-lan'));

  test('from the first visitor to the last, and each of the others has a place for as long as it is there', () => {
    const census = new InterfaceCensus();
    const [first, second, third] = more(3);
    for (const station of [first, second, unknown]) census.replace(undefined, station);
    expect(census.takeMixed()).toEqual({ wanted: new Map(), unwanted: [] });
    census.replace(unknown, visitor);
    expect(census.takeMixed().wanted.get('wlan0')).toEqual([first?.mac, second?.mac]);
    census.replace(first, undefined);
    expect(census.takeMixed().wanted.get('wlan0')).toEqual([undefined, second?.mac]);
    census.replace(undefined, third);
    expect(census.takeMixed().wanted.get('wlan0')).toEqual([third?.mac, second?.mac]);
    census.replace(third, third && { ...third, hasOwnMobileIp: true });
    expect(census.takeMixed()).toEqual({ wanted: new Map(), unwanted: [] });
    census.replace(visitor, { ...visitor, attachment: { kind: 'gone' } });
    expect(census.takeMixed()).toEqual({ wanted: new Map(), unwanted: ['wlan0'] });
  });

  test('but not with more of these than can have copies', () => {
    const census = new InterfaceCensus();
    const [one, ...others] = more(MOST_OTHERS + 1);
    for (const station of [visitor, ...others]) census.replace(undefined, station);
    expect(census.takeMixed().wanted.get('wlan0')).toHaveLength(MOST_OTHERS);
    census.replace(undefined, one);
    expect(census.takeMixed().unwanted).toEqual(['wlan0']);
    census.replace(one, undefined);
    expect(census.takeMixed().wanted.get('wlan0')).toHaveLength(MOST_OTHERS);
  });

  test('or with visitors alone', () => {
    const census = new InterfaceCensus();
    census.replace(undefined, visitor);
    expect(census.takeMixed()).toEqual({ wanted: new Map(), unwanted: [] });
  });
});

test('an interface has mobile nodes while one of its stations does Mobile IP by itself', () => {
  const census = new InterfaceCensus();
  const mobileNode = { ...local, hasOwnMobileIp: true };
  census.replace(undefined, unknown);
  census.replace(undefined, local);
  expect(census.withMobileNodes.takeChanges()).toEqual(NOTHING);
  census.replace(local, mobileNode);
  expect(census.withMobileNodes.takeChanges()).toEqual({ wanted: ['wlan0'], unwanted: [] });
  census.replace(mobileNode, { ...mobileNode, attachment: { kind: 'gone' } });
  expect(census.withMobileNodes.takeChanges()).toEqual({ wanted: [], unwanted: ['wlan0'] });
});

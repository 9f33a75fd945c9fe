import { describe, expect, test } from 'vitest';
import { NO_CONCESSIONS } from '../../../src/roles/access-point/concessions.ts';
import { GivenNonces } from '../../../src/roles/access-point/given-nonces.ts';
import { HomeAgentClocks, ProxyRegistration } from '../../../src/roles/access-point/proxy-registration.ts';
import { RequestAllowance } from '../../../src/roles/access-point/request-allowance.ts';
import { newStation, type Station } from '../../../src/roles/access-point/station.ts';
import { Stations } from '../../../src/roles/access-point/stations.ts';
import { digests } from '../../digests.ts';
import { at } from '../moments.ts';
import { AWAY, LOCAL, mapRow, OTHER, STATION, terms } from './scene.ts';

const station = newStation(STATION, 'wlan0', 'br-lan');
const identified: Station = { ...station, mobility: { kind: 'home', address: LOCAL, registration: undefined } };

describe('addresses', () => {
  test('lead to the station that has them now', () => {
    const stations = new Stations();
    stations.put(identified);
    expect(stations.byAddress(LOCAL)?.mac).toBe(STATION);
    stations.put({ ...station, mobility: { kind: 'home', address: AWAY, registration: undefined } });
    expect(stations.byAddress(LOCAL)).toBeUndefined();
    expect(stations.byAddress(AWAY)?.mac).toBe(STATION);
  });

  test('that have gone over to another station stay with it when the former one changes', () => {
    const stations = new Stations();
    stations.put(identified);
    stations.put({ ...identified, mac: OTHER });
    stations.put(station);
    expect(stations.byAddress(LOCAL)?.mac).toBe(OTHER);
  });
});

describe('who is to be listened to', () => {
  test('is told once after each change', () => {
    const stations = new Stations();
    stations.put(station);
    expect(stations.takeChangedInterfaces()).toEqual(['wlan0']);
    expect(stations.takeChangedInterfaces()).toEqual([]);
    expect([...stations.unidentified('wlan0')]).toEqual([STATION]);
    stations.put(identified);
    expect(stations.takeChangedInterfaces()).toEqual(['wlan0']);
    expect([...stations.unidentified('wlan0')]).toEqual([]);
  });

  test('a change there and back is none', () => {
    const stations = new Stations();
    stations.put(station);
    stations.takeChangedInterfaces();
    stations.put(identified);
    stations.put(station);
    expect(stations.takeChangedInterfaces()).toEqual([]);
    stations.put({ ...station, mac: OTHER });
    stations.put({ ...identified, mac: OTHER });
    expect(stations.takeChangedInterfaces()).toEqual([]);
  });

  test('a station that moves changes both interfaces', () => {
    const stations = new Stations();
    stations.put(station);
    stations.takeChangedInterfaces();
    stations.put({ ...station, interfaceName: 'wlan1' });
    expect(stations.takeChangedInterfaces().sort()).toEqual(['wlan0', 'wlan1']);
  });

  test('a station that is leaving still is, one that has gone is not', () => {
    const stations = new Stations();
    stations.put({ ...station, attachment: { kind: 'leaving', atMs: 5 } });
    expect([...stations.unidentified('wlan0')]).toEqual([STATION]);
    stations.put({ ...station, attachment: { kind: 'gone' } });
    expect([...stations.unidentified('wlan0')]).toEqual([]);
  });
});

describe('whose replies come over the wire', () => {
  const registration = new ProxyRegistration(
    { ...terms, agent: { ...terms.agent, isLocal: false } },
    new RequestAllowance(),
    { clocks: new HomeAgentClocks(() => 0), nonces: new GivenNonces(() => 0), digests, random: () => 0.5 },
  );
  const away: Station = {
    ...station,
    mobility: { kind: 'away', address: AWAY, row: mapRow, registration, concessions: NO_CONCESSIONS, probes: 0 },
  };

  test('is told once after each change, and not for what came and went in between', () => {
    const stations = new Stations();
    stations.put(away);
    expect(stations.awaitingReplies.takeChanges()).toEqual({ wanted: [], unwanted: [] });
    registration.send(at(0));
    stations.update(STATION, {});
    expect(stations.awaitingReplies.takeChanges()).toEqual({ wanted: [STATION], unwanted: [] });
    expect(stations.awaitingReplies.takeChanges()).toEqual({ wanted: [], unwanted: [] });
    stations.put(station);
    stations.put(away);
    expect(stations.awaitingReplies.takeChanges()).toEqual({ wanted: [], unwanted: [] });
    stations.put({ ...station, attachment: { kind: 'gone' } });
    expect(stations.awaitingReplies.takeChanges()).toEqual({ wanted: [], unwanted: [STATION] });
  });
});

test('an update of a station that is not there makes none', () => {
  const stations = new Stations();
  stations.update(STATION, { interfaceName: 'wlan1' });
  expect(stations.size).toBe(0);
  stations.put(station);
  stations.update(STATION, { interfaceName: 'wlan1' });
  expect(stations.get(STATION)?.interfaceName).toBe('wlan1');
});

describe('time', () => {
  test('a station that is leaving wants to be woken then, and no more when it stays', () => {
    const stations = new Stations();
    stations.put({ ...station, attachment: { kind: 'leaving', atMs: 5000 } });
    expect(stations.nextDeadline()).toBe(5000);
    expect(stations.takeDue(4999)).toBeUndefined();
    stations.put(station);
    expect(stations.nextDeadline()).toBeUndefined();
    expect(stations.takeDue(6000)).toBeUndefined();
  });

  test('a station that has gone and has nothing to say is forgotten', () => {
    const stations = new Stations();
    stations.put(identified);
    stations.put({ ...identified, attachment: { kind: 'gone' } });
    expect(stations.size).toBe(0);
    expect([...stations.all()]).toEqual([]);
    expect(stations.get(STATION)).toBeUndefined();
    expect(stations.byAddress(LOCAL)).toBeUndefined();
  });
});

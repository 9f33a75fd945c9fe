import { expect, test } from 'vitest';
import { addressOf, registrationsOf, type Station } from '../../../src/roles/access-point/station.ts';
import { AWAY, LOCAL, Scene, STATION } from './scene.ts';

const onlyStation = (scene: Scene): Station => {
  const [station] = scene.accessPoint.stations();
  if (station === undefined) throw new Error('no station');
  return station;
};

test('a station has an address when it is identified', () => {
  const scene = new Scene();
  scene.attach(0);
  expect(addressOf(onlyStation(scene))).toBeUndefined();
  scene.arrive(0, LOCAL);
  expect(addressOf(onlyStation(scene))).toBe(LOCAL);
});

test('registrations are the present one and the farewell', () => {
  const scene = new Scene();
  scene.attach(0);
  expect(registrationsOf(onlyStation(scene))).toEqual([]);
  scene.registered(0, AWAY);
  expect(registrationsOf(onlyStation(scene)).map(({ terms }) => terms.lifetimeSeconds)).toEqual([600]);
  scene.arrive(100, LOCAL);
  const both = registrationsOf(onlyStation(scene)).map(({ terms }) => [terms.homeAddress, terms.lifetimeSeconds]);
  expect(both).toEqual([
    [LOCAL, 0],
    [AWAY, 0],
  ]);
});

test('a station that is left alone has none', () => {
  const station: Station = {
    mac: STATION,
    interfaceName: 'wlan0',
    bridge: 'br-lan',
    attachment: { kind: 'attached' },
    mobility: { kind: 'notProxied', address: AWAY, reason: 'noHomeAgent' },
    farewell: undefined,
    takenAddress: undefined,
  };
  expect(addressOf(station)).toBe(AWAY);
  expect(registrationsOf(station)).toEqual([]);
});

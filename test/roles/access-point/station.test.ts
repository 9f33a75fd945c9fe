import { expect, test } from 'vitest';
import {
  addressOf,
  awaitsReplyFromWire,
  newStation,
  questionOf,
  registrationsOf,
  type Station,
} from '../../../src/roles/access-point/station.ts';
import { ip } from '../../addresses.ts';
import { AGENT, AWAY, elsewhere, LOCAL, Scene, STATION } from './scene.ts';

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
    ...newStation(STATION, 'wlan0', 'br-lan'),
    mobility: { kind: 'notProxied', address: AWAY, reason: 'noHomeAgent' },
  };
  expect(addressOf(station)).toBe(AWAY);
  expect(registrationsOf(station)).toEqual([]);
});

test('replies come over the wire for registrations with another box, until the last of them has ended', () => {
  const local = new Scene();
  local.registered(0, AWAY);
  expect(awaitsReplyFromWire(onlyStation(local))).toBe(false);

  const scene = new Scene(elsewhere);
  scene.advertise(0);
  scene.attach(0);
  expect(awaitsReplyFromWire(onlyStation(scene))).toBe(false);
  const sent = scene.arrive(0, AWAY);
  expect(awaitsReplyFromWire(onlyStation(scene))).toBe(true);
  scene.answer(10, sent);
  expect(awaitsReplyFromWire(onlyStation(scene))).toBe(true);
  const farewell = scene.arrive(100, LOCAL);
  expect(awaitsReplyFromWire(onlyStation(scene))).toBe(true);
  scene.answer(110, farewell);
  expect(awaitsReplyFromWire(onlyStation(scene))).toBe(false);
});

test('the question what an address means says which agent the station is with', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  scene.attach(0);
  expect(questionOf(onlyStation(scene), AWAY)).toMatchObject({ bridge: 'br-lan', address: AWAY, present: undefined });
  scene.arrive(0, AWAY);
  expect(questionOf(onlyStation(scene), ip('10.1.0.78'))).toMatchObject({
    address: ip('10.1.0.78'),
    present: AGENT.address,
  });
});

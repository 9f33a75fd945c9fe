// A network with several home agents: the first is asked, and each next one where that does not answer or denies.

import { expect, test } from 'vitest';
import { formatIpv4 } from '../../../src/octets/address.ts';
import type { AccessPointEffect } from '../../../src/roles/access-point/effects.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import { ip } from '../../addresses.ts';
import { AWAY, HOME_AGENT, mapRow, requestIn, requestsIn, Scene } from './scene.ts';

const [SECOND, THIRD] = [ip('10.1.0.2'), ip('10.1.0.3')];
const SOURCE = ip('192.0.2.2');
const severally = (otherHomeAgents = [SECOND, THIRD]) => ({
  subnetMap: new SubnetMap([{ ...mapRow, otherHomeAgents }]),
  careOfAddresses: new Map([HOME_AGENT, SECOND, THIRD].map((address) => [address, SOURCE])),
});

const askedIn = (effects: readonly AccessPointEffect[]) =>
  requestsIn(effects).map(({ homeAgent }) => formatIpv4(homeAgent));

/** From one try to the next, as long as nobody answers and the station says that it is there. */
function silence(scene: Scene, from: number, until: number): string[] {
  const asked: string[] = [];
  for (let ms = from; ms <= until; ms += 500) {
    const effects = [...scene.deadline(ms), ...scene.speak(ms, AWAY)];
    asked.push(...askedIn(effects).map((homeAgent) => `${ms / 1000} s ${homeAgent}`));
  }
  return asked;
}

test('one that denies gives way to the next, and this one is renewed with', () => {
  const scene = new Scene(severally());
  const second = scene.answer(10, scene.arrive(0, AWAY), { code: 130 });
  expect(askedIn(second)).toEqual(['10.1.0.2']);
  const third = scene.answer(20, second, { code: 131 });
  expect(askedIn(third)).toEqual(['10.1.0.3']);
  scene.answer(30, third);
  expect(scene.stations()).toEqual(['10.1.0.77 away']);
  expect(askedIn(scene.confirm(480_020))).toEqual(['10.1.0.3']);
});

test('when the last has denied, it is asked again a minute later, and then gives way to the first', () => {
  const scene = new Scene(severally([SECOND]));
  const second = scene.answer(10, scene.arrive(0, AWAY), { code: 130 });
  expect(askedIn(scene.answer(20, second, { code: 130 }))).toEqual([]);
  const again = scene.confirm(60_020);
  expect(askedIn(again)).toEqual(['10.1.0.2']);
  expect(askedIn(scene.answer(60_030, again, { code: 130 }))).toEqual(['10.1.0.1']);
});

test('what a foreign agent says of itself is no reason to ask another home agent; that one does not answer is', () => {
  const scene = new Scene(severally());
  const sent = scene.arrive(0, AWAY);
  const { homeAddress, homeAgent, identification } = requestIn(sent);
  expect({ homeAddress, homeAgent }).toEqual({ homeAddress: AWAY, homeAgent: HOME_AGENT });
  expect(askedIn(scene.answer(10, sent, { code: 80 }))).toEqual(['10.1.0.2']);
  expect(identification).toBeGreaterThan(0n);
  const other = new Scene(severally());
  expect(askedIn(other.answer(10, other.arrive(0, AWAY), { code: 66 }))).toEqual([]);
});

test('one that is silent gives way after three tries, and when all are, each has its turn', () => {
  const scene = new Scene(severally([SECOND]));
  scene.arrive(0, AWAY);
  expect(silence(scene, 500, 130_000)).toEqual([
    '1 s 10.1.0.1',
    '3 s 10.1.0.1',
    '7 s 10.1.0.2',
    '8 s 10.1.0.2',
    '10 s 10.1.0.2',
    '14 s 10.1.0.2',
    '22 s 10.1.0.2',
    '38 s 10.1.0.2',
    '70 s 10.1.0.1',
    '71 s 10.1.0.1',
    '73 s 10.1.0.1',
    '77 s 10.1.0.1',
    '85 s 10.1.0.1',
    '101 s 10.1.0.1',
  ]);
});

test('one that is not in the map any more is left for the first', () => {
  const scene = new Scene(severally());
  scene.answer(20, scene.answer(10, scene.arrive(0, AWAY), { code: 130 }));
  const requests = requestsIn(scene.configureConfirmed(1000, severally([THIRD])));
  expect(requests.map(({ homeAgent, lifetimeSeconds }) => [homeAgent, lifetimeSeconds])).toEqual([
    [SECOND, 0],
    [HOME_AGENT, 600],
  ]);
});

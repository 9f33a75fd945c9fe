// The course of registrations is told in visits.test.ts and other-boxes.test.ts; here is what an answer, and the end of a
// registration by others, make of it.

import { describe, expect, test } from 'vitest';
import type { AccessPointEffect } from '../../../src/roles/access-point/access-point.ts';
import { ip } from '../../addresses.ts';
import { association, kindsOf, only, reply, reportsOf } from '../messages.ts';
import {
  AGENT,
  AWAY,
  arpIn,
  arpRequest,
  elsewhere,
  HOME_AGENT,
  OTHER_AGENT,
  requestIn,
  requestsIn,
  Scene,
  withoutReports,
} from './scene.ts';

const asked = (changes = {}, offer = {}) => {
  const scene = new Scene({ ...elsewhere, ...changes });
  scene.advertise(0, offer);
  return { scene, sent: scene.arrive(0, AWAY) };
};
const deny = (scene: Scene, ms: number, sent: readonly AccessPointEffect[], code: number, fields = {}) =>
  scene.answer(ms, sent, { code, lifetimeSeconds: 0, ...fields });

describe('a denial is met at once', () => {
  test.each([
    ['69 with the lifetime offered', 69, { lifetimeSeconds: 120 }, {}, { lifetimeSeconds: 120 }],
    ['72 with ipip', 72, {}, { encapsulation: 'gre' }, { greEncapsulation: false }],
    ['139 with ipip', 139, {}, { encapsulation: 'gre' }, { greEncapsulation: false }],
    ['139 to ipip with gre', 139, {}, {}, { greEncapsulation: true }],
    ['74 without reverse tunnel', 74, {}, {}, { reverseTunneling: false }],
    ['137 without reverse tunnel', 137, {}, {}, { reverseTunneling: false }],
    ['75 with reverse tunnel', 75, {}, { reverseTunneling: 'never' }, { reverseTunneling: true }],
    ['138 with reverse tunnel', 138, {}, { reverseTunneling: 'never' }, { reverseTunneling: true }],
    ['136 by asking the home agent named', 136, { homeAgent: ip('10.1.0.9') }, {}, { homeAgent: ip('10.1.0.9') }],
  ] as const)('%s', (_what, code, fields, changes, expected) => {
    const { scene, sent } = asked(changes);
    const again = deny(scene, 10, sent, code, fields);
    expect(kindsOf(again)).toEqual(['registrationDenied', 'registrationSent', 'agentFrameSent']);
    expect(requestIn(again)).toMatchObject(expected);
    expect(kindsOf(deny(scene, 20, again, code, fields))).toEqual(['registrationDenied', 'interceptionUnwanted']);
  });

  test('with what was conceded before, too, and renewals keep to it', () => {
    const { scene, sent } = asked();
    const second = deny(scene, 10, sent, 69, { lifetimeSeconds: 100 });
    const third = deny(scene, 20, second, 74);
    expect(requestIn(third)).toMatchObject({ lifetimeSeconds: 100, reverseTunneling: false });
    scene.answer(30, third);
    scene.deadline(80_020);
    const renewal = scene.hear(80_100, arpRequest({ address: AWAY }));
    expect(requestIn(renewal)).toMatchObject({ lifetimeSeconds: 100, reverseTunneling: false });
  });

  test('and does not disturb the frames of a visitor whose renewal it was', () => {
    const { scene, sent } = asked();
    scene.answer(10, sent);
    scene.deadline(480_000);
    scene.advertise(480_000);
    const renewal = scene.hear(480_010, arpRequest({ address: AWAY }));
    const again = deny(scene, 480_020, renewal, 69, { lifetimeSeconds: 100 });
    expect(only(again, 'interceptionUnwanted')).toEqual([]);
    expect(kindsOf(scene.answer(480_030, again))).toEqual(['registrationAccepted', 'interceptionWanted']);
  });
});

describe('a denial is not met at once', () => {
  test.each([
    ['74 where the reverse tunnel must be', 74, { reverseTunneling: 'always' }, {}, 60_010],
    ['137 where the reverse tunnel must be', 137, { reverseTunneling: 'always' }, {}, 60_010],
    ['139 where gre is not offered', 139, {}, { greEncapsulation: false }, 60_010],
    ['70', 70, {}, {}, 600_010],
    ['134', 134, {}, {}, 600_010],
    ['66 where there is no other agent', 66, {}, {}, 60_010],
    ['128', 128, {}, {}, 60_010],
    ['129', 129, {}, {}, 60_010],
    ['130', 130, {}, {}, 60_010],
    ['131', 131, {}, {}, 60_010],
    ['135', 135, {}, {}, 60_010],
  ] as const)('%s', (_what, code, changes, offer, nextAtMs) => {
    const { scene, sent } = asked(changes, { lifetimeSeconds: 3600, ...offer });
    const effects = deny(scene, 10, sent, code);
    expect(kindsOf(effects)).toEqual(['registrationDenied', 'interceptionUnwanted']);
    expect(scene.nextDeadline()).toBe(nextAtMs);
    expect(requestsIn(scene.confirm(nextAtMs))).toHaveLength(1);
  });
});

test.each([66, 67, 76, 77, 78, 79, 80, 82, 88, 132, 194])('code %i sends the station to another agent', (code) => {
  const { scene, sent } = asked();
  scene.advertise(5, {}, OTHER_AGENT);
  const again = deny(scene, 10, sent, code);
  expect(requestIn(again).frame.destination).toBe(OTHER_AGENT.mac);
});

test('what one agent was conceded is asked for again of the next', () => {
  const { scene, sent } = asked();
  scene.advertise(5, {}, OTHER_AGENT);
  const second = deny(scene, 10, deny(scene, 10, sent, 74), 66);
  expect(requestIn(second)).toMatchObject({ reverseTunneling: true, frame: { destination: OTHER_AGENT.mac } });
});

describe('a reply', () => {
  test.each([
    ['over the wire from another box', OTHER_AGENT.address],
    ['over the wire from the home agent itself', HOME_AGENT],
    ['from an agent of this box', undefined],
  ])('%s than the agent that was asked is discarded, and the right one still counts', (_what, source) => {
    const { scene, sent } = asked();
    const { identification } = requestIn(sent);
    expect(reportsOf(scene.hearReply(10, reply({ identification }), source))).toEqual([
      { kind: 'replyDiscarded', homeAddress: AWAY, reason: 'notFromAgent' },
    ]);
    expect(kindsOf(scene.hearReply(20, reply({ identification }), AGENT.address))).toEqual([
      'registrationAccepted',
      'interceptionWanted',
    ]);
  });

  test('over the wire to a registration with the agent of this box is discarded', () => {
    const scene = new Scene();
    const { identification } = requestIn(scene.arrive(0, AWAY));
    const forged = reply({ identification, code: 66 }, { signedWith: 'none' });
    expect(reportsOf(scene.hearReply(10, forged, ip('10.2.0.1')))).toMatchObject([{ reason: 'notFromAgent' }]);
  });

  test('over the wire must be signed as any other', () => {
    const { scene, sent } = asked();
    const { identification } = requestIn(sent);
    const forged = reply({ identification }, { signedWith: { ...association, key: new Uint8Array(16) } });
    expect(reportsOf(scene.hearReply(10, forged, AGENT.address))).toMatchObject([{ reason: 'badAuthenticator' }]);
  });
});

describe('a registration that the agent of this box has ended', () => {
  const ended = () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    return { scene, effects: scene.handle({ kind: 'registrationVoided', homeAddress: AWAY }, 5000) };
  };

  test('begins anew when the station answers a probe', () => {
    const { scene, effects } = ended();
    expect(kindsOf(effects)).toEqual(['registrationVoided', 'interceptionUnwanted', 'stationFrameSent']);
    expect(arpIn(effects)).toEqual(['wlan0 02:11:22:33:44:55 <- who has 10.1.0.77, says 0.0.0.0']);
    const sent = scene.hear(5010, arpRequest({ address: AWAY, operation: 'reply', target: ip('0.0.0.0') }));
    expect(requestIn(sent)).toMatchObject({ lifetimeSeconds: 600 });
    expect(kindsOf(scene.answer(5020, sent))).toEqual(['registrationAccepted', 'interceptionWanted']);
  });

  test('is forgotten without a word to the home agent when the station is silent', () => {
    const { scene } = ended();
    const all: AccessPointEffect[] = [];
    for (let next = scene.nextDeadline(); next !== undefined; next = scene.nextDeadline()) {
      all.push(...scene.deadline(next));
    }
    expect(arpIn(all)).toHaveLength(4);
    expect(requestsIn(all)).toEqual([]);
    expect(kindsOf(all)).toContain('stationSilent');
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test('is not taken back when the station turns out to have gone', () => {
    const { scene } = ended();
    scene.detach(5010);
    expect(requestsIn(scene.deadline(7010))).toEqual([]);
    expect(scene.stations()).toEqual([]);
  });

  test('while it is being renewed is left to the answer', () => {
    const scene = new Scene();
    const sent = scene.arrive(0, AWAY);
    expect(scene.handle({ kind: 'registrationVoided', homeAddress: AWAY }, 5)).toEqual([]);
    expect(kindsOf(scene.answer(10, sent))).toContain('registrationAccepted');
  });

  test('needs no farewell any more', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    scene.detach(1000);
    scene.deadline(3000);
    expect(scene.handle({ kind: 'registrationVoided', homeAddress: AWAY }, 3001)).toEqual([]);
    expect(scene.nextDeadline()).toBeUndefined();
    expect(scene.stations()).toEqual([]);
  });

  test('of a stranger is no matter', () => {
    expect(new Scene().handle({ kind: 'registrationVoided', homeAddress: AWAY }, 0)).toEqual([]);
  });
});

test('stations that come and go in haste are not registered more than four times at once', () => {
  const scene = new Scene();
  scene.registered(0, AWAY);
  let requests = 1;
  for (let ms = 100; ms < 900; ms += 100) {
    scene.detach(ms);
    requests += requestsIn(scene.attach(ms + 1)).length;
  }
  expect(requests).toBe(4);
  expect(withoutReports(scene.deadline(scene.nextDeadline() ?? 0))).toEqual(['agentFrameSent']);
});

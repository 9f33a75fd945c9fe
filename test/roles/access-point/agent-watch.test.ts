// What follows from news of agents is told as a story in other-boxes.test.ts; here is what that leaves out.

import { describe, expect, test } from 'vitest';
import { ip, mac } from '../../addresses.ts';
import { kindsOf, reply, reportsOf } from '../messages.ts';
import {
  AGENT,
  ALL_SYSTEMS,
  AWAY,
  agentAdvertisementOf,
  arpIn,
  arpRequest,
  bridge,
  elsewhere,
  LOCAL,
  OTHER,
  OTHER_AGENT,
  requestIn,
  requestsIn,
  Scene,
  STATION,
} from './scene.ts';

test('news are reported with their bridge, a changed offer is not news to an operator', () => {
  const scene = new Scene({ ...elsewhere, mostAgents: 1 });
  const { address } = AGENT;
  expect(scene.advertise(0)).toEqual([{ kind: 'report', report: { kind: 'agentFound', bridge: 'br-lan', address } }]);
  expect(scene.advertise(1, { greEncapsulation: false })).toEqual([]);
  expect(reportsOf(scene.advertise(2, { sequenceNumber: 0 }))).toEqual([
    { kind: 'agentRebooted', bridge: 'br-lan', address },
  ]);
  expect(reportsOf(scene.advertise(3, {}, OTHER_AGENT))).toEqual([
    { kind: 'tooManyAgents', bridge: 'br-lan', address: OTHER_AGENT.address },
  ]);
  expect(reportsOf(scene.deadline(30_002))).toEqual([{ kind: 'agentLost', bridge: 'br-lan', address }]);
});

test('agents are shown with the bridge on which they were found', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  expect([...scene.accessPoint.agents('br-lan')]).toMatchObject([{ ...AGENT, expiresAtMs: 30_000 }]);
  expect([...scene.accessPoint.agents('br-wan')]).toEqual([]);
});

describe('stations of another bridge', () => {
  const bridges = new Map(
    ['br-lan', 'br-guest'].map((name) => [name, { ...bridge, foreignAgent: undefined, homeAgent: undefined }]),
  );

  test('are not registered with an agent of this one', () => {
    const scene = new Scene({ ...elsewhere, bridges });
    scene.attach(0, STATION, 'wlan0', 'br-guest');
    expect(kindsOf(scene.hear(0, arpRequest({ address: AWAY })))).toContain('stationNotProxied');
    expect(kindsOf(scene.advertise(1))).toEqual(['agentFound']);
    scene.arrive(2, ip('10.1.0.78'), OTHER);
    expect(scene.stations()).toEqual(['10.1.0.77 notProxied', '10.1.0.78 away']);
  });

  test('do not follow an agent of this one that has the address of theirs', () => {
    const scene = new Scene({ ...elsewhere, bridges });
    const { mac: sourceMac, address: sourceAddress } = AGENT;
    const advertisement = agentAdvertisementOf();
    const heard = { bridge: 'br-guest', sourceMac, sourceAddress, destinationAddress: ALL_SYSTEMS, advertisement };
    scene.handle({ kind: 'advertisementReceived', ...heard }, 0);
    scene.attach(0, STATION, 'wlan0', 'br-guest');
    scene.answer(10, scene.hear(0, arpRequest({ address: AWAY })));
    scene.advertise(20);
    expect(kindsOf(scene.advertise(30, { sequenceNumber: 0 }))).toEqual(['agentRebooted']);
    const own = { ...heard, advertisement: agentAdvertisementOf({ sequenceNumber: 0 }) };
    expect(arpIn(scene.handle({ kind: 'advertisementReceived', ...own }, 40))).toHaveLength(1);
  });
});

describe('a station at home', () => {
  test('is deregistered when a home agent shows itself, once', () => {
    const scene = new Scene(elsewhere);
    scene.arrive(0, LOCAL);
    const homeAgent = { homeAgent: true, foreignAgent: false, careOfAddresses: [] };
    const sent = scene.advertise(100, homeAgent);
    expect(requestIn(sent)).toMatchObject({ lifetimeSeconds: 0, homeAgent: AGENT.address, homeAddress: LOCAL });
    expect(requestIn(sent).frame.destination).toBe(AGENT.mac);
    expect(arpIn(sent)).toEqual([]);
    scene.answer(110, sent);
    expect(requestsIn(scene.advertise(200, { ...homeAgent, sequenceNumber: 0 }))).toEqual([]);
    expect(requestsIn(scene.advertise(300, homeAgent, OTHER_AGENT))).toEqual([]);
  });
});

describe('a visitor of the agent of this box', () => {
  test('is not touched by what others advertise, be it in the name of ours', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    const ours = { mac: mac('02:00:00:00:99:99'), address: ip('10.2.0.1') };
    expect(kindsOf(scene.advertise(100, { sequenceNumber: 0 }, ours))).toEqual(['agentFound']);
    expect(requestsIn(scene.advertise(200, { sequenceNumber: 0 }, ours, AWAY))).toEqual([]);
  });
});

test('an advertisement to a visitor that is of no agent, or of another sequence number, is as any other', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  scene.registered(100, AWAY);
  expect(scene.advertise(200, { sequenceNumber: 1001 }, AGENT, AWAY)).toEqual([]);
  const router = { ...agentAdvertisementOf({ sequenceNumber: 0 }), kind: 'routerAdvertisement' } as const;
  expect(scene.hearAdvertisement(300, router, AGENT, AWAY)).toEqual([]);
});

test('a visitor that has no other agent to go to is registered again with the one that is busy', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  scene.registered(100, AWAY);
  scene.advertise(200, { sequenceNumber: 0, busy: true }, AGENT, AWAY);
  const sent = scene.speak(210, AWAY);
  expect(requestIn(sent).frame.destination).toBe(AGENT.mac);
});

test('an agent at another MAC address gets the requests of its visitors, and their frames', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  scene.registered(100, AWAY);
  const moved = { ...AGENT, mac: mac('02:00:00:00:99:99') };
  scene.advertise(200, { sequenceNumber: 1001 }, moved);
  const sent = scene.speak(205, AWAY);
  expect(requestIn(sent).frame.destination).toBe(moved.mac);
  expect(scene.answer(210, sent)).toContainEqual(expect.objectContaining({ agentMac: moved.mac }));
  const { identification } = requestIn(sent);
  expect(reportsOf(scene.hearReply(220, reply({ identification }), AGENT.address))[0]).toMatchObject({
    reason: 'noPendingRequest',
  });
});

test('a station that found its only agent busy is registered as soon as that has room, if it is still here', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0, { busy: true });
  expect(reportsOf(scene.arrive(10, AWAY))).toContainEqual(expect.objectContaining({ reason: 'noForeignAgent' }));
  expect(requestsIn(scene.advertise(20, { busy: true, sequenceNumber: 1001 }))).toEqual([]);
  expect(requestsIn(scene.advertise(30, { sequenceNumber: 1002 }))).toEqual([]);
  expect(requestIn(scene.speak(35, AWAY)).frame.destination).toBe(AGENT.mac);
  expect(scene.stations()).toEqual(['10.1.0.77 away']);
});

test('a visitor that is being asked whether it is here is not asked more often because of further news', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  scene.registered(100, AWAY);
  expect(arpIn(scene.advertise(5000, { sequenceNumber: 0 }))).toHaveLength(1);
  for (const sequenceNumber of [300, 0, 300, 0, 300, 0]) {
    expect(arpIn(scene.advertise(5100, { sequenceNumber }))).toEqual([]);
  }
  expect(arpIn(scene.deadline(6000))).toHaveLength(1);
  expect(scene.stations()).toEqual(['10.1.0.77 away']);
});

test('what the agent that is lost was conceded is asked for again of the next', () => {
  const scene = new Scene(elsewhere);
  scene.advertise(0);
  const denied = scene.answer(20, scene.arrive(10, AWAY), { code: 74, lifetimeSeconds: 0 });
  expect(requestIn(denied).reverseTunneling).toBe(false);
  scene.answer(30, denied);
  scene.advertise(40, {}, OTHER_AGENT);
  scene.advertise(50, { lifetimeSeconds: 0 });
  expect(requestIn(scene.speak(60, AWAY))).toMatchObject({
    reverseTunneling: true,
    frame: { destination: OTHER_AGENT.mac },
  });
});

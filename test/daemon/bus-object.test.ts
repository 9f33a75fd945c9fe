// What the methods of the ubus object answer, of two boxes between which a phone has roamed.

import { expect, test } from 'vitest';
import { OBJECT } from '../../src/daemon/bus-object.ts';
import { callOverBus } from './bus.ts';
import { roamed } from './two-boxes.ts';

const { home, visited } = roamed();
const ask = (box: typeof home, method: string) => callOverBus(box.bus, 'pmip', method)?.data;

test('stations: where each is, and how its registration stands', () => {
  expect(ask(visited, 'stations')).toMatchObject({
    stations: [
      {
        mac: '02:00:00:00:02:00',
        interface: 'phy0-ap0',
        attached: true,
        address: '10.1.0.77',
        mobility: 'away',
        home_agent: '10.1.0.1',
        care_of_address: '10.255.2.2',
        registration: 'registered',
        remaining_seconds: 598,
      },
    ],
  });
  expect(ask(home, 'stations')).toEqual({ stations: [] });
});

test('visitors: at the foreign agent', () => {
  const row = { home_address: '10.1.0.77', home_agent: '10.1.0.1', mac: '02:00:00:00:02:00', interface: 'br-lan' };
  expect(ask(visited, 'visitors')).toMatchObject({ visitors: [row] });
  expect(ask(home, 'visitors')).toEqual({ visitors: [] });
});

test('bindings: at the home agent', () => {
  const row = { home_address: '10.1.0.77', care_of_address: '10.255.2.2', home_agent: '10.1.0.1' };
  expect(ask(home, 'bindings')).toMatchObject({ bindings: [row] });
  expect(ask(visited, 'bindings')).toEqual({ bindings: [] });
});

test('subnet_map: all that the access point knows', () => {
  const gateway_mac = '02:00:00:00:02:01';
  expect(ask(home, 'subnet_map')).toMatchObject({
    rows: [{ network: '10.1.0.0/24' }, { network: '10.2.0.0/24', home_agent: '10.2.0.1', gateway_mac }],
  });
});

test('counters: numbers, by the names of the reports', () => {
  expect(ask(visited, 'counters')).toMatchObject({ registrationSent: 1, registrationAccepted: 1, visitorAdded: 1 });
  expect(ask(home, 'counters')).toMatchObject({ bindingCreated: 1 });
});

test('counters: of the agents also by the names of RFC 2006', () => {
  expect(ask(home, 'counters')).toMatchObject({ haRegistrationAccepted: 1, haRegRequestsReceived: 1, haIDMismatch: 0 });
  expect(ask(visited, 'counters')).toMatchObject({
    faRegRequestsRelayed: 1,
    faRegRepliesRelayed: 1,
    faHAUnreachable: 0,
  });
  expect(ask(visited, 'counters')?.maAdvertisementsSent).toBeGreaterThan(0);
});

test('status: what is served, how many of each, and what is wrong', () => {
  expect(ask(visited, 'status')).toMatchObject({
    enabled: true,
    paused: false,
    bss: [{ interface: 'phy0-ap0', ssid: 'PMIP', frequency_mhz: 5180, served: true }],
    stations: 1,
    visitors: 1,
    bindings: 0,
    problems: [],
  });
});

test('trail: what happened to a station, by either address; without one, an invalid argument', () => {
  for (const station of ['02:00:00:00:02:00', '10.1.0.77']) {
    const trail = callOverBus(visited.bus, 'pmip', 'trail', { station })?.data;
    expect(trail).toMatchObject({ mac: '02:00:00:00:02:00', address: '10.1.0.77' });
    const texts = ((trail?.events ?? []) as { text: string }[]).map(({ text }) => text);
    expect(texts[0]).toBe('station 02:00:00:00:02:00 attached to phy0-ap0');
    expect(texts.at(-1)).toMatch(/^10.1.0.77 is registered for 600 s/);
  }
  expect(callOverBus(home.bus, 'pmip', 'trail', { station: '10.1.0.77' })?.data.events).toHaveLength(1);
  for (const given of [{}, { station: 7 }, { station: 'phone' }]) {
    expect(callOverBus(visited.bus, 'pmip', 'trail', given)?.status).toBe(2);
  }
});

test('trail: the roams of a station, as each box knows them', () => {
  const { home, visited, phone } = roamed((box) => box.addBss('phy1-ap0'));
  phone.comeTo(visited, 'phy1-ap0');
  phone.comeTo(home, 'phy0-ap0');
  const roamsAt = (box: typeof home) =>
    callOverBus(box.bus, 'pmip', 'trail', { station: '10.1.0.77' })?.data.roams as { outage_ms?: number }[];
  const here = roamsAt(home);
  expect(here).toMatchObject([
    { seconds_ago: 6, to: '10.255.2.2' },
    { seconds_ago: 2, from: '10.255.2.2', to: 'phy0-ap0' },
  ]);
  expect(roamsAt(visited)).toMatchObject([
    { seconds_ago: 6, to: 'phy0-ap0', outage_ms: 10 },
    { seconds_ago: 4, from: 'phy0-ap0', to: 'phy1-ap0' },
  ]);
  expect(here.at(-1)?.outage_ms).toBeLessThan(10);
});

test('the description of the object has every method, and each answers', () => {
  for (const method of Object.keys(OBJECT.methods)) {
    const answer = callOverBus(home.bus, 'pmip', method);
    // Those that want an argument say so.
    expect([0, 2]).toContain(answer?.status);
  }
});

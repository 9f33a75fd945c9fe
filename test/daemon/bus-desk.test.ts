// Who calls the ubus object and who has subscribed to it, of whole daemons: what they are told, and when.

import { describe, expect, test } from 'vitest';
import { type PlainTable, toPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import { decodeFrame } from '../../src/wire/frames.ts';
import { type Bus, BusMember, callOverBus } from './bus.ts';
import { roamed } from './two-boxes.ts';

function subscribed(bus: Bus): { name: string; data: PlainTable }[] {
  const heard: { name: string; data: PlainTable }[] = [];
  const client = new UbusClient<string>();
  const member = new BusMember<string>(bus, client, {
    clock: () => 0,
    onNews: (news) => {
      if (news.kind === 'ready') member.perform(client.lookup('pmip', 'lookup', 0));
      if (news.kind === 'notified') heard.push({ name: news.notification, data: toPlain(news.data) });
      if (news.kind === 'found') member.perform(client.subscribe(news.objects[0]?.objectId ?? 0, 'pmip', 0));
    },
  });
  member.perform(client.start());
  return heard;
}

describe('arguments', () => {
  const { visited } = roamed();
  const statusOf = (method: string, given: PlainTable) => callOverBus(visited.bus, 'pmip', method, given)?.status;

  test('that a method does not know are refused, but for the one that uhttpd adds to every call', () => {
    expect(statusOf('status', { colour: 'red' })).toBe(2);
    expect(statusOf('status', { ubus_rpc_session: '00000000000000000000000000000000' })).toBe(0);
    expect(statusOf('counters', { toString: 'x' })).toBe(2);
  });

  test.each([
    {},
    { home_address: 77 },
    { home_address: '10.1.0' },
    { home_address: '10.1.0.77', force: true },
    { home_address: ['10.1.0.77'] },
  ])('of clear that make no sense are refused: %j', (given) => {
    expect(statusOf('clear', given)).toBe(2);
    expect(callOverBus(visited.bus, 'pmip', 'visitors')?.data.visitors).toHaveLength(1);
  });

  test('of a method that is not there are not looked at', () => {
    expect(statusOf('constructor', {})).toBe(3);
  });
});

describe('clear', () => {
  test('ends a binding at the home agent', () => {
    const { home } = roamed();
    expect(callOverBus(home.bus, 'pmip', 'clear', { home_address: '10.1.0.77', ubus_rpc_session: 'x' })?.status).toBe(
      0,
    );
    expect(callOverBus(home.bus, 'pmip', 'bindings')?.data).toEqual({ bindings: [] });
    expect(home.linesOf('notice')).toContain('home agent: the binding of 10.1.0.77 was cleared');
  });

  test('ends a visit at the foreign agent', () => {
    const { visited } = roamed();
    const before = callOverBus(visited.bus, 'pmip', 'visitors')?.data.visitors;
    expect(before).toHaveLength(1);
    expect(callOverBus(visited.bus, 'pmip', 'clear', { home_address: '10.1.0.77' })?.status).toBe(0);
    expect(visited.linesOf('notice')).toContain('foreign agent: the visit of 10.1.0.77 was cleared');
  });

  test('of a visit of our own station says nothing to the station, which does not know that it visits', () => {
    const { visited, phone } = roamed();
    visited.departures.length = 0;
    callOverBus(visited.bus, 'pmip', 'clear', { home_address: '10.1.0.77' });
    const frames = visited.departures.flatMap((each) =>
      each.kind === 'linkFrameSend' ? [decodeFrame(each.octets)] : [],
    );
    expect(frames.filter(({ destination }) => destination === phone.mac)).toEqual([]);
  });

  test('of somebody unknown is not found', () => {
    expect(callOverBus(roamed().home.bus, 'pmip', 'clear', { home_address: '10.1.0.78' })?.status).toBe(4);
  });
});

test('reload asks for the configuration to be read again', () => {
  const { home } = roamed();
  expect(callOverBus(home.bus, 'pmip', 'reload')?.status).toBe(0);
  expect(home.departures).toContainEqual({ kind: 'configurationRead' });
});

test('counters have the names of RFC 2006 where it has one, and what the kernel counted', () => {
  const { home, visited } = roamed();
  expect(callOverBus(home.bus, 'pmip', 'counters')?.data).toMatchObject({
    bindingCreated: 1,
    haRegRequestsReceived: 1,
    haRegistrationAccepted: 1,
    haMNAuthenticationFailure: 0,
    tunnelPacketsNotAdmitted: 0,
    tunnelOctetsNotAdmitted: 0,
  });
  expect(callOverBus(visited.bus, 'pmip', 'counters')?.data).toMatchObject({
    faRegRequestsRelayed: 1,
    faRegRepliesRelayed: 1,
  });
});

describe('a subscriber', () => {
  test('hears of every change of state, and of a station that roams in', () => {
    const { home, visited, phone } = roamed();
    const heard = subscribed(visited.bus);
    phone.comeTo(home, 'phy0-ap0');
    phone.comeTo(visited, 'phy0-ap0');
    const mac = '02:00:00:00:02:00';
    expect(heard).toContainEqual({ name: 'stationAttached', data: { mac, interface: 'phy0-ap0' } });
    const accepted = heard.find(({ name }) => name === 'registrationAccepted');
    expect(accepted?.data).toMatchObject({ mac, home_address: '10.1.0.77', lifetime_seconds: 600 });
  });

  test('hears of bindings at the home agent', () => {
    const { home } = roamed();
    const heard = subscribed(home.bus);
    callOverBus(home.bus, 'pmip', 'clear', { home_address: '10.1.0.77' });
    const data = { home_address: '10.1.0.77', care_of_address: '10.255.2.2' };
    expect(heard).toContainEqual({ name: 'bindingCleared', data });
  });
});

import { expect, test } from 'vitest';
import { AwaitedAssociations } from '../../src/clients/awaited-associations.ts';
import type { MacAddress } from '../../src/octets/address.ts';
import { mac } from '../addresses.ts';

const PHONE = mac('02:00:00:00:02:00');
const LAPTOP = mac('02:00:00:00:03:00');

/** When lists are asked for, until nothing is awaited any more. */
function polls(awaited: AwaitedAssociations): number[] {
  const times: number[] = [];
  for (let time = awaited.nextDeadline(); time !== undefined; time = awaited.nextDeadline()) {
    expect([...awaited.takeDue(time)]).toEqual(['slow']);
    times.push(Math.round(time));
  }
  return times;
}

test('a list is asked for soon, then in growing intervals, for six seconds', () => {
  const awaited = new AwaitedAssociations();
  awaited.begin('slow', PHONE, 0);
  expect(polls(awaited)).toEqual([20, 50, 95, 163, 264, 416, 643, 985, 1498, 2267, 3420, 5150]);
});

test('where authorization is told, a list is asked for when that should have come', () => {
  const awaited = new AwaitedAssociations();
  awaited.told('slow', LAPTOP);
  awaited.begin('slow', PHONE, 0);
  expect(polls(awaited)[0]).toBe(250);
});

test('waking too early asks for nothing', () => {
  const awaited = new AwaitedAssociations();
  awaited.begin('slow', PHONE, 0);
  expect(awaited.takeDue(19).size).toBe(0);
  expect(awaited.nextDeadline()).toBe(20);
});

test('several stations of one BSS are one question', () => {
  const awaited = new AwaitedAssociations();
  awaited.begin('slow', PHONE, 0);
  awaited.begin('slow', LAPTOP, 0);
  expect([...awaited.takeDue(20)]).toEqual(['slow']);
});

test('a station is awaited on the interface that it asked last', () => {
  const awaited = new AwaitedAssociations();
  awaited.begin('slow', PHONE, 0);
  awaited.begin('fast', PHONE, 1);
  expect(awaited.end('slow', PHONE)).toBe(false);
  expect(awaited.takeListed('fast', [LAPTOP, PHONE])).toEqual([PHONE]);
  expect(awaited.nextDeadline()).toBeUndefined();
});

test('an interface that is gone is not asked', () => {
  const awaited = new AwaitedAssociations();
  awaited.begin('slow', PHONE, 0);
  awaited.forget('slow');
  expect(awaited.nextDeadline()).toBeUndefined();
});

test('no more than a thousand stations are awaited', () => {
  const awaited = new AwaitedAssociations();
  for (let address = 0; address < 2000; address++) awaited.begin('slow', address as MacAddress, 0);
  expect(awaited.takeListed('slow', Array(2000).keys() as Iterable<MacAddress>)).toHaveLength(1000);
});

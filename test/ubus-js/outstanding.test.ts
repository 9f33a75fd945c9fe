import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage, MESSAGE_TYPE } from '../../src/ubus-js/messages.ts';
import { OutstandingRequests } from '../../src/ubus-js/outstanding.ts';

const message = (type: 'data' | 'status', sequence: number, peer: number) =>
  decodeMessage(encodeMessage({ type: MESSAGE_TYPE[type], sequence, peer, attributes: {} }));

test('replies are kept in order until the status ends the request', () => {
  const requests = new OutstandingRequests<string>();
  requests.add({ sequence: 1, peer: 5, asked: 'a', deadlineMs: 100 });
  expect(requests.keepReply(message('data', 1, 5))).toBe(true);
  expect(requests.keepReply(message('data', 1, 6))).toBe(false);
  expect(requests.keepReply(message('data', 2, 5))).toBe(false);
  expect(requests.end(message('status', 1, 6))).toBeUndefined();
  expect(requests.end(message('status', 1, 5))?.replies).toHaveLength(1);
  expect(requests.end(message('status', 1, 5))).toBeUndefined();
});

test('of too many replies the rest is not kept', () => {
  const requests = new OutstandingRequests<string>();
  requests.add({ sequence: 1, peer: 5, asked: 'a', deadlineMs: 100 });
  for (let count = 0; count < 4096; count++) requests.keepReply(message('data', 1, 5));
  expect(requests.keepReply(message('data', 1, 5))).toBe(false);
});

test('what is late is taken out, the rest keeps its deadline', () => {
  const requests = new OutstandingRequests<string>();
  requests.add({ sequence: 1, peer: 0, asked: 'late', deadlineMs: 100 });
  requests.add({ sequence: 2, peer: 0, asked: 'in time', deadlineMs: 101 });
  expect(requests.earliestDeadline()).toBe(100);
  expect(requests.takeExpired(100).map(({ asked }) => asked)).toEqual(['late']);
  expect(requests.earliestDeadline()).toBe(101);
  expect(requests.takeAll().map(({ asked }) => asked)).toEqual(['in time']);
  expect(requests.earliestDeadline()).toBeUndefined();
});

test('sequences begin at 1, on each connection', () => {
  const requests = new OutstandingRequests<string>();
  expect([requests.nextSequence(), requests.nextSequence()]).toEqual([1, 2]);
  requests.takeAll();
  expect(requests.nextSequence()).toBe(1);
});

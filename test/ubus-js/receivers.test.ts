import { expect, test } from 'vitest';
import { Receivers } from '../../src/ubus-js/receivers.ts';

test('a receiver is found by its id once it has one, and by its target at once', () => {
  const receivers = new Receivers<string>();
  const receiver = receivers.add('purpose', { kind: 'object', objectId: 7 });
  expect(receivers.subscribedTo(7)).toBe(receiver);
  expect(receivers.withId(0x1000)).toBeUndefined();
  expect(receivers.setId(receiver, 0x1000)).toBe(true);
  expect(receivers.withId(0x1000)).toBe(receiver);
  receivers.remove(receiver);
  expect([receivers.withId(0x1000), receivers.subscribedTo(7)]).toEqual([undefined, undefined]);
});

test('one that was removed before it had an id keeps the id for its removal, and is not found', () => {
  const receivers = new Receivers<string>();
  const receiver = receivers.add('purpose', { kind: 'events', pattern: '*' });
  receivers.remove(receiver);
  expect(receivers.setId(receiver, 0x1000)).toBe(false);
  expect(receiver.id).toBe(0x1000);
  expect(receivers.withId(0x1000)).toBeUndefined();
});

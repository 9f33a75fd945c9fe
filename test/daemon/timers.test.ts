import { expect, test } from 'vitest';
import { Timers } from '../../src/daemon/timers.ts';

test('a timer is due once, when its time has come', () => {
  const timers = new Timers<'settle' | 'sweep'>();
  timers.set('settle', 100);
  expect(timers.takeDue('settle', 99)).toBe(false);
  expect(timers.takeDue('sweep', 100)).toBe(false);
  expect(timers.takeDue('settle', 100)).toBe(true);
  expect(timers.takeDue('settle', 100)).toBe(false);
});

test('the earliest timer counts, and one that is set again has moved', () => {
  const timers = new Timers<'settle' | 'sweep'>();
  expect(timers.earliest()).toBeUndefined();
  timers.set('settle', 100);
  timers.set('sweep', 50);
  timers.set('sweep', 200);
  expect(timers.earliest()).toBe(100);
  expect(timers.has('sweep')).toBe(true);
});

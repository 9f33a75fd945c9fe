import { expect, test } from 'vitest';
import { DeadlineHeap } from '../../src/roles/deadline-heap.ts';

function heap(...rows: readonly (readonly [string, number])[]) {
  const current = new Map(rows);
  const deadlines = new DeadlineHeap<string>((key) => current.get(key));
  for (const [key, atMs] of rows) deadlines.add(key, atMs);
  return { current, deadlines };
}

test('what its owner has moved or cleared is passed over', () => {
  const { current, deadlines } = heap(['a', 10], ['b', 20], ['c', 30]);
  current.set('a', 25).delete('b');
  deadlines.add('a', 25);
  expect(deadlines.earliest()).toBe(25);
  expect(deadlines.takeDue(24)).toBeUndefined();
  expect([deadlines.takeDue(30), deadlines.takeDue(30)]).toEqual(['a', 'c']);
});

test('what never ends is not due at any time', () => {
  const { deadlines } = heap(['a', Number.POSITIVE_INFINITY]);
  expect(deadlines.takeDue(Number.MAX_VALUE)).toBeUndefined();
  expect(deadlines.earliest()).toBe(Number.POSITIVE_INFINITY);
});

test('rebuilt, it has what holds and nothing else', () => {
  const { current, deadlines } = heap(['a', 10]);
  for (let atMs = 11; !deadlines.isMostlyStale(current.size); atMs++) {
    current.set('a', atMs);
    deadlines.add('a', atMs);
  }
  current.set('b', 5);
  deadlines.rebuild(current.keys());
  expect(deadlines.isMostlyStale(0)).toBe(false);
  expect(deadlines.takeDue(1000)).toBe('b');
  current.delete('b');
  expect(deadlines.takeDue(1000)).toBe('a');
});

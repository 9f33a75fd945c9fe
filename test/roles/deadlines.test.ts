import { describe, expect, test } from 'vitest';
import { Deadlines } from '../../src/roles/deadlines.ts';
import { seededRandom } from '../random.ts';

test('keys come out in the order of their times, each once, and not before', () => {
  const deadlines = new Deadlines<string>();
  deadlines.set('c', 30);
  deadlines.set('a', 10);
  deadlines.set('b', 20);
  expect(deadlines.earliest()).toBe(10);
  expect(deadlines.takeDue(9)).toBeUndefined();
  expect([deadlines.takeDue(20), deadlines.takeDue(20), deadlines.takeDue(20)]).toEqual(['a', 'b', undefined]);
  expect(deadlines.earliest()).toBe(30);
});

test('setting a key again moves it, later or earlier', () => {
  const deadlines = new Deadlines<string>();
  deadlines.set('a', 10);
  deadlines.set('b', 20);
  deadlines.set('a', 30);
  expect(deadlines.earliest()).toBe(20);
  deadlines.set('a', 5);
  expect(deadlines.takeDue(100)).toBe('a');
  expect(deadlines.takeDue(100)).toBe('b');
  expect(deadlines.takeDue(100)).toBeUndefined();
});

test('a cleared key never comes', () => {
  const deadlines = new Deadlines<string>();
  deadlines.set('a', 10);
  deadlines.clear('a');
  deadlines.clear('b');
  expect(deadlines.earliest()).toBeUndefined();
  expect(deadlines.takeDue(100)).toBeUndefined();
});

describe('against a plain table', () => {
  test.each([1, 2, 3, 4, 5])('ten thousand random steps give the same answers (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const deadlines = new Deadlines<number>();
    const table = new Map<number, number>();
    const earliest = () => (table.size === 0 ? undefined : Math.min(...table.values()));
    for (let step = 0; step < 10_000; step++) {
      const key = Math.floor(random() * 40);
      const choice = random();
      if (choice < 0.6) {
        const atMs = Math.floor(random() * 1000);
        deadlines.set(key, atMs);
        table.set(key, atMs);
      } else if (choice < 0.8) {
        deadlines.clear(key);
        table.delete(key);
      } else {
        const nowMs = Math.floor(random() * 1000);
        const due = deadlines.takeDue(nowMs);
        const first = earliest();
        if (due === undefined) expect(first === undefined || first > nowMs).toBe(true);
        else {
          expect(table.get(due)).toBe(first);
          expect(first).toBeLessThanOrEqual(nowMs);
          table.delete(due);
        }
      }
      expect(deadlines.earliest()).toBe(earliest());
    }
  });
});

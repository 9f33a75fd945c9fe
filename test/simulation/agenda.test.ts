import { expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { Agenda } from './agenda.ts';

test('what was put in happens by its time, and at the same time in the order in which it was put in', () => {
  const agenda = new Agenda();
  const random = seededRandom(1);
  const entries = Array.from({ length: 500 }, (_, order) => ({ atMs: Math.floor(random() * 50), order }));
  const happened: { atMs: number; order: number }[] = [];
  for (const entry of entries) agenda.add(entry.atMs, () => happened.push(entry));
  for (let next = agenda.nextAtMs(); next !== undefined; next = agenda.nextAtMs()) agenda.take()?.();
  expect(happened).toEqual([...entries].sort((a, b) => a.atMs - b.atMs || a.order - b.order));
  expect(agenda.take()).toBeUndefined();
});

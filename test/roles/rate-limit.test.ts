import { expect, test } from 'vitest';
import { RateLimit } from '../../src/roles/rate-limit.ts';

const taken = (limit: RateLimit, nowMs: number, tries: number) => {
  let count = 0;
  for (let index = 0; index < tries; index++) count += limit.take(10, nowMs) ? 1 : 0;
  return count;
};

test('after a silence, as many as a second has may come at once, and then a tenth of them each tenth of a second', () => {
  const limit = new RateLimit();
  expect(taken(limit, 0, 100)).toBe(10);
  expect(taken(limit, 99, 100)).toBe(0);
  expect(taken(limit, 100, 100)).toBe(1);
  expect(taken(limit, 60_000, 100)).toBe(10);
});

test('nothing passes where nothing may', () => {
  expect(new RateLimit().take(0, 0)).toBe(false);
});

import { expect, test } from 'vitest';
import { randomWord } from '../../src/roles/random-word.ts';

test('a random word has 32 bits, and is never negative', () => {
  const [least, half, most] = [0, 0.5, 1 - Number.EPSILON / 2].map((drawn) => randomWord(() => drawn));
  expect([least, half, most]).toEqual([0, 0x80000000, 0xffffffff]);
});

// What nonces and the like are made of.

import type { Random } from './role.ts';

/** 32 random bits, as a number that is not negative. */
export function randomWord(random: Random): number {
  return Math.floor(random() * 2 ** 32);
}

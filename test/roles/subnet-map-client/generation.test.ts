import { expect, test } from 'vitest';
import { nextGeneration } from '../../../src/roles/subnet-map-client/generation.ts';

test.each([
  ['is the clock’s seconds where these are higher', 5, 1_700_000_000_999, 1_700_000_000],
  ['is one more where the clock is behind', 1_800_000_000, 1_700_000_000_000, 1_800_000_001],
  ['is one more within a second', 1_700_000_000, 1_700_000_000_500, 1_700_000_001],
  ['does not begin anew at the end of its 32 bits', 0xffffffff, 0, 0xffffffff],
  ['does not leave its 32 bits with a clock of the far future', 5, 1e16, 0xffffffff],
])('%s', (_what, last, unixMs, next) => {
  expect(nextGeneration(last, unixMs)).toBe(next);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { run } from './run.ts';
import { told } from './scenario.ts';

const SCENARIOS = fileURLToPath(new URL('scenarios', import.meta.url));
/** A few of those that `make simulate` runs by the thousand. */
const SEEDS = [1, 2, 4, 8];

describe('a simulated campus', () => {
  test.each(SEEDS)('of seed %i keeps what must hold at every step, and comes to rest after its faults', (seed) => {
    expect(run(seed)).toMatchObject({ seed });
  });

  test('is the same for the same seed', () => {
    expect(run(9)).toEqual(run(9));
  });
});

describe('the story', () => {
  test.each(readdirSync(SCENARIOS))('%s goes as it is written', async (name) => {
    const path = join(SCENARIOS, name);
    await expect(told(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
  });
});

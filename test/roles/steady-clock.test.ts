import { expect, test } from 'vitest';
import { SteadyClock } from '../../src/roles/steady-clock.ts';
import { at } from './moments.ts';

test('a wall clock that is right, or is set forward, is taken as it is', () => {
  const clock = new SteadyClock();
  expect(clock.steady(at(0))).toEqual(at(0));
  expect(clock.steady(at(5000))).toEqual(at(5000));
  expect(clock.steady(at(6000, 3_600_000))).toEqual(at(6000, 3_600_000));
});

test('one that is set back goes on as if it had not been', () => {
  const clock = new SteadyClock();
  clock.steady(at(0, 3_600_000));
  expect(clock.steady(at(1000))).toEqual(at(1000, 3_600_000));
  expect(clock.steady(at(2000, -86_400_000))).toEqual(at(2000, 3_600_000));
});

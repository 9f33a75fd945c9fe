import { expect, test } from 'vitest';
import { backOffMs } from '../../src/ubus-js/back-off.ts';

test('the waits double from 0.2 s to 5 s, and stay there', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1000, 1e9].map(backOffMs)).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000]);
});

import { expect, test } from 'vitest';
import { formatStatus, STATUS } from '../../src/ubus-js/status.ts';
import { conversation } from './recordings.ts';

test('each status has the text that the ubus command printed', () => {
  let compared = 0;
  for (const { argv, stderr } of conversation('04-status-codes.json').commands) {
    const code = /^\{"code":(-?\d+)\}$/.exec(argv[4] ?? '')?.[1];
    if (code === undefined || code === '0') continue;
    expect(stderr).toContain(`(${formatStatus(Number(code) >>> 0)})`);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(15);
});

test('the names stand for the numbers 0 to 13', () => {
  expect(Object.values(STATUS)).toEqual([...Array(14).keys()]);
});

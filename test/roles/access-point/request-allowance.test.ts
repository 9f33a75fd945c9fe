import { expect, test } from 'vitest';
import { RequestAllowance } from '../../../src/roles/access-point/request-allowance.ts';

test('four requests may go out at once, then one a second', () => {
  const allowance = new RequestAllowance();
  const sentAt: number[] = [];
  for (let nowMs = 5000; sentAt.length < 8; nowMs = allowance.nextAtMs(nowMs)) {
    expect(allowance.nextAtMs(nowMs)).toBe(nowMs);
    allowance.spend(nowMs, 1n);
    sentAt.push(nowMs);
  }
  expect(sentAt).toEqual([5000, 5000, 5000, 5000, 6000, 7000, 8000, 9000]);
});

test('what goes out beyond the allowance is missing afterwards', () => {
  const allowance = new RequestAllowance();
  for (let count = 0; count < 6; count++) allowance.spend(0, 1n);
  expect(allowance.nextAtMs(0)).toBe(3000);
  expect(allowance.nextAtMs(2999)).toBe(3000);
});

test('however long nothing is sent, no more than four are saved', () => {
  const allowance = new RequestAllowance();
  allowance.spend(0, 1n);
  for (let count = 0; count < 4; count++) allowance.spend(3_600_000, 1n);
  expect(allowance.nextAtMs(3_600_000)).toBe(3_601_000);
});

test('replies to the latest requests are known by the low bits of their identification', () => {
  const allowance = new RequestAllowance();
  for (let count = 1n; count <= 20n; count++) allowance.spend(0, (7n << 32n) | count);
  expect(allowance.hasAsked(20n)).toBe(true);
  expect(allowance.hasAsked((8n << 32n) | 9n)).toBe(true);
  expect(allowance.hasAsked((7n << 32n) | 8n)).toBe(false);
  expect(allowance.hasAsked(21n)).toBe(false);
});

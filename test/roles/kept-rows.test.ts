import { expect, test } from 'vitest';
import { formatIdentification, isCount, isRecord, readIdentification } from '../../src/roles/kept-rows.ts';

test('an Identification comes back as it was, also with its highest bit set', () => {
  for (const identification of [0n, 1n, 0xe8fe8a0080000000n, 0xffffffffffffffffn]) {
    const text = formatIdentification(identification);
    expect(text).toHaveLength(16);
    expect(readIdentification(text)).toBe(identification);
  }
});

test('nothing else than sixteen hexadecimal digits is an Identification', () => {
  for (const value of ['', '1', 'g'.repeat(16), '0x11111111111111', '11111111111111111', 17, null, undefined]) {
    expect(readIdentification(value)).toBeUndefined();
  }
});

test('a count is a whole number from 0 to the most that makes sense', () => {
  expect([0, 7].every((value) => isCount(value, 7))).toBe(true);
  expect([-1, 8, 0.5, Number.NaN, '1', null].some((value) => isCount(value, 7))).toBe(false);
});

test('null is no record', () => {
  expect(isRecord({})).toBe(true);
  expect(isRecord(null)).toBe(false);
});

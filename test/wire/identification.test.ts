import { describe, expect, test } from 'vitest';
import {
  highHalf,
  identificationAt,
  identificationOf,
  isLater,
  lowBits,
  lowHalf,
  resynchronizing,
  unixMsOf,
} from '../../src/wire/identification.ts';

describe('a moment as Identification', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0x83aa7e80_00000000n],
    ['2023-11-14T22:13:20.500Z', 0xe8fe6f80_80000000n],
    ['2036-02-07T06:28:15.750Z', 0xffffffff_c0000000n],
    ['2036-02-07T06:28:16Z', 0x00000000_00000000n],
    ['2040-01-01T00:00:00.250Z', 0x0754fd00_40000000n],
  ])('%s, and back', (text, identification) => {
    const unixMs = Date.parse(text);
    expect(identificationAt(unixMs)).toBe(identification);
    expect(unixMsOf(identification)).toBe(unixMs);
  });

  test('parts of a millisecond count', () => {
    expect(isLater(identificationAt(1_700_000_000_000.002), identificationAt(1_700_000_000_000.001))).toBe(true);
  });

  test('every millisecond of a second comes back as itself', () => {
    for (let ms = 0; ms < 1000; ms++) {
      const unixMs = 1_800_000_000_000 + ms;
      expect(unixMsOf(identificationAt(unixMs))).toBe(unixMs);
    }
  });
});

test('a later moment is later on both sides of the year in which the seconds begin again', () => {
  const before = identificationAt(Date.parse('2036-02-07T06:28:15Z'));
  const after = identificationAt(Date.parse('2036-02-07T06:28:17Z'));
  expect(isLater(after, before)).toBe(true);
  expect(isLater(before, after)).toBe(false);
  expect(isLater(before, before)).toBe(false);
});

test('the low bits are the fraction of the second', () => {
  expect(lowBits(0xe8fe8a00_80000001n)).toBe(0x80000001n);
});

test.each([
  [0, 0, 0n],
  [0xffffffff, 1, 0xffffffff_00000001n],
  [1, 0xffffffff, 0x00000001_ffffffffn],
])('the halves %i and %i, and back', (high, low, identification) => {
  expect(identificationOf(high, low)).toBe(identification);
  expect([highHalf(identification), lowHalf(identification)]).toEqual([high, low]);
});

test('a refusal has the low bits of the request and the seconds of the home agent (the reply of the golden vector)', () => {
  const ourClock = unixMsOf(0xe8fe8a63_12345678n);
  expect(resynchronizing(0xe8fe8a00_80000000n, ourClock)).toBe(0xe8fe8a63_80000000n);
});

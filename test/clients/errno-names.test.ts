import { expect, test } from 'vitest';
import { errnoName } from '../../src/clients/errno-names.ts';

test('the numbers that all have in common have the same names', () => {
  for (const [errno, name] of [
    [1, 'EPERM'],
    [2, 'ENOENT'],
    [3, 'ESRCH'],
    [17, 'EEXIST'],
    [19, 'ENODEV'],
  ] as const) {
    expect([errnoName(errno, 'generic'), errnoName(errno, 'mips')]).toEqual([name, name]);
  }
});

test('MIPS has other numbers for the network', () => {
  expect([errnoName(95, 'generic'), errnoName(122, 'mips')]).toEqual(['EOPNOTSUPP', 'EOPNOTSUPP']);
  expect([errnoName(97, 'generic'), errnoName(97, 'mips')]).toEqual(['EAFNOSUPPORT', 'EMSGSIZE']);
});

test('a number without a name keeps its number', () => {
  expect(errnoName(999, 'generic')).toBe('E999');
});

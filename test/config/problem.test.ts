import { expect, test } from 'vitest';
import { formatProblem } from '../../src/config/problem.ts';

const problem = { line: 7, section: 'lan', option: 'ssid', value: 'x', message: 'allowed is 1 to 32 octets' };

test('a problem is one line with file, line, section, option and value', () => {
  expect(formatProblem(problem)).toBe("/etc/config/pmip line 7: pmip.lan.ssid='x': allowed is 1 to 32 octets");
});

test('a problem of the file, or without a value, says only what it has', () => {
  expect(formatProblem({ ...problem, value: undefined }, 'f')).toBe(
    'f line 7: pmip.lan.ssid: allowed is 1 to 32 octets',
  );
  expect(formatProblem({ ...problem, section: undefined, option: undefined, value: undefined }, 'f')).toBe(
    'f line 7: allowed is 1 to 32 octets',
  );
});

test('a value can neither break the line nor fill the log', () => {
  const line = formatProblem({ ...problem, value: `a\nb\x1b[31m\u2028\u202e${'y'.repeat(1000)}` });
  expect(line).toMatch(/^[\x20-\x7e]+$/);
  expect(line).toContain("='a\\u{a}b\\u{1b}[31m\\u{2028}\\u{202e}yyy");
  expect(line.length).toBeLessThan(180);
});

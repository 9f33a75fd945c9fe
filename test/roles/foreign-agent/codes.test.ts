import { expect, test } from 'vitest';
import { codeOfUnreachable, DENIAL } from '../../../src/roles/foreign-agent/codes.ts';
import { codeText } from '../../../src/wire/registration.ts';

test.each([
  [0, 80],
  [6, 80],
  [9, 80],
  [11, 80],
  [1, 81],
  [7, 81],
  [10, 81],
  [12, 81],
  [3, 82],
  [2, 88],
  [5, 88],
  [13, 88],
  [255, 88],
  [4, undefined],
])('an ICMP Destination Unreachable with code %i is denial %s', (icmpCode, code) => {
  expect(codeOfUnreachable(icmpCode)).toBe(code);
});

test('each code that the base protocol names has the words of its RFC', () => {
  expect(codeText(DENIAL.homeAgentFailedAuthentication)).toBe('foreign agent: home agent failed authentication');
  expect(codeText(DENIAL.reverseTunnelMandatory)).toBe('foreign agent: reverse tunnel is mandatory');
});

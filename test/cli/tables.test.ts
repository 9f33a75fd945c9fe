import { expect, test } from 'vitest';
import { formatAnswer } from '../../src/cli/tables.ts';

test('rows are columns under their names, each as wide as its widest cell, without blanks at the end of a line', () => {
  const stations = [
    { mac: '02:00:00:00:02:00', interface: 'phy0-ap0', attached: true, home_agent: '10.1.0.1' },
    { mac: '02:00:00:00:03:00', interface: 'wl', attached: false, reason: 'noHomeAgent' },
  ];
  expect(formatAnswer({ stations })).toBe(
    [
      'stations (2)',
      '  mac                interface  attached  home agent  reason',
      '  02:00:00:00:02:00  phy0-ap0   yes       10.1.0.1    -',
      '  02:00:00:00:03:00  wl         no        -           noHomeAgent',
      '',
    ].join('\n'),
  );
});

test('single values are a list, aligned, and come before the tables', () => {
  const answer = { enabled: true, problems: ['no ubusd'], bindings: 3, paused: false };
  expect(formatAnswer(answer)).toBe('enabled   yes\nbindings  3\npaused    no\n\nproblems (1)\n  no ubusd\n');
});

test('a table without rows has its heading alone', () => {
  expect(formatAnswer({ visitors: [] })).toBe('visitors (0)\n');
});

test('several tables are set apart by an empty line', () => {
  expect(formatAnswer({ visitors: [], bindings: [] })).toBe('visitors (0)\n\nbindings (0)\n');
});

test('nothing is nothing', () => {
  expect(formatAnswer({})).toBe('');
});

test('what is none of these is shown as JSON', () => {
  expect(formatAnswer({ nested: { a: 1 }, none: null })).toBe('nested  {"a":1}\nnone    null\n');
  expect(formatAnswer({ mixed: [{ a: 1 }, 'b'] })).toBe('mixed (2)\n  {"a":1}\n  b\n');
});

test('a control character, which could end the line or drive a terminal, is printed as its number', () => {
  const printed = formatAnswer({ bss: [{ ssid: 'free\u001b[2Jwifi\nnext' }], name: '\u0007\u009b' });
  expect(printed).toBe('name  \\x07\\x9b\n\nbss (1)\n  ssid\n  free\\x1b[2Jwifi\\x0anext\n');
});

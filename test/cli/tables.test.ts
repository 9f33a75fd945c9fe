import { describe, expect, test } from 'vitest';
import {
  type Column,
  formatDuration,
  formatTable,
  paintNothing,
  paintTerminal,
  printable,
} from '../../src/cli/tables.ts';
import type { PlainTable } from '../../src/ubus-js/blobmsg.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'STATION', cell: ({ mac }) => printable(mac) },
  { heading: 'RADIO', cell: ({ radio }) => printable(radio) },
  {
    heading: 'SERVED',
    cell: ({ served }) => (served === true ? { text: 'yes', colour: 'good' } : { text: 'no', colour: 'bad' }),
  },
  { heading: 'MHZ', cell: ({ mhz }) => printable(mhz), isNumber: true },
];

test('columns are as wide as their widest cell, numbers end under each other, no line ends in blanks', () => {
  const rows = [
    { mac: '02:00:00:00:02:00', radio: 'radio0', served: true, mhz: 2412 },
    { mac: 'x', radio: 'r', served: false, mhz: 80 },
  ];
  expect(formatTable(COLUMNS, rows, paintNothing)).toBe(
    [
      '  STATION            RADIO   SERVED   MHZ',
      '  02:00:00:00:02:00  radio0  yes     2412',
      '  x                  r       no        80',
      '',
    ].join('\n'),
  );
});

test('a column in which nothing stands is left out', () => {
  const rows = [{ mac: 'a', served: true }];
  expect(formatTable(COLUMNS, rows, paintNothing)).toBe('  STATION  SERVED\n  a        yes\n');
});

test('colours are around the text and not around the blanks, so that columns stay aligned', () => {
  const rows: PlainTable[] = [
    { mac: 'a', served: true, mhz: 1 },
    { mac: 'b', served: false, mhz: 1 },
  ];
  const coloured = formatTable(COLUMNS, rows, paintTerminal);
  expect(coloured).toContain('\x1b[32myes\x1b[0m');
  expect(coloured).toContain('\x1b[31mno\x1b[0m ');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(formatTable(COLUMNS, rows, paintNothing));
});

test('characters are counted, not code units', () => {
  const rows = [
    { mac: '📶', served: true },
    { mac: 'ab', served: true },
  ];
  expect(formatTable(COLUMNS, rows, paintNothing)).toContain('  📶        yes');
});

test('a control character, which could end the line or drive a terminal, is printed as its number', () => {
  expect(printable('free\u001b[2Jwifi\nnext\u009b')).toBe('free\\x1b[2Jwifi\\x0anext\\x9b');
  expect(printable(undefined)).toBe('');
  expect(printable({ a: 1 })).toBe('{"a":1}');
});

describe('a duration', () => {
  test.each([
    [-3, '0 s'],
    [0, '0 s'],
    [0.4, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [3600, '1 h'],
    [3661, '1 h 1 min'],
    [90_061, '1 d 1 h'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

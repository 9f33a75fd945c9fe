import { expect, test } from 'vitest';
import { formatPo, parsePo } from '../../../luci/translations/po.ts';

test('a template reads again as texts without translations', () => {
  const entries = [
    { text: 'say "no"\n', places: ['a.ts', 'b.ts'] },
    { text: 'Übersicht', places: [] },
  ];
  expect(parsePo(formatPo(['Language: de'], entries))).toEqual([
    { text: 'say "no"\n', translated: '', isFuzzy: false },
    { text: 'Übersicht', translated: '', isFuzzy: false },
  ]);
});

test('texts of several lines are one, and a doubtful translation is marked', () => {
  const file = [
    '#, fuzzy, c-format',
    'msgid ""',
    '"a "',
    '"b"',
    'msgstr "x"',
    '" y"',
    '',
    'msgid "c"',
    'msgstr "z"',
  ].join('\n');
  expect(parsePo(file)).toEqual([
    { text: 'a b', translated: 'x y', isFuzzy: true },
    { text: 'c', translated: 'z', isFuzzy: false },
  ]);
});

test.each(['msgid a', 'msgid "a', 'msgctxt "a"', 'nonsense'])('the line %s is refused with its number', (line) => {
  expect(() => parsePo(`# first\n${line}`)).toThrow(/^line 2: /);
});

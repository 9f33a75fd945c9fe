import './english.ts';
import { expect, test } from 'vitest';
import { allowedWords, shownTexts, titleOf } from '../../luci/src/option-words.ts';
import { allowedText } from '../../src/config/config-values.ts';
import { SECTIONS } from '../../src/config/options.ts';

const rows = SECTIONS.flatMap(({ options }) => options);

test.each([
  ['isEnabled', 'Enabled'],
  ['lifetimeSeconds', 'Lifetime'],
  ['careOfAddress', 'Care-of address'],
  ['gatewayMac', 'Gateway MAC'],
  ['ssids', 'SSIDs'],
])('the property %s is titled "%s"', (property, title) => {
  const row = rows.find((candidate) => candidate.property === property);
  expect(row === undefined ? undefined : titleOf(row)).toBe(title);
});

test('in English the browser says of each value what the daemon says', () => {
  const differing = rows.filter(({ value }) => value.kind !== 'integer' && allowedWords(value) !== allowedText(value));
  expect(differing.map(({ name }) => name)).toEqual([]);
  expect(allowedWords({ kind: 'integer', least: 1, most: 9, unit: 'seconds' })).toBe(
    'a whole number of seconds from 1 to 9',
  );
  expect(allowedWords({ kind: 'integer', least: 1, most: 9 })).toBe(
    allowedText({ kind: 'integer', least: 1, most: 9 }),
  );
});

test('all that the form shows of the table is for translators', () => {
  const texts = shownTexts(SECTIONS);
  for (const row of rows) expect(texts).toEqual(expect.arrayContaining([titleOf(row), row.help]));
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../../luci/translations/catalogue.ts';
import { parsePo } from '../../../luci/translations/po.ts';
import { templateTexts } from '../../../luci/translations/template.ts';
import { hex } from '../../hex.ts';

const german = parsePo(readFileSync(new URL('../../../luci/po/de/pmip.po', import.meta.url), 'utf8'));

test('a catalogue has the octets that po2lmo of LuCI writes', () => {
  const written = catalogue([
    { text: 'yes', translated: 'ja', isFuzzy: false },
    { text: 'no', translated: 'nein', isFuzzy: false },
    { text: 'DHCP', translated: 'DHCP', isFuzzy: false },
  ]);
  expect(written).toEqual(
    hex(
      '6a610000 6e65696e', //                     "ja", filled up, and "nein"
      '53386700 00000001 00000004 00000004', //   no
      'a9a26518 00000001 00000000 00000002', //   yes
      '00000008', //                              where the index begins
    ),
  );
});

test('German has every text, and no other', () => {
  const wanted = templateTexts('luci');
  const found = german.map(({ text }) => text);
  expect(wanted.filter((text) => !found.includes(text))).toEqual([]);
  expect(found.filter((text) => !wanted.includes(text))).toEqual([]);
});

test('every translation says something, is settled, and fills in what the text fills in', () => {
  const places = (text: string) => (text.match(/%\d/g) ?? []).sort().join();
  const wrong = german.filter(
    ({ text, translated, isFuzzy }) => translated === '' || isFuzzy || places(text) !== places(translated),
  );
  expect(wrong).toEqual([]);
});

import './english.ts';
import { expect, test } from 'vitest';
import { agoText, cut, phrase, spanText } from '../../luci/src/phrase.ts';

test('values take their numbered places, in any order', () => {
  expect(phrase('%2 of %1, %2', 'a', 7)).toBe('7 of a, 7');
});

test('a place without a value stays, and a value is not looked into for places', () => {
  expect(phrase('%1 %3', '%2', 'x')).toBe('%2 %3');
});

test.each([
  [0, '0 s'],
  [59.6, '1 min 0 s'],
  [3599, '59 min 59 s'],
  [3600, '1 h 0 min'],
  [90061, '1 d 1 h'],
  [-5, '0 s'],
])('%s seconds are "%s"', (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
  expect(agoText(seconds)).toBe(`${text} ago`);
});

test('a text is cut between characters, not within them', () => {
  expect(cut('tsunami', 7)).toBe('tsunami');
  expect(cut('tsunami', 4)).toBe('tsu…');
  expect(cut('🌊🌊🌊🌊', 3)).toBe('🌊🌊…');
});

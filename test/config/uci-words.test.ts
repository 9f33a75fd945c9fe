import { describe, expect, test } from 'vitest';
import { byteString, octetsOf, UciError, UciWords } from '../../src/config/uci-words.ts';

function wordsOf(text: string): string[][] {
  const words = new UciWords(text);
  const lines: string[][] = [];
  while (words.startLine()) {
    const line: string[] = [];
    for (let word = words.word(); word !== ''; word = words.word()) line.push(word);
    lines.push(line);
  }
  return lines;
}

describe('the words of a command', () => {
  test('are cut at white space outside quotes', () => {
    expect(wordsOf('set  a\tb c\nget "d e" \'f g\'h\n')).toEqual([
      ['set', 'a', 'b', 'c'],
      ['get', 'd e', 'f gh'],
    ]);
  });

  test('go on over the end of a line within quotes and behind a backslash', () => {
    expect(wordsOf("a 'b\nc' d\\\ne\nf\n")).toEqual([['a', 'b\nc', 'de'], ['f']]);
    expect(wordsOf('a\\\r\nb c\n')).toEqual([['ab', 'c']]);
  });

  test('end at a comment', () => {
    expect(wordsOf("a b#c d\n# e\n'f#'g\n")).toEqual([['a', 'b'], [], ['f#g']]);
  });

  test('lose what follows an octet 0 and the end of that line', () => {
    expect(wordsOf('a b\0c\nd e\n')).toEqual([['a', 'bd', 'e']]);
  });
});

test('an error counts the octets of its command without joined line ends', () => {
  const words = new UciWords('a\nbc\\\nde "f\n');
  words.startLine();
  words.startLine();
  expect(words.word()).toBe('bcde');
  let error: unknown;
  try {
    words.word();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UciError);
  expect(error).toMatchObject({ line: 3, byte: 'bc\\de "f\n'.length, commandLine: 2 });
});

test('any octets become a byte string and come back', () => {
  const octets = Uint8Array.from({ length: 10_000 }, (_, index) => index % 256);
  expect(byteString(octets)).toHaveLength(10_000);
  expect(octetsOf(byteString(octets))).toEqual(octets);
});

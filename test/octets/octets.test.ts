import { describe, expect, test } from 'vitest';
import {
  equalInConstantTime,
  formatHex,
  internetChecksum,
  join,
  parseHex,
  utf8Octets,
  utf8Text,
  viewOf,
} from '../../src/octets/octets.ts';
import { flipped, hex, windowed } from '../hex.ts';

test('a view sees exactly the octets it was made over', () => {
  const view = viewOf(windowed(hex('0102 0304')));
  expect(view.byteLength).toBe(4);
  expect(view.getUint32(0)).toBe(0x01020304);
});

test('octets are joined in order, none of them included', () => {
  expect(formatHex(join([hex('01'), hex(''), windowed(hex('0203')), hex('04')]))).toBe('01020304');
  expect(join([]).length).toBe(0);
});

describe('equality in constant time', () => {
  test('the same octets are equal wherever they lie', () => {
    expect(equalInConstantTime(hex('00ff80'), windowed(hex('00ff80')))).toBe(true);
    expect(equalInConstantTime(hex(''), hex(''))).toBe(true);
  });

  test('any single bit makes a difference', () => {
    const octets = hex('00112233445566778899aabbccddeeff');
    for (let bit = 0; bit < 128; bit++) expect(equalInConstantTime(octets, flipped(octets, bit))).toBe(false);
  });

  test('a beginning of the other is not equal to it', () => {
    expect(equalInConstantTime(hex('0011'), hex('001122'))).toBe(false);
    expect(equalInConstantTime(hex('001122'), hex('0011'))).toBe(false);
    expect(equalInConstantTime(hex(''), hex('00'))).toBe(false);
  });
});

describe('the Internet checksum', () => {
  test('the example of RFC 1071 §3', () => {
    expect(internetChecksum(hex('0001 f203 f4f5 f6f7'))).toBe(~0xddf2 & 0xffff);
  });

  test('an odd last octet counts as the high one of its word', () => {
    expect(internetChecksum(hex('0001 f2'))).toBe(internetChecksum(hex('0001 f200')));
  });

  test('a message with its checksum in place sums to zero', () => {
    expect(internetChecksum(hex('4500003400000000ff11a7680a01004d0a020001'))).toBe(0);
  });

  test('all carries are added, also those that adding carries makes', () => {
    expect(internetChecksum(hex('ffff 0001'))).toBe(0xfffe);
    expect(internetChecksum(new Uint8Array(65_535).fill(0xff))).toBe(0x00ff);
    expect(internetChecksum(hex(''), 0xffff_ffff)).toBe(0);
  });

  test('nothing sums to all ones', () => {
    expect(internetChecksum(hex(''))).toBe(0xffff);
  });
});

describe('UTF-8', () => {
  test.each([
    ['', ''],
    ['pmip %41', '706d6970202534 31'],
    ['grüß', '6772c3bcc39f'],
    ['€', 'e282ac'],
    ['😀', 'f09f9880'],
    ['a\u0000b', '610062'],
    ['\uffff', 'efbfbf'],
    ['\u{10ffff}', 'f48fbfbf'],
  ])('%j is written and read', (text, octets) => {
    expect(formatHex(utf8Octets(text))).toBe(octets.replaceAll(' ', ''));
    expect(utf8Text(hex(octets))).toBe(text);
  });

  test('half a surrogate pair is written as U+FFFD and throws nothing', () => {
    expect(formatHex(utf8Octets('a\ud83d'))).toBe('61efbfbd');
    expect(formatHex(utf8Octets('\ude00b'))).toBe('efbfbd62');
    expect(formatHex(utf8Octets('\ude00\ud83d\ude00'))).toBe('efbfbdf09f9880');
  });

  test.each([
    ['a lone continuation', '6180 62', 'a\ufffdb'],
    ['a sequence cut at the end', '61 e282', 'a\ufffd\ufffd'],
    ['a sequence cut by other text', 'e282 61', '\ufffd\ufffda'],
    ['an overlong slash', 'c0af', '\ufffd\ufffd'],
    ['an overlong sequence of three', 'e08080', '\ufffd\ufffd\ufffd'],
    ['a surrogate', 'eda080', '\ufffd\ufffd\ufffd'],
    ['a point above U+10FFFF', 'f4908080', '\ufffd\ufffd\ufffd\ufffd'],
    ['octets that UTF-8 never has', 'f5ff', '\ufffd\ufffd'],
  ])('%s is shown, octet by octet, and hides nothing', (_what, octets, text) => {
    expect(utf8Text(hex(octets))).toBe(text);
  });

  test('every sequence of two octets is taken for well-formed exactly where the platform takes it', () => {
    const platform = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
    const disagreements: number[] = [];
    for (let value = 0; value < 0x10000; value++) {
      const octets = Uint8Array.of(value >> 8, value & 0xff);
      let expected: string | undefined;
      try {
        expected = platform.decode(octets);
      } catch {
        expected = undefined;
      }
      const text = utf8Text(octets);
      if (expected === undefined ? !text.includes('\ufffd') : text !== expected) disagreements.push(value);
    }
    expect(disagreements).toEqual([]);
  });

  test('every character comes back from its octets', () => {
    const strangers: number[] = [];
    for (let point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 61) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const text = String.fromCodePoint(point);
      if (utf8Text(utf8Octets(text)) !== text) strangers.push(point);
    }
    expect(strangers).toEqual([]);
  });
});

describe('hexadecimal', () => {
  test('digits of either case are read and small ones written', () => {
    expect(formatHex(parseHex('00aAFf7e') ?? hex(''))).toBe('00aaff7e');
    expect(parseHex('')).toEqual(new Uint8Array(0));
  });

  test.each(['0', '0g', '0x00', '00 11', '00\n'])('%j is no row of octets', (text) => {
    expect(parseHex(text)).toBeUndefined();
  });
});

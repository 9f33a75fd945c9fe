import { describe, expect, test } from 'vitest';
import { join, utf8Octets, viewOf } from '../../src/octets/octets.ts';
import { readMobileIpPairs } from '../../src/wire/cisco-av-pair.ts';
import { decodeRadiusMessage } from '../../src/wire/radius.ts';
import { hex } from '../hex.ts';

const KEY = '00112233445566778899aabbccddeeff';

function pairs(...texts: readonly string[]) {
  const attributes = texts.map((text) => {
    const octets = utf8Octets(text);
    return join([Uint8Array.of(26, octets.length + 8), hex('00000009'), Uint8Array.of(1, octets.length + 2), octets]);
  });
  const message = join([Uint8Array.of(2, 0), new Uint8Array(18), ...attributes]);
  viewOf(message).setUint16(2, message.length);
  return readMobileIpPairs(decodeRadiusMessage(message));
}

describe('an association', () => {
  test.each([
    [`spi 100 key hex ${KEY} replay timestamp algorithm md5 mode prefix-suffix`, 0x100, hex(KEY), 'keyed-md5'],
    [`spi 100 key hex ${KEY.toUpperCase()} replay timestamp algorithm md5 mode hmac`, 0x100, hex(KEY), 'hmac-md5'],
    [`spi 100 key hex ${KEY}`, 0x100, hex(KEY), 'keyed-md5'],
    ['spi 102 key ascii 0987654', 0x102, utf8Octets('0987654'), 'keyed-md5'],
    ['spi FFFFFFFF key ascii cisco algorithm md5', 0xffffffff, utf8Octets('cisco'), 'keyed-md5'],
    ['spi 0x100 key ascii cisco replay timestamp 7 algorithm hmac-md5', 0x100, utf8Octets('cisco'), 'hmac-md5'],
    ['algorithm hmac-sha256 key ascii cisco spi 100 ', 0x100, utf8Octets('cisco'), 'hmac-sha256'],
    ['spi 100 key ascii sixteen-letters! mode prefix-suffix', 0x100, utf8Octets('sixteen-letters!'), 'keyed-md5'],
  ])('is read from "%s"', (text, spi, key, algorithm) => {
    expect(pairs(`mobileip:spi#0=${text}`)).toEqual({ associations: [{ spi, key, algorithm }], faults: [] });
  });

  test('signs whose number is the lowest, in whatever order they come; other pairs do not matter', () => {
    const { associations } = pairs(
      'mobileip:spi#10=spi 110 key ascii c',
      'ip:addr-pool=wifi',
      'mobileip:spi#2=spi 102 key ascii b',
      'mobileip:mn-lifetime=60',
      'mobileip:spi#0*spi 100 key ascii a',
    );
    expect(associations.map(({ spi }) => spi)).toEqual([0x100, 0x102, 0x110]);
  });
});

describe('of no use is', () => {
  test.each([
    ['no SPI', 'key ascii a', 'spi'],
    ['a reserved SPI', 'spi ff key ascii a', 'spi'],
    ['an SPI that is not hexadecimal', 'spi 1g0 key ascii a', 'spi'],
    ['an SPI of more than 32 bits', 'spi 100000000 key ascii a', 'spi'],
    ['no key', 'spi 100', 'key'],
    ['a key of 31 digits', `spi 100 key hex ${KEY.slice(1)}`, 'key'],
    ['a key of 33 digits', `spi 100 key hex ${KEY}0`, 'key'],
    ['a key of 32 characters that are no digits', `spi 100 key hex ${'g'.repeat(32)}`, 'key'],
    ['a key of 17 characters', 'spi 100 key ascii seventeen-letters', 'key'],
    ['a key of another kind', 'spi 100 key base64 AAAA', 'key'],
    ['nonces', 'spi 100 key ascii a replay nonce', 'replay'],
    ['an algorithm that is not known', 'spi 100 key ascii a algorithm sha1', 'algorithm'],
    ['a name that every object has, as an algorithm', 'spi 100 key ascii a algorithm constructor', 'algorithm'],
    ['a mode that is not known', 'spi 100 key ascii a algorithm md5 mode prefix', 'mode'],
    ['a name that every object has, as a mode', 'spi 100 key ascii a mode constructor', 'mode'],
    ['prefix+suffix with an HMAC', 'spi 100 key ascii a algorithm hmac-md5 mode prefix-suffix', 'mode'],
    ['a word that is not known', 'spi 100 key ascii a lifetime 5', 'unknownWord'],
    ['nothing', '', 'unknownWord'],
  ])('%s', (_what, text, fault) => {
    const { associations, faults } = pairs(`mobileip:spi#0=${text}`);
    expect({ associations, faults }).toEqual({ associations: [], faults: [fault] });
  });

  test('one among several, and the others count', () => {
    const { associations, faults } = pairs('mobileip:spi#0=spi 100', 'mobileip:spi#1=spi 101 key ascii b');
    expect(associations.map(({ spi }) => spi)).toEqual([0x101]);
    expect(faults).toEqual(['key']);
  });

  test('what comes after the eighth', () => {
    const { associations, faults } = pairs(
      ...Array.from({ length: 10 }, (_, number) => `mobileip:spi#${number}=spi 10${number} key ascii a`),
    );
    expect(associations).toHaveLength(8);
    expect(faults).toEqual(['tooMany', 'tooMany']);
  });
});

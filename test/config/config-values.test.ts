import { IPv4, IPv4CidrRange, IPv4Mask } from 'ip-num';
import { describe, expect, test } from 'vitest';
import { allowedText, isSplitBySpace, readValue } from '../../src/config/config-values.ts';
import type { ValueRule } from '../../src/config/options.ts';
import { SECTIONS } from '../../src/config/options.ts';
import { formatIpv4, formatPrefix, type Prefix } from '../../src/octets/address.ts';

const LIFETIME: ValueRule = { kind: 'integer', least: 30, most: 65534, unit: 'seconds' };

const good: readonly [ValueRule, string, unknown][] = [
  [{ kind: 'boolean' }, '1', true],
  [{ kind: 'boolean' }, 'on', true],
  [{ kind: 'boolean' }, 'no', false],
  [{ kind: 'boolean' }, '0', false],
  [LIFETIME, '30', 30],
  [LIFETIME, '65534', 65534],
  [{ kind: 'choice', choices: ['a', 'b'] }, 'b', 'b'],
  [{ kind: 'address' }, '0.0.0.0', 0],
  [{ kind: 'address' }, '255.255.255.255', 0xffffffff],
  [{ kind: 'hostAddress' }, '10.1.0.1', 0x0a010001],
  [{ kind: 'host' }, '192.168.15.22', { kind: 'address', address: 0xc0a80f16 }],
  [{ kind: 'host' }, '127.0.0.1', { kind: 'address', address: 0x7f000001 }],
  [{ kind: 'host' }, 'ap-1.example.org', { kind: 'hostName', hostName: 'ap-1.example.org' }],
  [{ kind: 'prefix' }, '10.1.0.0/24', { network: 0x0a010000, length: 24 }],
  [{ kind: 'prefix' }, '10.1.0.0/255.255.255.0', { network: 0x0a010000, length: 24 }],
  [{ kind: 'prefix' }, '0.0.0.0/0', { network: 0, length: 0 }],
  [{ kind: 'mac' }, '02:00:5E:10:00:01', 0x02005e100001],
  [{ kind: 'spi' }, '102', 0x102],
  [{ kind: 'spi' }, '0x100', 0x100],
  [{ kind: 'spi' }, 'FFFFFFFF', 0xffffffff],
  [{ kind: 'asciiKey' }, '0987654', Uint8Array.from([0x30, 0x39, 0x38, 0x37, 0x36, 0x35, 0x34])],
  [{ kind: 'asciiKey' }, 'sixteen letters!', Uint8Array.from(Buffer.from('sixteen letters!'))],
  [
    { kind: 'hexKey' },
    '00112233445566778899AABBccddeeff',
    Uint8Array.from(Buffer.from('00112233445566778899aabbccddeeff', 'hex')),
  ],
  [{ kind: 'secret', leastOctets: 4 }, 'a\xffbc', Uint8Array.from([0x61, 0xff, 0x62, 0x63])],
  [{ kind: 'interfaceName' }, 'br-lan.1', 'br-lan.1'],
  [{ kind: 'path' }, '/var/run/ubus/ubus.sock', '/var/run/ubus/ubus.sock'],
  [{ kind: 'text', mostOctets: 32 }, 'gr\xc3\xbc\xc3\x9f dich', 'grüß dich'],
];

const bad: readonly [ValueRule, readonly string[]][] = [
  [{ kind: 'boolean' }, ['', '2', 'TRUE', ' 1']],
  [LIFETIME, ['', '29', '65535', '-30', '+60', '6e2', '0x40', '060', '60 ', '60.0', '99999999999']],
  [{ kind: 'choice', choices: ['a', 'b'] }, ['', 'A', 'a b']],
  [{ kind: 'address' }, ['', '10.1.0', '10.1.0.256', '010.1.0.1', '10.1.0.1 ', '10.1.0.0/24', 'a.b.c.d']],
  [{ kind: 'hostAddress' }, ['0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255', '169.254.1.1']],
  [{ kind: 'host' }, ['', '0.0.0.0', '10.1.0.256', '10.1.0', '-ap', 'ap-', 'a..b', 'a_b', 'a b', 'x'.repeat(64)]],
  [
    { kind: 'prefix' },
    ['10.1.0.0', '10.1.0.5/24', '10.1.0.0/33', '10.1.0.0/', '10.1.0.0/255.0.255.0', '10.1.0.0/24/8'],
  ],
  [{ kind: 'mac' }, ['', '01:00:5e:00:00:01', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '02-00-5e-10-00-01']],
  [{ kind: 'spi' }, ['', 'ff', '0xff', '100000000', '-100', 'g00', '1 00']],
  [{ kind: 'asciiKey' }, ['', 'seventeen letters', 'caf\xe9', 'a\nb']],
  [{ kind: 'hexKey' }, ['', '0011', '0'.repeat(31), '0'.repeat(33), 'g'.repeat(32)]],
  [{ kind: 'secret', leastOctets: 16 }, ['', 'fifteen letters']],
  [{ kind: 'interfaceName' }, ['', 'a/b', 'a b', '.', '..', 'sixteen-letters1', 'lan:0']],
  [{ kind: 'path' }, ['', 'relative', `/${'x'.repeat(107)}`]],
  [{ kind: 'text', mostOctets: 32 }, ['', 'x'.repeat(33)]],
];

describe('a value', () => {
  test.each(good)('%j reads %s', (rule, text, value) => {
    expect(readValue(rule, text)).toEqual(value);
  });

  for (const [rule, texts] of bad) {
    test.each(texts.map((text) => [text]))(`${JSON.stringify(rule)} refuses '%s'`, (text) => {
      expect(readValue(rule, text)).toBeUndefined();
    });
  }

  test('says what it may be, for every row of the table', () => {
    for (const row of SECTIONS.flatMap((section) => section.options)) {
      expect(allowedText(row.value)).toMatch(/^\S[^\n]{3,}$/);
    }
    expect(allowedText(LIFETIME)).toBe('a whole number of seconds from 30 to 65534');
    expect(allowedText({ kind: 'choice', choices: ['a', 'b', 'c'] })).toBe('a, b or c');
  });

  test('of a kind that can hold no space may be several in one option', () => {
    expect(isSplitBySpace({ kind: 'interfaceName' })).toBe(true);
    expect(isSplitBySpace({ kind: 'text', mostOctets: 32 })).toBe(false);
  });
});

describe('ip-num agrees', () => {
  const octets = [
    '0',
    '1',
    '9',
    '10',
    '99',
    '100',
    '127',
    '128',
    '200',
    '254',
    '255',
    '256',
    '300',
    '-1',
    '',
    '01',
    'a',
    '1 ',
  ];

  test('on what is an address', () => {
    let accepted = 0;
    for (const octet of octets) {
      for (const text of [`${octet}.1.0.1`, `10.${octet}.0.1`, `10.1.0.${octet}`, `10.1.${octet}`]) {
        const theirs = theirAnswer(() => IPv4.fromString(text).toString());
        const address = readValue({ kind: 'address' }, text);
        expect([text, address === undefined ? undefined : formatIpv4(address as never)]).toEqual([text, theirs]);
        if (theirs !== undefined) accepted += 1;
      }
    }
    expect(accepted).toBe(33);
  });

  test('on prefixes and masks of every length', () => {
    for (let length = 0; length <= 32; length++) {
      const range = IPv4CidrRange.fromCidr(`203.119.255.171/${length}`);
      const network = range.getFirst().toString();
      const mask = range.getPrefix().toMask().toString();
      for (const text of [`${network}/${length}`, `${network}/${mask}`]) {
        expect(formatPrefix(readValue({ kind: 'prefix' }, text) as Prefix)).toBe(
          range.toCidrString().replace(/^.*\//, `${network}/`),
        );
      }
    }
  });

  test('on which masks are none', () => {
    for (const text of ['255.0.255.0', '0.0.0.255', '255.255.255.253', '128.0.0.1']) {
      expect(theirAnswer(() => IPv4Mask.fromDecimalDottedString(text).toString())).toBeUndefined();
      expect(readValue({ kind: 'prefix' }, `0.0.0.0/${text}`)).toBeUndefined();
    }
  });
});

function theirAnswer(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

import { describe, expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { addressesOf, decodeDnsMessage, encodeAddressQuestion, isAnswerTo, isDomainName } from '../../src/wire/dns.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { ip } from '../addresses.ts';
import { hex } from '../hex.ts';
import * as answers from './dns-answers.ts';

const HEAD = '1234 8180 0001 0001 0000 0000';
const QUESTION = '01 61 00 0001 0001';

describe('a question for an address', () => {
  test('is what dnsmasq was asked', () => {
    expect(formatHex(encodeAddressQuestion(0x1234, 'ap2.campus'))).toBe(
      formatHex(hex('1234 0100 0001 0000 0000 0000 03 617032 06 63616d707573 00 0001 0001')),
    );
  });

  test('is read as it was written', () => {
    const { isResponse, questions, answers: none } = decodeDnsMessage(encodeAddressQuestion(7, 'ap-1.example.org'));
    expect({ isResponse, questions, none }).toEqual({
      isResponse: false,
      questions: [{ name: 'ap-1.example.org', type: 1, class: 1 }],
      none: [],
    });
  });

  test.each([
    ['ap2', true],
    ['a.b.c', true],
    ['a..b', false],
    ['', false],
    ['a.', false],
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
    [`${'abc.'.repeat(63)}x`, true],
    [`${'abc.'.repeat(63)}xy`, false],
    ['a b', false],
    ['\u00e4', false],
  ])('can be asked of %s: %s', (name, isOne) => {
    expect(isDomainName(name)).toBe(isOne);
  });
});

describe('an answer', () => {
  test.each([
    ['one address', answers.ONE_ADDRESS, 'ap2.campus', ['10.255.2.2'], 60],
    ['two addresses', answers.TWO_ADDRESSES, 'ap3.campus', ['10.255.3.2', '10.1.0.3'], 60],
    ['an alias', answers.ALIAS, 'map.campus', ['10.255.2.2'], 60],
    ['an alias among other records', answers.MIXED, 'map.campus', ['10.255.2.2'], 45],
    ['another name', answers.ONE_ADDRESS, 'ap3.campus', [], Number.POSITIVE_INFINITY],
    ['no such name', answers.NO_SUCH_NAME, 'no.campus', [], Number.POSITIVE_INFINITY],
  ])('with %s', (_what, octets, name, addresses, ttlSeconds) => {
    expect(addressesOf(decodeDnsMessage(octets), name)).toEqual({ addresses: addresses.map(ip), ttlSeconds });
  });

  test.each([
    ['there', answers.ONE_ADDRESS, 0],
    ['no such name', answers.NO_SUCH_NAME, 3],
    ['refused', answers.REFUSED, 5],
  ])('says its code: %s', (_what, octets, code) => {
    expect(decodeDnsMessage(octets).responseCode).toBe(code);
  });

  test('answers one question, by its identifier, name and type', () => {
    const message = decodeDnsMessage(answers.ONE_ADDRESS);
    expect(isAnswerTo(message, 0x1234, 'ap2.campus')).toBe(true);
    expect(isAnswerTo(message, 0x1235, 'ap2.campus')).toBe(false);
    expect(isAnswerTo(message, 0x1234, 'ap3.campus')).toBe(false);
    expect(isAnswerTo(decodeDnsMessage(encodeAddressQuestion(0x1234, 'ap2.campus')), 0x1234, 'ap2.campus')).toBe(false);
    const other = answers.ONE_ADDRESS.slice();
    other[25] = 28; // asked for IPv6
    expect(isAnswerTo(decodeDnsMessage(other), 0x1234, 'ap2.campus')).toBe(false);
  });

  test('holds for no time at all where its time makes no sense, and ends a chain of aliases that is a ring', () => {
    const endless = hex(HEAD, QUESTION, 'c00c 0001 0001 ffffffff 0004 0a000001');
    expect(addressesOf(decodeDnsMessage(endless), 'a').ttlSeconds).toBe(0);
    const ring = hex(HEAD, QUESTION, 'c00c 0005 0001 0000003c 0002 c00c');
    expect(addressesOf(decodeDnsMessage(ring), 'a').addresses).toEqual([]);
  });

  test('shows octets of a name that are no letters as numbers', () => {
    const { questions } = decodeDnsMessage(hex('1234 8180 0001 0000 0000 0000 04 612e5c00 00 0001 0001'));
    expect(questions[0]?.name).toBe('a\\046\\092\\000');
  });

  for (const [name, octets] of Object.entries(answers)) {
    if (typeof octets === 'number') continue;
    for (let length = 0; length < octets.length; length++) {
      test(`${name} cut to ${length} octets is malformed`, () => {
        expect(() => decodeDnsMessage(octets.subarray(0, length))).toThrow(Malformed);
      });
    }
  }

  test.each([
    ['a pointer to itself', [HEAD, 'c00c 0001 0001']],
    ['two pointers to each other', [HEAD, '01 61 c010 c00e 0001 0001']],
    ['a pointer forward', [HEAD, 'c012 0001 0001 01 61 00']],
    ['a pointer into its own part', [HEAD, '01 61 c00c 0001 0001']],
    ['a label of a kind that was never agreed on', [HEAD, '41 61 00 0001 0001']],
    ['an address of five octets', [HEAD, QUESTION, 'c00c 0001 0001 0000003c 0005 0a00000101']],
    ['an alias longer than its record', [HEAD, QUESTION, 'c00c 0005 0001 0000003c 0001 01 61 00']],
    ['a name of 256 octets', [HEAD, `${`3f ${'61'.repeat(63)}`.repeat(4)} 00 0001 0001`]],
  ])('with %s is malformed', (_what, parts) => {
    expect(() => decodeDnsMessage(hex(...parts))).toThrow(Malformed);
  });
});

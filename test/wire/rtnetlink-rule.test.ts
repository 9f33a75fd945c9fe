import { expect, test } from 'vitest';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeRule, encodeRuleAddition, encodeRuleRemoval, encodeRulesDump } from '../../src/wire/rtnetlink-rule.ts';
import { ip, prefix } from '../addresses.ts';
import { hex, overwritten } from '../hex.ts';
import { BYTE_ORDERS, body, RULE, typeAndFlags } from './netlink-recordings.ts';

const REVERSE_RULE = {
  source: prefix('10.1.0.0/24'),
  inputInterface: 'br-lan',
  table: ip('10.255.1.2'),
  priority: 100,
  protocol: 43,
};

test('`ip rule add from 10.1.0.0/24 iif br-lan lookup 184484098 priority 100 protocol 43` sends the same octets', () => {
  const octets = encodeRuleAddition(REVERSE_RULE, true);
  expect(body(octets)).toEqual(
    hex(
      '02 00 18 00 00 00 00 01 00000000 08000200 0a010000 0b000300 62722d6c616e0000',
      '08000f00 0201ff0a 08000600 64000000 05001500 2b000000',
    ),
  );
  expect(typeAndFlags(octets)).toEqual([0x20, 0x601]);
});

test('`ip rule add oif pmip0 lookup 434 priority 434 protocol 43` sends the same octets', () => {
  const rule = {
    source: prefix('0.0.0.0/0'),
    inputInterface: undefined,
    outputInterface: 'pmip0',
    table: 434,
    priority: 434,
    protocol: 43,
  };
  const octets = encodeRuleAddition(rule, true);
  expect(body(octets)).toEqual(
    hex(
      '02 00 00 00 00 00 00 01 00000000 0a001100 706d6970 30000000',
      '08000f00 b2010000 08000600 b2010000 05001500 2b000000',
    ),
  );
  expect(decodeRule(body(octets), true)).toEqual(rule);
});

test('a removal is the same but for its type; iproute2 leaves the action open', () => {
  const octets = encodeRuleRemoval(REVERSE_RULE, true);
  expect(body(octets)).toEqual(body(encodeRuleAddition(REVERSE_RULE, true)));
  expect(typeAndFlags(octets)).toEqual([0x21, 1]);
});

test.each(BYTE_ORDERS)('what is encoded $order is decoded $order', ({ littleEndian }) => {
  const everything = { ...REVERSE_RULE, source: prefix('0.0.0.0/0'), inputInterface: undefined, table: 254 };
  for (const rule of [REVERSE_RULE, everything]) {
    expect(decodeRule(body(encodeRuleAddition(rule, littleEndian)), littleEndian)).toEqual(rule);
  }
});

test('the recorded rule is the one that was asked for', () => {
  expect(decodeRule(RULE, true)).toEqual(REVERSE_RULE);
});

test('a prefix longer than 32 is malformed, and a rule of IPv6 is left out', () => {
  expect(() => decodeRule(overwritten(RULE, 2, hex('21')), true)).toThrow(Malformed);
  expect(decodeRule(overwritten(RULE, 0, hex('0a')), true)).toBeUndefined();
});

test('the rules of IPv4 are asked for', () => {
  expect(typeAndFlags(encodeRulesDump(true))).toEqual([0x22, 0x301]);
});

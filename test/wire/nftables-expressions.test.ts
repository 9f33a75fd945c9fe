// Whole rules are held against those of nft in test/clients/pmip-tables.test.ts; here what each expression is made of.

import { expect, test } from 'vitest';
import { MessageWriter } from '../../src/wire/netlink.ts';
import * as expressions from '../../src/wire/nftables-expressions.ts';
import { hex } from '../hex.ts';
import { body } from './netlink-recordings.ts';

function written(expression: expressions.Expression, littleEndian = true): Uint8Array {
  const writer = new MessageWriter(0, 0, littleEndian);
  expression.write(writer);
  return body(writer.finish());
}

const SOURCE_ADDRESS = { header: 'network', offset: 12, length: 4 } as const;

test.each<[string, expressions.Expression, string]>([
  ['meta', expressions.metaLoad('protocol'), '08000200 00000001 08000100 00000001'],
  ['meta', expressions.metaSet('packetType'), '08000200 00000013 08000300 00000001'],
  ['cmp', expressions.compareEqual(hex('0800')), '08000100 00000001 08000200 00000000 0c000380 06000100 08000000'],
  [
    'payload',
    expressions.payloadLoad(SOURCE_ADDRESS, expressions.REGISTER_1_WORD_3),
    '08000100 0000000a 08000200 00000001 08000300 0000000c 08000400 00000004',
  ],
  [
    'payload',
    expressions.payloadWrite(SOURCE_ADDRESS),
    '08000500 00000001 08000200 00000001 08000300 0000000c 08000400 00000004',
  ],
  ['lookup', expressions.lookupSet({ name: 'set', id: 3 }), '08000200 00000001 08000100 73657400 08000400 00000003'],
  [
    'lookup',
    expressions.lookupMap({ name: 'map', id: 2 }),
    '08000200 00000001 08000300 00000001 08000100 6d617000 08000400 00000002',
  ],
  ['cmp', expressions.compareNotEqual(hex('0800')), '08000100 00000001 08000200 00000001 0c000380 06000100 08000000'],
  [
    'lookup',
    expressions.lookupAbsence({ name: 'set', id: 3 }),
    '08000200 00000001 08000100 73657400 08000400 00000003 08000500 00000001',
  ],
  [
    'dynset',
    expressions.addToSet({ name: 'set', id: 3 }),
    '08000400 00000001 08000300 00000000 08000100 73657400 08000200 00000003',
  ],
  [
    'payload',
    expressions.udpWrite({ offset: 2, length: 2 }),
    '08000500 00000001 08000200 00000002 08000300 00000002 08000400 00000002 08000600 00000001 08000700 00000006',
  ],
  ['counter', expressions.counter(), ''],
  ['objref', expressions.namedCounter({ name: 'count' }), '08000100 00000001 09000200 636f756e74000000'],
  ['immediate', expressions.immediate(hex('00')), '08000100 00000001 0c000280 05000100 00000000'],
  ['immediate', expressions.drop(), '08000100 00000000 10000280 0c000280 08000100 00000000'],
  ['rt', expressions.routeSegmentSize(), '08000200 00000003 08000100 00000001'],
])('the expression %s writes its fields', (name, expression, fields) => {
  expect(expression.name).toBe(name);
  expect(written(expression)).toEqual(hex(fields));
});

test('the numbers of an expression stay in network order on a big-endian host', () => {
  expect(written(expressions.metaLoad('transportProtocol'), false)).toEqual(hex('00080002 00000010 00080001 00000001'));
});

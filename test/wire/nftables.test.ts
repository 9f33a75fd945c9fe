import { describe, expect, test } from 'vitest';
import { decodeNetlinkAnswer, decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import * as nftables from '../../src/wire/nftables.ts';
import { hex } from '../hex.ts';
import {
  attack,
  BYTE_ORDERS,
  body,
  ELEMENTS,
  message,
  NO_ELEMENTS,
  NO_SUCH_TABLE,
  typeAndFlags,
} from './netlink-recordings.ts';
import * as recorded from './nftables-recordings.ts';

const TABLE = { family: 'bridge', name: 'pmip' } as const;
const CHAIN = { table: TABLE, name: 'prerouting', hook: 'prerouting', priority: -300 } as const;
const VISITORS = { table: TABLE, name: 'visitors' };
const KEY = hex('020000000005 0000 0a01004d');
const AGENT_MAC = hex('020000000001');
const MAC_AND_ADDRESS = { keyType: nftables.NFT_TYPE.macAndIpv4Address, keyLength: 12 };
/** What nft names in an element's message besides the set's name, and the kernel needs only for sets without one. */
const SET_ID = '08000400 00000002';

describe('nft sends the same octets for', () => {
  test('a table', () => {
    const octets = nftables.encodeTable(TABLE, true);
    expect(body(octets)).toEqual(recorded.NFT_BRIDGE_TABLE);
    expect(typeAndFlags(octets)).toEqual([0xa00, 0x401]);
  });

  test('a base chain', () => {
    const octets = nftables.encodeChain(CHAIN, true);
    expect(body(octets)).toEqual(recorded.NFT_PREROUTING_CHAIN);
    expect(typeAndFlags(octets)).toEqual([0xa03, 0x401]);
  });

  test('taking all rules out of a chain', () => {
    const octets = nftables.encodeChainFlush(CHAIN, true);
    expect(body(octets)).toEqual(recorded.NFT_CHAIN_FLUSH);
    expect(typeAndFlags(octets)).toEqual([0xa08, 1]);
  });

  test('removing a table', () => {
    const octets = nftables.encodeTableRemoval(TABLE, true);
    expect(body(octets)).toEqual(recorded.NFT_TABLE_REMOVAL);
    expect(typeAndFlags(octets)).toEqual([0xa02, 1]);
  });

  test('removing an element', () => {
    const octets = nftables.encodeElementRemoval(VISITORS, KEY, true);
    expect(body(octets)).toEqual(recorded.NFT_VISITOR_ELEMENT_REMOVAL);
    expect(typeAndFlags(octets)).toEqual([0xa0e, 1]);
  });
});

describe('nft adds to the same octets', () => {
  test('for an element, the number of the set', () => {
    const octets = nftables.encodeElement(VISITORS, { key: KEY, data: AGENT_MAC }, true);
    const nft = Array.from(recorded.NFT_VISITOR_ELEMENT);
    const at = nft.length - 0x2c - 8;
    expect(nft.splice(at, 8)).toEqual(Array.from(hex(SET_ID)));
    expect(Array.from(body(octets))).toEqual(nft);
    expect(typeAndFlags(octets)).toEqual([0xa0c, 0x401]);
  });

  test.each([
    { name: 'local_visitors', set: { ...MAC_AND_ADDRESS, id: 1 }, nft: recorded.NFT_LOCAL_VISITORS_SET },
    {
      name: 'visitors',
      set: { ...MAC_AND_ADDRESS, data: { type: nftables.NFT_TYPE.macAddress, length: 6 }, id: 2 },
      nft: recorded.NFT_VISITORS_MAP,
    },
    {
      name: 'visitor_macs',
      set: { keyType: nftables.NFT_TYPE.macAddress, keyLength: 6, id: 3 },
      nft: recorded.NFT_VISITOR_MACS_SET,
    },
  ])('for the set $name, notes to itself (NFTA_SET_USERDATA) that it can do without', ({ name, set, nft }) => {
    const octets = nftables.encodeSet({ table: TABLE, name, ...set }, true);
    const ours = body(octets);
    expect(nft.subarray(0, ours.length)).toEqual(ours);
    expect(Array.from(nft.subarray(ours.length + 2, ours.length + 4))).toEqual([13, 0]);
    expect(typeAndFlags(octets)).toEqual([0xa09, 0x401]);
  });
});

test('on a big-endian host lengths and types turn round, the numbers inside do not', () => {
  expect(nftables.encodeChain(CHAIN, false)).toEqual(
    hex(
      '00000058 0a03 0401 00000000 00000000 07000000 00090001 706d697000000000',
      '000f0003 7072 65726f7574696e6700 00 000b0007 66696c74657200 00 00080005 00000001',
      '00148004 00080001 00000000 00080002 fffffed4',
    ),
  );
  expect(nftables.encodeBatchBegin(false)).toEqual(hex('00000014 0010 0001 00000000 00000000 0000000a'));
});

test('a batch begins and ends with the number of nf_tables', () => {
  expect(nftables.encodeBatchBegin(true)).toEqual(hex('14000000 1000 0100 00000000 00000000 0000000a'));
  expect(nftables.encodeBatchEnd(true)).toEqual(hex('14000000 1100 0100 00000000 00000000 0000000a'));
});

test('a table and the elements of a set are asked for', () => {
  expect(typeAndFlags(nftables.encodeTableQuery(TABLE, true))).toEqual([0xa01, 1]);
  const dump = nftables.encodeElementsDump(VISITORS, true);
  expect(body(dump)).toEqual(hex('07000000 09000100 706d697000000000 0d000200 76697369746f727300 000000'));
  expect(typeAndFlags(dump)).toEqual([0xa0d, 0x301]);
});

describe('a counter', () => {
  const COUNTER = { table: TABLE, name: 'not_admitted' };
  // 5 packets, 420 octets, as the kernel tells it: table, name, type, handle, use, count.
  const TOLD = hex(
    '07000000 09000100 706d697000000000 11000200 6e6f745f61646d697474656400 000000 08000300 00000001',
    '0c000600 0000000000000002 08000500 00000001 1c000480 0c000100 00000000000001a4 0c000200 0000000000000005',
  );

  test('is asked for by its name', () => {
    const query = nftables.encodeCounterQuery(COUNTER, true);
    expect(typeAndFlags(query)).toEqual([0xa13, 1]);
    expect(body(query)).toEqual(
      hex('07000000 09000100 706d697000000000 11000200 6e6f745f61646d697474656400 000000 08000300 00000001'),
    );
  });

  test('tells packets and octets; a message of another kind does not', () => {
    expect(nftables.decodeCounter(message(0xa12, TOLD), true)).toEqual({ packets: 5, octets: 420 });
    expect(nftables.decodeCounter(message(0xa0c, TOLD), true)).toBeUndefined();
  });

  test('cut or mutated is read or malformed', () => {
    const { taken, malformed } = attack(TOLD, (octets) => nftables.decodeCounter(message(0xa12, octets), true));
    expect([taken > 100, malformed > 100]).toEqual([true, true]);
  });
});

describe('elements', () => {
  test('a recorded dump of a map', () => {
    expect(nftables.decodeElements(message(0xa0c, ELEMENTS), true)).toEqual([
      { key: hex('020000000006 0000 0a01004e'), data: AGENT_MAC },
      { key: KEY, data: AGENT_MAC },
    ]);
    expect(nftables.decodeElements(message(0xa0c, NO_ELEMENTS), true)).toEqual([]);
  });

  test.each(BYTE_ORDERS)('what is encoded $order is decoded $order', ({ littleEndian }) => {
    const octets = nftables.encodeElement(VISITORS, { key: KEY }, littleEndian);
    const [encoded] = decodeNetlinkMessages(octets, littleEndian);
    expect(encoded && nftables.decodeElements(encoded, littleEndian)).toEqual([{ key: KEY }]);
  });

  test('a message of another kind holds none', () => {
    expect(nftables.decodeElements(message(0xa0b, ELEMENTS), true)).toEqual([]);
  });

  test('a dump cut or mutated is read or malformed', () => {
    const read = (octets: Uint8Array) => nftables.decodeElements(message(0xa0c, octets), true);
    const { taken, malformed } = attack(ELEMENTS, read);
    expect([taken > 100, malformed > 100]).toEqual([true, true]);
  });
});

test('the recorded refusal of a table that does not exist is ENOENT', () => {
  const [answer] = decodeNetlinkMessages(NO_SUCH_TABLE, true);
  expect(answer && decodeNetlinkAnswer(answer, true)).toEqual({ errno: 2, message: undefined });
});

describe('the news that a table is gone', () => {
  const told = decodeNetlinkMessages(recorded.NEWS_OF_TABLE_REMOVAL, true);
  const tells = (table: nftables.Table) => told.map((each) => nftables.isTableRemoval(each, table, true));

  test('is the last of what the kernel tells, and of that table alone', () => {
    expect(tells(TABLE)).toEqual([false, false, true]);
    expect(tells({ family: 'inet', name: 'pmip' })).toEqual([false, false, false]);
    expect(tells({ family: 'bridge', name: 'fw4' })).toEqual([false, false, false]);
  });

  test.each(BYTE_ORDERS)('is read $order', ({ littleEndian }) => {
    const [message] = decodeNetlinkMessages(nftables.encodeTableRemoval(TABLE, littleEndian), littleEndian);
    expect(message && nftables.isTableRemoval(message, TABLE, littleEndian)).toBe(true);
  });

  test('that is cut is malformed', () => {
    const [, , last] = told;
    const cut = { ...message(0xa02, hex('0700')), payload: last?.payload.subarray(0, 2) ?? hex('') };
    expect(() => nftables.isTableRemoval(cut, TABLE, true)).toThrow('removal of a table');
  });
});

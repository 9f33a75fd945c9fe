import { describe, expect, test } from 'vitest';
import {
  encodeInterfaceChain,
  encodeInterfaceChainRemoval,
  encodePmipTable,
  encodePmipTableRemoval,
  removedPmipTables,
} from '../../src/clients/pmip-tables.ts';
import { decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import { BYTE_ORDERS } from '../wire/netlink-recordings.ts';
import { NEWS_OF_TABLE_REMOVAL } from '../wire/nftables-recordings.ts';

const NFT_MSG_NEWRULE = 0xa06;

describe.each(['bridge', 'inet', 'ip', 'netdev'] as const)('the %s table', (table) => {
  test('table, counters and sets come before the chains, and old rules are taken out before new ones are put in', () => {
    const types = encodePmipTable(table, true).map((octets) => decodeNetlinkMessages(octets, true)[0]?.type);
    const chains = { bridge: [6, 2, 1, 2, 5], inet: [4, 4, 5, 1, 1], ip: [1], netdev: [35, 36] };
    const sets = { bridge: 11, inet: 6, ip: 1, netdev: 3 };
    expect(types).toEqual([
      0xa00,
      ...(table === 'inet' ? [0xa12] : []),
      ...Array(sets[table]).fill(0xa09),
      ...chains[table].flatMap((rules) => [0xa03, 0xa08, ...Array(rules).fill(NFT_MSG_NEWRULE)]),
    ]);
  });

  test('nothing in it depends on what exists already', () => {
    const NLM_F_EXCL = 0x200;
    for (const octets of encodePmipTable(table, true)) {
      expect((decodeNetlinkMessages(octets, true)[0]?.flags ?? 0) & NLM_F_EXCL).toBe(0);
    }
  });
});

test('the chain of an interface is emptied before it is filled, and before it is removed', () => {
  const types = (messages: readonly Uint8Array[]) =>
    messages.map((octets) => decodeNetlinkMessages(octets, true)[0]?.type);
  expect(types(encodeInterfaceChain('phy0-ap0', true))).toEqual([0xa03, 0xa08, NFT_MSG_NEWRULE, NFT_MSG_NEWRULE]);
  expect(types(encodeInterfaceChainRemoval('phy0-ap0', true))).toEqual([0xa08, 0xa05]);
});

test('a table is removed by making it first, so that removing what is not there is no error', () => {
  const types = encodePmipTableRemoval('inet', true).map((octets) => decodeNetlinkMessages(octets, true)[0]?.type);
  expect(types).toEqual([0xa00, 0xa02]);
});

test.each(BYTE_ORDERS)('every message is a whole netlink message $order', ({ littleEndian }) => {
  for (const table of ['bridge', 'inet', 'ip', 'netdev'] as const) {
    for (const octets of encodePmipTable(table, littleEndian)) {
      expect(decodeNetlinkMessages(octets, littleEndian)).toHaveLength(1);
    }
  }
});

test('which of them somebody has removed is known from the kernel’s news; octets that make no sense are no news', () => {
  expect(removedPmipTables(NEWS_OF_TABLE_REMOVAL, true)).toEqual(['bridge']);
  for (let length = 0; length < NEWS_OF_TABLE_REMOVAL.length; length++) {
    expect(removedPmipTables(NEWS_OF_TABLE_REMOVAL.subarray(0, length), true)).toEqual([]);
  }
});

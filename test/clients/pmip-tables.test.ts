import { describe, expect, test } from 'vitest';
import { encodePmipTable, encodePmipTableRemoval } from '../../src/clients/pmip-tables.ts';
import { decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import { BYTE_ORDERS } from '../wire/netlink-recordings.ts';

const NFT_MSG_NEWRULE = 0xa06;

describe.each(['bridge', 'inet'] as const)('the %s table', (table) => {
  test('table, counters and sets come before the chains, and old rules are taken out before new ones are put in', () => {
    const types = encodePmipTable(table, true).map((octets) => decodeNetlinkMessages(octets, true)[0]?.type);
    const chains = { bridge: [6, 2, 1, 2, 5], inet: [4, 4, 5, 1, 1] };
    expect(types).toEqual([
      0xa00,
      ...(table === 'inet' ? [0xa12] : []),
      ...Array(table === 'inet' ? 6 : 11).fill(0xa09),
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

test('a table is removed by making it first, so that removing what is not there is no error', () => {
  const types = encodePmipTableRemoval('inet', true).map((octets) => decodeNetlinkMessages(octets, true)[0]?.type);
  expect(types).toEqual([0xa00, 0xa02]);
});

test.each(BYTE_ORDERS)('every message is a whole netlink message $order', ({ littleEndian }) => {
  for (const octets of [...encodePmipTable('bridge', littleEndian), ...encodePmipTable('inet', littleEndian)]) {
    expect(decodeNetlinkMessages(octets, littleEndian)).toHaveLength(1);
  }
});

import { describe, expect, test } from 'vitest';
import { encodePmipTable, encodePmipTableRemoval, macAndAddressKey, macKey } from '../../src/clients/pmip-tables.ts';
import { decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import { ip, mac } from '../addresses.ts';
import { hex } from '../hex.ts';
import { BYTE_ORDERS, body } from '../wire/netlink-recordings.ts';
import * as recorded from '../wire/nftables-recordings.ts';

const NFT_MSG_NEWRULE = 0xa06;

function rules(table: 'bridge' | 'inet'): Uint8Array[] {
  return encodePmipTable(table, true)
    .filter((octets) => decodeNetlinkMessages(octets, true)[0]?.type === NFT_MSG_NEWRULE)
    .map(body);
}

describe('the bridge table', () => {
  test('its rules are, octet for octet, those that nft makes of the same text', () => {
    expect(rules('bridge')).toEqual([
      recorded.NFT_VISITOR_ARP_RULE,
      recorded.NFT_LOCAL_VISITOR_RULE,
      recorded.NFT_VISITOR_RULE,
    ]);
  });

  test('table, sets and chain come before the rules, and old rules are taken out in between', () => {
    const types = encodePmipTable('bridge', true).map((octets) => decodeNetlinkMessages(octets, true)[0]?.type);
    expect(types).toEqual([0xa00, 0xa09, 0xa09, 0xa09, 0xa03, 0xa08, 0xa06, 0xa06, 0xa06]);
  });

  test('nothing in it depends on what exists already', () => {
    const NLM_F_EXCL = 0x200;
    for (const octets of encodePmipTable('bridge', true)) {
      expect((decodeNetlinkMessages(octets, true)[0]?.flags ?? 0) & NLM_F_EXCL).toBe(0);
    }
  });
});

describe('the table that clamps the segment size', () => {
  test('its rules are, octet for octet, those that nft makes of the same text, for either device', () => {
    const [input, output, ...ofGre] = rules('inet');
    expect([input, output]).toEqual([recorded.NFT_INPUT_CLAMP_RULE, recorded.NFT_OUTPUT_CLAMP_RULE]);
    const renamed = (rule: Uint8Array) =>
      rule.map((octet, at) => (octet === 0x30 && rule[at - 1] === 0x70 ? 0x31 : octet));
    expect(ofGre).toEqual([recorded.NFT_INPUT_CLAMP_RULE, recorded.NFT_OUTPUT_CLAMP_RULE].map(renamed));
  });

  test('its chain is that of nft', () => {
    expect(body(encodePmipTable('inet', true)[1] ?? hex(''))).toEqual(recorded.NFT_FORWARD_CHAIN);
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

test('a joined key pads the MAC address to words', () => {
  expect(macAndAddressKey(mac('02:00:00:00:00:05'), ip('10.1.0.77'))).toEqual(hex('020000000005 0000 0a01004d'));
  expect(macKey(mac('02:00:00:00:00:05'))).toEqual(hex('020000000005'));
});

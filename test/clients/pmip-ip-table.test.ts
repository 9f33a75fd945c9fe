import { expect, test } from 'vitest';
import { IP_CHAINS } from '../../src/clients/pmip-ip-table.ts';
import { encodeChain, encodeRule } from '../../src/wire/nftables.ts';
import { body } from '../wire/netlink-recordings.ts';
import { NFT_COPIES_CHAIN, NFT_COPY_RULE } from '../wire/nftables-recordings-of-copies.ts';

test('its chain and its rule are octet for octet what nft makes of the same text', () => {
  expect(IP_CHAINS.map((chain) => body(encodeChain(chain, true)))).toEqual([NFT_COPIES_CHAIN]);
  const rules = IP_CHAINS.flatMap((chain) => chain.rules.map((rule) => body(encodeRule(chain, rule, true))));
  expect(rules).toEqual([NFT_COPY_RULE]);
});

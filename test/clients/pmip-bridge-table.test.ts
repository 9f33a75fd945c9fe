import { expect, test } from 'vitest';
import { BRIDGE_CHAINS } from '../../src/clients/pmip-bridge-table.ts';
import { encodeChain, encodeRule } from '../../src/wire/nftables.ts';
import { body } from '../wire/netlink-recordings.ts';
import * as recorded from '../wire/nftables-recordings.ts';
import * as recordedOfDhcp from '../wire/nftables-recordings-of-dhcp.ts';
import * as recordedOfPorts from '../wire/nftables-recordings-of-ports.ts';
import * as recordedToo from '../wire/nftables-recordings-of-tunnels.ts';

test('its chains are those of nft', () => {
  expect(BRIDGE_CHAINS.map((chain) => body(encodeChain(chain, true)))).toEqual([
    recorded.NFT_PREROUTING_CHAIN,
    recordedOfPorts.NFT_BRIDGE_INPUT_CHAIN,
    recordedToo.NFT_BRIDGE_FORWARD_CHAIN,
    recordedOfPorts.NFT_BRIDGE_OUTPUT_CHAIN,
    recordedOfPorts.NFT_BRIDGE_POSTROUTING_CHAIN,
  ]);
});

test('its rules are, octet for octet, those that nft makes of the same text', () => {
  const rules = BRIDGE_CHAINS.flatMap((chain) => chain.rules.map((rule) => body(encodeRule(chain, rule, true))));
  expect(rules).toEqual([
    recordedOfDhcp.NFT_DISCOVER_RULE,
    recordedOfDhcp.NFT_KEPT_RULE,
    recorded.NFT_VISITOR_ARP_RULE,
    recorded.NFT_LOCAL_VISITOR_RULE,
    recorded.NFT_VISITOR_RULE,
    recordedOfPorts.NFT_FORGED_RULE,
    recordedOfPorts.NFT_SOLICITATION_BY_OTHER_PORT_RULE,
    recordedOfPorts.NFT_REGISTRATION_BY_OTHER_PORT_RULE,
    recordedToo.NFT_REGISTRATION_REPLY_RULE,
    recordedOfPorts.NFT_ADVERTISEMENT_TO_OTHER_PORT_RULE,
    recordedOfPorts.NFT_SOLICITATION_TO_OTHER_PORT_RULE,
    recordedOfPorts.NFT_BARE_ADVERTISEMENT_RULE,
    recordedOfPorts.NFT_ADVERTISEMENT_RULE,
    recordedOfPorts.NFT_ADVERTISEMENT_TO_VISITOR_RULE,
    recordedOfPorts.NFT_IPV4_BROADCAST_RULE,
    recordedOfPorts.NFT_ARP_BROADCAST_RULE,
  ]);
});

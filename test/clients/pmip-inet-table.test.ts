import { describe, expect, test } from 'vitest';
import { inetChains } from '../../src/clients/pmip-inet-table.ts';
import { encodeChain, encodeRule } from '../../src/wire/nftables.ts';
import { body } from '../wire/netlink-recordings.ts';
import * as recorded from '../wire/nftables-recordings.ts';
import * as recordedOfDhcp from '../wire/nftables-recordings-of-dhcp.ts';
import * as recordedToo from '../wire/nftables-recordings-of-tunnels.ts';

function rulesOf(name: string): Uint8Array[] {
  const chain = inetChains(true).find((each) => each.name === name);
  return (chain?.rules ?? []).map((rule) =>
    body(encodeRule({ table: { family: 'inet', name: 'pmip' }, name }, rule, true)),
  );
}

test('its chains are those of nft', () => {
  expect(inetChains(true).map((chain) => body(encodeChain(chain, true)))).toEqual([
    recordedToo.NFT_INPUT_CHAIN,
    recordedToo.NFT_RAW_CHAIN,
    recorded.NFT_FORWARD_CHAIN,
    recordedToo.NFT_POSTROUTING_CHAIN,
    recordedToo.NFT_OUTPUT_CHAIN,
  ]);
});

describe('octet for octet what nft makes of the same text are', () => {
  test('the rules that mark what belongs to a binding or a visitor', () => {
    expect(rulesOf('input')).toEqual([
      recordedToo.NFT_IPIP_BINDINGS_RULE,
      recordedToo.NFT_IPIP_VISITS_RULE,
      recordedToo.NFT_GRE_BINDINGS_RULE,
      recordedToo.NFT_GRE_VISITS_RULE,
    ]);
  });

  test('the rules that drop what has no mark, take DHCP out of the rest, and take the mark off', () => {
    expect(rulesOf('prerouting')).toEqual([
      recordedToo.NFT_ADMISSION_RULE,
      recordedOfDhcp.NFT_RENEWAL_RULE,
      recordedOfDhcp.NFT_REFUSAL_RULE,
      recordedToo.NFT_UNMARKING_RULE,
    ]);
  });

  test('the rules that clamp the segment size, for either device and for visitors beside the tunnel', () => {
    const renamed = (rule: Uint8Array) =>
      rule.map((octet, at) => (octet === 0x30 && rule[at - 1] === 0x70 ? 0x31 : octet));
    const ofIpip = [recorded.NFT_INPUT_CLAMP_RULE, recorded.NFT_OUTPUT_CLAMP_RULE];
    expect(rulesOf('forward')).toEqual([...ofIpip, ...ofIpip.map(renamed), recordedToo.NFT_VISITOR_CLAMP_RULE]);
  });

  test('the rules that let the outer header be fragmented where the inner one may be', () => {
    expect(rulesOf('postrouting')).toEqual([recordedToo.NFT_FRAGMENTABLE_RULE]);
    expect(rulesOf('output')).toEqual([recordedToo.NFT_FRAGMENTABLE_TUNNEL_RULE]);
  });
});

test('the mark is a number of the host: on a big-endian one it turns round', () => {
  const [rule] = inetChains(false)[0]?.rules ?? [];
  const immediate = rule?.find(({ name }) => name === 'immediate');
  const chain = { table: { family: 'inet', name: 'pmip' }, name: 'input' } as const;
  const written = Array.from(encodeRule(chain, immediate ? [immediate] : [], false));
  expect(written.slice(-4)).toEqual([0x04, 0x34, 0x00, 0x00]);
});

// Makes and removes our two nf_tables tables, by messages that leave existing sets and counters as they are, with what is
// in them, and put the rules in anew: what a restarted or upgraded daemon needs.

import * as nftables from '../wire/nftables.ts';
import { BRIDGE_CHAINS } from './pmip-bridge-table.ts';
import { inetChains } from './pmip-inet-table.ts';
import { BRIDGE_SETS, INET_SETS, NOT_ADMITTED, PMIP_TABLES, type PmipTable } from './pmip-sets.ts';

export function encodePmipTable(table: PmipTable, littleEndian: boolean): Uint8Array[] {
  const sets: readonly nftables.SetOrMap[] = Object.values(table === 'bridge' ? BRIDGE_SETS : INET_SETS);
  const chains = table === 'bridge' ? BRIDGE_CHAINS : inetChains(littleEndian);
  return [
    nftables.encodeTable(PMIP_TABLES[table], littleEndian),
    ...(table === 'inet' ? [nftables.encodeCounter(NOT_ADMITTED, littleEndian)] : []),
    ...sets.map((set) => nftables.encodeSet(set, littleEndian)),
    ...chains.flatMap((chain) => encodeChain(chain, littleEndian)),
  ];
}

/** Removes the table whether it is there or not: in one batch, making it first does no harm. */
export function encodePmipTableRemoval(table: PmipTable, littleEndian: boolean): Uint8Array[] {
  const of = PMIP_TABLES[table];
  return [nftables.encodeTable(of, littleEndian), nftables.encodeTableRemoval(of, littleEndian)];
}

function encodeChain(chain: nftables.ChainWithRules, littleEndian: boolean): Uint8Array[] {
  return [
    nftables.encodeChain(chain, littleEndian),
    nftables.encodeChainFlush(chain, littleEndian),
    ...chain.rules.map((rule) => nftables.encodeRule(chain, rule, littleEndian)),
  ];
}

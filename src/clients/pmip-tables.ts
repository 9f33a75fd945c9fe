// Makes and removes our nf_tables tables, by messages that leave existing sets and counters as they are, with what is
// in them, and put the rules in anew: what a restarted or upgraded daemon needs.

import { unlessMalformed } from '../wire/malformed.ts';
import { decodeNetlinkMessages } from '../wire/netlink.ts';
import * as nftables from '../wire/nftables.ts';
import { BRIDGE_CHAINS } from './pmip-bridge-table.ts';
import { inetChains } from './pmip-inet-table.ts';
import { IP_CHAINS } from './pmip-ip-table.ts';
import { interfaceChain, NETDEV_CHAINS } from './pmip-netdev-table.ts';
import {
  BRIDGE_SETS,
  INET_SETS,
  IP_SETS,
  NETDEV_SETS,
  NOT_ADMITTED,
  PMIP_TABLE_FAMILIES,
  PMIP_TABLES,
  type PmipTable,
} from './pmip-sets.ts';

export function encodePmipTable(table: PmipTable, littleEndian: boolean): Uint8Array[] {
  const { sets, chains } = contentOf(table, littleEndian);
  return [
    nftables.encodeTable(PMIP_TABLES[table], littleEndian),
    ...(table === 'inet' ? [nftables.encodeCounter(NOT_ADMITTED, littleEndian)] : []),
    ...Object.values(sets).map((set) => nftables.encodeSet(set, littleEndian)),
    ...chains.flatMap((chain) => encodeChain(chain, littleEndian)),
  ];
}

/** Removes the table whether it is there or not: in one batch, making it first does no harm. */
export function encodePmipTableRemoval(table: PmipTable, littleEndian: boolean): Uint8Array[] {
  const of = PMIP_TABLES[table];
  return [nftables.encodeTable(of, littleEndian), nftables.encodeTableRemoval(of, littleEndian)];
}

/** Of `table netdev pmip`, for one interface; it fails where there is no such interface. */
export function encodeInterfaceChain(interfaceName: string, littleEndian: boolean): Uint8Array[] {
  return encodeChain(interfaceChain(interfaceName), littleEndian);
}

export function encodeInterfaceChainRemoval(interfaceName: string, littleEndian: boolean): Uint8Array[] {
  const chain = interfaceChain(interfaceName);
  return [nftables.encodeChainFlush(chain, littleEndian), nftables.encodeChainRemoval(chain, littleEndian)];
}

/** What is gone of ours, by one datagram of the group that tells of each change of nf_tables. */
export function removedPmipTables(octets: Uint8Array, littleEndian: boolean): PmipTable[] {
  const messages = unlessMalformed(() => decodeNetlinkMessages(octets, littleEndian)) ?? [];
  const isRemoved = (table: PmipTable) =>
    messages.some((each) => unlessMalformed(() => nftables.isTableRemoval(each, PMIP_TABLES[table], littleEndian)));
  return PMIP_TABLE_FAMILIES.filter(isRemoved);
}

type Content = {
  readonly sets: Readonly<Record<string, nftables.SetOrMap>>;
  readonly chains: readonly nftables.SubchainWithRules[];
};

function contentOf(table: PmipTable, littleEndian: boolean): Content {
  switch (table) {
    case 'bridge':
      return { sets: BRIDGE_SETS, chains: BRIDGE_CHAINS };
    case 'inet':
      return { sets: INET_SETS, chains: inetChains(littleEndian) };
    case 'ip':
      return { sets: IP_SETS, chains: IP_CHAINS };
    case 'netdev':
      return { sets: NETDEV_SETS, chains: NETDEV_CHAINS };
  }
}

function encodeChain(chain: nftables.SubchainWithRules, littleEndian: boolean): Uint8Array[] {
  return [
    nftables.encodeChain(chain, littleEndian),
    nftables.encodeChainFlush(chain, littleEndian),
    ...chain.rules.map((rule) => nftables.encodeRule(chain, rule, littleEndian)),
  ];
}

// The subnet map table: which home agent serves which home network. The reader takes the longest match.

import { type Ipv4Address, type MacAddress, type Prefix, prefixOf } from '../octets/address.ts';

export type SubnetMapRow = {
  readonly network: Prefix;
  readonly homeAgent: Ipv4Address;
  /** Those to ask, in order, where the first does not serve. */
  readonly otherHomeAgents?: readonly Ipv4Address[];
  /** What the home network's stations know as their gateway's MAC address, for answering a visitor's ARP. */
  readonly gatewayMac: MacAddress | undefined;
};

export function homeAgentsOf({ homeAgent, otherHomeAgents = [] }: SubnetMapRow): readonly Ipv4Address[] {
  return [homeAgent, ...otherHomeAgents];
}

export class SubnetMap {
  readonly #longestFirst: readonly SubnetMapRow[];
  /** By length, the longest first, and then by network. */
  readonly #byLength = new Map<number, Map<Ipv4Address, SubnetMapRow>>();

  constructor(rows: readonly SubnetMapRow[]) {
    this.#longestFirst = [...rows].sort((a, b) => b.network.length - a.network.length);
    for (const row of this.#longestFirst) {
      const { network, length } = row.network;
      const ofLength = this.#byLength.get(length) ?? new Map<Ipv4Address, SubnetMapRow>();
      this.#byLength.set(length, ofLength);
      if (!ofLength.has(network)) ofLength.set(network, row);
    }
  }

  lookup(address: Ipv4Address): SubnetMapRow | undefined {
    for (const [length, rows] of this.#byLength) {
      const row = rows.get(prefixOf(address, length).network);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  rows(): readonly SubnetMapRow[] {
    return this.#longestFirst;
  }
}

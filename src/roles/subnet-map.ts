// The subnet map table: which home agent serves which home network. The reader takes the longest match.

import { contains, type Ipv4Address, type MacAddress, type Prefix } from '../octets/address.ts';

export type SubnetMapRow = {
  readonly network: Prefix;
  readonly homeAgent: Ipv4Address;
  /** What the home network's stations know as their gateway's MAC address, for answering a visitor's ARP. */
  readonly gatewayMac: MacAddress | undefined;
};

export class SubnetMap {
  readonly #longestFirst: readonly SubnetMapRow[];

  constructor(rows: readonly SubnetMapRow[]) {
    this.#longestFirst = [...rows].sort((a, b) => b.network.length - a.network.length);
  }

  lookup(address: Ipv4Address): SubnetMapRow | undefined {
    return this.#longestFirst.find((row) => contains(row.network, address));
  }

  rows(): readonly SubnetMapRow[] {
    return this.#longestFirst;
  }
}

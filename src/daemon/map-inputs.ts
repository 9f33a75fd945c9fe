// What the subnet map exchange is to be run with, and how what it has learned stands beside what the configuration says.

import type { Network } from '../clients/network.ts';
import type { Config } from '../config/config.ts';
import { formatPrefix, type Ipv4Address } from '../octets/address.ts';
import type { SubnetMapRow } from '../roles/subnet-map.ts';

export type MapInputs = {
  readonly config: Config;
  readonly network: Network;
  /** Our address on the way to another box. */
  readonly sources: ReadonlyMap<Ipv4Address, Ipv4Address>;
};

/** What others have told. */
export type Learned = { readonly rows: readonly SubnetMapRow[] };

export const NOTHING_LEARNED: Learned = { rows: [] };

/** A static row stands in place of a learned one of the same network; else the longest match decides. */
export function mergedRows(fixed: readonly SubnetMapRow[], learned: readonly SubnetMapRow[]): SubnetMapRow[] {
  const taken = new Set(fixed.map(({ network }) => formatPrefix(network)));
  return [...fixed, ...learned.filter(({ network }) => !taken.has(formatPrefix(network)))];
}

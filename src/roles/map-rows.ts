// From records to rows: which home agent serves a network when access points do not agree. The rule knows no order of
// arrival, so all boxes with the same records choose the same, and the choice does not change while nobody changes his mind:
// of several claims to one network the one with the lowest first home agent counts; networks within each other stand side by
// side, and the longest match decides. Whoever looks at a row sees the others' claims.

import { contains, formatPrefix, type Ipv4Address, type MacAddress, type Prefix } from '../octets/address.ts';
import type { MapRecord } from '../wire/subnet-map-records.ts';
import type { SubnetMapRow } from './subnet-map.ts';

export type MapClaimant = {
  readonly network: Prefix;
  readonly homeAgent: Ipv4Address;
  readonly reporters: readonly Ipv4Address[];
};

export type MapRow = SubnetMapRow & {
  readonly reporters: readonly Ipv4Address[];
  /** What others say of this network, or of one that overlaps with it. */
  readonly conflicts: readonly MapClaimant[];
};

type Candidate = {
  readonly network: Prefix;
  readonly homeAgent: Ipv4Address;
  otherHomeAgents: readonly Ipv4Address[];
  gatewayMac: MacAddress | undefined;
  readonly reporters: Ipv4Address[];
};

export function mapRows(records: Iterable<MapRecord>): MapRow[] {
  const rows: MapRow[] = [];
  for (const candidates of candidatesByNetwork(records).values()) {
    const [winner, ...others] = [...candidates.values()].sort((a, b) => a.homeAgent - b.homeAgent);
    if (winner === undefined) continue;
    const { otherHomeAgents, ...row } = winner;
    const next = otherHomeAgents.length === 0 ? {} : { otherHomeAgents };
    rows.push({ ...row, ...next, conflicts: others.map(claimantOf) });
  }
  return withOverlaps(rows);
}

function candidatesByNetwork(records: Iterable<MapRecord>): Map<string, Map<Ipv4Address, Candidate>> {
  const byNetwork = new Map<string, Map<Ipv4Address, Candidate>>();
  for (const { state, claims, address } of records) {
    if (state === 'deleted') continue;
    for (const { network, homeAgents, gatewayMac } of claims) {
      const [homeAgent, ...otherHomeAgents] = homeAgents;
      if (homeAgent === undefined) continue;
      const key = formatPrefix(network);
      const candidates = byNetwork.get(key) ?? new Map<Ipv4Address, Candidate>();
      byNetwork.set(key, candidates);
      const candidate = candidates.get(homeAgent) ?? { network, homeAgent, otherHomeAgents, gatewayMac, reporters: [] };
      candidates.set(homeAgent, candidate);
      candidate.otherHomeAgents = chosen(candidate.otherHomeAgents, otherHomeAgents);
      candidate.gatewayMac = lower(candidate.gatewayMac, gatewayMac);
      candidate.reporters.push(address);
    }
  }
  return byNetwork;
}

/** Sorted, a network comes right behind those that it lies in. */
function withOverlaps(rows: readonly MapRow[]): MapRow[] {
  const sorted = [...rows].sort((a, b) => a.network.network - b.network.network || a.network.length - b.network.length);
  const overlaps = new Map<MapRow, MapClaimant[]>(sorted.map((row) => [row, []]));
  const around: MapRow[] = [];
  for (const row of sorted) {
    for (
      let last = around.at(-1);
      last !== undefined && !contains(last.network, row.network.network);
      last = around.at(-1)
    )
      around.pop();
    for (const outer of around) {
      overlaps.get(outer)?.push(claimantOf(row));
      overlaps.get(row)?.push(claimantOf(outer));
    }
    around.push(row);
  }
  return sorted.map((row) => ({ ...row, conflicts: [...row.conflicts, ...(overlaps.get(row) ?? [])] }));
}

/** Who sees more of them, or else lower ones, is believed: in whatever order they are heard of. */
function chosen(a: readonly Ipv4Address[], b: readonly Ipv4Address[]): readonly Ipv4Address[] {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  const differing = a.findIndex((address, index) => address !== b[index]);
  return (a[differing] ?? 0) <= (b[differing] ?? 0) ? a : b;
}

function claimantOf({ network, homeAgent, reporters }: MapClaimant): MapClaimant {
  return { network, homeAgent, reporters };
}

function lower(a: MacAddress | undefined, b: MacAddress | undefined): MacAddress | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b) as MacAddress;
}

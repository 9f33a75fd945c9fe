// The roams of a station: where it came to, from where as far as anybody has told, and how long its traffic waited. The
// access point knows when a station comes, the home agent where it is when it is not here, the authoritative access
// points which one it has left for which.

import { formatIpv4, type Ipv4Address } from '../octets/address.ts';
import type { Report } from '../roles/report.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';

/** An interface of this access point, or elsewhere: by the address of the other access point, or the care-of address. */
type Place =
  | { readonly kind: 'here'; readonly interfaceName: string }
  | { readonly kind: 'elsewhere'; readonly address: Ipv4Address };

export type Arrival = {
  readonly atMs: number;
  /** Undefined: it has gone, nobody knows where. */
  readonly place: Place | undefined;
  /** As it was told; else where it was before counts. */
  readonly cameFrom: Place | undefined;
  readonly outageMs: number | undefined;
};

const MOST_ROAMS = 8;
/** So much later the home agent and the authoritative access points may tell of the same roam. */
const SAME_ROAM_MS = 2000;

export class Arrivals {
  #list: Arrival[] = [];

  all(): readonly Arrival[] {
    return this.#list;
  }

  reported(report: Report, atMs: number): void {
    switch (report.kind) {
      case 'stationAttached':
        return this.#add({ kind: 'here', interfaceName: report.interfaceName }, atMs);
      case 'stationMovedTo':
        return this.#add({ kind: 'elsewhere', address: report.peer }, atMs);
      case 'bindingCreated':
      case 'bindingMoved':
        return this.#add({ kind: 'elsewhere', address: report.careOfAddress }, atMs);
      case 'visitorRevoked':
      case 'visitorDeregistered':
        return this.#add(undefined, atMs);
      case 'stationCameFrom':
        return this.#changeLast({ cameFrom: { kind: 'elsewhere', address: report.peer } });
    }
  }

  outageEnded(outageMs: number): void {
    this.#changeLast({ outageMs });
  }

  #add(place: Place | undefined, atMs: number): void {
    this.#list.push({ atMs, place, cameFrom: undefined, outageMs: undefined });
    // One more: where the first of them began.
    if (this.#list.length > MOST_ROAMS + 1) this.#list.shift();
  }

  #changeLast(change: Partial<Arrival>): void {
    const last = this.#list.pop();
    if (last !== undefined) this.#list.push({ ...last, ...change });
  }
}

/** The last roams, the newest last, from all that is known of a station. */
export function roamRows(known: readonly Arrivals[], nowMs: number): PlainTable[] {
  const arrivals = known.flatMap((one) => one.all()).sort((a, b) => a.atMs - b.atMs);
  const rows: PlainTable[] = [];
  let before: Arrival | undefined;
  for (const arrival of arrivals) {
    if (before !== undefined && isSameRoam(before, arrival)) continue;
    if (arrival.place !== undefined) rows.push(rowOf(arrival, before?.place, nowMs));
    before = arrival;
  }
  return rows.slice(-MOST_ROAMS);
}

function isSameRoam(before: Arrival, after: Arrival): boolean {
  const areElsewhere = before.place?.kind === 'elsewhere' && after.place?.kind === 'elsewhere';
  return areElsewhere && after.atMs - before.atMs < SAME_ROAM_MS;
}

function rowOf({ atMs, place, cameFrom, outageMs }: Arrival, before: Place | undefined, nowMs: number): PlainTable {
  const to = placeText(place);
  const from = placeText(cameFrom ?? before);
  return {
    seconds_ago: Math.max(0, Math.round((nowMs - atMs) / 1000)),
    // Nobody comes from where it is: it was somewhere in between.
    ...(from === undefined || from === to ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(outageMs === undefined ? {} : { outage_ms: Math.round(outageMs) }),
  };
}

function placeText(place: Place | undefined): string | undefined {
  return place?.kind === 'elsewhere' ? formatIpv4(place.address) : place?.interfaceName;
}

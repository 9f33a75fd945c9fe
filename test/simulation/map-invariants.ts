// What must hold of the subnet map at every step, and when nothing fails any more.

import { formatIpv4, formatPrefix, type Ipv4Address, type MacAddress } from '../../src/octets/address.ts';
import { compareVersions } from '../../src/roles/map-records.ts';
import type { MapRow } from '../../src/roles/map-rows.ts';
import type { MapRecord } from '../../src/wire/subnet-map-records.ts';
import { Violation } from './invariants.ts';
import type { MapBox, MapWatcher, MapWorld } from './map-world.ts';

export class MapInvariants implements MapWatcher {
  readonly #boxOf = new Map<MacAddress, MapBox>();
  /** By box and reporter: the latest version that the box has had since it began. */
  readonly #latest = new Map<MapBox, Map<MacAddress, MapRecord>>();
  /** Of whom a box may have heard something new since it was looked at; undefined: of anybody. */
  readonly #unseen = new Map<MapBox, Set<MacAddress> | undefined>();
  /** Home agents that a box has ever claimed. */
  readonly #claimed = new Map<MacAddress, Set<Ipv4Address>>();
  readonly #homeAddresses = new Map<MacAddress, Ipv4Address>();
  hints = 0;
  moves = 0;

  constructor(world: MapWorld) {
    for (const box of world.boxes) {
      this.#boxOf.set(box.name, box);
      this.claims(box);
    }
  }

  /** What a box says from now on. */
  claims(box: MapBox): void {
    const claimed = this.#claimed.get(box.name) ?? new Set();
    this.#claimed.set(box.name, claimed);
    for (const { homeAgents } of box.claims) for (const homeAgent of homeAgents) claimed.add(homeAgent);
  }

  stationHas(mac: MacAddress, homeAddress: Ipv4Address): void {
    this.#homeAddresses.set(mac, homeAddress);
  }

  begunAnew(box: MapBox): void {
    this.#latest.delete(box);
    this.#unseen.delete(box);
  }

  mapChanged(box: MapBox): void {
    const latest = this.#latest.get(box) ?? new Map<MacAddress, MapRecord>();
    this.#latest.set(box, latest);
    const table = box.client.table();
    this.#look(box, this.#unseen.get(box) ?? this.#boxOf.keys());
    if (table.size !== latest.size) this.#look(box, this.#boxOf.keys());
    this.#unseen.set(box, new Set());
  }

  #look(box: MapBox, reporters: Iterable<MacAddress>): void {
    const latest = this.#latest.get(box);
    for (const reporter of reporters) {
      const record = box.client.table().get(reporter);
      const before = latest?.get(reporter);
      if (before === record) continue;
      // What no authoritative access point has known for an hour is forgotten, and what they say then is believed.
      if (record === undefined) latest?.delete(reporter);
      else this.#isLater(box, record, before);
    }
  }

  informed(box: MapBox, reporters: readonly MacAddress[] | undefined): void {
    const unseen = this.#unseen.get(box);
    if (reporters === undefined) this.#unseen.delete(box);
    else for (const reporter of reporters) unseen?.add(reporter);
  }

  #isLater(box: MapBox, record: MapRecord, before: MapRecord | undefined): void {
    if (before !== undefined && compareVersions(record, before) < 0) {
      throw new Violation(`box ${box.number} goes back to an earlier word of box ${this.#numberOf(record.reporter)}`);
    }
    this.#latest.get(box)?.set(record.reporter, record);
    this.#isOwn(box, record);
  }

  hinted(box: MapBox, mac: MacAddress, homeAddress: Ipv4Address): void {
    this.hints += 1;
    if (this.#homeAddresses.get(mac) === homeAddress) return;
    throw new Violation(`box ${box.number} is told that a station has ${formatIpv4(homeAddress)}, which is not so`);
  }

  moved(): void {
    this.moves += 1;
  }

  /** No home agent is ever used that its own access point has not named, for no other network. */
  #isOwn(box: MapBox, { reporter, claims }: MapRecord): void {
    const owner = this.#boxOf.get(reporter);
    for (const { network, homeAgents } of claims) {
      const isOwn = owner !== undefined && formatPrefix(network) === formatPrefix(owner.usualClaim().network);
      const wrong = homeAgents.find((homeAgent) => !this.#claimed.get(reporter)?.has(homeAgent));
      if (isOwn && wrong === undefined) continue;
      throw new Violation(`box ${box.number} has ${formatPrefix(network)} of box ${owner?.number}, who never said so`);
    }
  }

  #numberOf(reporter: MacAddress): number | undefined {
    return this.#boxOf.get(reporter)?.number;
  }
}

type Judged = { readonly wanted: string; readonly complaints: readonly string[] };

/** Rows that were looked at, as long as they are those of a box. */
const judged = new WeakMap<readonly MapRow[], Judged>();

/** What is not yet as it should be where nothing fails; boxes that have gone for good are to be forgotten. */
export function unsettledMaps(world: MapWorld): string[] {
  const running = world.boxes.filter(({ isRunning }) => isRunning);
  const wanted = new Map<Ipv4Address, Ipv4Address | undefined>();
  for (const { claims } of running) {
    for (const { network, homeAgents } of claims) wanted.set(network.network, homeAgents[0]);
  }
  const wantedText = [...wanted].join(' ');
  return running.flatMap((box) => {
    const rows = box.client.rows();
    const before = judged.get(rows);
    const complaints = before?.wanted === wantedText ? before.complaints : complaintsAbout(rows, wanted);
    judged.set(rows, { wanted: wantedText, complaints });
    return complaints.map((complaint) => `box ${box.number} ${complaint}`);
  });
}

function complaintsAbout(rows: readonly MapRow[], wanted: ReadonlyMap<Ipv4Address, Ipv4Address | undefined>): string[] {
  const complaints: string[] = [];
  const known = new Map(rows.map(({ network, homeAgent }) => [network.network, homeAgent]));
  for (const [network, homeAgent] of wanted) {
    if (known.get(network) !== homeAgent) complaints.push(`lacks ${rowText(network, homeAgent)}`);
  }
  for (const [network, homeAgent] of known) {
    if (!wanted.has(network)) complaints.push(`still has ${rowText(network, homeAgent)}`);
  }
  return complaints;
}

function rowText(network: Ipv4Address, homeAgent: Ipv4Address | undefined): string {
  return `${formatIpv4(network)} at ${homeAgent === undefined ? 'nobody' : formatIpv4(homeAgent)}`;
}

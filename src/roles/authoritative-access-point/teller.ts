// What another box is to be told over one session: records and stations that it has not heard of, a message at a time. What
// changes while a message is under way goes with the next one.

import type { MacAddress } from '../../octets/address.ts';
import { type MapBody, MOST_BODY_OCTETS, RECORDS_HEAD_LENGTH, STATIONS_HEAD_LENGTH } from '../../wire/subnet-map.ts';
import { type MapRecord, recordLength } from '../../wire/subnet-map-records.ts';
import { type MapStation, STATION_LENGTH } from '../../wire/subnet-map-stations.ts';
import type { Delivered, MapLink } from '../map-link.ts';

export type Knowledge = {
  readonly isSettled: boolean;
  readonly recordOf: (reporter: MacAddress) => MapRecord | undefined;
  readonly stationOf: (mac: MacAddress, nowMs: number) => MapStation | undefined;
};

type Page = { readonly reporters: readonly MacAddress[]; readonly isOfWhole: boolean };

const MOST_STATIONS = Math.floor((MOST_BODY_OCTETS - STATIONS_HEAD_LENGTH) / STATION_LENGTH);

export class Teller {
  readonly link: MapLink;
  /** Stations: to an access point, those that were taken from it; to an authoritative one, all news. */
  readonly #stationsKind: 'moved' | 'stations';
  readonly #changes = new Set<MacAddress>();
  readonly #stations = new Set<MacAddress>();
  /** What is left of the whole map, while that is told. */
  #whole: readonly MacAddress[] | undefined;
  #hasBegun = false;
  #page: Page | undefined;

  constructor(link: MapLink, stationsKind: 'moved' | 'stations') {
    this.link = link;
    this.#stationsKind = stationsKind;
  }

  recordChanged(reporter: MacAddress): void {
    this.#changes.add(reporter);
  }

  stationChanged(mac: MacAddress): void {
    this.#stations.add(mac);
  }

  tellWhole(reporters: readonly MacAddress[]): void {
    this.#whole = reporters;
    this.#hasBegun = false;
    this.#changes.clear();
  }

  /** Whether nothing about records is on its way, or about to be. */
  isAtRest(): boolean {
    return this.#changes.size === 0 && this.#whole === undefined && !this.link.isDelivering('records');
  }

  say(knowledge: Knowledge, nowMs: number): Uint8Array[] {
    return [...this.#sayRecords(knowledge, nowMs), ...this.#sayStations(knowledge, nowMs)];
  }

  answered(kind: Delivered): void {
    const page = this.#page;
    if (kind !== 'records' || page === undefined) return;
    this.#page = undefined;
    if (!page.isOfWhole || this.#whole === undefined) return;
    this.#hasBegun = true;
    const left = this.#whole.slice(page.reporters.length);
    this.#whole = left.length === 0 ? undefined : left;
  }

  #sayRecords(knowledge: Knowledge, nowMs: number): Uint8Array[] {
    if (this.link.isDelivering('records')) return [];
    const isOfWhole = this.#whole !== undefined;
    const candidates = this.#whole ?? [...this.#changes];
    if (!isOfWhole && candidates.length === 0) return [];
    const reporters = onePage(candidates, knowledge);
    for (const reporter of reporters) this.#changes.delete(reporter);
    this.#page = { reporters, isOfWhole };
    const begins = isOfWhole && !this.#hasBegun;
    const ends = isOfWhole && reporters.length === candidates.length;
    const build = (): MapBody => {
      const fitting = onePage(reporters, knowledge);
      // What has grown since the first try goes with a later page.
      for (const reporter of reporters.slice(fitting.length)) this.#changes.add(reporter);
      const records = fitting.map(knowledge.recordOf).filter((record) => record !== undefined);
      return { kind: 'records', begins, ends, isSettled: knowledge.isSettled, records };
    };
    return [this.link.deliver('records', build, nowMs)];
  }

  #sayStations(knowledge: Knowledge, nowMs: number): Uint8Array[] {
    const kind = this.#stationsKind;
    if (this.#stations.size === 0 || this.link.isDelivering(kind)) return [];
    const macs = [...this.#stations].slice(0, MOST_STATIONS);
    for (const mac of macs) this.#stations.delete(mac);
    const build = (atMs: number): MapBody => {
      const stations = macs.map((mac) => knowledge.stationOf(mac, atMs)).filter((station) => station !== undefined);
      return { kind, stations };
    };
    return [this.link.deliver(kind, build, nowMs)];
  }
}

/** As many from the beginning as one message holds. */
function onePage(reporters: readonly MacAddress[], { recordOf }: Knowledge): readonly MacAddress[] {
  let left = MOST_BODY_OCTETS - RECORDS_HEAD_LENGTH;
  const end = reporters.findIndex((reporter) => {
    const record = recordOf(reporter);
    left -= record === undefined ? 0 : recordLength(record);
    return left < 0;
  });
  return end < 0 ? reporters : reporters.slice(0, end);
}

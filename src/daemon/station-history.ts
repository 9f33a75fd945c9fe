// What is remembered of stations beside the access point's own table, which forgets those that leave: how their address
// was learned, how often they came anew, and how long they had to wait for their traffic when they came last.

import type { MacAddress } from '../octets/address.ts';
import type { Report } from '../roles/report.ts';

export type StationPast = {
  readonly learnedBy: string | undefined;
  /** How often it was attached anew since it was first seen. */
  readonly roams: number;
  /** From the attachment, or from when its address was known if that was later, until it was registered. */
  readonly lastOutageMs: number | undefined;
};

type Entry = StationPast & { readonly waitsSinceMs: number | undefined };

const NOTHING: Entry = { learnedBy: undefined, roams: -1, lastOutageMs: undefined, waitsSinceMs: undefined };
/** Twice what the access point serves at once; the least recent goes first. */
const MOST_STATIONS = 2000;

export class StationHistory {
  readonly #entries = new Map<MacAddress, Entry>();

  of(mac: MacAddress): StationPast | undefined {
    return this.#entries.get(mac);
  }

  /** How long the outage was that has ended by this. */
  reported(report: Report, nowMs: number): number | undefined {
    switch (report.kind) {
      case 'stationAttached': {
        const { roams } = this.#entry(report.mac);
        this.#set(report.mac, { roams: roams + 1, waitsSinceMs: nowMs });
        return undefined;
      }
      case 'stationHome':
      case 'stationAway':
        this.#set(report.mac, { learnedBy: report.learnedBy, waitsSinceMs: nowMs });
        return undefined;
      case 'registrationAccepted': {
        const { waitsSinceMs } = this.#entry(report.mac);
        if (waitsSinceMs === undefined) return undefined;
        const lastOutageMs = nowMs - waitsSinceMs;
        this.#set(report.mac, { lastOutageMs, waitsSinceMs: undefined });
        return lastOutageMs;
      }
      default:
        return undefined;
    }
  }

  #entry(mac: MacAddress): Entry {
    return this.#entries.get(mac) ?? NOTHING;
  }

  #set(mac: MacAddress, change: Partial<Entry>): void {
    const entry = { ...this.#entry(mac), ...change };
    this.#entries.delete(mac);
    this.#entries.set(mac, entry);
    if (this.#entries.size <= MOST_STATIONS) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}

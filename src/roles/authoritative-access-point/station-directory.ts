// The station directory: which access point serves a station, and where the station is at home. What is personal in it is
// forgotten an hour after the station was last heard of; nothing is written to a disk.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { MapStation } from '../../wire/subnet-map-stations.ts';

type Entry = {
  readonly homeAddress: Ipv4Address | undefined;
  readonly gatewayMac: MacAddress | undefined;
  readonly accessPoint: MacAddress;
  readonly attachedAtMs: number;
  readonly hasLeft: boolean;
  readonly heardAtMs: number;
};

export type StationTaken = {
  readonly isNews: boolean;
  /** The access point that served it last, if that is another. */
  readonly cameFrom: MacAddress | undefined;
  /** The same, if it has not yet noticed that the station is gone. */
  readonly movedFrom: MacAddress | undefined;
};

const KEPT_MS = 3_600_000;
/** Ages take a round trip to tell; of one access point the words come in order. */
const AGE_TOLERANCE_MS = 500;

export class StationDirectory {
  readonly #entries = new Map<MacAddress, Entry>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  stationOf(mac: MacAddress, nowMs: number): MapStation | undefined {
    const entry = this.#entries.get(mac);
    if (entry === undefined) return undefined;
    const { homeAddress, gatewayMac, accessPoint, hasLeft, attachedAtMs } = entry;
    return { mac, asks: false, hasLeft, homeAddress, gatewayMac, accessPoint, ageMs: nowMs - attachedAtMs };
  }

  /** Where a station was attached last counts. */
  take(station: MapStation, nowMs: number): StationTaken {
    const { mac, accessPoint, hasLeft } = station;
    const before = this.#entries.get(mac);
    const attachedAtMs = nowMs - station.ageMs;
    const isElsewhere = before !== undefined && before.accessPoint !== accessPoint;
    const leastMs = before === undefined ? attachedAtMs : before.attachedAtMs - (isElsewhere ? 0 : AGE_TOLERANCE_MS);
    if (attachedAtMs < leastMs || (isElsewhere && hasLeft)) {
      return { isNews: false, cameFrom: undefined, movedFrom: undefined };
    }
    const homeAddress = station.homeAddress ?? before?.homeAddress;
    const gatewayMac = station.homeAddress === undefined ? before?.gatewayMac : station.gatewayMac;
    const isNews =
      before === undefined ||
      isElsewhere ||
      before.homeAddress !== homeAddress ||
      before.gatewayMac !== gatewayMac ||
      before.hasLeft !== hasLeft ||
      attachedAtMs > before.attachedAtMs + AGE_TOLERANCE_MS;
    this.#entries.delete(mac);
    this.#entries.set(mac, { homeAddress, gatewayMac, accessPoint, attachedAtMs, hasLeft, heardAtMs: nowMs });
    if (this.#entries.size > this.#most) this.#forgetOldest();
    const cameFrom = isElsewhere ? before.accessPoint : undefined;
    return { isNews, cameFrom, movedFrom: before?.hasLeft ? undefined : cameFrom };
  }

  /** A station that is with a living access point is kept. */
  forgetOld(nowMs: number, isAlive: (accessPoint: MacAddress) => boolean): void {
    for (const [mac, { heardAtMs, hasLeft, accessPoint }] of this.#entries) {
      if (nowMs - heardAtMs > KEPT_MS && (hasLeft || !isAlive(accessPoint))) this.#entries.delete(mac);
    }
  }

  #forgetOldest(): void {
    for (const mac of this.#entries.keys()) {
      this.#entries.delete(mac);
      return;
    }
  }
}

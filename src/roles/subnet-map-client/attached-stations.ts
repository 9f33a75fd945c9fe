// The stations of this access point as the station directory is told of them: what it has not heard yet, and whom it was
// asked about.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import { MOST_BODY_OCTETS, STATIONS_HEAD_LENGTH } from '../../wire/subnet-map.ts';
import { type MapStation, STATION_LENGTH } from '../../wire/subnet-map-stations.ts';

type Attached = {
  readonly attachedAtMs: number;
  readonly homeAddress: Ipv4Address | undefined;
  readonly gatewayMac: MacAddress | undefined;
  readonly hasLeft: boolean;
};

const MOST_IN_A_MESSAGE = Math.floor((MOST_BODY_OCTETS - STATIONS_HEAD_LENGTH) / STATION_LENGTH);

export class AttachedStations {
  readonly #stations = new Map<MacAddress, Attached>();
  readonly #untold = new Set<MacAddress>();

  /** One that is authorized anew keeps its address, but may have been elsewhere since. */
  attached(mac: MacAddress, nowMs: number): void {
    const before = this.#stations.get(mac);
    const known = before?.hasLeft === false ? before : undefined;
    const { homeAddress, gatewayMac } = known ?? { homeAddress: undefined, gatewayMac: undefined };
    this.#set(mac, { attachedAtMs: nowMs, homeAddress, gatewayMac, hasLeft: false });
  }

  identified(mac: MacAddress, homeAddress: Ipv4Address, gatewayMac: MacAddress | undefined): void {
    const before = this.#stations.get(mac);
    if (before === undefined || before.hasLeft) return;
    if (before.homeAddress === homeAddress && before.gatewayMac === gatewayMac) return;
    this.#set(mac, { ...before, homeAddress, gatewayMac });
  }

  left(mac: MacAddress): void {
    const before = this.#stations.get(mac);
    if (before !== undefined && !before.hasLeft) this.#set(mac, { ...before, hasLeft: true });
  }

  isUnidentified(mac: MacAddress): boolean {
    const station = this.#stations.get(mac);
    return station !== undefined && !station.hasLeft && station.homeAddress === undefined;
  }

  /** Whether it came here before it is said to have come elsewhere; it is forgotten then, and else told once more. */
  hasMoved({ mac, ageMs }: MapStation, nowMs: number): boolean {
    const station = this.#stations.get(mac);
    if (station === undefined) return false;
    if (station.hasLeft || station.attachedAtMs < nowMs - ageMs) {
      this.#forget(mac);
      return !station.hasLeft;
    }
    this.#untold.add(mac);
    return false;
  }

  hasNews(): boolean {
    return this.#untold.size > 0;
  }

  /** Takes out whom the next message is about. */
  takeNews(): MacAddress[] {
    const macs = [...this.#untold].slice(0, MOST_IN_A_MESSAGE);
    for (const mac of macs) this.#untold.delete(mac);
    return macs;
  }

  told(macs: readonly MacAddress[], accessPoint: MacAddress, nowMs: number): MapStation[] {
    return macs.flatMap((mac) => {
      const station = this.#stations.get(mac);
      if (station === undefined) return [];
      const { homeAddress, gatewayMac, hasLeft, attachedAtMs } = station;
      const asks = this.isUnidentified(mac);
      return [{ mac, asks, hasLeft, homeAddress, gatewayMac, accessPoint, ageMs: nowMs - attachedAtMs }];
    });
  }

  /** These have been told; who has left need not be remembered. */
  acknowledged(macs: readonly MacAddress[]): void {
    for (const mac of macs) {
      if (this.#stations.get(mac)?.hasLeft && !this.#untold.has(mac)) this.#stations.delete(mac);
    }
  }

  /** To an authoritative access point that knows nobody. */
  tellAll(): void {
    for (const mac of this.#stations.keys()) this.#untold.add(mac);
  }

  /** Where nobody is told: who is here is remembered for a directory that comes into use later. */
  forgetLeft(): void {
    for (const [mac, { hasLeft }] of this.#stations) if (hasLeft) this.#forget(mac);
  }

  #set(mac: MacAddress, station: Attached): void {
    this.#stations.set(mac, station);
    this.#untold.add(mac);
  }

  #forget(mac: MacAddress): void {
    this.#stations.delete(mac);
    this.#untold.delete(mac);
  }
}

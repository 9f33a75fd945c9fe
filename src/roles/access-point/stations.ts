// The table of stations, and everything that is derived from it: who holds which address, whose frames the packet sockets
// shall deliver, who wants to be woken when.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import { Deadlines } from '../deadlines.ts';
import { ChangingSet } from './changing-set.ts';
import { InterfaceCensus } from './interface-census.ts';
import { addressOf, awaitsReplyFromWire, isServedLocally, registrationsOf, type Station } from './station.ts';

export class Stations {
  readonly #byMac = new Map<MacAddress, Station>();
  readonly #byAddress = new Map<Ipv4Address, MacAddress>();
  readonly #unidentified = new Map<string, Set<MacAddress>>();
  /** By interface: the stations that came or went since it was last asked. */
  readonly #changes = new Map<string, Set<MacAddress>>();
  /** The stations that wait for replies over the wire. */
  readonly awaitingReplies = new ChangingSet<MacAddress>();
  /** The stations that the DHCP servers of their networks may hear. */
  readonly servedLocally = new ChangingSet<MacAddress>();
  readonly census = new InterfaceCensus();
  readonly #deadlines = new Deadlines<MacAddress>();

  get size(): number {
    return this.#byMac.size;
  }

  all(): Iterable<Station> {
    return this.#byMac.values();
  }

  get(mac: MacAddress): Station | undefined {
    return this.#byMac.get(mac);
  }

  /** The station that has this home address, or still takes back a registration of it. */
  byAddress(address: Ipv4Address): Station | undefined {
    const mac = this.#byAddress.get(address);
    return mac === undefined ? undefined : this.#byMac.get(mac);
  }

  /** Stores a station in place of its former state. One that has gone and has nothing left to say is forgotten. */
  put(station: Station): void {
    const { mac } = station;
    const before = this.#byMac.get(mac);
    const after = isFinished(station) ? undefined : station;
    if (after === undefined) this.#byMac.delete(mac);
    else this.#byMac.set(mac, after);
    this.#indexAddresses(mac, before, after);
    this.#indexUnidentified(mac, before, after);
    this.census.replace(before, after);
    this.awaitingReplies.update(mac, after !== undefined && awaitsReplyFromWire(after));
    this.servedLocally.update(mac, after !== undefined && isServedLocally(after));
    const deadline = after === undefined ? undefined : deadlineOf(after);
    if (deadline === undefined) this.#deadlines.clear(mac);
    else this.#deadlines.set(mac, deadline);
  }

  update(mac: MacAddress, change: Partial<Station>): void {
    const station = this.#byMac.get(mac);
    if (station !== undefined) this.put({ ...station, ...change });
  }

  nextDeadline(): number | undefined {
    return this.#deadlines.earliest();
  }

  takeDue(nowMs: number): MacAddress | undefined {
    return this.#deadlines.takeDue(nowMs);
  }

  unidentified(interfaceName: string): ReadonlySet<MacAddress> {
    return this.#unidentified.get(interfaceName) ?? new Set();
  }

  /** The interfaces whose unidentified stations are others than when this was last asked. */
  takeChangedInterfaces(): string[] {
    const changed: string[] = [];
    for (const [interfaceName, macs] of this.#changes) if (macs.size > 0) changed.push(interfaceName);
    this.#changes.clear();
    return changed;
  }

  #indexAddresses(mac: MacAddress, before: Station | undefined, after: Station | undefined): void {
    const addresses = after === undefined ? [] : addressesOf(after);
    for (const address of before === undefined ? [] : addressesOf(before)) {
      if (!addresses.includes(address) && this.#byAddress.get(address) === mac) this.#byAddress.delete(address);
    }
    for (const address of addresses) this.#byAddress.set(address, mac);
  }

  #indexUnidentified(mac: MacAddress, before: Station | undefined, after: Station | undefined): void {
    const old = before !== undefined && isUnidentified(before) ? before.interfaceName : undefined;
    const present = after !== undefined && isUnidentified(after) ? after.interfaceName : undefined;
    if (old === present) return;
    if (old !== undefined) {
      this.#unidentified.get(old)?.delete(mac);
      this.#noteChange(old, mac);
    }
    if (present !== undefined) {
      const macs = this.#unidentified.get(present) ?? new Set();
      this.#unidentified.set(present, macs.add(mac));
      this.#noteChange(present, mac);
    }
  }

  /** One that came and went again has changed nothing. */
  #noteChange(interfaceName: string, mac: MacAddress): void {
    const macs = this.#changes.get(interfaceName) ?? new Set();
    if (!macs.delete(mac)) macs.add(mac);
    this.#changes.set(interfaceName, macs);
  }
}

function isUnidentified(station: Station): boolean {
  return station.mobility.kind === 'unidentified' && station.attachment.kind !== 'gone';
}

function isFinished(station: Station): boolean {
  const { attachment, farewell } = station;
  return attachment.kind === 'gone' && (farewell === undefined || farewell.nextDeadline() === undefined);
}

function addressesOf(station: Station): Ipv4Address[] {
  const addresses = [addressOf(station), station.farewell?.terms.homeAddress];
  return addresses.filter((address) => address !== undefined);
}

function deadlineOf(station: Station): number | undefined {
  const times = registrationsOf(station).map((registration) => registration.nextDeadline());
  if (station.attachment.kind === 'leaving') times.push(station.attachment.atMs);
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

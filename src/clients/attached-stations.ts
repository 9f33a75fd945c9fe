// Which stations are attached to which BSS, out of what hostapd says of each: notifications, and lists of clients that may
// be behind them. A station is attached to one BSS at a time. Of two that claim it, the one counts that said so in a
// notification; a list alone never takes a station away from another BSS.

import type { MacAddress } from '../octets/address.ts';

export type AttachmentChange = {
  readonly kind: 'stationAttached' | 'stationDetached';
  readonly interfaceName: string;
  readonly mac: MacAddress;
};

export class AttachedStations {
  /** By interface: those that hostapd calls authorized there. */
  readonly #authorized = new Map<string, Set<MacAddress>>();
  readonly #interfaceOf = new Map<MacAddress, string>();

  on(interfaceName: string): ReadonlySet<MacAddress> {
    const attached = new Set<MacAddress>();
    for (const mac of this.#authorized.get(interfaceName) ?? []) {
      if (this.#interfaceOf.get(mac) === interfaceName) attached.add(mac);
    }
    return attached;
  }

  /** Told again for a station that is attached already: it may have been elsewhere meanwhile. */
  authorized(interfaceName: string, mac: MacAddress): AttachmentChange[] {
    for (const macs of this.#authorized.values()) macs.delete(mac);
    this.#setOf(interfaceName).add(mac);
    this.#interfaceOf.set(mac, interfaceName);
    return [{ kind: 'stationAttached', interfaceName, mac }];
  }

  left(interfaceName: string, mac: MacAddress): AttachmentChange[] {
    this.#authorized.get(interfaceName)?.delete(mac);
    if (this.#interfaceOf.get(mac) !== interfaceName) return [];
    for (const [other, macs] of this.#authorized) if (macs.has(mac)) return this.#attach(other, mac);
    this.#interfaceOf.delete(mac);
    return [{ kind: 'stationDetached', interfaceName, mac }];
  }

  /** The list of those that are authorized on this BSS. */
  listed(interfaceName: string, macs: ReadonlySet<MacAddress>): AttachmentChange[] {
    const changes: AttachmentChange[] = [];
    for (const mac of [...this.#setOf(interfaceName)]) {
      if (!macs.has(mac)) changes.push(...this.left(interfaceName, mac));
    }
    for (const mac of macs) {
      this.#setOf(interfaceName).add(mac);
      if (!this.#interfaceOf.has(mac)) changes.push(...this.#attach(interfaceName, mac));
    }
    return changes;
  }

  /** The BSS is no more. */
  gone(interfaceName: string): AttachmentChange[] {
    const changes = this.listed(interfaceName, new Set());
    this.#authorized.delete(interfaceName);
    return changes;
  }

  #attach(interfaceName: string, mac: MacAddress): AttachmentChange[] {
    this.#interfaceOf.set(mac, interfaceName);
    return [{ kind: 'stationAttached', interfaceName, mac }];
  }

  #setOf(interfaceName: string): Set<MacAddress> {
    const present = this.#authorized.get(interfaceName);
    if (present !== undefined) return present;
    const added = new Set<MacAddress>();
    this.#authorized.set(interfaceName, added);
    return added;
  }
}

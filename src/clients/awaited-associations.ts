// Stations that have asked for association and are not yet known to be in. hostapd says `assoc` before it accepts, OpenWrt
// 21.02 and 22.03 have no `sta-authorized`, and later ones do not repeat it when a station with protected frames comes back
// to the same BSS: so the list of clients is asked for, again and again, until it has the station or it is too late.

import type { MacAddress } from '../octets/address.ts';

/** A key exchange takes 15 to 80 ms, and nothing else tells its end. */
const FIRST_POLL_MS = 20;
/** Where `sta-authorized` should tell it before. */
const FIRST_POLL_IF_TOLD_MS = 250;
const GROWTH = 1.5;
/** hostapd gives up a key exchange in 4 s. */
const LONGEST_WAIT_MS = 6000;
/** Whoever sends association requests with ever other addresses fills no more than this. */
const MOST_AWAITED = 1000;

type Awaited = {
  readonly interfaceName: string;
  readonly intervalMs: number;
  readonly pollAtMs: number;
  readonly giveUpAtMs: number;
};

export class AwaitedAssociations {
  readonly #byMac = new Map<MacAddress, Awaited>();
  #isAuthorizationTold = false;

  /** `assoc`, from now on counted anew. */
  begin(interfaceName: string, mac: MacAddress, now: number): void {
    if (!this.#byMac.has(mac) && this.#byMac.size >= MOST_AWAITED) return;
    const intervalMs = this.#isAuthorizationTold ? FIRST_POLL_IF_TOLD_MS : FIRST_POLL_MS;
    const giveUpAtMs = now + LONGEST_WAIT_MS;
    this.#byMac.set(mac, { interfaceName, intervalMs, pollAtMs: now + intervalMs, giveUpAtMs });
  }

  /** `sta-authorized`: this hostapd has it. */
  told(interfaceName: string, mac: MacAddress): void {
    this.#isAuthorizationTold = true;
    this.end(interfaceName, mac);
  }

  /** Whether the station was awaited on this interface; it no longer is. */
  end(interfaceName: string, mac: MacAddress): boolean {
    return this.#byMac.get(mac)?.interfaceName === interfaceName && this.#byMac.delete(mac);
  }

  /** Of these stations on this interface, those that were awaited; they no longer are. */
  takeListed(interfaceName: string, macs: Iterable<MacAddress>): MacAddress[] {
    return this.#byMac.size === 0 ? [] : [...macs].filter((mac) => this.end(interfaceName, mac));
  }

  forget(interfaceName: string): void {
    for (const [mac, awaited] of this.#byMac) if (awaited.interfaceName === interfaceName) this.#byMac.delete(mac);
  }

  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { pollAtMs } of this.#byMac.values()) {
      if (earliest === undefined || pollAtMs < earliest) earliest = pollAtMs;
    }
    return earliest;
  }

  /** The interfaces whose list is to be asked for now. */
  takeDue(now: number): Set<string> {
    const interfaceNames = new Set<string>();
    for (const [mac, awaited] of this.#byMac) {
      if (awaited.pollAtMs > now) continue;
      interfaceNames.add(awaited.interfaceName);
      const intervalMs = awaited.intervalMs * GROWTH;
      const pollAtMs = now + intervalMs;
      if (pollAtMs > awaited.giveUpAtMs) this.#byMac.delete(mac);
      else this.#byMac.set(mac, { ...awaited, intervalMs, pollAtMs });
    }
    return interfaceNames;
  }
}

// Gratuitous ARP (RFC 5944 §4.6): whoever asks for this address on the home link shall send to this MAC address. It is
// repeated, because it may be lost.

import { BROADCAST_MAC, type Ipv4Address, type MacAddress } from '../../octets/address.ts';
import { encodeArpFrame } from '../../wire/frames.ts';
import { Deadlines } from '../deadlines.ts';
import type { HomeNetwork } from './configuration.ts';

/** RFC 5944 §4.6: "a small number of times". */
const TIMES = 3;
const INTERVAL_MS = 1000;

export type Announcement = {
  readonly homeAddress: Ipv4Address;
  /** Ours while the node is away, its own when it is back. */
  readonly mac: MacAddress;
  readonly network: HomeNetwork;
};

export class Announcements {
  readonly #repeated = new Map<Ipv4Address, Announcement & { readonly left: number }>();
  readonly #times = new Deadlines<Ipv4Address>();

  nextDeadline(): number | undefined {
    return this.#times.earliest();
  }

  /** Whether there was room to repeat it; the caller sends the first one in any case. */
  begin(announcement: Announcement, most: number, nowMs: number): boolean {
    const { homeAddress } = announcement;
    if (this.#repeated.size >= most && !this.#repeated.has(homeAddress)) return false;
    this.#repeated.set(homeAddress, { ...announcement, left: TIMES - 1 });
    this.#times.set(homeAddress, nowMs + INTERVAL_MS);
    return true;
  }

  end(homeAddress: Ipv4Address): void {
    this.#repeated.delete(homeAddress);
    this.#times.clear(homeAddress);
  }

  /** What is to be said again now. */
  due(nowMs: number): Announcement[] {
    const due: Announcement[] = [];
    for (;;) {
      const homeAddress = this.#times.takeDue(nowMs);
      if (homeAddress === undefined) return due;
      const announcement = this.#repeated.get(homeAddress);
      if (announcement === undefined) continue;
      due.push(announcement);
      if (announcement.left <= 1) {
        this.#repeated.delete(homeAddress);
      } else {
        this.#repeated.set(homeAddress, { ...announcement, left: announcement.left - 1 });
        this.#times.set(homeAddress, nowMs + INTERVAL_MS);
      }
    }
  }
}

/** From our own MAC address also where it speaks for the node: switches would look for the node at our port. */
export function announcementFrame({ homeAddress, mac, network }: Announcement): Uint8Array {
  return encodeArpFrame(BROADCAST_MAC, network.mac, {
    operation: 'request',
    senderMac: mac,
    senderAddress: homeAddress,
    targetMac: 0 as MacAddress,
    targetAddress: homeAddress,
  });
}

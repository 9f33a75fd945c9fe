// Requests that the home agent has not answered yet (RFC 5944 §3.7.1). A node that sends again may be answered to an
// earlier request, so its latest few are kept, told apart by the low bits of their identifications.

import type { Ipv4Address } from '../../octets/address.ts';
import { lowBits } from '../../wire/identification.ts';
import type { TunnelEncapsulation } from '../../wire/rtnetlink-link.ts';
import { Deadlines } from '../deadlines.ts';
import type { VisitorLink } from './visitor-list.ts';

export type PendingRequest = {
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  readonly identification: bigint;
  readonly lifetimeSeconds: number;
  readonly reverseTunneling: boolean;
  /** What goes through the reverse tunnel comes to us in a tunnel of the mobile node (RFC 3024 §5.2). */
  readonly encapsulatingDelivery: boolean;
  readonly encapsulation: TunnelEncapsulation;
  /** Of the association that the mobile node signed with for us. */
  readonly mobileForeignSpi: number | undefined;
  readonly isRevocationOffered: boolean;
  readonly link: VisitorLink;
  readonly expiresAtMs: number;
};

/** A node sends at most one a second, and each is pending for 7 s; who waits longer than this hears of the latest alone. */
const MOST_OF_A_NODE = 3;

export class PendingRequests {
  /** The latest of each node is its last. */
  readonly #ofNodes = new Map<Ipv4Address, PendingRequest[]>();
  readonly #expiries = new Deadlines<PendingRequest>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  nodes(): Iterable<Ipv4Address> {
    return this.#ofNodes.keys();
  }

  add(request: PendingRequest): void {
    const same = this.find(request.homeAddress, request.identification);
    if (same !== undefined) this.delete(same);
    const requests = this.#ofNodes.get(request.homeAddress) ?? [];
    const [oldest] = requests;
    if (oldest !== undefined && requests.length >= MOST_OF_A_NODE) this.#take(requests, oldest);
    requests.push(request);
    this.#ofNodes.set(request.homeAddress, requests);
    this.#expiries.set(request, request.expiresAtMs);
    this.#size += 1;
  }

  /** The one that a reply answers (RFC 5944 §3.7.3.1). */
  find(homeAddress: Ipv4Address, identification: bigint): PendingRequest | undefined {
    const wanted = lowBits(identification);
    return this.#ofNodes.get(homeAddress)?.find((request) => lowBits(request.identification) === wanted);
  }

  latest(homeAddress: Ipv4Address): PendingRequest | undefined {
    return this.#ofNodes.get(homeAddress)?.at(-1);
  }

  delete(request: PendingRequest): void {
    const requests = this.#ofNodes.get(request.homeAddress);
    if (requests === undefined) return;
    this.#take(requests, request);
    if (requests.length === 0) this.#ofNodes.delete(request.homeAddress);
  }

  /** Earlier ones go too: what the home agent said to them before does not count after. */
  deleteUpTo(request: PendingRequest): void {
    for (const other of [...(this.#ofNodes.get(request.homeAddress) ?? [])]) {
      this.delete(other);
      if (other === request) return;
    }
  }

  /** The latest request of each node that waits for this home agent; its earlier ones go without a word. */
  takeAllTo(homeAgent: Ipv4Address): PendingRequest[] {
    const latest: PendingRequest[] = [];
    for (const requests of [...this.#ofNodes.values()]) {
      const towards = requests.filter((request) => request.homeAgent === homeAgent);
      for (const request of towards) this.delete(request);
      latest.push(...towards.slice(-1));
    }
    return latest;
  }

  nextExpiry(): number | undefined {
    return this.#expiries.earliest();
  }

  /** Takes out one whose time has come; `isLatest`: its node has not asked again since. */
  takeExpired(nowMs: number): { readonly request: PendingRequest; readonly isLatest: boolean } | undefined {
    const request = this.#expiries.takeDue(nowMs);
    if (request === undefined) return undefined;
    const isLatest = this.latest(request.homeAddress) === request;
    this.delete(request);
    return { request, isLatest };
  }

  #take(requests: PendingRequest[], request: PendingRequest): void {
    const index = requests.indexOf(request);
    if (index < 0) return;
    requests.splice(index, 1);
    this.#expiries.clear(request);
    this.#size -= 1;
  }
}

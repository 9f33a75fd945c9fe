// Rows by home address, each with a time when it ends: bindings, visitors, pending requests.

import type { Ipv4Address } from '../octets/address.ts';
import { DeadlineHeap } from './deadline-heap.ts';

type Expiring = { readonly homeAddress: Ipv4Address; readonly expiresAtMs: number };

export class ExpiringTable<Row extends Expiring> {
  readonly #rows = new Map<Ipv4Address, Row>();
  readonly #expiries = new DeadlineHeap<Ipv4Address>((homeAddress) => this.#rows.get(homeAddress)?.expiresAtMs);

  get size(): number {
    return this.#rows.size;
  }

  get(homeAddress: Ipv4Address): Row | undefined {
    return this.#rows.get(homeAddress);
  }

  all(): Iterable<Row> {
    return this.#rows.values();
  }

  set(row: Row): void {
    this.#rows.set(row.homeAddress, row);
    this.#expiries.add(row.homeAddress, row.expiresAtMs);
    if (this.#expiries.isMostlyStale(this.#rows.size)) this.#expiries.rebuild(this.#rows.keys());
  }

  delete(homeAddress: Ipv4Address): void {
    this.#rows.delete(homeAddress);
  }

  nextExpiry(): number | undefined {
    return this.#expiries.earliest();
  }

  /** Takes out one row whose time has come. */
  takeExpired(nowMs: number): Row | undefined {
    const homeAddress = this.#expiries.takeDue(nowMs);
    if (homeAddress === undefined) return undefined;
    const row = this.#rows.get(homeAddress);
    this.#rows.delete(homeAddress);
    return row;
  }
}

/** The earlier of two times of which either may be missing. */
export function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined || a <= b ? a : b;
}

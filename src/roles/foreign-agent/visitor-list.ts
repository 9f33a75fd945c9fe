// The visitor list and the pending requests (RFC 5944 §3.7.1). The two are kept apart: a request changes nothing of a
// visitor until the home agent has accepted it.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import { ExpiringTable, earlier } from '../expiring-table.ts';

/** Where the mobile node is, as the foreign agent knows it from its request. */
export type VisitorLink = {
  readonly mac: MacAddress;
  readonly interfaceIndex: number;
  readonly interfaceName: string;
  readonly sourceAddress: Ipv4Address;
  readonly sourcePort: number;
  /** What the mobile node sent its request to: the source of the reply (RFC 5944 §3.7.3.2). */
  readonly destinationAddress: Ipv4Address;
};

export type PendingRequest = {
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  readonly identification: bigint;
  readonly lifetimeSeconds: number;
  readonly reverseTunneling: boolean;
  readonly link: VisitorLink;
  readonly expiresAtMs: number;
};

export type Visitor = {
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  readonly lifetimeSeconds: number;
  readonly reverseTunneling: boolean;
  readonly link: VisitorLink;
  readonly expiresAtMs: number;
};

export class VisitorList {
  readonly pending = new ExpiringTable<PendingRequest>();
  readonly visitors = new ExpiringTable<Visitor>();

  nextExpiry(): number | undefined {
    return earlier(this.pending.nextExpiry(), this.visitors.nextExpiry());
  }
}

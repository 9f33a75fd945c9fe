// The visitor list (RFC 5944 §3.7.1): visitors, their pending requests, and those whose registration was revoked. They are
// kept apart: a request changes nothing of a visitor until the home agent has accepted it.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { TunnelEncapsulation } from '../../wire/rtnetlink-link.ts';
import { ExpiringTable, earlier } from '../expiring-table.ts';
import { PendingRequests } from './pending-requests.ts';

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

/** What the home agent has said of revocation when it accepted (RFC 3543 §4.2.1). */
export type NegotiatedRevocation = {
  /** Revocations that count are later than this, by the home agent's clock. */
  readonly homeAgentTimestamp: number;
  /** The home agent decides whether the mobile node is told. */
  readonly isInformNegotiated: boolean;
};

export type Visitor = {
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  /** Of the last request that was accepted. */
  readonly identification: bigint;
  readonly requestedLifetimeSeconds: number;
  readonly lifetimeSeconds: number;
  readonly reverseTunneling: boolean;
  readonly encapsulatingDelivery: boolean;
  readonly encapsulation: TunnelEncapsulation;
  readonly revocation: NegotiatedRevocation | undefined;
  readonly link: VisitorLink;
  readonly expiresAtMs: number;
};

/** Remembered until the visit would have ended: the home agent asks again when our acknowledgment is lost. */
export type RevokedVisit = {
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  readonly revocationIdentifier: number;
  readonly isInformed: boolean;
  readonly expiresAtMs: number;
};

export class VisitorList {
  readonly pending = new PendingRequests();
  readonly visitors = new ExpiringTable<Visitor>();
  readonly revoked = new ExpiringTable<RevokedVisit>();

  nextExpiry(): number | undefined {
    return earlier(this.pending.nextExpiry(), earlier(this.visitors.nextExpiry(), this.revoked.nextExpiry()));
  }

  /** A pending request of a new node may become a visitor, so it takes the place of one. */
  isFull(mostVisitors: number): boolean {
    let taken = this.visitors.size;
    if (taken + this.pending.size < mostVisitors) return false;
    for (const homeAddress of this.pending.nodes()) if (this.visitors.get(homeAddress) === undefined) taken++;
    return taken >= mostVisitors;
  }

  remember(revoked: RevokedVisit, mostRevoked: number): void {
    if (this.revoked.size < mostRevoked) this.revoked.set(revoked);
  }

  isKnown(homeAddress: Ipv4Address): boolean {
    return this.visitors.get(homeAddress) !== undefined || this.pending.latest(homeAddress) !== undefined;
  }
}

// The mobility binding (RFC 5944 §3.8.1): a care-of address of a mobile node, and the terms on which it was registered.

import type { Ipv4Address } from '../../octets/address.ts';
import type { TunnelEncapsulation } from '../../wire/rtnetlink-link.ts';

export type MobilityBinding = {
  readonly homeAddress: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  /** The address of ours that the mobile node registered with: the tunnel's end on this side. */
  readonly homeAgent: Ipv4Address;
  /** Who sent the request: the foreign agent, or the mobile node itself where its care-of address is co-located. */
  readonly sourceAddress: Ipv4Address;
  /** As granted and answered (RFC 5944 §3.3: 0xffff never ends, and `expiresAtMs` is infinite). */
  readonly lifetimeSeconds: number;
  readonly expiresAtMs: number;
  readonly acceptedAtMs: number;
  readonly acceptedAtUnixMs: number;
  readonly identification: bigint;
  readonly encapsulation: TunnelEncapsulation;
  readonly reverseTunneling: boolean;
  /** The interface of the home link, where the home agent answers ARP for the node. */
  readonly interfaceIndex: number;
  /** Undefined: revocation was not negotiated (RFC 3543 §4.2.1). */
  readonly revocation: RevocationTerms | undefined;
};

/** What both sides said of revocation in the last successful exchange. */
export type RevocationTerms = {
  /** Both sides set the I bit: we decide whether the mobile node is told. */
  readonly isInformNegotiated: boolean;
  /** Every Revocation Identifier of the foreign agent for this binding is later. */
  readonly foreignTimestamp: number;
  /** And every one of ours is later than this. */
  readonly ownTimestamp: number;
};

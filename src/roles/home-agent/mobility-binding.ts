// The mobility binding (RFC 5944 §3.8.1): one care-of address for each home address. Simultaneous bindings are not kept.

import type { Ipv4Address } from '../../octets/address.ts';

export type MobilityBinding = {
  readonly homeAddress: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  /** The address of ours that the mobile node registered with: the tunnel's end on this side. */
  readonly homeAgent: Ipv4Address;
  readonly lifetimeSeconds: number;
  readonly expiresAtMs: number;
  readonly acceptedAtUnixMs: number;
  readonly reverseTunneling: boolean;
  /** The interface of the home link, where the home agent answers ARP for the node. */
  readonly interfaceIndex: number;
};

// What the access point is told about its surroundings: the bridges that take part, the agents on their links, keys and
// the subnet map.

import type { Ipv4Address, MacAddress, Prefix } from '../../octets/address.ts';
import type { SecurityAssociations } from '../security-associations.ts';
import type { SubnetMap } from '../subnet-map.ts';

/** A bridge that takes part, and the agents on its link. */
export type BridgeService = {
  readonly interfaceIndex: number;
  readonly mac: MacAddress;
  readonly address: Ipv4Address;
  readonly prefix: Prefix;
  /** Who relays the registrations of visitors; `isLocal`: the foreign agent of this box. */
  readonly foreignAgent:
    | { readonly mac: MacAddress; readonly address: Ipv4Address; readonly isLocal: boolean }
    | undefined;
  /** The home agent of this subnet, where returning stations are deregistered; on this link. */
  readonly homeAgent: { readonly mac: MacAddress; readonly address: Ipv4Address } | undefined;
  /** In place of the one of the route to the home agent. */
  readonly careOfAddress: Ipv4Address | undefined;
};

export type AccessPointConfiguration = {
  /** By the bridge's device name. */
  readonly bridges: ReadonlyMap<string, BridgeService>;
  readonly associations: SecurityAssociations;
  readonly subnetMap: SubnetMap;
  /** The care-of address to use towards each home agent. */
  readonly careOfAddresses: ReadonlyMap<Ipv4Address, Ipv4Address>;
  readonly lifetimeSeconds: number;
  readonly reverseTunneling: boolean;
  readonly mostStations: number;
};

// What the access point is told about its surroundings: the bridges that take part, the agents on their links, keys and
// the subnet map.

import type { Ipv4Address, MacAddress, Prefix } from '../../octets/address.ts';
import type { AgentAssociations, SecurityAssociations } from '../security-associations.ts';
import type { SubnetMap } from '../subnet-map.ts';

/** Whom a registration is sent to; `isLocal`: an agent of this box. */
export type LinkAgent = {
  readonly bridge: string;
  readonly mac: MacAddress;
  readonly address: Ipv4Address;
  readonly isLocal: boolean;
};

/** A bridge that takes part, and the agents on its link. */
export type BridgeService = {
  readonly interfaceIndex: number;
  readonly mac: MacAddress;
  readonly address: Ipv4Address;
  readonly prefix: Prefix;
  /** Who relays the registrations of visitors; `isLocal`: the foreign agent of this box. Undefined: one is looked for. */
  readonly foreignAgent:
    | { readonly mac: MacAddress; readonly address: Ipv4Address; readonly isLocal: boolean }
    | undefined;
  /** The home agent of this subnet, where returning stations are deregistered. Undefined: one is looked for. */
  readonly homeAgent: { readonly mac: MacAddress; readonly address: Ipv4Address } | undefined;
  /** In place of the one of the route to the home agent; of an agent that is found, where it advertises this one. */
  readonly careOfAddress: Ipv4Address | undefined;
};

export type AccessPointConfiguration = {
  /** By the bridge's device name. */
  readonly bridges: ReadonlyMap<string, BridgeService>;
  readonly associations: SecurityAssociations;
  /** What stations share with foreign agents (Mobile-Foreign). */
  readonly agentAssociations?: AgentAssociations;
  readonly subnetMap: SubnetMap;
  /** The care-of address to use towards each home agent, with a foreign agent of this box. */
  readonly careOfAddresses: ReadonlyMap<Ipv4Address, Ipv4Address>;
  readonly lifetimeSeconds: number;
  /** What is asked for; `gre` where the agent offers it. */
  readonly encapsulation: 'ipip' | 'gre';
  readonly reverseTunneling: 'never' | 'whereOffered' | 'always';
  /** `keep`: a visitor's lease is renewed at home. `strict`: who asks a DHCP server for anything is left alone. */
  readonly dhcp: 'keep' | 'strict';
  readonly mostStations: number;
  /** On one link. */
  readonly mostAgents: number;
};

// What the home agent is told to do, and what follows from it: which of our home networks an address belongs to, and by
// which address of ours we are known there.

import { broadcastOf, contains, type Ipv4Address, type MacAddress, type Prefix } from '../../octets/address.ts';
import { AgentAssociations, type SecurityAssociations } from '../security-associations.ts';

export type HomeNetwork = {
  readonly prefix: Prefix;
  readonly interfaceIndex: number;
  /** The MAC address of this box on the home link. */
  readonly mac: MacAddress;
};

/** `refused`: a request for a reverse tunnel gets code 137. `required`: one without gets code 138. */
export type ReverseTunnelPolicy = 'offered' | 'refused' | 'required';

export type HomeAgentPolicy = {
  /** What we share with foreign agents (Foreign-Home): with whom we share a key, every message must be signed. */
  readonly agentAssociations: AgentAssociations;
  readonly isGreServed: boolean;
  /** A mobile node may keep a former binding beside the new one; else the latest is the only one (code 1). */
  readonly areSimultaneousBindingsServed: boolean;
  readonly reverseTunnel: ReverseTunnelPolicy;
  /** RFC 3543, with the foreign agents that we share a key with. */
  readonly isRevocationServed: boolean;
  /** Revocations that wait for their acknowledgment. */
  readonly mostRevocations: number;
  /** Mobile nodes whose gratuitous ARP is being repeated. */
  readonly mostAnnouncements: number;
  readonly mostProbesPerSecond: number;
  /** What of mobile nodes' DHCP is said on the home links. */
  readonly mostDhcpPerSecond: number;
  /** How far the clock of a request may be from ours (RFC 5944 §5.7.1: more than 3 seconds). */
  readonly replayToleranceSeconds: number;
};

export type HomeAgentConfiguration = {
  /** All unicast addresses of this box: a request may name any of them as its home agent. */
  readonly addresses: readonly Ipv4Address[];
  readonly homeNetworks: readonly HomeNetwork[];
  readonly associations: SecurityAssociations;
  readonly longestLifetimeSeconds: number;
  readonly mostBindings: number;
} & Partial<HomeAgentPolicy>;

export type HomeAgentSettings = HomeAgentConfiguration & HomeAgentPolicy;

/** What holds unless the configuration says otherwise. */
const USUAL_POLICY: HomeAgentPolicy = {
  agentAssociations: new AgentAssociations([]),
  isGreServed: false,
  areSimultaneousBindingsServed: false,
  reverseTunnel: 'offered',
  isRevocationServed: true,
  // About 0.5 KiB each; more of them at once means that a foreign agent has gone, and asking it faster does not help.
  mostRevocations: 1000,
  // Repeating is for lost frames; a thousand nodes that leave in the same second fill the link as it is.
  mostAnnouncements: 1000,
  // Each access point that keeps a subnet map asks now and then; more is no use to anybody but an attacker.
  mostProbesPerSecond: 10,
  // A client asks every few seconds at most; each costs every station of the home link a broadcast.
  mostDhcpPerSecond: 50,
  replayToleranceSeconds: 7,
};

export function settingsOf(configuration: HomeAgentConfiguration): HomeAgentSettings {
  return { ...USUAL_POLICY, ...configuration };
}

/** The home network that a mobile node belongs to; our own addresses and the network's are no mobile nodes. */
export function homeNetworkOf(
  homeAddress: Ipv4Address,
  configuration: HomeAgentConfiguration,
): HomeNetwork | undefined {
  if (configuration.addresses.includes(homeAddress)) return undefined;
  for (const network of configuration.homeNetworks) {
    const { prefix } = network;
    if (!contains(prefix, homeAddress)) continue;
    if (homeAddress !== prefix.network && homeAddress !== broadcastOf(prefix)) return network;
  }
  return undefined;
}

/** The home network whose subnet-directed broadcast address this is. */
export function networkOfBroadcast(
  address: Ipv4Address,
  configuration: HomeAgentConfiguration,
): HomeNetwork | undefined {
  for (const network of configuration.homeNetworks) if (address === broadcastOf(network.prefix)) return network;
  return undefined;
}

/** The unicast address by which a mobile node of this network can name us. */
export function ownAddressIn(network: HomeNetwork, configuration: HomeAgentConfiguration): Ipv4Address | undefined {
  return configuration.addresses.find((address) => contains(network.prefix, address));
}

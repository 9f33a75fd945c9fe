// What the foreign agent is told about itself and its surroundings.

import type { Ipv4Address, Prefix } from '../../octets/address.ts';
import { AgentAssociations } from '../security-associations.ts';

/** A link that visitors are on. */
export type VisitedLink = {
  readonly interfaceIndex: number;
  /** Our own address there, and the subnet of those who are at home on it. */
  readonly address: Ipv4Address;
  readonly prefix: Prefix;
};

export type ForeignAgentPolicy = {
  /** By the name of the interface. */
  readonly links: ReadonlyMap<string, VisitedLink>;
  /** What we share with home agents (Foreign-Home) and mobile nodes (Mobile-Foreign): who shares a key with us must sign. */
  readonly agentAssociations: AgentAssociations;
  readonly mostPendingRequests: number;
  readonly isGreServed: boolean;
  /** `refused`: a request for a reverse tunnel gets code 74. `required`: one without gets code 75. */
  readonly reverseTunnel: 'offered' | 'refused' | 'required';
  /** RFC 3543, with the home agents that we share a key with. */
  readonly isRevocationServed: boolean;
};

export type ForeignAgentConfiguration = {
  readonly careOfAddresses: readonly Ipv4Address[];
  readonly ownAddresses: readonly Ipv4Address[];
  /** Below 0xffff, which means for ever: every visit ends. */
  readonly longestLifetimeSeconds: number;
  readonly mostVisitors: number;
} & Partial<ForeignAgentPolicy>;

export type ForeignAgentSettings = ForeignAgentConfiguration & ForeignAgentPolicy;

/** What holds unless the configuration says otherwise. */
const USUAL_POLICY: ForeignAgentPolicy = {
  links: new Map(),
  agentAssociations: new AgentAssociations([]),
  // RFC 5944 §3.7.1 thinks of 5; a whole lecture hall roams when an access point fails, and a home agent may be far away.
  mostPendingRequests: 200,
  isGreServed: false,
  reverseTunnel: 'offered',
  isRevocationServed: true,
};

export function settingsOf(configuration: ForeignAgentConfiguration): ForeignAgentSettings {
  return { ...USUAL_POLICY, ...configuration };
}

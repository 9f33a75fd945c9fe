// What an address means on a bridge: that the station is at home, that it is away and under which terms it is to be
// registered, or why it is left alone. Pure, so that a new configuration can be asked whether it changes anything.

import { contains, type Ipv4Address } from '../../octets/address.ts';
import type { SecurityAssociation } from '../../wire/authentication.ts';
import { INFINITE_LIFETIME } from '../../wire/registration.ts';
import type { NotProxiedReason } from '../report.ts';
import { homeAgentsOf, type SubnetMapRow } from '../subnet-map.ts';
import { type Agents, careOfAddressOf } from './agents.ts';
import type { Concessions } from './concessions.ts';
import type { AccessPointConfiguration, BridgeService, LinkAgent } from './configuration.ts';
import { areSameTerms, type RegistrationTerms } from './registration-terms.ts';

export type MobilityDecision =
  /** Without terms, nothing can be ended at the home agent: there is none here, or no key. */
  | { readonly kind: 'home'; readonly terms: RegistrationTerms | undefined }
  | { readonly kind: 'away'; readonly row: SubnetMapRow; readonly terms: RegistrationTerms }
  | { readonly kind: 'notProxied'; readonly reason: NotProxiedReason };

/** Whom the decision is about, and how it stands with agents until now. */
export type MobilityQuestion = {
  readonly bridge: string;
  readonly address: Ipv4Address;
  readonly concessions: Concessions;
  /** The foreign agent that it is registered with. */
  readonly present: Ipv4Address | undefined;
};

/** A bridge that is served, and the agents that were found on it. */
export type Link = { readonly service: BridgeService; readonly agents: Agents | undefined };

/** A foreign agent, and what it lets one ask for. */
type Relay = {
  readonly agent: LinkAgent;
  readonly careOfAddress: Ipv4Address | undefined;
  readonly longestLifetimeSeconds: number;
  readonly offersGre: boolean;
  readonly offersReverseTunneling: boolean;
};

export function decideMobility(
  question: MobilityQuestion,
  link: Link,
  configuration: AccessPointConfiguration,
  nowMs: number,
): MobilityDecision {
  const { address, concessions } = question;
  const { associations } = configuration;
  if (contains(link.service.prefix, address)) {
    return { kind: 'home', terms: homeTerms(question, link, associations.forNode(address)) };
  }
  const row = configuration.subnetMap.lookup(address);
  if (row === undefined) return { kind: 'notProxied', reason: 'noHomeAgent' };
  const association = associations.forNode(address);
  if (association === undefined) {
    const isAwaited = associations.isAwaited(address);
    return { kind: 'notProxied', reason: isAwaited ? 'securityAssociationAwaited' : 'noSecurityAssociation' };
  }
  const { nextHomeAgent = row.homeAgent } = concessions;
  const homeAgent =
    concessions.homeAgent ?? (homeAgentsOf(row).includes(nextHomeAgent) ? nextHomeAgent : row.homeAgent);
  const relay = relayFor({ ...question, homeAgent }, link, configuration, nowMs);
  if (relay === undefined) return { kind: 'notProxied', reason: 'noForeignAgent' };
  const { agent, careOfAddress } = relay;
  if (careOfAddress === undefined) return { kind: 'notProxied', reason: 'noCareOfAddress' };
  const asked = askedOf(relay, concessions, configuration);
  const foreignAgentAssociation = configuration.agentAssociations?.forPeer('mobile-foreign', address);
  const parties = { homeAddress: address, homeAgent, careOfAddress, agent };
  return { kind: 'away', row, terms: { ...parties, ...asked, association, foreignAgentAssociation } };
}

/** Whether a station that stands as the one decision says need not be touched for the other. */
export function isSameDecision(a: MobilityDecision, b: MobilityDecision): boolean {
  if (a.kind === 'notProxied') return b.kind === 'notProxied' && a.reason === b.reason;
  return a.kind === b.kind && areSameTerms(a.terms, b.terms);
}

/** Whether what is registered by the one decision only has to be renewed for the other: no packet takes another way. */
export function isRenewalEnough(a: MobilityDecision, b: MobilityDecision): boolean {
  if (a.kind !== 'away' || b.kind !== 'away') return false;
  return areSameTerms({ ...a.terms, lifetimeSeconds: b.terms.lifetimeSeconds }, b.terms);
}

/** The agent of this box, else one that was found. */
function relayFor(
  question: MobilityQuestion & { readonly homeAgent: Ipv4Address },
  { service, agents }: Link,
  configuration: AccessPointConfiguration,
  nowMs: number,
): Relay | undefined {
  const { bridge, homeAgent, present } = question;
  const { refusedBy } = question.concessions;
  const { foreignAgent } = service;
  if (foreignAgent !== undefined) {
    if ((refusedBy.get(foreignAgent.address) ?? Number.NEGATIVE_INFINITY) > nowMs) return undefined;
    const careOfAddress = service.careOfAddress ?? configuration.careOfAddresses.get(homeAgent);
    const agent = { bridge, ...foreignAgent };
    return {
      agent,
      careOfAddress,
      longestLifetimeSeconds: INFINITE_LIFETIME,
      offersGre: true,
      offersReverseTunneling: true,
    };
  }
  const { lifetimeSeconds } = configuration;
  const greEncapsulation = configuration.encapsulation === 'gre';
  const reverseTunneling = configuration.reverseTunneling !== 'never';
  const found = agents?.foreignAgentFor(
    { lifetimeSeconds, greEncapsulation, reverseTunneling, present, refusedBy },
    nowMs,
  );
  if (found === undefined) return undefined;
  return {
    agent: { bridge, mac: found.mac, address: found.address, isLocal: false },
    careOfAddress: careOfAddressOf(found, homeAgent, service.careOfAddress),
    longestLifetimeSeconds: found.advertisement.registrationLifetimeSeconds,
    offersGre: found.advertisement.greEncapsulation,
    offersReverseTunneling: found.advertisement.reverseTunneling,
  };
}

function askedOf(
  relay: Relay,
  concessions: Concessions,
  configuration: AccessPointConfiguration,
): Pick<RegistrationTerms, 'lifetimeSeconds' | 'greEncapsulation' | 'reverseTunneling'> {
  const { encapsulation, reverseTunneling } = configuration;
  const isOffered = reverseTunneling === 'whereOffered' && relay.offersReverseTunneling;
  return {
    lifetimeSeconds: Math.min(
      configuration.lifetimeSeconds,
      relay.longestLifetimeSeconds,
      concessions.longestLifetimeSeconds ?? INFINITE_LIFETIME,
    ),
    greEncapsulation: relay.offersGre && (concessions.greEncapsulation ?? encapsulation === 'gre'),
    reverseTunneling: reverseTunneling === 'always' || (concessions.reverseTunneling ?? isOffered),
  };
}

/** RFC 5944 §3.6.1.2: back home, all bindings are ended; this also clears what another access point may have left. */
function homeTerms(
  { bridge, address }: MobilityQuestion,
  { service, agents }: Link,
  association: SecurityAssociation | undefined,
): RegistrationTerms | undefined {
  const homeAgent = service.homeAgent ?? agents?.homeAgentOf(service.prefix);
  if (association === undefined || homeAgent === undefined) return undefined;
  return {
    homeAddress: address,
    homeAgent: homeAgent.address,
    careOfAddress: address,
    lifetimeSeconds: 0,
    greEncapsulation: false,
    reverseTunneling: false,
    association,
    agent: { bridge, mac: homeAgent.mac, address: homeAgent.address, isLocal: homeAgent.mac === service.mac },
  };
}

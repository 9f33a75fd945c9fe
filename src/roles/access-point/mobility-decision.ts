// What an address means on a bridge: that the station is at home, that it is away and under which terms it is to be
// registered, or why it is left alone. Pure, so that a new configuration can be asked whether it changes anything.

import { contains, type Ipv4Address } from '../../octets/address.ts';
import { equalInConstantTime } from '../../octets/octets.ts';
import type { SecurityAssociation } from '../../wire/authentication.ts';
import type { NotProxiedReason } from '../report.ts';
import type { SubnetMapRow } from '../subnet-map.ts';
import type { AccessPointConfiguration, BridgeService } from './configuration.ts';
import type { RegistrationTerms } from './proxy-registration.ts';

export type MobilityDecision =
  /** Without terms, nothing can be ended at the home agent: there is none here, or no key. */
  | { readonly kind: 'home'; readonly terms: RegistrationTerms | undefined }
  | { readonly kind: 'away'; readonly row: SubnetMapRow; readonly terms: RegistrationTerms }
  | { readonly kind: 'notProxied'; readonly reason: NotProxiedReason };

export function decideMobility(
  address: Ipv4Address,
  service: BridgeService,
  configuration: AccessPointConfiguration,
): MobilityDecision {
  const association = configuration.associations.forNode(address);
  if (contains(service.prefix, address)) return { kind: 'home', terms: homeTerms(address, service, association) };
  const row = configuration.subnetMap.lookup(address);
  if (row === undefined) return { kind: 'notProxied', reason: 'noHomeAgent' };
  if (association === undefined) return { kind: 'notProxied', reason: 'noSecurityAssociation' };
  if (service.foreignAgent === undefined) return { kind: 'notProxied', reason: 'noForeignAgent' };
  const { homeAgent } = row;
  const careOfAddress = service.careOfAddress ?? configuration.careOfAddresses.get(homeAgent);
  if (careOfAddress === undefined) return { kind: 'notProxied', reason: 'noCareOfAddress' };
  const { lifetimeSeconds, reverseTunneling } = configuration;
  const terms = { homeAddress: address, homeAgent, careOfAddress, lifetimeSeconds, reverseTunneling, association };
  return { kind: 'away', row, terms };
}

/** Whether a station that stands as the one decision says need not be touched for the other. */
export function isSameDecision(a: MobilityDecision, b: MobilityDecision): boolean {
  if (a.kind === 'notProxied') return b.kind === 'notProxied' && a.reason === b.reason;
  return a.kind === b.kind && areSameTerms(a.terms, b.terms);
}

/** Whether both send registrations and visitors' frames to the same boxes. */
export function haveSameAgents(a: BridgeService, b: BridgeService): boolean {
  return (
    a.foreignAgent?.mac === b.foreignAgent?.mac &&
    a.foreignAgent?.address === b.foreignAgent?.address &&
    a.foreignAgent?.isLocal === b.foreignAgent?.isLocal &&
    a.homeAgent?.mac === b.homeAgent?.mac
  );
}

/** RFC 5944 §3.6.1.2: back home, all bindings are ended; this also clears what another access point may have left. */
function homeTerms(
  address: Ipv4Address,
  service: BridgeService,
  association: SecurityAssociation | undefined,
): RegistrationTerms | undefined {
  if (association === undefined || service.homeAgent === undefined) return undefined;
  return {
    homeAddress: address,
    homeAgent: service.homeAgent.address,
    careOfAddress: address,
    lifetimeSeconds: 0,
    reverseTunneling: false,
    association,
  };
}

function areSameTerms(a: RegistrationTerms | undefined, b: RegistrationTerms | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.homeAddress === b.homeAddress &&
    a.homeAgent === b.homeAgent &&
    a.careOfAddress === b.careOfAddress &&
    a.lifetimeSeconds === b.lifetimeSeconds &&
    a.reverseTunneling === b.reverseTunneling &&
    a.association.spi === b.association.spi &&
    a.association.algorithm === b.association.algorithm &&
    equalInConstantTime(a.association.key, b.association.key)
  );
}

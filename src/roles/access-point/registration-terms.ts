// What a registration asks for, of which home agent, and who relays it.

import type { Ipv4Address } from '../../octets/address.ts';
import { equalInConstantTime } from '../../octets/octets.ts';
import type { SecurityAssociation } from '../../wire/authentication.ts';
import type { LinkAgent } from './configuration.ts';

export type RegistrationTerms = {
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  /** The home address itself asks for the end of all bindings (RFC 5944 §3.6.1.2). */
  readonly careOfAddress: Ipv4Address;
  /** 0 deregisters. */
  readonly lifetimeSeconds: number;
  readonly greEncapsulation: boolean;
  readonly reverseTunneling: boolean;
  readonly association: SecurityAssociation;
  /** What is shared with the foreign agent, if anything is. */
  readonly foreignAgentAssociation?: SecurityAssociation | undefined;
  /** The foreign agent; at home, the home agent itself. */
  readonly agent: LinkAgent;
};

export function areSameTerms(a: RegistrationTerms | undefined, b: RegistrationTerms | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.homeAddress === b.homeAddress &&
    a.homeAgent === b.homeAgent &&
    a.careOfAddress === b.careOfAddress &&
    a.lifetimeSeconds === b.lifetimeSeconds &&
    a.greEncapsulation === b.greEncapsulation &&
    a.reverseTunneling === b.reverseTunneling &&
    isSameAgent(a.agent, b.agent) &&
    isSameAssociation(a.association, b.association) &&
    isSameAssociation(a.foreignAgentAssociation, b.foreignAgentAssociation)
  );
}

/** The same box on the same link. */
export function isSameAgent(a: LinkAgent, b: LinkAgent): boolean {
  return a.bridge === b.bridge && a.mac === b.mac && a.address === b.address && a.isLocal === b.isLocal;
}

function isSameAssociation(a: SecurityAssociation | undefined, b: SecurityAssociation | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const isSameStyle = a.algorithm === b.algorithm && a.replayProtection === b.replayProtection;
  return a.spi === b.spi && isSameStyle && equalInConstantTime(a.key, b.key);
}

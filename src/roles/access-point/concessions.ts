// What to do about a denial (RFC 5944 §3.6.2, §3.6.3; RFC 3024 §3.4): what to ask for instead, of whom, or when again.
// Each concession is made once only, so that denials never become a conversation without end.

import { type Ipv4Address, isUnicast } from '../../octets/address.ts';
import { CODE, type ReplyFields } from '../../wire/registration.ts';
import type { RegistrationTerms } from './registration-terms.ts';

/** Where a registration asks for something else than the configuration says. */
export type Concessions = {
  readonly longestLifetimeSeconds: number | undefined;
  readonly greEncapsulation: boolean | undefined;
  readonly reverseTunneling: boolean | undefined;
  readonly homeAgent: Ipv4Address | undefined;
  /** Of several home agents of the network, the one to ask; as long as the subnet map has it. */
  readonly nextHomeAgent: Ipv4Address | undefined;
  /** Foreign agents that are not asked again before this time. */
  readonly refusedBy: ReadonlyMap<Ipv4Address, number>;
  /** Home agents that are not turned to before this time. */
  readonly unservedBy: ReadonlyMap<Ipv4Address, number>;
};

export type Denial = Pick<ReplyFields, 'code' | 'lifetimeSeconds' | 'homeAgent'>;

export const NO_CONCESSIONS: Concessions = {
  longestLifetimeSeconds: undefined,
  greEncapsulation: undefined,
  reverseTunneling: undefined,
  homeAgent: undefined,
  nextHomeAgent: undefined,
  refusedBy: new Map(),
  unservedBy: new Map(),
};

/** RFC 3024 §3.4. */
const REVERSE_TUNNEL_MANDATORY = 75;
const HOME_AGENT_REVERSE_TUNNEL_UNAVAILABLE = 137;
const HOME_AGENT_REVERSE_TUNNEL_MANDATORY = 138;

/** A reason may pass; a request that somebody cannot read will hardly be read a minute later. */
const RETRY_MS = 60_000;
const RETRY_POORLY_FORMED_MS = 600_000;

export function retryAfterMs(code: number): number {
  const isPoorlyFormed = code === CODE.poorlyFormedRequest || code === CODE.homeAgentPoorlyFormedRequest;
  return isPoorlyFormed ? RETRY_POORLY_FORMED_MS : RETRY_MS;
}

/** RFC 5944 §3.4: registration timeout, and the home agent unreachable by an ICMP error. */
export function isUnreachable(code: number): boolean {
  return code === CODE.registrationTimeout || (code >= 80 && code <= 88);
}

/**
 * What may be tried at once after this denial, the best first; a try that asks for the same again is none. `homeAgents`: all
 * that serve the network.
 */
export function remedies(
  denial: Denial,
  terms: RegistrationTerms,
  { concessions, homeAgents }: { readonly concessions: Concessions; readonly homeAgents: readonly Ipv4Address[] },
  nowMs: number,
): Concessions[] {
  const conceded = concede(denial, terms, concessions, nowMs);
  const next = isHomeAgentsFault(denial.code) ? turningToNext(terms, concessions, homeAgents, nowMs) : undefined;
  return [
    ...(conceded === undefined ? [] : [{ ...concessions, ...conceded }]),
    ...(next === undefined ? [] : [next]),
    ...(mayBeServedElsewhere(denial.code) ? [shunning(terms.agent.address, concessions, nowMs)] : []),
  ];
}

function concede(
  denial: Denial,
  terms: RegistrationTerms,
  concessions: Concessions,
  nowMs: number,
): Partial<Concessions> | undefined {
  const { code, lifetimeSeconds, homeAgent } = denial;
  switch (code) {
    case CODE.requestedLifetimeTooLong: {
      const isShorter = lifetimeSeconds > 0 && lifetimeSeconds < terms.lifetimeSeconds;
      return isShorter ? { longestLifetimeSeconds: lifetimeSeconds } : undefined;
    }
    case CODE.requestedEncapsulationUnavailable:
    case CODE.homeAgentEncapsulationUnavailable:
      return concessions.greEncapsulation === undefined ? { greEncapsulation: !terms.greEncapsulation } : undefined;
    case CODE.reverseTunnelUnavailable:
    case REVERSE_TUNNEL_MANDATORY:
    case HOME_AGENT_REVERSE_TUNNEL_UNAVAILABLE:
    case HOME_AGENT_REVERSE_TUNNEL_MANDATORY:
      return concessions.reverseTunneling === undefined ? { reverseTunneling: !terms.reverseTunneling } : undefined;
    case CODE.unknownHomeAgentAddress:
      // The home agent has signed this: its own unicast address, in answer to another one.
      if (concessions.homeAgent !== undefined || !isUnicast(homeAgent)) return undefined;
      return { homeAgent, unservedBy: leavingAlone(terms.homeAgent, concessions, nowMs) };
    default:
      return undefined;
  }
}

/** Nothing that was conceded to one agent holds for the next. */
export function forAnotherAgent({ homeAgent, nextHomeAgent, refusedBy, unservedBy }: Concessions): Concessions {
  return { ...NO_CONCESSIONS, homeAgent, nextHomeAgent, refusedBy, unservedBy };
}

/** Leaves the home agent alone for a while, in favour of the first one that was not; undefined where there is none. */
export function turningToNext(
  { homeAgent: present }: RegistrationTerms,
  concessions: Concessions,
  homeAgents: readonly Ipv4Address[],
  nowMs: number,
): Concessions | undefined {
  const unservedBy = leavingAlone(present, concessions, nowMs);
  const nextHomeAgent = homeAgents.find((homeAgent) => !unservedBy.has(homeAgent));
  return nextHomeAgent === undefined
    ? undefined
    : { ...NO_CONCESSIONS, refusedBy: concessions.refusedBy, nextHomeAgent, unservedBy };
}

function leavingAlone(homeAgent: Ipv4Address, { unservedBy }: Concessions, nowMs: number): Map<Ipv4Address, number> {
  return new Map([...unservedBy].filter(([, untilMs]) => untilMs > nowMs)).set(homeAgent, nowMs + RETRY_MS);
}

/** Leaves this foreign agent alone for a while. */
export function shunning(agent: Ipv4Address, concessions: Concessions, nowMs: number): Concessions {
  const refusedBy = new Map([...concessions.refusedBy].filter(([, untilMs]) => untilMs > nowMs));
  return { ...forAnotherAgent(concessions), refusedBy: refusedBy.set(agent, nowMs + RETRY_MS) };
}

/** It does not answer, or has answered that it does not serve. */
function isHomeAgentsFault(code: number): boolean {
  return isUnreachable(code) || !(isOfForeignAgent(code) || code === CODE.foreignAgentFailedAuthentication);
}

/** What foreign agents say (RFC 5944 §3.4), or say wrong; but a request that one cannot read is not shown to the next. */
function mayBeServedElsewhere(code: number): boolean {
  if (code === CODE.poorlyFormedRequest) return false;
  return isOfForeignAgent(code) || code === CODE.foreignAgentFailedAuthentication;
}

/** RFC 5944 §3.4: a denial by the foreign agent, which has no key to sign it with. */
export function isOfForeignAgent(code: number): boolean {
  return (code >= 64 && code <= 127) || code === CODE.invalidHomeAgentAddress;
}

// From pending requests to visitors: what an accepted request makes, and whether a renewed visit still is the same.

import type { Ipv4Address } from '../../octets/address.ts';
import { CODE, isAccepted, type RegistrationReply, type RegistrationRequest } from '../../wire/registration.ts';
import type { ForeignAgentEffect } from './events.ts';
import type { PendingRequest } from './pending-requests.ts';
import { report } from './reports.ts';
import type { NegotiatedRevocation, Visitor, VisitorList } from './visitor-list.ts';

/** RFC 5944 §3.7.1: a request without an answer is forgotten; 7 s is the usual time. */
const PENDING_MS = 7000;

/** RFC 5944 §3.7.2.2: no longer than what it asks for would last. */
export function pendingUntil({ lifetimeSeconds }: Pick<RegistrationRequest, 'lifetimeSeconds'>, nowMs: number): number {
  return nowMs + (lifetimeSeconds === 0 ? PENDING_MS : Math.min(PENDING_MS, lifetimeSeconds * 1000));
}

/** RFC 5944 §3.7.3.2, §3.7.3.3: the time begins when the reply goes on. No node keeps more than it asked for (§3.6.2.2). */
export function visitorOf(
  pending: PendingRequest,
  reply: RegistrationReply,
  revocation: NegotiatedRevocation | undefined,
  limits: { readonly longestLifetimeSeconds: number; readonly nowMs: number },
): Visitor {
  const { homeAddress, homeAgent, careOfAddress, identification, encapsulation, link } = pending;
  const { reverseTunneling, encapsulatingDelivery } = pending;
  const lifetimeSeconds = Math.min(reply.lifetimeSeconds, pending.lifetimeSeconds, limits.longestLifetimeSeconds);
  return {
    ...{ homeAddress, homeAgent, careOfAddress, identification, encapsulation, revocation, link },
    ...{ reverseTunneling, encapsulatingDelivery },
    requestedLifetimeSeconds: pending.lifetimeSeconds,
    lifetimeSeconds,
    expiresAtMs: limits.nowMs + lifetimeSeconds * 1000,
  };
}

/** Whether the kernel has other things for the two than a neighbour's MAC address. */
export function isMoved(before: Visitor, after: Visitor): boolean {
  return (
    before.link.interfaceIndex !== after.link.interfaceIndex ||
    before.homeAgent !== after.homeAgent ||
    before.careOfAddress !== after.careOfAddress ||
    before.reverseTunneling !== after.reverseTunneling ||
    before.encapsulatingDelivery !== after.encapsulatingDelivery ||
    before.encapsulation !== after.encapsulation
  );
}

/**
 * Somebody who has heard a request and sends it again as his own: what the home agent grants to it must not lead the
 * visitor's traffic to him. A node that has changed its MAC address makes a new request.
 */
export function isOverheard(
  request: RegistrationRequest,
  link: Pick<Visitor['link'], 'mac'>,
  list: VisitorList,
): boolean {
  const visitor = list.visitors.get(request.homeAddress);
  if (visitor?.identification === request.identification && visitor.link.mac !== link.mac) return true;
  const pending = list.pending.find(request.homeAddress, request.identification);
  return pending !== undefined && pending.link.mac !== link.mac;
}

/** Two nodes with one home address and two home agents: the one that is here keeps its visit. */
export function isTakenByAnother(
  request: RegistrationRequest,
  link: Pick<Visitor['link'], 'mac'>,
  list: VisitorList,
): boolean {
  const visitor = list.visitors.get(request.homeAddress);
  return visitor !== undefined && visitor.homeAgent !== request.homeAgent && visitor.link.mac !== link.mac;
}

/** Code 136 comes from one of the home agents that a broadcast was sent to (RFC 5944 §3.8.2.1), and grants nothing. */
export function isFromHomeAgent(
  reply: RegistrationReply,
  sourceAddress: Ipv4Address,
  pending: PendingRequest,
): boolean {
  if (reply.code === CODE.unknownHomeAgentAddress) return true;
  return sourceAddress === pending.homeAgent && (reply.homeAgent === pending.homeAgent || !isAccepted(reply.code));
}

/** What the kernel has of the former visit and not of this one goes first. */
export function arrived(visitor: Visitor, before: Visitor | undefined): ForeignAgentEffect[] {
  const { homeAddress, homeAgent, lifetimeSeconds } = visitor;
  const moved = before !== undefined && isMoved(before, visitor);
  const kind = before === undefined ? 'visitorAdded' : moved ? 'visitorMoved' : 'visitorRenewed';
  return [
    ...(moved ? [{ kind: 'visitorUnwanted', visitor: before } as const] : []),
    { kind: 'visitorWanted', visitor },
    report({ kind, homeAddress, homeAgent, lifetimeSeconds }),
  ];
}

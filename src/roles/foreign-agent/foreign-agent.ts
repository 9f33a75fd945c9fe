// The foreign agent (RFC 5944 §3.7): checks and relays registrations, keeps the visitor list, and says which routes and
// tunnels the kernel should have for visitors. What a mobile node has signed is relayed as the octets that came. Agent
// advertisements, Mobile-Foreign and Foreign-Home authentication are not served.

import type { Ipv4Address } from '../../octets/address.ts';
import { EXTENSION } from '../../wire/extensions.ts';
import { lowBits } from '../../wire/identification.ts';
import {
  CODE,
  encodeRegistrationReply,
  isAccepted,
  isDeregistration,
  type RegistrationReply,
  type RegistrationRequest,
} from '../../wire/registration.ts';
import type { Report } from '../report.ts';
import type { Moment, Role } from '../role.ts';
import { checkRequest } from './request-checks.ts';
import { type PendingRequest, type Visitor, type VisitorLink, VisitorList } from './visitor-list.ts';

export type ForeignAgentConfiguration = {
  readonly careOfAddresses: readonly Ipv4Address[];
  readonly ownAddresses: readonly Ipv4Address[];
  readonly longestLifetimeSeconds: number;
  readonly mostVisitors: number;
};

export type ForeignAgentEvent =
  | { readonly kind: 'configured'; readonly configuration: ForeignAgentConfiguration }
  | {
      readonly kind: 'requestReceived';
      readonly request: RegistrationRequest;
      readonly link: VisitorLink;
      readonly timeToLive: number;
    }
  | { readonly kind: 'replyReceived'; readonly reply: RegistrationReply; readonly sourceAddress: Ipv4Address }
  | { readonly kind: 'deadlineReached' };

export type ForeignAgentEffect =
  | {
      readonly kind: 'requestRelayed';
      readonly octets: Uint8Array;
      readonly source: Ipv4Address;
      readonly destination: Ipv4Address;
    }
  | {
      readonly kind: 'replyRelayed';
      readonly octets: Uint8Array;
      readonly homeAddress: Ipv4Address;
      readonly link: VisitorLink;
    }
  | { readonly kind: 'visitorWanted'; readonly visitor: Visitor }
  | { readonly kind: 'visitorUnwanted'; readonly visitor: Visitor }
  | { readonly kind: 'report'; readonly report: Report };

/** RFC 5944 §3.7.1: a request without an answer is forgotten; 7 s is the usual time. */
const PENDING_MS = 7000;

export class ForeignAgent implements Role<ForeignAgentEvent, ForeignAgentEffect> {
  readonly #list = new VisitorList();
  #configuration: ForeignAgentConfiguration;

  constructor(configuration: ForeignAgentConfiguration) {
    this.#configuration = configuration;
  }

  handle(event: ForeignAgentEvent, now: Moment): ForeignAgentEffect[] {
    switch (event.kind) {
      case 'configured':
        return this.#configured(event.configuration);
      case 'requestReceived':
        return this.#requestReceived(event.request, event.link, event.timeToLive, now);
      case 'replyReceived':
        return this.#replyReceived(event.reply, event.sourceAddress, now);
      case 'deadlineReached':
        return [...this.#expirePending(now), ...this.#expireVisitors(now)];
    }
  }

  nextDeadline(): number | undefined {
    return this.#list.nextExpiry();
  }

  visitors(): Iterable<Visitor> {
    return this.#list.visitors.all();
  }

  #configured(configuration: ForeignAgentConfiguration): ForeignAgentEffect[] {
    this.#configuration = configuration;
    const gone = [...this.#list.visitors.all()].filter(
      ({ careOfAddress }) => !configuration.careOfAddresses.includes(careOfAddress),
    );
    for (const { homeAddress } of gone) this.#list.visitors.delete(homeAddress);
    return gone.map((visitor) => ({ kind: 'visitorUnwanted', visitor }));
  }

  #requestReceived(
    request: RegistrationRequest,
    link: VisitorLink,
    timeToLive: number,
    now: Moment,
  ): ForeignAgentEffect[] {
    const { homeAddress, homeAgent, careOfAddress, identification, lifetimeSeconds, reverseTunneling } = request;
    if (request.extensions.some(({ type }) => type === EXTENSION.mobileForeignAuthentication)) {
      // RFC 5944 §3.7.2.1: we share no association with any mobile node, so whoever signs for us is not believed.
      const reason = 'noMobilitySecurityAssociation';
      return [{ kind: 'report', report: { kind: 'requestDiscarded', by: 'foreignAgent', homeAddress, reason } }];
    }
    const code = this.#check(request, timeToLive);
    if (code !== CODE.accepted) return this.#deny(request, code, link);
    this.#list.pending.set({
      homeAddress,
      homeAgent,
      careOfAddress,
      identification,
      lifetimeSeconds,
      reverseTunneling,
      link,
      expiresAtMs: now.monotonicMs + PENDING_MS,
    });
    // A deregistration may name the home address as care-of address; it is sent from ours all the same (RFC 5944 §3.7.2.2).
    const source = this.#configuration.careOfAddresses.includes(careOfAddress)
      ? careOfAddress
      : (this.#configuration.careOfAddresses[0] ?? careOfAddress);
    return [{ kind: 'requestRelayed', octets: request.octets, source, destination: homeAgent }];
  }

  #check(request: RegistrationRequest, timeToLive: number): number {
    const code = checkRequest(request, timeToLive, this.#configuration);
    const { visitors, pending } = this.#list;
    const isKnown = visitors.get(request.homeAddress) !== undefined || pending.get(request.homeAddress) !== undefined;
    if (code !== CODE.accepted || isKnown) return code;
    // A pending request may become a visitor, so it takes the place of one.
    const isFull = visitors.size + pending.size >= this.#configuration.mostVisitors;
    return isFull ? CODE.foreignAgentInsufficientResources : code;
  }

  #deny(request: RegistrationRequest, code: number, link: VisitorLink): ForeignAgentEffect[] {
    const { homeAddress } = request;
    return [
      { kind: 'replyRelayed', octets: this.#denial(request, code), homeAddress, link },
      { kind: 'report', report: { kind: 'requestDenied', by: 'foreignAgent', homeAddress, code } },
    ];
  }

  #denial(
    request: Pick<RegistrationRequest, 'homeAddress' | 'homeAgent' | 'identification'>,
    code: number,
  ): Uint8Array {
    return encodeRegistrationReply({
      code,
      // RFC 5944 §3.7.2.1: code 69 carries the longest lifetime that would do.
      lifetimeSeconds: code === CODE.requestedLifetimeTooLong ? this.#configuration.longestLifetimeSeconds : 0,
      homeAddress: request.homeAddress,
      homeAgent: request.homeAgent,
      identification: request.identification,
    });
  }

  /** RFC 5944 §3.7.3: only a reply to a pending request counts; it is matched by home address and low identification bits. */
  #replyReceived(reply: RegistrationReply, sourceAddress: Ipv4Address, now: Moment): ForeignAgentEffect[] {
    const { homeAddress } = reply;
    const pending = this.#list.pending.get(homeAddress);
    if (pending === undefined || lowBits(pending.identification) !== lowBits(reply.identification)) {
      return [{ kind: 'report', report: { kind: 'replyDiscarded', homeAddress, reason: 'noPendingRequest' } }];
    }
    if (sourceAddress !== pending.homeAgent) {
      return [{ kind: 'report', report: { kind: 'replyDiscarded', homeAddress, reason: 'notServed' } }];
    }
    this.#list.pending.delete(homeAddress);
    const effects = isAccepted(reply.code) ? this.#accepted(reply, pending, now) : [];
    return [...effects, { kind: 'replyRelayed', octets: reply.octets, homeAddress, link: pending.link }];
  }

  #accepted(reply: RegistrationReply, pending: PendingRequest, now: Moment): ForeignAgentEffect[] {
    const { homeAddress, homeAgent, careOfAddress, reverseTunneling, link } = pending;
    const before = this.#list.visitors.get(homeAddress);
    if (isDeregistration(pending) || isDeregistration(reply)) return this.#deregistered(before);
    // A node that decapsulates for itself (flag D) is relayed for, but no visitor: its tunnel does not end here.
    if (!this.#configuration.careOfAddresses.includes(careOfAddress)) return [];
    const lifetimeSeconds = Math.min(
      reply.lifetimeSeconds,
      pending.lifetimeSeconds,
      this.#configuration.longestLifetimeSeconds,
    );
    const expiresAtMs = now.monotonicMs + lifetimeSeconds * 1000;
    const visitor = { homeAddress, homeAgent, careOfAddress, lifetimeSeconds, reverseTunneling, link, expiresAtMs };
    this.#list.visitors.set(visitor);
    const kind = before === undefined ? 'visitorAdded' : 'visitorRenewed';
    return [
      { kind: 'visitorWanted', visitor },
      { kind: 'report', report: { kind, homeAddress, homeAgent, lifetimeSeconds } },
    ];
  }

  #deregistered(visitor: Visitor | undefined): ForeignAgentEffect[] {
    if (visitor === undefined) return [];
    const { homeAddress, homeAgent } = visitor;
    this.#list.visitors.delete(homeAddress);
    return [
      { kind: 'visitorUnwanted', visitor },
      { kind: 'report', report: { kind: 'visitorDeregistered', homeAddress, homeAgent } },
    ];
  }

  #expirePending(now: Moment): ForeignAgentEffect[] {
    const effects: ForeignAgentEffect[] = [];
    for (;;) {
      const pending = this.#list.pending.takeExpired(now.monotonicMs);
      if (pending === undefined) return effects;
      const { homeAddress, link } = pending;
      const code = CODE.registrationTimeout;
      effects.push(
        { kind: 'replyRelayed', octets: this.#denial(pending, code), homeAddress, link },
        { kind: 'report', report: { kind: 'requestDenied', by: 'foreignAgent', homeAddress, code } },
      );
    }
  }

  #expireVisitors(now: Moment): ForeignAgentEffect[] {
    const effects: ForeignAgentEffect[] = [];
    for (;;) {
      const visitor = this.#list.visitors.takeExpired(now.monotonicMs);
      if (visitor === undefined) return effects;
      const { homeAddress, homeAgent } = visitor;
      effects.push(
        { kind: 'visitorUnwanted', visitor },
        { kind: 'report', report: { kind: 'visitorExpired', homeAddress, homeAgent } },
      );
    }
  }
}

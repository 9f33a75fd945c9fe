// The foreign agent (RFC 5944 §3.7, RFC 3024 §4.2, RFC 3543 §4.2): checks and relays registrations, keeps the visitor list,
// and says which routes and tunnels the kernel should have for visitors. It never revokes a registration by itself.
// Advertisements are agent-advertising.ts's.

import { type Ipv4Address, LIMITED_BROADCAST } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { isEncapsulatingDelivery } from '../../wire/encapsulating-delivery.ts';
import {
  CODE,
  isAccepted,
  isDeregistration,
  type RegistrationReply,
  type RegistrationRequest,
} from '../../wire/registration.ts';
import type { RegistrationRevocation } from '../../wire/revocation.ts';
import type { DiscardReason } from '../report.ts';
import type { Moment, Role } from '../role.ts';
import { AgentAuthentication, type Authentication } from './agent-authentication.ts';
import { codeOfUnreachable, DENIAL } from './codes.ts';
import { type ForeignAgentConfiguration, type ForeignAgentSettings, settingsOf } from './configuration.ts';
import { ForeignAgentCounters, type ForeignAgentCounts } from './counters.ts';
import { DenialLimit } from './denial-limit.ts';
import type { ForeignAgentEffect, ForeignAgentEvent, MessageArrival } from './events.ts';
import type { PendingRequest } from './pending-requests.ts';
import {
  type DeniedRequest,
  denial,
  isFarewell,
  relayedReply,
  relayedRequest,
  revocationAcknowledgment,
  sourceOfReply,
} from './relaying.ts';
import { denied, discarded, replyDiscarded, report, revocationDiscarded } from './reports.ts';
import { checkRequest, isRevocationOfferedByVisitor, type RequestArrival } from './request-checks.ts';
import {
  checkRevocation,
  isAskedAgain,
  isMobileNodeInformed,
  isRevokedSince,
  negotiatedRevocation,
} from './revocation-checks.ts';
import { type NegotiatedRevocation, type Visitor, type VisitorLink, VisitorList } from './visitor-list.ts';
import { readVisitorRow, type VisitorRow, visitorRow } from './visitor-rows.ts';
import { arrived, isFromHomeAgent, isOverheard, isTakenByAnother, pendingUntil, visitorOf } from './visits.ts';

const UNSIGNED: Authentication = { kind: 'unsigned' };

export class ForeignAgent implements Role<ForeignAgentEvent, ForeignAgentEffect> {
  readonly #list = new VisitorList();
  readonly #denialLimit = new DenialLimit();
  readonly #counters = new ForeignAgentCounters();
  readonly #digests: Digests;
  #settings: ForeignAgentSettings;
  #authentication: AgentAuthentication;
  #isBusy = false;
  #revision = 0;

  constructor(configuration: ForeignAgentConfiguration, digests: Digests) {
    this.#settings = settingsOf(configuration);
    this.#digests = digests;
    this.#authentication = new AgentAuthentication(this.#settings.agentAssociations, digests);
  }

  handle(event: ForeignAgentEvent, now: Moment): ForeignAgentEffect[] {
    return [...this.#handle(event, now), ...this.#busyEffects()];
  }

  #handle(event: ForeignAgentEvent, now: Moment): ForeignAgentEffect[] {
    switch (event.kind) {
      case 'configured':
        return this.#configured(event.configuration);
      case 'requestReceived':
        return this.#requestReceived(event.request, event, now);
      case 'replyReceived':
        return this.#replyReceived(event.reply, event.sourceAddress, now);
      case 'revocationReceived':
        return this.#revocationReceived(event.revocation, event.arrival);
      case 'homeAgentUnreachable':
        return this.#homeAgentUnreachable(event.homeAgent, event.icmpCode, now);
      case 'cleared':
        return this.#cleared(event.homeAddress);
      case 'deadlineReached':
        return this.#deadlineReached(now);
    }
  }

  nextDeadline(): number | undefined {
    return this.#list.nextExpiry();
  }

  visitors(): Iterable<Visitor> {
    return this.#list.visitors.all();
  }

  counts(): ForeignAgentCounts {
    return this.#counters.counts();
  }

  get isBusy(): boolean {
    return this.#list.isFull(this.#settings.mostVisitors);
  }

  /** Another number after each change of what `snapshot` gives. */
  get revision(): number {
    return this.#revision;
  }

  *snapshot(now: Moment): Generator<VisitorRow> {
    for (const visitor of this.#list.visitors.all()) yield visitorRow(visitor, now);
  }

  /** Before any event. All that was kept is wished for again, so that nothing of it is taken from the kernel. */
  restore(rows: Iterable<unknown>, now: Moment): ForeignAgentEffect[] {
    const effects: ForeignAgentEffect[] = [];
    let refused = 0;
    for (const row of rows) {
      const visitor = readVisitorRow(row, this.#settings, now);
      const isTooMany = this.#list.visitors.size >= this.#settings.mostVisitors;
      if (visitor === undefined || isTooMany || this.#list.isKnown(visitor.homeAddress)) {
        refused += 1;
      } else {
        this.#list.visitors.set(visitor);
        effects.push({ kind: 'visitorWanted', visitor });
      }
    }
    const restored = effects.length;
    return [...effects, report({ kind: 'visitsRestored', restored, refused }), ...this.#busyEffects()];
  }

  #configured(configuration: ForeignAgentConfiguration): ForeignAgentEffect[] {
    this.#settings = settingsOf(configuration);
    this.#authentication = new AgentAuthentication(this.#settings.agentAssociations, this.#digests);
    const gone = [...this.#list.visitors.all()].filter(
      ({ careOfAddress }) => !configuration.careOfAddresses.includes(careOfAddress),
    );
    const ended = gone.flatMap((visitor) => this.#ended(visitor, 'visitorCleared', true));
    return [...ended, ...this.#relinked()];
  }

  /** An interface that was made anew has another number, under which the kernel has none of our routes. */
  #relinked(): ForeignAgentEffect[] {
    const effects: ForeignAgentEffect[] = [];
    for (const before of [...this.#list.visitors.all()]) {
      const interfaceIndex = this.#settings.links.get(before.link.interfaceName)?.interfaceIndex;
      if (interfaceIndex === undefined || interfaceIndex === before.link.interfaceIndex) continue;
      const visitor = { ...before, link: { ...before.link, interfaceIndex } };
      this.#list.visitors.set(visitor);
      effects.push({ kind: 'visitorWanted', visitor });
    }
    return effects;
  }

  #requestReceived(request: RegistrationRequest, arrival: RequestArrival, now: Moment): ForeignAgentEffect[] {
    this.#counters.add('faRegRequestsReceived');
    const { link } = arrival;
    const { homeAddress } = request;
    if (isRevocationOfferedByVisitor(request)) return [discarded(homeAddress, 'revocationOfferedByVisitor')];
    const code = checkRequest(request, arrival, this.#settings);
    if (code !== CODE.accepted) return this.#deny(request, code, link, now);
    const authentication = this.#authentication.check(request, 'mobile-foreign', homeAddress);
    if (authentication.kind === 'refused') {
      const reported = discarded(homeAddress, authentication.reason);
      // RFC 5944 §3.7.2.1. Who signs where nothing is shared is not answered: no signature of ours would mean anything.
      if (authentication.reason === 'noMobilitySecurityAssociation') return [reported];
      return [reported, ...this.#deny(request, DENIAL.mobileNodeFailedAuthentication, link, now)];
    }
    if (isOverheard(request, link, this.#list)) return [discarded(homeAddress, 'badIdentifier')];
    const limit = this.#codeOfLimits(request, link);
    if (limit !== CODE.accepted) return this.#deny(request, limit, link, now);
    return this.#relay(request, link, authentication.kind === 'signed' ? authentication.spi : undefined, now);
  }

  #codeOfLimits(request: RegistrationRequest, link: VisitorLink): number {
    const { homeAddress } = request;
    const { mostVisitors, mostPendingRequests } = this.#settings;
    if (isTakenByAnother(request, link, this.#list)) return CODE.foreignAgentAdministrativelyProhibited;
    const isOneMore = this.#list.pending.find(homeAddress, request.identification) === undefined;
    if (isOneMore && this.#list.pending.size >= mostPendingRequests) return CODE.foreignAgentInsufficientResources;
    const isNoVisitor = request.decapsulationByMobileNode || isDeregistration(request);
    if (isNoVisitor || this.#list.isKnown(homeAddress)) return CODE.accepted;
    return this.#list.isFull(mostVisitors) ? CODE.foreignAgentInsufficientResources : CODE.accepted;
  }

  #relay(
    request: RegistrationRequest,
    link: VisitorLink,
    mobileForeignSpi: number | undefined,
    now: Moment,
  ): ForeignAgentEffect[] {
    const { homeAddress, homeAgent, careOfAddress, identification, lifetimeSeconds, reverseTunneling } = request;
    const { careOfAddresses, isRevocationServed } = this.#settings;
    const signing = isFarewell(request)
      ? undefined
      : this.#authentication.signing('foreign-home', homeAgent, undefined);
    // RFC 3543 §4.3.2: with a co-located care-of address there is nothing of ours to revoke.
    const isRevocationOffered = signing !== undefined && isRevocationServed && !request.decapsulationByMobileNode;
    this.#list.pending.add({
      ...{ homeAddress, homeAgent, careOfAddress, identification, lifetimeSeconds, reverseTunneling, link },
      encapsulatingDelivery: isEncapsulatingDelivery(request.extensions),
      encapsulation: request.greEncapsulation ? 'gre' : 'ipip',
      mobileForeignSpi,
      isRevocationOffered,
      expiresAtMs: pendingUntil(request, now.monotonicMs),
    });
    this.#counters.add('faRegRequestsRelayed');
    const octets = relayedRequest(request, signing, isRevocationOffered ? now.unixMs : undefined);
    // RFC 5944 §3.7.2.2: a deregistration may name the home address as care-of address; ours is its source all the same.
    const isOurs = careOfAddresses.includes(careOfAddress);
    const source = isOurs ? careOfAddress : (careOfAddresses[0] ?? careOfAddress);
    return [{ kind: 'requestRelayed', octets, source, destination: homeAgent }];
  }

  #replyReceived(reply: RegistrationReply, sourceAddress: Ipv4Address, now: Moment): ForeignAgentEffect[] {
    this.#counters.add('faRegRepliesRecieved');
    const { homeAddress } = reply;
    const pending = this.#list.pending.find(homeAddress, reply.identification);
    if (pending === undefined) return [replyDiscarded(homeAddress, 'noPendingRequest')];
    if (!isFromHomeAgent(reply, sourceAddress, pending)) return [replyDiscarded(homeAddress, 'notFromAgent')];
    const authentication = isFarewell(pending)
      ? UNSIGNED
      : this.#authentication.check(reply, 'foreign-home', pending.homeAgent);
    if (authentication.kind === 'refused') return this.#disbelieved(reply, pending, authentication.reason, now);
    if (reply.isPoorlyFormed) {
      this.#list.pending.delete(pending);
      return this.#deny(pending, CODE.poorlyFormedReply, pending.link, now);
    }
    const revoked = this.#list.revoked.get(homeAddress);
    if (isRevokedSince(this.#negotiated(reply, pending, authentication), pending, revoked)) {
      // The node asks again when it hears nothing.
      this.#list.pending.delete(pending);
      return [replyDiscarded(homeAddress, 'noBinding')];
    }
    if (isAccepted(reply.code)) this.#list.pending.deleteUpTo(pending);
    else this.#list.pending.delete(pending);
    const effects = isAccepted(reply.code) ? this.#accepted(reply, pending, authentication, now) : [];
    this.#counters.add('faRegRepliesRelayed');
    return [...effects, this.#toMobileNode(pending, this.#relayed(reply, pending, undefined))];
  }

  /** RFC 5944 §3.7.3.1: the registration is refused; RFC 4636 §4: by an extension, so that the home agent's word stays whole. */
  #disbelieved(
    reply: RegistrationReply,
    pending: PendingRequest,
    reason: DiscardReason,
    now: Moment,
  ): ForeignAgentEffect[] {
    const { homeAddress } = pending;
    const code = DENIAL.homeAgentFailedAuthentication;
    this.#list.pending.delete(pending);
    this.#counters.denied(code);
    const reports = [replyDiscarded(homeAddress, reason), denied(homeAddress, code)];
    if (!this.#denialLimit.take(homeAddress, code, now.monotonicMs)) return reports;
    return [this.#toMobileNode(pending, this.#relayed(reply, pending, code)), ...reports];
  }

  #accepted(
    reply: RegistrationReply,
    pending: PendingRequest,
    authentication: Authentication,
    now: Moment,
  ): ForeignAgentEffect[] {
    const { longestLifetimeSeconds, careOfAddresses } = this.#settings;
    const before = this.#list.visitors.get(pending.homeAddress);
    if (isDeregistration(pending) || isDeregistration(reply)) {
      return before === undefined ? [] : this.#ended(before, 'visitorDeregistered', false);
    }
    // A node that decapsulates for itself (flag D) is relayed for, but no visitor: its tunnel does not end here.
    if (!careOfAddresses.includes(pending.careOfAddress)) return [];
    const revocation = this.#negotiated(reply, pending, authentication);
    const limits = { longestLifetimeSeconds, nowMs: now.monotonicMs };
    const visitor = visitorOf(pending, reply, revocation, limits);
    this.#list.visitors.set(visitor);
    this.#list.revoked.delete(visitor.homeAddress);
    this.#revision += 1;
    return arrived(visitor, before);
  }

  #negotiated(
    reply: RegistrationReply,
    pending: PendingRequest,
    authentication: Authentication,
  ): NegotiatedRevocation | undefined {
    const isNegotiated = pending.isRevocationOffered && authentication.kind === 'signed';
    return isNegotiated ? negotiatedRevocation(reply, authentication.by) : undefined;
  }

  #revocationReceived(revocation: RegistrationRevocation, arrival: MessageArrival): ForeignAgentEffect[] {
    const { homeAddress, homeDomainAddress, revocationIdentifier } = revocation;
    const authentication = this.#authentication.check(revocation, 'foreign-home', arrival.sourceAddress);
    if (authentication.kind === 'unsigned') return [revocationDiscarded(homeAddress, 'missingSecurityExtension')];
    if (authentication.kind === 'refused') return [revocationDiscarded(homeAddress, authentication.reason)];
    const { spi } = authentication;
    // RFC 3543 §3.3: it comes from the address that the mobile node has registered with.
    if (arrival.sourceAddress !== homeDomainAddress) return [revocationDiscarded(homeAddress, 'noBinding')];
    const revoked = this.#list.revoked.get(homeAddress);
    const visitor = this.#list.visitors.get(homeAddress);
    if (visitor === undefined && revoked !== undefined && isAskedAgain(revocation, revoked)) {
      this.#list.revoked.set({ ...revoked, revocationIdentifier });
      return this.#acknowledgment(revocation, revoked.isInformed, spi, arrival);
    }
    const reason = checkRevocation(revocation, visitor);
    if (reason !== undefined) return [revocationDiscarded(homeAddress, reason)];
    if (visitor?.revocation === undefined) return [];
    const isInformed = isMobileNodeInformed(revocation, visitor.revocation);
    const { homeAgent, careOfAddress, expiresAtMs } = visitor;
    this.#list.remember(
      { homeAddress, homeAgent, careOfAddress, revocationIdentifier, isInformed, expiresAtMs },
      this.#settings.mostVisitors,
    );
    return [
      ...this.#acknowledgment(revocation, isInformed, spi, arrival),
      ...this.#ended(visitor, 'visitorRevoked', isInformed),
    ];
  }

  /** RFC 3543 §3.4: signed as the revocation was; the I bit only answers one. */
  #acknowledgment(
    revocation: RegistrationRevocation,
    isInformed: boolean,
    spi: number,
    { sourceAddress, sourcePort, destinationAddress }: MessageArrival,
  ): ForeignAgentEffect[] {
    const { homeAddress, revocationIdentifier } = revocation;
    const signing = this.#authentication.signing('foreign-home', sourceAddress, spi);
    if (signing === undefined) return [];
    const inform = isInformed && revocation.inform;
    const octets = revocationAcknowledgment({ inform, homeAddress, revocationIdentifier }, signing);
    const addresses = { source: destinationAddress, destination: sourceAddress, destinationPort: sourcePort };
    return [{ kind: 'revocationAcknowledgmentSent', octets, ...addresses }];
  }

  #homeAgentUnreachable(homeAgent: Ipv4Address, icmpCode: number, now: Moment): ForeignAgentEffect[] {
    const code = codeOfUnreachable(icmpCode);
    if (code === undefined) return [];
    return this.#list.pending.takeAllTo(homeAgent).flatMap((pending) => this.#deny(pending, code, pending.link, now));
  }

  #cleared(homeAddress: Ipv4Address): ForeignAgentEffect[] {
    const visitor = this.#list.visitors.get(homeAddress);
    return visitor === undefined ? [] : this.#ended(visitor, 'visitorCleared', true);
  }

  #deadlineReached(now: Moment): ForeignAgentEffect[] {
    const { pending, visitors, revoked } = this.#list;
    const effects: ForeignAgentEffect[] = [];
    for (let due = pending.takeExpired(now.monotonicMs); due; due = pending.takeExpired(now.monotonicMs)) {
      // RFC 5944 §3.7.1. Of a node that has asked again since, the latest request alone is answered.
      const { request, isLatest } = due;
      if (isLatest) effects.push(...this.#deny(request, CODE.registrationTimeout, request.link, now));
    }
    // RFC 5944 §3.7: no message is made of a visit that runs out.
    for (let due = visitors.takeExpired(now.monotonicMs); due; due = visitors.takeExpired(now.monotonicMs)) {
      effects.push(...this.#ended(due, 'visitorExpired', false));
    }
    while (revoked.takeExpired(now.monotonicMs) !== undefined);
    return effects;
  }

  #ended(visitor: Visitor, why: EndOfVisit, isInformed: boolean): ForeignAgentEffect[] {
    const { homeAddress, homeAgent, link } = visitor;
    this.#list.visitors.delete(homeAddress);
    this.#revision += 1;
    const effects: ForeignAgentEffect[] = [
      { kind: 'visitorUnwanted', visitor },
      report({ kind: why, homeAddress, homeAgent }),
    ];
    if (why === 'visitorRevoked' || why === 'visitorCleared') {
      effects.push({ kind: 'visitorRevoked', visitor, isInformed });
    }
    const { interfaceName, mac } = link;
    return isInformed ? [...effects, { kind: 'visitLost', interfaceName, homeAddress, mac }] : effects;
  }

  #deny(request: DeniedRequest, code: number, link: VisitorLink, now: Moment): ForeignAgentEffect[] {
    const { homeAddress } = request;
    if (!this.#denialLimit.take(homeAddress, code, now.monotonicMs)) return [discarded(homeAddress, 'rateLimited')];
    this.#counters.denied(code);
    const signing = this.#authentication.signing('mobile-foreign', homeAddress, request.mobileForeignSpi);
    const octets = denial(request, code, this.#settings.longestLifetimeSeconds, signing);
    return [this.#toMobileNode({ homeAddress, link }, octets), denied(homeAddress, code)];
  }

  /** RFC 5944 §3.7.2.3. */
  #toMobileNode(
    { homeAddress, link }: Pick<PendingRequest, 'homeAddress' | 'link'>,
    octets: Uint8Array,
  ): ForeignAgentEffect {
    const { ownAddresses, links } = this.#settings;
    const source = sourceOfReply(link.destinationAddress, ownAddresses, links.get(link.interfaceName)?.address);
    const destination = homeAddress === 0 ? LIMITED_BROADCAST : homeAddress;
    return { kind: 'replyRelayed', octets, homeAddress, source, destination, link };
  }

  #relayed(reply: RegistrationReply, pending: PendingRequest, error: number | undefined): Uint8Array {
    const { homeAddress, mobileForeignSpi } = pending;
    return relayedReply(reply, this.#authentication.signing('mobile-foreign', homeAddress, mobileForeignSpi), error);
  }

  #busyEffects(): ForeignAgentEffect[] {
    const { isBusy } = this;
    if (isBusy === this.#isBusy) return [];
    this.#isBusy = isBusy;
    return [{ kind: 'busyChanged', isBusy }, report({ kind: 'foreignAgentBusy', isBusy })];
  }
}

type EndOfVisit = 'visitorDeregistered' | 'visitorExpired' | 'visitorRevoked' | 'visitorCleared';

// The home agent (RFC 5944 §3.8): accepts or denies registrations, keeps the mobility bindings, and says which tunnel
// routes and proxy ARP entries the kernel should have. With foreign agents that it shares a key with, it also agrees on
// revocation (RFC 3543) and tells them when a binding through them has ended.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { DHCP_TYPE, type DhcpReply, type DhcpRequest } from '../../wire/dhcp.ts';
import { CODE, isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';
import type { RegistrationRevocation, RevocationAcknowledgment } from '../../wire/revocation.ts';
import { earlier } from '../expiring-table.ts';
import { RateLimit } from '../rate-limit.ts';
import type { DiscardReason, Report } from '../report.ts';
import type { Moment, Random, Role } from '../role.ts';
import { SteadyClock } from '../steady-clock.ts';
import { bindingOf, bindingReportKind, encapsulationOf } from './accepted-binding.ts';
import { type Announcement, Announcements, announcementFrame } from './announcements.ts';
import {
  bindingRow,
  type HomeAgentRow,
  identificationRow,
  readBindingRow,
  readIdentificationRow,
} from './binding-rows.ts';
import {
  type HomeAgentConfiguration,
  type HomeAgentSettings,
  type HomeNetwork,
  homeNetworkOf,
  settingsOf,
} from './configuration.ts';
import { HomeAgentCounters, type HomeAgentCounts } from './counters.ts';
import { type RepeatedDhcp, repeatedDhcp } from './dhcp-repeating.ts';
import { IssuedNonces } from './issued-nonces.ts';
import type { MobilityBinding } from './mobility-binding.ts';
import { type BindingEffect, MobilityBindings } from './mobility-bindings.ts';
import { type Answer, encodeAnswer, namedHomeAgent, replySent, timestampAnswering } from './registration-replies.ts';
import { RepeatedRequests, refusalPacket } from './repeated-requests.ts';
import { ReplayProtection } from './replay-protection.ts';
import { type Authentication, checkAuthentication } from './request-authentication.ts';
import { checkRequest, type Probe, probeOf } from './request-checks.ts';
import { canBeBeside, roomFor } from './retained-bindings.ts';
import { RevocationExchange } from './revocation-exchange.ts';

export type { HomeAgentConfiguration, HomeNetwork } from './configuration.ts';

export type MessageArrival = {
  readonly sourceAddress: Ipv4Address;
  readonly sourcePort: number;
  readonly destinationAddress: Ipv4Address;
};

/** Where a request came from; `sourceMac` is known when it came over the home link. */
export type RequestArrival = MessageArrival & { readonly sourceMac: MacAddress | undefined };

export type HomeAgentEvent =
  | { readonly kind: 'configured'; readonly configuration: HomeAgentConfiguration }
  | { readonly kind: 'requestReceived'; readonly request: RegistrationRequest; readonly arrival: RequestArrival }
  | {
      readonly kind: 'revocationReceived';
      readonly revocation: RegistrationRevocation;
      readonly arrival: MessageArrival;
    }
  | {
      readonly kind: 'revocationAcknowledged';
      readonly acknowledgment: RevocationAcknowledgment;
      readonly arrival: MessageArrival;
    }
  /** Through a tunnel, and admitted as this mobile node's own. */
  | { readonly kind: 'dhcpReceived'; readonly request: DhcpRequest; readonly sourceAddress: Ipv4Address }
  /** A server on a home link refuses somebody an address. */
  | { readonly kind: 'dhcpAnswered'; readonly reply: DhcpReply; readonly sourceAddress: Ipv4Address }
  /** The operator ends a binding. */
  | { readonly kind: 'cleared'; readonly homeAddress: Ipv4Address }
  | { readonly kind: 'deadlineReached' };

export type Message = {
  readonly octets: Uint8Array;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
};

export type LinkFrame = { readonly interfaceIndex: number; readonly octets: Uint8Array };

export type HomeAgentEffect =
  | (Message & {
      readonly kind: 'replySent';
      readonly homeAddress: Ipv4Address;
      /**
       * The same reply as a frame of the home link, where the kernel's route would take it to the care-of address
       * although its asker is at home (RFC 5944 §3.8.3.1): then the frame is sent, not the datagram.
       */
      readonly homeLinkFrame: LinkFrame | undefined;
    })
  | (Message & { readonly kind: 'revocationSent' | 'revocationAcknowledgmentSent' })
  | BindingEffect
  | ({ readonly kind: 'homeLinkFrameSent' } & LinkFrame)
  /** To everybody on the home link. */
  | ({ readonly kind: 'dhcpRepeated' } & RepeatedDhcp)
  /** An IPv4 packet in a server's name, to a mobile node that is away. */
  | { readonly kind: 'packetSent'; readonly octets: Uint8Array; readonly destination: Ipv4Address }
  | { readonly kind: 'report'; readonly report: Report };

type Signed = Extract<Authentication, { readonly kind: 'signed' }>;
type CareOf = Pick<MobilityBinding, 'homeAddress' | 'careOfAddress'>;
type BindingEnd = 'bindingDeregistered' | 'bindingRevoked' | 'bindingCleared' | 'bindingExpired';

export class HomeAgent implements Role<HomeAgentEvent, HomeAgentEffect> {
  readonly #digests: Digests;
  readonly #clock = new SteadyClock();
  readonly #bindings = new MobilityBindings();
  readonly #revocation: RevocationExchange;
  readonly #announcements = new Announcements();
  readonly #replayProtection: ReplayProtection;
  readonly #nonces: IssuedNonces;
  readonly #probeLimit = new RateLimit();
  readonly #dhcpLimit = new RateLimit();
  readonly #repeatedRequests = new RepeatedRequests();
  readonly #counters = new HomeAgentCounters();
  #settings: HomeAgentSettings;
  #revision = 0;

  constructor(configuration: HomeAgentConfiguration, digests: Digests, random: Random) {
    this.#settings = settingsOf(configuration);
    this.#digests = digests;
    this.#nonces = new IssuedNonces(random);
    this.#revocation = new RevocationExchange(digests);
    this.#replayProtection = new ReplayProtection(this.#settings.replayToleranceSeconds);
  }

  handle(event: HomeAgentEvent, moment: Moment): HomeAgentEffect[] {
    const now = this.#clock.steady(moment);
    switch (event.kind) {
      case 'configured':
        return this.#configured(event.configuration, now);
      case 'requestReceived':
        return this.#requestReceived(event.request, event.arrival, now);
      case 'revocationReceived':
        return this.#revocationReceived(event.revocation, event.arrival);
      case 'revocationAcknowledged':
        return this.#revocation.acknowledged(event.acknowledgment, event.arrival, this.#settings);
      case 'dhcpReceived':
        return this.#dhcpReceived(event.request, event.sourceAddress, now);
      case 'dhcpAnswered':
        return this.#dhcpAnswered(event.reply, event.sourceAddress, now);
      case 'cleared':
        return this.#cleared(event.homeAddress, now);
      case 'deadlineReached':
        return this.#deadlineReached(now);
    }
  }

  nextDeadline(): number | undefined {
    const ends = earlier(this.#bindings.nextExpiry(), this.#revocation.nextDeadline());
    const next = earlier(this.#announcements.nextDeadline(), ends);
    // What has no end is nothing to wake for.
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  bindings(): Iterable<MobilityBinding> {
    return this.#bindings.all();
  }

  counts(): HomeAgentCounts {
    return this.#counters.counts();
  }

  /** Whether an acknowledgment is for us: it does not say which agent's revocation it answers. */
  isAwaiting(acknowledgment: RevocationAcknowledgment, arrival: MessageArrival): boolean {
    return this.#revocation.isAwaiting(acknowledgment, arrival);
  }

  /** Another number after each change of what `snapshot` gives. */
  get revision(): number {
    return this.#revision;
  }

  /** What must outlive a restart, row by row: thousands of bindings need not be in memory twice. */
  *snapshot(now: Moment): Generator<HomeAgentRow> {
    for (const binding of this.#bindings.all()) yield bindingRow(binding, now);
    for (const [homeAddress, identification] of this.#replayProtection.all()) {
      yield identificationRow(homeAddress, identification);
    }
  }

  /** Once, before the first request. What has expired, is served no more or makes no sense is left out. */
  restore(rows: Iterable<unknown>, now: Moment): HomeAgentEffect[] {
    const effects: HomeAgentEffect[] = [];
    let refused = 0;
    for (const row of rows) {
      const accepted = readIdentificationRow(row);
      const binding = accepted === undefined ? readBindingRow(row, this.#settings, now) : undefined;
      if (accepted !== undefined) {
        this.#replayProtection.accepted(accepted.homeAddress, accepted.identification, now.unixMs);
      } else if (binding === undefined || !this.#isRestorable(binding)) {
        refused += 1;
      } else {
        effects.push(...this.#bindings.setBeside(binding));
      }
    }
    return [...effects, report({ kind: 'bindingsRestored', restored: effects.length, refused })];
  }

  #configured(configuration: HomeAgentConfiguration, now: Moment): HomeAgentEffect[] {
    this.#settings = settingsOf(configuration);
    this.#replayProtection.toleranceSeconds = this.#settings.replayToleranceSeconds;
    this.#replayProtection.begin(now.unixMs);
    const effects: HomeAgentEffect[] = [];
    for (const binding of [...this.#bindings.all()]) {
      const network = this.#networkServing(binding);
      if (network === undefined) {
        effects.push(...this.#clear(binding, now));
      } else if (network.interfaceIndex !== binding.interfaceIndex) {
        // The same network, on an interface that was made anew.
        effects.push(...this.#bindings.setBeside({ ...binding, interfaceIndex: network.interfaceIndex }));
      }
    }
    return effects;
  }

  /** Undefined: this binding is served no more. */
  #networkServing({ homeAddress, homeAgent }: MobilityBinding): HomeNetwork | undefined {
    const { addresses, areSimultaneousBindingsServed } = this.#settings;
    const isAlone = this.#bindings.of(homeAddress).length === 1;
    if (!addresses.includes(homeAgent) || !(isAlone || areSimultaneousBindingsServed)) return undefined;
    return homeNetworkOf(homeAddress, this.#settings);
  }

  #dhcpReceived(request: DhcpRequest, homeAddress: Ipv4Address, now: Moment): HomeAgentEffect[] {
    const isBound = this.#bindings.isBound(homeAddress);
    const repeated = isBound ? repeatedDhcp(request, homeAddress, this.#settings) : undefined;
    if (repeated === undefined || !this.#dhcpLimit.take(this.#settings.mostDhcpPerSecond, now.monotonicMs)) {
      return [report({ kind: 'dhcpNotRepeated', homeAddress })];
    }
    this.#repeatedRequests.add(request, homeAddress, now.monotonicMs);
    return [report({ kind: 'dhcpRepeated', homeAddress }), { kind: 'dhcpRepeated', ...repeated }];
  }

  /** To one that is bound still; at home it has heard the server itself. */
  #dhcpAnswered(reply: DhcpReply, server: Ipv4Address, now: Moment): HomeAgentEffect[] {
    if (reply.type !== DHCP_TYPE.refusal) return [];
    const homeAddress = this.#repeatedRequests.take(reply, now.monotonicMs);
    if (homeAddress === undefined || !this.#bindings.isBound(homeAddress)) return [];
    const octets = refusalPacket(reply, server, homeAddress);
    return [report({ kind: 'dhcpRefused', homeAddress }), { kind: 'packetSent', octets, destination: homeAddress }];
  }

  #requestReceived(request: RegistrationRequest, arrival: RequestArrival, now: Moment): HomeAgentEffect[] {
    this.#counters.requestReceived(request);
    const probe = probeOf(request, arrival, this.#settings);
    if (probe !== undefined) return this.#answerProbe(request, arrival, probe, now);
    const authentication = checkAuthentication(request, arrival, this.#settings, this.#digests);
    if (authentication.kind === 'discard') return [discarded(request, authentication.reason)];
    const code = this.#check(request, arrival, authentication, now);
    if (code !== CODE.accepted) return this.#deny(request, code, authentication, arrival, now);
    if (!isByNonces(authentication)) {
      this.#replayProtection.accepted(request.homeAddress, request.identification, now.unixMs);
    }
    this.#revision += 1;
    return isDeregistration(request)
      ? this.#deregister(request, authentication, arrival, now)
      : this.#bind(request, authentication, arrival, now);
  }

  #check(request: RegistrationRequest, arrival: RequestArrival, authentication: Signed, now: Moment): number {
    if (!authentication.isMobileNodeAuthentic) return CODE.mobileNodeFailedAuthentication;
    if (!this.#isFresh(request, authentication, now)) return CODE.identificationMismatch;
    if (!authentication.isForeignAgentAuthentic) return CODE.foreignAgentFailedAuthentication;
    return checkRequest(request, arrival, this.#settings, this.#room(request, this.#isBeside(request)));
  }

  #isFresh(request: RegistrationRequest, authentication: Signed, now: Moment): boolean {
    if (isByNonces(authentication)) return this.#nonces.isFresh(request);
    return this.#replayProtection.isFresh(request.homeAddress, request.identification, now.unixMs);
  }

  #room(binding: CareOf, isBeside: boolean): number {
    const isFull = this.#bindings.size >= this.#settings.mostBindings;
    return roomFor(binding, this.#bindings.of(binding.homeAddress), { isBeside, isFull });
  }

  #isRestorable(binding: MobilityBinding): boolean {
    const bound = this.#bindings.of(binding.homeAddress);
    const isServed = bound.length === 0 || canBeBeside(binding, bound, this.#settings);
    return isServed && this.#room(binding, true) === CODE.accepted;
  }

  /** The node's other bindings are retained. */
  #isBeside(request: RegistrationRequest): boolean {
    if (!request.simultaneousBindings) return false;
    const { homeAddress, careOfAddress } = request;
    const encapsulation = encapsulationOf(request);
    return canBeBeside({ careOfAddress, encapsulation }, this.#bindings.of(homeAddress), this.#settings);
  }

  #bind(request: RegistrationRequest, { signers }: Signed, arrival: RequestArrival, now: Moment): HomeAgentEffect[] {
    const { homeAddress, careOfAddress } = request;
    const { sourceAddress } = arrival;
    const before = this.#bindings.at(homeAddress, careOfAddress);
    const others = this.#bindings.of(homeAddress).filter((binding) => binding !== before);
    const { isRevocationServed } = this.#settings;
    const revocation = isRevocationServed
      ? this.#revocation.negotiated(request, { signers, sourceAddress }, before ?? others[0], now)
      : undefined;
    const binding = bindingOf(request, { sourceAddress, revocation }, this.#settings, now);
    const isBeside = this.#isBeside(request);
    const ended = isBeside ? [] : others;
    const changes = isBeside ? this.#bindings.setBeside(binding) : this.#bindings.setOnly(binding);
    this.#revocation.registered(binding);
    const { homeAgent, lifetimeSeconds } = binding;
    const kind = bindingReportKind(before, ended);
    const isAlone = request.simultaneousBindings && !isBeside;
    const code = isAlone ? CODE.acceptedWithoutSimultaneousBindings : CODE.accepted;
    // RFC 5944 §4.6: gratuitous ARP when the node leaves home, not when it moves on.
    const hasLeftHome = before === undefined && others.length === 0;
    // The node has moved by itself and needs not be told (RFC 3543 §4.2.2.1).
    const wish = { inform: false, except: sourceAddress };
    return [
      ...changes,
      report({ kind, homeAddress, careOfAddress, lifetimeSeconds }),
      ...(hasLeftHome ? this.#announce(homeAddress, undefined, now) : []),
      this.#reply(request, { code, lifetimeSeconds, homeAgent, signers, revocation }, arrival, now),
      ...ended.flatMap((each) => this.#revocation.begin(each, wish, this.#settings, now)),
    ];
  }

  /** RFC 5944 §3.8.2.2: the care-of address names the one binding to end; the home address as care-of address means all. */
  #deregister(
    request: RegistrationRequest,
    { signers }: Signed,
    arrival: RequestArrival,
    now: Moment,
  ): HomeAgentEffect[] {
    const { homeAddress, careOfAddress, homeAgent } = request;
    const answer = { code: CODE.accepted, lifetimeSeconds: 0, homeAgent, signers, revocation: undefined };
    const isFromHome = careOfAddress === homeAddress;
    const isMeant = (binding: MobilityBinding) => isFromHome || binding.careOfAddress === careOfAddress;
    const ended = this.#bindings.of(homeAddress).filter(isMeant);
    const isBack = isFromHome && ended.length > 0;
    const wish = { inform: false, except: arrival.sourceAddress };
    return [
      ...ended.flatMap((binding) => this.#end(binding, 'bindingDeregistered')),
      ...(isBack && arrival.sourceMac !== undefined ? this.#announce(homeAddress, arrival.sourceMac, now) : []),
      this.#reply(request, answer, arrival, now),
      ...ended.flatMap((binding) => this.#revocation.begin(binding, wish, this.#settings, now)),
    ];
  }

  #deny(
    request: RegistrationRequest,
    code: number,
    { signers }: Signed,
    arrival: RequestArrival,
    now: Moment,
  ): HomeAgentEffect[] {
    const homeAgent = namedHomeAgent(request, arrival, this.#settings);
    const { homeAddress } = request;
    return [
      this.#reply(request, { code, lifetimeSeconds: 0, homeAgent, signers, revocation: undefined }, arrival, now),
      report({ kind: 'requestDenied', by: 'homeAgent', homeAddress, code }),
    ];
  }

  /**
   * Before authentication and without a trace in our state. RFC 5944 §3.4 wants every reply signed: it is, for whoever has
   * signed the question. Who shares no key with us gets an unsigned one, which proves nothing but that we live.
   */
  #answerProbe(request: RegistrationRequest, arrival: RequestArrival, probe: Probe, now: Moment): HomeAgentEffect[] {
    if (!this.#probeLimit.take(this.#settings.mostProbesPerSecond, now.monotonicMs)) {
      return [discarded(request, 'rateLimited')];
    }
    const authentication = checkAuthentication(request, arrival, this.#settings, this.#digests);
    const isSigned = authentication.kind === 'signed' && authentication.isMobileNodeAuthentic;
    const signers = isSigned ? authentication.signers : undefined;
    const { code, homeAgent } = probe;
    return [
      this.#reply(request, { code, lifetimeSeconds: 0, homeAgent, signers, revocation: undefined }, arrival, now),
      report({ kind: 'probeAnswered', homeAddress: request.homeAddress, code }),
    ];
  }

  #reply(request: RegistrationRequest, answer: Answer, arrival: RequestArrival, now: Moment): HomeAgentEffect {
    this.#counters.replySent(request, answer.code);
    const isAway = this.#bindings.isBound(arrival.sourceAddress);
    // Whoever has no key must not be able to use up what was given to the one who has it.
    const isNonceGiven = isByNonces(answer) && answer.code !== CODE.mobileNodeFailedAuthentication;
    const identification = isNonceGiven
      ? this.#nonces.answering(request, this.#settings.mostBindings)
      : timestampAnswering(request, answer.code, now.unixMs);
    const octets = encodeAnswer(request, answer, identification, this.#digests);
    return replySent({ request, answer, octets }, arrival, isAway, this.#settings);
  }

  #revocationReceived(revocation: RegistrationRevocation, arrival: MessageArrival): HomeAgentEffect[] {
    const { homeAddress, foreignDomainAddress } = revocation;
    const binding = this.#bindings.at(homeAddress, foreignDomainAddress);
    const { isEnded, effects } = this.#revocation.received(revocation, arrival, binding, this.#settings);
    return isEnded && binding !== undefined ? [...this.#end(binding, 'bindingRevoked'), ...effects] : effects;
  }

  #cleared(homeAddress: Ipv4Address, now: Moment): HomeAgentEffect[] {
    return this.#bindings.of(homeAddress).flatMap((binding) => this.#clear(binding, now));
  }

  /** We end it, so its foreign agent is told, and the mobile node too: it may register again. */
  #clear(binding: MobilityBinding, now: Moment): HomeAgentEffect[] {
    return [
      ...this.#end(binding, 'bindingCleared'),
      ...this.#revocation.begin(binding, { inform: true, except: undefined }, this.#settings, now),
    ];
  }

  #end(binding: MobilityBinding, kind: BindingEnd): HomeAgentEffect[] {
    return this.#ended(binding, this.#bindings.delete(binding), kind);
  }

  #ended(
    { homeAddress, careOfAddress }: MobilityBinding,
    changes: BindingEffect[],
    kind: BindingEnd,
  ): HomeAgentEffect[] {
    this.#revision += 1;
    if (!this.#bindings.isBound(homeAddress)) this.#announcements.end(homeAddress);
    return [...changes, report({ kind, homeAddress, careOfAddress })];
  }

  #deadlineReached(now: Moment): HomeAgentEffect[] {
    const effects: HomeAgentEffect[] = [];
    for (;;) {
      const expired = this.#bindings.takeExpired(now.monotonicMs);
      if (expired === undefined) break;
      effects.push(...this.#ended(expired.binding, expired.effects, 'bindingExpired'));
    }
    const announcements = this.#announcements.due(now.monotonicMs).map((due) => this.#frame(due));
    return [...effects, ...announcements, ...this.#revocation.deadlineReached(this.#settings, now)];
  }

  /** `mac`: the node's own, when it is back; undefined while it is away, when we answer for it. */
  #announce(homeAddress: Ipv4Address, mac: MacAddress | undefined, now: Moment): HomeAgentEffect[] {
    const network = homeNetworkOf(homeAddress, this.#settings);
    if (network === undefined) return [];
    const announcement = { homeAddress, mac: mac ?? network.mac, network };
    const isRepeated = this.#announcements.begin(announcement, this.#settings.mostAnnouncements, now.monotonicMs);
    const frame = this.#frame(announcement);
    return isRepeated ? [frame] : [frame, report({ kind: 'tooManyAnnouncements', homeAddress })];
  }

  #frame(announcement: Announcement): HomeAgentEffect {
    this.#counters.gratuitousArpSent();
    const { interfaceIndex } = announcement.network;
    return { kind: 'homeLinkFrameSent', interfaceIndex, octets: announcementFrame(announcement) };
  }
}

function isByNonces({ signers }: Pick<Answer, 'signers'>): boolean {
  return signers?.mobileNode.replayProtection === 'nonce';
}

function discarded({ homeAddress }: RegistrationRequest, reason: DiscardReason): HomeAgentEffect {
  return report({ kind: 'requestDiscarded', by: 'homeAgent', homeAddress, reason });
}

function report(content: Report): HomeAgentEffect {
  return { kind: 'report', report: content };
}

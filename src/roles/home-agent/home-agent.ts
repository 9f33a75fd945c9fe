// The home agent (RFC 5944 §3.8): accepts or denies registrations, keeps the mobility bindings, and says which tunnel
// routes and proxy ARP entries the kernel should have. Foreign-Home authentication, simultaneous bindings, GRE and
// revocation are not served: a request for them gets the RFC's code.

import { BROADCAST_MAC, type Ipv4Address, type MacAddress, type Prefix } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { appendAuthentication, type SecurityAssociation } from '../../wire/authentication.ts';
import { EXTENSION } from '../../wire/extensions.ts';
import { encodeArpFrame } from '../../wire/frames.ts';
import { resynchronizing } from '../../wire/identification.ts';
import { CODE, encodeRegistrationReply, isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';
import { Deadlines } from '../deadlines.ts';
import { ExpiringTable, earlier } from '../expiring-table.ts';
import type { DiscardReason, Report } from '../report.ts';
import type { Moment, Role } from '../role.ts';
import type { SecurityAssociations } from '../security-associations.ts';
import type { MobilityBinding } from './mobility-binding.ts';
import { ReplayProtection } from './replay-protection.ts';
import { checkAuthentication, checkRequest, homeNetworkOf } from './request-checks.ts';

export type HomeNetwork = {
  readonly prefix: Prefix;
  readonly interfaceIndex: number;
  /** The MAC address of this box on the home link. */
  readonly mac: MacAddress;
};

export type HomeAgentConfiguration = {
  /** All unicast addresses of this box: a request may name any of them as its home agent. */
  readonly addresses: readonly Ipv4Address[];
  readonly homeNetworks: readonly HomeNetwork[];
  readonly associations: SecurityAssociations;
  readonly longestLifetimeSeconds: number;
  readonly mostBindings: number;
};

/** Where a request came from; `sourceMac` is known when it came over the home link. */
export type RequestArrival = {
  readonly sourceAddress: Ipv4Address;
  readonly sourcePort: number;
  readonly destinationAddress: Ipv4Address;
  readonly sourceMac: MacAddress | undefined;
};

export type HomeAgentEvent =
  | { readonly kind: 'configured'; readonly configuration: HomeAgentConfiguration }
  | { readonly kind: 'requestReceived'; readonly request: RegistrationRequest; readonly arrival: RequestArrival }
  | { readonly kind: 'deadlineReached' };

export type HomeAgentEffect =
  | {
      readonly kind: 'replySent';
      readonly octets: Uint8Array;
      readonly homeAddress: Ipv4Address;
      readonly source: Ipv4Address;
      readonly destination: Ipv4Address;
      readonly destinationPort: number;
    }
  | { readonly kind: 'bindingWanted'; readonly binding: MobilityBinding }
  | { readonly kind: 'bindingUnwanted'; readonly binding: MobilityBinding }
  | { readonly kind: 'homeLinkFrameSent'; readonly interfaceIndex: number; readonly octets: Uint8Array }
  | { readonly kind: 'report'; readonly report: Report };

/** RFC 5944 §4.6: gratuitous ARP is repeated, because it may be lost. */
const ANNOUNCEMENTS = 3;
const ANNOUNCEMENT_INTERVAL_MS = 1000;

type Announcement = { readonly network: HomeNetwork; readonly left: number };

export class HomeAgent implements Role<HomeAgentEvent, HomeAgentEffect> {
  readonly #digests: Digests;
  readonly #bindings = new ExpiringTable<MobilityBinding>();
  readonly #replayProtection = new ReplayProtection();
  readonly #announcements = new Map<Ipv4Address, Announcement>();
  readonly #announcementTimes = new Deadlines<Ipv4Address>();
  #configuration: HomeAgentConfiguration;

  constructor(configuration: HomeAgentConfiguration, digests: Digests) {
    this.#configuration = configuration;
    this.#digests = digests;
  }

  handle(event: HomeAgentEvent, now: Moment): HomeAgentEffect[] {
    switch (event.kind) {
      case 'configured':
        return this.#configured(event.configuration);
      case 'requestReceived':
        return this.#requestReceived(event.request, event.arrival, now);
      case 'deadlineReached':
        return [...this.#expireBindings(now), ...this.#repeatAnnouncements(now)];
    }
  }

  nextDeadline(): number | undefined {
    return earlier(this.#bindings.nextExpiry(), this.#announcementTimes.earliest());
  }

  bindings(): Iterable<MobilityBinding> {
    return this.#bindings.all();
  }

  #configured(configuration: HomeAgentConfiguration): HomeAgentEffect[] {
    this.#configuration = configuration;
    const stillServed = (binding: MobilityBinding) =>
      configuration.addresses.includes(binding.homeAgent) &&
      configuration.homeNetworks.some(({ interfaceIndex }) => interfaceIndex === binding.interfaceIndex);
    const gone = [...this.#bindings.all()].filter((binding) => !stillServed(binding));
    for (const { homeAddress } of gone) {
      this.#bindings.delete(homeAddress);
      this.#stopAnnouncing(homeAddress);
    }
    return gone.map((binding) => ({ kind: 'bindingUnwanted', binding }));
  }

  #requestReceived(request: RegistrationRequest, arrival: RequestArrival, now: Moment): HomeAgentEffect[] {
    const authentication = checkAuthentication(request, this.#configuration, this.#digests);
    if (authentication.kind === 'discard') return [discarded(request, authentication.reason)];
    const { association } = authentication;
    const code = authentication.isAuthentic ? this.#check(request, now) : CODE.mobileNodeFailedAuthentication;
    if (code !== CODE.accepted) return this.#deny(request, code, association, arrival, now);
    this.#replayProtection.accepted(request.homeAddress, request.identification, now.unixMs);
    const effects = isDeregistration(request) ? this.#deregister(request, arrival) : this.#bind(request, now);
    return [...effects, this.#reply(request, code, association, arrival, now)];
  }

  #check(request: RegistrationRequest, now: Moment): number {
    if (!this.#replayProtection.isFresh(request.homeAddress, request.identification, now.unixMs)) {
      return CODE.identificationMismatch;
    }
    const code = checkRequest(request, this.#configuration);
    if (code !== CODE.accepted || isDeregistration(request)) return code;
    const isNew = this.#bindings.get(request.homeAddress) === undefined;
    const isFull = this.#bindings.size >= this.#configuration.mostBindings;
    return isNew && isFull ? CODE.homeAgentInsufficientResources : code;
  }

  #bind(request: RegistrationRequest, now: Moment): HomeAgentEffect[] {
    const network = homeNetworkOf(request, this.#configuration);
    if (network === undefined) return [];
    const { homeAddress, careOfAddress } = request;
    const before = this.#bindings.get(homeAddress);
    const lifetimeSeconds = this.#granted(request);
    const binding = {
      homeAddress,
      careOfAddress,
      homeAgent: request.homeAgent,
      lifetimeSeconds,
      expiresAtMs: now.monotonicMs + lifetimeSeconds * 1000,
      acceptedAtUnixMs: now.unixMs,
      reverseTunneling: request.reverseTunneling,
      interfaceIndex: network.interfaceIndex,
    };
    this.#bindings.set(binding);
    const kind = bindingReportKind(before, binding);
    const effects: HomeAgentEffect[] = [
      { kind: 'bindingWanted', binding },
      { kind: 'report', report: { kind, homeAddress, careOfAddress, lifetimeSeconds } },
    ];
    // RFC 5944 §4.6: gratuitous ARP when the node leaves home, not when it moves on.
    if (before === undefined) effects.push(this.#announce(homeAddress, network, now));
    return effects;
  }

  /** RFC 5944 §3.8.2.2: the care-of address names the one binding to end; the home address as care-of address means all. */
  #deregister(request: RegistrationRequest, arrival: RequestArrival): HomeAgentEffect[] {
    const { homeAddress, careOfAddress } = request;
    const binding = this.#bindings.get(homeAddress);
    const isMeant = careOfAddress === homeAddress || careOfAddress === binding?.careOfAddress;
    if (binding === undefined || !isMeant) return [];
    this.#bindings.delete(homeAddress);
    this.#stopAnnouncing(homeAddress);
    const effects: HomeAgentEffect[] = [
      { kind: 'bindingUnwanted', binding },
      {
        kind: 'report',
        report: { kind: 'bindingDeregistered', homeAddress, careOfAddress: binding.careOfAddress },
      },
    ];
    const network = homeNetworkOf(request, this.#configuration);
    if (careOfAddress === homeAddress && arrival.sourceMac !== undefined && network !== undefined) {
      effects.push(announcement(homeAddress, arrival.sourceMac, network));
    }
    return effects;
  }

  #deny(
    request: RegistrationRequest,
    code: number,
    association: SecurityAssociation,
    arrival: RequestArrival,
    now: Moment,
  ): HomeAgentEffect[] {
    return [
      this.#reply(request, code, association, arrival, now),
      { kind: 'report', report: { kind: 'requestDenied', by: 'homeAgent', homeAddress: request.homeAddress, code } },
    ];
  }

  #reply(
    request: RegistrationRequest,
    code: number,
    association: SecurityAssociation,
    arrival: RequestArrival,
    now: Moment,
  ): HomeAgentEffect {
    const ownAddress = this.#ownAddress(request, arrival);
    const { homeAddress, identification } = request;
    const reply = encodeRegistrationReply({
      // Simultaneous bindings are asked for with S and refused with code 1 (RFC 5944 §3.4).
      code: code === CODE.accepted && request.simultaneousBindings ? CODE.acceptedWithoutSimultaneousBindings : code,
      lifetimeSeconds: code === CODE.accepted ? this.#granted(request) : 0,
      homeAddress,
      homeAgent: ownAddress,
      identification:
        code === CODE.identificationMismatch ? resynchronizing(identification, now.unixMs) : identification,
    });
    return {
      kind: 'replySent',
      octets: appendAuthentication(reply, EXTENSION.mobileHomeAuthentication, association, this.#digests),
      homeAddress,
      source: ownAddress,
      destination: arrival.sourceAddress,
      destinationPort: arrival.sourcePort,
    };
  }

  /** RFC 5944 §3.8.3.1: from the address the request was sent to, unless that was broadcast or multicast. */
  #ownAddress(request: RegistrationRequest, arrival: RequestArrival): Ipv4Address {
    const { addresses } = this.#configuration;
    if (addresses.includes(arrival.destinationAddress)) return arrival.destinationAddress;
    return addresses.includes(request.homeAgent) ? request.homeAgent : (addresses[0] ?? request.homeAgent);
  }

  #granted(request: RegistrationRequest): number {
    return Math.min(request.lifetimeSeconds, this.#configuration.longestLifetimeSeconds);
  }

  #expireBindings(now: Moment): HomeAgentEffect[] {
    const effects: HomeAgentEffect[] = [];
    for (;;) {
      const binding = this.#bindings.takeExpired(now.monotonicMs);
      if (binding === undefined) return effects;
      const { homeAddress, careOfAddress } = binding;
      this.#stopAnnouncing(homeAddress);
      effects.push(
        { kind: 'bindingUnwanted', binding },
        { kind: 'report', report: { kind: 'bindingExpired', homeAddress, careOfAddress } },
      );
    }
  }

  #announce(homeAddress: Ipv4Address, network: HomeNetwork, now: Moment): HomeAgentEffect {
    this.#announcements.set(homeAddress, { network, left: ANNOUNCEMENTS - 1 });
    this.#announcementTimes.set(homeAddress, now.monotonicMs + ANNOUNCEMENT_INTERVAL_MS);
    return announcement(homeAddress, network.mac, network);
  }

  #stopAnnouncing(homeAddress: Ipv4Address): void {
    this.#announcements.delete(homeAddress);
    this.#announcementTimes.clear(homeAddress);
  }

  #repeatAnnouncements(now: Moment): HomeAgentEffect[] {
    const effects: HomeAgentEffect[] = [];
    for (;;) {
      const homeAddress = this.#announcementTimes.takeDue(now.monotonicMs);
      if (homeAddress === undefined) return effects;
      const due = this.#announcements.get(homeAddress);
      if (due === undefined) continue;
      effects.push(announcement(homeAddress, due.network.mac, due.network));
      if (due.left <= 1) {
        this.#announcements.delete(homeAddress);
      } else {
        this.#announcements.set(homeAddress, { ...due, left: due.left - 1 });
        this.#announcementTimes.set(homeAddress, now.monotonicMs + ANNOUNCEMENT_INTERVAL_MS);
      }
    }
  }
}

/**
 * Gratuitous ARP (RFC 5944 §4.6): whoever asks for this address on the home link shall send to this MAC. The frame comes
 * from our own MAC address also where it speaks for the node: switches would look for the node at our port.
 */
function announcement(address: Ipv4Address, mac: MacAddress, network: HomeNetwork): HomeAgentEffect {
  const arp = {
    operation: 'request',
    senderMac: mac,
    senderAddress: address,
    targetMac: 0 as MacAddress,
    targetAddress: address,
  } as const;
  const { interfaceIndex } = network;
  return { kind: 'homeLinkFrameSent', interfaceIndex, octets: encodeArpFrame(BROADCAST_MAC, network.mac, arp) };
}

function bindingReportKind(
  before: MobilityBinding | undefined,
  after: MobilityBinding,
): 'bindingCreated' | 'bindingMoved' | 'bindingRenewed' {
  if (before === undefined) return 'bindingCreated';
  return before.careOfAddress === after.careOfAddress ? 'bindingRenewed' : 'bindingMoved';
}

function discarded(request: RegistrationRequest, reason: DiscardReason): HomeAgentEffect {
  return {
    kind: 'report',
    report: { kind: 'requestDiscarded', by: 'homeAgent', homeAddress: request.homeAddress, reason },
  };
}

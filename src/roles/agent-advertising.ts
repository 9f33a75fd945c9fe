// Agent Advertisements (RFC 5944 §2.1, §2.3, by the procedures of RFC 1256 §4), for the home agent and the foreign agent of
// this box at once: a link hears one advertisement that tells of both. What they offer is for the configuration to say.

import { type Ipv4Address, isUnicast, type MacAddress } from '../octets/address.ts';
import { encodeAgentAdvertisement, NEVER_DEFAULT_ROUTER, nextSequenceNumber } from '../wire/agent-advertisement.ts';
import type { Report } from './report.ts';
import type { Moment, Random, Role } from './role.ts';

export type AdvertisedForeignAgent = {
  readonly careOfAddresses: readonly Ipv4Address[];
  /** Also of those that have a care-of address of their own (flag R). */
  readonly isRegistrationRequired: boolean;
  readonly isReverseTunnelServed: boolean;
};

/** What is true of us on one link. */
export type AdvertisedLink = {
  readonly interfaceName: string;
  readonly address: Ipv4Address;
  readonly prefixLength: number;
  readonly intervalSeconds: number;
  readonly isHomeAgent: boolean;
  /** Without a care-of address there is none. */
  readonly foreignAgent: AdvertisedForeignAgent | undefined;
  readonly longestLifetimeSeconds: number;
  readonly isGreServed: boolean;
  readonly isRevocationServed: boolean;
  /** Whether hosts may take us as their default router, and whether we route for who is not registered. */
  readonly isDefaultRouter: boolean;
  readonly routesCommonTraffic: boolean;
};

export type AgentAdvertisingEvent =
  | { readonly kind: 'configured'; readonly links: readonly AdvertisedLink[] }
  | {
      readonly kind: 'solicitationReceived';
      readonly interfaceName: string;
      readonly sourceAddress: Ipv4Address;
      readonly sourceMac: MacAddress | undefined;
    }
  | { readonly kind: 'busyChanged'; readonly isBusy: boolean }
  /** A mobile node is to hear that it is registered no more (RFC 3543 §4.1). */
  | {
      readonly kind: 'visitLost';
      readonly interfaceName: string;
      readonly homeAddress: Ipv4Address;
      readonly mac: MacAddress;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'deadlineReached' };

export type AgentAdvertisingEffect =
  | {
      readonly kind: 'advertisementSent';
      readonly interfaceName: string;
      /** The ICMP message. */
      readonly octets: Uint8Array;
      readonly source: Ipv4Address;
      readonly destination: Ipv4Address;
      /** Undefined: the multicast address of the destination. */
      readonly destinationMac: MacAddress | undefined;
      readonly timeToLive: number;
    }
  | { readonly kind: 'report'; readonly report: Report };

/** By the names of RFC 2006, group maAdvertisement. */
export type AgentAdvertisingCounts = {
  readonly maAdvertisementsSent: number;
  readonly maAdvsSentForSolicitation: number;
  readonly maSolicitationsReceived: number;
};

/** RFC 1256 §2: all systems on this link. */
const ALL_SYSTEMS = 0xe0000001 as Ipv4Address;
/** RFC 5944 §2.1. */
const TIME_TO_LIVE = 1;
/** RFC 1256 §5.1, §4.1. */
const MAX_INITIAL_ADVERT_INTERVAL_MS = 16_000;
const MAX_INITIAL_ADVERTISEMENTS = 3;
const MAX_RESPONSE_DELAY_MS = 2000;
const LEAST_PART_OF_INTERVAL = 0.75;
const ADVERTISED_INTERVALS = 3;
const LONGEST_ADVERTISEMENT_LIFETIME_SECONDS = 9000;
/** RFC 5944 §2.1.1: what the length of the extension leaves room for. */
const MOST_CARE_OF_ADDRESSES = 62;

/** RFC 5944 §2.3 leaves the rates to us: a link of phones that all look for an agent must still carry their traffic. */
const LEAST_MS_BETWEEN_MULTICASTS = 1000;
const LEAST_MS_BETWEEN_UNICASTS = 100;

type LinkState = {
  link: AdvertisedLink;
  /** Of the next advertisement. */
  sequenceNumber: number;
  multicastsSent: number;
  lastMulticastAtMs: number;
  lastUnicastAtMs: number;
  nextAtMs: number;
  /** The next one answers somebody. */
  isSolicited: boolean;
};

export class AgentAdvertising implements Role<AgentAdvertisingEvent, AgentAdvertisingEffect> {
  readonly #random: Random;
  readonly #states = new Map<string, LinkState>();
  /** Of links that were left: whoever stayed there must not take our coming back for a restart. */
  readonly #sequenceNumbers = new Map<string, number>();
  #isBusy = false;
  #counts = { maAdvertisementsSent: 0, maAdvsSentForSolicitation: 0, maSolicitationsReceived: 0 };

  constructor(random: Random) {
    this.#random = random;
  }

  handle(event: AgentAdvertisingEvent, now: Moment): AgentAdvertisingEffect[] {
    switch (event.kind) {
      case 'configured':
        return this.#configured(event.links, now.monotonicMs);
      case 'solicitationReceived':
        return this.#solicitationReceived(event, now.monotonicMs);
      case 'busyChanged':
        this.#isBusy = event.isBusy;
        return [];
      case 'visitLost':
        return this.#visitLost(event);
      case 'stopped':
        return this.#configured([], now.monotonicMs);
      case 'deadlineReached':
        return this.#deadlineReached(now.monotonicMs);
    }
  }

  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { nextAtMs } of this.#states.values()) earliest = Math.min(nextAtMs, earliest ?? nextAtMs);
    return earliest;
  }

  counts(): AgentAdvertisingCounts {
    return this.#counts;
  }

  /** A link that is new, or on which we offer something else, hears of it at once; one that we leave hears that too. */
  #configured(links: readonly AdvertisedLink[], nowMs: number): AgentAdvertisingEffect[] {
    const wanted = new Map(links.filter(isAgent).map((link) => [link.interfaceName, link]));
    const effects: AgentAdvertisingEffect[] = [];
    for (const [name, state] of this.#states) {
      if (wanted.has(name)) continue;
      effects.push(this.#advertisement(state, { destination: ALL_SYSTEMS, lifetimeSeconds: 0 }));
      this.#states.delete(name);
      this.#sequenceNumbers.set(name, state.sequenceNumber);
    }
    for (const link of wanted.values()) {
      const state = this.#states.get(link.interfaceName);
      if (state === undefined) {
        this.#states.set(link.interfaceName, newState(link, this.#sequenceNumbers.get(link.interfaceName) ?? 0, nowMs));
      } else if (!isSame(state.link, link)) {
        state.link = link;
        state.multicastsSent = 0;
        state.nextAtMs = Math.min(
          state.nextAtMs,
          Math.max(nowMs, state.lastMulticastAtMs + LEAST_MS_BETWEEN_MULTICASTS),
        );
      }
    }
    return [...effects, ...this.#deadlineReached(nowMs)];
  }

  #deadlineReached(nowMs: number): AgentAdvertisingEffect[] {
    const effects: AgentAdvertisingEffect[] = [];
    for (const state of this.#states.values()) {
      if (state.nextAtMs > nowMs) continue;
      if (state.isSolicited) this.#counts.maAdvsSentForSolicitation += 1;
      state.isSolicited = false;
      state.multicastsSent += 1;
      state.lastMulticastAtMs = nowMs;
      state.nextAtMs = nowMs + this.#intervalMs(state);
      effects.push(this.#advertisement(state, { destination: ALL_SYSTEMS }));
    }
    return effects;
  }

  /** RFC 1256 §4.3. */
  #intervalMs({ link, multicastsSent }: LinkState): number {
    const part = LEAST_PART_OF_INTERVAL + (1 - LEAST_PART_OF_INTERVAL) * this.#random();
    const intervalMs = part * link.intervalSeconds * 1000;
    const isInitial = multicastsSent <= MAX_INITIAL_ADVERTISEMENTS;
    return isInitial ? Math.min(intervalMs, MAX_INITIAL_ADVERT_INTERVAL_MS) : intervalMs;
  }

  /** RFC 5944 §2.3: the source need not be a neighbour by its address, so it is answered by its MAC address, or all are. */
  #solicitationReceived(
    event: Extract<AgentAdvertisingEvent, { readonly kind: 'solicitationReceived' }>,
    nowMs: number,
  ): AgentAdvertisingEffect[] {
    this.#counts.maSolicitationsReceived += 1;
    const { interfaceName, sourceAddress, sourceMac } = event;
    const state = this.#states.get(interfaceName);
    if (state === undefined) return [solicitationDiscarded(event, 'notServed')];
    const isNameless = sourceAddress === 0;
    if (!isNameless && !isUnicast(sourceAddress)) return [solicitationDiscarded(event, 'badSource')];
    const isTooSoon = nowMs - state.lastUnicastAtMs < LEAST_MS_BETWEEN_UNICASTS;
    if (isNameless || sourceMac === undefined || isTooSoon) {
      this.#answerAll(state, nowMs);
      return [];
    }
    state.lastUnicastAtMs = nowMs;
    this.#counts.maAdvsSentForSolicitation += 1;
    return [this.#advertisement(state, { destination: sourceAddress, destinationMac: sourceMac })];
  }

  /** One advertisement answers all who ask within the delay (RFC 1256 §4.3). */
  #answerAll(state: LinkState, nowMs: number): void {
    const soonest = state.lastMulticastAtMs + LEAST_MS_BETWEEN_MULTICASTS;
    const answerAtMs = Math.max(nowMs + this.#random() * MAX_RESPONSE_DELAY_MS, soonest);
    if (!state.isSolicited) state.nextAtMs = Math.min(state.nextAtMs, answerAtMs);
    state.isSolicited = true;
  }

  /** Sequence number 0 means that we have forgotten; it is not counted among the others. */
  #visitLost(event: Extract<AgentAdvertisingEvent, { readonly kind: 'visitLost' }>): AgentAdvertisingEffect[] {
    const state = this.#states.get(event.interfaceName);
    if (state === undefined) return [];
    return [
      this.#advertisement(state, { destination: event.homeAddress, destinationMac: event.mac, sequenceNumber: 0 }),
    ];
  }

  #advertisement(state: LinkState, to: Addressee): AgentAdvertisingEffect {
    const { link } = state;
    const sequenceNumber = to.sequenceNumber ?? state.sequenceNumber;
    if (to.sequenceNumber === undefined) state.sequenceNumber = nextSequenceNumber(sequenceNumber);
    this.#counts.maAdvertisementsSent += 1;
    const lifetimeSeconds = to.lifetimeSeconds ?? advertisementLifetimeSeconds(link);
    return {
      kind: 'advertisementSent',
      interfaceName: link.interfaceName,
      octets: advertisementOctets(link, { sequenceNumber, lifetimeSeconds, isBusy: this.#isBusy }),
      source: link.address,
      destination: to.destination,
      destinationMac: to.destinationMac,
      timeToLive: TIME_TO_LIVE,
    };
  }
}

type Addressee = {
  readonly destination: Ipv4Address;
  readonly destinationMac?: MacAddress;
  readonly sequenceNumber?: number;
  readonly lifetimeSeconds?: number;
};

function advertisementOctets(
  link: AdvertisedLink,
  now: { readonly sequenceNumber: number; readonly lifetimeSeconds: number; readonly isBusy: boolean },
): Uint8Array {
  const { foreignAgent } = link;
  const isForeignAgent = isForeignAgentOffered(link);
  return encodeAgentAdvertisement({
    routesCommonTraffic: link.routesCommonTraffic,
    lifetimeSeconds: now.lifetimeSeconds,
    routerAddresses: [{ address: link.address, preference: link.isDefaultRouter ? 0 : NEVER_DEFAULT_ROUTER }],
    sequenceNumber: now.sequenceNumber,
    registrationLifetimeSeconds: link.longestLifetimeSeconds,
    registrationRequired: isForeignAgent && foreignAgent?.isRegistrationRequired === true,
    busy: isForeignAgent && now.isBusy,
    homeAgent: link.isHomeAgent,
    foreignAgent: isForeignAgent,
    minimalEncapsulation: false,
    greEncapsulation: link.isGreServed,
    reverseTunneling: isForeignAgent && foreignAgent?.isReverseTunnelServed === true,
    udpTunneling: false,
    registrationRevocation: link.isRevocationServed,
    regionalRegistration: false,
    careOfAddresses: foreignAgent?.careOfAddresses.slice(0, MOST_CARE_OF_ADDRESSES) ?? [],
    prefixLengths: [link.prefixLength],
    challenge: undefined,
  });
}

function newState(link: AdvertisedLink, sequenceNumber: number, nowMs: number): LinkState {
  return {
    link,
    sequenceNumber,
    multicastsSent: 0,
    lastMulticastAtMs: Number.NEGATIVE_INFINITY,
    lastUnicastAtMs: Number.NEGATIVE_INFINITY,
    nextAtMs: nowMs,
    isSolicited: false,
  };
}

function advertisementLifetimeSeconds({ intervalSeconds }: AdvertisedLink): number {
  return Math.min(ADVERTISED_INTERVALS * intervalSeconds, LONGEST_ADVERTISEMENT_LIFETIME_SECONDS);
}

function isForeignAgentOffered({ foreignAgent }: AdvertisedLink): boolean {
  return foreignAgent !== undefined && foreignAgent.careOfAddresses.length > 0;
}

function isAgent(link: AdvertisedLink): boolean {
  return link.isHomeAgent || isForeignAgentOffered(link);
}

/** As heard on the link, and as often. */
function isSame(before: AdvertisedLink, after: AdvertisedLink): boolean {
  if (before.intervalSeconds !== after.intervalSeconds) return false;
  const still = { sequenceNumber: 0, lifetimeSeconds: 0, isBusy: false };
  const heardBefore = advertisementOctets(before, still);
  return advertisementOctets(after, still).every((octet, index) => octet === heardBefore[index]);
}

function solicitationDiscarded(
  { interfaceName, sourceAddress }: { readonly interfaceName: string; readonly sourceAddress: Ipv4Address },
  reason: 'notServed' | 'badSource',
): AgentAdvertisingEffect {
  return { kind: 'report', report: { kind: 'solicitationDiscarded', interfaceName, sourceAddress, reason } };
}

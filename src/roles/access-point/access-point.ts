// The access point: stations come and go; for each one whose home is another subnet it does what a mobile node does in
// RFC 5944 §3.6, and what a station without such software cannot do (RFC 5563 §6): answer for its gateway, keep its frames
// going to the agent. Stations with a Mobile IP stack of their own are left alone.

import { contains, type Ipv4Address, isUnicast, LIMITED_BROADCAST, type MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import type { Frame } from '../../wire/frames.ts';
import type { RegistrationReply } from '../../wire/registration.ts';
import { earlier } from '../expiring-table.ts';
import type { NotProxiedReason, Report } from '../report.ts';
import type { Moment, Random, Role } from '../role.ts';
import { type AddressEvidence, addressEvidence, addressInDhcp } from './address-learning.ts';
import type { AdvertisementReceived } from './agent-discovery.ts';
import { AgentWatch } from './agent-watch.ts';
import type { DiscoveredAgent } from './agents.ts';
import type { AccessPointConfiguration } from './configuration.ts';
import { beginsAnew, type DhcpHeard, DhcpKeeping } from './dhcp-keeping.ts';
import { EarlyFrames } from './early-frames.ts';
import type { AccessPointEffect } from './effects.ts';
import { arpAnswer, gatewayIsAt } from './gateway-illusion.ts';
import { GivenNonces } from './given-nonces.ts';
import type { MobilityDecision } from './mobility-decision.ts';
import { isSaidToAgents, OwnMobileIp } from './own-mobile-ip.ts';
import { HomeAgentClocks } from './proxy-registration.ts';
import { Registrations } from './registrations.ts';
import { addressOf, isRegistered, isServedLocally, newStation, questionOf, type Station } from './station.ts';
import { withStationEffects } from './station-effects.ts';
import { Stations } from './stations.ts';
import { Surroundings } from './surroundings.ts';

export type { AccessPointEffect } from './effects.ts';

export type AccessPointEvent =
  | { readonly kind: 'configured'; readonly configuration: AccessPointConfiguration }
  | {
      readonly kind: 'stationAttached';
      readonly mac: MacAddress;
      readonly interfaceName: string;
      readonly bridge: string;
    }
  | { readonly kind: 'stationDetached'; readonly mac: MacAddress; readonly interfaceName: string }
  | { readonly kind: 'frameReceived'; readonly interfaceName: string; readonly frame: Frame }
  | {
      readonly kind: 'dhcpReceived';
      readonly interfaceName: string;
      /** The station, by the frame and by the message. */
      readonly mac: MacAddress;
      readonly heard: DhcpHeard;
    }
  | {
      readonly kind: 'replyReceived';
      readonly reply: RegistrationReply;
      /** Where a reply from the wire came from; undefined for one by an agent of this box. */
      readonly sourceAddress: Ipv4Address | undefined;
    }
  | ({ readonly kind: 'advertisementReceived' } & AdvertisementReceived)
  /** The foreign agent of this box has ended the visit of this mobile node: revoked, or cleared. */
  | { readonly kind: 'registrationVoided'; readonly homeAddress: Ipv4Address }
  /** The foreign agent of this box has registered it for somebody else: another access point on this link has it. */
  | { readonly kind: 'registeredByAnother'; readonly homeAddress: Ipv4Address }
  /** There is news of the security association of this mobile node, which was fetched. */
  | { readonly kind: 'associationKnown'; readonly homeAddress: Ipv4Address }
  /** Where its last access point says that a station is at home: believed until the station says something else. */
  | { readonly kind: 'stationHinted'; readonly mac: MacAddress; readonly homeAddress: Ipv4Address }
  /** It is with another access point now, whatever hostapd says. */
  | { readonly kind: 'stationMoved'; readonly mac: MacAddress }
  | { readonly kind: 'deadlineReached' };

/** A roam within one hostapd shows up to 80 ms of absence, one with a new association half a second. */
const DETACH_GRACE_MS = 2000;
/** Who has spoken with an address of this subnet within this time has it; another network's is then a second one. */
const HAS_ADDRESS_MS = 60_000;
/** Its new access point registers it first; what is taken back here must not come between. */
const MOVED_GRACE_MS = 300;

export class AccessPoint implements Role<AccessPointEvent, AccessPointEffect> {
  readonly #stations = new Stations();
  readonly #earlyFrames = new EarlyFrames<Frame>();
  readonly #earlyDhcp = new EarlyFrames<DhcpHeard>();
  readonly #ownMobileIp = new OwnMobileIp();
  readonly #surroundings: Surroundings;
  readonly #registrations: Registrations;
  readonly #agentWatch: AgentWatch;
  readonly #dhcpKeeping: DhcpKeeping;

  constructor(configuration: AccessPointConfiguration, digests: Digests, random: Random) {
    this.#surroundings = new Surroundings(configuration, random);
    const tools = { clocks: new HomeAgentClocks(random), nonces: new GivenNonces(random), digests, random };
    this.#registrations = new Registrations(this.#stations, this.#surroundings, tools);
    this.#dhcpKeeping = new DhcpKeeping(this.#stations, this.#registrations);
    this.#agentWatch = new AgentWatch(this.#stations, this.#surroundings, this.#registrations);
  }

  handle(event: AccessPointEvent, now: Moment): AccessPointEffect[] {
    return withStationEffects(this.#handle(event, now), this.#stations);
  }

  nextDeadline(): number | undefined {
    return earlier(this.#stations.nextDeadline(), this.#surroundings.discovery.nextDeadline());
  }

  stations(): Iterable<Station> {
    return this.#stations.all();
  }

  /** The agents that were found on this bridge; those of this box are not among them. */
  agents(bridge: string): Iterable<DiscoveredAgent> {
    return this.#surroundings.discovery.agents(bridge)?.all() ?? [];
  }

  /** Whether a station here is registered by its address with an agent of this box, in its own name and not in another's. */
  isVisitorOfOurs(homeAddress: Ipv4Address): boolean {
    const mobility = this.#stations.byAddress(homeAddress)?.mobility;
    return mobility?.kind === 'away' && mobility.address === homeAddress && mobility.registration.terms.agent.isLocal;
  }

  /**
   * Whether this answers what was asked here, and must not reach the station. A station that has gone to another access
   * point on the same link without a word is still known here: what that one asks for is answered there.
   */
  hasAsked({ homeAddress, identification }: Pick<RegistrationReply, 'homeAddress' | 'identification'>): boolean {
    return this.#stations.byAddress(homeAddress)?.allowance.hasAsked(identification) ?? false;
  }

  #handle(event: AccessPointEvent, now: Moment): AccessPointEffect[] {
    switch (event.kind) {
      case 'configured':
        return this.#configured(event.configuration, now);
      case 'stationAttached':
        return this.#stationAttached(event.mac, event.interfaceName, event.bridge, now);
      case 'stationDetached':
        return this.#stationDetached(event.mac, event.interfaceName, now);
      case 'frameReceived':
        return this.#frameReceived(event.interfaceName, event.frame, now);
      case 'dhcpReceived':
        return this.#dhcpReceived(event.mac, event.interfaceName, event.heard, now);
      case 'replyReceived':
        return [
          ...this.#registrations.replyReceived(event.reply, event.sourceAddress, now),
          ...this.#dhcpKeeping.settled(event.reply.homeAddress, now),
        ];
      case 'advertisementReceived':
        return this.#agentWatch.advertisementReceived(event, now);
      case 'registrationVoided':
        return this.#registrations.madeVoid(event.homeAddress, now);
      case 'registeredByAnother':
        return this.#registeredByAnother(event.homeAddress);
      case 'associationKnown':
        return this.#associationKnown(event.homeAddress, now);
      case 'stationHinted':
        return this.#stationHinted(event.mac, event.homeAddress, now);
      case 'stationMoved': {
        const station = this.#stations.get(event.mac);
        if (station?.attachment.kind !== 'attached') return [];
        this.#stations.update(event.mac, { attachment: { kind: 'leaving', atMs: now.monotonicMs + MOVED_GRACE_MS } });
        return [];
      }
      case 'deadlineReached':
        return this.#deadlineReached(now);
    }
  }

  /** What was registered here must not be taken back: by its care-of address it is the other one's. */
  #registeredByAnother(homeAddress: Ipv4Address): AccessPointEffect[] {
    const station = this.#stations.byAddress(homeAddress);
    return station === undefined ? [] : this.#registrations.supersede(station, homeAddress);
  }

  #configured(configuration: AccessPointConfiguration, now: Moment): AccessPointEffect[] {
    const effects: AccessPointEffect[] = [];
    const moved: { readonly mac: MacAddress; readonly address: Ipv4Address; readonly wasRegistered: boolean }[] = [];
    const renewed: MacAddress[] = [];
    for (const station of [...this.#stations.all()]) {
      const { mac, bridge } = station;
      const address = addressOf(station);
      if (!configuration.bridges.has(bridge)) effects.push(...this.#depart(station, now));
      else if (address !== undefined) {
        const change = this.#changeFor(station, address, configuration, now);
        if (change === 'renewal') renewed.push(mac);
        if (change !== 'other') continue;
        effects.push(...this.#registrations.end(station, now));
        moved.push({ mac, address, wasRegistered: isRegistered(station) });
      }
    }
    this.#surroundings.configure(configuration, now.monotonicMs);
    for (const mac of renewed) {
      const station = this.#stations.get(mac);
      if (station !== undefined) effects.push(...this.#registrations.registerAnew(station, now));
    }
    for (const { mac, address, wasRegistered } of moved) {
      const station = this.#stations.get(mac);
      if (station === undefined) continue;
      if (wasRegistered) effects.push(...this.#registrations.identifyAnew(station, address));
      else effects.push(...this.#identify(station, address, 'configuration', now));
    }
    return effects;
  }

  /** A visitor whose registration need not change still learns where its home gateway is now. */
  #changeFor(
    station: Station,
    address: Ipv4Address,
    configuration: AccessPointConfiguration,
    now: Moment,
  ): 'none' | 'renewal' | 'other' {
    const { mac, mobility } = station;
    const question = questionOf(station, address);
    const { decision, change = 'other' } = this.#surroundings.decideBy(configuration, question, now.monotonicMs) ?? {};
    // Whether keys are fetched at all may have changed, which no comparison of configurations tells.
    if (mobility.kind === 'notProxied') return isLeftAlone(decision, mobility.reason) ? 'none' : 'other';
    if (change === 'other') return change;
    if (mobility.kind === 'away' && decision?.kind === 'away') {
      this.#stations.update(mac, { mobility: { ...mobility, row: decision.row } });
    }
    return change;
  }

  #stationAttached(mac: MacAddress, interfaceName: string, bridge: string, now: Moment): AccessPointEffect[] {
    const before = this.#stations.get(mac);
    if (before === undefined && this.#stations.size >= this.#surroundings.mostStations) {
      return [{ kind: 'report', report: { kind: 'tooManyStations', mac } }];
    }
    const effects: AccessPointEffect[] = [{ kind: 'report', report: { kind: 'stationAttached', mac, interfaceName } }];
    const hasOwnMobileIp = this.#ownMobileIp.has(mac, now.monotonicMs);
    if (before === undefined) this.#stations.put({ ...newStation(mac, interfaceName, bridge), hasOwnMobileIp });
    else {
      if (before.bridge !== bridge) effects.push(...this.#registrations.end(before, now));
      const attachment = { kind: 'attached' } as const;
      this.#stations.update(mac, { interfaceName, bridge, attachment, addressSeenAtMs: undefined, hasOwnMobileIp });
      effects.push(...this.#takeUpAgain(mac, now));
    }
    const earlyDhcp = this.#earlyDhcp.take(mac, interfaceName, now.monotonicMs);
    if (earlyDhcp !== undefined) effects.push(...this.#dhcpReceived(mac, interfaceName, earlyDhcp, now));
    const early = this.#earlyFrames.take(mac, interfaceName, now.monotonicMs);
    return early === undefined ? effects : [...effects, ...this.#frameReceived(interfaceName, early, now)];
  }

  /** A station that is authorized anew may have been elsewhere since: what it has here is registered once more. */
  #takeUpAgain(mac: MacAddress, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(mac);
    if (station?.mobility.kind === 'home') return this.#identify(station, station.mobility.address, 'memory', now);
    return station === undefined ? [] : this.#registrations.renew(station, now);
  }

  /** Late words of an interface that the station has left already change nothing. */
  #stationDetached(mac: MacAddress, interfaceName: string, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(mac);
    if (station?.interfaceName !== interfaceName || station.attachment.kind !== 'attached') return [];
    this.#stations.update(mac, { attachment: { kind: 'leaving', atMs: now.monotonicMs + DETACH_GRACE_MS } });
    return [{ kind: 'report', report: { kind: 'stationDetached', mac, interfaceName } }];
  }

  #depart(station: Station, now: Moment): AccessPointEffect[] {
    const effects = this.#registrations.end(station, now);
    this.#stations.update(station.mac, { attachment: { kind: 'gone' } });
    return effects;
  }

  #frameReceived(interfaceName: string, frame: Frame, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(frame.source);
    if (station?.interfaceName !== interfaceName || station.attachment.kind === 'gone') {
      this.#earlyFrames.keep(frame.source, frame, interfaceName, now.monotonicMs);
      return [];
    }
    if (isSaidToAgents(frame)) return this.#mobileIpHeard(station, frame, now);
    const evidence = addressEvidence(frame);
    const effects = evidence === undefined ? [] : this.#addressSeen(station, evidence, now);
    return [...effects, ...this.#answerArp(frame)];
  }

  /** It does by itself what would be done for it: that ends, and what is registered stays, for it may be its own. */
  #mobileIpHeard(station: Station, { payload }: Frame, now: Moment): AccessPointEffect[] {
    const { mac, mobility } = station;
    this.#ownMobileIp.heard(mac, now.monotonicMs);
    this.#stations.update(mac, { hasOwnMobileIp: true });
    const isLeftAlone = mobility.kind === 'notProxied' && mobility.reason === 'ownMobileIp';
    const claimed = payload.kind === 'ipv4' ? payload.ipv4.source : undefined;
    const address = addressOf(station) ?? claimed;
    if (isLeftAlone || address === undefined || !isUnicast(address)) return [];
    const effects = this.#registrations.supersede(station, address);
    return [...effects, ...this.#leaveAlone(mac, address, 'ownMobileIp')];
  }

  #dhcpReceived(mac: MacAddress, interfaceName: string, heard: DhcpHeard, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(mac);
    if (station?.interfaceName !== interfaceName || station.attachment.kind === 'gone') {
      this.#earlyDhcp.keep(mac, heard, interfaceName, now.monotonicMs);
      return [];
    }
    const isKept = heard.destination === LIMITED_BROADCAST && !isServedLocally(station);
    const address = addressInDhcp(heard.request);
    if (this.#surroundings.isDhcpStrict) return this.#dhcpByRule(station, address, now);
    if (beginsAnew(heard.request)) return this.#dhcpKeeping.begunAnew(station, heard, now);
    const effects = address === undefined ? [] : this.#addressClaimed(station, address, now);
    const known = this.#stations.get(mac) ?? station;
    return [...effects, ...this.#dhcpKeeping.received(known, heard, isKept, now)];
  }

  /** What a client says to a DHCP server it means: also a visitor that names another address than before. */
  #addressClaimed(station: Station, address: Ipv4Address, now: Moment): AccessPointEffect[] {
    if (addressOf(station) === address) return this.#registrations.stationHeard(station, now);
    const isOurs = address === this.#surroundings.service(station.bridge)?.address;
    return isOurs ? [] : this.#identify(station, address, 'dhcp', now);
  }

  /** As Cisco's: a station away from home that asks a DHCP server for anything is not proxied. */
  #dhcpByRule(station: Station, claimed: Ipv4Address | undefined, now: Moment): AccessPointEffect[] {
    const { mac, mobility, bridge } = station;
    const service = this.#surroundings.service(bridge);
    const address = addressOf(station) ?? claimed;
    const isAway = mobility.kind === 'away' || mobility.kind === 'unidentified';
    if (service === undefined || address === undefined || !isAway) return [];
    if (contains(service.prefix, address)) return this.#addressClaimed(station, address, now);
    return [...this.#registrations.end(station, now), ...this.#leaveAlone(mac, address, 'dhcpRequest')];
  }

  #addressSeen(station: Station, evidence: AddressEvidence, now: Moment): AccessPointEffect[] {
    const { address, learnedBy } = evidence;
    if (addressOf(station) === address) {
      this.#stations.update(station.mac, { addressSeenAtMs: now.monotonicMs, isHinted: false });
      return this.#registrations.stationHeard(this.#stations.get(station.mac) ?? station, now);
    }
    const service = this.#surroundings.service(station.bridge);
    if (service === undefined) return [];
    if (address === service.address) return this.#refuse(station, address, 'addressTaken');
    const isForeign = !contains(service.prefix, address);
    if (isForeign && this.#dhcpKeeping.isDiscovering(station, now)) return [];
    if (isForeign && keepsAddress(station, now)) {
      return this.#refuse(station, address, 'secondAddress');
    }
    const effects = this.#identify(station, address, learnedBy, now);
    const isItsOwn = addressOf(this.#stations.get(station.mac) ?? station) === address;
    if (isItsOwn) this.#stations.update(station.mac, { addressSeenAtMs: now.monotonicMs, isHinted: false });
    return effects;
  }

  #stationHinted(mac: MacAddress, homeAddress: Ipv4Address, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(mac);
    if (station?.mobility.kind !== 'unidentified' || station.attachment.kind !== 'attached') return [];
    const effects = this.#identify(station, homeAddress, 'directory', now);
    this.#stations.update(mac, { isHinted: true });
    return effects;
  }

  #identify(station: Station, address: Ipv4Address, learnedBy: string, now: Moment): AccessPointEffect[] {
    const { mac } = station;
    const service = this.#surroundings.service(station.bridge);
    const holder = this.#stations.byAddress(address);
    if (service === undefined) return [];
    if (holder !== undefined && holder.mac !== mac && holder.attachment.kind === 'attached') {
      return this.#refuse(station, address, 'addressTaken');
    }
    const effects = this.#registrations.end(station, now);
    const heldDhcp = addressOf(station) === address ? station.heldDhcp : undefined;
    const hasOwnMobileIp = this.#ownMobileIp.has(mac, now.monotonicMs);
    this.#stations.update(mac, { discoveredAtMs: undefined, heldDhcp, hasOwnMobileIp });
    if (holder !== undefined && holder.mac !== mac) effects.push(...this.#registrations.supersede(holder, address));
    if (hasOwnMobileIp) return [...effects, ...this.#leaveAlone(mac, address, 'ownMobileIp')];
    const present = this.#stations.get(mac) ?? station;
    const decision = this.#surroundings.decide(questionOf(present, address), now.monotonicMs);
    if (decision === undefined) return effects;
    const report: Report = { kind: decision.kind === 'home' ? 'stationHome' : 'stationAway', mac, address, learnedBy };
    effects.push({ kind: 'report', report }, ...this.#follow(decision, present, address, now));
    // A station that still sends to the gateway it had abroad learns the MAC address of the one at home.
    if (decision.kind === 'home' && decision.terms?.agent.isLocal) {
      const octets = gatewayIsAt(mac, service.mac, service.address, address);
      effects.push({ kind: 'stationFrameSent', interfaceName: station.interfaceName, octets });
    }
    return effects;
  }

  /** Who waited for a key goes on; a visitor has its new one with the next renewal, or goes without a key. */
  #associationKnown(homeAddress: Ipv4Address, now: Moment): AccessPointEffect[] {
    const station = this.#stations.byAddress(homeAddress);
    if (station === undefined || addressOf(station) !== homeAddress || station.attachment.kind === 'gone') return [];
    const { mobility } = station;
    const decision = this.#surroundings.decide(questionOf(station, homeAddress), now.monotonicMs);
    const isAsBefore =
      (mobility.kind === 'away' && decision?.kind === 'away') ||
      (mobility.kind === 'home' && (mobility.registration !== undefined || !hasTerms(decision))) ||
      (mobility.kind === 'notProxied' && isLeftAlone(decision, mobility.reason));
    return isAsBefore ? [] : this.#identify(station, homeAddress, 'memory', now);
  }

  #follow(decision: MobilityDecision, station: Station, address: Ipv4Address, now: Moment): AccessPointEffect[] {
    switch (decision.kind) {
      case 'home':
        return this.#registrations.beginAtHome(station, address, decision.terms, now);
      case 'away':
        return this.#registrations.begin(station, decision, now);
      case 'notProxied':
        return this.#leaveAlone(station.mac, address, decision.reason);
    }
  }

  /** The station stays what it is. It is said once, for the frames that claim the address go on and on. */
  #refuse(station: Station, address: Ipv4Address, reason: 'addressTaken' | 'secondAddress'): AccessPointEffect[] {
    const { mac } = station;
    if (station.refusedAddress === address) return [];
    this.#stations.update(mac, { refusedAddress: address });
    return [{ kind: 'report', report: { kind: 'stationNotProxied', mac, address, reason } }];
  }

  #leaveAlone(mac: MacAddress, address: Ipv4Address, reason: NotProxiedReason): AccessPointEffect[] {
    this.#stations.update(mac, { mobility: { kind: 'notProxied', address, reason }, refusedAddress: undefined });
    return [{ kind: 'report', report: { kind: 'stationNotProxied', mac, address, reason } }];
  }

  #answerArp(frame: Frame): AccessPointEffect[] {
    const station = this.#stations.get(frame.source);
    const service = station && this.#surroundings.service(station.bridge);
    if (frame.payload.kind !== 'arp' || station === undefined || service === undefined) return [];
    const octets = arpAnswer(station, frame.payload.arp, service.mac);
    return octets === undefined ? [] : [{ kind: 'stationFrameSent', interfaceName: station.interfaceName, octets }];
  }

  #deadlineReached(now: Moment): AccessPointEffect[] {
    const effects = this.#agentWatch.deadlineReached(now);
    for (;;) {
      const mac = this.#stations.takeDue(now.monotonicMs);
      if (mac === undefined) return effects;
      const station = this.#stations.get(mac);
      if (station === undefined) continue;
      const { attachment } = station;
      if (attachment.kind === 'leaving' && attachment.atMs <= now.monotonicMs) {
        effects.push(...this.#depart(station, now));
      }
      effects.push(...this.#registrations.deadlineReached(this.#stations.get(mac) ?? station, now));
      this.#stations.update(mac, {});
    }
  }
}

function isLeftAlone(decision: MobilityDecision | undefined, reason: NotProxiedReason): boolean {
  return decision?.kind === 'notProxied' && decision.reason === reason;
}

function hasTerms(decision: MobilityDecision | undefined): boolean {
  return decision?.kind === 'home' && decision.terms !== undefined;
}

/**
 * A visitor keeps its home address: only an address of the subnet it visits says that it wants to be a local, unless the
 * one that it is known by was never seen here. And a local with a second address, which it may well have for other
 * purposes, does not become a visitor by it.
 */
function keepsAddress({ mobility, addressSeenAtMs, isHinted }: Station, now: Moment): boolean {
  if (mobility.kind === 'away') return !isHinted;
  const isRecent = addressSeenAtMs !== undefined && now.monotonicMs - addressSeenAtMs < HAS_ADDRESS_MS;
  return mobility.kind === 'home' && isRecent;
}

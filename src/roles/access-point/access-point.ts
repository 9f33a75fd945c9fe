// The access point: stations come and go; for each one whose home is another subnet it does what a mobile node does in
// RFC 5944 §3.6, and what a station without such software cannot do (RFC 5563 §6): answer for its gateway, keep its frames
// going to the agent. DHCP, agent discovery and stations with a Mobile IP stack of their own are not served.

import { contains, type Ipv4Address, type MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import type { Frame } from '../../wire/frames.ts';
import type { RegistrationReply } from '../../wire/registration.ts';
import type { NotProxiedReason, Report } from '../report.ts';
import type { Moment, Random, Role } from '../role.ts';
import type { SubnetMapRow } from '../subnet-map.ts';
import { type AddressEvidence, addressEvidence } from './address-learning.ts';
import type { AccessPointConfiguration, BridgeService } from './configuration.ts';
import { EarlyFrames } from './early-frames.ts';
import { arpAnswer, arpProbe, gatewayIsAt } from './gateway-illusion.ts';
import { decideMobility, haveSameAgents, isSameDecision, type MobilityDecision } from './mobility-decision.ts';
import {
  HomeAgentClocks,
  ProxyRegistration,
  type RegistrationOutcome,
  type RegistrationTerms,
} from './proxy-registration.ts';
import { requestFrame } from './request-frame.ts';
import { addressOf, registrationsOf, type Station } from './station.ts';
import { Stations } from './stations.ts';

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
  | { readonly kind: 'replyReceived'; readonly reply: RegistrationReply }
  | { readonly kind: 'deadlineReached' };

export type AccessPointEffect =
  /** Which stations' IPv4 frames the packet socket of this interface shall deliver. */
  | { readonly kind: 'filterWanted'; readonly interfaceName: string; readonly unidentified: ReadonlySet<MacAddress> }
  | { readonly kind: 'stationFrameSent'; readonly interfaceName: string; readonly octets: Uint8Array }
  | { readonly kind: 'agentFrameSent'; readonly bridge: string; readonly octets: Uint8Array }
  | {
      readonly kind: 'interceptionWanted' | 'interceptionUnwanted';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly agentMac: MacAddress;
      readonly isLocal: boolean;
    }
  | { readonly kind: 'report'; readonly report: Report };

/** A roam within one hostapd shows up to 80 ms of absence, one with a new association half a second. */
const DETACH_GRACE_MS = 2000;
/** A sleeping phone answers late; one that has roamed away never. */
const MOST_PROBES = 5;

export class AccessPoint implements Role<AccessPointEvent, AccessPointEffect> {
  readonly #digests: Digests;
  readonly #random: Random;
  readonly #clocks = new HomeAgentClocks();
  readonly #stations = new Stations();
  readonly #earlyFrames = new EarlyFrames();
  #configuration: AccessPointConfiguration;

  constructor(configuration: AccessPointConfiguration, digests: Digests, random: Random) {
    this.#configuration = configuration;
    this.#digests = digests;
    this.#random = random;
  }

  handle(event: AccessPointEvent, now: Moment): AccessPointEffect[] {
    const effects = this.#handle(event, now);
    for (const interfaceName of this.#stations.takeChangedInterfaces()) {
      const unidentified = this.#stations.unidentified(interfaceName);
      effects.push({ kind: 'filterWanted', interfaceName, unidentified });
    }
    return effects;
  }

  nextDeadline(): number | undefined {
    return this.#stations.nextDeadline();
  }

  stations(): Iterable<Station> {
    return this.#stations.all();
  }

  /** Whether replies for this home address belong to a registration made here, and must not reach the station. */
  isProxyFor(homeAddress: Ipv4Address): boolean {
    const station = this.#stations.byAddress(homeAddress);
    return station !== undefined && registrationsOf(station).length > 0;
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
      case 'replyReceived':
        return this.#replyReceived(event.reply, now);
      case 'deadlineReached':
        return this.#deadlineReached(now);
    }
  }

  #configured(configuration: AccessPointConfiguration, now: Moment): AccessPointEffect[] {
    const effects: AccessPointEffect[] = [];
    const moved: { readonly mac: MacAddress; readonly address: Ipv4Address }[] = [];
    // What ends is ended with the old configuration: its agents know of it.
    for (const station of [...this.#stations.all()]) {
      const { mac, bridge } = station;
      const address = addressOf(station);
      const service = configuration.bridges.get(bridge);
      if (service === undefined) effects.push(...this.#depart(station, now));
      else if (address !== undefined && !this.#standsAsBefore(station, address, service, configuration)) {
        effects.push(...this.#endMobility(station, now));
        moved.push({ mac, address });
      }
    }
    this.#configuration = configuration;
    for (const { mac, address } of moved) {
      const station = this.#stations.get(mac);
      if (station !== undefined) effects.push(...this.#identify(station, address, 'configuration', now));
    }
    return effects;
  }

  /** A visitor whose registration need not change still learns where its home gateway is now. */
  #standsAsBefore(
    station: Station,
    address: Ipv4Address,
    service: BridgeService,
    configuration: AccessPointConfiguration,
  ): boolean {
    const { mac, mobility } = station;
    const serviceBefore = this.#configuration.bridges.get(station.bridge);
    if (serviceBefore === undefined || !haveSameAgents(serviceBefore, service)) return false;
    const before = decideMobility(address, serviceBefore, this.#configuration);
    const after = decideMobility(address, service, configuration);
    if (!isSameDecision(before, after)) return false;
    if (mobility.kind === 'away' && after.kind === 'away') {
      this.#update(mac, { mobility: { ...mobility, row: after.row } });
    }
    return true;
  }

  #stationAttached(mac: MacAddress, interfaceName: string, bridge: string, now: Moment): AccessPointEffect[] {
    const before = this.#stations.get(mac);
    const attachment = { kind: 'attached' } as const;
    if (before === undefined && this.#stations.size >= this.#configuration.mostStations) {
      return [{ kind: 'report', report: { kind: 'tooManyStations', mac } }];
    }
    const effects: AccessPointEffect[] = [{ kind: 'report', report: { kind: 'stationAttached', mac, interfaceName } }];
    if (before === undefined) {
      this.#stations.put({
        mac,
        interfaceName,
        bridge,
        attachment,
        mobility: { kind: 'unidentified' },
        farewell: undefined,
        takenAddress: undefined,
      });
    } else {
      if (before.bridge !== bridge) effects.push(...this.#endMobility(before, now));
      this.#update(mac, { interfaceName, bridge, attachment });
      effects.push(...this.#takeUpAgain(mac, now));
    }
    const early = this.#earlyFrames.take(mac, interfaceName, now.monotonicMs);
    return early === undefined ? effects : [...effects, ...this.#frameReceived(interfaceName, early, now)];
  }

  /** A station that is authorized anew may have been elsewhere since: what it has here is registered once more. */
  #takeUpAgain(mac: MacAddress, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(mac);
    if (station?.mobility.kind === 'home') return this.#identify(station, station.mobility.address, 'memory', now);
    if (station?.mobility.kind !== 'away') return [];
    const { registration } = station.mobility;
    return this.#outcomes(mac, registration, registration.send(now), now);
  }

  /** Late words of an interface that the station has left already change nothing. */
  #stationDetached(mac: MacAddress, interfaceName: string, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(mac);
    if (station?.interfaceName !== interfaceName || station.attachment.kind !== 'attached') return [];
    this.#update(mac, { attachment: { kind: 'leaving', atMs: now.monotonicMs + DETACH_GRACE_MS } });
    return [{ kind: 'report', report: { kind: 'stationDetached', mac, interfaceName } }];
  }

  #depart(station: Station, now: Moment): AccessPointEffect[] {
    const effects = this.#endMobility(station, now);
    this.#update(station.mac, { attachment: { kind: 'gone' } });
    return effects;
  }

  #frameReceived(interfaceName: string, frame: Frame, now: Moment): AccessPointEffect[] {
    const station = this.#stations.get(frame.source);
    if (station?.interfaceName !== interfaceName || station.attachment.kind === 'gone') {
      this.#earlyFrames.keep(frame, interfaceName, now.monotonicMs);
      return [];
    }
    const evidence = addressEvidence(frame);
    const effects = evidence === undefined ? [] : this.#addressSeen(station, evidence, now);
    return [...effects, ...this.#answerArp(frame)];
  }

  #addressSeen(station: Station, evidence: AddressEvidence, now: Moment): AccessPointEffect[] {
    const { address, learnedBy } = evidence;
    if (addressOf(station) === address) return this.#stationHeard(station, now);
    const service = this.#configuration.bridges.get(station.bridge);
    if (service === undefined || address === service.address) return [];
    // A visitor keeps its home address; only an address of the subnet it visits says that it wants to be a local.
    if (station.mobility.kind === 'away' && !contains(service.prefix, address)) return [];
    return this.#identify(station, address, learnedBy, now);
  }

  /** A visitor that had to be confirmed before its renewal has spoken. */
  #stationHeard(station: Station, now: Moment): AccessPointEffect[] {
    const { mobility, mac } = station;
    if (mobility.kind !== 'away' || mobility.probes === 0) return [];
    this.#update(mac, { mobility: { ...mobility, probes: 0 } });
    return this.#outcomes(mac, mobility.registration, mobility.registration.send(now), now);
  }

  #identify(station: Station, address: Ipv4Address, learnedBy: string, now: Moment): AccessPointEffect[] {
    const { mac, bridge } = station;
    const service = this.#configuration.bridges.get(bridge);
    const holder = this.#stations.byAddress(address);
    if (service === undefined) return [];
    if (holder !== undefined && holder.mac !== mac && holder.attachment.kind === 'attached') {
      return this.#addressTaken(station, address);
    }
    const effects = this.#endMobility(station, now);
    if (holder !== undefined && holder.mac !== mac) effects.push(...this.#supersede(holder, address));
    const decision = decideMobility(address, service, this.#configuration);
    const report: Report = { kind: decision.kind === 'home' ? 'stationHome' : 'stationAway', mac, address, learnedBy };
    effects.push({ kind: 'report', report });
    return [...effects, ...this.#follow(decision, mac, address, service, now)];
  }

  #follow(
    decision: MobilityDecision,
    mac: MacAddress,
    address: Ipv4Address,
    service: BridgeService,
    now: Moment,
  ): AccessPointEffect[] {
    switch (decision.kind) {
      case 'home':
        return this.#beHome(decision.terms, mac, address, service, now);
      case 'away':
        return this.#beAway(decision.row, decision.terms, mac, now);
      case 'notProxied':
        return this.#leaveAlone(mac, address, decision.reason);
    }
  }

  /** Another station has this address. It is said once, for the frames that claim it go on and on. */
  #addressTaken(station: Station, address: Ipv4Address): AccessPointEffect[] {
    const { mac } = station;
    if (station.takenAddress === address) return [];
    this.#update(mac, { takenAddress: address });
    return [{ kind: 'report', report: { kind: 'stationNotProxied', mac, address, reason: 'addressTaken' } }];
  }

  /**
   * The address has gone over to another station, as when a client changes its MAC address. What was registered for the
   * former holder must not be taken back after the new one's registration: to the home agent the two are the same.
   */
  #supersede(holder: Station, address: Ipv4Address): AccessPointEffect[] {
    const effects = this.#interception(holder, 'interceptionUnwanted');
    const isFarewell = holder.farewell?.terms.homeAddress === address;
    this.#update(holder.mac, {
      mobility: addressOf(holder) === address ? { kind: 'unidentified' } : holder.mobility,
      farewell: isFarewell ? undefined : holder.farewell,
    });
    return addressOf(holder) === address ? effects : [];
  }

  #beHome(
    terms: RegistrationTerms | undefined,
    mac: MacAddress,
    address: Ipv4Address,
    service: BridgeService,
    now: Moment,
  ): AccessPointEffect[] {
    const registration = terms === undefined ? undefined : this.#registration(terms);
    this.#update(mac, { mobility: { kind: 'home', address, registration }, takenAddress: undefined });
    if (registration === undefined) return [];
    // The end of all bindings includes the one that a farewell to the same address would end.
    if (this.#stations.get(mac)?.farewell?.terms.homeAddress === address) this.#update(mac, { farewell: undefined });
    return [
      ...this.#outcomes(mac, registration, registration.send(now), now),
      ...this.#correctGateway(mac, address, service),
    ];
  }

  /** A station that still sends to the gateway it had abroad learns the MAC address of the one at home. */
  #correctGateway(mac: MacAddress, address: Ipv4Address, service: BridgeService): AccessPointEffect[] {
    const station = this.#stations.get(mac);
    if (station === undefined || service.homeAgent?.mac !== service.mac) return [];
    const { interfaceName } = station;
    return [
      { kind: 'stationFrameSent', interfaceName, octets: gatewayIsAt(mac, service.mac, service.address, address) },
    ];
  }

  #beAway(row: SubnetMapRow, terms: RegistrationTerms, mac: MacAddress, now: Moment): AccessPointEffect[] {
    const registration = this.#registration(terms);
    const mobility = { kind: 'away', address: terms.homeAddress, row, registration, probes: 0 } as const;
    this.#update(mac, { mobility, farewell: undefined, takenAddress: undefined });
    return this.#outcomes(mac, registration, registration.send(now), now);
  }

  #leaveAlone(mac: MacAddress, address: Ipv4Address, reason: NotProxiedReason): AccessPointEffect[] {
    this.#update(mac, { mobility: { kind: 'notProxied', address, reason }, takenAddress: undefined });
    return [{ kind: 'report', report: { kind: 'stationNotProxied', mac, address, reason } }];
  }

  #registration(terms: RegistrationTerms): ProxyRegistration {
    return new ProxyRegistration(terms, this.#clocks, this.#digests, this.#random);
  }

  #answerArp(frame: Frame): AccessPointEffect[] {
    const station = this.#stations.get(frame.source);
    const service = station && this.#configuration.bridges.get(station.bridge);
    if (frame.payload.kind !== 'arp' || station === undefined || service === undefined) return [];
    const octets = arpAnswer(station, frame.payload.arp, service.mac);
    return octets === undefined ? [] : [{ kind: 'stationFrameSent', interfaceName: station.interfaceName, octets }];
  }

  #replyReceived(reply: RegistrationReply, now: Moment): AccessPointEffect[] {
    const { homeAddress } = reply;
    const station = this.#stations.byAddress(homeAddress);
    const registration = station && registrationsOf(station).find(({ terms }) => terms.homeAddress === homeAddress);
    if (station === undefined || registration === undefined) {
      return [{ kind: 'report', report: { kind: 'replyDiscarded', homeAddress, reason: 'noPendingRequest' } }];
    }
    return this.#outcomes(station.mac, registration, registration.replyReceived(reply, now), now);
  }

  #outcomes(
    mac: MacAddress,
    registration: ProxyRegistration,
    outcomes: readonly RegistrationOutcome[],
    now: Moment,
  ): AccessPointEffect[] {
    const effects: AccessPointEffect[] = [];
    for (const outcome of outcomes) {
      const station = this.#stations.get(mac);
      if (station !== undefined) effects.push(...this.#outcome(station, registration, outcome, now));
    }
    // A registration changes from within: stored again, its new deadline counts.
    this.#update(mac, {});
    return effects;
  }

  #outcome(
    station: Station,
    registration: ProxyRegistration,
    outcome: RegistrationOutcome,
    now: Moment,
  ): AccessPointEffect[] {
    const { mac } = station;
    const { homeAddress, homeAgent } = registration.terms;
    switch (outcome.kind) {
      case 'send':
        return this.#sendRequest(station, registration, outcome.octets, outcome.attempt);
      case 'accepted': {
        const { lifetimeSeconds, elapsedMs } = outcome;
        const report: Report = { kind: 'registrationAccepted', mac, homeAddress, lifetimeSeconds, elapsedMs };
        const isRegistered = lifetimeSeconds > 0;
        return [{ kind: 'report', report }, ...(isRegistered ? this.#interception(station, 'interceptionWanted') : [])];
      }
      case 'denied':
        return [
          { kind: 'report', report: { kind: 'registrationDenied', mac, homeAddress, code: outcome.code } },
          ...this.#interception(station, 'interceptionUnwanted'),
        ];
      case 'discarded':
        return [{ kind: 'report', report: { kind: 'replyDiscarded', homeAddress, reason: outcome.reason } }];
      case 'resynchronized':
        return [{ kind: 'report', report: { kind: 'clockResynchronized', homeAgent, offsetMs: outcome.offsetMs } }];
      case 'unanswered':
        return [{ kind: 'report', report: { kind: 'registrationUnanswered', mac, homeAddress } }];
      case 'renewalDue':
        return this.#confirm(station, now);
    }
  }

  /** The frame carries the station's own MAC and IP address: the agent learns where its visitor is from it. */
  #sendRequest(
    station: Station,
    registration: ProxyRegistration,
    octets: Uint8Array,
    attempt: number,
  ): AccessPointEffect[] {
    const { mac, bridge, mobility } = station;
    const service = this.#configuration.bridges.get(bridge);
    const isAtHome = mobility.kind === 'home' && registration === mobility.registration;
    const agent = isAtHome ? service?.homeAgent : service?.foreignAgent;
    if (agent === undefined) return [];
    const { homeAddress, homeAgent, careOfAddress, lifetimeSeconds } = registration.terms;
    const kind = 'registrationSent';
    return [
      { kind: 'report', report: { kind, mac, homeAddress, homeAgent, careOfAddress, lifetimeSeconds, attempt } },
      { kind: 'agentFrameSent', bridge, octets: requestFrame(mac, homeAddress, agent, octets) },
    ];
  }

  /** RFC 5563 §4.1: before a renewal the proxy makes sure that the station is still there. Any ARP from it will do. */
  #confirm(station: Station, now: Moment): AccessPointEffect[] {
    const { mobility, mac, interfaceName } = station;
    const service = this.#configuration.bridges.get(station.bridge);
    if (mobility.kind !== 'away' || service === undefined) return [];
    if (mobility.probes < MOST_PROBES) {
      this.#update(mac, { mobility: { ...mobility, probes: mobility.probes + 1 } });
      return [{ kind: 'stationFrameSent', interfaceName, octets: arpProbe(mac, service.mac, mobility.address) }];
    }
    const report: Report = { kind: 'stationSilent', mac, address: mobility.address };
    return [{ kind: 'report', report }, ...this.#endMobility(station, now)];
  }

  /** Ends what was done for a visitor; its registration is taken back at the home agent. */
  #endMobility(station: Station, now: Moment): AccessPointEffect[] {
    const { mobility, mac } = station;
    if (mobility.kind !== 'away') {
      this.#update(mac, { mobility: { kind: 'unidentified' } });
      return [];
    }
    const farewell = this.#registration({ ...mobility.registration.terms, lifetimeSeconds: 0 });
    this.#update(mac, { mobility: { kind: 'unidentified' }, farewell });
    return [
      ...this.#interception(station, 'interceptionUnwanted'),
      ...this.#outcomes(mac, farewell, farewell.send(now), now),
    ];
  }

  #interception(station: Station, kind: 'interceptionWanted' | 'interceptionUnwanted'): AccessPointEffect[] {
    const agent = this.#configuration.bridges.get(station.bridge)?.foreignAgent;
    if (station.mobility.kind !== 'away' || agent === undefined) return [];
    const { mac, mobility } = station;
    return [{ kind, mac, homeAddress: mobility.address, agentMac: agent.mac, isLocal: agent.isLocal }];
  }

  #deadlineReached(now: Moment): AccessPointEffect[] {
    const effects: AccessPointEffect[] = [];
    for (;;) {
      const mac = this.#stations.takeDue(now.monotonicMs);
      if (mac === undefined) return effects;
      const station = this.#stations.get(mac);
      if (station === undefined) continue;
      const { attachment } = station;
      if (attachment.kind === 'leaving' && attachment.atMs <= now.monotonicMs) {
        effects.push(...this.#depart(station, now));
      }
      for (const registration of registrationsOf(this.#stations.get(mac) ?? station)) {
        effects.push(...this.#outcomes(mac, registration, registration.deadlineReached(now), now));
      }
      this.#update(mac, {});
    }
  }

  #update(mac: MacAddress, change: Partial<Station>): void {
    const station = this.#stations.get(mac);
    if (station !== undefined) this.#stations.put({ ...station, ...change });
  }
}

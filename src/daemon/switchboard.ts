// The roles of this box, and what they say to each other. They talk in octets, as if on two boxes: a message for a role
// beside us is decoded anew, one for another box departs.

import { type Wish, wishKey } from '../clients/kernel-wishes.ts';
import { type Ipv4Address, LIMITED_BROADCAST, UNSPECIFIED_ADDRESS } from '../octets/address.ts';
import { AccessPoint, type AccessPointEvent } from '../roles/access-point/access-point.ts';
import type { AccessPointEffect } from '../roles/access-point/effects.ts';
import {
  AgentAdvertising,
  type AgentAdvertisingEffect,
  type AgentAdvertisingEvent,
} from '../roles/agent-advertising.ts';
import { earlier } from '../roles/expiring-table.ts';
import type { ForeignAgentEffect, ForeignAgentEvent } from '../roles/foreign-agent/events.ts';
import { ForeignAgent } from '../roles/foreign-agent/foreign-agent.ts';
import type { Visitor, VisitorLink } from '../roles/foreign-agent/visitor-list.ts';
import { homeNetworkOf, ownAddressIn } from '../roles/home-agent/configuration.ts';
import { HomeAgent, type HomeAgentEffect, type HomeAgentEvent } from '../roles/home-agent/home-agent.ts';
import type { MobilityBinding } from '../roles/home-agent/mobility-binding.ts';
import type { Report } from '../roles/report.ts';
import type { Moment } from '../roles/role.ts';
import type { Arrival, Datagram, Departure, Host } from '../runtime/runtime.ts';
import { encodeAgentSolicitation } from '../wire/agent-advertisement.ts';
import { DHCP_SERVER_PORT } from '../wire/dhcp.ts';
import { encodeIcmpFrame, encodeUdpFrame, multicastMac } from '../wire/frames.ts';
import { decodeRegistrationReply, isAccepted, REGISTRATION_PORT } from '../wire/registration.ts';
import { AwaitedRequests } from './awaited-requests.ts';
import {
  agentFrameArrival,
  type DatagramSurroundings,
  datagramArrival,
  decodedFrame,
  decodeOrMalformed,
  mobileNodeFrameArrival,
  type RoleArrival,
} from './inbound.ts';
import type { Remembered } from './kept-state.ts';
import { type MapArrival, MapDesk, type MapOutput } from './map-desk.ts';
import { bindingWish, copiesWish, interceptionWish, interfaceWish, visitorWishes } from './outbound.ts';
import type { AgentLink, RoleConfigurations } from './role-configurations.ts';
import { SharedWishes } from './shared-wishes.ts';

export type SwitchboardEffect =
  | { readonly kind: 'departs'; readonly departure: Departure }
  | { readonly kind: 'wanted'; readonly wishes: readonly Wish[] }
  | { readonly kind: 'unwanted'; readonly keys: readonly string[] }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'malformed'; readonly why: string; readonly what?: 'subnetMap' }
  /** The learned rows of the subnet map are others. */
  | { readonly kind: 'mapChanged' }
  | Extract<MapOutput, { readonly kind: 'authoritySilent' }>
  | Extract<AccessPointEffect, { readonly kind: 'filterWanted' }>;

/** RFC 5944 §3.4: how far a reply to a visitor on the link may go. */
const REPLY_TIME_TO_LIVE = 64;
/** RFC 5944 §2.4: all mobility agents of the link; and no further than it. */
const ALL_MOBILITY_AGENTS = 0xe000000b as Ipv4Address;
const SOLICITATION_TIME_TO_LIVE = 1;
/** RFC 792. */
const DESTINATION_UNREACHABLE = 3;

type Refusal = Omit<Extract<Arrival, { readonly kind: 'registrationUnreachable' }>, 'kind'>;

export class Switchboard {
  readonly accessPoint: AccessPoint;
  readonly foreignAgent: ForeignAgent;
  readonly homeAgent: HomeAgent;
  readonly advertising: AgentAdvertising;
  readonly map: MapDesk;
  readonly #wishes = new SharedWishes();
  readonly #awaited = new AwaitedRequests();
  #configurations: RoleConfigurations;
  /** What is taken back after a change goes out where it was said. */
  #former: RoleConfigurations;
  /** What is asked with each datagram, made once. */
  #surroundings: DatagramSurroundings;

  constructor(configurations: RoleConfigurations, host: Host) {
    this.#configurations = configurations;
    this.#former = configurations;
    this.#surroundings = this.#surroundingsOf(configurations);
    this.accessPoint = new AccessPoint(configurations.accessPoint, host.digests, host.random);
    this.foreignAgent = new ForeignAgent(configurations.foreignAgent, host.digests);
    this.homeAgent = new HomeAgent(configurations.homeAgent, host.digests, host.random);
    this.advertising = new AgentAdvertising(host.random);
    this.map = new MapDesk(host, (bridge) => this.accessPoint.agents(bridge));
  }

  #surroundingsOf({ homeAgent, agentLinks, tunnelIndexes }: RoleConfigurations): DatagramSurroundings {
    return {
      homeAgent,
      linkIndexes: Array.from(agentLinks.values(), ({ interfaceIndex }) => interfaceIndex),
      tunnelIndexes,
      isAwaitedByHomeAgent: (message, arrival) =>
        message.kind === 'revocationAcknowledgment' && this.homeAgent.isAwaiting(message, arrival),
    };
  }

  get configurations(): RoleConfigurations {
    return this.#configurations;
  }

  /** The agents first: what the access point then registers anew, they must already know. */
  configured(configurations: RoleConfigurations, now: Moment): SwitchboardEffect[] {
    const { accessPoint, foreignAgent, homeAgent, advertisedLinks } = configurations;
    this.#former = this.#configurations;
    this.#configurations = configurations;
    this.#surroundings = this.#surroundingsOf(configurations);
    return [
      ...this.#toHomeAgent({ kind: 'configured', configuration: homeAgent }, now),
      ...this.#toForeignAgent({ kind: 'configured', configuration: foreignAgent }, now),
      ...this.#toAdvertising({ kind: 'configured', links: advertisedLinks }, now),
      ...this.toAccessPoint({ kind: 'configured', configuration: accessPoint }, now),
      ...(configurations.map === undefined ? [] : this.#fromMap(this.map.configured(configurations.map, now), now)),
    ];
  }

  /** Visitors are taken back at their home agents, foreign agents hear of bindings, and who advertises says goodbye. */
  stopped(now: Moment): SwitchboardEffect[] {
    const { accessPoint, homeAgent } = this.#configurations;
    return [
      ...this.toAccessPoint({ kind: 'configured', configuration: { ...accessPoint, bridges: new Map() } }, now),
      ...this.#toHomeAgent({ kind: 'configured', configuration: { ...homeAgent, homeNetworks: [] } }, now),
      ...this.#toAdvertising({ kind: 'stopped' }, now),
      ...this.#fromMap(this.map.keep(now), now),
    ];
  }

  /** Whether there is a binding or a visit of this home address. */
  isKnown(homeAddress: Ipv4Address): boolean {
    for (const binding of this.homeAgent.bindings()) if (binding.homeAddress === homeAddress) return true;
    for (const visitor of this.foreignAgent.visitors()) if (visitor.homeAddress === homeAddress) return true;
    return false;
  }

  /** The operator ends a binding or a visit. */
  cleared(homeAddress: Ipv4Address, now: Moment): SwitchboardEffect[] {
    return [
      ...this.#toHomeAgent({ kind: 'cleared', homeAddress }, now),
      ...this.#toForeignAgent({ kind: 'cleared', homeAddress }, now),
    ];
  }

  nextDeadline(): number | undefined {
    const agents = earlier(this.foreignAgent.nextDeadline(), this.homeAgent.nextDeadline());
    const others = earlier(this.advertising.nextDeadline(), this.map.nextDeadline());
    return earlier(earlier(this.accessPoint.nextDeadline(), agents), others);
  }

  deadlineReached(now: Moment): SwitchboardEffect[] {
    return [
      ...this.toAccessPoint({ kind: 'deadlineReached' }, now),
      ...this.#toForeignAgent({ kind: 'deadlineReached' }, now),
      ...this.#toHomeAgent({ kind: 'deadlineReached' }, now),
      ...this.#toAdvertising({ kind: 'deadlineReached' }, now),
      ...this.#fromMap(this.map.deadlineReached(now), now),
    ];
  }

  /** There is news of a key that was fetched. */
  associationKnown(homeAddress: Ipv4Address, now: Moment): SwitchboardEffect[] {
    const held = this.#awaited.take(homeAddress);
    return [
      ...this.toAccessPoint({ kind: 'associationKnown', homeAddress }, now),
      ...(held === undefined ? [] : this.#arrived({ kind: 'for', role: 'homeAgent', event: held }, now)),
    ];
  }

  /** What the agents remember over a restart. */
  snapshot(now: Moment): Remembered {
    return { bindings: this.homeAgent.snapshot(now), visitors: this.foreignAgent.snapshot(now) };
  }

  /** Changes whenever the snapshot does: neither of both ever falls. */
  revision(): number {
    return this.homeAgent.revision + this.foreignAgent.revision;
  }

  /** Where nothing was remembered, as after the first start, there is nothing to tell either. */
  restore(
    { bindings, visitors }: { readonly bindings: readonly unknown[]; readonly visitors: readonly unknown[] },
    now: Moment,
  ): SwitchboardEffect[] {
    const ofBindings = bindings.length === 0 ? [] : this.homeAgent.restore(bindings, now);
    const ofVisitors = visitors.length === 0 ? [] : this.foreignAgent.restore(visitors, now);
    return [
      ...ofBindings.flatMap((effect) => this.#fromHomeAgent(effect, now)),
      ...ofVisitors.flatMap((effect) => this.#fromForeignAgent(effect, now)),
    ];
  }

  toAccessPoint(event: AccessPointEvent, now: Moment): SwitchboardEffect[] {
    return this.accessPoint.handle(event, now).flatMap((effect) => this.#fromAccessPoint(effect, now));
  }

  /** A datagram on the registration port. */
  registrationReceived(datagram: Datagram, now: Moment): SwitchboardEffect[] {
    const arrival = datagramArrival(datagram, this.#surroundings);
    if (arrival.kind === 'for' && arrival.event.kind === 'replyReceived') {
      const { reply } = arrival.event;
      const outputs = this.map.replyReceived(reply, datagram.sourceAddress, now);
      if (outputs !== undefined) return this.#fromMap(outputs, now);
    }
    return this.#arrived(arrival, now);
  }

  /** On the port of the subnet map exchange, or from the disk. */
  mapArrived(arrival: MapArrival, now: Moment): SwitchboardEffect[] {
    return this.#fromMap(this.map.arrived(arrival, now), now);
  }

  /** ICMP says that a registration message did not reach another agent. */
  agentUnreachable(refusal: Refusal, now: Moment): SwitchboardEffect[] {
    const { address: homeAgent, icmpType, icmpCode } = refusal;
    if (icmpType !== DESTINATION_UNREACHABLE) return [];
    return this.#toForeignAgent({ kind: 'homeAgentUnreachable', homeAgent, icmpCode }, now);
  }

  /** A frame of a link with mobile nodes. */
  linkFrameReceived(interfaceName: string, octets: Uint8Array, now: Moment): SwitchboardEffect[] {
    const link = this.#configurations.agentLinks.get(interfaceName);
    const frame = decodedFrame(octets);
    if (link === undefined) return [];
    return this.#arrived('payload' in frame ? mobileNodeFrameArrival(frame, link) : frame, now);
  }

  /** A frame of a wired port, behind which other agents are. */
  portFrameReceived(bridge: string, octets: Uint8Array, now: Moment): SwitchboardEffect[] {
    const frame = decodedFrame(octets);
    return this.#arrived('payload' in frame ? agentFrameArrival(frame, bridge) : frame, now);
  }

  #arrived(arrival: RoleArrival, now: Moment): SwitchboardEffect[] {
    if (arrival.kind === 'malformed') return [arrival];
    if (arrival.kind === 'nothing') return [];
    switch (arrival.role) {
      case 'accessPoint':
        return this.toAccessPoint(arrival.event, now);
      case 'foreignAgent':
        return this.#toForeignAgent(arrival.event, now);
      case 'homeAgent': {
        const isHeld = this.#awaited.hold(arrival.event, this.#configurations.homeAgent);
        return isHeld ? [] : this.#toHomeAgent(arrival.event, now);
      }
      case 'advertising':
        return this.#toAdvertising(arrival.event, now);
    }
  }

  #fromAccessPoint(effect: AccessPointEffect, now: Moment): SwitchboardEffect[] {
    switch (effect.kind) {
      case 'report':
        return [effect, ...this.#fromMap(this.map.reported(effect.report, now), now)];
      case 'filterWanted':
        return [effect];
      case 'stationFrameSent': {
        const { interfaceName, octets } = effect;
        return [{ kind: 'departs', departure: { kind: 'frameSend', interfaceName, octets } }];
      }
      case 'interceptionWanted':
        return [{ kind: 'wanted', wishes: [interceptionWish(effect)] }];
      case 'interceptionUnwanted':
        return [{ kind: 'unwanted', keys: [wishKey(interceptionWish(effect))] }];
      case 'replyInterceptionWanted':
        return [{ kind: 'wanted', wishes: [{ kind: 'replyInterception', mac: effect.mac }] }];
      case 'replyInterceptionUnwanted':
        return [{ kind: 'unwanted', keys: [wishKey({ kind: 'replyInterception', mac: effect.mac })] }];
      case 'agentFrameSent':
        if (effect.isLocal) return this.linkFrameReceived(effect.bridge, effect.octets, now);
        return this.#linkFrame(effect.bridge, effect.octets);
      case 'dhcpLocalWanted':
        return [{ kind: 'wanted', wishes: [{ kind: 'dhcpLocal', mac: effect.mac }] }];
      case 'dhcpLocalUnwanted':
        return [{ kind: 'unwanted', keys: [wishKey({ kind: 'dhcpLocal', mac: effect.mac })] }];
      case 'advertisementsWanted':
      case 'barrierWanted':
      case 'broadcastCopiesWanted':
        return [{ kind: 'wanted', wishes: [interfaceWish(effect)] }];
      case 'advertisementsUnwanted':
      case 'barrierUnwanted':
      case 'broadcastCopiesUnwanted':
        return [{ kind: 'unwanted', keys: [wishKey(interfaceWish(effect))] }];
      case 'dhcpRelayed': {
        const service = this.#configurations.accessPoint.bridges.get(effect.bridge);
        return service === undefined ? [] : [dhcpBroadcast({ ...service, source: service.address, ...effect })];
      }
      case 'packetSent': {
        const { octets, destination } = effect;
        return [{ kind: 'departs', departure: { kind: 'packetSend', octets, destination } }];
      }
      case 'solicitationSent':
        return this.#solicitation(effect.bridge);
    }
  }

  #solicitation(bridge: string): SwitchboardEffect[] {
    const service = this.#configurations.accessPoint.bridges.get(bridge);
    if (service === undefined) return [];
    const frame = encodeIcmpFrame({
      destinationMac: multicastMac(ALL_MOBILITY_AGENTS),
      sourceMac: service.mac,
      source: service.address,
      destination: ALL_MOBILITY_AGENTS,
      timeToLive: SOLICITATION_TIME_TO_LIVE,
      octets: encodeAgentSolicitation(),
    });
    return this.#linkFrame(bridge, frame);
  }

  #linkFrame(interfaceName: string, octets: Uint8Array): SwitchboardEffect[] {
    const link = this.#link(interfaceName);
    if (link === undefined) return [];
    return [{ kind: 'departs', departure: { kind: 'linkFrameSend', interfaceIndex: link.interfaceIndex, octets } }];
  }

  /** A bridge, or another link that we are an agent of. */
  #link(interfaceName: string): Pick<AgentLink, 'mac' | 'interfaceIndex'> | undefined {
    for (const { agentLinks, accessPoint } of [this.#configurations, this.#former]) {
      const link = agentLinks.get(interfaceName) ?? accessPoint.bridges.get(interfaceName);
      if (link !== undefined) return link;
    }
    return undefined;
  }

  #fromMap(outputs: readonly MapOutput[], now: Moment): SwitchboardEffect[] {
    return outputs.flatMap((output) => {
      if (output.kind !== 'stationHinted' && output.kind !== 'stationMoved') return [output];
      return this.toAccessPoint(output, now);
    });
  }

  #toAdvertising(event: AgentAdvertisingEvent, now: Moment): SwitchboardEffect[] {
    return this.advertising.handle(event, now).flatMap((effect) => this.#fromAdvertising(effect));
  }

  #fromAdvertising(effect: AgentAdvertisingEffect): SwitchboardEffect[] {
    if (effect.kind === 'report') return [effect];
    const { interfaceName, destination } = effect;
    const link = this.#link(interfaceName);
    if (link === undefined) return [];
    const destinationMac = effect.destinationMac ?? multicastMac(destination);
    return this.#linkFrame(interfaceName, encodeIcmpFrame({ ...effect, destinationMac, sourceMac: link.mac }));
  }

  #toForeignAgent(event: ForeignAgentEvent, now: Moment): SwitchboardEffect[] {
    return this.foreignAgent.handle(event, now).flatMap((effect) => this.#fromForeignAgent(effect, now));
  }

  #fromForeignAgent(effect: ForeignAgentEffect, now: Moment): SwitchboardEffect[] {
    switch (effect.kind) {
      case 'report':
        return [effect];
      case 'requestRelayed':
        return [registrationSend({ ...effect, destinationPort: REGISTRATION_PORT })];
      case 'revocationAcknowledgmentSent':
        return [registrationSend(effect)];
      case 'replyRelayed':
        return this.#replyToProxy(effect.octets, now) ?? this.#replyPassedOn(effect, now);
      case 'visitorWanted':
        return this.#wanted(effect.visitor, this.#wishesOf(effect.visitor));
      case 'visitorUnwanted':
        return this.#wanted(effect.visitor, []);
      case 'visitorRevoked': {
        const { homeAddress } = effect.visitor;
        return this.toAccessPoint({ kind: 'registrationVoided', homeAddress }, now);
      }
      case 'visitLost':
        // A station of ours does not know that it was registered.
        return this.accessPoint.isVisitorOfOurs(effect.homeAddress) ? [] : this.#toAdvertising(effect, now);
      case 'busyChanged':
        return this.#toAdvertising(effect, now);
    }
  }

  #toHomeAgent(event: HomeAgentEvent, now: Moment): SwitchboardEffect[] {
    const effects: SwitchboardEffect[] = [];
    for (const effect of this.homeAgent.handle(event, now)) effects.push(...this.#fromHomeAgent(effect, now));
    return effects;
  }

  #fromHomeAgent(effect: HomeAgentEffect, now: Moment): SwitchboardEffect[] {
    switch (effect.kind) {
      case 'report':
        return [effect];
      case 'bindingWanted':
        return [{ kind: 'wanted', wishes: [this.#bindingWish(effect.binding)] }];
      case 'bindingUnwanted':
        return [{ kind: 'unwanted', keys: [wishKey(bindingWish(effect.binding))] }];
      case 'copiesWanted':
        return [{ kind: 'wanted', wishes: [copiesWish(effect.binding)] }];
      case 'copiesUnwanted':
        return [{ kind: 'unwanted', keys: [wishKey(copiesWish(effect.binding))] }];
      case 'homeLinkFrameSent': {
        const { interfaceIndex, octets } = effect;
        return [{ kind: 'departs', departure: { kind: 'linkFrameSend', interfaceIndex, octets } }];
      }
      case 'dhcpRepeated':
        return [dhcpBroadcast(effect)];
      case 'packetSent': {
        const { octets, destination } = effect;
        return [{ kind: 'departs', departure: { kind: 'packetSend', octets, destination } }];
      }
      case 'revocationSent':
      case 'revocationAcknowledgmentSent':
        return [registrationSend(effect)];
      case 'replySent':
        return this.#homeAgentReply(effect, now);
    }
  }

  #homeAgentReply(reply: Extract<HomeAgentEffect, { readonly kind: 'replySent' }>, now: Moment): SwitchboardEffect[] {
    const { homeAddress, destination, octets, homeLinkFrame } = reply;
    const toProxy = destination === homeAddress ? this.#replyToProxy(octets, now) : undefined;
    if (toProxy !== undefined) return toProxy;
    if (homeLinkFrame === undefined) return [registrationSend(reply)];
    return [{ kind: 'departs', departure: { kind: 'linkFrameSend', ...homeLinkFrame } }];
  }

  #replyPassedOn(
    effect: Extract<ForeignAgentEffect, { readonly kind: 'replyRelayed' }>,
    now: Moment,
  ): SwitchboardEffect[] {
    const { octets, homeAddress } = effect;
    const { code, lifetimeSeconds } = decodeRegistrationReply(octets);
    const isRegistered = isAccepted(code) && lifetimeSeconds > 0;
    const event = { kind: 'registeredByAnother', homeAddress } as const;
    return [...this.#replyToVisitor(effect, effect.link), ...(isRegistered ? this.toAccessPoint(event, now) : [])];
  }

  #replyToVisitor(
    reply: { readonly octets: Uint8Array; readonly source: Ipv4Address; readonly destination: Ipv4Address },
    { interfaceName, mac, sourcePort }: VisitorLink,
  ): SwitchboardEffect[] {
    const link = this.#configurations.agentLinks.get(interfaceName);
    if (link === undefined) return [];
    const { octets, source, destination } = reply;
    const frame = encodeUdpFrame({
      destinationMac: mac,
      sourceMac: link.mac,
      source,
      destination: destination === UNSPECIFIED_ADDRESS ? LIMITED_BROADCAST : destination,
      sourcePort: REGISTRATION_PORT,
      destinationPort: sourcePort,
      timeToLive: REPLY_TIME_TO_LIVE,
      octets,
    });
    return this.#linkFrame(interfaceName, frame);
  }

  /** Undefined: the access point of this box has not asked for it. */
  #replyToProxy(octets: Uint8Array, now: Moment): SwitchboardEffect[] | undefined {
    const reply = decodeOrMalformed(() => decodeRegistrationReply(octets));
    if (reply.kind === 'malformed') return [reply];
    if (!this.accessPoint.hasAsked(reply)) return undefined;
    return this.toAccessPoint({ kind: 'replyReceived', reply, sourceAddress: undefined }, now);
  }

  #wishesOf(visitor: Visitor): Wish[] {
    const { subnetMap, encapsulation } = this.#configurations.accessPoint;
    return visitorWishes(visitor, subnetMap, encapsulation);
  }

  #bindingWish(binding: MobilityBinding): Wish {
    const { homeAgent } = this.#configurations;
    const network = homeNetworkOf(binding.homeAddress, homeAgent);
    return bindingWish(binding, network && ownAddressIn(network, homeAgent));
  }

  #wanted({ homeAddress }: Visitor, wishes: readonly Wish[]): SwitchboardEffect[] {
    const keys = this.#wishes.replace(homeAddress, wishes);
    const effects: SwitchboardEffect[] = wishes.length === 0 ? [] : [{ kind: 'wanted', wishes }];
    return keys.length === 0 ? effects : [...effects, { kind: 'unwanted', keys }];
  }
}

function registrationSend(message: {
  readonly octets: Uint8Array;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
}): SwitchboardEffect {
  const { octets, source, destination, destinationPort } = message;
  return { kind: 'departs', departure: { kind: 'registrationSend', octets, source, destination, destinationPort } };
}

/** To the DHCP servers of a link; also to that of this box, which a frame would not reach. */
function dhcpBroadcast(message: {
  readonly octets: Uint8Array;
  readonly source: Ipv4Address;
  readonly interfaceIndex: number;
}): SwitchboardEffect {
  const { octets, source, interfaceIndex } = message;
  const to = { destination: LIMITED_BROADCAST, destinationPort: DHCP_SERVER_PORT, interfaceIndex };
  return { kind: 'departs', departure: { kind: 'registrationSend', octets, source, ...to } };
}

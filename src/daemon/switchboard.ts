// The roles of this box, and what they say to each other. They talk in octets, as if on two boxes: a message for a role
// beside us is decoded anew, one for another box departs.

import { type Wish, wishKey } from '../clients/kernel-wishes.ts';
import { type Ipv4Address, LIMITED_BROADCAST } from '../octets/address.ts';
import { AccessPoint, type AccessPointEffect, type AccessPointEvent } from '../roles/access-point/access-point.ts';
import { earlier } from '../roles/expiring-table.ts';
import { ForeignAgent, type ForeignAgentEffect, type ForeignAgentEvent } from '../roles/foreign-agent/foreign-agent.ts';
import type { Visitor, VisitorLink } from '../roles/foreign-agent/visitor-list.ts';
import { HomeAgent, type HomeAgentEffect, type HomeAgentEvent } from '../roles/home-agent/home-agent.ts';
import type { Report } from '../roles/report.ts';
import type { Moment } from '../roles/role.ts';
import type { Datagram, Departure, Host } from '../runtime/runtime.ts';
import { encodeUdpFrame } from '../wire/frames.ts';
import { decodeRegistrationReply, REGISTRATION_PORT } from '../wire/registration.ts';
import { decodeOrMalformed, type RegistrationArrival, registrationArrival, requestFrameArrival } from './inbound.ts';
import { bindingWishes, interceptionWish, visitorWishes } from './outbound.ts';
import type { RoleConfigurations } from './role-configurations.ts';

export type SwitchboardEffect =
  | { readonly kind: 'departs'; readonly departure: Departure }
  | { readonly kind: 'wanted'; readonly wishes: readonly Wish[] }
  | { readonly kind: 'unwanted'; readonly keys: readonly string[] }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'malformed'; readonly why: string }
  | Extract<AccessPointEffect, { readonly kind: 'filterWanted' }>;

/** RFC 5944 §3.4: how far a reply to a visitor on the link may go. */
const REPLY_TIME_TO_LIVE = 64;

export class Switchboard {
  readonly accessPoint: AccessPoint;
  readonly foreignAgent: ForeignAgent;
  readonly homeAgent: HomeAgent;
  #configurations: RoleConfigurations;

  constructor(configurations: RoleConfigurations, host: Host) {
    this.#configurations = configurations;
    this.accessPoint = new AccessPoint(configurations.accessPoint, host.digests, host.random);
    this.foreignAgent = new ForeignAgent(configurations.foreignAgent);
    this.homeAgent = new HomeAgent(configurations.homeAgent, host.digests);
  }

  get configurations(): RoleConfigurations {
    return this.#configurations;
  }

  /** The access point first, with the addresses it registered with: what it takes back must still find its agent. */
  configured(configurations: RoleConfigurations, now: Moment): SwitchboardEffect[] {
    const effects = this.toAccessPoint({ kind: 'configured', configuration: configurations.accessPoint }, now);
    this.#configurations = configurations;
    return [
      ...effects,
      ...this.#toForeignAgent({ kind: 'configured', configuration: configurations.foreignAgent }, now),
      ...this.#toHomeAgent({ kind: 'configured', configuration: configurations.homeAgent }, now),
    ];
  }

  nextDeadline(): number | undefined {
    const agents = earlier(this.foreignAgent.nextDeadline(), this.homeAgent.nextDeadline());
    return earlier(this.accessPoint.nextDeadline(), agents);
  }

  deadlineReached(now: Moment): SwitchboardEffect[] {
    return [
      ...this.toAccessPoint({ kind: 'deadlineReached' }, now),
      ...this.#toForeignAgent({ kind: 'deadlineReached' }, now),
      ...this.#toHomeAgent({ kind: 'deadlineReached' }, now),
    ];
  }

  toAccessPoint(event: AccessPointEvent, now: Moment): SwitchboardEffect[] {
    return this.accessPoint.handle(event, now).flatMap((effect) => this.#fromAccessPoint(effect, now));
  }

  /** A datagram on the registration port. */
  registrationReceived(datagram: Datagram, now: Moment): SwitchboardEffect[] {
    return this.#registration(registrationArrival(datagram, this.#ownAddresses()), now);
  }

  #fromAccessPoint(effect: AccessPointEffect, now: Moment): SwitchboardEffect[] {
    switch (effect.kind) {
      case 'report':
      case 'filterWanted':
        return [effect];
      case 'stationFrameSent': {
        const { interfaceName, octets } = effect;
        return [{ kind: 'departs', departure: { kind: 'stationFrameSend', interfaceName, octets } }];
      }
      case 'interceptionWanted':
        return [{ kind: 'wanted', wishes: [interceptionWish(effect)] }];
      case 'interceptionUnwanted':
        return [{ kind: 'unwanted', keys: [wishKey(interceptionWish(effect))] }];
      case 'agentFrameSent': {
        const service = this.#configurations.accessPoint.bridges.get(effect.bridge);
        if (service === undefined) return [];
        const link = { interfaceIndex: service.interfaceIndex, interfaceName: effect.bridge };
        return this.#registration(requestFrameArrival(effect.octets, link, this.#ownAddresses()), now);
      }
    }
  }

  #registration(arrival: RegistrationArrival, now: Moment): SwitchboardEffect[] {
    switch (arrival.kind) {
      case 'forHomeAgent':
        return this.#toHomeAgent(arrival.event, now);
      case 'forForeignAgent':
        return this.#toForeignAgent(arrival.event, now);
      case 'malformed':
        return [arrival];
      case 'notServed': {
        const { homeAddress } = arrival;
        return [
          {
            kind: 'report',
            report: { kind: 'requestDiscarded', by: 'foreignAgent', homeAddress, reason: 'notServed' },
          },
        ];
      }
    }
  }

  #toForeignAgent(event: ForeignAgentEvent, now: Moment): SwitchboardEffect[] {
    return this.foreignAgent.handle(event, now).flatMap((effect) => this.#fromForeignAgent(effect, now));
  }

  #fromForeignAgent(effect: ForeignAgentEffect, now: Moment): SwitchboardEffect[] {
    switch (effect.kind) {
      case 'report':
        return [effect];
      case 'requestRelayed':
        return [registrationSend(effect, REGISTRATION_PORT)];
      case 'replyRelayed':
        return this.#replyToVisitor(effect.octets, effect.homeAddress, effect.link, now);
      case 'visitorWanted':
        return [{ kind: 'wanted', wishes: this.#wishesOf(effect.visitor) }];
      case 'visitorUnwanted':
        return [{ kind: 'unwanted', keys: this.#keysOnlyOf(effect.visitor) }];
    }
  }

  #toHomeAgent(event: HomeAgentEvent, now: Moment): SwitchboardEffect[] {
    return this.homeAgent.handle(event, now).flatMap((effect) => this.#fromHomeAgent(effect, now));
  }

  #fromHomeAgent(effect: HomeAgentEffect, now: Moment): SwitchboardEffect[] {
    switch (effect.kind) {
      case 'report':
        return [effect];
      case 'bindingWanted':
        return [{ kind: 'wanted', wishes: bindingWishes(effect.binding) }];
      case 'bindingUnwanted':
        return [{ kind: 'unwanted', keys: bindingWishes(effect.binding).map(wishKey) }];
      case 'homeLinkFrameSent': {
        const { interfaceIndex, octets } = effect;
        return [{ kind: 'departs', departure: { kind: 'linkFrameSend', interfaceIndex, octets } }];
      }
      case 'replySent': {
        const { homeAddress, destination, octets } = effect;
        // A station at home, registered on by us: the reply must not reach it.
        const isOurs = destination === homeAddress && this.accessPoint.isProxyFor(homeAddress);
        return isOurs ? this.#replyToProxy(octets, now) : [registrationSend(effect, effect.destinationPort)];
      }
    }
  }

  #replyToVisitor(octets: Uint8Array, homeAddress: Ipv4Address, link: VisitorLink, now: Moment): SwitchboardEffect[] {
    if (this.accessPoint.isProxyFor(homeAddress)) return this.#replyToProxy(octets, now);
    const { interfaceIndex, mac, sourceAddress, sourcePort, destinationAddress } = link;
    const service = this.#configurations.accessPoint.bridges.get(link.interfaceName);
    if (service === undefined) return [];
    const frame = encodeUdpFrame({
      destinationMac: mac,
      sourceMac: service.mac,
      source: destinationAddress,
      destination: sourceAddress === 0 ? LIMITED_BROADCAST : sourceAddress,
      sourcePort: REGISTRATION_PORT,
      destinationPort: sourcePort,
      timeToLive: REPLY_TIME_TO_LIVE,
      octets,
    });
    return [{ kind: 'departs', departure: { kind: 'linkFrameSend', interfaceIndex, octets: frame } }];
  }

  #replyToProxy(octets: Uint8Array, now: Moment): SwitchboardEffect[] {
    const reply = decodeOrMalformed(() => decodeRegistrationReply(octets));
    return reply.kind === 'malformed' ? [reply] : this.toAccessPoint({ kind: 'replyReceived', reply }, now);
  }

  #wishesOf(visitor: Visitor): Wish[] {
    return visitorWishes(visitor, this.#configurations.accessPoint.subnetMap);
  }

  /** Visitors of one home agent share its tunnel and rule: these go with the last of them. */
  #keysOnlyOf(visitor: Visitor): string[] {
    const keys = new Set(this.#wishesOf(visitor).map(wishKey));
    for (const other of this.foreignAgent.visitors()) {
      for (const wish of this.#wishesOf(other)) keys.delete(wishKey(wish));
    }
    return [...keys];
  }

  #ownAddresses(): readonly Ipv4Address[] {
    return this.#configurations.homeAgent.addresses;
  }
}

function registrationSend(
  message: { readonly octets: Uint8Array; readonly source: Ipv4Address; readonly destination: Ipv4Address },
  destinationPort: number,
): SwitchboardEffect {
  const { octets, source, destination } = message;
  return { kind: 'departs', departure: { kind: 'registrationSend', octets, source, destination, destinationPort } };
}

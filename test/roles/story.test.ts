// A roam as a story: two access points with all roles each, and an internet between them that carries octets. Every
// message is decoded from what the other role sent; the transcript is what is compared.

import { expect, test } from 'vitest';
import { formatIpv4, type Ipv4Address } from '../../src/octets/address.ts';
import { AccessPoint, type AccessPointEffect } from '../../src/roles/access-point/access-point.ts';
import type { ForeignAgentEffect } from '../../src/roles/foreign-agent/events.ts';
import { ForeignAgent } from '../../src/roles/foreign-agent/foreign-agent.ts';
import { HomeAgent, type HomeAgentEffect } from '../../src/roles/home-agent/home-agent.ts';
import { SecurityAssociations } from '../../src/roles/security-associations.ts';
import { SubnetMap } from '../../src/roles/subnet-map.ts';
import { decodeFrame } from '../../src/wire/frames.ts';
import {
  codeText,
  decodeRegistrationReply,
  decodeRegistrationRequest,
  type RegistrationReply,
  type RegistrationRequest,
} from '../../src/wire/registration.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { digests } from '../digests.ts';
import { association } from './messages.ts';
import { at } from './moments.ts';

const PHONE = mac('02:11:22:33:44:55');
const HOME_ADDRESS = ip('10.1.0.77');

/** One router of topology T1: its subnet is 10.N.0.0/24, its address on the way to the others 192.0.2.N. */
class Router {
  readonly name: string;
  readonly backbone: Ipv4Address;
  readonly accessPoint: AccessPoint;
  readonly foreignAgent: ForeignAgent;
  readonly homeAgent: HomeAgent;
  readonly #world: World;

  constructor(number: number, world: World) {
    this.name = `router ${number}`;
    this.#world = world;
    this.backbone = ip(`192.0.2.${number}`);
    const address = ip(`10.${number}.0.1`);
    const network = prefix(`10.${number}.0.0/24`);
    const bridgeMac = mac(`02:00:00:00:0${number}:01`);
    const associations = new SecurityAssociations([
      { ...association, start: ip('10.0.0.0'), end: ip('10.255.255.255') },
    ]);
    const rows = [1, 2, 3].map((other) => ({
      network: prefix(`10.${other}.0.0/24`),
      homeAgent: ip(`10.${other}.0.1`),
      gatewayMac: mac(`02:00:00:00:0${other}:01`),
    }));
    const service = {
      interfaceIndex: 5,
      mac: bridgeMac,
      address,
      prefix: network,
      foreignAgent: { mac: bridgeMac, address, isLocal: true },
      homeAgent: { mac: bridgeMac, address },
      careOfAddress: undefined,
    };
    this.accessPoint = new AccessPoint(
      {
        bridges: new Map([['br-lan', service]]),
        associations,
        subnetMap: new SubnetMap(rows),
        careOfAddresses: new Map(rows.map(({ homeAgent }) => [homeAgent, this.backbone])),
        lifetimeSeconds: 600,
        encapsulation: 'ipip',
        reverseTunneling: 'whereOffered',
        dhcp: 'keep',
        mostStations: 10,
        mostAgents: 4,
      },
      digests,
      () => 0.5,
    );
    this.foreignAgent = new ForeignAgent(
      {
        careOfAddresses: [this.backbone],
        ownAddresses: [this.backbone, address],
        longestLifetimeSeconds: 1800,
        mostVisitors: 10,
      },
      digests,
    );
    const homeNetworks = [{ prefix: network, interfaceIndex: 5, mac: bridgeMac }];
    const addresses = [this.backbone, address];
    this.homeAgent = new HomeAgent(
      { addresses, homeNetworks, associations, longestLifetimeSeconds: 1800, mostBindings: 10 },
      digests,
      () => 0,
    );
  }

  event(event: Parameters<AccessPoint['handle']>[0], ms: number): void {
    for (const effect of this.accessPoint.handle(event, at(ms))) this.#fromAccessPoint(effect, ms);
  }

  requestArrives(octets: Uint8Array, sourceAddress: Ipv4Address, ms: number): void {
    const request = decodeRegistrationRequest(octets);
    const arrival = {
      sourceAddress,
      sourcePort: 434,
      destinationAddress: request.homeAgent,
      sourceMac: sourceAddress === request.homeAddress ? PHONE : undefined,
    };
    const effects = this.homeAgent.handle({ kind: 'requestReceived', request, arrival }, at(ms));
    for (const effect of effects) this.#fromHomeAgent(effect, ms);
  }

  replyArrives(octets: Uint8Array, sourceAddress: Ipv4Address, ms: number): void {
    const reply = decodeRegistrationReply(octets);
    const effects = this.foreignAgent.handle({ kind: 'replyReceived', reply, sourceAddress }, at(ms));
    for (const effect of effects) this.#fromForeignAgent(effect, ms);
  }

  #fromAccessPoint(effect: AccessPointEffect, ms: number): void {
    if (effect.kind === 'interceptionWanted') this.#world.tell(`${this.name}: intercepts the phone`);
    if (effect.kind === 'interceptionUnwanted') this.#world.tell(`${this.name}: intercepts the phone no more`);
    if (effect.kind !== 'agentFrameSent') return;
    const { source, payload } = decodeFrame(effect.octets);
    if (payload.kind !== 'ipv4' || payload.ipv4.udp === undefined) throw new Error('no datagram');
    const { ipv4 } = payload;
    const request = decodeRegistrationRequest(payload.ipv4.udp.octets);
    if (request.homeAgent === ipv4.destination) {
      this.#world.tell(`${this.name}: access point -> home agent`, request);
      this.requestArrives(request.octets, ipv4.source, ms);
      return;
    }
    this.#world.tell(`${this.name}: access point -> foreign agent`, request);
    const link = {
      mac: source,
      interfaceIndex: 5,
      interfaceName: 'br-lan',
      sourceAddress: ipv4.source,
      sourcePort: 434,
      destinationAddress: ipv4.destination,
    };
    const event = { kind: 'requestReceived', request, link, timeToLive: ipv4.timeToLive } as const;
    for (const next of this.foreignAgent.handle(event, at(ms))) this.#fromForeignAgent(next, ms);
  }

  #fromForeignAgent(effect: ForeignAgentEffect, ms: number): void {
    switch (effect.kind) {
      case 'requestRelayed':
        this.#world.sendRequest(effect.octets, effect.source, effect.destination, ms);
        break;
      case 'visitorWanted':
        this.#world.tell(`${this.name}: has a visitor of ${formatIpv4(effect.visitor.homeAgent)}`);
        break;
      case 'visitorUnwanted':
        this.#world.tell(`${this.name}: has the visitor no more`);
        break;
      case 'replyRelayed':
        this.event(
          { kind: 'replyReceived', reply: decodeRegistrationReply(effect.octets), sourceAddress: undefined },
          ms,
        );
        break;
    }
  }

  #fromHomeAgent(effect: HomeAgentEffect, ms: number): void {
    switch (effect.kind) {
      case 'bindingWanted':
        this.#world.tell(`${this.name}: tunnel to ${formatIpv4(effect.binding.careOfAddress)}`);
        break;
      case 'bindingUnwanted':
        this.#world.tell(`${this.name}: tunnel to ${formatIpv4(effect.binding.careOfAddress)} no more`);
        break;
      case 'homeLinkFrameSent':
        this.#world.tell(`${this.name}: gratuitous ARP`);
        break;
      case 'replySent': {
        const reply = decodeRegistrationReply(effect.octets);
        this.#world.tell(`${this.name}: home agent answers`, reply);
        if (effect.destination === HOME_ADDRESS)
          this.event({ kind: 'replyReceived', reply, sourceAddress: undefined }, ms);
        else this.#world.sendReply(effect.octets, effect.source, effect.destination, ms);
        break;
      }
    }
  }
}

class World {
  readonly routers = [1, 2, 3].map((number) => new Router(number, this));
  #transcript: string[] = [];

  tell(what: string, message?: RegistrationRequest | RegistrationReply): void {
    this.#transcript.push(message === undefined ? what : `${what}: ${describe(message)}`);
  }

  sendRequest(octets: Uint8Array, source: Ipv4Address, destination: Ipv4Address, ms: number): void {
    this.routers.find((router) => hasAddress(router, destination))?.requestArrives(octets, source, ms);
  }

  sendReply(octets: Uint8Array, source: Ipv4Address, destination: Ipv4Address, ms: number): void {
    this.routers.find((router) => hasAddress(router, destination))?.replyArrives(octets, source, ms);
  }

  /** The phone associates and asks for its gateway, as it always did. */
  arrives(number: number, ms: number): string[] {
    const router = this.routers[number - 1];
    router?.event({ kind: 'stationAttached', mac: PHONE, interfaceName: 'wlan0', bridge: 'br-lan' }, ms);
    const arp = {
      operation: 'request',
      senderMac: PHONE,
      senderAddress: HOME_ADDRESS,
      targetMac: mac('00:00:00:00:00:00'),
      targetAddress: ip('10.1.0.1'),
    } as const;
    const frame = { destination: mac('ff:ff:ff:ff:ff:ff'), source: PHONE, payload: { kind: 'arp', arp } } as const;
    router?.event({ kind: 'frameReceived', interfaceName: 'wlan0', frame }, ms);
    return this.said();
  }

  leaves(number: number, ms: number): string[] {
    const router = this.routers[number - 1];
    router?.event({ kind: 'stationDetached', mac: PHONE, interfaceName: 'wlan0' }, ms);
    router?.event({ kind: 'deadlineReached' }, ms + 2000);
    return this.said();
  }

  said(): string[] {
    const transcript = this.#transcript;
    this.#transcript = [];
    return transcript;
  }
}

const hasAddress = (router: Router, address: Ipv4Address) =>
  router.backbone === address || formatIpv4(address) === `10.${router.name.slice(-1)}.0.1`;

function describe(message: RegistrationRequest | RegistrationReply): string {
  if (message.kind === 'registrationReply') return `${codeText(message.code)}, lifetime ${message.lifetimeSeconds}`;
  return `${formatIpv4(message.homeAddress)} at ${formatIpv4(message.careOfAddress)}, lifetime ${message.lifetimeSeconds}`;
}

test('a phone goes from home to router 2, on to router 3, and home again', () => {
  const world = new World();

  expect(world.arrives(1, 0)).toEqual([
    'router 1: access point -> home agent: 10.1.0.77 at 10.1.0.77, lifetime 0',
    'router 1: home agent answers: accepted, lifetime 0',
  ]);

  expect(world.arrives(2, 10_000)).toEqual([
    'router 2: access point -> foreign agent: 10.1.0.77 at 192.0.2.2, lifetime 600',
    'router 1: tunnel to 192.0.2.2',
    'router 1: gratuitous ARP',
    'router 1: home agent answers: accepted, lifetime 600',
    'router 2: has a visitor of 10.1.0.1',
    'router 2: intercepts the phone',
  ]);
  expect(world.leaves(1, 10_500)).toEqual([]);

  expect(world.arrives(3, 20_000)).toEqual([
    'router 3: access point -> foreign agent: 10.1.0.77 at 192.0.2.3, lifetime 600',
    'router 1: tunnel to 192.0.2.3',
    'router 1: home agent answers: accepted, lifetime 600',
    'router 3: has a visitor of 10.1.0.1',
    'router 3: intercepts the phone',
  ]);

  // Router 2 takes back what it had made, and nothing of what router 3 has made since.
  expect(world.leaves(2, 20_500)).toEqual([
    'router 2: intercepts the phone no more',
    'router 2: access point -> foreign agent: 10.1.0.77 at 192.0.2.2, lifetime 0',
    'router 1: home agent answers: accepted, lifetime 0',
    'router 2: has the visitor no more',
  ]);
  expect(
    [...(world.routers[0]?.homeAgent.bindings() ?? [])].map(({ careOfAddress }) => formatIpv4(careOfAddress)),
  ).toEqual(['192.0.2.3']);

  expect(world.arrives(1, 30_000)).toEqual([
    'router 1: access point -> home agent: 10.1.0.77 at 10.1.0.77, lifetime 0',
    'router 1: tunnel to 192.0.2.3 no more',
    'router 1: gratuitous ARP',
    'router 1: home agent answers: accepted, lifetime 0',
  ]);
  expect(world.leaves(3, 30_500)).toEqual([
    'router 3: intercepts the phone no more',
    'router 3: access point -> foreign agent: 10.1.0.77 at 192.0.2.3, lifetime 0',
    'router 1: home agent answers: accepted, lifetime 0',
    'router 3: has the visitor no more',
  ]);
  for (const { homeAgent, foreignAgent } of world.routers) {
    expect([...homeAgent.bindings(), ...foreignAgent.visitors()]).toEqual([]);
  }
});

test('a phone that is back at router 2 before router 2 had noticed its absence is registered there again', () => {
  const world = new World();
  world.arrives(2, 0);
  world.arrives(3, 1000);
  expect(world.arrives(2, 1500)).toContain('router 1: tunnel to 192.0.2.2');
  expect(world.leaves(3, 1600).at(-1)).toBe('router 3: has the visitor no more');
  expect(
    [...(world.routers[0]?.homeAgent.bindings() ?? [])].map(({ careOfAddress }) => formatIpv4(careOfAddress)),
  ).toEqual(['192.0.2.2']);
});

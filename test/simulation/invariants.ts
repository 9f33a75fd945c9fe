// What must hold at every step, whatever fails.

import type { Wish } from '../../src/clients/kernel-wishes.ts';
import { formatIpv4, formatMac, type Ipv4Address } from '../../src/octets/address.ts';
import type { Report } from '../../src/roles/report.ts';
import { decodeFrame } from '../../src/wire/frames.ts';
import { isLater } from '../../src/wire/identification.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeMobileIpMessage, type MobileIpMessage } from '../../src/wire/mobile-ip-message.ts';
import { isAccepted, type RegistrationRequest } from '../../src/wire/registration.ts';
import type { Carried } from './backbone.ts';
import type { Box, News } from './box.ts';
import type { Station } from './station.ts';
import type { Watcher, World } from './world.ts';

export class Violation extends Error {}

/** A registration that an access point has really asked for. */
type Asked = { readonly request: RegistrationRequest; readonly atMs: number };

type Arrival = {
  readonly message: MobileIpMessage | undefined;
  readonly carried: Carried;
  readonly receiver: Box;
  changes: number;
};

export class Invariants implements Watcher {
  readonly #world: World;
  readonly #stationOf = new Map<Ipv4Address, Station>();
  readonly #asked = new Map<string, Asked>();
  /** What each home agent has accepted last, of which mobile node; not what it has forgotten itself. */
  readonly #accepted = new Map<Ipv4Address, bigint>();
  /** Messages that have had an effect already. */
  readonly #effective = new Set<Carried>();
  #arrival: Arrival | undefined;
  readonly #setBack = new Set<Box>();

  constructor(world: World) {
    this.#world = world;
    for (const station of world.stations) this.#stationOf.set(station.address, station);
  }

  told(box: Box, news: News): void {
    switch (news.kind) {
      case 'report':
        return this.#reported(box, news.report);
      case 'kernelGot':
        if (this.#arrival?.receiver === box) this.#arrival.changes += 1;
        return this.#kernelGot(box, news.wish);
      case 'kernelLost':
        if (this.#arrival?.receiver === box) this.#arrival.changes += 1;
        return;
      case 'started':
        if (this.#setBack.delete(box)) this.#forgets(box);
        return;
      default:
        return;
    }
  }

  sent(carried: Carried): void {
    const message = decoded(carried.message.octets);
    if (message?.kind === 'registrationRequest') this.#noteAsked(message);
    if (message?.kind === 'registrationReply' && isAccepted(message.code)) {
      this.#noteAccepted(carried.from, message.homeAddress, message.identification);
    }
  }

  linkFrame(_box: Box, octets: Uint8Array): void {
    const { payload } = decodeFrame(octets);
    const udp = payload.kind === 'ipv4' ? payload.ipv4.udp : undefined;
    const message = udp === undefined ? undefined : decoded(udp.octets);
    if (message?.kind === 'registrationRequest') this.#noteAsked(message);
  }

  arriving(carried: Carried, receiver: Box): void {
    this.#arrival = { message: decoded(carried.message.octets), carried, receiver, changes: 0 };
  }

  /** Whatever has had its effect has none when it comes again. */
  arrived(carried: Carried, receiver: Box): void {
    const arrival = this.#arrival;
    this.#arrival = undefined;
    if (arrival === undefined || arrival.changes === 0) return;
    if (this.#effective.has(carried)) {
      throw new Violation(`${receiver.name} acts a second time upon a ${arrival.message?.kind} that was repeated`);
    }
    if (carried.isForged) throw new Violation(`${receiver.name} acts upon a forged ${arrival.message?.kind}`);
    this.#effective.add(carried);
  }

  /** Between two daemons of a box its clock was set back: the next one takes the present for an earlier time. */
  clockSetBack(box: Box): void {
    this.#setBack.add(box);
  }

  #forgets(box: Box): void {
    for (const { address, home } of this.#world.stations) {
      if (box.addresses.includes(home.routerAddress)) this.#accepted.delete(address);
    }
    this.#effective.clear();
  }

  #reported(box: Box, report: Report): void {
    switch (report.kind) {
      case 'registrationSent':
      case 'visitorAdded':
      case 'visitorMoved':
      case 'visitorRenewed':
        return this.#homeAgentUsed(box, report.homeAddress, report.homeAgent, report.kind);
      default:
        return;
    }
  }

  #homeAgentUsed(box: Box, homeAddress: Ipv4Address, homeAgent: Ipv4Address, what: string): void {
    const station = this.#stationOf.get(homeAddress);
    if (station === undefined)
      throw new Violation(`${box.name}: ${what} of ${formatIpv4(homeAddress)}, whom nobody has`);
    if (homeAgent === station.home.routerAddress) return;
    throw new Violation(`${box.name}: ${what} of ${station.name} with the wrong home agent ${formatIpv4(homeAgent)}`);
  }

  #kernelGot(box: Box, wish: Wish): void {
    switch (wish.kind) {
      case 'binding':
        this.#homeAgentUsed(box, wish.homeAddress, wish.homeAgent, 'tunnel');
        if (!box.addresses.includes(wish.homeAgent)) throw new Violation(`${box.name} is not ${wish.homeAgent}`);
        return this.#bound(box, wish.homeAddress, wish.careOfAddress);
      case 'visitorTunnel':
        return this.#homeAgentUsed(box, wish.homeAddress, wish.homeAgent, 'tunnel of a visitor');
      case 'visitorRoute':
      case 'interception': {
        const station = this.#stationOf.get(wish.homeAddress);
        if (station?.mac === wish.mac) return;
        throw new Violation(`${box.name}: packets of ${formatIpv4(wish.homeAddress)} go to ${formatMac(wish.mac)}`);
      }
      default:
        return;
    }
  }

  /** A tunnel leads only where an access point has asked for it, and only because of a message or of what was kept. */
  #bound(box: Box, homeAddress: Ipv4Address, careOfAddress: Ipv4Address): void {
    const message = this.#arrival?.receiver === box ? this.#arrival.message : undefined;
    if (message === undefined) return;
    const asked =
      message.kind === 'registrationRequest' ? this.#asked.get(keyOf(homeAddress, message.identification)) : undefined;
    if (asked?.request.careOfAddress === careOfAddress) return;
    throw new Violation(
      `${box.name}: a tunnel to ${formatIpv4(careOfAddress)} that nobody has asked for, by a ${message.kind}`,
    );
  }

  #noteAsked(request: RegistrationRequest): void {
    const key = keyOf(request.homeAddress, request.identification);
    if (!this.#asked.has(key)) this.#asked.set(key, { request, atMs: this.#world.nowMs });
  }

  /** RFC 5944 §5.7.1: what a home agent accepts becomes later and later. */
  #noteAccepted(box: Box, homeAddress: Ipv4Address, identification: bigint): void {
    if (this.#stationOf.get(homeAddress)?.home.number !== box.plan.site.number) {
      throw new Violation(`${box.name} answers for ${formatIpv4(homeAddress)}, which is not at home there`);
    }
    // By nonces, what a reply has is the next one, and none is later than another.
    if (this.#world.plan.replayProtection === 'nonce') return;
    const before = this.#accepted.get(homeAddress);
    if (before !== undefined && !isLater(identification, before)) {
      throw new Violation(`${box.name} accepts an earlier registration of ${formatIpv4(homeAddress)} than the last`);
    }
    this.#accepted.set(homeAddress, identification);
  }
}

function keyOf(homeAddress: Ipv4Address, identification: bigint): string {
  return `${homeAddress} ${identification}`;
}

function decoded(octets: Uint8Array): MobileIpMessage | undefined {
  try {
    return decodeMobileIpMessage(octets);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return undefined;
  }
}

// The simulator: boxes, radios, links and a clock that jumps from one event to the next. It is another host for our roles,
// which exchange real octets. Nothing in it is decided by anything but the seed and the order of calls.

import { contains, type Ipv4Address, isGroupMac, type MacAddress } from '../../src/octets/address.ts';
import { Deadlines } from '../../src/roles/deadlines.ts';
import type { Random } from '../../src/roles/role.ts';
import { decodeFrame, encodeUdpFrame } from '../../src/wire/frames.ts';
import { REGISTRATION_PORT } from '../../src/wire/registration.ts';
import { seededRandom } from '../random.ts';
import { Agenda } from './agenda.ts';
import { Backbone, type Carried } from './backbone.ts';
import { Box, type News, type RegistrationSent } from './box.ts';
import { boxesOf, configurationOf, type Plan, sharedConfiguration, stationAddress } from './plan.ts';
import { type Place, Station } from './station.ts';

/** Whoever watches a world: each may say that something must not be, by an exception. */
export type Watcher = {
  told?(box: Box, news: News): void;
  /** A datagram was given to the backbone. */
  sent?(carried: Carried): void;
  /** It is about to be handed to a box, and has been. */
  arriving?(carried: Carried, receiver: Box): void;
  arrived?(carried: Carried, receiver: Box): void;
  linkFrame?(box: Box, octets: Uint8Array): void;
  associated?(station: Station): void;
  stepped?(): void;
};

export type Roam = {
  /** From the association until hostapd has told the access point. */
  readonly attachAfterMs: number;
  /** Until the old access point has heard that the station has gone. */
  readonly detachAfterMs: number;
};

const USUAL_ROAM: Roam = { attachAfterMs: 1, detachAfterMs: 100 };
const BACKBONE_INDEX = 3;
const LINK_DELAY_MS = 1;
const STATION_ANSWERS_AFTER_MS = 2;
/** So many alarms of one box at the same time mean that it does not get on. */
const MOST_ALARMS_AT_ONCE = 50;

export class World {
  readonly plan: Plan;
  readonly boxes: readonly Box[];
  readonly stations: readonly Station[];
  readonly backbone: Backbone;
  readonly random: Random;
  /** Of the frames between a station and its access point, and on a site's wire, this share is lost. */
  radioLossShare = 0;
  linkLossShare = 0;
  steps = 0;
  readonly #agenda = new Agenda();
  readonly #alarms = new Deadlines<Box>();
  readonly #boxOf = new Map<number, Box>();
  readonly #boxesOfSite = new Map<number, Box[]>();
  readonly #stationOf = new Map<MacAddress, Station>();
  readonly #stationWith = new Map<Ipv4Address, Station>();
  readonly #watchers: Watcher[] = [];
  #nowMs = 0;
  #alarmsAtOnce = 0;

  constructor(plan: Plan, seed: number) {
    this.plan = plan;
    this.random = seededRandom(seed);
    const shared = sharedConfiguration(plan);
    this.boxes = boxesOf(plan).map((box, index) => {
      return new Box(box, configurationOf(box, shared), this.#surroundings(), seededRandom(seed * 1009 + index + 1));
    });
    for (const box of this.boxes) {
      for (const address of box.addresses) this.#boxOf.set(address, box);
      const { number } = box.plan.site;
      this.#boxesOfSite.set(number, [...(this.#boxesOfSite.get(number) ?? []), box]);
    }
    this.stations = Array.from({ length: plan.stations }, (_, number) => {
      return new Station(`station${number + 1}`, stationAddress(number, plan.sites.length));
    });
    for (const station of this.stations) {
      this.#stationOf.set(station.mac, station);
      this.#stationWith.set(station.address, station);
    }
    this.backbone = new Backbone({
      random: this.random,
      nowMs: () => this.#nowMs,
      after: (delayMs, happen) => this.after(delayMs, happen),
      boxOf: (address) => this.#boxOf.get(address),
      delivered: (carried, receiver) => this.#delivered(carried, receiver),
    });
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  box(name: string): Box {
    const box = this.boxes.find((candidate) => candidate.name === name);
    if (box === undefined) throw new Error(`there is no box ${name}: there are ${this.boxes.map((each) => each.name)}`);
    return box;
  }

  boxOf(address: Ipv4Address): Box | undefined {
    return this.#boxOf.get(address);
  }

  boxesOfSite(number: number): readonly Box[] {
    return this.#boxesOfSite.get(number) ?? [];
  }

  /** The router of a site: its agents. */
  routerOf(number: number): Box {
    const [router] = this.boxesOfSite(number);
    if (router === undefined) throw new Error(`there is no site ${number}`);
    return router;
  }

  after(delayMs: number, happen: () => void): void {
    this.#agenda.add(this.#nowMs + delayMs, happen);
  }

  /** Lets time pass, with all that happens meanwhile. */
  wait(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const alarmAtMs = this.#alarms.earliest() ?? Number.POSITIVE_INFINITY;
      const eventAtMs = this.#agenda.nextAtMs() ?? Number.POSITIVE_INFINITY;
      const atMs = Math.min(alarmAtMs, eventAtMs);
      if (atMs > endMs) break;
      if (atMs > this.#nowMs) this.#alarmsAtOnce = 0;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      if (eventAtMs <= alarmAtMs) this.#agenda.take()?.();
      else this.#alarm();
      this.steps += 1;
      for (const watcher of this.#watchers) watcher.stepped?.();
    }
    this.#nowMs = endMs;
  }

  /** A station associates with an access point, and so leaves the one that it was with. */
  associate(station: Station, place: Place, roam: Roam = USUAL_ROAM): void {
    this.leave(station, roam.detachAfterMs);
    station.place = place;
    station.visits += 1;
    const { visits } = station;
    for (const watcher of this.#watchers) watcher.associated?.(station);
    this.after(roam.attachAfterMs, () => {
      if (station.visits === visits) place.box.stationAttached(station.mac, place.interfaceName);
    });
  }

  /** A station goes; its access point hears of it later. */
  leave(station: Station, detachAfterMs: number): void {
    const { place } = station;
    if (place === undefined) return;
    station.place = undefined;
    station.visits += 1;
    this.after(detachAfterMs, () => {
      const isBack = station.place?.box === place.box && station.place.interfaceName === place.interfaceName;
      if (!isBack) place.box.stationDetached(station.mac, place.interfaceName);
    });
  }

  /** A machine fails, and its stations find themselves without a network. */
  fail(box: Box): void {
    for (const station of this.stations) {
      if (station.place?.box !== box) continue;
      station.place = undefined;
      station.visits += 1;
    }
    box.fail();
  }

  /** A station says something, if it is anywhere. */
  speak(station: Station, octets: Uint8Array): void {
    const { place } = station;
    if (place === undefined || this.random() < this.radioLossShare) return;
    place.box.stationFrameReceived(place.interfaceName, octets);
  }

  #surroundings() {
    return {
      nowMs: () => this.#nowMs,
      datagramSent: (box: Box, message: RegistrationSent) => this.#datagramSent(box, message),
      linkFrameSent: (box: Box, octets: Uint8Array) => this.#linkFrameSent(box, octets),
      stationFrameSent: (box: Box, interfaceName: string, octets: Uint8Array) =>
        this.#stationFrameSent({ box, interfaceName }, octets),
      told: (box: Box, news: News) => {
        for (const watcher of this.#watchers) watcher.told?.(box, news);
      },
      alarmMoved: (box: Box) => {
        const atMs = box.alarmAtMs();
        if (atMs === undefined) this.#alarms.clear(box);
        else this.#alarms.set(box, atMs);
      },
    };
  }

  #alarm(): void {
    const box = this.#alarms.takeDue(this.#nowMs);
    this.#alarmsAtOnce += 1;
    if (this.#alarmsAtOnce > MOST_ALARMS_AT_ONCE + this.boxes.length) {
      throw new Error(`${box?.name} asks to be woken again and again at ${this.#nowMs} ms`);
    }
    box?.alarm();
  }

  #datagramSent(box: Box, message: RegistrationSent): void {
    const station = this.#stationWith.get(message.destination);
    if (station !== undefined && contains(box.plan.site.network, station.address)) {
      return this.#linkFrameSent(box, datagramFrame(box, station, message));
    }
    const carried = this.backbone.send(box, message);
    for (const watcher of this.#watchers) watcher.sent?.(carried);
  }

  #delivered(carried: Carried, receiver: Box): void {
    for (const watcher of this.#watchers) watcher.arriving?.(carried, receiver);
    const { octets, source, destination } = carried.message;
    receiver.datagramReceived({
      octets: octets.slice(),
      sourceAddress: source,
      sourcePort: REGISTRATION_PORT,
      destinationAddress: destination,
      interfaceIndex: BACKBONE_INDEX,
      timeToLive: 63,
    });
    carried.deliveries += 1;
    for (const watcher of this.#watchers) watcher.arrived?.(carried, receiver);
  }

  /** On the wire of a site the others hear what is for them, for all, or for a station behind them. */
  #linkFrameSent(sender: Box, octets: Uint8Array): void {
    for (const watcher of this.#watchers) watcher.linkFrame?.(sender, octets);
    const { destination } = decodeFrame(octets);
    const others = this.boxesOfSite(sender.plan.site.number).filter((box) => box !== sender);
    for (const box of others.filter((other) => this.#hears(other, destination))) {
      if (this.random() < this.linkLossShare) continue;
      this.after(LINK_DELAY_MS, () => box.linkFrameReceived(octets.slice()));
    }
  }

  #hears(box: Box, destination: MacAddress): boolean {
    if (isGroupMac(destination) || destination === box.mac) return true;
    const station = this.#stationOf.get(destination);
    if (station === undefined) return false;
    // A switch that has not learned where a station is sends to all.
    return station.place === undefined || station.place.box === box;
  }

  #stationFrameSent({ box, interfaceName }: Place, octets: Uint8Array): void {
    const station = this.#stationOf.get(decodeFrame(octets).destination);
    if (station?.place?.box !== box || station.place.interfaceName !== interfaceName) return;
    if (this.random() < this.radioLossShare) return;
    const answer = station.answerTo(octets);
    if (answer !== undefined) this.after(STATION_ANSWERS_AFTER_MS, () => this.speak(station, answer));
  }
}

/** What the kernel makes of a datagram for somebody on the wire. */
function datagramFrame(box: Box, station: Station, message: RegistrationSent): Uint8Array {
  const { source, destination, destinationPort, octets } = message;
  return encodeUdpFrame({
    destinationMac: station.mac,
    sourceMac: box.mac,
    ...{ source, destination, destinationPort, octets },
    sourcePort: REGISTRATION_PORT,
    timeToLive: 64,
  });
}

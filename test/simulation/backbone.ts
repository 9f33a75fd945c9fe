// What lies between the sites: it carries datagrams, and may lose, delay, double and reorder them, or be cut.

import type { Random } from '../../src/roles/role.ts';
import type { Box, RegistrationSent } from './box.ts';

export type Weather = {
  readonly lossShare: number;
  readonly doublingShare: number;
  readonly delayMs: number;
  /** Each message is late by up to this: later ones overtake it. */
  readonly jitterMs: number;
  /** Some are very late. */
  readonly lateShare: number;
  readonly lateMs: number;
};

export const FAIR_WEATHER: Weather = {
  lossShare: 0,
  doublingShare: 0,
  delayMs: 5,
  jitterMs: 0,
  lateShare: 0,
  lateMs: 0,
};

/** UDP over IPv4. */
const HEADERS_OCTETS = 28;

/** A message on its way, or on record. */
export type Carried = {
  readonly message: RegistrationSent;
  readonly from: Box;
  readonly sentAtMs: number;
  /** Not what the sender wrote. */
  readonly isForged: boolean;
  /** How often it has come to its destination. */
  deliveries: number;
};

/** What the backbone asks of the world. */
export type BackboneWorld = {
  readonly random: Random;
  nowMs(): number;
  after(delayMs: number, happen: () => void): void;
  boxOf(address: number): Box | undefined;
  delivered(carried: Carried, receiver: Box): void;
};

export class Backbone {
  weather: Weather = FAIR_WEATHER;
  /** After how long each copy of a message arrives; nothing is lost unless this says so. Undefined: as the weather is. */
  fate: ((from: Box, message: RegistrationSent) => readonly number[] | undefined) | undefined;
  messages = 0;
  octets = 0;
  readonly #world: BackboneWorld;
  /** Sites that do not reach each other, as 'a b' with a < b. */
  readonly #cuts = new Set<string>();

  constructor(world: BackboneWorld) {
    this.#world = world;
  }

  cut(site: number, other: number): void {
    this.#cuts.add(pair(site, other));
  }

  mend(site: number, other: number): void {
    this.#cuts.delete(pair(site, other));
  }

  mendAll(): void {
    this.#cuts.clear();
  }

  isCut(from: Box, to: Box): boolean {
    return this.#cuts.has(pair(from.plan.site.number, to.plan.site.number));
  }

  send(from: Box, message: RegistrationSent): Carried {
    const carried: Carried = { message, from, sentAtMs: this.#world.nowMs(), isForged: false, deliveries: 0 };
    if (from.addresses.includes(message.destination)) {
      this.#world.after(0, () => this.deliver(carried));
      return carried;
    }
    this.messages += 1;
    this.octets += message.octets.length + HEADERS_OCTETS;
    for (const delayMs of this.fate?.(from, message) ?? this.#fateByWeather()) {
      this.#world.after(delayMs, () => this.deliver(carried));
    }
    return carried;
  }

  /** It arrives, or comes once more from whoever has recorded it. */
  deliver(carried: Carried): void {
    const { message, from } = carried;
    const receiver = this.#world.boxOf(message.destination);
    if (receiver === undefined || this.isCut(from, receiver)) return;
    if (!receiver.isRunning) {
      // The machine is there, the socket is not.
      if (receiver.isUp) this.#world.after(this.weather.delayMs, () => from.unreachable(message.destination, 3));
      return;
    }
    this.#world.delivered(carried, receiver);
  }

  #fateByWeather(): number[] {
    const { random } = this.#world;
    const copies = random() < this.weather.doublingShare ? 2 : 1;
    const delaysMs: number[] = [];
    for (let copy = 0; copy < copies; copy++) {
      const isLost = random() < this.weather.lossShare;
      const delayMs = this.#delayMs();
      if (!isLost) delaysMs.push(delayMs);
    }
    return delaysMs;
  }

  #delayMs(): number {
    const { random } = this.#world;
    const { delayMs, jitterMs, lateShare, lateMs } = this.weather;
    const late = random() < lateShare ? random() * lateMs : 0;
    return Math.round(delayMs + random() * jitterMs + late);
  }
}

function pair(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

// What goes wrong in a simulated world: drawn from the seed, in number, kind and time. And the end of it.

import { type Carried, FAIR_WEATHER, type Weather } from './backbone.ts';
import type { Box } from './box.ts';
import type { Draw } from './draw.ts';
import type { Invariants } from './invariants.ts';
import { type Plan, RADIOS, type SitePlan } from './plan.ts';
import type { Place, Station } from './station.ts';
import type { Roam, World } from './world.ts';

/** How often, on average: undefined is never. */
type Often = number | undefined;

export type Troubles = {
  readonly forMs: number;
  readonly weather: Weather;
  readonly radioLossShare: number;
  readonly linkLossShare: number;
  readonly roamEveryMs: number;
  readonly cutEveryMs: Often;
  readonly killEveryMs: Often;
  readonly failEveryMs: Often;
  readonly stopEveryMs: Often;
  readonly clockStepEveryMs: Often;
  readonly replayEveryMs: Often;
  readonly forgeEveryMs: Often;
  /** Otherwise the clocks stay as wrong as they are. */
  readonly areClocksSetRight: boolean;
};

/** hostapd asks a station that says nothing for so long whether it is there. */
const INACTIVITY_MS = 300_000;
/** A machine that is switched on; what was asked for before is then older than clocks are wrong by what messages take. */
const BOOT_MS = 5000;
const MOST_RECORDED = 300;
const DAY_MS = 86_400_000;

/** A campus small enough for thousands of them. */
export function drawPlan(draw: Draw): Plan {
  const sites = Array.from({ length: draw.between(2, 4) }, (): SitePlan => {
    const hasRouterRadio = draw.chance(0.7);
    return { hasRouterRadio, accessPoints: hasRouterRadio ? draw.oneOf([0, 0, 0, 1, 2]) : draw.between(1, 2) };
  });
  return {
    sites,
    stations: draw.between(1, 6),
    lifetimeSeconds: draw.oneOf([20, 60, 120, 300]),
    encapsulation: draw.oneOf(['ipip', 'gre']),
    reverseTunneling: draw.oneOf(['never', 'whereOffered', 'always']),
    isRevocationServed: draw.chance(0.5),
    advertisementIntervalSeconds: 10,
  };
}

export function drawTroubles(draw: Draw): Troubles {
  const often = (leastMs: number, mostMs: number) => (draw.chance(0.5) ? draw.between(leastMs, mostMs) : undefined);
  const share = (most: number) => (draw.chance(0.5) ? draw.random() * most : 0);
  return {
    forMs: draw.between(60_000, 400_000),
    weather: {
      lossShare: share(0.4),
      doublingShare: share(0.3),
      delayMs: draw.between(1, 40),
      jitterMs: draw.oneOf([0, 10, 200, 1500]),
      lateShare: share(0.2),
      lateMs: draw.oneOf([1000, 5000, 20_000]),
    },
    radioLossShare: share(0.2),
    linkLossShare: share(0.3),
    roamEveryMs: draw.oneOf([3000, 10_000, 30_000, 90_000]),
    cutEveryMs: often(10_000, 60_000),
    killEveryMs: often(10_000, 100_000),
    failEveryMs: often(20_000, 200_000),
    stopEveryMs: often(20_000, 200_000),
    clockStepEveryMs: often(10_000, 100_000),
    replayEveryMs: often(200, 5000),
    forgeEveryMs: often(500, 5000),
    areClocksSetRight: draw.chance(0.5),
  };
}

export class Chaos {
  readonly #world: World;
  readonly #draw: Draw;
  readonly #troubles: Troubles;
  readonly #invariants: Invariants;
  readonly #recorded: Carried[] = [];
  #isOver = false;
  /** A home agent has lost what it knew: it learns of a visitor when that is renewed. */
  areBindingsLost = false;

  constructor(world: World, draw: Draw, troubles: Troubles, invariants: Invariants) {
    this.#world = world;
    this.#draw = draw;
    this.#troubles = troubles;
    this.#invariants = invariants;
    world.watch({ sent: (carried) => this.#record(carried) });
  }

  begin(): void {
    const { weather, radioLossShare, linkLossShare } = this.#troubles;
    const { cutEveryMs, killEveryMs, failEveryMs, stopEveryMs, clockStepEveryMs } = this.#troubles;
    this.#world.backbone.weather = weather;
    this.#world.radioLossShare = radioLossShare;
    this.#world.linkLossShare = linkLossShare;
    for (const box of this.#world.boxes) {
      // As well as clocks are set by NTP, usually.
      box.setClock(this.#draw.between(-200, 200));
      box.start();
    }
    for (const station of this.#world.stations) {
      this.#roamNow(station);
      this.#repeat(this.#troubles.roamEveryMs, () => this.#roamNow(station));
      this.#talk(station);
    }
    this.#repeat(cutEveryMs, () => this.#cut());
    this.#repeat(killEveryMs, () => this.#end(this.#someBox(), (box) => box.kill()));
    this.#repeat(failEveryMs, () => this.#fail());
    this.#repeat(stopEveryMs, () => this.#end(this.#someBox(), (box) => box.stop()));
    this.#repeat(clockStepEveryMs, () => this.#stepClock());
    this.#repeat(this.#troubles.replayEveryMs, () => this.#replay());
    this.#repeat(this.#troubles.forgeEveryMs, () => this.#forge());
  }

  /** Nothing fails any more; whoever was outside is back, or stays away for good. */
  heal(): void {
    this.#isOver = true;
    const { backbone, boxes, stations } = this.#world;
    backbone.weather = FAIR_WEATHER;
    backbone.mendAll();
    this.#world.radioLossShare = 0;
    this.#world.linkLossShare = 0;
    for (const box of boxes) {
      if (this.#troubles.areClocksSetRight && box.clockErrorMs !== 0) this.#setClock(box, 0);
      box.start();
    }
    for (const station of stations) {
      if (station.place === undefined && this.#draw.chance(0.8)) this.#associate(station, this.#somePlace());
    }
  }

  #repeat(averageMs: Often, act: () => void): void {
    if (averageMs === undefined) return;
    this.#world.after(this.#draw.waitMs(averageMs), () => {
      if (this.#isOver) return;
      act();
      this.#repeat(averageMs, act);
    });
  }

  #roamNow(station: Station): void {
    if (station.place !== undefined && this.#draw.chance(0.1))
      return this.#world.leave(station, this.#roam().detachAfterMs);
    this.#associate(station, this.#somePlace());
    // Some change their mind at once.
    if (!this.#draw.chance(0.2)) return;
    this.#world.after(this.#draw.between(1, 2000), () => {
      if (!this.#isOver) this.#associate(station, this.#somePlace());
    });
  }

  #associate(station: Station, place: Place): void {
    if (!place.box.isUp) return;
    this.#world.associate(station, place, this.#roam());
    this.#world.after(this.#draw.between(0, 300), () => this.#say(station));
  }

  #roam(): Roam {
    const { between, oneOf } = {
      between: this.#draw.between.bind(this.#draw),
      oneOf: this.#draw.oneOf.bind(this.#draw),
    };
    return {
      attachAfterMs: between(0, 200),
      detachAfterMs: oneOf([0, between(0, 300), between(0, 8000), INACTIVITY_MS]),
    };
  }

  /** A station says something every few seconds, for ever. */
  #talk(station: Station): void {
    this.#world.after(this.#draw.waitMs(8000), () => {
      this.#say(station);
      this.#talk(station);
    });
  }

  #say(station: Station): void {
    this.#world.speak(station, this.#draw.chance(0.5) ? station.askForGateway() : station.packet());
  }

  #somePlace(): Place {
    return {
      box: this.#draw.oneOf(this.#world.boxes.filter(({ plan }) => plan.hasRadio)),
      interfaceName: this.#draw.oneOf(RADIOS),
    };
  }

  #someBox(): Box {
    return this.#draw.oneOf(this.#world.boxes);
  }

  #cut(): void {
    const { backbone } = this.#world;
    const sites = this.#world.plan.sites.map((_, index) => index + 1);
    const inside = sites.filter(() => this.#draw.chance(0.5));
    const outside = sites.filter((site) => !inside.includes(site));
    for (const site of inside) for (const other of outside) backbone.cut(site, other);
    this.#world.after(this.#draw.waitMs(20_000), () => {
      for (const site of inside) for (const other of outside) backbone.mend(site, other);
    });
  }

  #end(box: Box, end: (box: Box) => void): void {
    this.areBindingsLost ||= box.isRouter;
    end(box);
    this.#world.after(1000 + this.#draw.waitMs(8000), () => {
      if (box.isUp) box.start();
    });
  }

  #fail(): void {
    const box = this.#someBox();
    this.areBindingsLost ||= box.isRouter;
    this.#world.fail(box);
    this.#world.after(BOOT_MS + this.#draw.waitMs(30_000), () => box.start());
  }

  #stepClock(): void {
    const { between, oneOf } = {
      between: this.#draw.between.bind(this.#draw),
      oneOf: this.#draw.oneOf.bind(this.#draw),
    };
    this.#setClock(
      this.#someBox(),
      oneOf([0, between(-3000, 3000), between(-60_000, 60_000), between(-DAY_MS, DAY_MS), -40 * 365 * DAY_MS]),
    );
  }

  #setClock(box: Box, clockErrorMs: number): void {
    if (clockErrorMs < box.clockErrorMs) this.#invariants.clockSetBack(box);
    box.setClock(clockErrorMs);
  }

  #record(carried: Carried): void {
    if (carried.isForged) return;
    this.#recorded.push(carried);
    if (this.#recorded.length > MOST_RECORDED) this.#recorded.splice(0, MOST_RECORDED / 2);
  }

  /** Somebody has heard a message and sends it once more. */
  #replay(): void {
    if (this.#recorded.length > 0) this.#world.backbone.deliver(this.#draw.oneOf(this.#recorded));
  }

  /** Somebody changes an octet of a message to a home agent. */
  #forge(): void {
    const requests = this.#recorded.filter(({ message }) => message.octets[0] === 1);
    if (requests.length === 0) return;
    const { message, from, sentAtMs } = this.#draw.oneOf(requests);
    const octets = message.octets.slice();
    const position = this.#draw.between(0, octets.length - 1);
    octets[position] = (octets[position] ?? 0) ^ (1 << this.#draw.between(0, 7));
    this.#world.backbone.deliver({ message: { ...message, octets }, from, sentAtMs, isForged: true, deliveries: 0 });
  }
}

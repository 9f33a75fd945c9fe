// The Subnet Map Exchange from one seed: access points that come, go and change their minds, authoritative ones that lose
// their memory, stations that roam, a network that fails; then healing, and convergence.

import type { MacAddress } from '../../src/octets/address.ts';
import { seededRandom } from '../random.ts';
import { FAIR_WEATHER, type Weather } from './backbone.ts';
import { Draw } from './draw.ts';
import { Violation } from './invariants.ts';
import { MapInvariants, unsettledMaps } from './map-invariants.ts';
import { MapTranscript } from './map-transcript.ts';
import { type MapBox, MapWorld } from './map-world.ts';
import { siteOf, stationAddress } from './plan.ts';

export type MapTroubles = {
  readonly boxes: number;
  readonly authorities: number;
  readonly stations: number;
  readonly forMs: number;
  readonly weather: Weather;
  readonly changeEveryMs: number;
  readonly roamEveryMs: number | undefined;
  readonly failEveryMs: number | undefined;
  readonly cutEveryMs: number | undefined;
  readonly clockStepEveryMs: number | undefined;
  readonly replayEveryMs: number | undefined;
  readonly mayStayAway: boolean;
};

export type MapOutcome = {
  readonly steps: number;
  readonly changes: number;
  readonly messages: number;
  readonly octets: number;
  readonly hints: number;
  readonly convergedAfterMs: number;
  readonly simulatedMs: number;
};

/** Reports and comparisons come twice a minute, calls after half a minute at the latest, and not all at once. */
const CONVERGED_WITHIN_MS = 240_000;
/** What authoritative access points have forgotten is kept for an hour by who got it from them. */
const FORGOTTEN_WITHIN_MS = 4_500_000;
const LOOK_EVERY_MS = 1000;
const PEACE_MS = 120_000;
const DAY_MS = 86_400_000;

/** `say`: who wants to read what happens to the boxes, and what they learn. */
export function runMap(seed: number, say?: (line: string) => void): MapOutcome {
  const draw = new Draw(seededRandom(seed + 0x4d4150));
  const troubles = drawMapTroubles(draw);
  say?.(JSON.stringify(troubles));
  return runMapTroubles(seed, troubles, draw, say);
}

function drawMapTroubles(draw: Draw): MapTroubles {
  const often = (leastMs: number, mostMs: number) => (draw.chance(0.6) ? draw.between(leastMs, mostMs) : undefined);
  const share = (most: number) => (draw.chance(0.5) ? draw.random() * most : 0);
  const authorities = draw.between(1, 3);
  return {
    boxes: authorities + draw.between(1, 5),
    authorities,
    stations: draw.between(0, 6),
    forMs: draw.between(60_000, 400_000),
    weather: {
      lossShare: share(0.4),
      doublingShare: share(0.3),
      delayMs: draw.between(1, 40),
      jitterMs: draw.oneOf([0, 10, 200, 1500]),
      lateShare: share(0.2),
      lateMs: draw.oneOf([1000, 5000, 20_000]),
    },
    changeEveryMs: draw.between(5000, 60_000),
    roamEveryMs: often(2000, 30_000),
    failEveryMs: often(10_000, 100_000),
    cutEveryMs: often(10_000, 100_000),
    clockStepEveryMs: often(10_000, 100_000),
    replayEveryMs: often(100, 3000),
    mayStayAway: draw.chance(0.2),
  };
}

export function runMapTroubles(
  seed: number,
  troubles: MapTroubles,
  draw: Draw,
  say?: (line: string) => void,
): MapOutcome {
  const world = new MapWorld(troubles.boxes, troubles.authorities, seed);
  const invariants = new MapInvariants(world);
  if (say !== undefined) world.watch(new MapTranscript(world, say));
  world.watch(invariants);
  const chaos = new MapChaos(world, draw, troubles, invariants);
  chaos.begin();
  world.wait(troubles.forMs);
  const isSomebodyAway = chaos.heal();
  const { messages, octets } = world;
  const healedAtMs = world.nowMs;
  // Who has lost its memory with a clock that was set back is not believed by who has heard it before.
  const isOldNews = troubles.failEveryMs !== undefined && troubles.clockStepEveryMs !== undefined;
  const withinMs = isSomebodyAway || isOldNews ? FORGOTTEN_WITHIN_MS : CONVERGED_WITHIN_MS;
  for (let complaints = unsettledMaps(world); complaints.length > 0; complaints = unsettledMaps(world)) {
    const tookMs = world.nowMs - healedAtMs;
    if (tookMs >= withinMs)
      throw new Violation(`map, ${tookMs / 1000} s after healing: ${complaints.slice(0, 4).join('; ')}`);
    world.wait(LOOK_EVERY_MS);
  }
  const convergedAfterMs = world.nowMs - healedAtMs;
  for (let waitedMs = 0; waitedMs < PEACE_MS; waitedMs += LOOK_EVERY_MS) {
    world.wait(LOOK_EVERY_MS);
    const complaints = unsettledMaps(world);
    if (complaints.length > 0) throw new Violation(`map, in peace: ${complaints.slice(0, 4).join('; ')}`);
  }
  const { changes } = chaos;
  const { steps, nowMs: simulatedMs } = world;
  return { steps, changes, messages, octets, hints: invariants.hints, convergedAfterMs, simulatedMs };
}

export class MapChaos {
  changes = 0;
  readonly #world: MapWorld;
  readonly #draw: Draw;
  readonly #troubles: MapTroubles;
  readonly #invariants: MapInvariants;
  readonly #places = new Map<MacAddress, MapBox>();
  #isOver = false;

  constructor(world: MapWorld, draw: Draw, troubles: MapTroubles, invariants: MapInvariants) {
    this.#world = world;
    this.#draw = draw;
    this.#troubles = troubles;
    this.#invariants = invariants;
  }

  begin(): void {
    const { weather, changeEveryMs, roamEveryMs, failEveryMs, cutEveryMs, stations } = this.#troubles;
    const { clockStepEveryMs, replayEveryMs } = this.#troubles;
    this.#world.weather = weather;
    this.#world.isRecording = replayEveryMs !== undefined;
    for (const box of this.#world.boxes) {
      box.clockErrorMs = this.#draw.between(-200, 200);
      this.#world.after(this.#draw.between(0, 3000), () => box.start(false));
    }
    this.#repeat(changeEveryMs, () => this.#change());
    this.#repeat(failEveryMs, () => this.#fail());
    this.#repeat(cutEveryMs, () => this.#cut());
    this.#repeat(clockStepEveryMs, () => this.#stepClock());
    this.#repeat(replayEveryMs, () => this.#replay());
    for (let number = 0; number < stations; number++) this.#repeat(roamEveryMs, () => this.#roam(number));
  }

  /** Whether somebody has gone for good. */
  heal(): boolean {
    this.#isOver = true;
    this.#world.weather = FAIR_WEATHER;
    this.#world.cuts.clear();
    let isSomebodyAway = false;
    for (const box of this.#world.boxes) {
      if (box.isRunning) continue;
      const staysAway = this.#troubles.mayStayAway && !box.isAuthority;
      if (staysAway) isSomebodyAway = true;
      else box.start(true);
    }
    return isSomebodyAway;
  }

  #repeat(averageMs: number | undefined, act: () => void): void {
    if (averageMs === undefined) return;
    this.#world.after(this.#draw.waitMs(averageMs), () => {
      if (this.#isOver) return;
      act();
      this.#repeat(averageMs, act);
    });
  }

  /** A home agent comes, goes, or gets another address. */
  #change(): void {
    const box = this.#draw.oneOf(this.#world.boxes);
    const { routerAddress, backboneAddress } = siteOf(box.number);
    box.claims = this.#draw.oneOf([[], [box.usualClaim(routerAddress)], [box.usualClaim(backboneAddress)]]);
    this.#invariants.claims(box);
    this.changes += 1;
    if (box.isRunning) box.configure();
  }

  #fail(): void {
    const box = this.#draw.oneOf(this.#world.boxes);
    box.stop();
    for (const [mac, place] of this.#places) if (place === box) this.#places.delete(mac);
    const remembers = this.#draw.chance(0.5);
    this.#world.after(this.#draw.waitMs(40_000), () => {
      if (!this.#isOver) box.start(remembers);
    });
  }

  #cut(): void {
    const { boxes, cuts } = this.#world;
    const inside = boxes.filter(() => this.#draw.chance(0.5));
    const outside = boxes.filter((box) => !inside.includes(box));
    const keys = inside.flatMap((box) => outside.map((other) => `${box.number} ${other.number}`));
    for (const key of keys) cuts.add(key);
    this.#world.after(this.#draw.waitMs(30_000), () => {
      for (const key of keys) cuts.delete(key);
    });
  }

  #stepClock(): void {
    const error = this.#draw.oneOf([3000, 60_000, DAY_MS, 365 * DAY_MS]);
    this.#draw.oneOf(this.#world.boxes).clockErrorMs = this.#draw.between(-error, error);
  }

  #replay(): void {
    const { recorded } = this.#world;
    if (recorded.length > 0) this.#world.deliver(this.#draw.oneOf(recorded));
  }

  #roam(number: number): void {
    const { home, address, mac } = stationAddress(number, this.#world.boxes.length);
    const before = this.#places.get(mac);
    const after = this.#draw.oneOf(this.#world.boxes);
    if (!after.isRunning) return;
    this.#invariants.stationHas(mac, address);
    this.#places.set(mac, after);
    // Not every access point hears that a station leaves.
    if (before !== undefined && before !== after && this.#draw.chance(0.5)) before.hear({ kind: 'stationLeft', mac });
    after.hear({ kind: 'stationAttached', mac });
    const gatewayMac = home.routerMac;
    this.#world.after(this.#draw.between(0, 500), () => {
      if (this.#places.get(mac) === after)
        after.hear({ kind: 'stationIdentified', mac, homeAddress: address, gatewayMac });
    });
  }
}

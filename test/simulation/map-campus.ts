// The Subnet Map Exchange of a campus as large as they come: what a change costs and how soon everybody knows of it, in calm
// and for several sizes; then faults, with five thousand stations roaming, and convergence.

import type { MacAddress } from '../../src/octets/address.ts';
import { seededRandom } from '../random.ts';
import { FAIR_WEATHER } from './backbone.ts';
import { Draw } from './draw.ts';
import { Violation } from './invariants.ts';
import { MapInvariants, unsettledMaps } from './map-invariants.ts';
import { type MapOutcome, type MapTroubles, runMapTroubles } from './map-run.ts';
import { type MapBox, MapWorld } from './map-world.ts';
import { siteOf } from './plan.ts';

const AUTHORITIES = 3;
const DELAY_MS = 10;
const ROUND_TRIP_MS = 2 * DELAY_MS;
const SIZES = [250, 500, 1000];
const CHANGES = 5;
const SETTLES_WITHIN_MS = 120_000;
const KNOWN_WITHIN_MS = 5000;
/** DESIGN: a change is known everywhere within that. */
const MOST_ROUND_TRIPS = 2;

/** Somebody fails every two seconds, somebody's home agent changes every second, the network is cut every fifteen. */
const TROUBLES: MapTroubles = {
  boxes: 1000,
  authorities: AUTHORITIES,
  stations: 5000,
  forMs: 60_000,
  weather: { lossShare: 0.02, doublingShare: 0.01, delayMs: 10, jitterMs: 20, lateShare: 0.01, lateMs: 3000 },
  changeEveryMs: 1000,
  roamEveryMs: 60_000,
  failEveryMs: 2000,
  cutEveryMs: 15_000,
  clockStepEveryMs: 2000,
  replayEveryMs: 100,
  mayStayAway: false,
};

export type Cost = {
  readonly boxes: number;
  readonly octets: number;
  readonly messages: number;
  readonly roundTrips: number;
};

export function runMapCampus(seed: number, say: (line: string) => void): MapOutcome {
  for (const boxes of SIZES) {
    const { octets, messages, roundTrips } = costOfChange(boxes, seed);
    say(
      `map of ${boxes} access points: a change takes ${messages} messages, ${octets} octets ` +
        `(${(octets / boxes).toFixed(0)} an access point), and is known everywhere after ${roundTrips.toFixed(1)} round trips`,
    );
    if (roundTrips > MOST_ROUND_TRIPS) throw new Violation(`a change needs ${roundTrips} round trips`);
  }
  return runMapTroubles(seed, TROUBLES, new Draw(seededRandom(seed)));
}

/** On average over a few changes in calm; the time is that of the slowest. */
export function costOfChange(boxes: number, seed: number): Cost {
  const { world, invariants } = settledWorld(boxes, seed);
  const draw = new Draw(seededRandom(seed));
  let octets = 0;
  let messages = 0;
  let slowestMs = 0;
  for (let count = 0; count < CHANGES; count++) {
    const box = draw.oneOf(world.boxes);
    box.claims = [box.usualClaim(siteOf(box.number).backboneAddress)];
    invariants.claims(box);
    const cost = known(world, box);
    octets += cost.octets;
    messages += cost.messages;
    slowestMs = Math.max(slowestMs, cost.tookMs);
    box.claims = [box.usualClaim()];
    known(world, box);
  }
  return {
    boxes,
    octets: Math.round(octets / CHANGES),
    messages: Math.round(messages / CHANGES),
    roundTrips: slowestMs / ROUND_TRIP_MS,
  };
}

function settledWorld(boxes: number, seed: number): { world: MapWorld; invariants: MapInvariants } {
  const world = new MapWorld(boxes, AUTHORITIES, seed);
  world.weather = { ...FAIR_WEATHER, delayMs: DELAY_MS };
  const invariants = new MapInvariants(world);
  world.watch(invariants);
  for (const [index, box] of world.boxes.entries()) world.after(index * 3, () => box.start(false));
  do {
    world.wait(5000);
    if (world.nowMs > SETTLES_WITHIN_MS)
      throw new Violation(`not settled: ${unsettledMaps(world).slice(0, 3).join('; ')}`);
  } while (unsettledMaps(world).length > 0);
  return { world, invariants };
}

/** What it takes until all others have what this box says now; reports that say nothing new are not counted. */
function known(world: MapWorld, box: MapBox): { octets: number; messages: number; tookMs: number } {
  const informed = new Set<MacAddress>();
  let knownAtMs = Number.NaN;
  const [wanted] = box.claims;
  const stop = world.watch({
    mapChanged: (other) => {
      const [claim] = other.client.table().get(box.name)?.claims ?? [];
      if (claim?.homeAgents[0] === wanted?.homeAgents[0]) informed.add(other.name);
      if (informed.size === world.boxes.length) knownAtMs = world.nowMs;
    },
  });
  const idle = counted(world, 1000);
  const beganAtMs = world.nowMs;
  const { octets, messages } = world;
  box.configure();
  while (Number.isNaN(knownAtMs)) {
    world.wait(DELAY_MS);
    if (world.nowMs - beganAtMs > KNOWN_WITHIN_MS) throw new Violation(`only ${informed.size} know of a change`);
  }
  // The last acknowledgments, too.
  world.wait(ROUND_TRIP_MS);
  const seconds = (world.nowMs - beganAtMs) / 1000;
  stop();
  return {
    octets: world.octets - octets - idle.octets * seconds,
    messages: world.messages - messages - idle.messages * seconds,
    tookMs: knownAtMs - beganAtMs,
  };
}

function counted(world: MapWorld, ms: number): { octets: number; messages: number } {
  const { octets, messages } = world;
  world.wait(ms);
  return { octets: world.octets - octets, messages: world.messages - messages };
}

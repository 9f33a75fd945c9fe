// One seed from its beginning to its end: faults, healing, convergence, and a while of peace.

import { seededRandom } from '../random.ts';
import { Chaos, drawPlan, drawTroubles, type Troubles } from './chaos.ts';
import { Draw } from './draw.ts';
import { Invariants, Violation } from './invariants.ts';
import type { Plan } from './plan.ts';
import { unanswered, unsettled } from './settlement.ts';
import { Transcript } from './transcript.ts';
import { World } from './world.ts';

export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  readonly roams: number;
  readonly messages: number;
  readonly octets: number;
  /** From the end of the faults until every station is registered where it is. */
  readonly convergedAfterMs: number;
  /** And until nothing is left of where they have been. */
  readonly cleanAfterMs: number;
  readonly simulatedMs: number;
};

/** Refusals are tried again after a minute, and silence after half of it. */
const CONVERGED_WITHIN_MS = 100_000;
const LOOK_EVERY_MS = 500;
const LOOK_AT_REST_EVERY_MS = 5000;
const INACTIVITY_MS = 320_000;
/** So many seeds to one whose campus protects from replay by nonces. */
const NONCES_EACH = 4;

/** `say`: who wants to read all that happens. */
export function run(seed: number, say?: (line: string) => void): Outcome {
  const draw = new Draw(seededRandom(seed));
  const plan: Plan = { ...drawPlan(draw), replayProtection: seed % NONCES_EACH === 0 ? 'nonce' : 'timestamp' };
  return runPlan({ seed, plan, troubles: drawTroubles(draw), draw, say });
}

type Run = {
  readonly seed: number;
  readonly plan: Plan;
  readonly troubles: Troubles;
  readonly draw: Draw;
  readonly say: ((line: string) => void) | undefined;
};

export function runPlan({ seed, plan, troubles, draw, say }: Run): Outcome {
  const world = new World(plan, seed);
  const invariants = new Invariants(world);
  if (say !== undefined) {
    say(JSON.stringify({ plan, troubles }));
    world.watch(new Transcript(world, (line) => say(`${(world.nowMs / 1000).toFixed(3).padStart(8)} ${line}`)));
  }
  world.watch(invariants);
  const chaos = new Chaos(world, draw, troubles, invariants);
  chaos.begin();
  world.wait(troubles.forMs);
  chaos.heal();
  const { messages, octets } = world.backbone;
  const roams = world.stations.reduce((sum, { visits }) => sum + visits, 0);
  const withinMs = CONVERGED_WITHIN_MS + (chaos.areBindingsLost ? plan.lifetimeSeconds * 1000 : 0);
  const convergedAfterMs = waitUntil(world, withinMs, () => [...unsettled(world).missing, ...unanswered(world)]);
  const cleanWithinMs = cleanAfterMs(plan);
  const cleanMs = waitUntil(world, cleanWithinMs, () => Object.values(unsettled(world)).flat());
  const outcome = {
    ...{ seed, roams, messages, octets, convergedAfterMs },
    cleanAfterMs: convergedAfterMs + cleanMs,
    steps: world.steps,
    simulatedMs: world.nowMs,
  };
  rest(world);
  return { ...outcome, steps: world.steps, simulatedMs: world.nowMs };
}

/** hostapd may be as late as that to see that a station has gone; then what it had runs out. */
function cleanAfterMs({ lifetimeSeconds }: Plan): number {
  return INACTIVITY_MS + lifetimeSeconds * 1000;
}

/** How long it took until there was nothing to complain of. */
function waitUntil(world: World, withinMs: number, complaints: () => readonly string[]): number {
  const beganAtMs = world.nowMs;
  for (;;) {
    const left = complaints();
    const tookMs = world.nowMs - beganAtMs;
    if (left.length === 0) return tookMs;
    if (tookMs >= withinMs) throw new Violation(`${tookMs / 1000} s after healing: ${left.slice(0, 5).join('; ')}`);
    world.wait(LOOK_EVERY_MS);
  }
}

/** Nothing fails, nobody moves: nothing changes, though all is renewed. */
function rest(world: World): void {
  const untilMs = world.nowMs + INACTIVITY_MS + world.plan.lifetimeSeconds * 1200;
  while (world.nowMs < untilMs) {
    world.wait(LOOK_AT_REST_EVERY_MS);
    const complaints = Object.values(unsettled(world)).flat();
    if (complaints.length > 0) throw new Violation(`in peace: ${complaints.slice(0, 5).join('; ')}`);
  }
}

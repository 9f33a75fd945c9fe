// A campus as large as they come: a thousand access points that are routers, five thousand stations.

import { seededRandom } from '../random.ts';
import type { Troubles } from './chaos.ts';
import { Draw } from './draw.ts';
import type { Plan } from './plan.ts';
import { type Outcome, runPlan } from './run.ts';

const ACCESS_POINTS = 1000;
const STATIONS = 5000;

const PLAN: Plan = {
  sites: Array.from({ length: ACCESS_POINTS }, () => ({ hasRouterRadio: true, accessPoints: 0 })),
  stations: STATIONS,
  lifetimeSeconds: 300,
  encapsulation: 'ipip',
  reverseTunneling: 'whereOffered',
  isRevocationServed: true,
  advertisementIntervalSeconds: 30,
};

/** Every second about a hundred roam, one site in a hundred has lost its network, and something fails somewhere. */
const TROUBLES: Troubles = {
  forMs: 120_000,
  weather: { lossShare: 0.02, doublingShare: 0.01, delayMs: 10, jitterMs: 20, lateShare: 0.01, lateMs: 3000 },
  radioLossShare: 0.02,
  linkLossShare: 0,
  roamEveryMs: 50_000,
  cutEveryMs: 20_000,
  killEveryMs: 5000,
  failEveryMs: 20_000,
  stopEveryMs: 30_000,
  clockStepEveryMs: 5000,
  replayEveryMs: 100,
  forgeEveryMs: 500,
  areClocksSetRight: true,
};

export function runCampus(seed: number, say?: (line: string) => void): Outcome {
  return runPlan({ seed, plan: PLAN, troubles: TROUBLES, draw: new Draw(seededRandom(seed)), say });
}

// `make simulate`: seeds by the thousand and a large campus, or one of them. A failure prints the command line that repeats it.
// A seed is two worlds: roaming stations and their agents; and the subnet map.
//
//   simulate.js seeds FIRST COUNT | seed N | campus N        SAY=1 in the environment: everything that happens

import { runCampus } from './campus.ts';
import { runMapCampus } from './map-campus.ts';
import { type MapOutcome, runMap } from './map-run.ts';
import { type Outcome, run } from './run.ts';

type Say = (line: string) => void;

const [what = 'seeds', first = '1', count = '1'] = process.argv.slice(2);
const told: Say = (line) => console.log(line);
const say = process.env.SAY === undefined ? undefined : told;

let failures = 0;

function attempt<Result>(command: string, act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    failures += 1;
    told(`${command} fails: ${error instanceof Error ? error.message : error}`);
    told(`  make simulate ${command}         repeats it; with SAY=1, step by step`);
    if (say !== undefined && error instanceof Error) told(String(error.stack));
    return undefined;
  }
}

function runSeeds(firstSeed: number, seeds: number): void {
  const outcomes: Outcome[] = [];
  const mapOutcomes: MapOutcome[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const outcome = attempt(`SEED=${seed}`, () => run(seed));
    const mapOutcome = attempt(`SEED=${seed}`, () => runMap(seed));
    if (outcome !== undefined) outcomes.push(outcome);
    if (mapOutcome !== undefined) mapOutcomes.push(mapOutcome);
    if ((seed - firstSeed + 1) % 500 === 0) told(`${seed - firstSeed + 1} seeds, ${failures} failures`);
  }
  const text = summary(sumOf(outcomes), mapSumOf(mapOutcomes));
  told(`seeds ${firstSeed} to ${firstSeed + seeds - 1}: ${failures} failures; ${text}`);
}

/** Sums, and of times to converge the longest. */
function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (field: keyof Outcome) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  const most = (field: keyof Outcome) => outcomes.reduce((greatest, outcome) => Math.max(greatest, outcome[field]), 0);
  return {
    seed: 0,
    ...{ steps: sum('steps'), roams: sum('roams'), messages: sum('messages'), octets: sum('octets') },
    ...{ convergedAfterMs: most('convergedAfterMs'), cleanAfterMs: most('cleanAfterMs') },
    simulatedMs: sum('simulatedMs'),
  };
}

function mapSumOf(outcomes: readonly MapOutcome[]): MapOutcome {
  const sum = (field: keyof MapOutcome) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  return {
    ...{ steps: sum('steps'), changes: sum('changes'), messages: sum('messages'), octets: sum('octets') },
    hints: sum('hints'),
    convergedAfterMs: outcomes.reduce((greatest, outcome) => Math.max(greatest, outcome.convergedAfterMs), 0),
    simulatedMs: sum('simulatedMs'),
  };
}

function summary(roaming: Outcome, map: MapOutcome): string {
  const { roams, convergedAfterMs, cleanAfterMs } = roaming;
  const steps = roaming.steps + map.steps;
  const simulatedMs = roaming.simulatedMs + map.simulatedMs;
  return [
    `${steps} steps in ${(simulatedMs / 1000).toFixed(0)} simulated seconds`,
    `${roams} roams, each ${per(roaming.messages, roams)} messages and ${per(roaming.octets, roams)} octets`,
    `registered ${convergedAfterMs / 1000} s after the last fault, nothing left over after ${cleanAfterMs / 1000} s`,
    `${map.changes} changes of the map, each ${per(map.messages, map.changes)} messages and ${per(map.octets, map.changes)} octets with all that is repeated`,
    `map the same everywhere after ${map.convergedAfterMs / 1000} s`,
  ].join('; ');
}

function per(sum: number, number: number): string {
  return number === 0 ? '-' : (sum / number).toFixed(1);
}

switch (what) {
  case 'seeds':
    runSeeds(Number(first), Number(count));
    break;
  case 'seed': {
    const outcome = attempt(`SEED=${first}`, () => run(Number(first), say));
    const mapOutcome = attempt(`SEED=${first}`, () => runMap(Number(first), say));
    if (outcome !== undefined && mapOutcome !== undefined) told(`seed ${first}: ${summary(outcome, mapOutcome)}`);
    break;
  }
  case 'campus': {
    const mapOutcome = attempt(`CAMPUS=${first}`, () => runMapCampus(Number(first), told));
    const outcome = attempt(`CAMPUS=${first}`, () => runCampus(Number(first), say));
    if (outcome !== undefined && mapOutcome !== undefined) told(`campus ${first}: ${summary(outcome, mapOutcome)}`);
    break;
  }
  default:
    throw new Error(`nobody knows how to simulate ${what}`);
}
process.exitCode = failures === 0 ? 0 : 1;

// `make simulate`: seeds by the thousand and a large campus, or one of them. A failure prints the command line that repeats it.
//
//   simulate.js seeds FIRST COUNT | seed N | campus N        SAY=1 in the environment: everything that happens

import { runCampus } from './campus.ts';
import { type Outcome, run } from './run.ts';

const [what = 'seeds', first = '1', count = '1'] = process.argv.slice(2);
const say = process.env.SAY === undefined ? undefined : console.log;

let failures = 0;

function attempt(command: string, act: () => Outcome): Outcome | undefined {
  try {
    return act();
  } catch (error) {
    failures += 1;
    console.log(`${command} fails: ${error instanceof Error ? error.message : error}`);
    console.log(`  make simulate ${command}         repeats it; with SAY=1, step by step`);
    if (say !== undefined && error instanceof Error) console.log(error.stack);
    return undefined;
  }
}

function runSeeds(firstSeed: number, seeds: number): void {
  const outcomes: Outcome[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const outcome = attempt(`SEED=${seed}`, () => run(seed));
    if (outcome !== undefined) outcomes.push(outcome);
    if ((seed - firstSeed + 1) % 500 === 0) console.log(`${seed - firstSeed + 1} seeds, ${failures} failed`);
  }
  console.log(`seeds ${firstSeed} to ${firstSeed + seeds - 1}: ${failures} failed; ${summary(sumOf(outcomes))}`);
}

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

function summary({ steps, roams, messages, octets, convergedAfterMs, cleanAfterMs, simulatedMs }: Outcome): string {
  return [
    `${steps} steps in ${(simulatedMs / 1000).toFixed(0)} s, ${roams} roams`,
    `${(messages / roams).toFixed(2)} messages and ${(octets / roams).toFixed(0)} octets a roam`,
    `converged ${convergedAfterMs / 1000} s after the last fault, nothing left over after ${cleanAfterMs / 1000} s`,
  ].join('; ');
}

switch (what) {
  case 'seeds':
    runSeeds(Number(first), Number(count));
    break;
  case 'seed': {
    const outcome = attempt(`SEED=${first}`, () => run(Number(first), say));
    if (outcome !== undefined) console.log(`seed ${first}: ${summary(outcome)}`);
    break;
  }
  case 'campus': {
    const outcome = attempt(`CAMPUS=${first}`, () => runCampus(Number(first), say));
    if (outcome !== undefined) console.log(`campus ${first}: ${summary(outcome)}`);
    break;
  }
  default:
    throw new Error(`nobody knows how to simulate ${what}`);
}
process.exitCode = failures === 0 ? 0 : 1;

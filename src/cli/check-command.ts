// `pmip check`: gathers the facts of this router, and prints what is wrong.

import * as std from 'std';
import { readConfig } from '../config/config.ts';
import { formatProblem } from '../config/problem.ts';
import { readFile } from '../runtime/quickjs/files.ts';
import { configurationFindings, type Finding, findings } from './check.ts';
import { gatherFacts } from './check-facts.ts';
import { type Colour, type Paint, printable } from './tables.ts';

type Surroundings = { readonly configurationPath: string; readonly exit: (status: number) => void };

const COLOURS: Readonly<Record<Finding['verdict'], Colour>> = { ok: 'good', note: 'middling', wrong: 'bad' };
const PART_WIDTH = 'configuration'.length;
const INDENT = ' '.repeat('wrong  '.length + PART_WIDTH + 2);

export function runCheck(options: readonly string[], paint: Paint, { configurationPath, exit }: Surroundings): void {
  const octets = readFile(configurationPath);
  const { config, problems } = readConfig(octets ?? '');
  const missing = `${configurationPath}: not there, or not readable: install the package again, or write one`;
  const configurationProblems =
    octets === undefined ? [missing] : problems.map((problem) => formatProblem(problem, configurationPath));
  const conclude = (found: readonly Finding[]) => {
    const wrong = found.filter(({ verdict }) => verdict === 'wrong').length;
    const asJson = options.includes('--json');
    std.out.puts(asJson ? `${JSON.stringify({ wrong, findings: found }, null, 2)}\n` : formatFindings(found, paint));
    exit(wrong === 0 ? 0 : 1);
  };
  if (options.includes('--configuration')) return conclude(configurationFindings({ configurationProblems }));
  gatherFacts(config, configurationProblems, (facts) => conclude(findings(facts)));
}

export function formatFindings(found: readonly Finding[], paint: Paint): string {
  const lines = found.map(({ part, verdict, text, remedy }) => {
    const mark = paint(COLOURS[verdict], verdict.padEnd(5));
    const line = `${mark}  ${part.padEnd(PART_WIDTH)}  ${printable(text)}\n`;
    return remedy === undefined ? line : `${line}${INDENT}${paint('faint', 'mend:')} ${printable(remedy)}\n`;
  });
  const wrong = found.filter(({ verdict }) => verdict === 'wrong').length;
  const sum =
    wrong === 0
      ? paint('good', 'nothing is wrong')
      : paint('bad', `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`);
  return `${lines.join('')}\n${sum}\n`;
}

// What `pmip` is told to do: asks the daemon over ubus and prints, or looks for what is wrong on this router.

import * as os from 'os';
import * as std from 'std';
import { readConfig } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import { readFile } from '../runtime/quickjs/files.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import { STATUS } from '../ubus-js/status.ts';
import { runCheck } from './check-command.ts';
import { COMMANDS, type Command, manual, optionsOf, overview } from './commands.ts';
import { askDaemon, type DaemonAnswer } from './daemon-call.ts';
import { type Paint, paintNothing, paintTerminal } from './tables.ts';
import { VIEWS } from './views.ts';

export type Surroundings = { readonly configurationPath: string; readonly exit: (status: number) => void };

const EXIT = { well: 0, failed: 1, misunderstood: 2 } as const;
const STANDARD_OUTPUT = 1;
const WATCH_SECONDS = 2;
const CLEAR_SCREEN = '\x1b[H\x1b[2J';

type Wanted = {
  readonly command: Command;
  readonly given: PlainTable;
  readonly asJson: boolean;
  readonly watchSeconds: number | undefined;
};

export function runCommand(words: readonly string[], surroundings: Surroundings): void {
  const { exit } = surroundings;
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === 'help') {
    const named = COMMANDS.find(({ name }) => name === rest[0]);
    std.out.puts(named === undefined ? overview() : manual(named));
    return exit(first === undefined ? EXIT.misunderstood : EXIT.well);
  }
  if (first === '--version') {
    std.out.puts(`pmip ${VERSION}\n`);
    return exit(EXIT.well);
  }
  const command = COMMANDS.find(({ name }) => name === first);
  if (command === undefined) return misunderstood(`there is no command '${printableWord(first)}'`, exit);
  if (rest.includes('--help')) {
    std.out.puts(manual(command));
    return exit(EXIT.well);
  }
  const unknown = rest.find((word) => word.startsWith('-') && !optionsOf(command).includes(optionName(word)));
  if (unknown !== undefined) return misunderstood(`${first} has no option '${printableWord(unknown)}'`, exit);
  if (command.kind === 'check') return runCheck(rest, paint(), surroundings);
  if (command.kind === 'daemon') return misunderstood('the daemon is pmip.js, beside this file', exit);
  const wanted = wantedOf(command, rest);
  if (typeof wanted === 'string') return misunderstood(wanted, exit);
  run(wanted, surroundings);
}

function wantedOf(command: Command, rest: readonly string[]): Wanted | string {
  const operands = rest.filter((word) => !word.startsWith('-'));
  const { operand } = command;
  const [word] = operands;
  if (operands.length > (operand === undefined ? 0 : 1)) return `${command.name}: '${operands.at(-1)}' is too much`;
  if (operand !== undefined && word === undefined) return `${command.name} wants a ${operand.text}`;
  const given = operand === undefined || word === undefined ? {} : { [operand.argument]: word };
  const watch = rest.find((each) => optionName(each) === '--watch');
  const watchSeconds = watch === undefined ? undefined : Number(watch.slice('--watch='.length) || WATCH_SECONDS);
  if (watchSeconds !== undefined && !(watchSeconds >= 0.1 && watchSeconds <= 86_400)) {
    return `'${watch}': allowed are 0.1 to 86400 seconds`;
  }
  return { command, given, asJson: rest.includes('--json'), watchSeconds };
}

function run({ command, given, asJson, watchSeconds }: Wanted, { configurationPath, exit }: Surroundings): void {
  const { config } = readConfig(readFile(configurationPath) ?? '');
  const question = { method: command.method ?? '', given, socket: config.main.ubusSocket };
  const print = (answer: DaemonAnswer) => {
    if (answer.kind !== 'answered') return complain(refusalText(command, given, answer));
    if (asJson) std.out.puts(`${JSON.stringify(answer.data, null, watchSeconds === undefined ? 2 : 0)}\n`);
    else std.out.puts(VIEWS[question.method]?.(answer.data, paint()) ?? '');
  };
  if (watchSeconds === undefined) {
    askDaemon(question, (answer) => {
      print(answer);
      exit(answer.kind === 'answered' ? EXIT.well : EXIT.failed);
    });
    return;
  }
  const askAgain = askDaemon(question, (answer) => {
    if (!asJson && os.isatty(STANDARD_OUTPUT)) std.out.puts(`${CLEAR_SCREEN}${watchHeading(command, watchSeconds)}`);
    print(answer);
    std.out.flush();
    if (answer.kind !== 'unreachable' || answer.text.startsWith('the daemon')) {
      os.setTimeout(askAgain, watchSeconds * 1000);
    }
  });
}

function watchHeading({ name }: Command, seconds: number): string {
  return `pmip ${name}, every ${seconds} s; Ctrl-C ends\n\n`;
}

function refusalText(
  { method }: Command,
  given: PlainTable,
  answer: Exclude<DaemonAnswer, { kind: 'answered' }>,
): string {
  if (answer.kind === 'refused') {
    const [operand] = Object.values(given);
    if (answer.status === STATUS.notFound && method === 'clear')
      return `there is no binding and no visit of ${operand}`;
    if (answer.status === STATUS.notFound) return `no station ${operand} is known`;
    if (answer.status === STATUS.invalidArgument) return `'${operand}' is no address`;
  }
  return answer.text;
}

function misunderstood(text: string, exit: Surroundings['exit']): void {
  complain(`${text}; see pmip --help`);
  exit(EXIT.misunderstood);
}

function complain(text: string): void {
  std.err.puts(`pmip: ${text}\n`);
  std.err.flush();
}

function optionName(word: string): string {
  return word.replace(/=.*$/s, '');
}

/** For a person who pressed a wrong key. */
function printableWord(word: string): string {
  return word.replaceAll(/\p{Cc}/gu, '?');
}

/** https://no-color.org */
function paint(): Paint {
  const wantsNone = (std.getenv('NO_COLOR') ?? '') !== '' || std.getenv('TERM') === 'dumb';
  return os.isatty(STANDARD_OUTPUT) && !wantsNone ? paintTerminal : paintNothing;
}

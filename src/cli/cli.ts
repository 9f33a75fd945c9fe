// The commands of `pmip`: each asks the daemon over ubus, or reads the configuration, and prints.

import * as os from 'os';
import * as std from 'std';
import { readConfig } from '../config/config.ts';
import { formatProblem } from '../config/problem.ts';
import { VERSION } from '../config/version.ts';
import { readFile } from '../runtime/quickjs/files.ts';
import { UbusConnection, type UbusNews } from '../runtime/quickjs/ubus-connection.ts';
import { toPlain } from '../ubus-js/blobmsg.ts';
import { UbusClient } from '../ubus-js/client.ts';
import { formatStatus, STATUS } from '../ubus-js/status.ts';
import { formatAnswer } from './tables.ts';

/** Command and the method of the ubus object it asks. */
const METHODS: Readonly<Record<string, string>> = {
  status: 'status',
  stations: 'stations',
  visitors: 'visitors',
  bindings: 'bindings',
  map: 'subnet_map',
  counters: 'counters',
};

const HELP = `pmip ${VERSION}: Proxy Mobile IP

  pmip daemon             run the daemon (procd does this)
  pmip status             is it on, which BSS are served, what is wrong
  pmip stations           stations of this access point, home and away
  pmip visitors           visitors of this foreign agent
  pmip bindings           mobility bindings of this home agent
  pmip map                which home agent serves which network
  pmip counters           how often what happened
  pmip check              what is wrong in /etc/config/pmip
  pmip --version, --help

  --json                  print the answer as JSON
`;

const CALL_TIMEOUT_MS = 5000;

export type Surroundings = { readonly configurationPath: string; readonly exit: (status: number) => void };

export function runCommand(
  command: string | undefined,
  options: readonly string[],
  { configurationPath, exit }: Surroundings,
): void {
  if (command === undefined || command === '--help' || command === 'help') {
    std.out.puts(HELP);
    return exit(command === undefined ? 2 : 0);
  }
  if (command === '--version') {
    std.out.puts(`pmip ${VERSION}\n`);
    return exit(0);
  }
  if (command === 'check') return exit(checkConfiguration(configurationPath));
  const method = Object.hasOwn(METHODS, command) ? METHODS[command] : undefined;
  const unknown = options.find((option) => option !== '--json');
  if (method === undefined || unknown !== undefined) {
    std.err.puts(
      `pmip: there is no ${method === undefined ? `command '${command}'` : `option '${unknown}'`}; see pmip --help\n`,
    );
    return exit(2);
  }
  ask(method, options.includes('--json'), configurationPath, exit);
}

/** One line for each thing that is wrong, as the daemon logs it. */
function checkConfiguration(path: string): number {
  const octets = readFile(path);
  if (octets === undefined) {
    std.out.puts(`${path}: not there, or not readable: install the package again, or write one\n`);
    return 1;
  }
  const { problems } = readConfig(octets);
  for (const problem of problems) std.out.puts(`${formatProblem(problem, path)}\n`);
  if (problems.length === 0) std.out.puts(`${path}: nothing is wrong\n`);
  return problems.length === 0 ? 0 : 1;
}

function ask(method: string, asJson: boolean, configurationPath: string, exit: (status: number) => void): void {
  const { config } = readConfig(readFile(configurationPath) ?? '');
  const client = new UbusClient<'lookup' | 'call'>();
  const path = config.main.ubusSocket;
  const connection = new UbusConnection(path, client, (news) => heard(news));
  const fail = (text: string) => {
    std.err.puts(`pmip: ${text}\n`);
    exit(1);
  };

  function heard(news: UbusNews<'lookup' | 'call'>): void {
    if (news.kind === 'lost') return fail(`ubusd does not answer (${news.why})`);
    if (news.kind === 'ready') return connection.perform(client.lookup('pmip', 'lookup', os.now()));
    if (news.kind === 'found') {
      const objectId = news.objects[0]?.objectId;
      if (objectId === undefined) return fail('the daemon does not run: /etc/init.d/pmip start');
      const call = { objectId, method, arguments: [], purpose: 'call', timeoutMs: CALL_TIMEOUT_MS } as const;
      return connection.perform(client.call(call, os.now()));
    }
    if (news.kind !== 'answered') return;
    if (news.status !== STATUS.ok) return fail(`the daemon answers: ${formatStatus(news.status)}`);
    const answer = toPlain(news.replies[0] ?? []);
    std.out.puts(asJson ? `${JSON.stringify(answer, null, 2)}\n` : formatAnswer(answer));
    exit(0);
  }
  connection.start();
}

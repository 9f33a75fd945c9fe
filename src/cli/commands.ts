// The commands of `pmip`, each with its page of the manual.

import { VERSION } from '../config/version.ts';

export type Command = {
  readonly name: string;
  /** The method of the ubus object; undefined where none is asked. */
  readonly method?: string;
  /** The one operand, and the argument of the method that it becomes. */
  readonly operand?: { readonly text: string; readonly argument: string };
  /** `table`: also --json and --watch. */
  readonly kind: 'table' | 'deed' | 'check' | 'daemon';
  readonly summary: string;
  readonly description: string;
};

export const COMMANDS: readonly Command[] = [
  {
    name: 'status',
    method: 'status',
    kind: 'table',
    summary: 'whether it is on, what is served, what is wrong',
    description:
      'Shows each configured bridge and each BSS of this access point, and for one that is not served the reason; then the authoritative access points and RADIUS servers, and every problem there is now with what to do about it.',
  },
  {
    name: 'stations',
    method: 'stations',
    kind: 'table',
    summary: 'stations of this access point, at home and away',
    description:
      'WHERE is home (in its own subnet), away (proxied; REGISTRATION says for how long, or how it stands), not proxied (the reason stands below the table), or unknown (no address was seen yet). ROAMS counts how often the station came anew; OUTAGE is how long it then waited for its registration.',
  },
  {
    name: 'agents',
    method: 'agents',
    kind: 'table',
    summary: 'mobility agents of this box and of its links',
    description:
      'Agents of this box show what they advertise, found ones what they have advertised last, and for how long that is good.',
  },
  {
    name: 'map',
    method: 'subnet_map',
    kind: 'table',
    summary: 'subnet map: which home agent serves which network',
    description:
      "ORIGIN is static (a 'config subnet' of /etc/config/pmip), local (a bridge of this box) or learned (from the authoritative access points). CONFLICT says what access points disagree about.",
  },
  {
    name: 'visitors',
    method: 'visitors',
    kind: 'table',
    summary: 'visitors of this foreign agent',
    description: 'Mobile nodes of other networks that are registered through this box, and for how long.',
  },
  {
    name: 'bindings',
    method: 'bindings',
    kind: 'table',
    summary: 'mobility bindings of this home agent',
    description: 'Mobile nodes of our networks that are elsewhere, their care-of address, and for how long.',
  },
  {
    name: 'tunnels',
    method: 'tunnels',
    kind: 'table',
    summary: 'tunnels to other agents, and how many use each',
    description:
      'A tunnel is a pair of ends with at least one binding or visitor. The kernel has one device for all of an encapsulation: pmip0 for ipip, pmip1 for gre.',
  },
  {
    name: 'counters',
    method: 'counters',
    kind: 'table',
    summary: 'how often what happened, since the daemon started',
    description:
      'Names are those of the Mobile IP MIB (RFC 2006) where it has one. What never happened is left out, but for --json. Packets out of tunnels that belong to no binding and no visit are counted by the kernel.',
  },
  {
    name: 'trail',
    method: 'trail',
    operand: { text: 'STATION', argument: 'station' },
    kind: 'table',
    summary: 'last events and roams of a station',
    description:
      'STATION is a MAC address or an IPv4 address. The newest event is last. Of a roam, FROM and TO are interfaces of this access point, or the address of another access point or agent; OUTAGE is how long the station then waited for its registration.',
  },
  {
    name: 'clear',
    method: 'clear',
    operand: { text: 'ADDRESS', argument: 'home_address' },
    kind: 'deed',
    summary: 'end the mobility binding or the visit of a home address',
    description:
      'The other agent is told where both share a secure_agent. A station that is still there is registered anew when it is heard next.',
  },
  {
    name: 'reload',
    method: 'reload',
    kind: 'deed',
    summary: 'read /etc/config/pmip again',
    description: 'As `/etc/init.d/pmip reload` does, which LuCI and reload_config call: what has not changed goes on.',
  },
  {
    name: 'check',
    kind: 'check',
    summary: 'what is wrong on this router, and what mends it',
    description:
      'Looks at the configuration, the kernel, hostapd, the firewall, the clock, the keys, other agents and the daemon. Works while the daemon is down. --configuration looks at /etc/config/pmip alone. Exit status 1: something is wrong.',
  },
  {
    name: 'daemon',
    kind: 'daemon',
    summary: 'run the daemon (procd does this)',
    description:
      'Logs to standard error, with --logd to logd by levels. SIGHUP reads the configuration again; SIGTERM takes back all that was made.',
  },
];

/** What a command may be given; the rest is refused. */
export function optionsOf({ kind }: Command): readonly string[] {
  switch (kind) {
    case 'table':
      return ['--json', '--watch'];
    case 'check':
      return ['--json', '--configuration'];
    case 'daemon':
      return ['--logd'];
    default:
      return [];
  }
}

export function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => usageOf(command).length));
  const lines = COMMANDS.map((command) => `  pmip ${usageOf(command).padEnd(width)}  ${command.summary}\n`);
  return `pmip ${VERSION}: Proxy Mobile IP\n\n${lines.join('')}
  --json              print the answer as JSON
  --watch[=SECONDS]   print it again every two seconds, or as often as told
  --help              after a command: its page of the manual
  --version
`;
}

export function manual(command: Command): string {
  const options = optionsOf(command).map((option) => ` [${option === '--watch' ? '--watch[=SECONDS]' : option}]`);
  const parts = [
    ['NAME', `pmip ${command.name} - ${command.summary}`],
    ['SYNOPSIS', `pmip ${usageOf(command)}${options.join('')}`],
    ['DESCRIPTION', command.description],
    ['EXIT STATUS', '0 well done, 1 not so (said on standard error), 2 not understood'],
    ...(command.method === undefined ? [] : [['SEE ALSO', `ubus call pmip ${command.method}`]]),
  ];
  return parts.map(([title, text]) => `${title}\n${filled(text ?? '')}`).join('\n');
}

function usageOf({ name, operand }: Command): string {
  return operand === undefined ? name : `${name} ${operand.text}`;
}

const LINE_LENGTH = 78;
const INDENT = '       ';

function filled(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= LINE_LENGTH) lines.push(INDENT + word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.map((line) => `${line}\n`).join('');
}

// The daemon's answers as a person sees them: one view for each method of the ubus object.

import type { Plain, PlainTable } from '../ubus-js/blobmsg.ts';
import { type Cell, type Column, formatDuration, formatTable, type Paint, printable } from './tables.ts';

export type View = (answer: PlainTable, paint: Paint) => string;

export const VIEWS: Readonly<Record<string, View>> = {
  status: statusView,
  stations: stationsView,
  agents: tableView('agents', 'mobility agent', agentColumns()),
  subnet_map: mapView,
  visitors: tableView('visitors', 'visitor', registeredColumns()),
  bindings: tableView('bindings', 'mobility binding', registeredColumns()),
  tunnels: tableView('tunnels', 'tunnel', [
    textColumn('ENCAPSULATION', 'encapsulation'),
    textColumn('LOCAL END', 'local'),
    textColumn('REMOTE END', 'remote'),
    numberColumn('BINDINGS', 'bindings'),
    numberColumn('VISITORS', 'visitors'),
  ]),
  counters: countersView,
  trail: trailView,
};

function statusView(answer: PlainTable, paint: Paint): string {
  const { version, enabled, paused, uptime_seconds } = answer;
  const state = paused === true ? paint('middling', 'paused') : paint('good', 'enabled');
  const uptime = typeof uptime_seconds === 'number' ? `, up ${formatDuration(uptime_seconds)}` : '';
  const head = `pmip ${printable(version)}, ${enabled === true ? state : paint('bad', 'disabled')}${uptime}\n`;
  const counts = ['station', 'visitor', 'binding'].map((what) => plural(numberOf(answer[`${what}s`]), what));
  const problems = Array.isArray(answer.problems) ? answer.problems : [];
  return [
    `${head}${counts.join(', ')}\n`,
    section('Bridges', rowsOf(answer.bridges), bridgeColumns(), paint),
    section('Wired ports', rowsOf(answer.ports), portColumns(), paint),
    section('BSS', rowsOf(answer.bss), bssColumns(), paint),
    section('Authoritative access points', rowsOf(answer.authorities), peerColumns('address'), paint),
    section('RADIUS servers', rowsOf(answer.radius), peerColumns('server'), paint),
    problems.length === 0
      ? `${paint('good', 'no problems')}\n`
      : `${paint('heading', 'Problems')}\n${problems.map((text) => `  ${paint('bad', printable(text))}\n`).join('')}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function section(title: string, rows: readonly PlainTable[], columns: readonly Column[], paint: Paint): string {
  return rows.length === 0 ? '' : `${paint('heading', title)}\n${formatTable(columns, rows, paint)}`;
}

function tableView(key: string, what: string, columns: readonly Column[]): View {
  return (answer, paint) => {
    const rows = rowsOf(answer[key]);
    return rows.length === 0 ? `no ${what}s\n` : formatTable(columns, rows, paint);
  };
}

function bridgeColumns(): Column[] {
  return [
    textColumn('DEVICE', 'device'),
    textColumn('ADDRESS', 'address'),
    textColumn('NETWORK', 'network'),
    {
      heading: 'AGENTS',
      cell: ({ home_agent, foreign_agent }) => namesOf({ home: home_agent, foreign: foreign_agent }),
    },
    servedColumn(),
  ];
}

function portColumns(): Column[] {
  return [textColumn('PORT', 'port'), textColumn('BRIDGE', 'bridge'), servedColumn()];
}

function bssColumns(): Column[] {
  return [
    textColumn('INTERFACE', 'interface'),
    textColumn('RADIO', 'radio'),
    textColumn('SSID', 'ssid'),
    numberColumn('MHZ', 'frequency_mhz'),
    servedColumn(),
  ];
}

function servedColumn(): Column {
  return {
    heading: 'SERVED',
    cell: ({ served, reason, reason_text }) => {
      if (served === true) return { text: 'yes', colour: 'good' };
      const why = printable(reason_text ?? reason);
      return { text: why === '' ? 'no' : `no: ${why}`, colour: 'middling' };
    },
  };
}

function peerColumns(key: string): Column[] {
  return [
    textColumn('ADDRESS', key),
    textColumn('NAME', 'name'),
    { heading: 'STATE', cell: ({ state }) => ({ text: printable(state), colour: colourOfState(state) }) },
  ];
}

const GOOD_STATES: readonly Plain[] = ['answers', 'reachable', 'self'];

function colourOfState(state: Plain | undefined): 'good' | 'middling' {
  return state !== undefined && GOOD_STATES.includes(state) ? 'good' : 'middling';
}

const WHERE: Readonly<Record<string, Cell>> = {
  home: { text: 'home', colour: 'good' },
  away: { text: 'away', colour: 'middling' },
  notProxied: { text: 'not proxied', colour: 'bad' },
  unknown: { text: 'unknown', colour: 'faint' },
};

function stationsView(answer: PlainTable, paint: Paint): string {
  const rows = rowsOf(answer.stations);
  if (rows.length === 0) return 'no stations\n';
  const columns: Column[] = [
    textColumn('STATION', 'mac'),
    textColumn('ADDRESS', 'address'),
    { heading: 'WHERE', cell: ({ mobility }) => WHERE[String(mobility)] ?? printable(mobility) },
    {
      heading: 'INTERFACE',
      cell: (row) => `${printable(row.interface)}${row.attached === true ? '' : ' (leaving)'}`,
    },
    textColumn('SSID', 'ssid'),
    textColumn('HOME AGENT', 'home_agent'),
    textColumn('CARE-OF ADDRESS', 'care_of_address'),
    { heading: 'REGISTRATION', cell: registrationCell },
    numberColumn('ROAMS', 'roams'),
    outageColumn('last_outage_ms'),
  ];
  const reasons = rows.filter(({ reason, reason_text }) => (reason_text ?? reason) !== undefined);
  const lines = reasons.map(({ mac, address, reason, reason_text }) => {
    return `  ${printable(address ?? mac)}: ${printable(reason_text ?? reason)}\n`;
  });
  return [formatTable(columns, rows, paint), lines.join('')].filter((part) => part !== '').join('\n');
}

function registrationCell(row: PlainTable): Cell {
  const { registration, code } = row;
  if (registration === undefined) return '';
  if (registration === 'registered') return { text: leftOf(row) || 'registered', colour: 'good' };
  if (registration === 'refused') return { text: `refused, code ${printable(code)}`, colour: 'bad' };
  return { text: printable(registration), colour: 'middling' };
}

function registeredColumns(): Column[] {
  return [
    textColumn('HOME ADDRESS', 'home_address'),
    textColumn('STATION', 'mac'),
    textColumn('INTERFACE', 'interface'),
    textColumn('HOME AGENT', 'home_agent'),
    textColumn('CARE-OF ADDRESS', 'care_of_address'),
    {
      heading: 'TUNNEL',
      cell: ({ encapsulation, reverse_tunnel }) => {
        return [printable(encapsulation), ...(reverse_tunnel === true ? ['reverse'] : [])].join(', ');
      },
    },
    { heading: 'REGISTERED', cell: (row) => leftOf(row) || 'for ever' },
  ];
}

function agentColumns(): Column[] {
  return [
    textColumn('BRIDGE', 'bridge'),
    textColumn('ADDRESS', 'address'),
    { heading: 'WHOSE', cell: ({ local }) => (local === true ? 'this box' : 'found') },
    {
      heading: 'AGENT',
      cell: ({ home_agent, foreign_agent }) => namesOf({ home: home_agent, foreign: foreign_agent }),
    },
    { heading: 'CARE-OF ADDRESSES', cell: ({ care_of_addresses }) => listOf(care_of_addresses) },
    { heading: 'OFFERS', cell: ({ gre, reverse_tunnel }) => namesOf({ gre, 'reverse tunnel': reverse_tunnel }) },
    {
      heading: 'LONGEST LIFETIME',
      cell: ({ registration_lifetime_seconds: seconds }) =>
        typeof seconds === 'number' ? formatDuration(seconds) : '',
    },
    { heading: 'HEARD', cell: (row) => leftOf(row, 'good for') },
    { heading: 'BUSY', cell: ({ busy }) => (busy === true ? { text: 'busy', colour: 'bad' } : '') },
  ];
}

function mapView(answer: PlainTable, paint: Paint): string {
  const rows = rowsOf(answer.rows);
  const columns: Column[] = [
    textColumn('NETWORK', 'network'),
    textColumn('HOME AGENT', 'home_agent'),
    textColumn('GATEWAY', 'gateway_mac'),
    textColumn('ORIGIN', 'origin'),
    { heading: 'REPORTED BY', cell: ({ reporters }) => listOf(reporters) },
    {
      heading: 'CONFLICT',
      cell: ({ conflict }) => (conflict === undefined ? '' : { text: printable(conflict), colour: 'bad' }),
    },
  ];
  const points = section(
    'Access points',
    rowsOf(answer.access_points),
    [textColumn('ADDRESS', 'address'), { heading: 'HEARD', cell: (row) => leftOf(row, 'good for') }],
    paint,
  );
  const table = rows.length === 0 ? 'the subnet map is empty\n' : formatTable(columns, rows, paint);
  return [table, points].filter((part) => part !== '').join('\n');
}

/** Which counters stand together; the first that fits counts. */
const GROUPS: readonly { readonly title: string; readonly names: RegExp }[] = [
  { title: 'Home agent (RFC 2006)', names: /^ha[A-Z]/ },
  { title: 'Foreign agent (RFC 2006)', names: /^fa[A-Z]/ },
  { title: 'Agent advertising (RFC 2006)', names: /^ma[A-Z]/ },
  { title: 'Out of tunnels without a binding or visit', names: /^tunnel/ },
  { title: 'By code or reason', names: /\./ },
  { title: 'What happened', names: /^/ },
];

/** What never happened is left out. */
function countersView(answer: PlainTable, paint: Paint): string {
  const groups = new Map<string, PlainTable[]>();
  for (const [name, count] of Object.entries(answer)) {
    if (count === 0) continue;
    const { title } = GROUPS.find(({ names }) => names.test(name)) ?? { title: '' };
    groups.set(title, [...(groups.get(title) ?? []), { name, count }]);
  }
  const columns = [numberColumn('COUNT', 'count'), textColumn('NAME', 'name')];
  const parts = GROUPS.map(({ title }) => section(title, groups.get(title) ?? [], columns, paint));
  return parts.filter((part) => part !== '').join('\n') || 'nothing has happened yet\n';
}

function trailView(answer: PlainTable, paint: Paint): string {
  const columns: Column[] = [agoColumn(), textColumn('EVENT', 'text')];
  const rows = rowsOf(answer.events);
  const station = printable(answer.mac ?? answer.address);
  if (rows.length === 0) return `nothing is remembered of ${station}\n`;
  const roams = section('Roams', rowsOf(answer.roams), roamColumns(), paint);
  return `${paint('heading', station)}\n${formatTable(columns, rows, paint)}${roams === '' ? '' : `\n${roams}`}`;
}

function roamColumns(): Column[] {
  return [
    agoColumn(),
    {
      heading: 'FROM',
      cell: ({ from }) => (from === undefined ? { text: 'not known', colour: 'faint' } : printable(from)),
    },
    textColumn('TO', 'to'),
    outageColumn('outage_ms'),
  ];
}

function agoColumn(): Column {
  return { heading: 'AGO', cell: ({ seconds_ago }) => formatDuration(numberOf(seconds_ago)), isNumber: true };
}

function outageColumn(key: string): Column {
  const cell = (row: PlainTable) => (row[key] === undefined ? '' : `${printable(row[key])} ms`);
  return { heading: 'OUTAGE', cell, isNumber: true };
}

function textColumn(heading: string, key: string): Column {
  return { heading, cell: (row) => printable(row[key]) };
}

function numberColumn(heading: string, key: string): Column {
  return { heading, cell: (row) => printable(row[key]), isNumber: true };
}

function leftOf({ remaining_seconds }: PlainTable, before = 'for'): string {
  return typeof remaining_seconds === 'number' ? `${before} ${formatDuration(remaining_seconds)}` : '';
}

/** The names of what is true. */
function namesOf(flags: Readonly<Record<string, Plain | undefined>>): string {
  return Object.keys(flags)
    .filter((name) => flags[name] === true)
    .join(', ');
}

function listOf(value: Plain | undefined): string {
  return Array.isArray(value) ? value.map(printable).join(', ') : '';
}

function rowsOf(value: Plain | undefined): PlainTable[] {
  return Array.isArray(value) ? value.filter(isTable) : [];
}

function isTable(value: Plain): value is PlainTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(value: Plain | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

// Asks the daemon over LuCI's rpc.

import type { Answers, HostHints, Outcome, StatusAnswer, TrailAnswer } from './answers.ts';

// uhttpd's errors of JSON-RPC, and ubusd's statuses.
const OBJECT_NOT_FOUND = -32000;
const ACCESS_DENIED = -32002;
const STATUS_NOT_FOUND = 4;
const STATUS_PERMISSION_DENIED = 6;

/** Names of hosts change rarely. */
const HINTS_KEPT_MS = 60_000;

type Table = Readonly<Record<string, unknown>>;

let keptHints: { readonly hints: HostHints; readonly atMs: number } | undefined;

const METHODS = ['stations', 'visitors', 'bindings', 'agents', 'subnet_map', 'tunnels', 'counters'] as const;
type MethodName = (typeof METHODS)[number];

/** Of what is not asked for there are no rows. */
export async function askStatus(methods: readonly MethodName[] = METHODS): Promise<Outcome> {
  try {
    return { kind: 'answered', answers: await askAll(methods) };
  } catch (error) {
    return outcomeOf(error);
  }
}

export async function askTrail(station: string): Promise<TrailAnswer> {
  const ask = rpc.declare<Table, [string]>({ object: 'pmip', method: 'trail', params: ['station'], reject: true });
  const answer = await ask(station);
  return { events: rowsOf(answer, 'events'), roams: rowsOf(answer, 'roams') };
}

/** Ends a binding or a visit. */
export async function askClear(homeAddress: string): Promise<void> {
  const ask = rpc.declare<unknown, [string]>({
    object: 'pmip',
    method: 'clear',
    params: ['home_address'],
    reject: true,
  });
  await ask(homeAddress);
}

async function askAll(methods: readonly MethodName[]): Promise<Answers> {
  // An older daemon lacks some of the others; without `status` there is nothing to show.
  const askOne = (method: MethodName): Promise<Table> =>
    methods.includes(method) ? ask(method).catch(() => ({})) : Promise.resolve({});
  const [status, hints, stations, visitors, bindings, agents, map, tunnels, counters] = await Promise.all([
    ask('status'),
    askHints(),
    askOne('stations'),
    askOne('visitors'),
    askOne('bindings'),
    askOne('agents'),
    askOne('subnet_map'),
    askOne('tunnels'),
    askOne('counters'),
  ]);
  return {
    status: status as StatusAnswer,
    stations: rowsOf(stations, 'stations'),
    visitors: rowsOf(visitors, 'visitors'),
    bindings: rowsOf(bindings, 'bindings'),
    agents: rowsOf(agents, 'agents'),
    map: rowsOf(map, 'rows'),
    accessPoints: rowsOf(map, 'access_points'),
    tunnels: rowsOf(tunnels, 'tunnels'),
    counters,
    hints,
  };
}

function ask(method: string): Promise<Table> {
  return rpc.declare<Table>({ object: 'pmip', method, expect: { '': {} }, reject: true })();
}

async function askHints(): Promise<HostHints> {
  const nowMs = Date.now();
  if (keptHints !== undefined && nowMs - keptHints.atMs < HINTS_KEPT_MS) return keptHints.hints;
  const askRouter = rpc.declare<HostHints>({ object: 'luci-rpc', method: 'getHostHints', expect: { '': {} } });
  const hints = await askRouter().catch(() => ({}));
  keptHints = { hints, atMs: nowMs };
  return hints;
}

function rowsOf<Row>(answer: Table | undefined, name: string): readonly Row[] {
  const rows = answer?.[name];
  return Array.isArray(rows) ? rows.filter((row) => typeof row === 'object' && row !== null) : [];
}

/** LuCI has the number in the text of its error, nowhere else. */
export function outcomeOf(error: unknown): Outcome {
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const number = Number(/(?:error|code) (-?\d+)/.exec(text)?.[1]);
  if (number === OBJECT_NOT_FOUND || number === STATUS_NOT_FOUND) return { kind: 'notRunning' };
  if (number === ACCESS_DENIED || number === STATUS_PERMISSION_DENIED) return { kind: 'notPermitted' };
  return { kind: 'failed', text };
}

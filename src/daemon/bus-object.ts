// The ubus object `pmip`: what each of its methods takes and answers. Keys are never among it.

import type { HostapdClient } from '../clients/hostapd-client.ts';
import type { Network } from '../clients/network.ts';
import type { Config } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import { type Ipv4Address, parseIpv4 } from '../octets/address.ts';
import type { Moment } from '../roles/role.ts';
import { type BlobmsgElement, fromPlain, type PlainTable, toPlain } from '../ubus-js/blobmsg.ts';
import type { Methods, ObjectDescription } from '../ubus-js/own-objects.ts';
import { STATUS } from '../ubus-js/status.ts';
import type { Count } from '../wire/nftables.ts';
import { agentRows, tunnelRows } from './agent-rows.ts';
import { bridgeRows, bssRows, portRows } from './bridge-rows.ts';
import type { Problems } from './problems.ts';
import type { Radius } from './radius.ts';
import type { StationHistory } from './station-history.ts';
import { bindingRow, type Counters, stationRow, visitorRow } from './status.ts';
import { subnetMapOf } from './subnet-map-rows.ts';
import type { Switchboard } from './switchboard.ts';
import type { Trails } from './trails.ts';

export type Sources = {
  readonly config: Config;
  readonly network: Network;
  readonly hostapd: HostapdClient;
  readonly switchboard: Switchboard;
  readonly counters: Counters;
  readonly problems: Problems;
  readonly radius: Radius;
  readonly isServed: (interfaceName: string) => boolean;
  readonly startedAtMs: number;
};

export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly data?: readonly BlobmsgElement[] }
  /** The kernel is to be asked first. */
  | { readonly kind: 'countsWanted' }
  | { readonly kind: 'clearWanted'; readonly homeAddress: Ipv4Address }
  | { readonly kind: 'reloadWanted' };

type Arguments = Readonly<Record<string, unknown>>;

/** uhttpd and rpcd add it to the arguments of every call. */
const SESSION_ARGUMENT = 'ubus_rpc_session';

const METHODS: Methods = {
  status: {},
  stations: {},
  agents: {},
  subnet_map: {},
  visitors: {},
  bindings: {},
  tunnels: {},
  counters: {},
  trail: { station: 'string' },
  clear: { home_address: 'string' },
  reload: {},
};

export const OBJECT: ObjectDescription = { path: 'pmip', methods: METHODS };

export function busOutcome(
  method: string,
  given: readonly BlobmsgElement[],
  sources: Sources & { readonly history: StationHistory; readonly trails: Trails },
  now: Moment,
): Outcome {
  const wanted = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (wanted === undefined) return { kind: 'answered', status: STATUS.methodNotFound };
  if (!areExpected(given, wanted)) return { kind: 'answered', status: STATUS.invalidArgument };
  if (method === 'counters') return { kind: 'countsWanted' };
  if (method === 'reload') return { kind: 'reloadWanted' };
  if (method === 'clear') return clearOutcome(toPlain(given), sources);
  if (method === 'trail') return trailOutcome(toPlain(given), sources.trails, now);
  return { kind: 'answered', status: STATUS.ok, data: fromPlain(tableOf(method, sources, now)) };
}

function areExpected(given: readonly BlobmsgElement[], wanted: Methods[string]): boolean {
  return given.every(
    ({ name, type }) => name === SESSION_ARGUMENT || (Object.hasOwn(wanted, name) && wanted[name] === type),
  );
}

function clearOutcome({ home_address }: Arguments, { switchboard }: Sources): Outcome {
  const homeAddress = typeof home_address === 'string' ? parseIpv4(home_address) : undefined;
  if (homeAddress === undefined) return { kind: 'answered', status: STATUS.invalidArgument };
  if (!switchboard.isKnown(homeAddress)) return { kind: 'answered', status: STATUS.notFound };
  return { kind: 'clearWanted', homeAddress };
}

function trailOutcome({ station }: Arguments, trails: Trails, { monotonicMs }: Moment): Outcome {
  const trail = typeof station === 'string' ? trails.answer(station, monotonicMs) : undefined;
  if (trail === undefined) return { kind: 'answered', status: STATUS.invalidArgument };
  return { kind: 'answered', status: STATUS.ok, data: fromPlain(trail) };
}

function tableOf(method: string, sources: Parameters<typeof busOutcome>[2], { monotonicMs }: Moment): PlainTable {
  const { switchboard, hostapd, history } = sources;
  switch (method) {
    case 'stations': {
      const ssids = new Map(hostapd.bsses().map(({ interfaceName, ssid }) => [interfaceName, ssid]));
      const stations = Array.from(switchboard.accessPoint.stations(), (station) =>
        stationRow(station, { ssid: ssids.get(station.interfaceName), ...history.of(station.mac) }, monotonicMs),
      );
      return { stations };
    }
    case 'agents':
      return { agents: agentRows(switchboard, monotonicMs) };
    case 'tunnels':
      return { tunnels: tunnelRows(switchboard.homeAgent.bindings(), switchboard.foreignAgent.visitors()) };
    case 'visitors':
      return {
        visitors: Array.from(switchboard.foreignAgent.visitors(), (visitor) => visitorRow(visitor, monotonicMs)),
      };
    case 'bindings':
      return { bindings: Array.from(switchboard.homeAgent.bindings(), (binding) => bindingRow(binding, monotonicMs)) };
    case 'subnet_map':
      return subnetMapOf(sources.config, switchboard.map, monotonicMs);
    default:
      return statusOf(sources, monotonicMs);
  }
}

/** Under the names of RFC 2006 where it has one; the last two are the kernel's: what came out of tunnels without right. */
export function countersOf({ counters, switchboard }: Sources, notAdmitted: Count): PlainTable {
  return {
    ...counters.plain(),
    ...switchboard.homeAgent.counts(),
    ...switchboard.foreignAgent.counts(),
    ...switchboard.advertising.counts(),
    tunnelPacketsNotAdmitted: notAdmitted.packets,
    tunnelOctetsNotAdmitted: notAdmitted.octets,
  };
}

function statusOf(sources: Sources, monotonicMs: number): PlainTable {
  const { config, switchboard, problems, radius, startedAtMs } = sources;
  const count = (rows: Iterable<unknown>) => Array.from(rows).length;
  return {
    version: VERSION,
    enabled: config.main.isEnabled,
    paused: config.main.isPaused,
    uptime_seconds: Math.floor((monotonicMs - startedAtMs) / 1000),
    bridges: bridgeRows(sources),
    ports: portRows(sources),
    bss: bssRows(sources),
    stations: count(switchboard.accessPoint.stations()),
    visitors: count(switchboard.foreignAgent.visitors()),
    bindings: count(switchboard.homeAgent.bindings()),
    radius: radius.rows(),
    authorities: switchboard.map.authorities(),
    problems: problems.all(),
  };
}

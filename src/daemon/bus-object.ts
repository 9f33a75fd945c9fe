// The ubus object `pmip`: what each of its methods answers. Keys are never among it.

import type { HostapdClient } from '../clients/hostapd-client.ts';
import type { Config } from '../config/config.ts';
import type { Moment } from '../roles/role.ts';
import { type BlobmsgElement, fromPlain, type PlainTable } from '../ubus-js/blobmsg.ts';
import type { ObjectDescription } from '../ubus-js/own-objects.ts';
import { STATUS } from '../ubus-js/status.ts';
import type { Problems } from './problems.ts';
import type { Radius } from './radius.ts';
import { bindingRow, bssRow, type Counters, stationRow, subnetMapRow, visitorRow } from './status.ts';
import type { Switchboard } from './switchboard.ts';

type Sources = {
  readonly config: Config;
  readonly hostapd: HostapdClient;
  readonly switchboard: Switchboard;
  readonly counters: Counters;
  readonly problems: Problems;
  readonly radius: Radius;
  readonly isServed: (interfaceName: string) => boolean;
};

type Answer = { readonly status: number; readonly data?: readonly BlobmsgElement[] };

const methods: Readonly<Record<string, (sources: Sources, now: Moment) => PlainTable>> = {
  status: statusOf,
  stations: ({ switchboard }, { monotonicMs }) => ({
    stations: Array.from(switchboard.accessPoint.stations(), (station) => stationRow(station, monotonicMs)),
  }),
  visitors: ({ switchboard }, { monotonicMs }) => ({
    visitors: Array.from(switchboard.foreignAgent.visitors(), (visitor) => visitorRow(visitor, monotonicMs)),
  }),
  bindings: ({ switchboard }, { monotonicMs }) => ({
    bindings: Array.from(switchboard.homeAgent.bindings(), (binding) => bindingRow(binding, monotonicMs)),
  }),
  subnet_map: ({ switchboard }) => ({
    rows: switchboard.configurations.accessPoint.subnetMap.rows().map(subnetMapRow),
  }),
  // Ours by the names of reports, and the agents' by those of the Mobile IP MIB (RFC 2006).
  counters: ({ counters, switchboard: { homeAgent, foreignAgent, advertising } }) => ({
    ...counters.plain(),
    ...homeAgent.counts(),
    ...foreignAgent.counts(),
    ...advertising.counts(),
  }),
};

export const OBJECT: ObjectDescription = {
  path: 'pmip',
  methods: Object.fromEntries(Object.keys(methods).map((name) => [name, {}])),
};

export function busAnswer(method: string, sources: Sources, now: Moment): Answer {
  const answer = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (answer === undefined) return { status: STATUS.methodNotFound };
  return { status: STATUS.ok, data: fromPlain(answer(sources, now)) };
}

function statusOf({ config, hostapd, switchboard, problems, radius, isServed }: Sources): PlainTable {
  const count = (rows: Iterable<unknown>) => Array.from(rows).length;
  return {
    enabled: config.main.isEnabled,
    paused: config.main.isPaused,
    bss: hostapd.bsses().map((bss) => bssRow(bss, isServed(bss.interfaceName))),
    stations: count(switchboard.accessPoint.stations()),
    visitors: count(switchboard.foreignAgent.visitors()),
    bindings: count(switchboard.homeAgent.bindings()),
    radius: radius.rows(),
    problems: problems.all(),
  };
}

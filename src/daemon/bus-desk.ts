// Serves the ubus object: answers its callers, lets those who want counters wait for the kernel's, and tells subscribers
// of every change of state.

import type { HostapdPurpose } from '../clients/hostapd-client.ts';
import type { Ipv4Address } from '../octets/address.ts';
import type { Report } from '../roles/report.ts';
import type { Moment } from '../roles/role.ts';
import { fromPlain } from '../ubus-js/blobmsg.ts';
import type { UbusClient } from '../ubus-js/client.ts';
import type { Invocation, UbusEffect } from '../ubus-js/effects.ts';
import { STATUS } from '../ubus-js/status.ts';
import type { Count } from '../wire/nftables.ts';
import { busOutcome, countersOf, OBJECT, type Sources } from './bus-object.ts';
import { isStateChange, notificationData } from './notification.ts';
import { StationHistory } from './station-history.ts';
import { Trails } from './trails.ts';

export type DeskEffect =
  | { readonly kind: 'ubus'; readonly effects: readonly UbusEffect<HostapdPurpose>[] }
  /** The kernel's counters are wanted: `counted` follows. */
  | { readonly kind: 'countWanted' }
  | { readonly kind: 'clearWanted'; readonly homeAddress: Ipv4Address }
  | { readonly kind: 'reloadWanted' };

type Invoked = Extract<UbusEffect<HostapdPurpose>, { readonly kind: 'invoked' }>;

/** Callers give up after seconds; more of them than this are no people. */
const MOST_WAITING = 32;

export class BusDesk {
  readonly #ubus: UbusClient<HostapdPurpose>;
  readonly #history = new StationHistory();
  readonly #trails = new Trails();
  #waiting: Invocation[] = [];

  constructor(ubus: UbusClient<HostapdPurpose>) {
    this.#ubus = ubus;
  }

  open(now: Moment): UbusEffect<HostapdPurpose>[] {
    return this.#ubus.addObject(OBJECT, now.monotonicMs);
  }

  invoked({ method, arguments: given, invocation }: Invoked, sources: Sources, now: Moment): DeskEffect[] {
    const outcome = busOutcome(method, given, { ...sources, history: this.#history, trails: this.#trails }, now);
    switch (outcome.kind) {
      case 'answered':
        return [this.#reply(invocation, outcome.status, outcome.data)];
      case 'countsWanted':
        if (this.#waiting.length >= MOST_WAITING) return [this.#reply(invocation, STATUS.noMemory)];
        this.#waiting.push(invocation);
        return [{ kind: 'countWanted' }];
      case 'clearWanted':
      case 'reloadWanted':
        return [outcome, this.#reply(invocation, STATUS.ok)];
    }
  }

  /** The kernel's answer, for all who wait for it. */
  counted(notAdmitted: Count, sources: Sources): DeskEffect[] {
    const data = fromPlain(countersOf(sources, notAdmitted));
    return this.#waiting.splice(0).map((invocation) => this.#reply(invocation, STATUS.ok, data));
  }

  reported(report: Report, now: Moment): UbusEffect<HostapdPurpose>[] {
    const outageMs = this.#history.reported(report, now.monotonicMs);
    this.#trails.reported(report, now.monotonicMs, outageMs);
    if (!isStateChange(report) || !this.#ubus.isHeard(OBJECT.path)) return [];
    return this.#ubus.notify(OBJECT.path, report.kind, fromPlain(notificationData(report)));
  }

  #reply(...answer: Parameters<UbusClient<HostapdPurpose>['reply']>): DeskEffect {
    return { kind: 'ubus', effects: this.#ubus.reply(...answer) };
  }
}

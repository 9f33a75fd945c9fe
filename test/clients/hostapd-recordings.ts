// The recorded runs of test/vectors/hostapd, played to a client: hostapd's objects come and go on a bus as recorded, its
// notifications are sent when recorded, and it answers with the list of stations that it had at that moment. That list is
// worked out from the notifications and from what the clients themselves logged; each recorded answer sets it right.

import { readdirSync, readFileSync } from 'node:fs';
import { HostapdClient, type HostapdEffect, type HostapdPurpose } from '../../src/clients/hostapd-client.ts';
import { formatMac } from '../../src/octets/address.ts';
import type { PlainTable } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import { Bus, BusMember } from '../daemon/bus.ts';
import { type BssFacts, FakeBss, type StationFlags } from '../daemon/fake-hostapd.ts';

type RecordedEvent = { readonly t_ms: number } & (
  | { readonly kind: 'notification'; readonly object: string; readonly type: string; readonly data: PlainTable }
  | { readonly kind: 'ubus.object.add' | 'ubus.object.remove'; readonly path: string }
  | { readonly kind: 'subscribed'; readonly object: string }
  | {
      readonly kind: 'get_clients';
      readonly object: string;
      readonly answer: { readonly clients: Readonly<Record<string, StationFlags>> };
    }
  | { readonly kind: 'get_status'; readonly object: string; readonly answer: BssFacts }
  | { readonly kind: 'client_log'; readonly from: string; readonly line: string }
);

type Step = {
  readonly name: string;
  readonly description: string;
  readonly t_ms: number;
  readonly events: readonly RecordedEvent[];
};

export type Run = { readonly name: string; readonly steps: readonly Step[] };

/** An attachment as text: '02:00:00:00:02:00 phy0-ap0'. */
export type Attachment = string;

const directory = new URL('../vectors/hostapd/', import.meta.url);

export const RUNS: readonly Run[] = readdirSync(directory)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ ...JSON.parse(readFileSync(new URL(file, directory), 'utf8')), name: file.replace('.json', '') }));

const ADDRESS_OF_CLIENT: Readonly<Record<string, string>> = {
  'wpa_supplicant wlan2': '02:00:00:00:02:00',
  'wpa_supplicant wlan3': '02:00:00:00:03:00',
};
const AUTHENTICATED: StationFlags = { auth: true, assoc: false, authorized: false };
const ASSOCIATED: StationFlags = { auth: true, assoc: true, authorized: false };
const AUTHORIZED: StationFlags = { auth: true, assoc: true, authorized: true };
/** As long the access point waits for a station that was detached. */
const GRACE_MS = 2000;
/** Longer than any wait of the client's that matters here. */
const AFTER_THE_LAST_STEP_MS = 5000;

/** A bus on which things happen; `playNext` makes the next one happen. */
export interface Stage {
  readonly bus: Bus;
  now: number;
  nextMs(): number;
  playNext(): void;
}

/** hostapd as recorded. */
export class Recording implements Stage {
  readonly bus = new Bus();
  readonly #events: RecordedEvent[];
  readonly #hasAuthorizedNotification: boolean;
  readonly #bsses = new Map<string, FakeBss>();
  readonly #statuses = new Map<string, BssFacts>();
  readonly #subscribed = new Set<string>();
  readonly run: Run;
  /** Recorded lists that are not as worked out. */
  readonly surprises: string[] = [];
  now = 0;

  constructor(run: Run) {
    this.run = run;
    this.#events = run.steps.flatMap(({ events }) => events);
    this.#hasAuthorizedNotification = this.#events.some(
      (event) => event.kind === 'notification' && event.type === 'sta-authorized',
    );
  }

  endOf(step: number): number {
    const next = this.run.steps[step + 1];
    return next?.t_ms ?? (this.#events.at(-1)?.t_ms ?? this.now) + AFTER_THE_LAST_STEP_MS;
  }

  /** When the next thing happens here: a recorded one, or an attempt to reach ubusd again. */
  nextMs(): number {
    const attempts = [...this.#bsses.values()].map((bss) => bss.nextDeadline()).filter((time) => time !== undefined);
    return Math.min(this.#events[0]?.t_ms ?? Number.POSITIVE_INFINITY, ...attempts);
  }

  /** To be heard by nobody. */
  skipTo(endMs: number): void {
    while (this.nextMs() < endMs) this.playNext();
    this.now = endMs;
  }

  playNext(): void {
    this.now = Math.max(this.now, this.nextMs());
    for (const bss of this.#bsses.values()) bss.deadlineReached();
    if ((this.#events[0]?.t_ms ?? Number.POSITIVE_INFINITY) > this.now) return;
    const event = this.#events.shift();
    if (event === undefined) return;
    this.#play(event);
  }

  #play(event: RecordedEvent): void {
    switch (event.kind) {
      case 'ubus.object.add':
        this.#bsses.set(event.path, new FakeBss(this.bus, () => this.now, this.#bssAt(event.path)));
        break;
      case 'ubus.object.remove':
        this.#bsses.get(event.path)?.remove();
        this.#bsses.delete(event.path);
        this.#subscribed.delete(event.path);
        break;
      case 'subscribed':
        this.#subscribed.add(event.object);
        break;
      case 'get_status':
        this.#statusKnown(event.object, event.answer);
        break;
      case 'get_clients':
        this.#listKnown(event.object, event.answer.clients);
        break;
      case 'notification':
        this.#notified(event.object, event.type, event.data);
        break;
      case 'client_log':
        this.#logged(ADDRESS_OF_CLIENT[event.from] ?? '', event.line);
        break;
    }
  }

  /** The facts as they are recorded next for this object. */
  #bssAt(path: string): { interfaceName: string; facts: BssFacts } {
    const next = this.#events.find((event) => event.kind === 'get_status' && event.object === path);
    const facts = next?.kind === 'get_status' ? next.answer : this.#statuses.get(path);
    return { interfaceName: path.slice('hostapd.'.length), facts: facts ?? { bssid: '', ssid: '', freq: 0 } };
  }

  #statusKnown(path: string, facts: BssFacts): void {
    this.#statuses.set(path, facts);
    const bss = this.#bsses.get(path);
    if (bss !== undefined) bss.facts = facts;
  }

  #listKnown(path: string, clients: Readonly<Record<string, StationFlags>>): void {
    const stations = this.#bsses.get(path)?.stations;
    if (stations === undefined) return;
    const recorded = authorizedOf(Object.entries(clients));
    const workedOut = authorizedOf(stations);
    if (recorded !== workedOut) this.surprises.push(`${path}: '${recorded}' in place of '${workedOut}'`);
    stations.clear();
    for (const [address, flags] of Object.entries(clients)) stations.set(address, flags);
  }

  #notified(path: string, type: string, data: PlainTable): void {
    const bss = this.#bsses.get(path);
    const address = String(data.address);
    if (bss === undefined) return;
    if (type === 'assoc') bss.stations.set(address, this.#isListedAuthorized(bss, address) ? AUTHORIZED : ASSOCIATED);
    if (type === 'sta-authorized') bss.stations.set(address, AUTHORIZED);
    if (type === 'disassoc' && bss.stations.has(address)) bss.stations.set(address, AUTHENTICATED);
    if (type.endsWith('deauth')) bss.stations.delete(address);
    bss.notify(type, data);
  }

  /** A station with protected frames that associates again stays what it is. */
  #isListedAuthorized(bss: FakeBss, address: string): boolean {
    return bss.stations.get(address)?.authorized === true;
  }

  #logged(address: string, line: string): void {
    const bssid = /([0-9a-f]{2}:){5}[0-9a-f]{2}/.exec(line)?.[0];
    const bss = [...this.#bsses.values()].find(({ facts }) => facts.bssid === bssid);
    if (bss === undefined) return;
    // What nobody was subscribed to was not notified when it was recorded; a subscriber would have heard of it.
    const isUnheard = !this.#subscribed.has(bss.path);
    if (line.includes('Associated with') && isUnheard) this.#unheard(bss, 'assoc', address);
    if (line.includes('CTRL-EVENT-CONNECTED')) {
      bss.stations.set(address, AUTHORIZED);
      if (isUnheard && this.#hasAuthorizedNotification) this.#unheard(bss, 'sta-authorized', address);
    }
    // The client's own deauthentication frame has reason 3; when it only finds the BSS silent, hostapd is not told.
    if (line.includes('reason=3 locally_generated') && isUnheard) this.#unheard(bss, 'deauth', address);
  }

  #unheard(bss: FakeBss, type: string, address: string): void {
    this.#notified(bss.path, type, { address });
  }
}

/** A HostapdClient that listens from some moment on, and what it has told. */
export class Listener {
  readonly hostapd: HostapdClient;
  readonly effects: Exclude<HostapdEffect, { kind: 'ubus' }>[] = [];
  /** Detached, and not attached again within the access point's grace. */
  readonly departures: Attachment[] = [];
  /** When which attachment was told. */
  readonly attachments: { readonly atMs: number; readonly attachment: Attachment }[] = [];
  readonly #leaving = new Map<string, number>();
  readonly #stage: Stage;
  readonly #member: BusMember<HostapdPurpose>;

  constructor(stage: Stage) {
    this.#stage = stage;
    const client = new UbusClient<HostapdPurpose>();
    this.hostapd = new HostapdClient(client);
    this.#member = new BusMember(stage.bus, client, {
      clock: () => stage.now,
      onNews: (news) => {
        if (news.kind === 'ready') this.#perform(this.hostapd.ready(stage.now));
        else this.#perform(this.hostapd.handle(news, stage.now));
      },
    });
  }

  start(): void {
    this.#member.perform(this.#member.client.start());
  }

  attached(): Attachment[] {
    return this.hostapd
      .bsses()
      .flatMap(({ interfaceName }) =>
        Array.from(this.hostapd.stations(interfaceName), (mac) => `${formatMac(mac)} ${interfaceName}`),
      );
  }

  /** Plays what happens, and wakes the client when it wants to be woken. */
  playTo(endMs: number): void {
    for (;;) {
      const eventMs = this.#stage.nextMs();
      const wakeMs = Math.min(this.hostapd.nextDeadline() ?? eventMs, this.#member.client.nextDeadline() ?? eventMs);
      if (Math.min(eventMs, wakeMs) >= endMs) break;
      if (eventMs <= wakeMs) this.#stage.playNext();
      else this.#wake(wakeMs);
    }
    this.#stage.now = endMs;
  }

  #wake(atMs: number): void {
    this.#stage.now = Math.max(this.#stage.now, atMs);
    this.#member.deadlineReached();
    this.#perform(this.hostapd.deadlineReached(this.#stage.now));
  }

  #perform(effects: readonly HostapdEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'ubus') {
        this.#member.perform(effect.effects);
        continue;
      }
      this.effects.push(effect);
      if (effect.kind === 'stationAttached') this.#attached(formatMac(effect.mac), effect.interfaceName);
      if (effect.kind === 'stationDetached') this.#leaving.set(formatMac(effect.mac), this.#stage.now);
    }
  }

  #attached(mac: string, interfaceName: string): void {
    this.attachments.push({ atMs: this.#stage.now, attachment: `${mac} ${interfaceName}` });
    const leftAtMs = this.#leaving.get(mac);
    if (leftAtMs !== undefined && this.#stage.now - leftAtMs > GRACE_MS) this.departures.push(mac);
    this.#leaving.delete(mac);
  }
}

function authorizedOf(stations: Iterable<readonly [string, StationFlags]>): string {
  return Array.from(stations)
    .flatMap(([address, { authorized }]) => (authorized ? [address] : []))
    .sort()
    .join(' ');
}

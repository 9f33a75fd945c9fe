// Asks hostapd over ubus which stations are there, and hears of those that come and go. One subscription for each BSS,
// because a notification does not say which object sent it. netifd is asked to which radio the interface of a BSS belongs.

import { type MacAddress, parseMac } from '../octets/address.ts';
import { type BlobmsgElement, type PlainTable, toPlain } from '../ubus-js/blobmsg.ts';
import type { UbusClient } from '../ubus-js/client.ts';
import type { FoundObject, UbusEffect } from '../ubus-js/effects.ts';
import { STATUS } from '../ubus-js/status.ts';
import { AttachedStations, type AttachmentChange } from './attached-stations.ts';
import { AwaitedAssociations } from './awaited-associations.ts';
import {
  associatingClients,
  authorizedClients,
  type Bss,
  bssOfStatus,
  isSameBss,
  UNKNOWN_WIRELESS,
} from './hostapd-answers.ts';
import { Radios } from './radios.ts';

export type { Bss };

export type HostapdPurpose =
  | { readonly kind: 'lookup' | 'objects' | 'netifd' | 'radios' }
  | {
      readonly kind: 'status' | 'clients' | 'firstClients' | 'subscription';
      readonly path: string;
      readonly objectId: number;
    };

export type HostapdEffect =
  | { readonly kind: 'ubus'; readonly effects: readonly UbusEffect<HostapdPurpose>[] }
  /** Also when something of a BSS has changed. */
  | { readonly kind: 'bssFound'; readonly bss: Bss }
  | { readonly kind: 'bssGone'; readonly interfaceName: string }
  | AttachmentChange;

type Watched = {
  readonly path: string;
  readonly interfaceName: string;
  readonly objectId: number;
  readonly bss: Bss | undefined;
  /** On the present connection. */
  readonly isSubscribed: boolean;
  /** When it is given up, because after a restart of ubusd it has not come back. */
  readonly goneAtMs: number | undefined;
};

type Replies = readonly (readonly BlobmsgElement[])[];

const PREFIX = 'hostapd.';
const NETIFD_PATH = 'network.wireless';
const CALL_TIMEOUT_MS = 5000;
/** What no notification told is seen at the latest then. */
const SLOW_LOOK_MS = 60_000;
/** hostapd may be busy for seconds while it sets up a radio. */
const RETRY_MS = 2000;
/** hostapd tries once a second to reach a new ubusd. */
const RETURN_MS = 5000;

export class HostapdClient {
  readonly #ubus: UbusClient<HostapdPurpose>;
  readonly #watched = new Map<string, Watched>();
  readonly #stations = new AttachedStations();
  readonly #associations = new AwaitedAssociations();
  readonly #radios = new Radios();
  #nextLookMs = Number.POSITIVE_INFINITY;

  constructor(ubus: UbusClient<HostapdPurpose>) {
    this.#ubus = ubus;
  }

  bsses(): Bss[] {
    return [...this.#watched.values()].map(({ bss }) => bss).filter((bss) => bss !== undefined);
  }

  stations(interfaceName: string): ReadonlySet<MacAddress> {
    return this.#stations.on(interfaceName);
  }

  /** The bus is there (again): look for every BSS, and listen for new ones. */
  ready(now: number): HostapdEffect[] {
    this.#nextLookMs = now + SLOW_LOOK_MS;
    for (const watched of this.#watched.values()) this.#store({ ...watched, isSubscribed: false, goneAtMs: undefined });
    return [
      this.#asks(this.#ubus.registerEvent('ubus.object.add', { kind: 'objects' }, now)),
      this.#asks(this.#ubus.lookup(`${PREFIX}*`, { kind: 'lookup' }, now)),
    ];
  }

  nextDeadline(): number | undefined {
    if (!this.#ubus.isReady) return undefined;
    const times = [...this.#watched.values()].map(({ goneAtMs }) => goneAtMs).filter((time) => time !== undefined);
    return Math.min(this.#nextLookMs, this.#associations.nextDeadline() ?? Number.POSITIVE_INFINITY, ...times);
  }

  deadlineReached(now: number): HostapdEffect[] {
    if (!this.#ubus.isReady) return [];
    const effects: HostapdEffect[] = [];
    for (const { path, goneAtMs } of [...this.#watched.values()]) {
      if (goneAtMs !== undefined && goneAtMs <= now) effects.push(...this.#gone(path));
    }
    for (const interfaceName of this.#associations.takeDue(now)) {
      const watched = this.#watched.get(PREFIX + interfaceName);
      if (watched !== undefined) effects.push(this.#ask(watched, 'clients', now));
    }
    if (this.#nextLookMs > now) return effects;
    this.#nextLookMs = now + SLOW_LOOK_MS;
    for (const watched of this.#watched.values()) effects.push(...this.#look(watched, now));
    return this.#isAnyRadioUnknown() ? [...effects, this.#askNetifd(now)] : effects;
  }

  /** Answers, notifications and events whose purpose is ours. */
  handle(effect: UbusEffect<HostapdPurpose>, now: number): HostapdEffect[] {
    switch (effect.kind) {
      case 'found':
        return this.#found(effect.purpose, effect.status, effect.objects, now);
      case 'answered':
        return this.#answered(effect.purpose, effect.status, effect.replies, now);
      case 'notified':
        return this.#notified(effect.purpose, effect.notification, toPlain(effect.data), now);
      case 'event':
        return this.#objectAdded(toPlain(effect.data), now);
      case 'targetGone': {
        const watched = this.#watchedFor(effect.purpose);
        return watched === undefined ? [] : this.#gone(watched.path);
      }
      default:
        return [];
    }
  }

  #found(purpose: HostapdPurpose, status: number, objects: readonly FoundObject[], now: number): HostapdEffect[] {
    if (purpose.kind === 'netifd') return objects.flatMap(({ objectId }) => this.#askRadios(objectId, now));
    // An answer that did not come says nothing of what is there.
    if (status !== STATUS.ok && status !== STATUS.notFound) return [];
    const present = objects.filter(({ path }) => path.startsWith(PREFIX));
    for (const watched of this.#watched.values()) {
      if (present.some(({ path }) => path === watched.path)) continue;
      this.#store({ ...watched, goneAtMs: watched.goneAtMs ?? now + RETURN_MS });
    }
    if (present.length === 0) return [];
    return [...present.flatMap(({ path, objectId }) => this.#watch(path, objectId, now)), this.#askNetifd(now)];
  }

  #objectAdded({ path, id }: PlainTable, now: number): HostapdEffect[] {
    if (typeof path !== 'string' || typeof id !== 'number') return [];
    // Object ids above 0x7fffffff come as negative numbers.
    const objectId = id >>> 0;
    if (path === NETIFD_PATH) return this.#askRadios(objectId, now);
    return path.startsWith(PREFIX) ? [...this.#watch(path, objectId, now), this.#askNetifd(now)] : [];
  }

  #watch(path: string, objectId: number, now: number): HostapdEffect[] {
    const known = this.#watched.get(path);
    const isSubscribed = known?.isSubscribed === true && known.objectId === objectId;
    const interfaceName = path.slice(PREFIX.length);
    const watched = { path, interfaceName, objectId, bss: known?.bss, isSubscribed, goneAtMs: undefined };
    this.#store(watched);
    this.#radios.interfaceFound();
    return this.#look(watched, now);
  }

  /** Nothing is sent while nobody is subscribed: so the list is asked for when the subscription stands. */
  #look(watched: Watched, now: number): HostapdEffect[] {
    const { path, objectId } = watched;
    const status = this.#ask(watched, 'status', now);
    if (watched.isSubscribed) return [status, this.#ask(watched, 'clients', now)];
    this.#store({ ...watched, isSubscribed: true });
    return [status, this.#asks(this.#ubus.subscribe(objectId, { kind: 'subscription', path, objectId }, now))];
  }

  #askNetifd(now: number): HostapdEffect {
    return this.#asks(this.#ubus.lookup(NETIFD_PATH, { kind: 'netifd' }, now));
  }

  #askRadios(objectId: number, now: number): HostapdEffect[] {
    const call = { objectId, method: 'status', arguments: [], timeoutMs: CALL_TIMEOUT_MS };
    return [this.#asks(this.#ubus.call({ ...call, purpose: { kind: 'radios' } }, now))];
  }

  #answered(purpose: HostapdPurpose, status: number, replies: Replies, now: number): HostapdEffect[] {
    const data = toPlain(replies[0] ?? []);
    if (purpose.kind === 'radios') return status === STATUS.ok ? this.#radiosKnown(data, now) : [];
    const watched = this.#watchedFor(purpose);
    if (watched === undefined) return [];
    if (status !== STATUS.ok) return this.#refused(watched, purpose.kind, status, now);
    switch (purpose.kind) {
      case 'status':
        return this.#statusKnown(watched, data);
      case 'subscription':
        return [this.#ask(watched, 'firstClients', now)];
      case 'firstClients':
        // Their `assoc` was sent before anybody listened.
        for (const mac of associatingClients(data.clients)) this.#associations.begin(watched.interfaceName, mac, now);
        return this.#clientsKnown(watched, authorizedClients(data.clients));
      case 'clients':
        return this.#clientsKnown(watched, authorizedClients(data.clients));
      default:
        return [];
    }
  }

  #refused(watched: Watched, asked: HostapdPurpose['kind'], status: number, now: number): HostapdEffect[] {
    // When the bus is back, everything is asked for anew.
    if (status === STATUS.connectionFailed) return [];
    if (status === STATUS.notFound) return this.#gone(watched.path);
    if (asked === 'subscription') this.#store({ ...watched, isSubscribed: false });
    this.#lookSoon(now);
    return [];
  }

  #statusKnown(watched: Watched, data: PlainTable): HostapdEffect[] {
    const { interfaceName } = watched;
    return this.#bssKnown(watched, bssOfStatus(interfaceName, data, this.#radios.of(interfaceName)));
  }

  #radiosKnown(data: PlainTable, now: number): HostapdEffect[] {
    if (this.#radios.told(data) && this.#isAnyRadioUnknown()) this.#lookSoon(now);
    return [...this.#watched.values()].flatMap((watched) => {
      const { bss, interfaceName } = watched;
      return bss === undefined
        ? []
        : this.#bssKnown(watched, { ...bss, ...(this.#radios.of(interfaceName) ?? UNKNOWN_WIRELESS) });
    });
  }

  #isAnyRadioUnknown(): boolean {
    return [...this.#watched.values()].some(({ interfaceName }) => this.#radios.of(interfaceName) === undefined);
  }

  #bssKnown(watched: Watched, bss: Bss): HostapdEffect[] {
    if (watched.bss !== undefined && isSameBss(watched.bss, bss)) return [];
    this.#store({ ...watched, bss });
    return [{ kind: 'bssFound', bss }];
  }

  #clientsKnown({ interfaceName }: Watched, authorized: ReadonlySet<MacAddress>): HostapdEffect[] {
    const arrived = this.#associations.takeListed(interfaceName, authorized);
    return [
      ...arrived.flatMap((mac) => this.#stations.authorized(interfaceName, mac)),
      ...this.#stations.listed(interfaceName, authorized),
    ];
  }

  #notified(purpose: HostapdPurpose, notification: string, data: PlainTable, now: number): HostapdEffect[] {
    const watched = this.#watchedFor(purpose);
    if (watched === undefined) return [];
    if (notification === 'channel-switch') return [this.#ask(watched, 'status', now)];
    const { interfaceName } = watched;
    const mac = typeof data.address === 'string' ? parseMac(data.address) : undefined;
    if (mac === undefined) return [];
    switch (notification) {
      case 'sta-authorized':
        this.#associations.told(interfaceName, mac);
        return this.#stations.authorized(interfaceName, mac);
      case 'assoc':
        this.#associations.begin(interfaceName, mac, now);
        return [];
      case 'disassoc':
      case 'deauth':
        this.#associations.end(interfaceName, mac);
        return this.#stations.left(interfaceName, mac);
      // These come late, for stations that may be well connected: the list decides.
      case 'local-deauth':
      case 'inactive-deauth':
        return [this.#ask(watched, 'clients', now)];
      default:
        return [];
    }
  }

  #gone(path: string): HostapdEffect[] {
    const watched = this.#watched.get(path);
    if (watched === undefined) return [];
    const { interfaceName } = watched;
    this.#watched.delete(path);
    this.#associations.forget(interfaceName);
    return [...this.#stations.gone(interfaceName), { kind: 'bssGone', interfaceName }];
  }

  #lookSoon(now: number): void {
    this.#nextLookMs = Math.min(this.#nextLookMs, now + RETRY_MS);
  }

  /** Undefined where the object that was asked is no longer the one of its path. */
  #watchedFor(purpose: HostapdPurpose): Watched | undefined {
    const watched = 'path' in purpose ? this.#watched.get(purpose.path) : undefined;
    return 'path' in purpose && watched?.objectId === purpose.objectId ? watched : undefined;
  }

  #store(watched: Watched): void {
    this.#watched.set(watched.path, watched);
  }

  #ask({ path, objectId }: Watched, kind: 'status' | 'clients' | 'firstClients', now: number): HostapdEffect {
    const method = kind === 'status' ? 'get_status' : 'get_clients';
    const call = { objectId, method, arguments: [], timeoutMs: CALL_TIMEOUT_MS };
    return this.#asks(this.#ubus.call({ ...call, purpose: { kind, path, objectId } }, now));
  }

  #asks(effects: UbusEffect<HostapdPurpose>[]): HostapdEffect {
    return { kind: 'ubus', effects };
  }
}

// Asks hostapd over ubus which stations are there, and hears of those that come and go. One subscription for each BSS,
// because a notification does not say which object sent it. What hostapd says of a station is believed only when it says
// that the station is authorized, or that it is no longer in the list of clients.

import { type MacAddress, parseMac } from '../octets/address.ts';
import { type BlobmsgElement, type Plain, type PlainTable, toPlain } from '../ubus-js/blobmsg.ts';
import type { UbusClient } from '../ubus-js/client.ts';
import type { FoundObject, UbusEffect } from '../ubus-js/effects.ts';
import { STATUS } from '../ubus-js/status.ts';

export type HostapdPurpose =
  | { readonly kind: 'lookup' }
  | { readonly kind: 'objects' }
  | { readonly kind: 'status' | 'clients' | 'subscription'; readonly path: string };

/** A BSS by the name of its interface. */
export type Bss = {
  readonly interfaceName: string;
  readonly ssid: string;
  readonly bssid: MacAddress | undefined;
  readonly frequencyMHz: number;
};

export type HostapdEffect =
  | { readonly kind: 'ubus'; readonly effects: readonly UbusEffect<HostapdPurpose>[] }
  | { readonly kind: 'bssFound'; readonly bss: Bss }
  | { readonly kind: 'bssGone'; readonly interfaceName: string }
  | { readonly kind: 'stationAttached' | 'stationDetached'; readonly interfaceName: string; readonly mac: MacAddress };

type Watched = {
  readonly path: string;
  readonly objectId: number;
  readonly bss: Bss | undefined;
  readonly stations: ReadonlySet<MacAddress>;
};

const PREFIX = 'hostapd.';
const CALL_TIMEOUT_MS = 5000;
/** get_clients after an `assoc`: until then the key exchange is over. 21.02 and 22.03 have no `sta-authorized`. */
const ASSOCIATION_POLL_MS = 500;
/** What no notification told is seen at the latest then. */
const SLOW_POLL_MS = 60_000;

export class HostapdClient {
  readonly #ubus: UbusClient<HostapdPurpose>;
  readonly #watched = new Map<string, Watched>();
  #nextPollMs: number | undefined;

  constructor(ubus: UbusClient<HostapdPurpose>) {
    this.#ubus = ubus;
  }

  bsses(): Bss[] {
    return [...this.#watched.values()].map(({ bss }) => bss).filter((bss) => bss !== undefined);
  }

  stations(interfaceName: string): ReadonlySet<MacAddress> {
    return this.#watched.get(PREFIX + interfaceName)?.stations ?? new Set();
  }

  /** The bus is there (again): look for every BSS, and listen for new ones. */
  ready(now: number): HostapdEffect[] {
    this.#nextPollMs = now + SLOW_POLL_MS;
    return [
      this.#asks(this.#ubus.registerEvent('ubus.object.add', { kind: 'objects' }, now)),
      this.#asks(this.#ubus.lookup(`${PREFIX}*`, { kind: 'lookup' }, now)),
    ];
  }

  nextDeadline(): number | undefined {
    return this.#ubus.isReady ? this.#nextPollMs : undefined;
  }

  deadlineReached(now: number): HostapdEffect[] {
    if (this.#nextPollMs === undefined || this.#nextPollMs > now || !this.#ubus.isReady) return [];
    this.#nextPollMs = now + SLOW_POLL_MS;
    return [...this.#watched.values()].map((watched) => this.#askClients(watched, now));
  }

  /** Answers, notifications and events whose purpose is ours. */
  handle(effect: UbusEffect<HostapdPurpose>, now: number): HostapdEffect[] {
    switch (effect.kind) {
      case 'found':
        return this.#found(effect.objects, now);
      case 'answered':
        return this.#answered(effect.purpose, effect.status, effect.replies, now);
      case 'notified':
        return this.#notified(effect.purpose, effect.notification, effect.data, now);
      case 'event':
        return this.#objectAdded(toPlain(effect.data), now);
      case 'targetGone':
        return effect.purpose.kind === 'subscription' ? this.#gone(effect.purpose.path) : [];
      default:
        return [];
    }
  }

  /** After a restart of ubusd or hostapd: what is not found any more is gone. */
  #found(objects: readonly FoundObject[], now: number): HostapdEffect[] {
    const present = objects.filter(({ path }) => path.startsWith(PREFIX));
    const absent = [...this.#watched.keys()].filter((path) => !present.some((object) => object.path === path));
    return [
      ...absent.flatMap((path) => this.#gone(path)),
      ...present.flatMap(({ path, objectId }) => this.#watch(path, objectId, now)),
    ];
  }

  #objectAdded(data: PlainTable, now: number): HostapdEffect[] {
    const { path, id } = data;
    if (typeof path !== 'string' || typeof id !== 'number' || !path.startsWith(PREFIX)) return [];
    // Object ids above 0x7fffffff come as negative numbers.
    return this.#watch(path, id >>> 0, now);
  }

  #watch(path: string, objectId: number, now: number): HostapdEffect[] {
    const known = this.#watched.get(path);
    this.#watched.set(path, { path, objectId, bss: known?.bss, stations: known?.stations ?? new Set() });
    const call = { objectId, method: 'get_status', arguments: [], timeoutMs: CALL_TIMEOUT_MS };
    return [
      this.#asks(this.#ubus.call({ ...call, purpose: { kind: 'status', path } }, now)),
      this.#asks(this.#ubus.subscribe(objectId, { kind: 'subscription', path }, now)),
    ];
  }

  #answered(
    purpose: HostapdPurpose,
    status: number,
    replies: readonly (readonly BlobmsgElement[])[],
    now: number,
  ): HostapdEffect[] {
    const watched = 'path' in purpose ? this.#watched.get(purpose.path) : undefined;
    if (watched === undefined || status !== STATUS.ok) return [];
    const data = toPlain(replies[0] ?? []);
    switch (purpose.kind) {
      case 'status':
        return this.#statusKnown(watched, data);
      // Nothing is sent while nobody is subscribed: so the list is asked for when the subscription stands.
      case 'subscription':
        return [this.#askClients(watched, now)];
      case 'clients':
        return this.#clientsKnown(watched, data);
      default:
        return [];
    }
  }

  #statusKnown(watched: Watched, data: PlainTable): HostapdEffect[] {
    const bss = {
      interfaceName: interfaceNameOf(watched.path),
      ssid: typeof data.ssid === 'string' ? data.ssid : '',
      bssid: typeof data.bssid === 'string' ? parseMac(data.bssid) : undefined,
      frequencyMHz: typeof data.freq === 'number' ? data.freq : 0,
    };
    this.#watched.set(watched.path, { ...watched, bss });
    return [{ kind: 'bssFound', bss }];
  }

  /** Stale entries are listed for half a minute after a roam: only `authorized` counts. */
  #clientsKnown(watched: Watched, data: PlainTable): HostapdEffect[] {
    const authorized = authorizedClients(data.clients);
    const gone = [...watched.stations].filter((mac) => !authorized.has(mac));
    const come = [...authorized].filter((mac) => !watched.stations.has(mac));
    return [
      ...gone.flatMap((mac) => this.#detached(watched.path, mac)),
      ...come.flatMap((mac) => this.#attached(watched.path, mac)),
    ];
  }

  #notified(
    purpose: HostapdPurpose,
    notification: string,
    data: readonly BlobmsgElement[],
    now: number,
  ): HostapdEffect[] {
    const watched = purpose.kind === 'subscription' ? this.#watched.get(purpose.path) : undefined;
    const address = toPlain(data).address;
    const mac = typeof address === 'string' ? parseMac(address) : undefined;
    if (watched === undefined || mac === undefined) return [];
    switch (notification) {
      case 'sta-authorized':
        return this.#attached(watched.path, mac);
      case 'assoc':
        this.#nextPollMs = Math.min(this.#nextPollMs ?? Number.POSITIVE_INFINITY, now + ASSOCIATION_POLL_MS);
        return [];
      case 'disassoc':
      case 'deauth':
        return this.#detached(watched.path, mac);
      // These come late, for stations that may be well connected: the list decides.
      case 'local-deauth':
      case 'inactive-deauth':
        return [this.#askClients(watched, now)];
      default:
        return [];
    }
  }

  #attached(path: string, mac: MacAddress): HostapdEffect[] {
    const watched = this.#watched.get(path);
    if (watched === undefined) return [];
    for (const other of this.#watched.values()) {
      if (other.path !== path && other.stations.has(mac)) this.#store(other, without(other.stations, mac));
    }
    this.#store(watched, new Set(watched.stations).add(mac));
    return [{ kind: 'stationAttached', interfaceName: interfaceNameOf(path), mac }];
  }

  #detached(path: string, mac: MacAddress): HostapdEffect[] {
    const watched = this.#watched.get(path);
    if (!watched?.stations.has(mac)) return [];
    this.#store(watched, without(watched.stations, mac));
    return [{ kind: 'stationDetached', interfaceName: interfaceNameOf(path), mac }];
  }

  #gone(path: string): HostapdEffect[] {
    const watched = this.#watched.get(path);
    if (watched === undefined) return [];
    const detached = [...watched.stations].flatMap((mac) => this.#detached(path, mac));
    this.#watched.delete(path);
    return [...detached, { kind: 'bssGone', interfaceName: interfaceNameOf(path) }];
  }

  #store(watched: Watched, stations: ReadonlySet<MacAddress>): void {
    this.#watched.set(watched.path, { ...watched, stations });
  }

  #askClients({ path, objectId }: Watched, now: number): HostapdEffect {
    const purpose: HostapdPurpose = { kind: 'clients', path };
    const call = { objectId, method: 'get_clients', arguments: [], purpose, timeoutMs: CALL_TIMEOUT_MS };
    return this.#asks(this.#ubus.call(call, now));
  }

  #asks(effects: UbusEffect<HostapdPurpose>[]): HostapdEffect {
    return { kind: 'ubus', effects };
  }
}

function interfaceNameOf(path: string): string {
  return path.slice(PREFIX.length);
}

function without(stations: ReadonlySet<MacAddress>, mac: MacAddress): ReadonlySet<MacAddress> {
  const rest = new Set(stations);
  rest.delete(mac);
  return rest;
}

function authorizedClients(clients: Plain | undefined): Set<MacAddress> {
  const macs = new Set<MacAddress>();
  if (!isTable(clients)) return macs;
  for (const [address, facts] of Object.entries(clients)) {
    const mac = parseMac(address);
    if (mac !== undefined && isTable(facts) && facts.authorized === true) macs.add(mac);
  }
  return macs;
}

function isTable(value: Plain | undefined): value is PlainTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

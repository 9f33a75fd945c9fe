// hostapd's side of ubus, as far as it is asked here: the objects of its BSSes, their stations, and what it notifies.

import { type BlobmsgElement, fromPlain, type PlainTable } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import type { UbusEffect } from '../../src/ubus-js/effects.ts';
import { type Bus, BusMember } from './bus.ts';

export type StationFlags = { readonly auth: boolean; readonly assoc: boolean; readonly authorized: boolean };

export type BssFacts = { readonly bssid: string; readonly ssid: string; readonly freq: number };

/** One BSS. Each has a connection of its own: with its end ubusd removes the object, as hostapd would. */
export class FakeBss {
  readonly path: string;
  readonly stations = new Map<string, StationFlags>();
  facts: BssFacts;
  /** As when hostapd is busy with its radios. */
  isSilent: boolean;
  readonly #member: BusMember<never>;

  constructor(
    bus: Bus,
    clock: () => number,
    what: { readonly interfaceName: string; readonly facts: BssFacts; readonly isSilent?: boolean },
  ) {
    this.path = `hostapd.${what.interfaceName}`;
    this.facts = what.facts;
    this.isSilent = what.isSilent ?? false;
    const client = new UbusClient<never>();
    this.#member = new BusMember(bus, client, { clock, onNews: (news) => this.#heard(news) });
    const description = { path: this.path, methods: { get_clients: {}, get_status: {} } };
    this.#member.perform(client.addObject(description, clock()));
    this.#member.perform(client.start());
  }

  notify(type: string, data: PlainTable): void {
    this.#member.perform(this.#member.client.notify(this.path, type, fromPlain(data)));
  }

  remove(): void {
    this.#member.perform(this.#member.client.stop(0));
  }

  nextDeadline(): number | undefined {
    return this.#member.client.nextDeadline();
  }

  deadlineReached(): void {
    this.#member.deadlineReached();
  }

  #heard(news: UbusEffect<never>): void {
    if (news.kind !== 'invoked' || this.isSilent) return;
    const data = news.method === 'get_clients' ? this.#clients() : this.#status();
    this.#member.perform(this.#member.client.reply(news.invocation, 0, data));
  }

  #clients(): BlobmsgElement[] {
    return fromPlain({ freq: this.facts.freq, clients: Object.fromEntries(this.stations) });
  }

  #status(): BlobmsgElement[] {
    return fromPlain({ status: 'ENABLED', ...this.facts });
  }
}

/** netifd's object, which knows the radio of each interface. */
export class FakeNetifd {
  readonly interfacesByRadio: Record<string, readonly string[]> = {};
  readonly #member: BusMember<never>;

  constructor(bus: Bus, clock: () => number, interfacesByRadio: Record<string, readonly string[]>) {
    Object.assign(this.interfacesByRadio, interfacesByRadio);
    const client = new UbusClient<never>();
    this.#member = new BusMember(bus, client, { clock, onNews: (news) => this.#heard(news) });
    this.#member.perform(client.addObject({ path: 'network.wireless', methods: { status: {} } }, clock()));
    this.#member.perform(client.start());
  }

  remove(): void {
    this.#member.perform(this.#member.client.stop(0));
  }

  #heard(news: UbusEffect<never>): void {
    if (news.kind !== 'invoked') return;
    const radios = Object.entries(this.interfacesByRadio).map(([radio, names]) => {
      const interfaces = names.map((ifname, index) => ({ section: `default_${radio}_${index}`, ifname, config: {} }));
      return [radio, { up: true, pending: false, config: { band: '5g' }, interfaces }] as const;
    });
    this.#member.perform(this.#member.client.reply(news.invocation, 0, fromPlain(Object.fromEntries(radios))));
  }
}

// ubus without sockets: ubusd's rules, and clients that are connected without a delay. What is said is heard in the order
// in which it was said, after the one who speaks has finished.

import { fromPlain, type PlainTable, toPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import type { UbusEffect } from '../../src/ubus-js/effects.ts';
import { UbusdCore, type UbusdEffect } from '../lab/stand-ins/ubusd-core.ts';
import { seededRandom } from '../random.ts';

export type Line = {
  readonly onConnected: (connection: number) => void;
  readonly onOctets: (octets: Uint8Array) => void;
  readonly onEnd: (why: string) => void;
};

export class Bus {
  readonly #random: () => number;
  readonly #lines = new Map<number, Line>();
  #core: UbusdCore;
  #deeds: (() => void)[] = [];
  #isBusy = false;
  #isRunning = true;

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
    this.#core = this.#newCore();
  }

  connect(line: Line): void {
    this.#do(() => {
      if (!this.#isRunning) return line.onEnd('ECONNREFUSED');
      const { client, effects } = this.#core.connected();
      this.#lines.set(client, line);
      line.onConnected(client);
      this.#carry(effects);
    });
  }

  send(client: number, octets: Uint8Array): void {
    this.#do(() => {
      if (this.#lines.has(client)) this.#carry(this.#core.received(client, octets));
    });
  }

  disconnect(client: number): void {
    this.#do(() => {
      if (this.#lines.delete(client)) this.#carry(this.#core.disconnected(client));
    });
  }

  /** ubusd ends, and with it every connection. */
  stop(): void {
    this.#isRunning = false;
    const lines = [...this.#lines.values()];
    this.#lines.clear();
    this.#core = this.#newCore();
    for (const line of lines) this.#do(() => line.onEnd('it has closed the connection'));
  }

  start(): void {
    this.#isRunning = true;
  }

  /** Ids of 32 bits, often above 0x7fffffff. */
  #newCore(): UbusdCore {
    return new UbusdCore(() => Math.floor(this.#random() * 2 ** 32));
  }

  #carry(effects: readonly UbusdEffect[]): void {
    for (const effect of effects) {
      this.#do(() => {
        const line = this.#lines.get(effect.client);
        if (effect.kind === 'send') line?.onOctets(effect.octets);
        else if (this.#lines.delete(effect.client)) line?.onEnd('it has closed the connection');
      });
    }
  }

  #do(deed: () => void): void {
    this.#deeds.push(deed);
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let next = this.#deeds.shift(); next !== undefined; next = this.#deeds.shift()) next();
    this.#isBusy = false;
  }
}

/** A UbusClient on the bus, by a clock that the test sets. */
export class BusMember<Purpose> {
  readonly #bus: Bus;
  readonly #client: UbusClient<Purpose>;
  readonly #clock: () => number;
  readonly #onNews: (effect: UbusEffect<Purpose>) => void;
  #connection: number | undefined;

  constructor(
    bus: Bus,
    client: UbusClient<Purpose>,
    surroundings: { readonly clock: () => number; readonly onNews: (effect: UbusEffect<Purpose>) => void },
  ) {
    this.#bus = bus;
    this.#client = client;
    this.#clock = surroundings.clock;
    this.#onNews = surroundings.onNews;
  }

  get client(): UbusClient<Purpose> {
    return this.#client;
  }

  perform(effects: readonly UbusEffect<Purpose>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'connect') this.#connect();
      else if (effect.kind === 'send') this.#send(effect.octets);
      else if (effect.kind === 'disconnect') this.#disconnect();
      else this.#onNews(effect);
    }
  }

  deadlineReached(): void {
    this.perform(this.#client.deadlineReached(this.#clock()));
  }

  #connect(): void {
    this.#bus.connect({
      onConnected: (connection) => {
        this.#connection = connection;
        this.perform(this.#client.connected(this.#clock()));
      },
      onOctets: (octets) => this.perform(this.#client.received(octets, this.#clock())),
      onEnd: (why) => {
        this.#connection = undefined;
        this.perform(this.#client.disconnected(why, this.#clock()));
      },
    });
  }

  #send(octets: Uint8Array): void {
    if (this.#connection !== undefined) this.#bus.send(this.#connection, octets);
  }

  #disconnect(): void {
    if (this.#connection !== undefined) this.#bus.disconnect(this.#connection);
    this.#connection = undefined;
  }
}

export type BusAnswer = { readonly status: number; readonly data: PlainTable };

/** Calls a method as `ubus call` does; undefined where nobody has the object, or it does not answer at once. */
export function callOverBus(bus: Bus, path: string, method: string, given: PlainTable = {}): BusAnswer | undefined {
  const client = new UbusClient<string>();
  let answer: BusAnswer | undefined;
  const member = new BusMember<string>(bus, client, {
    clock: () => 0,
    onNews: (news) => {
      if (news.kind === 'ready') member.perform(client.lookup(path, 'lookup', 0));
      if (news.kind === 'answered') answer = { status: news.status, data: toPlain(news.replies[0] ?? []) };
      const objectId = news.kind === 'found' ? news.objects[0]?.objectId : undefined;
      if (objectId === undefined) return;
      const call = { objectId, method, arguments: fromPlain(given), purpose: 'call', timeoutMs: 1000 };
      member.perform(client.call(call, 0));
    },
  });
  member.perform(client.start());
  const result = answer;
  member.perform(client.stop(0));
  return result;
}

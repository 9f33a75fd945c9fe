// Joins a UbusClient with its socket and a timer of QuickJS. The caller makes requests through `client` and hands the
// effects to `perform`; what the client has to tell comes to `onEffect`, never in the middle of another effect.

import * as os from 'os';
import { unixConnect } from 'quickjs-ffi';
import type { UbusClient } from '../../ubus-js/client.ts';
import type { UbusEffect } from '../../ubus-js/effects.ts';
import { StreamSocket } from './stream-socket.ts';
import { errnoNameOf } from './system-error.ts';

/** Where ubusd of OpenWrt listens. */
export const UBUS_SOCKET_PATH = '/var/run/ubus/ubus.sock';

export type UbusNews<Purpose> = Exclude<UbusEffect<Purpose>, { kind: 'connect' | 'send' | 'disconnect' }>;

export class UbusConnection<Purpose> {
  readonly #path: string;
  readonly #client: UbusClient<Purpose>;
  readonly #onEffect: (effect: UbusNews<Purpose>) => void;
  #socket: StreamSocket | undefined;
  #timer: os.Timer | undefined;
  #timerAtMs: number | undefined;
  #queue: UbusEffect<Purpose>[] = [];
  #isPerforming = false;

  constructor(path: string, client: UbusClient<Purpose>, onEffect: (effect: UbusNews<Purpose>) => void) {
    this.#path = path;
    this.#client = client;
    this.#onEffect = onEffect;
  }

  start(): void {
    this.perform(this.#client.start());
  }

  stop(): void {
    this.perform(this.#client.stop(os.now()));
  }

  /** Does what the client's answer to a request, or to something that happened, says. */
  perform(effects: readonly UbusEffect<Purpose>[]): void {
    this.#queue.push(...effects);
    if (this.#isPerforming) return;
    this.#isPerforming = true;
    try {
      for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
        this.#performOne(effect);
      }
    } finally {
      this.#isPerforming = false;
    }
    this.#setTimer();
  }

  #performOne(effect: UbusEffect<Purpose>): void {
    switch (effect.kind) {
      case 'connect':
        this.#connect();
        break;
      case 'send':
        this.#socket?.send(effect.octets);
        break;
      case 'disconnect':
        this.#socket?.close();
        break;
      default:
        this.#onEffect(effect);
    }
  }

  #connect(): void {
    try {
      this.#socket = new StreamSocket(unixConnect(this.#path), {
        onOctets: (octets) => this.perform(this.#client.received(octets, os.now())),
        onEnd: (why) => this.perform(this.#client.disconnected(`ubusd: ${why}`, os.now())),
      });
    } catch (error) {
      this.perform(this.#client.disconnected(`${this.#path}: ${errnoNameOf(error)}`, os.now()));
      return;
    }
    this.perform(this.#client.connected(os.now()));
  }

  /** One timer, for the earliest deadline. */
  #setTimer(): void {
    const deadline = this.#client.nextDeadline();
    if (deadline === this.#timerAtMs) return;
    if (this.#timer !== undefined) os.clearTimeout(this.#timer);
    this.#timerAtMs = deadline;
    this.#timer = deadline === undefined ? undefined : os.setTimeout(() => this.#awake(), waitMs(deadline));
  }

  #awake(): void {
    this.#timer = undefined;
    this.#timerAtMs = undefined;
    this.perform(this.#client.deadlineReached(os.now()));
  }
}

/** Rounded up, or the timer would wake a moment too early, for nothing. */
function waitMs(deadline: number): number {
  return Math.max(0, Math.ceil(deadline - os.now()));
}

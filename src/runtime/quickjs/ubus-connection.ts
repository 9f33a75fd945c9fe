// Joins a UbusClient with its socket and a timer of QuickJS. The caller makes requests through `client` and hands the
// effects to `perform`; what the client has to tell comes to `onEffect`, never in the middle of another effect.

import * as os from 'os';
import { close, receive, send, unixConnect } from 'quickjs-ffi';
import type { UbusClient } from '../../ubus-js/client.ts';
import type { UbusEffect } from '../../ubus-js/effects.ts';

/** Where ubusd of OpenWrt listens. */
export const UBUS_SOCKET_PATH = '/var/run/ubus/ubus.sock';

const RECEIVE_OCTETS = 65536;
/** A ubusd that takes nothing any more is left, before its backlog takes the memory. */
const LONGEST_BACKLOG_OCTETS = 8 * 1024 * 1024;

export type UbusNews<Purpose> = Exclude<UbusEffect<Purpose>, { kind: 'connect' | 'send' | 'disconnect' }>;

export class UbusConnection<Purpose> {
  readonly #path: string;
  readonly #client: UbusClient<Purpose>;
  readonly #onEffect: (effect: UbusNews<Purpose>) => void;
  readonly #buffer = new Uint8Array(RECEIVE_OCTETS);
  #descriptor: number | undefined;
  #unsent: Uint8Array[] = [];
  #unsentOctets = 0;
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
        this.#send(effect.octets);
        break;
      case 'disconnect':
        this.#close();
        break;
      default:
        this.#onEffect(effect);
    }
  }

  #connect(): void {
    try {
      this.#descriptor = unixConnect(this.#path);
    } catch (error) {
      this.perform(this.#client.disconnected(`${this.#path}: ${reasonOf(error)}`, os.now()));
      return;
    }
    os.setReadHandler(this.#descriptor, () => this.#readable());
    this.perform(this.#client.connected(os.now()));
  }

  #readable(): void {
    if (this.#descriptor === undefined) return;
    let length: number | undefined;
    try {
      length = receive(this.#descriptor, this.#buffer);
    } catch (error) {
      this.#fail(reasonOf(error));
      return;
    }
    if (length === 0) this.#fail('ubusd has closed the connection');
    else if (length !== undefined) this.perform(this.#client.received(this.#buffer.subarray(0, length), os.now()));
  }

  #send(octets: Uint8Array): void {
    if (this.#descriptor === undefined) return;
    this.#unsent.push(octets);
    this.#unsentOctets += octets.length;
    if (this.#unsent.length === 1) this.#flush();
    else if (this.#unsentOctets > LONGEST_BACKLOG_OCTETS) this.#fail('ubusd takes nothing any more');
  }

  /** Writes what the socket takes; the rest when it is writable again. */
  #flush(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    try {
      while (this.#unsent[0] !== undefined) {
        const taken = send(descriptor, this.#unsent[0]);
        this.#unsentOctets -= taken;
        if (taken < this.#unsent[0].length) {
          this.#unsent[0] = this.#unsent[0].subarray(taken);
          break;
        }
        this.#unsent.shift();
      }
      os.setWriteHandler(descriptor, this.#unsent.length === 0 ? null : () => this.#flush());
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  #fail(why: string): void {
    this.#close();
    this.perform(this.#client.disconnected(why, os.now()));
  }

  #close(): void {
    if (this.#descriptor === undefined) return;
    os.setReadHandler(this.#descriptor, null);
    os.setWriteHandler(this.#descriptor, null);
    close(this.#descriptor);
    this.#descriptor = undefined;
    this.#unsent = [];
    this.#unsentOctets = 0;
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

/** The errno's name where a system call failed. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  throw error;
}

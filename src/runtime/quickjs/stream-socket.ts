// A stream socket in QuickJS's loop: what the kernel does not take at once is kept until it does.

import * as os from 'os';
import { close, receive, send } from 'quickjs-ffi';
import { errnoNameOf } from './system-error.ts';

const RECEIVE_OCTETS = 65_536;
/** A peer that takes nothing any more is left, before its backlog takes the memory. */
const LONGEST_BACKLOG_OCTETS = 8 * 1024 * 1024;

export type StreamEvents = {
  readonly onOctets: (octets: Uint8Array) => void;
  /** The other side has closed, or the socket has failed; nothing more comes. */
  readonly onEnd: (why: string) => void;
};

export class StreamSocket {
  readonly #descriptor: number;
  readonly #events: StreamEvents;
  readonly #buffer = new Uint8Array(RECEIVE_OCTETS);
  #unsent: Uint8Array[] = [];
  #unsentOctets = 0;
  #isOpen = true;

  constructor(descriptor: number, events: StreamEvents) {
    this.#descriptor = descriptor;
    this.#events = events;
    os.setReadHandler(descriptor, () => this.#readable());
  }

  send(octets: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#unsent.push(octets);
    this.#unsentOctets += octets.length;
    if (this.#unsent.length === 1) this.#flush();
    else if (this.#unsentOctets > LONGEST_BACKLOG_OCTETS) this.#fail('it takes nothing any more');
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    os.setReadHandler(this.#descriptor, null);
    os.setWriteHandler(this.#descriptor, null);
    close(this.#descriptor);
    this.#unsent = [];
  }

  #readable(): void {
    let length: number | undefined;
    try {
      length = receive(this.#descriptor, this.#buffer);
    } catch (error) {
      this.#fail(errnoNameOf(error));
      return;
    }
    if (length === 0) this.#fail('it has closed the connection');
    else if (length !== undefined) this.#events.onOctets(this.#buffer.slice(0, length));
  }

  /** Writes what the socket takes; the rest when it is writable again. */
  #flush(): void {
    try {
      for (let first = this.#unsent[0]; first !== undefined; first = this.#unsent[0]) {
        const taken = send(this.#descriptor, first);
        this.#unsentOctets -= taken;
        if (taken < first.length) {
          this.#unsent[0] = first.subarray(taken);
          break;
        }
        this.#unsent.shift();
      }
      os.setWriteHandler(this.#descriptor, this.#unsent.length === 0 ? null : () => this.#flush());
    } catch (error) {
      this.#fail(errnoNameOf(error));
    }
  }

  #fail(why: string): void {
    this.close();
    this.#events.onEnd(why);
  }
}

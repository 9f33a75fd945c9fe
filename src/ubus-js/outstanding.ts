// The requests that ubusd or an object has not answered yet. An answer is known by its sequence and its peer: a
// subscriber that answers a notification uses our sequences too, but is another peer.

import type { Message } from './messages.ts';

export type OutstandingRequest<Asked> = {
  readonly sequence: number;
  readonly peer: number;
  readonly asked: Asked;
  readonly deadlineMs: number;
  readonly replies: Message[];
};

const SEQUENCES = 0x10000;
/** More than any program asks at once; far fewer than there are sequences. */
const MOST_REQUESTS = 4096;
/** A look-up of everything gives one for each object on the bus. */
const MOST_REPLIES = 4096;

export class OutstandingRequests<Asked> {
  readonly #bySequence = new Map<number, OutstandingRequest<Asked>>();
  #lastSequence = 0;

  /** libubus starts at 1 and counts up; so does this, and steps over what is still in use. */
  nextSequence(): number {
    do {
      this.#lastSequence = (this.#lastSequence + 1) % SEQUENCES;
    } while (this.#bySequence.has(this.#lastSequence));
    return this.#lastSequence;
  }

  get isFull(): boolean {
    return this.#bySequence.size >= MOST_REQUESTS;
  }

  add(request: { sequence: number; peer: number; asked: Asked; deadlineMs: number }): void {
    this.#bySequence.set(request.sequence, { ...request, replies: [] });
  }

  /** Keeps a DATA message for its request; false where there is none, or it has had more than enough. */
  keepReply(message: Message): boolean {
    const request = this.#bySequence.get(message.sequence);
    if (request === undefined || request.peer !== message.peer) return false;
    if (request.replies.length >= MOST_REPLIES) return false;
    request.replies.push(message);
    return true;
  }

  /** Takes out the request that this STATUS message ends. */
  end(message: Message): OutstandingRequest<Asked> | undefined {
    const request = this.#bySequence.get(message.sequence);
    if (request === undefined || request.peer !== message.peer) return undefined;
    this.#bySequence.delete(message.sequence);
    return request;
  }

  /** Takes out what has not been answered in time. */
  takeExpired(now: number): OutstandingRequest<Asked>[] {
    const expired = [...this.#bySequence.values()].filter((request) => request.deadlineMs <= now);
    for (const request of expired) this.#bySequence.delete(request.sequence);
    return expired;
  }

  takeAll(): OutstandingRequest<Asked>[] {
    const all = [...this.#bySequence.values()];
    this.#bySequence.clear();
    this.#lastSequence = 0;
    return all;
  }

  earliestDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { deadlineMs } of this.#bySequence.values()) {
      if (earliest === undefined || deadlineMs < earliest) earliest = deadlineMs;
    }
    return earliest;
  }
}

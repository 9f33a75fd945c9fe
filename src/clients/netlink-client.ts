// The client's end of one netlink socket: gives sequence numbers, collects dumps, and matches each answer to what was
// asked. It has no socket: octets to send come out, octets received go in. A purpose is whatever the user wants back.

import { join, viewOf } from '../octets/octets.ts';
import { Malformed } from '../wire/malformed.ts';
import {
  decodeNetlinkAnswer,
  decodeNetlinkMessages,
  type NetlinkAnswer,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
} from '../wire/netlink.ts';
import { encodeBatchBegin, encodeBatchEnd } from '../wire/nftables.ts';
import { type ErrnoNumbers, errnoName } from './errno-names.ts';

/** What of the machine shows in netlink. */
export type HostConventions = { readonly littleEndian: boolean; readonly errnoNumbers: ErrnoNumbers };

export type NetlinkEvent<Purpose> =
  /** Done; `messages` is what the kernel answered besides (a query's answer). */
  | { readonly kind: 'acknowledged'; readonly purpose: Purpose; readonly messages: readonly NetlinkMessage[] }
  /** `errnoName` and `message` are of the first message of the request that was refused. */
  | {
      readonly kind: 'refused';
      readonly purpose: Purpose;
      readonly errno: number;
      readonly errnoName: string;
      readonly message: string | undefined;
    }
  /** `interrupted`: the table changed while it was read, so that entries may be missing. */
  | {
      readonly kind: 'dumped';
      readonly purpose: Purpose;
      readonly messages: readonly NetlinkMessage[];
      readonly interrupted: boolean;
    }
  | { readonly kind: 'notified'; readonly message: NetlinkMessage }
  /** The answer was lost: the kernel may have done it or not. */
  | { readonly kind: 'unknown'; readonly purpose: Purpose }
  | { readonly kind: 'malformed'; readonly why: string };

type Outstanding<Purpose> = {
  readonly purpose: Purpose;
  readonly isDump: boolean;
  readonly firstSequence: number;
  /** The answer to this message ends the request. */
  readonly lastSequence: number;
  /** Refusing the first message refuses all: the first is the beginning of a batch. */
  readonly isBatch: boolean;
  readonly messages: NetlinkMessage[];
  refusal: NetlinkAnswer | undefined;
  interrupted: boolean;
};

const SEQUENCE_OFFSET = 8;
const FLAGS_OFFSET = 6;
const SEQUENCE_LIMIT = 0x7fffffff;

export class NetlinkClient<Purpose> {
  readonly #conventions: HostConventions;
  readonly #outstanding = new Map<number, Outstanding<Purpose>>();
  #outstandingCount = 0;
  #dumping = false;
  #nextSequence = 1;

  constructor(conventions: HostConventions) {
    this.#conventions = conventions;
  }

  /** Requests and dumps without their final answer. */
  get outstandingCount(): number {
    return this.#outstandingCount;
  }

  /** Octets for one send. The messages are done one by one; a refused one does not stop the others. */
  request(messages: readonly Uint8Array[], purpose: Purpose): Uint8Array {
    return this.#begin(messages, { purpose, isDump: false, isBatch: false, awaited: messages.length - 1 });
  }

  /** The same for nf_tables: all messages are done, or none. */
  batch(messages: readonly Uint8Array[], purpose: Purpose): Uint8Array {
    const { littleEndian } = this.#conventions;
    const whole = [encodeBatchBegin(littleEndian), ...messages, encodeBatchEnd(littleEndian)];
    return this.#begin(whole, { purpose, isDump: false, isBatch: true, awaited: messages.length });
  }

  /** The kernel does one dump of a socket at a time: `isDumping` must be false. */
  dump(message: Uint8Array, purpose: Purpose): Uint8Array {
    if (this.#dumping) throw new Error('a dump is asked for while another is under way');
    this.#dumping = true;
    return this.#begin([message], { purpose, isDump: true, isBatch: false, awaited: 0 });
  }

  get isDumping(): boolean {
    return this.#dumping;
  }

  /** One datagram from the kernel. */
  received(octets: Uint8Array): NetlinkEvent<Purpose>[] {
    const events: NetlinkEvent<Purpose>[] = [];
    try {
      for (const message of decodeNetlinkMessages(octets, this.#conventions.littleEndian)) {
        this.#receivedMessage(message, events);
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      events.push({ kind: 'malformed', why: error.message });
    }
    return events;
  }

  /** Answers were lost (ENOBUFS), or the socket was: nothing is outstanding any more, and nothing is known of it. */
  overrun(): NetlinkEvent<Purpose>[] {
    const lost = new Set(this.#outstanding.values());
    this.#outstanding.clear();
    this.#outstandingCount = 0;
    this.#dumping = false;
    return Array.from(lost, ({ purpose }) => ({ kind: 'unknown', purpose }));
  }

  #begin(
    messages: readonly Uint8Array[],
    how: { readonly purpose: Purpose; readonly isDump: boolean; readonly isBatch: boolean; readonly awaited: number },
  ): Uint8Array {
    const { littleEndian } = this.#conventions;
    const octets = join(messages);
    const view = viewOf(octets);
    const firstSequence = this.#take(messages.length);
    const outstanding: Outstanding<Purpose> = {
      purpose: how.purpose,
      isDump: how.isDump,
      isBatch: how.isBatch,
      firstSequence,
      lastSequence: firstSequence + how.awaited,
      messages: [],
      refusal: undefined,
      interrupted: false,
    };
    let offset = 0;
    for (const [index, message] of messages.entries()) {
      const sequence = firstSequence + index;
      view.setUint32(offset + SEQUENCE_OFFSET, sequence, littleEndian);
      // Errors come unasked: one acknowledgement, of the last message, tells that all were answered.
      if (index === how.awaited && !how.isDump) {
        const flags = view.getUint16(offset + FLAGS_OFFSET, littleEndian);
        view.setUint16(offset + FLAGS_OFFSET, flags | NLM_F_ACK, littleEndian);
      }
      this.#outstanding.set(sequence, outstanding);
      offset += message.length;
    }
    this.#outstandingCount += 1;
    return octets;
  }

  /** Sequence numbers of one request follow each other; 0 is the kernel's own. */
  #take(count: number): number {
    if (this.#nextSequence > SEQUENCE_LIMIT) this.#nextSequence = 1;
    const first = this.#nextSequence;
    this.#nextSequence += count;
    return first;
  }

  #receivedMessage(message: NetlinkMessage, events: NetlinkEvent<Purpose>[]): void {
    const outstanding = this.#outstanding.get(message.sequence);
    const { type } = message;
    if (type === NLMSG_NOOP) return;
    if (outstanding === undefined) {
      // An answer that nobody waits for belongs to a request given up by `overrun`.
      if (type !== NLMSG_ERROR && type !== NLMSG_DONE) events.push({ kind: 'notified', message });
      return;
    }
    if ((message.flags & NLM_F_DUMP_INTR) !== 0) outstanding.interrupted = true;
    if (type === NLMSG_ERROR || type === NLMSG_DONE) {
      const event = this.#answered(outstanding, message);
      if (event !== undefined) events.push(event);
    } else {
      outstanding.messages.push(message);
    }
  }

  #answered(outstanding: Outstanding<Purpose>, message: NetlinkMessage): NetlinkEvent<Purpose> | undefined {
    const answer = decodeNetlinkAnswer(message, this.#conventions.littleEndian);
    if (answer.errno !== 0) outstanding.refusal ??= answer;
    const endsBatch = outstanding.isBatch && answer.errno !== 0 && message.sequence === outstanding.firstSequence;
    if (message.sequence !== outstanding.lastSequence && !endsBatch) return undefined;
    this.#forget(outstanding);
    const { purpose, refusal, messages, interrupted } = outstanding;
    if (refusal !== undefined) {
      const name = errnoName(refusal.errno, this.#conventions.errnoNumbers);
      return { kind: 'refused', purpose, errno: refusal.errno, errnoName: name, message: refusal.message };
    }
    if (outstanding.isDump) return { kind: 'dumped', purpose, messages, interrupted };
    return { kind: 'acknowledged', purpose, messages };
  }

  #forget(outstanding: Outstanding<Purpose>): void {
    let sequence = outstanding.firstSequence;
    while (this.#outstanding.get(sequence) === outstanding) this.#outstanding.delete(sequence++);
    this.#outstandingCount -= 1;
    if (outstanding.isDump) this.#dumping = false;
  }
}

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

/** One send: a request, a dump, a batch, or several requests of one message each. */
type Outstanding<Purpose> = {
  /** More than one where the send is several requests. */
  readonly purposes: readonly Purpose[];
  readonly kind: 'request' | 'requests' | 'dump' | 'batch';
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** The answer to this message ends it. */
  readonly awaitedSequence: number;
  /** What else the kernel told, by the number of the message. */
  messages: NetlinkMessage[] | undefined;
  refusals: (NetlinkAnswer & { readonly sequence: number })[] | undefined;
  interrupted: boolean;
};

const NO_MESSAGES: readonly NetlinkMessage[] = [];
const SEQUENCE_OFFSET = 8;
const FLAGS_OFFSET = 6;
const SEQUENCE_LIMIT = 0x7fffffff;

export class NetlinkClient<Purpose> {
  readonly #conventions: HostConventions;
  /** In the order of sending, in which the kernel answers, too: what is looked for is nearly always the first. */
  #outstanding: Outstanding<Purpose>[] = [];
  #outstandingCount = 0;
  #dumping = false;
  #nextSequence = 1;
  readonly #batchBegin: Uint8Array;
  readonly #batchEnd: Uint8Array;

  constructor(conventions: HostConventions) {
    this.#conventions = conventions;
    this.#batchBegin = encodeBatchBegin(conventions.littleEndian);
    this.#batchEnd = encodeBatchEnd(conventions.littleEndian);
  }

  /** Requests and dumps without their final answer. */
  get outstandingCount(): number {
    return this.#outstandingCount;
  }

  /** Octets for one send. The messages are done one by one; a refused one does not stop the others. */
  request(messages: readonly Uint8Array[], purpose: Purpose): Uint8Array {
    return this.#begin(messages, { kind: 'request', purposes: [purpose], awaited: messages.length - 1 });
  }

  /** Requests of one message and one purpose each in one send. One acknowledgement, of the last, is for all of them. */
  requests(messages: readonly Uint8Array[], purposes: readonly Purpose[]): Uint8Array {
    return this.#begin(messages, { kind: 'requests', purposes, awaited: messages.length - 1 });
  }

  /** The same for nf_tables: all messages are done, or none. */
  batch(messages: readonly Uint8Array[], purpose: Purpose): Uint8Array {
    const whole = [this.#batchBegin, ...messages, this.#batchEnd];
    return this.#begin(whole, { kind: 'batch', purposes: [purpose], awaited: messages.length });
  }

  /** The kernel does one dump of a socket at a time: `isDumping` must be false. */
  dump(message: Uint8Array, purpose: Purpose): Uint8Array {
    if (this.#dumping) throw new Error('a dump is asked for while another is under way');
    this.#dumping = true;
    return this.#begin([message], { kind: 'dump', purposes: [purpose], awaited: 0 });
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
    const lost = this.#outstanding;
    this.#outstanding = [];
    this.#outstandingCount = 0;
    this.#dumping = false;
    return lost.flatMap(({ purposes }) => purposes.map((purpose) => ({ kind: 'unknown', purpose }) as const));
  }

  #begin(
    messages: readonly Uint8Array[],
    how: Pick<Outstanding<Purpose>, 'kind' | 'purposes'> & { readonly awaited: number },
  ): Uint8Array {
    const { littleEndian } = this.#conventions;
    const octets = join(messages);
    const view = viewOf(octets);
    const firstSequence = this.#take(messages.length);
    let sequence = firstSequence;
    let offset = 0;
    for (const message of messages) {
      view.setUint32(offset + SEQUENCE_OFFSET, sequence, littleEndian);
      // Errors come unasked: one acknowledgement, of the last message, tells that all were answered.
      if (sequence - firstSequence === how.awaited && how.kind !== 'dump') {
        const flags = view.getUint16(offset + FLAGS_OFFSET, littleEndian);
        view.setUint16(offset + FLAGS_OFFSET, flags | NLM_F_ACK, littleEndian);
      }
      sequence += 1;
      offset += message.length;
    }
    this.#outstanding.push({
      kind: how.kind,
      purposes: how.purposes,
      firstSequence,
      lastSequence: sequence - 1,
      awaitedSequence: firstSequence + how.awaited,
      messages: undefined,
      refusals: undefined,
      interrupted: false,
    });
    this.#outstandingCount += how.purposes.length;
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
    const { type, sequence } = message;
    if (type === NLMSG_NOOP) return;
    const outstanding = this.#find(sequence);
    if (outstanding === undefined) {
      // An answer that nobody waits for belongs to a request given up by `overrun`.
      if (type !== NLMSG_ERROR && type !== NLMSG_DONE) events.push({ kind: 'notified', message });
      return;
    }
    if ((message.flags & NLM_F_DUMP_INTR) !== 0) outstanding.interrupted = true;
    if (type === NLMSG_ERROR || type === NLMSG_DONE) {
      this.#answered(outstanding, message, events);
    } else {
      outstanding.messages ??= [];
      outstanding.messages.push(message);
    }
  }

  #find(sequence: number): Outstanding<Purpose> | undefined {
    for (const outstanding of this.#outstanding) {
      if (sequence >= outstanding.firstSequence && sequence <= outstanding.lastSequence) return outstanding;
    }
    return undefined;
  }

  #answered(outstanding: Outstanding<Purpose>, message: NetlinkMessage, events: NetlinkEvent<Purpose>[]): void {
    const { sequence } = message;
    const answer = decodeNetlinkAnswer(message, this.#conventions.littleEndian);
    if (answer.errno !== 0) {
      outstanding.refusals ??= [];
      outstanding.refusals.push({ ...answer, sequence });
    }
    // Refusing the first message of a batch, its beginning, refuses all.
    const endsBatch = outstanding.kind === 'batch' && answer.errno !== 0 && sequence === outstanding.firstSequence;
    if (sequence !== outstanding.awaitedSequence && !endsBatch) return;
    this.#outstanding.splice(this.#outstanding.indexOf(outstanding), 1);
    this.#outstandingCount -= outstanding.purposes.length;
    if (outstanding.kind === 'dump') this.#dumping = false;
    if (outstanding.kind === 'requests') this.#endRequests(outstanding, events);
    else this.#end(outstanding, events);
  }

  #end(outstanding: Outstanding<Purpose>, events: NetlinkEvent<Purpose>[]): void {
    const { messages = NO_MESSAGES, interrupted } = outstanding;
    for (const purpose of outstanding.purposes) {
      const refusal = outstanding.refusals?.[0];
      if (refusal !== undefined) events.push(this.#refused(purpose, refusal));
      else if (outstanding.kind === 'dump') events.push({ kind: 'dumped', purpose, messages, interrupted });
      else events.push({ kind: 'acknowledged', purpose, messages });
    }
  }

  /** Each has its own outcome. */
  #endRequests(outstanding: Outstanding<Purpose>, events: NetlinkEvent<Purpose>[]): void {
    const { firstSequence, messages, refusals } = outstanding;
    let sequence = firstSequence;
    for (const purpose of outstanding.purposes) {
      const own = sequence++;
      const refusal = refusals?.find((each) => each.sequence === own);
      if (refusal !== undefined) events.push(this.#refused(purpose, refusal));
      else if (messages === undefined) events.push({ kind: 'acknowledged', purpose, messages: NO_MESSAGES });
      else events.push({ kind: 'acknowledged', purpose, messages: messages.filter((each) => each.sequence === own) });
    }
  }

  #refused(purpose: Purpose, { errno, message }: NetlinkAnswer): NetlinkEvent<Purpose> {
    return { kind: 'refused', purpose, errno, errnoName: errnoName(errno, this.#conventions.errnoNumbers), message };
  }
}

// A client of ubusd without input or output of its own: what happens goes in, what is to be done comes out of the same
// call. Times are milliseconds of a clock that does not jump. Requests are answered in any case: by the object, by
// ubusd, with `timeout` (nobody tells that an object died during a call), or with `connectionFailed`.

import { backOffMs } from './back-off.ts';
import { type BlobmsgElement, encodeBlobmsg } from './blobmsg.ts';
import type { Invocation, UbusEffect } from './effects.ts';
import { MESSAGE_TYPE, type Message, MessageStream } from './messages.ts';
import { OutstandingRequests } from './outstanding.ts';
import { type ObjectDescription, type OwnObject, OwnObjects, signatureOf } from './own-objects.ts';
import { type Receiver, Receivers, type Source } from './receivers.ts';
import {
  decodedOrUndefined,
  eventRequest,
  foundObjects,
  type Request,
  readReplies,
  send,
  sendStatus,
  sourceRequest,
} from './sending.ts';
import { STATUS } from './status.ts';

/** ubusd greets at once and answers at once; an object may take longer, its callers say how long. */
const UBUSD_TIMEOUT_MS = 10_000;

type Phase =
  | { readonly phase: 'stopped' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'greeting'; readonly giveUpAtMs: number }
  | { readonly phase: 'ready' }
  | { readonly phase: 'waiting'; readonly retryAtMs: number };

type Asked<Purpose> =
  | { readonly kind: 'call' | 'lookup'; readonly purpose: Purpose }
  | { readonly kind: 'addObject'; readonly object: OwnObject }
  | { readonly kind: 'addReceiver' | 'startReceiver'; readonly receiver: Receiver<Purpose> }
  | { readonly kind: 'removeObject' };

export type Call<Purpose> = {
  readonly objectId: number;
  readonly method: string;
  readonly arguments: readonly BlobmsgElement[];
  readonly purpose: Purpose;
  readonly timeoutMs: number;
};

export class UbusClient<Purpose> {
  readonly #outstanding = new OutstandingRequests<Asked<Purpose>>();
  readonly #receivers = new Receivers<Purpose>();
  readonly #objects = new OwnObjects();
  #stream = new MessageStream();
  #phase: Phase = { phase: 'stopped' };
  #connection = 0;
  #failedAttempts = 0;

  get isReady(): boolean {
    return this.#phase.phase === 'ready';
  }

  start(): UbusEffect<Purpose>[] {
    if (this.#phase.phase !== 'stopped') return [];
    this.#phase = { phase: 'connecting' };
    return [{ kind: 'connect' }];
  }

  /** Requests still outstanding are answered with `connectionFailed`. */
  stop(now: number): UbusEffect<Purpose>[] {
    const wasOpen = this.#phase.phase !== 'stopped' && this.#phase.phase !== 'waiting';
    this.#phase = { phase: 'stopped' };
    const answers = this.#forgetConnection(now);
    return wasOpen ? [{ kind: 'disconnect' }, ...answers] : answers;
  }

  connected(now: number): UbusEffect<Purpose>[] {
    if (this.#phase.phase !== 'connecting') return [];
    this.#phase = { phase: 'greeting', giveUpAtMs: now + UBUSD_TIMEOUT_MS };
    this.#stream = new MessageStream();
    this.#connection += 1;
    return [];
  }

  /** The connection could not be made, or has ended. */
  disconnected(why: string, now: number): UbusEffect<Purpose>[] {
    if (this.#phase.phase === 'stopped' || this.#phase.phase === 'waiting') return [];
    return this.#lost(why, now);
  }

  received(octets: Uint8Array, now: number): UbusEffect<Purpose>[] {
    if (this.#phase.phase !== 'greeting' && this.#phase.phase !== 'ready') return [];
    const messages = this.#stream.push(octets);
    const effects = messages.flatMap((message) => this.#handle(message, now));
    const { broken } = this.#stream;
    return broken === undefined ? effects : [...effects, { kind: 'disconnect' }, ...this.#lost(broken, now)];
  }

  /** When `deadlineReached` is wanted; waking too early does nothing. */
  nextDeadline(): number | undefined {
    switch (this.#phase.phase) {
      case 'greeting':
        return this.#phase.giveUpAtMs;
      case 'waiting':
        return this.#phase.retryAtMs;
      case 'ready':
        return earlier(this.#outstanding.earliestDeadline(), this.#objects.earliestRetry());
      default:
        return undefined;
    }
  }

  deadlineReached(now: number): UbusEffect<Purpose>[] {
    const phase = this.#phase;
    if (phase.phase === 'waiting' && phase.retryAtMs <= now) {
      this.#phase = { phase: 'connecting' };
      return [{ kind: 'connect' }];
    }
    if (phase.phase === 'greeting' && phase.giveUpAtMs <= now) {
      return [{ kind: 'disconnect' }, ...this.#lost('no greeting', now)];
    }
    if (phase.phase !== 'ready') return [];
    const late = this.#outstanding.takeExpired(now);
    const effects = late.flatMap(({ asked, replies }) => this.#ended(asked, STATUS.timeout, replies, now));
    // What ubusd itself owes cannot be asked for again on this connection: it may have been done all the same.
    if (late.some(({ asked }) => asked.kind !== 'call')) {
      return [...effects, { kind: 'disconnect' }, ...this.#lost('ubusd does not answer', now)];
    }
    return [...effects, ...this.#objects.due(now).flatMap((object) => this.#addOwn(object, now))];
  }

  /** A path, the beginning of one with `*`, or everything. Answered with `found`. */
  lookup(path: string | undefined, purpose: Purpose, now: number): UbusEffect<Purpose>[] {
    const attributes = path === undefined ? {} : { objectPath: path };
    return this.#ask({ type: MESSAGE_TYPE.lookup, peer: 0, attributes }, { kind: 'lookup', purpose }, now);
  }

  call(call: Call<Purpose>, now: number): UbusEffect<Purpose>[] {
    const { objectId, method, purpose, timeoutMs } = call;
    const attributes = { objectId, method, data: encodeBlobmsg(call.arguments) };
    const request = { type: MESSAGE_TYPE.invoke, peer: objectId, attributes };
    return this.#ask(request, { kind: 'call', purpose }, now, timeoutMs);
  }

  sendEvent(name: string, data: readonly BlobmsgElement[], purpose: Purpose, now: number): UbusEffect<Purpose>[] {
    const content: BlobmsgElement[] = [
      { name: 'id', type: 'string', value: name },
      { name: 'data', type: 'table', value: data },
    ];
    return this.#ask(eventRequest('send', content), { kind: 'call', purpose }, now);
  }

  /** Answered when it stands, or is refused; then come `notified`, and in the end perhaps `targetGone`. */
  subscribe(objectId: number, purpose: Purpose, now: number): UbusEffect<Purpose>[] {
    // A second subscription to the same object would bring everything twice.
    if (this.#receivers.subscribedTo(objectId) !== undefined) return concluded(purpose, STATUS.invalidArgument);
    return this.#addReceiver(purpose, { kind: 'object', objectId }, now);
  }

  unsubscribe(objectId: number, now: number): UbusEffect<Purpose>[] {
    const receiver = this.#receivers.subscribedTo(objectId);
    return receiver === undefined ? [] : this.#removeReceiver(receiver, now);
  }

  /** A name, or the beginning of one with `*`. Answered when it stands, or is refused; then comes `event`. */
  registerEvent(pattern: string, purpose: Purpose, now: number): UbusEffect<Purpose>[] {
    return this.#addReceiver(purpose, { kind: 'events', pattern }, now);
  }

  /** From now on, and again on every later connection. */
  addObject(description: ObjectDescription, now: number): UbusEffect<Purpose>[] {
    if (this.#objects.get(description.path) !== undefined) throw new RangeError(`${description.path} was added before`);
    const object = this.#objects.add(description);
    return this.isReady ? this.#addOwn(object, now) : [];
  }

  /** Whether anybody has subscribed to an own object: what a notification says need not be put together for nobody. */
  isHeard(path: string): boolean {
    const state = this.#objects.get(path)?.state;
    return state?.phase === 'added' && state.subscribed;
  }

  /** To those who have subscribed to an own object; their answers are not waited for. */
  notify(path: string, notification: string, data: readonly BlobmsgElement[]): UbusEffect<Purpose>[] {
    const state = this.#objects.get(path)?.state;
    if (state?.phase !== 'added' || !state.subscribed) return [];
    const { objectId } = state;
    const attributes = { objectId, method: notification, data: encodeBlobmsg(data), noReply: 1 };
    const sequence = this.#outstanding.nextSequence();
    const sent = send({ type: MESSAGE_TYPE.notify, sequence, peer: objectId, attributes });
    return sent === undefined ? ignored(`a notification ${notification} that is too long`) : [sent];
  }

  /** The answer to `invoked`, at once or later. */
  reply(invocation: Invocation, status: number, data?: readonly BlobmsgElement[]): UbusEffect<Purpose>[] {
    if (!this.isReady || invocation.connection !== this.#connection) return [];
    const { sequence, peer, objectId } = invocation;
    if (data === undefined) return [sendStatus(invocation, status)];
    const attributes = { objectId, data: encodeBlobmsg(data) };
    const sent = send({ type: MESSAGE_TYPE.data, sequence, peer, attributes });
    if (sent === undefined) return [sendStatus(invocation, STATUS.noMemory), ...ignored('an answer that is too long')];
    return [sent, sendStatus(invocation, status)];
  }

  #handle(message: Message, now: number): UbusEffect<Purpose>[] {
    if (message.version !== 0) return ignored(`a message of version ${message.version}`);
    if (message.type === MESSAGE_TYPE.hello) return this.#greeted(now);
    if (!this.isReady) return ignored('a message before the greeting');
    switch (message.type) {
      case MESSAGE_TYPE.data:
        return this.#outstanding.keepReply(message) ? [] : ignored('data that nobody asked for');
      case MESSAGE_TYPE.status:
        return this.#statusCame(message, now);
      case MESSAGE_TYPE.invoke:
        return this.#invoked(message);
      case MESSAGE_TYPE.notify:
        return this.#objects.subscribersChanged(message.attributes);
      case MESSAGE_TYPE.unsubscribe:
        return this.#targetGone(message, now);
      default:
        return ignored(`a message of type ${message.type}`);
    }
  }

  #greeted(now: number): UbusEffect<Purpose>[] {
    if (this.#phase.phase !== 'greeting') return ignored('a second greeting');
    this.#phase = { phase: 'ready' };
    this.#failedAttempts = 0;
    return [...this.#objects.all().flatMap((object) => this.#addOwn(object, now)), { kind: 'ready' }];
  }

  #statusCame(message: Message, now: number): UbusEffect<Purpose>[] {
    const request = this.#outstanding.end(message);
    const status = message.attributes.status ?? STATUS.unknownError;
    if (request === undefined) return ignored(`a status ${status} that nobody asked for`);
    return this.#ended(request.asked, status, request.replies, now);
  }

  #ended(asked: Asked<Purpose>, status: number, replies: readonly Message[], now: number): UbusEffect<Purpose>[] {
    switch (asked.kind) {
      case 'call':
        return answered(asked.purpose, status, replies);
      case 'lookup':
        return [{ kind: 'found', purpose: asked.purpose, status, objects: foundObjects(replies) }];
      case 'addObject':
        return this.#objects.answered(asked.object, status, replies[0]?.attributes.objectId, now);
      case 'addReceiver':
        return this.#startReceiver(asked.receiver, status, replies[0]?.attributes.objectId, now);
      case 'startReceiver':
        return this.#receiverStarted(asked.receiver, status, now);
      case 'removeObject':
        return [];
    }
  }

  #invoked(message: Message): UbusEffect<Purpose>[] {
    const { objectId, method, noReply, data } = message.attributes;
    if (objectId === undefined || method === undefined) return ignored('a call of nothing');
    const { sequence, peer } = message;
    const invocation = { connection: this.#connection, sequence, peer, objectId };
    const receiver = this.#receivers.withId(objectId);
    if (receiver !== undefined) {
      const wantsAnswer = receiver.source.kind === 'object' && !noReply;
      return [...(wantsAnswer ? [sendStatus(invocation, STATUS.ok)] : []), ...delivered(receiver, method, data)];
    }
    const object = this.#objects.withId(objectId);
    if (object !== undefined) return this.#objects.invoked(object, invocation, message.attributes);
    const why = ignored('a call of an object that is no more');
    return noReply ? why : [sendStatus(invocation, STATUS.notFound), ...why];
  }

  #targetGone({ attributes }: Message, now: number): UbusEffect<Purpose>[] {
    const receiver = this.#receivers.withId(attributes.objectId ?? 0);
    if (receiver?.source.kind !== 'object') return ignored('the end of no subscription');
    const { purpose, source } = receiver;
    return [...this.#removeReceiver(receiver, now), { kind: 'targetGone', purpose, objectId: source.objectId }];
  }

  #addReceiver(purpose: Purpose, source: Source, now: number): UbusEffect<Purpose>[] {
    const receiver = this.#receivers.add(purpose, source);
    return this.#ask({ type: MESSAGE_TYPE.addObject, peer: 0, attributes: {} }, { kind: 'addReceiver', receiver }, now);
  }

  #startReceiver(
    receiver: Receiver<Purpose>,
    status: number,
    id: number | undefined,
    now: number,
  ): UbusEffect<Purpose>[] {
    if (status !== STATUS.ok || id === undefined) {
      this.#receivers.remove(receiver);
      return concluded(receiver.purpose, status === STATUS.ok ? STATUS.unknownError : status);
    }
    const isWanted = this.#receivers.setId(receiver, id);
    if (!isWanted) return [...this.#removeReceiver(receiver, now), ...concluded(receiver.purpose, STATUS.notFound)];
    return this.#ask(sourceRequest(receiver.source, id), { kind: 'startReceiver', receiver }, now);
  }

  #receiverStarted(receiver: Receiver<Purpose>, status: number, now: number): UbusEffect<Purpose>[] {
    const result = concluded(receiver.purpose, status);
    return status === STATUS.ok ? result : [...this.#removeReceiver(receiver, now), ...result];
  }

  /** With the receiver goes what it was subscribed to or registered for. */
  #removeReceiver(receiver: Receiver<Purpose>, now: number): UbusEffect<Purpose>[] {
    this.#receivers.remove(receiver);
    if (receiver.id === undefined || !this.isReady) return [];
    const attributes = { objectId: receiver.id };
    return this.#ask({ type: MESSAGE_TYPE.removeObject, peer: 0, attributes }, { kind: 'removeObject' }, now);
  }

  #addOwn(object: OwnObject, now: number): UbusEffect<Purpose>[] {
    object.state = { phase: 'adding' };
    const attributes = { objectPath: object.path, signature: encodeBlobmsg(signatureOf(object.methods)) };
    return this.#ask({ type: MESSAGE_TYPE.addObject, peer: 0, attributes }, { kind: 'addObject', object }, now);
  }

  #ask(request: Request, asked: Asked<Purpose>, now: number, timeoutMs = UBUSD_TIMEOUT_MS): UbusEffect<Purpose>[] {
    if (!this.isReady) return this.#ended(asked, STATUS.connectionFailed, [], now);
    if (this.#outstanding.isFull) return this.#ended(asked, STATUS.noMemory, [], now);
    const sequence = this.#outstanding.nextSequence();
    const sent = send({ ...request, sequence });
    if (sent === undefined) return this.#ended(asked, STATUS.invalidArgument, [], now);
    this.#outstanding.add({ sequence, peer: request.peer, asked, deadlineMs: now + timeoutMs });
    return [sent];
  }

  #lost(why: string, now: number): UbusEffect<Purpose>[] {
    this.#failedAttempts += 1;
    this.#phase = { phase: 'waiting', retryAtMs: now + backOffMs(this.#failedAttempts) };
    const answers = this.#forgetConnection(now);
    return [{ kind: 'lost', why, failedAttempts: this.#failedAttempts }, ...answers];
  }

  #forgetConnection(now: number): UbusEffect<Purpose>[] {
    const requests = this.#outstanding.takeAll().filter(({ asked }) => asked.kind !== 'addObject');
    const answers = requests.flatMap(({ asked, replies }) => this.#ended(asked, STATUS.connectionFailed, replies, now));
    this.#receivers.clear();
    this.#objects.forgetConnection();
    return answers;
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function ignored(why: string): { kind: 'ignored'; why: string }[] {
  return [{ kind: 'ignored', why }];
}

/** An answer without data. */
function concluded<Purpose>(purpose: Purpose, status: number): UbusEffect<Purpose>[] {
  return [{ kind: 'answered', purpose, status, replies: [] }];
}

function answered<Purpose>(purpose: Purpose, status: number, messages: readonly Message[]): UbusEffect<Purpose>[] {
  const { replies, malformed } = readReplies(messages);
  if (!malformed) return [{ kind: 'answered', purpose, status, replies }];
  return [{ kind: 'answered', purpose, status: STATUS.parseError, replies }, ...ignored('a malformed answer')];
}

function delivered<Purpose>(
  receiver: Receiver<Purpose>,
  name: string,
  octets: Uint8Array | undefined,
): UbusEffect<Purpose>[] {
  const data = octets === undefined ? [] : decodedOrUndefined(octets);
  const { purpose, source } = receiver;
  if (data === undefined) return ignored(`malformed data with ${name}`);
  if (source.kind === 'events') return [{ kind: 'event', purpose, name, data }];
  return [{ kind: 'notified', purpose, notification: name, data }];
}

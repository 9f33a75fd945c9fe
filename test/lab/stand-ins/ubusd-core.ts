// Stand-in for ubusd, where a machine has none: the rules of the real one, as its recorded conversations show them,
// without sockets. Every client is root; there is no monitor, no ACL file and no passing of descriptors.
// Answers come in the order in which the real ubusd writes them.

import { attributesOf } from '../../../src/ubus-js/blob.ts';
import { type BlobmsgElement, decodeBlobmsg, encodeBlobmsg } from '../../../src/ubus-js/blobmsg.ts';
import { Malformed } from '../../../src/ubus-js/malformed.ts';
import {
  type Attributes,
  EVENT_OBJECT,
  encodeMessage,
  MESSAGE_TYPE,
  type Message,
  MessageStream,
} from '../../../src/ubus-js/messages.ts';
import { STATUS } from '../../../src/ubus-js/status.ts';

export type UbusdEffect =
  | { readonly kind: 'send'; readonly client: number; readonly octets: Uint8Array }
  | { readonly kind: 'close'; readonly client: number };

/** ubusmsg.h: ids below are ubusd's own. */
const SYSTEM_OBJECTS = 1024;
const ACL_OBJECT = 2;
const MONITOR_OBJECT = 3;

type ObjectType = { readonly id: number; readonly signature: Uint8Array };

type BusObject = {
  readonly id: number;
  readonly client: Client;
  readonly path: string | undefined;
  readonly type: ObjectType | undefined;
  /** Newest first: so they are served. */
  readonly subscribers: BusObject[];
  readonly targets: BusObject[];
  noticeSequence: number;
};

type Client = { readonly id: number; readonly stream: MessageStream; readonly objects: BusObject[] };

type EventPattern = { readonly key: string; readonly isPrefix: boolean; readonly object: BusObject };

/** A status that ends the request, or nothing where the request gets none. */
type Outcome = number | 'silent';

export class UbusdCore {
  readonly #clients = new Map<number, Client>();
  readonly #objects = new Map<number, BusObject>();
  readonly #paths = new Map<string, BusObject>();
  readonly #types = new Map<number, { type: ObjectType; users: number }>();
  readonly #newId: () => number;
  #patterns: EventPattern[] = [];
  #eventSequence = 0;
  #effects: UbusdEffect[] = [];

  /** `newId` gives random ids of 32 bits. */
  constructor(newId: () => number) {
    this.#newId = newId;
  }

  /** A client has connected; the answer names it. */
  connected(): { readonly client: number; readonly effects: UbusdEffect[] } {
    const id = this.#freeId(this.#clients);
    this.#clients.set(id, { id, stream: new MessageStream(), objects: [] });
    this.#send(id, MESSAGE_TYPE.hello, 0, id, {});
    return { client: id, effects: this.#takeEffects() };
  }

  received(clientId: number, octets: Uint8Array): UbusdEffect[] {
    const client = this.#clients.get(clientId);
    if (client === undefined) return [];
    for (const message of client.stream.push(octets)) this.#handle(client, message);
    if (client.stream.broken !== undefined) {
      this.#forget(client);
      this.#effects.push({ kind: 'close', client: clientId });
    }
    return this.#takeEffects();
  }

  disconnected(clientId: number): UbusdEffect[] {
    const client = this.#clients.get(clientId);
    if (client !== undefined) this.#forget(client);
    return this.#takeEffects();
  }

  #handle(client: Client, message: Message): void {
    const outcome = this.#outcome(client, message);
    if (outcome === 'silent') return;
    this.#send(client.id, MESSAGE_TYPE.status, message.sequence, message.peer, { status: outcome });
  }

  #outcome(client: Client, message: Message): Outcome {
    switch (message.type) {
      case MESSAGE_TYPE.ping:
        return this.#pong(client, message);
      case MESSAGE_TYPE.lookup:
        return this.#lookup(client, message);
      case MESSAGE_TYPE.invoke:
        return this.#invoke(client, message);
      case MESSAGE_TYPE.status:
      case MESSAGE_TYPE.data:
        return this.#forwardAnswer(client, message);
      case MESSAGE_TYPE.addObject:
        return this.#addObject(client, message);
      case MESSAGE_TYPE.removeObject:
        return this.#removeObject(client, message);
      case MESSAGE_TYPE.subscribe:
        return this.#subscribe(client, message.attributes);
      case MESSAGE_TYPE.unsubscribe:
        return this.#unsubscribe(client, message.attributes);
      case MESSAGE_TYPE.notify:
        return this.#notify(client, message);
      default:
        return STATUS.invalidCommand;
    }
  }

  /** The message itself, as DATA: version and body unlooked at. */
  #pong(client: Client, message: Message): Outcome {
    const octets = message.octets.slice();
    octets[1] = MESSAGE_TYPE.data;
    this.#effects.push({ kind: 'send', client: client.id, octets });
    return STATUS.ok;
  }

  #lookup(client: Client, { sequence, peer, attributes }: Message): Outcome {
    const wanted = attributes.objectPath;
    if (wanted === '') return STATUS.invalidArgument;
    const prefix = wanted?.endsWith('*') ? wanted.slice(0, -1) : undefined;
    const found = [...this.#paths.values()]
      .filter(
        ({ path = '' }) => wanted === undefined || path === wanted || (prefix !== undefined && path.startsWith(prefix)),
      )
      .sort((one, other) => compare(one.path, other.path));
    if (found.length === 0 && wanted !== undefined) return STATUS.notFound;
    for (const { path = '', id, type } of found) {
      // The real one shows no object without a type either.
      if (type === undefined) continue;
      const { signature } = type;
      const shown = { objectPath: path, objectId: id, objectType: type.id, signature };
      this.#send(client.id, MESSAGE_TYPE.data, sequence, peer, shown);
    }
    return STATUS.ok;
  }

  #invoke(client: Client, message: Message): Outcome {
    const { objectId, method, data } = message.attributes;
    if (objectId === undefined || method === undefined) return STATUS.invalidArgument;
    if (objectId < SYSTEM_OBJECTS) return this.#invokeSystem(client, message, objectId, method);
    const object = this.#objects.get(objectId);
    if (object === undefined) return STATUS.notFound;
    this.#deliver(object, { sequence: message.sequence, sender: client.id, mark: {}, method, data });
    return 'silent';
  }

  #invokeSystem(client: Client, message: Message, objectId: number, method: string): Outcome {
    if (objectId === EVENT_OBJECT) return this.#invokeEvents(client, method, message.attributes.data);
    if (objectId === MONITOR_OBJECT) return STATUS.methodNotFound;
    if (objectId !== ACL_OBJECT) return STATUS.notFound;
    if (method !== 'query') return STATUS.methodNotFound;
    const rules: BlobmsgElement[] = [
      { name: 'seq', type: 'int32', value: 1 },
      { name: 'acl', type: 'array', value: [] },
    ];
    const attributes = { objectId, data: encodeBlobmsg(rules) };
    this.#send(client.id, MESSAGE_TYPE.data, message.sequence, message.peer, attributes);
    return STATUS.ok;
  }

  #invokeEvents(client: Client, method: string, octets: Uint8Array | undefined): Outcome {
    const given = new Map(readableElements(octets).map((element) => [element.name, element]));
    if (method === 'register') return this.#register(client, given.get('object'), given.get('pattern'));
    if (method === 'send') return this.#sendEvent(client, given.get('id'), given.get('data'));
    return STATUS.invalidCommand;
  }

  #register(client: Client, object?: BlobmsgElement, pattern?: BlobmsgElement): Outcome {
    if (object?.type !== 'int32' || pattern?.type !== 'string') return STATUS.invalidArgument;
    const id = object.value >>> 0;
    if (id < SYSTEM_OBJECTS) return STATUS.permissionDenied;
    const receiver = this.#objects.get(id);
    if (receiver === undefined) return STATUS.notFound;
    if (receiver.client !== client || pattern.value === '') return STATUS.permissionDenied;
    const isPrefix = pattern.value.endsWith('*');
    const key = isPrefix ? pattern.value.slice(0, -1) : pattern.value;
    this.#patterns.push({ key, isPrefix, object: receiver });
    this.#patterns.sort((one, other) => compare(one.key, other.key));
    return STATUS.ok;
  }

  #sendEvent(client: Client, id?: BlobmsgElement, data?: BlobmsgElement): Outcome {
    if (id?.type !== 'string' || data?.type !== 'table') return STATUS.invalidArgument;
    if (id.value.startsWith('ubus.')) return STATUS.permissionDenied;
    this.#event(id.value, encodeBlobmsg(data.value), client);
    return STATUS.ok;
  }

  /** To each object once, however many of its patterns match, and not back to the sender. */
  #event(name: string, data: Uint8Array, sender?: Client): void {
    const served = new Set<BusObject>();
    for (const { key, isPrefix, object } of this.#patterns) {
      const matches = name === key || (isPrefix && name.startsWith(key));
      if (!matches || object.client === sender || served.has(object)) continue;
      served.add(object);
      this.#eventSequence = (this.#eventSequence + 1) % 0x10000;
      const attributes = { objectId: object.id, method: name, data };
      this.#send(object.client.id, MESSAGE_TYPE.invoke, this.#eventSequence, 0, attributes);
    }
  }

  #objectEvent(name: string, object: BusObject): void {
    if (object.path === undefined) return;
    const content: BlobmsgElement[] = [
      { name: 'id', type: 'int32', value: object.id | 0 },
      { name: 'path', type: 'string', value: object.path },
    ];
    this.#event(name, encodeBlobmsg(content));
  }

  /** Passed on as it is, whatever its data may be; only the peer becomes the object. Never answered. */
  #forwardAnswer(client: Client, message: Message): Outcome {
    const { objectId, status, data } = message.attributes;
    const isComplete = message.type === MESSAGE_TYPE.status ? status !== undefined : data !== undefined;
    const object = objectId === undefined ? undefined : this.#objects.get(objectId);
    if (object?.client !== client || !isComplete || !this.#clients.has(message.peer)) return 'silent';
    const octets = message.octets.slice();
    new DataView(octets.buffer).setUint32(4, object.id);
    this.#effects.push({ kind: 'send', client: message.peer, octets });
    return 'silent';
  }

  #addObject(client: Client, { sequence, peer, attributes }: Message): Outcome {
    const { objectPath: path, objectType, signature } = attributes;
    if (path !== undefined && this.#paths.has(path)) return STATUS.invalidArgument;
    const type = objectType === undefined ? this.#newType(signature) : this.#types.get(objectType)?.type;
    const id = this.#freeId(this.#objects);
    const object: BusObject = { id, client, path, type, subscribers: [], targets: [], noticeSequence: 0 };
    if (type !== undefined) this.#useType(type, 1);
    this.#objects.set(id, object);
    client.objects.unshift(object);
    if (path !== undefined) this.#paths.set(path, object);
    this.#objectEvent('ubus.object.add', object);
    const isNewType = signature !== undefined && type !== undefined;
    const answer = { objectId: id, ...(isNewType ? { objectType: type.id } : {}) };
    this.#send(client.id, MESSAGE_TYPE.data, sequence, peer, answer);
    return STATUS.ok;
  }

  #removeObject(client: Client, { sequence, peer, attributes }: Message): Outcome {
    const { objectId } = attributes;
    if (objectId === undefined) return STATUS.invalidArgument;
    const object = this.#objects.get(objectId);
    if (object === undefined) return STATUS.notFound;
    if (object.client !== client) return STATUS.permissionDenied;
    const isLastOfType = object.type !== undefined && this.#types.get(object.type.id)?.users === 1;
    const answer = { objectId, ...(isLastOfType && object.type ? { objectType: object.type.id } : {}) };
    this.#send(client.id, MESSAGE_TYPE.data, sequence, peer, answer);
    this.#freeObject(object);
    return STATUS.ok;
  }

  #subscribe(client: Client, attributes: Attributes): Outcome {
    const pair = this.#ownObject(client, attributes);
    if (typeof pair === 'number') return pair;
    const target = this.#objects.get(pair.target);
    if (target === undefined) return STATUS.notFound;
    if (target.client === client) return STATUS.invalidArgument;
    target.subscribers.unshift(pair.object);
    pair.object.targets.unshift(target);
    if (target.subscribers.length === 1) this.#notice(target);
    return STATUS.ok;
  }

  #unsubscribe(client: Client, attributes: Attributes): Outcome {
    const pair = this.#ownObject(client, attributes);
    if (typeof pair === 'number') return pair;
    const target = pair.object.targets.find(({ id }) => id === pair.target);
    if (target === undefined) return STATUS.notFound;
    this.#endSubscription(pair.object, target);
    return STATUS.ok;
  }

  #ownObject(client: Client, { objectId, target }: Attributes): number | { object: BusObject; target: number } {
    if (objectId === undefined || target === undefined) return STATUS.invalidArgument;
    const object = this.#objects.get(objectId);
    if (object === undefined) return STATUS.notFound;
    return object.client === client ? { object, target } : STATUS.invalidArgument;
  }

  #notify(client: Client, { sequence, peer, attributes }: Message): Outcome {
    const { objectId, method, data, noReply } = attributes;
    if (objectId === undefined || method === undefined) return STATUS.invalidArgument;
    const object = this.#objects.get(objectId);
    if (object === undefined) return STATUS.notFound;
    if (object.client !== client) return STATUS.permissionDenied;
    if (!noReply) {
      const subscribers = object.subscribers.map(({ id }) => id);
      this.#send(client.id, MESSAGE_TYPE.status, sequence, peer, { objectId, subscribers, status: STATUS.ok });
    }
    for (const subscriber of object.subscribers) {
      this.#deliver(subscriber, { sequence, sender: client.id, mark: noReply ? { noReply: 1 } : {}, method, data });
    }
    return 'silent';
  }

  #deliver(
    object: BusObject,
    call: {
      readonly sequence: number;
      readonly sender: number;
      readonly mark: Attributes;
      readonly method: string;
      readonly data: Uint8Array | undefined;
    },
  ): void {
    const { sequence, sender, mark, method, data } = call;
    const caller = { user: 'root', group: 'root' };
    const attributes = { ...mark, objectId: object.id, method, ...caller, ...(data === undefined ? {} : { data }) };
    this.#send(object.client.id, MESSAGE_TYPE.invoke, sequence, sender, attributes);
  }

  /** Tells an object that its first subscriber has come, or its last one gone. */
  #notice(object: BusObject): void {
    object.noticeSequence = (object.noticeSequence + 1) % 0x10000;
    const attributes = { objectId: object.id, active: object.subscribers.length > 0 ? 1 : 0 };
    this.#send(object.client.id, MESSAGE_TYPE.notify, object.noticeSequence, 0, attributes);
  }

  #endSubscription(subscriber: BusObject, target: BusObject): void {
    removeFirst(target.subscribers, subscriber);
    removeFirst(subscriber.targets, target);
    if (target.subscribers.length === 0) this.#notice(target);
  }

  #freeObject(object: BusObject): void {
    for (const target of [...object.targets]) this.#endSubscription(object, target);
    for (const subscriber of [...object.subscribers]) {
      subscriber.noticeSequence = (subscriber.noticeSequence + 1) % 0x10000;
      const attributes = { objectId: subscriber.id, target: object.id };
      const { client, noticeSequence } = subscriber;
      this.#send(client.id, MESSAGE_TYPE.unsubscribe, noticeSequence, 0, attributes);
      this.#endSubscription(subscriber, object);
    }
    this.#patterns = this.#patterns.filter((pattern) => pattern.object !== object);
    this.#objectEvent('ubus.object.remove', object);
    if (object.path !== undefined) this.#paths.delete(object.path);
    if (object.type !== undefined) this.#useType(object.type, -1);
    removeFirst(object.client.objects, object);
    this.#objects.delete(object.id);
  }

  /** A call that one of its objects has not answered stays unanswered: the caller is not told. */
  #forget(client: Client): void {
    this.#clients.delete(client.id);
    for (const object of [...client.objects]) this.#freeObject(object);
  }

  #newType(signature: Uint8Array | undefined): ObjectType | undefined {
    if (signature === undefined || !isSignature(signature)) return undefined;
    const type = { id: this.#freeId(this.#types), signature };
    this.#types.set(type.id, { type, users: 0 });
    return type;
  }

  #useType(type: ObjectType, change: 1 | -1): void {
    const users = (this.#types.get(type.id)?.users ?? 0) + change;
    if (users === 0) this.#types.delete(type.id);
    else this.#types.set(type.id, { type, users });
  }

  #freeId(taken: { has(id: number): boolean }): number {
    for (;;) {
      const id = this.#newId();
      if (id >= SYSTEM_OBJECTS && !taken.has(id)) return id;
    }
  }

  #send(client: number, type: number, sequence: number, peer: number, attributes: Attributes): void {
    if (!this.#clients.has(client)) return;
    this.#effects.push({ kind: 'send', client, octets: encodeMessage({ type, sequence, peer, attributes }) });
  }

  #takeEffects(): UbusdEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

/** strcmp: by octets. UTF-8 and code points have one order, UTF-16 units another; paths and names are ASCII. */
function compare(one = '', other = ''): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function removeFirst(list: BusObject[], object: BusObject): void {
  const index = list.indexOf(object);
  if (index >= 0) list.splice(index, 1);
}

/** The names of methods are all that is looked at. */
function isSignature(octets: Uint8Array): boolean {
  return attributesOf(octets).every(({ extended }) => extended) && isReadable(octets);
}

function isReadable(octets: Uint8Array): boolean {
  return octets.length === 0 || readableElements(octets).length > 0;
}

function readableElements(octets: Uint8Array | undefined): BlobmsgElement[] {
  if (octets === undefined) return [];
  try {
    return decodeBlobmsg(octets);
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

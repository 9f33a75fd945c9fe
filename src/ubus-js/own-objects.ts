// The objects that this program offers on the bus. They outlive connections: on each new one they are added again.

import { backOffMs } from './back-off.ts';
import { BLOBMSG_TYPE, type BlobmsgElement, type BlobmsgType } from './blobmsg.ts';
import type { Invocation, UbusEffect } from './effects.ts';
import type { Attributes } from './messages.ts';
import { decodedOrUndefined, sendStatus } from './sending.ts';
import { STATUS } from './status.ts';

/** The arguments of each method, with their types. Nothing is checked by them: they are what `ubus -v list` shows. */
export type Methods = { readonly [method: string]: { readonly [argument: string]: BlobmsgType } };

export type ObjectDescription = { readonly path: string; readonly methods: Methods };

type Phase =
  | { readonly phase: 'absent' }
  | { readonly phase: 'adding' }
  | { readonly phase: 'added'; readonly objectId: number; readonly subscribed: boolean }
  | { readonly phase: 'refused'; readonly retryAtMs: number };

export type OwnObject = ObjectDescription & { state: Phase; refusals: number };

export class OwnObjects {
  readonly #byPath = new Map<string, OwnObject>();

  add(description: ObjectDescription): OwnObject {
    const object: OwnObject = { ...description, state: { phase: 'absent' }, refusals: 0 };
    this.#byPath.set(description.path, object);
    return object;
  }

  get(path: string): OwnObject | undefined {
    return this.#byPath.get(path);
  }

  remove(path: string): void {
    this.#byPath.delete(path);
  }

  /** Few objects: a search is shorter than a second table. */
  withId(objectId: number): OwnObject | undefined {
    for (const object of this.#byPath.values()) {
      if (object.state.phase === 'added' && object.state.objectId === objectId) return object;
    }
    return undefined;
  }

  all(): OwnObject[] {
    return [...this.#byPath.values()];
  }

  forgetConnection(): void {
    for (const object of this.#byPath.values()) {
      object.state = { phase: 'absent' };
      object.refusals = 0;
    }
  }

  /** The answer to adding the object. */
  answered(object: OwnObject, status: number, objectId: number | undefined, now: number): UbusEffect<never>[] {
    const { path } = object;
    if (status === STATUS.ok && objectId !== undefined) {
      object.state = { phase: 'added', objectId, subscribed: false };
      return [{ kind: 'objectAdded', path, objectId }];
    }
    // Also when the old connection of a restarted program still holds the path: ubusd says invalidArgument then.
    object.refusals += 1;
    object.state = { phase: 'refused', retryAtMs: now + backOffMs(object.refusals) };
    return [{ kind: 'objectRefused', path, status }];
  }

  invoked(object: OwnObject, invocation: Invocation, attributes: Attributes): UbusEffect<never>[] {
    const { method = '', data, user } = attributes;
    const { path } = object;
    if (!Object.hasOwn(object.methods, method)) return [sendStatus(invocation, STATUS.methodNotFound)];
    const given = data === undefined ? undefined : decodedOrUndefined(data);
    if (given === undefined) {
      const why = `malformed arguments for ${method} of ${path}`;
      return [sendStatus(invocation, STATUS.invalidArgument), { kind: 'ignored', why }];
    }
    return [{ kind: 'invoked', path, method, arguments: given, invocation, ...(user === undefined ? {} : { user }) }];
  }

  /** ubusd tells when the first subscriber has come, and when the last one is gone. */
  subscribersChanged({ objectId, active }: Attributes): UbusEffect<never>[] {
    const object = objectId === undefined ? undefined : this.withId(objectId);
    if (object === undefined || objectId === undefined || active === undefined) {
      return [{ kind: 'ignored', why: 'a notice about no object of ours' }];
    }
    const subscribed = active !== 0;
    object.state = { phase: 'added', objectId, subscribed };
    return [{ kind: 'subscribersChanged', path: object.path, subscribed }];
  }

  /** Those whose time has come to be tried again. */
  due(now: number): OwnObject[] {
    return this.all().filter(({ state }) => state.phase === 'refused' && state.retryAtMs <= now);
  }

  earliestRetry(): number | undefined {
    const times = this.all().flatMap(({ state }) => (state.phase === 'refused' ? state.retryAtMs : []));
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

/** The value of a SIGNATURE attribute: a table for each method, in it the number of each argument's type. */
export function signatureOf(methods: Methods): BlobmsgElement[] {
  return Object.entries(methods).map(([name, types]) => ({
    name,
    type: 'table',
    value: Object.entries(types).map(([argument, type]) => ({
      name: argument,
      type: 'int32',
      value: BLOBMSG_TYPE[type],
    })),
  }));
}

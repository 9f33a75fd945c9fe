// What a UbusClient wants done, and what it has to tell. `Purpose` is the user's own: it comes back with the answer.

import type { BlobmsgElement } from './blobmsg.ts';

/** Where an answer to an incoming call goes. It is worth nothing on a later connection. */
export type Invocation = {
  readonly connection: number;
  readonly sequence: number;
  readonly peer: number;
  readonly objectId: number;
};

export type FoundObject = {
  readonly path: string;
  readonly objectId: number;
  readonly signature: readonly BlobmsgElement[];
};

export type UbusEffect<Purpose> =
  /** For the runtime: open the socket, then say `connected` or `disconnected`. */
  | { readonly kind: 'connect' }
  | { readonly kind: 'send'; readonly octets: Uint8Array }
  /** For the runtime: close the socket, and do not say `disconnected`. */
  | { readonly kind: 'disconnect' }
  /** Connected: own objects are being added; subscriptions and event registrations are to be asked for (again). */
  | { readonly kind: 'ready' }
  /** An attempt or a connection has ended, and with it all subscriptions and registrations. */
  | { readonly kind: 'lost'; readonly why: string; readonly failedAttempts: number }
  | { readonly kind: 'found'; readonly purpose: Purpose; readonly status: number; readonly objects: FoundObject[] }
  /** `replies`: one for each DATA message; mostly one, sometimes none. Several are rare. */
  | {
      readonly kind: 'answered';
      readonly purpose: Purpose;
      readonly status: number;
      readonly replies: readonly (readonly BlobmsgElement[])[];
    }
  | {
      readonly kind: 'notified';
      readonly purpose: Purpose;
      readonly notification: string;
      readonly data: readonly BlobmsgElement[];
    }
  | {
      readonly kind: 'event';
      readonly purpose: Purpose;
      readonly name: string;
      readonly data: readonly BlobmsgElement[];
    }
  /** The object subscribed to is no more. An object of the same path may come back under another id. */
  | { readonly kind: 'targetGone'; readonly purpose: Purpose; readonly objectId: number }
  | {
      readonly kind: 'invoked';
      readonly path: string;
      readonly method: string;
      readonly arguments: readonly BlobmsgElement[];
      readonly invocation: Invocation;
      readonly user?: string;
    }
  | { readonly kind: 'objectAdded'; readonly path: string; readonly objectId: number }
  /** It will be tried again: the path may belong to a predecessor that is just going, or the ACL may change. */
  | { readonly kind: 'objectRefused'; readonly path: string; readonly status: number }
  | { readonly kind: 'subscribersChanged'; readonly path: string; readonly subscribed: boolean }
  /** Something came that makes no sense, or that nobody asked for. */
  | { readonly kind: 'ignored'; readonly why: string };

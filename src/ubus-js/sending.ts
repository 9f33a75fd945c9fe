// What the client sends, as effects, and what it reads out of what comes.

import { type BlobmsgElement, decodeBlobmsg, encodeBlobmsg } from './blobmsg.ts';
import type { FoundObject, Invocation } from './effects.ts';
import { Malformed } from './malformed.ts';
import {
  type Attributes,
  EVENT_OBJECT,
  encodeMessage,
  HEADER_LENGTH,
  LONGEST_BODY,
  MESSAGE_TYPE,
  type Message,
  type MessageContent,
} from './messages.ts';
import type { Source } from './receivers.ts';

export type Request = { readonly type: number; readonly peer: number; readonly attributes: Attributes };

export type Send = { readonly kind: 'send'; readonly octets: Uint8Array };

/** undefined where ubusd would close the connection for its length. */
export function send(message: MessageContent): Send | undefined {
  const octets = encodeMessage(message);
  return octets.length > HEADER_LENGTH + LONGEST_BODY ? undefined : { kind: 'send', octets };
}

/** The STATUS message that ends a call of ours. */
export function sendStatus(invocation: Invocation, status: number): Send {
  const { sequence, peer, objectId } = invocation;
  const attributes = { status, objectId };
  return { kind: 'send', octets: encodeMessage({ type: MESSAGE_TYPE.status, sequence, peer, attributes }) };
}

/** A call of ubusd's own object for events. */
export function eventRequest(method: string, data: readonly BlobmsgElement[]): Request {
  const attributes = { objectId: EVENT_OBJECT, method, data: encodeBlobmsg(data) };
  return { type: MESSAGE_TYPE.invoke, peer: EVENT_OBJECT, attributes };
}

/** Makes the source deliver to the receiver of this id. */
export function sourceRequest(source: Source, receiverId: number): Request {
  if (source.kind === 'object') {
    const attributes = { objectId: receiverId, target: source.objectId };
    return { type: MESSAGE_TYPE.subscribe, peer: 0, attributes };
  }
  return eventRequest('register', [
    { name: 'object', type: 'int32', value: receiverId },
    { name: 'pattern', type: 'string', value: source.pattern },
  ]);
}

export function decodedOrUndefined(octets: Uint8Array): BlobmsgElement[] | undefined {
  try {
    return decodeBlobmsg(octets);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

export type Replies = { readonly replies: BlobmsgElement[][]; readonly malformed: boolean };

/** The values of DATA messages; those that make no sense are left out. */
export function readReplies(messages: readonly Message[]): Replies {
  const replies: BlobmsgElement[][] = [];
  let malformed = false;
  for (const { attributes } of messages) {
    if (attributes.data === undefined) continue;
    const reply = decodedOrUndefined(attributes.data);
    if (reply === undefined) malformed = true;
    else replies.push(reply);
  }
  return { replies, malformed };
}

export function foundObjects(messages: readonly Message[]): FoundObject[] {
  return messages.flatMap(({ attributes }) => {
    const { objectPath: path, objectId, signature } = attributes;
    if (path === undefined || objectId === undefined) return [];
    return { path, objectId, signature: (signature && decodedOrUndefined(signature)) ?? [] };
  });
}

// The messages between ubusd and its clients: an 8-octet header (version, type, sequence, peer) and one blob of
// attributes. Attributes are read as ubusd reads them: unknown ones are skipped, one of a wrong size counts as absent,
// of two the last one wins. DATA and SIGNATURE stay octets: ubusd passes them on without looking.

import { utf8Octets, utf8Text, viewOf } from '../octets/octets.ts';
import { ATTRIBUTE_HEADER_LENGTH, type Attribute, attributesOf, BlobWriter, LENGTH_MASK } from './blob.ts';
import { Malformed } from './malformed.ts';

/** ubusmsg.h, enum ubus_msg_type. */
export const MESSAGE_TYPE = {
  hello: 0,
  status: 1,
  data: 2,
  ping: 3,
  lookup: 4,
  invoke: 5,
  addObject: 6,
  removeObject: 7,
  subscribe: 8,
  unsubscribe: 9,
  notify: 10,
  /** Its attributes are numbered in a way of its own, and are not read here. */
  monitor: 11,
} as const;

export const HEADER_LENGTH = 8;
/** ubusd closes the connection on a longer blob. */
export const LONGEST_BODY = 0x100000;
/** The object of ubusd that events are registered with and sent to. */
export const EVENT_OBJECT = 1;

/** In the order in which they stand, or will stand, in the message. */
export type Attributes = {
  readonly status?: number;
  readonly objectPath?: string;
  readonly objectId?: number;
  readonly method?: string;
  readonly objectType?: number;
  readonly signature?: Uint8Array;
  readonly data?: Uint8Array;
  readonly target?: number;
  readonly active?: number;
  readonly noReply?: number;
  readonly subscribers?: readonly number[];
  readonly user?: string;
  readonly group?: string;
};

export type MessageContent = {
  readonly type: number;
  readonly sequence: number;
  readonly peer: number;
  readonly attributes: Attributes;
};

export type Message = MessageContent & { readonly version: number; readonly octets: Uint8Array };

type AttributeKind = 'int32' | 'int8' | 'string' | 'octets' | 'objectIds';
type AttributeValue = number | string | Uint8Array | readonly number[];

/** ubusmsg.h, enum ubus_msg_attr. */
const ATTRIBUTES: readonly { readonly id: number; readonly name: keyof Attributes; readonly kind: AttributeKind }[] = [
  { id: 1, name: 'status', kind: 'int32' },
  { id: 2, name: 'objectPath', kind: 'string' },
  { id: 3, name: 'objectId', kind: 'int32' },
  { id: 4, name: 'method', kind: 'string' },
  { id: 5, name: 'objectType', kind: 'int32' },
  { id: 6, name: 'signature', kind: 'octets' },
  { id: 7, name: 'data', kind: 'octets' },
  { id: 8, name: 'target', kind: 'int32' },
  { id: 9, name: 'active', kind: 'int8' },
  { id: 10, name: 'noReply', kind: 'int8' },
  { id: 11, name: 'subscribers', kind: 'objectIds' },
  { id: 12, name: 'user', kind: 'string' },
  { id: 13, name: 'group', kind: 'string' },
];

const attributeById = new Map(ATTRIBUTES.map((row) => [row.id, row]));
const attributeByName = new Map<string, (typeof ATTRIBUTES)[number]>(ATTRIBUTES.map((row) => [row.name, row]));

/** One whole message, no octet more. */
export function decodeMessage(octets: Uint8Array): Message {
  if (octets.length < HEADER_LENGTH + ATTRIBUTE_HEADER_LENGTH) {
    throw new Malformed('ubus message', `${octets.length} octets`);
  }
  const view = viewOf(octets);
  const bodyLength = view.getUint32(8) & LENGTH_MASK;
  if (bodyLength < ATTRIBUTE_HEADER_LENGTH || octets.length !== HEADER_LENGTH + bodyLength) {
    throw new Malformed('ubus message', `${octets.length} octets with a body of ${bodyLength}`);
  }
  const type = view.getUint8(1);
  return {
    version: view.getUint8(0),
    type,
    sequence: view.getUint16(2),
    peer: view.getUint32(4),
    attributes: type === MESSAGE_TYPE.monitor ? {} : decodeAttributes(octets.subarray(12)),
    octets,
  };
}

export function encodeMessage(message: MessageContent): Uint8Array {
  const writer = new BlobWriter();
  writer.uint8(0);
  writer.uint8(message.type);
  writer.uint16(message.sequence);
  writer.uint32(message.peer);
  const body = writer.open(0, false);
  for (const [name, value] of Object.entries(message.attributes)) {
    const row = attributeByName.get(name);
    if (row === undefined) continue;
    const start = writer.open(row.id, false);
    writeValue(writer, row.kind, value);
    writer.close(start);
  }
  writer.close(body);
  return writer.finish();
}

/** Cuts a stream into messages, however its octets arrive. */
export class MessageStream {
  /** The message that is arriving: its first 12 octets, and room for all of it once these are here. */
  #partial = new Uint8Array(HEADER_LENGTH + ATTRIBUTE_HEADER_LENGTH);
  #length = 0;
  #broken: string | undefined;

  /** Why nothing can come out of this stream any more. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** Copies what it keeps: the caller may use the buffer again. */
  push(octets: Uint8Array): Message[] {
    const messages: Message[] = [];
    let offset = 0;
    while (offset < octets.length && this.#broken === undefined) {
      const taken = Math.min(this.#partial.length - this.#length, octets.length - offset);
      this.#partial.set(octets.subarray(offset, offset + taken), this.#length);
      this.#length += taken;
      offset += taken;
      if (this.#length < this.#partial.length) break;
      const message = this.#completed();
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  /** The octets waited for are here: the fixed part alone, or the whole message. */
  #completed(): Message | undefined {
    const octets = this.#partial;
    const bodyLength = viewOf(octets).getUint32(HEADER_LENGTH) & LENGTH_MASK;
    if (bodyLength < ATTRIBUTE_HEADER_LENGTH || bodyLength > LONGEST_BODY) {
      this.#broken = `a message body of ${bodyLength} octets`;
      return undefined;
    }
    if (octets.length < HEADER_LENGTH + bodyLength) {
      this.#partial = new Uint8Array(HEADER_LENGTH + bodyLength);
      this.#partial.set(octets);
      return undefined;
    }
    this.#partial = new Uint8Array(HEADER_LENGTH + ATTRIBUTE_HEADER_LENGTH);
    this.#length = 0;
    return decodeMessage(octets);
  }
}

function decodeAttributes(octets: Uint8Array): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const attribute of attributesOf(octets)) {
    const row = attributeById.get(attribute.id);
    const value = row === undefined ? undefined : readValue(attribute, row.kind);
    if (row !== undefined && value !== undefined) attributes[row.name] = value;
  }
  return attributes;
}

function readValue({ value }: Attribute, kind: AttributeKind): AttributeValue | undefined {
  switch (kind) {
    case 'octets':
      return value;
    case 'int32':
      return value.length === 4 ? viewOf(value).getUint32(0) : undefined;
    case 'int8':
      return value.length === 1 ? value[0] : undefined;
    case 'string':
      return value.at(-1) === 0 ? utf8Text(value.subarray(0, value.indexOf(0))) : undefined;
    case 'objectIds':
      return attributesOf(value).flatMap((id) => (id.value.length === 4 ? viewOf(id.value).getUint32(0) : []));
  }
}

function writeValue(writer: BlobWriter, kind: AttributeKind, value: AttributeValue): void {
  if (typeof value === 'number') {
    if (kind === 'int8') writer.uint8(value);
    else writer.uint32(value);
  } else if (typeof value === 'string') {
    writer.octets(utf8Octets(value));
    writer.uint8(0);
  } else if (value instanceof Uint8Array) {
    writer.octets(value);
  } else {
    for (const id of value) {
      const start = writer.open(0, false);
      writer.uint32(id);
      writer.close(start);
    }
  }
}

// Netlink messages (linux/netlink.h, RFC 3549): header, attributes, acknowledgements. Everything is in the byte order of
// the host, which the runtime finds out and hands in; values that a family defines in network order are that family's
// affair. Sequence numbers and the matching of answers belong to clients/netlink-client.ts.

import type { Ipv4Address } from '../octets/address.ts';
import { utf8Octets, utf8Text, viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

export const NLM_F_REQUEST = 0x001;
export const NLM_F_MULTI = 0x002;
export const NLM_F_ACK = 0x004;
export const NLM_F_DUMP_INTR = 0x010;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

export const NETLINK_HEADER_LENGTH = 16;
const ATTRIBUTE_HEADER_LENGTH = 4;
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;
const NLMSGERR_ATTR_MSG = 1;

/** The kernel puts up to 32 KiB into one part of a dump when the reader's buffer has the room. */
export const NETLINK_RECEIVE_LENGTH = 32768;
/** Most messages need no more; the writer grows for those that do. */
const WRITER_INITIAL_LENGTH = 128;

export type NetlinkMessage = {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** What follows the header, a window into the datagram. */
  readonly payload: Uint8Array;
};

/** An acknowledgement: `errno` is 0 where the kernel did what was asked. */
export type NetlinkAnswer = {
  readonly errno: number;
  /** The kernel's own words (extended acknowledgement), where it has some. */
  readonly message: string | undefined;
};

/** Attributes by type; of two with the same type the last counts, as in the kernel. */
export type Attributes = ReadonlyMap<number, Uint8Array>;

/** All messages of one datagram. */
export function decodeNetlinkMessages(octets: Uint8Array, littleEndian: boolean): NetlinkMessage[] {
  const view = viewOf(octets);
  const messages: NetlinkMessage[] = [];
  let offset = 0;
  while (offset < octets.length) {
    if (octets.length - offset < NETLINK_HEADER_LENGTH) throw new Malformed('netlink message', 'the header is cut');
    const length = view.getUint32(offset, littleEndian);
    if (length < NETLINK_HEADER_LENGTH || length > octets.length - offset) {
      throw new Malformed('netlink message', `length ${length}, ${octets.length - offset} octets left`);
    }
    messages.push({
      type: view.getUint16(offset + 4, littleEndian),
      flags: view.getUint16(offset + 6, littleEndian),
      sequence: view.getUint32(offset + 8, littleEndian),
      payload: octets.subarray(offset + NETLINK_HEADER_LENGTH, offset + length),
    });
    offset += aligned(length);
  }
  return messages;
}

/** NLMSG_ERROR (struct nlmsgerr), and NLMSG_DONE, whose payload is an error number alone. */
export function decodeNetlinkAnswer(message: NetlinkMessage, littleEndian: boolean): NetlinkAnswer {
  if (message.type === NLMSG_DONE) return decodeDone(message, littleEndian);
  const view = fixedPart(message.payload, 4 + NETLINK_HEADER_LENGTH, 'netlink acknowledgement');
  const errno = -view.getInt32(0, littleEndian);
  const echoed = (message.flags & NLM_F_CAPPED) !== 0 ? NETLINK_HEADER_LENGTH : view.getUint32(4, littleEndian);
  // A plain success is not marked as capped, and yet only the header of the request is in it.
  const attributesAt = 4 + (errno === 0 ? NETLINK_HEADER_LENGTH : aligned(echoed));
  return { errno, message: extendedMessage(message, attributesAt, littleEndian) };
}

/** The attributes from `offset` to the end; padding behind the last may be missing. */
export function readAttributes(octets: Uint8Array, offset: number, littleEndian: boolean, what: string): Attributes {
  const attributes = new Map<number, Uint8Array>();
  walkAttributes(octets, offset, littleEndian, what, (type, value) => attributes.set(type, value));
  return attributes;
}

/** The values of a list whose elements all have the same type. */
export function readAttributeList(octets: Uint8Array, littleEndian: boolean, what: string): Uint8Array[] {
  const values: Uint8Array[] = [];
  walkAttributes(octets, 0, littleEndian, what, (_type, value) => values.push(value));
  return values;
}

/** A number of one, two or four octets, as long as the attribute is. */
export function attributeNumber(attributes: Attributes, type: number, littleEndian: boolean): number | undefined {
  const octets = attributes.get(type);
  if (octets === undefined) return undefined;
  switch (octets.length) {
    case 1:
      return octets[0];
    case 2:
      return viewOf(octets).getUint16(0, littleEndian);
    case 4:
      return viewOf(octets).getUint32(0, littleEndian);
    default:
      throw new Malformed(`netlink attribute ${type}`, `${octets.length} octets are no number`);
  }
}

export function attributeIpv4(attributes: Attributes, type: number): Ipv4Address | undefined {
  const octets = attributes.get(type);
  if (octets === undefined) return undefined;
  if (octets.length !== 4) throw new Malformed(`netlink attribute ${type}`, `${octets.length} octets are no address`);
  return viewOf(octets).getUint32(0) as Ipv4Address;
}

export function attributeText(attributes: Attributes, type: number): string | undefined {
  const octets = attributes.get(type);
  if (octets === undefined) return undefined;
  const end = octets.indexOf(0);
  return utf8Text(end < 0 ? octets : octets.subarray(0, end));
}

/** Writes one message. The sequence number stays 0: the client fills it in. */
export class MessageWriter {
  readonly #littleEndian: boolean;
  #octets = new Uint8Array(WRITER_INITIAL_LENGTH);
  #view = viewOf(this.#octets);
  #length = NETLINK_HEADER_LENGTH;

  constructor(type: number, flags: number, littleEndian: boolean) {
    this.#littleEndian = littleEndian;
    this.#view.setUint16(4, type, littleEndian);
    this.#view.setUint16(6, flags, littleEndian);
  }

  // Room may move all that was written to a longer buffer: first the room, then the write.

  /** Room for the family's fixed part, all zero. To be filled before anything else is written. */
  fixed(length: number): DataView {
    const offset = this.#length;
    this.#length = offset + aligned(length);
    if (this.#length > this.#octets.length) this.#grow();
    return new DataView(this.#octets.buffer, offset, length);
  }

  octets(type: number, value: Uint8Array): void {
    const offset = this.#attribute(type, value.length);
    this.#octets.set(value, offset);
  }

  /** Text with the NUL that the kernel expects behind it. */
  text(type: number, value: string): void {
    const octets = utf8Octets(value);
    const offset = this.#attribute(type, octets.length + 1);
    this.#octets.set(octets, offset);
  }

  number8(type: number, value: number): void {
    const offset = this.#attribute(type, 1);
    this.#view.setUint8(offset, value);
  }

  number16(type: number, value: number): void {
    const offset = this.#attribute(type, 2);
    this.#view.setUint16(offset, value, this.#littleEndian);
  }

  number32(type: number, value: number): void {
    const offset = this.#attribute(type, 4);
    this.#view.setUint32(offset, value, this.#littleEndian);
  }

  /** An IPv4 address, or any number of a family that has them in network order. */
  networkNumber32(type: number, value: number): void {
    const offset = this.#attribute(type, 4);
    this.#view.setUint32(offset, value);
  }

  /** Attributes that are encoded already, inside an attribute. */
  nestedOctets(type: number, value: Uint8Array): void {
    this.octets(type | NLA_F_NESTED, value);
  }

  /** Attributes inside an attribute. */
  nested(type: number, write: () => void): void {
    this.nestedUnmarked(type | NLA_F_NESTED, write);
  }

  /** The same without NLA_F_NESTED, for the older parts of rtnetlink. */
  nestedUnmarked(type: number, write: () => void): void {
    const valueAt = this.#attribute(type, 0);
    write();
    const attributeAt = valueAt - ATTRIBUTE_HEADER_LENGTH;
    this.#view.setUint16(attributeAt, this.#length - attributeAt, this.#littleEndian);
  }

  finish(): Uint8Array {
    this.#view.setUint32(0, this.#length, this.#littleEndian);
    return this.#octets.subarray(0, this.#length);
  }

  #attribute(type: number, valueLength: number): number {
    const offset = this.#length;
    const length = ATTRIBUTE_HEADER_LENGTH + valueLength;
    this.#length = offset + aligned(length);
    if (this.#length > this.#octets.length) this.#grow();
    this.#view.setUint16(offset, length, this.#littleEndian);
    this.#view.setUint16(offset + 2, type, this.#littleEndian);
    return offset + ATTRIBUTE_HEADER_LENGTH;
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#length);
    grown.set(this.#octets);
    this.#octets = grown;
    this.#view = viewOf(grown);
  }
}

/** Netlink aligns messages and attributes to four octets. */
function aligned(length: number): number {
  return (length + 3) & ~3;
}

function decodeDone(message: NetlinkMessage, littleEndian: boolean): NetlinkAnswer {
  if (message.payload.length === 0) return { errno: 0, message: undefined };
  const view = fixedPart(message.payload, 4, 'end of a netlink dump');
  const errno = -view.getInt32(0, littleEndian);
  return { errno, message: extendedMessage(message, 4, littleEndian) };
}

function extendedMessage(message: NetlinkMessage, offset: number, littleEndian: boolean): string | undefined {
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return undefined;
  const attributes = readAttributes(message.payload, offset, littleEndian, 'extended acknowledgement');
  return attributeText(attributes, NLMSGERR_ATTR_MSG);
}

function walkAttributes(
  octets: Uint8Array,
  start: number,
  littleEndian: boolean,
  what: string,
  visit: (type: number, value: Uint8Array) => void,
): void {
  const view = viewOf(octets);
  let offset = start;
  while (offset < octets.length) {
    if (octets.length - offset < ATTRIBUTE_HEADER_LENGTH) throw new Malformed(what, 'an attribute header is cut');
    const length = view.getUint16(offset, littleEndian);
    if (length < ATTRIBUTE_HEADER_LENGTH || length > octets.length - offset) {
      throw new Malformed(what, `attribute of ${length} octets, ${octets.length - offset} left`);
    }
    const type = view.getUint16(offset + 2, littleEndian) & NLA_TYPE_MASK;
    visit(type, octets.subarray(offset + ATTRIBUTE_HEADER_LENGTH, offset + length));
    offset += aligned(length);
  }
}

// DNS messages (RFC 1035 §4), as far as who asks for the address of a name needs them. Whom to ask, and what to believe, is
// for the resolver.
//
// A codec of our own: the package dns-packet was measured. With the Buffer of Node.js that it needs it is 58 KiB in the bundle,
// for one kind of question and two kinds of records; and what it throws cannot be told from a fault of ours.

import type { Ipv4Address } from '../octets/address.ts';
import { viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

export const DNS_PORT = 53;
/** RFC 1035 §2.3.4. */
const MOST_LABEL_OCTETS = 63;
const MOST_NAME_OCTETS = 255;
/** RFC 1035 §3.2. */
const TYPE = { address: 1, alias: 5 } as const;
const CLASS_INTERNET = 1;
/** RFC 1035 §4.1.1. */
const HEADER_LENGTH = 12;
const FLAG = { isResponse: 0x8000, isRecursionDesired: 0x0100 } as const;
export const DNS_RESPONSE_CODE = { noError: 0, nameError: 3 } as const;
const POINTER = 0xc0;
/** An answer repeats an alias for each of a chain; longer ones are a mistake of somebody. */
const MOST_ALIASES = 8;

export type DnsQuestion = { readonly name: string; readonly type: number; readonly class: number };

export type DnsRecord =
  | { readonly kind: 'address'; readonly name: string; readonly ttlSeconds: number; readonly address: Ipv4Address }
  | { readonly kind: 'alias'; readonly name: string; readonly ttlSeconds: number; readonly alias: string };

export type DnsMessage = {
  readonly identifier: number;
  readonly isResponse: boolean;
  readonly responseCode: number;
  readonly questions: readonly DnsQuestion[];
  /** Those of its answers that are addresses or aliases of the Internet. */
  readonly answers: readonly DnsRecord[];
};

/** Names are ASCII, in lower case, without the final dot. */
export function isDomainName(name: string): boolean {
  const labels = name.split('.');
  return name.length + 2 <= MOST_NAME_OCTETS && labels.every((label) => /^[\x21-\x2d\x2f-\x7e]{1,63}$/.test(label));
}

/** `name` is a domain name. */
export function encodeAddressQuestion(identifier: number, name: string): Uint8Array {
  const octets = new Uint8Array(HEADER_LENGTH + name.length + 2 + 4);
  const view = viewOf(octets);
  view.setUint16(0, identifier);
  view.setUint16(2, FLAG.isRecursionDesired);
  view.setUint16(4, 1); // questions
  let at = HEADER_LENGTH;
  for (const label of name.split('.')) {
    view.setUint8(at++, label.length);
    for (let index = 0; index < label.length; index++) view.setUint8(at++, label.charCodeAt(index));
  }
  view.setUint16(at + 1, TYPE.address); // behind the root's empty label
  view.setUint16(at + 3, CLASS_INTERNET);
  return octets;
}

/** Authority and additional records are not looked at. Of an answer that did not fit, the addresses that did are enough. */
export function decodeDnsMessage(octets: Uint8Array): DnsMessage {
  const view = fixedPart(octets, HEADER_LENGTH, 'DNS message');
  const flags = view.getUint16(2);
  const questions: DnsQuestion[] = [];
  let at = HEADER_LENGTH;
  for (let count = view.getUint16(4); count > 0; count--) {
    const { name, end } = readName(octets, at);
    checkRoom(octets, end, 4);
    questions.push({ name, type: view.getUint16(end), class: view.getUint16(end + 2) });
    at = end + 4;
  }
  const answers: DnsRecord[] = [];
  for (let count = view.getUint16(6); count > 0; count--) {
    const { record, end } = readRecord(octets, view, at);
    if (record !== undefined) answers.push(record);
    at = end;
  }
  return {
    identifier: view.getUint16(0),
    isResponse: (flags & FLAG.isResponse) !== 0,
    responseCode: flags & 0x000f,
    questions,
    answers,
  };
}

/** Whether it answers this question and no other. */
export function isAnswerTo({ isResponse, identifier, questions }: DnsMessage, asked: number, name: string): boolean {
  const [question, ...others] = questions;
  const isSame = question?.name === name && question.type === TYPE.address && question.class === CLASS_INTERNET;
  return isResponse && identifier === asked && isSame && others.length === 0;
}

/** The addresses of a name, by its aliases; they hold as long as the least of all that leads there. */
export function addressesOf(
  { answers }: DnsMessage,
  asked: string,
): { addresses: readonly Ipv4Address[]; ttlSeconds: number } {
  let name = asked;
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let aliases = 0; aliases <= MOST_ALIASES; aliases++) {
    const own = answers.filter((record) => record.name === name);
    const found = own.filter((record) => record.kind === 'address');
    const alias = own.find((record) => record.kind === 'alias');
    for (const record of found.length > 0 ? found : own) ttlSeconds = Math.min(ttlSeconds, record.ttlSeconds);
    if (found.length > 0) return { addresses: found.map(({ address }) => address), ttlSeconds };
    if (alias === undefined) break;
    name = alias.alias;
  }
  return { addresses: [], ttlSeconds };
}

function readRecord(octets: Uint8Array, view: DataView, at: number): { record: DnsRecord | undefined; end: number } {
  const { name, end: fixed } = readName(octets, at);
  checkRoom(octets, fixed, 10);
  const [type, recordClass] = [view.getUint16(fixed), view.getUint16(fixed + 2)];
  // RFC 2181 §8: with the highest bit set it is to be taken for 0.
  const ttl = view.getUint32(fixed + 4);
  const ttlSeconds = ttl > 0x7fffffff ? 0 : ttl;
  const length = view.getUint16(fixed + 8);
  const data = fixed + 10;
  const end = data + length;
  checkRoom(octets, data, length);
  if (recordClass !== CLASS_INTERNET) return { record: undefined, end };
  if (type === TYPE.address) {
    if (length !== 4) throw new Malformed('DNS message', `an address of ${length} octets`);
    return { record: { kind: 'address', name, ttlSeconds, address: view.getUint32(data) as Ipv4Address }, end };
  }
  if (type === TYPE.alias) {
    const alias = readName(octets, data);
    if (alias.end !== end) throw new Malformed('DNS message', 'an alias that does not end with its record');
    return { record: { kind: 'alias', name, ttlSeconds, alias: alias.name }, end };
  }
  return { record: undefined, end };
}

/** RFC 1035 §4.1.4. A pointer leads back to before where its part of the name began, so that no loop can be. */
function readName(octets: Uint8Array, at: number): { name: string; end: number } {
  const labels: string[] = [];
  let length = 1;
  let part = at;
  let offset = at;
  let end: number | undefined;
  for (;;) {
    const octet = octets[offset];
    if (octet === undefined) throw new Malformed('DNS message', 'a name that does not end');
    if (octet === 0) return { name: labels.join('.'), end: end ?? offset + 1 };
    if (octet >= POINTER) {
      checkRoom(octets, offset, 2);
      end ??= offset + 2;
      const target = ((octet & ~POINTER) << 8) | (octets[offset + 1] ?? 0);
      if (target >= part) throw new Malformed('DNS message', 'a pointer that does not lead back');
      part = target;
      offset = target;
      continue;
    }
    if (octet > MOST_LABEL_OCTETS) throw new Malformed('DNS message', 'a label of an unknown kind');
    checkRoom(octets, offset + 1, octet);
    length += 1 + octet;
    if (length > MOST_NAME_OCTETS) throw new Malformed('DNS message', 'a name that is too long');
    labels.push(labelText(octets.subarray(offset + 1, offset + 1 + octet)));
    offset += 1 + octet;
  }
}

/** RFC 1035 §5.1: what could be taken for something else is a number of three digits. */
function labelText(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) {
    const isPlain = octet > 0x20 && octet < 0x7f && octet !== 0x2e && octet !== 0x5c;
    text += isPlain ? String.fromCharCode(octet).toLowerCase() : `\\${octet.toString().padStart(3, '0')}`;
  }
  return text;
}

function checkRoom(octets: Uint8Array, at: number, length: number): void {
  if (at + length > octets.length) throw new Malformed('DNS message', `it ends before its ${at + length} octets`);
}

// Walks the extensions of Mobile IP messages, and the registry of their numbers (RFC 5944 §1.8 to §1.11). Numbers of
// registration messages and of ICMP messages are two separate spaces; this file has the one of registration messages.
// What an extension means is left to the file of its RFC.

import { viewOf } from '../octets/octets.ts';
import { Malformed } from './malformed.ts';

/** A window into a message; `data` lies behind the header of its coding (and behind the subtype where it has one). */
export type Extension = {
  readonly type: number;
  /** Of the long and the short coding (RFC 5944 §1.9, §1.10). */
  readonly subtype: number | undefined;
  readonly name: string;
  /** Where its type octet stands in the message. */
  readonly offset: number;
  /** Where the next extension begins. */
  readonly end: number;
  readonly data: Uint8Array;
};

type Coding = 'simple' | 'long' | 'short' | 'critical-vendor';
type ExtensionKind = {
  readonly name: string;
  readonly section: string;
  readonly leastOctets: number;
  readonly coding: Coding;
};

/** RFC 5944 §1.8: below this number, an unknown extension condemns the whole message. */
const FIRST_SKIPPABLE = 128;
/** RFC 5944 §1.8: a single octet without a length. */
const PADDING = 0;

export const EXTENSION = {
  mobileHomeAuthentication: 32,
  mobileForeignAuthentication: 33,
  foreignHomeAuthentication: 34,
  encapsulatingDelivery: 130,
  revocationSupport: 137,
} as const;

const kinds = new Map<number, ExtensionKind>([
  [32, { name: 'Mobile-Home Authentication', section: 'RFC 5944 §3.5.2', leastOctets: 4, coding: 'simple' }],
  [33, { name: 'Mobile-Foreign Authentication', section: 'RFC 5944 §3.5.3', leastOctets: 4, coding: 'simple' }],
  [34, { name: 'Foreign-Home Authentication', section: 'RFC 5944 §3.5.4', leastOctets: 4, coding: 'simple' }],
  [36, { name: 'Generalized Authentication', section: 'RFC 4721 §5', leastOctets: 4, coding: 'long' }],
  [
    38,
    {
      name: 'Critical Vendor/Organization Specific',
      section: 'RFC 3115 §2',
      leastOctets: 6,
      coding: 'critical-vendor',
    },
  ],
  [44, { name: 'UDP Tunnel Reply', section: 'RFC 3519 §3.1.2', leastOctets: 5, coding: 'short' }],
  [45, { name: 'Foreign Agent Error', section: 'RFC 4636 §3', leastOctets: 1, coding: 'short' }],
  [47, { name: 'Proxy Mobile IPv4 Non-skippable', section: 'RFC 5563 §6', leastOctets: 0, coding: 'long' }],
  [48, { name: 'GRE Key', section: 'RFC 6245 §4', leastOctets: 4, coding: 'long' }],
  [130, { name: 'Encapsulating Delivery Style', section: 'RFC 3024 §3.3', leastOctets: 0, coding: 'simple' }],
  [131, { name: 'Mobile Node NAI', section: 'RFC 2794 §2', leastOctets: 1, coding: 'simple' }],
  [132, { name: 'Mobile-Foreign Challenge', section: 'RFC 4721 §4', leastOctets: 1, coding: 'simple' }],
  [134, { name: 'Normal Vendor/Organization Specific', section: 'RFC 3115 §3', leastOctets: 8, coding: 'simple' }],
  [136, { name: 'NAI Carrying', section: 'RFC 3846 §4', leastOctets: 1, coding: 'short' }],
  [137, { name: 'Revocation Support', section: 'RFC 3543 §3.2', leastOctets: 6, coding: 'simple' }],
  [144, { name: 'UDP Tunnel Request', section: 'RFC 3519 §3.1.1', leastOctets: 5, coding: 'short' }],
  [145, { name: 'Message String', section: 'RFC 4917 §3', leastOctets: 0, coding: 'short' }],
  [147, { name: 'Proxy Mobile IPv4 Skippable', section: 'RFC 5563 §6', leastOctets: 0, coding: 'short' }],
]);

/** All extensions from `offset` to the end, in order. An unknown one that may be skipped is kept, uninterpreted. */
export function readExtensions(octets: Uint8Array, offset: number): Extension[] {
  const view = viewOf(octets);
  const extensions: Extension[] = [];
  let at = offset;
  while (at < octets.length) {
    if (view.getUint8(at) === PADDING) {
      at += 1;
      continue;
    }
    const extension = readExtension(octets, view, at);
    extensions.push(extension);
    at = extension.end;
  }
  return extensions;
}

export function extensionName(type: number): string {
  return kinds.get(type)?.name ?? `extension ${type}`;
}

function readExtension(octets: Uint8Array, view: DataView, offset: number): Extension {
  const type = view.getUint8(offset);
  const kind = kinds.get(type);
  if (kind === undefined && type < FIRST_SKIPPABLE) {
    throw new Malformed(`extension ${type}`, 'unknown, and its number does not allow to skip it');
  }
  const name = kind?.name ?? `extension ${type}`;
  const { headerLength, dataLength, subtype } = readHeader(view, offset, kind?.coding ?? 'simple', name);
  const start = offset + headerLength;
  const end = start + dataLength;
  if (end > octets.length) {
    throw new Malformed(name, `ends ${end - octets.length} octets behind the message`);
  }
  if (dataLength < (kind?.leastOctets ?? 0)) {
    throw new Malformed(name, `${dataLength} octets of data, at least ${kind?.leastOctets} needed`);
  }
  return { type, subtype, name, offset, end, data: octets.subarray(start, end) };
}

type Header = { readonly headerLength: number; readonly dataLength: number; readonly subtype: number | undefined };

function readHeader(view: DataView, offset: number, coding: Coding, name: string): Header {
  const headerLength = { simple: 2, short: 3, long: 4, 'critical-vendor': 4 }[coding];
  if (offset + headerLength > view.byteLength) throw new Malformed(name, 'the message ends within its header');
  switch (coding) {
    case 'simple':
      return { headerLength, dataLength: view.getUint8(offset + 1), subtype: undefined };
    case 'short': {
      const length = view.getUint8(offset + 1);
      if (length < 1) throw new Malformed(name, 'no room for its subtype');
      return { headerLength, dataLength: length - 1, subtype: view.getUint8(offset + 2) };
    }
    case 'long':
      return { headerLength, dataLength: view.getUint16(offset + 2), subtype: view.getUint8(offset + 1) };
    case 'critical-vendor':
      return { headerLength, dataLength: view.getUint16(offset + 2), subtype: undefined };
  }
}

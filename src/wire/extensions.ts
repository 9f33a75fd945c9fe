// Walks the extensions of Mobile IP messages, and the registry of their numbers (RFC 5944 §1.8 to §1.11). Numbers of
// registration messages and of ICMP messages are two separate spaces; this file has the one of registration messages.
// What an extension means is left to the file of its RFC.

import { join, viewOf } from '../octets/octets.ts';
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

type Coding = 'simple' | 'long' | 'short' | 'critical-vendor' | 'dynamic-home-agent';
type ExtensionKind = {
  readonly name: string;
  readonly section: string;
  readonly leastOctets: number;
  readonly coding: Coding;
  /** The subtypes that this side can interpret, where the number of the extension does not allow to skip others. */
  readonly subtypes?: readonly number[];
};

/** RFC 5944 §1.8: below this number, an unknown extension condemns the whole message. */
const FIRST_SKIPPABLE = 128;
/** RFC 5944 §1.8: a single octet without a length. */
const PADDING = 0;
/** The least that a header has. */
const HEADER_LENGTHS: Readonly<Record<Coding, number>> = {
  simple: 2,
  short: 3,
  long: 4,
  'critical-vendor': 4,
  'dynamic-home-agent': 3,
};

export const EXTENSION = {
  mobileHomeAuthentication: 32,
  mobileForeignAuthentication: 33,
  foreignHomeAuthentication: 34,
  generalizedAuthentication: 36,
  criticalVendorSpecific: 38,
  udpTunnelReply: 44,
  foreignAgentError: 45,
  proxyMobileIpNonSkippable: 47,
  greKey: 48,
  encapsulatingDelivery: 130,
  mobileNodeNai: 131,
  mobileForeignChallenge: 132,
  normalVendorSpecific: 134,
  revocationSupport: 137,
  dynamicHomeAgent: 139,
  udpTunnelRequest: 144,
  messageString: 145,
  proxyMobileIpSkippable: 147,
} as const;

/** The ones that no file here reads are only named: their data is not looked at, so it cannot condemn a message. */
const kinds = new Map<number, ExtensionKind>([
  [32, { name: 'Mobile-Home Authentication', section: 'RFC 5944 §3.5.2', leastOctets: 4, coding: 'simple' }],
  [33, { name: 'Mobile-Foreign Authentication', section: 'RFC 5944 §3.5.3', leastOctets: 4, coding: 'simple' }],
  [34, { name: 'Foreign-Home Authentication', section: 'RFC 5944 §3.5.4', leastOctets: 4, coding: 'simple' }],
  [36, { name: 'Generalized Authentication', section: 'RFC 4721 §5', leastOctets: 4, coding: 'long', subtypes: [1] }],
  [
    38,
    {
      name: 'Critical Vendor/Organization Specific',
      section: 'RFC 3115 §2.1',
      leastOctets: 6,
      coding: 'critical-vendor',
    },
  ],
  [44, { name: 'UDP Tunnel Reply', section: 'RFC 3519 §3.2', leastOctets: 5, coding: 'short', subtypes: [0] }],
  [45, { name: 'Foreign Agent Error', section: 'RFC 4636 §3', leastOctets: 1, coding: 'short', subtypes: [0] }],
  [
    47,
    {
      name: 'Proxy Mobile IPv4 Non-skippable',
      section: 'RFC 5563 §5.1',
      leastOctets: 1,
      coding: 'long',
      subtypes: [1],
    },
  ],
  [48, { name: 'GRE Key', section: 'RFC 6245 §5', leastOctets: 4, coding: 'long', subtypes: [0] }],
  [130, { name: 'Encapsulating Delivery Style', section: 'RFC 3024 §3.3', leastOctets: 0, coding: 'simple' }],
  [131, { name: 'Mobile Node NAI', section: 'RFC 2794 §2', leastOctets: 1, coding: 'simple' }],
  [132, { name: 'Mobile-Foreign Challenge', section: 'RFC 4721 §4', leastOctets: 1, coding: 'simple' }],
  [134, { name: 'Normal Vendor/Organization Specific', section: 'RFC 3115 §2.2', leastOctets: 8, coding: 'simple' }],
  [136, { name: 'NAI Carrying', section: 'RFC 3846 §3', leastOctets: 1, coding: 'short' }],
  [137, { name: 'Revocation Support', section: 'RFC 3543 §3.2', leastOctets: 6, coding: 'simple' }],
  [138, { name: 'Generalized Link Layer Address', section: 'RFC 4881 §9', leastOctets: 0, coding: 'simple' }],
  [139, { name: 'Dynamic Home Agent', section: 'RFC 4433 §3.4', leastOctets: 4, coding: 'dynamic-home-agent' }],
  [140, { name: 'Hierarchical Foreign Agent', section: 'RFC 4857 §9.2', leastOctets: 0, coding: 'simple' }],
  [141, { name: 'Replay Protection Style', section: 'RFC 4857 §9.3', leastOctets: 0, coding: 'simple' }],
  [142, { name: 'Regional Registration Lifetime', section: 'RFC 4857 §9.4', leastOctets: 0, coding: 'simple' }],
  [144, { name: 'UDP Tunnel Request', section: 'RFC 3519 §3.1', leastOctets: 5, coding: 'short' }],
  [145, { name: 'Message String', section: 'RFC 4917 §3', leastOctets: 0, coding: 'short' }],
  [147, { name: 'Proxy Mobile IPv4 Skippable', section: 'RFC 5563 §5.2', leastOctets: 0, coding: 'short' }],
  [148, { name: 'Mobile Network', section: 'RFC 5177 §4', leastOctets: 0, coding: 'simple' }],
  [149, { name: 'Trusted Networks Configured', section: 'RFC 5265 §3.4', leastOctets: 0, coding: 'simple' }],
  [151, { name: 'Service Selection', section: 'RFC 5446 §3', leastOctets: 0, coding: 'simple' }],
  [152, { name: 'Dual Stack', section: 'RFC 5454 §2', leastOctets: 0, coding: 'simple' }],
  [
    153,
    { name: 'Mobile Router Route Optimization Capability', section: 'RFC 6521 §5.1', leastOctets: 0, coding: 'simple' },
  ],
]);

/** Numbers that do not allow to be skipped, of RFCs that this side does not serve: known by name, refused all the same. */
const refusedNames = new Map<number, string>([
  [40, 'Mobile-Foreign Key Generation Nonce Request'],
  [41, 'Mobile-Foreign Key Generation Nonce Reply'],
  [42, 'Mobile-Home Key Generation Nonce Request'],
  [43, 'Mobile-Home Key Generation Nonce Reply'],
  [46, 'Gateway Foreign Agent Address'],
  [49, 'Route Optimization'],
  [50, 'Route Optimization Data'],
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
    if (extension instanceof Malformed) throw extension;
    extensions.push(extension);
    at = extension.end;
  }
  return extensions;
}

/** Those before the first that is cut or too short; undefined where it is none, or one that condemns the whole message. */
export function extensionsBeforeFault(octets: Uint8Array, offset: number): Extension[] | undefined {
  const view = viewOf(octets);
  const extensions: Extension[] = [];
  for (let at = offset; at < octets.length; ) {
    const type = view.getUint8(at);
    if (type === PADDING) {
      at += 1;
      continue;
    }
    if (!kinds.has(type) && type < FIRST_SKIPPABLE) return undefined;
    const extension = readExtension(octets, view, at);
    if (extension instanceof Malformed) return extensions;
    extensions.push(extension);
    at = extension.end;
  }
  return undefined;
}

export function extensionName(type: number): string {
  return kinds.get(type)?.name ?? refusedNames.get(type) ?? `extension ${type}`;
}

/** The first extension of this number. */
export function findExtension(extensions: readonly Extension[], type: number): Extension | undefined {
  // By an index, for it is asked a dozen times of each message, and a callback costs four times as much.
  for (let index = 0; index < extensions.length; index++) {
    const extension = extensions[index];
    if (extension?.type === type) return extension;
  }
  return undefined;
}

/** The first one that does not allow to be skipped and has a subtype that this side cannot interpret (RFC 5944 §1.8). */
export function unknownSubtype(extensions: readonly Extension[]): Extension | undefined {
  return extensions.find((extension) => {
    if (extension.subtype === undefined) return false;
    return kinds.get(extension.type)?.subtypes?.includes(extension.subtype) === false;
  });
}

export type ExtensionFields = {
  readonly type: number;
  /** Of the long and the short coding alone. */
  readonly subtype?: number;
  readonly data: Uint8Array;
};

/** The message with an extension behind it, in the coding that its number has. */
export function appendExtension(message: Uint8Array, { type, subtype = 0, data }: ExtensionFields): Uint8Array {
  return join([message, extensionHeader(type, subtype, data.length), data]);
}

function readExtension(octets: Uint8Array, view: DataView, offset: number): Extension | Malformed {
  const type = view.getUint8(offset);
  const kind = kinds.get(type);
  const name = extensionName(type);
  if (kind === undefined && type < FIRST_SKIPPABLE) {
    return new Malformed(name, 'not served, and its number does not allow to skip it');
  }
  const header = readHeader(view, offset, kind?.coding ?? 'simple', name);
  if (header instanceof Malformed) return header;
  const { headerLength, dataLength, subtype } = header;
  const start = offset + headerLength;
  const end = start + dataLength;
  if (end > octets.length) {
    return new Malformed(name, `ends ${end - octets.length} octets behind the message`);
  }
  if (dataLength < (kind?.leastOctets ?? 0)) {
    return new Malformed(name, `${dataLength} octets of data, at least ${kind?.leastOctets} needed`);
  }
  return { type, subtype, name, offset, end, data: octets.subarray(start, end) };
}

type Header = { readonly headerLength: number; readonly dataLength: number; readonly subtype: number | undefined };

function readHeader(view: DataView, offset: number, coding: Coding, name: string): Header | Malformed {
  const headerLength = HEADER_LENGTHS[coding];
  if (offset + headerLength > view.byteLength) return new Malformed(name, 'the message ends within its header');
  switch (coding) {
    case 'simple':
      return { headerLength, dataLength: view.getUint8(offset + 1), subtype: undefined };
    case 'short': {
      const length = view.getUint8(offset + 1);
      if (length < 1) return new Malformed(name, 'no room for its subtype');
      return { headerLength, dataLength: length - 1, subtype: view.getUint8(offset + 2) };
    }
    case 'long':
      return { headerLength, dataLength: view.getUint16(offset + 2), subtype: view.getUint8(offset + 1) };
    case 'critical-vendor':
      return { headerLength, dataLength: view.getUint16(offset + 2), subtype: undefined };
    case 'dynamic-home-agent':
      return readHeader(view, offset, isLongDynamicHomeAgent(view, offset) ? 'long' : 'short', name);
  }
}

/**
 * RFC 4433 §3.4 draws this extension in the long coding, with a length of always 4, although its number may be skipped and
 * therefore has the short one (RFC 5944 §1.10). Both are sent; a short one of that length would have no room for an address.
 */
function isLongDynamicHomeAgent(view: DataView, offset: number): boolean {
  return view.getUint8(offset + 1) < 5 && offset + 4 <= view.byteLength && view.getUint16(offset + 2) === 4;
}

function extensionHeader(type: number, subtype: number, dataLength: number): Uint8Array {
  const coding = kinds.get(type)?.coding ?? 'simple';
  const isShort = coding === 'simple' || coding === 'short';
  const length = coding === 'short' ? dataLength + 1 : dataLength;
  if (length > (isShort ? 0xff : 0xffff)) throw new RangeError(`${extensionName(type)}: ${dataLength} octets of data`);
  switch (coding) {
    case 'simple':
      return Uint8Array.of(type, length);
    case 'short':
      return Uint8Array.of(type, length, subtype);
    case 'long':
    case 'critical-vendor':
    case 'dynamic-home-agent':
      return Uint8Array.of(type, subtype, length >> 8, length & 0xff);
  }
}

// RADIUS (RFC 2865): a question about a user, and a server's answer; Message-Authenticator of RFC 3579 §3.2. Which server
// is asked when, and what an answer means, is for the client.

import type { Ipv4Address } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import { equalInConstantTime, join, viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

/** RFC 2865 §3. */
export const RADIUS_CODE = { accessRequest: 1, accessAccept: 2, accessReject: 3, accessChallenge: 11 } as const;

export const RADIUS_ATTRIBUTE = {
  userName: 1,
  userPassword: 2,
  nasIpAddress: 4,
  serviceType: 6,
  replyMessage: 18,
  vendorSpecific: 26,
  sessionTimeout: 27,
  nasIdentifier: 32,
  proxyState: 33,
  messageAuthenticator: 80,
} as const;

export type RadiusAttribute = {
  readonly type: number;
  readonly data: Uint8Array /** Of its type octet. */;
  readonly offset: number;
};

export type RadiusMessage = {
  readonly code: number;
  readonly identifier: number;
  readonly authenticator: Uint8Array;
  readonly attributes: readonly RadiusAttribute[];
  /** As long as its Length field says; what follows is padding. */
  readonly octets: Uint8Array;
};

export type AccessRequestFields = {
  readonly identifier: number;
  /** 16 octets that nobody can foretell. */
  readonly authenticator: Uint8Array;
  readonly userName: Uint8Array;
  readonly password: Uint8Array;
  readonly nasIdentifier: Uint8Array;
  readonly nasAddress: Ipv4Address | undefined;
  /** Without one a server that has another secret answers, and so shows that it has. */
  readonly isSigned: boolean;
};

/** Octets of the value. */
type AttributeKind = {
  readonly name: string;
  readonly section: string;
  readonly least: number;
  readonly most?: number;
};

const ATTRIBUTES: ReadonlyMap<number, AttributeKind> = new Map([
  [1, { name: 'User-Name', section: 'RFC 2865 §5.1', least: 1 }],
  [2, { name: 'User-Password', section: 'RFC 2865 §5.2', least: 16, most: 128 }],
  [4, { name: 'NAS-IP-Address', section: 'RFC 2865 §5.4', least: 4, most: 4 }],
  [6, { name: 'Service-Type', section: 'RFC 2865 §5.6', least: 4, most: 4 }],
  [18, { name: 'Reply-Message', section: 'RFC 2865 §5.18', least: 1 }],
  [24, { name: 'State', section: 'RFC 2865 §5.24', least: 1 }],
  [25, { name: 'Class', section: 'RFC 2865 §5.25', least: 1 }],
  [26, { name: 'Vendor-Specific', section: 'RFC 2865 §5.26', least: 5 }],
  [27, { name: 'Session-Timeout', section: 'RFC 2865 §5.27', least: 4, most: 4 }],
  [32, { name: 'NAS-Identifier', section: 'RFC 2865 §5.32', least: 1 }],
  [33, { name: 'Proxy-State', section: 'RFC 2865 §5.33', least: 1 }],
  [80, { name: 'Message-Authenticator', section: 'RFC 3579 §3.2', least: 16, most: 16 }],
]);

const HEADER_LENGTH = 20;
const LONGEST_MESSAGE = 4096;
const AUTHENTICATOR_OFFSET = 4;
const AUTHENTICATOR_LENGTH = 16;
const ATTRIBUTE_HEADER_LENGTH = 2;
/** RFC 2865 §5.6: the user is no person, but something that the asker wants to know of. */
const SERVICE_TYPE_OUTBOUND = 5;
const LONGEST_PASSWORD = 128;

/** RFC 2865 §3. */
export function decodeRadiusMessage(octets: Uint8Array): RadiusMessage {
  const view = fixedPart(octets, HEADER_LENGTH, 'RADIUS message');
  const length = view.getUint16(2);
  if (length < HEADER_LENGTH || length > LONGEST_MESSAGE || length > octets.length) {
    throw new Malformed('RADIUS message', `Length ${length} of ${octets.length} octets`);
  }
  const message = octets.subarray(0, length);
  return {
    code: view.getUint8(0),
    identifier: view.getUint8(1),
    authenticator: message.subarray(AUTHENTICATOR_OFFSET, HEADER_LENGTH),
    attributes: readAttributes(message),
    octets: message,
  };
}

export function encodeAccessRequest(fields: AccessRequestFields, secret: Uint8Array, digests: Digests): Uint8Array {
  const { authenticator, nasAddress } = fields;
  const message = join([
    new Uint8Array(HEADER_LENGTH),
    // First, so that nobody can put anything of his own before it.
    fields.isSigned ? attribute(RADIUS_ATTRIBUTE.messageAuthenticator, new Uint8Array(AUTHENTICATOR_LENGTH)) : NOTHING,
    attribute(RADIUS_ATTRIBUTE.userName, fields.userName),
    attribute(RADIUS_ATTRIBUTE.userPassword, hiddenPassword(fields.password, authenticator, secret, digests)),
    attribute(RADIUS_ATTRIBUTE.serviceType, uint32(SERVICE_TYPE_OUTBOUND)),
    attribute(RADIUS_ATTRIBUTE.nasIdentifier, fields.nasIdentifier),
    nasAddress === undefined ? NOTHING : attribute(RADIUS_ATTRIBUTE.nasIpAddress, uint32(nasAddress)),
  ]);
  const view = viewOf(message);
  view.setUint8(0, RADIUS_CODE.accessRequest);
  view.setUint8(1, fields.identifier);
  view.setUint16(2, message.length);
  message.set(authenticator, AUTHENTICATOR_OFFSET);
  if (fields.isSigned) message.set(digests.hmac('md5', secret, message), HEADER_LENGTH + ATTRIBUTE_HEADER_LENGTH);
  return message;
}

/** RFC 2865 §3, Response Authenticator: whoever answered has our secret, and saw our question. */
export function isAnswerAuthentic(
  { octets, authenticator }: RadiusMessage,
  requestAuthenticator: Uint8Array,
  secret: Uint8Array,
  digests: Digests,
): boolean {
  const covered = join([octets, secret]);
  covered.set(requestAuthenticator, AUTHENTICATOR_OFFSET);
  return equalInConstantTime(authenticator, digests.digest('md5', covered));
}

/** RFC 3579 §3.2, of an answer: over the whole with the question's authenticator, and zeros in its own place. */
export function checkMessageAuthenticator(
  { octets, attributes }: RadiusMessage,
  requestAuthenticator: Uint8Array,
  secret: Uint8Array,
  digests: Digests,
): 'good' | 'bad' | 'absent' {
  const found = attributes.filter(({ type }) => type === RADIUS_ATTRIBUTE.messageAuthenticator);
  const [first] = found;
  if (first === undefined) return 'absent';
  const covered = Uint8Array.from(octets);
  covered.set(requestAuthenticator, AUTHENTICATOR_OFFSET);
  covered.fill(0, first.offset + ATTRIBUTE_HEADER_LENGTH, first.offset + ATTRIBUTE_HEADER_LENGTH + first.data.length);
  const isGood = found.length === 1 && equalInConstantTime(first.data, digests.hmac('md5', secret, covered));
  return isGood ? 'good' : 'bad';
}

/** The value of an attribute that is a number; undefined where there is none. */
export function attributeNumber({ attributes }: RadiusMessage, type: number): number | undefined {
  const found = attributes.find((each) => each.type === type);
  return found && viewOf(found.data).getUint32(0);
}

/** Attributes of a vendor's own number (RFC 2865 §5.26); several may lie in one, and one may be cut short. */
export function vendorAttributes({ attributes }: RadiusMessage, vendor: number, vendorType: number): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (const { type, data } of attributes) {
    if (type !== RADIUS_ATTRIBUTE.vendorSpecific || viewOf(data).getUint32(0) !== vendor) continue;
    for (let offset = 4; offset + ATTRIBUTE_HEADER_LENGTH <= data.length; ) {
      const end = offset + (data[offset + 1] ?? 0);
      if (end < offset + ATTRIBUTE_HEADER_LENGTH || end > data.length) break;
      if (data[offset] === vendorType) values.push(data.subarray(offset + ATTRIBUTE_HEADER_LENGTH, end));
      offset = end;
    }
  }
  return values;
}

function readAttributes(message: Uint8Array): RadiusAttribute[] {
  const attributes: RadiusAttribute[] = [];
  for (let offset = HEADER_LENGTH; offset < message.length; ) {
    const type = message[offset] ?? 0;
    const length = message[offset + 1] ?? 0;
    const what = ATTRIBUTES.get(type)?.name ?? `RADIUS attribute ${type}`;
    if (length < ATTRIBUTE_HEADER_LENGTH || offset + length > message.length) {
      throw new Malformed(what, `length ${length} with ${message.length - offset} octets left`);
    }
    const data = message.subarray(offset + ATTRIBUTE_HEADER_LENGTH, offset + length);
    const { least, most = data.length } = ATTRIBUTES.get(type) ?? { least: 0 };
    if (data.length < least || data.length > most) throw new Malformed(what, `${data.length} octets`);
    attributes.push({ type, data, offset });
    offset += length;
  }
  return attributes;
}

const NOTHING = new Uint8Array(0);

function attribute(type: number, data: Uint8Array): Uint8Array {
  return join([Uint8Array.of(type, ATTRIBUTE_HEADER_LENGTH + data.length), data]);
}

function uint32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  viewOf(octets).setUint32(0, value);
  return octets;
}

/** RFC 2865 §5.2: padded with zeros to a multiple of 16, each block under the digest of the secret and the block before. */
function hiddenPassword(
  password: Uint8Array,
  authenticator: Uint8Array,
  secret: Uint8Array,
  digests: Digests,
): Uint8Array {
  const blocks = Math.max(1, Math.ceil(Math.min(password.length, LONGEST_PASSWORD) / AUTHENTICATOR_LENGTH));
  const hidden = new Uint8Array(blocks * AUTHENTICATOR_LENGTH);
  hidden.set(password.subarray(0, LONGEST_PASSWORD));
  let before = authenticator;
  for (let start = 0; start < hidden.length; start += AUTHENTICATOR_LENGTH) {
    const mask = digests.digest('md5', join([secret, before]));
    const block = hidden.subarray(start, start + AUTHENTICATOR_LENGTH);
    for (let index = 0; index < block.length; index++) block[index] = (block[index] ?? 0) ^ (mask[index] ?? 0);
    before = block;
  }
  return hidden;
}

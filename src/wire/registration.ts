// Registration Request and Registration Reply (RFC 5944 §3.3, §3.4). Authentication extensions are made and checked in
// authentication.ts; a message keeps the octets it was read from, because others have signed them.

import type { Ipv4Address } from '../octets/address.ts';
import { type Extension, extensionsBeforeFault, readExtensions } from './extensions.ts';
import { fixedPart, Malformed } from './malformed.ts';

/** RFC 5944 §3: the port of registration. */
export const REGISTRATION_PORT = 434;
/** RFC 5944 §3.3: a registration that never ends. */
export const INFINITE_LIFETIME = 0xffff;

const REQUEST = 1;
const REPLY = 3;
const REQUEST_LENGTH = 24;
const REPLY_LENGTH = 20;

const FLAG = {
  simultaneousBindings: 0x80,
  broadcastDatagrams: 0x40,
  decapsulationByMobileNode: 0x20,
  minimalEncapsulation: 0x10,
  greEncapsulation: 0x08,
  reserved: 0x05,
  reverseTunneling: 0x02,
} as const;

/** RFC 5944 §3.4 and RFC 3024 §3.4; the ones that this side gives or acts upon. */
export const CODE = {
  accepted: 0,
  acceptedWithoutSimultaneousBindings: 1,
  foreignAgentReasonUnspecified: 64,
  foreignAgentAdministrativelyProhibited: 65,
  foreignAgentInsufficientResources: 66,
  requestedLifetimeTooLong: 69,
  poorlyFormedRequest: 70,
  poorlyFormedReply: 71,
  requestedEncapsulationUnavailable: 72,
  reverseTunnelUnavailable: 74,
  mobileNodeTooDistant: 76,
  invalidCareOfAddress: 77,
  registrationTimeout: 78,
  deliveryStyleNotSupported: 79,
  homeAgentReasonUnspecified: 128,
  homeAgentAdministrativelyProhibited: 129,
  homeAgentInsufficientResources: 130,
  mobileNodeFailedAuthentication: 131,
  foreignAgentFailedAuthentication: 132,
  identificationMismatch: 133,
  homeAgentPoorlyFormedRequest: 134,
  tooManySimultaneousBindings: 135,
  unknownHomeAgentAddress: 136,
  homeAgentEncapsulationUnavailable: 139,
  invalidHomeAgentAddress: 194,
} as const;

const codeTexts = new Map<number, string>([
  [0, 'accepted'],
  [1, 'accepted, simultaneous bindings unsupported'],
  [64, 'foreign agent: reason unspecified'],
  [65, 'foreign agent: administratively prohibited'],
  [66, 'foreign agent: insufficient resources'],
  [67, 'foreign agent: mobile node failed authentication'],
  [68, 'foreign agent: home agent failed authentication'],
  [69, 'foreign agent: requested lifetime too long'],
  [70, 'foreign agent: poorly formed request'],
  [71, 'foreign agent: poorly formed reply'],
  [72, 'foreign agent: requested encapsulation unavailable'],
  [74, 'foreign agent: reverse tunnel unavailable'],
  [75, 'foreign agent: reverse tunnel is mandatory'],
  [76, 'foreign agent: mobile node too distant'],
  [77, 'foreign agent: invalid care-of address'],
  [78, 'foreign agent: registration timeout'],
  [79, 'foreign agent: delivery style not supported'],
  [80, 'foreign agent: home network unreachable'],
  [81, 'foreign agent: home agent host unreachable'],
  [82, 'foreign agent: home agent port unreachable'],
  [88, 'foreign agent: home agent unreachable'],
  [128, 'home agent: reason unspecified'],
  [129, 'home agent: administratively prohibited'],
  [130, 'home agent: insufficient resources'],
  [131, 'home agent: mobile node failed authentication'],
  [132, 'home agent: foreign agent failed authentication'],
  [133, 'home agent: registration identification mismatch'],
  [134, 'home agent: poorly formed request'],
  [135, 'home agent: too many simultaneous mobility bindings'],
  [136, 'home agent: unknown home agent address'],
  [137, 'home agent: reverse tunnel unavailable'],
  [138, 'home agent: reverse tunnel is mandatory'],
  [139, 'home agent: requested encapsulation unavailable'],
  [194, 'foreign agent: invalid home agent address'],
]);

/** The RFC's words for a code of a reply. */
export function codeText(code: number): string {
  return codeTexts.get(code) ?? 'code without a known meaning';
}

export function isAccepted(code: number): boolean {
  return code === CODE.accepted || code === CODE.acceptedWithoutSimultaneousBindings;
}

export type RequestFields = {
  readonly simultaneousBindings: boolean;
  readonly broadcastDatagrams: boolean;
  readonly decapsulationByMobileNode: boolean;
  readonly minimalEncapsulation: boolean;
  readonly greEncapsulation: boolean;
  readonly reverseTunneling: boolean;
  readonly lifetimeSeconds: number;
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  readonly identification: bigint;
};

export type RegistrationRequest = RequestFields & {
  readonly kind: 'registrationRequest';
  /** One of its extensions is cut or too short; those before it are there. */
  readonly isPoorlyFormed?: true;
  /** Bits that must be zero (RFC 5944 §3.3: r and x). */
  readonly reservedFlags: number;
  readonly extensions: readonly Extension[];
  readonly octets: Uint8Array;
};

export type ReplyFields = {
  readonly code: number;
  readonly lifetimeSeconds: number;
  readonly homeAddress: Ipv4Address;
  readonly homeAgent: Ipv4Address;
  readonly identification: bigint;
};

export type RegistrationReply = ReplyFields & {
  readonly kind: 'registrationReply';
  readonly isPoorlyFormed?: true;
  readonly extensions: readonly Extension[];
  readonly octets: Uint8Array;
};

/** A message that came to the registration port, by its type. */
export function decodeRegistrationMessage(octets: Uint8Array): RegistrationRequest | RegistrationReply {
  const type = octets[0];
  if (type === REQUEST) return decodeRegistrationRequest(octets);
  if (type === REPLY) return decodeRegistrationReply(octets);
  throw new Malformed('message on the registration port', type === undefined ? 'empty' : `type ${type} is not served`);
}

/**
 * A malformed message that is still answered, by codes 70, 71 and 134 (RFC 5944 §3.4): its fixed part can be read, an extension
 * cannot. Undefined where nobody answers it.
 */
export function decodePoorlyFormedMessage(octets: Uint8Array): RegistrationRequest | RegistrationReply | undefined {
  const [type] = octets;
  const length = type === REQUEST ? REQUEST_LENGTH : REPLY_LENGTH;
  if ((type !== REQUEST && type !== REPLY) || octets.length < length) return undefined;
  const extensions = extensionsBeforeFault(octets, length);
  if (extensions === undefined) return undefined;
  const fixed = octets.subarray(0, length);
  const message = type === REQUEST ? decodeRegistrationRequest(fixed) : decodeRegistrationReply(fixed);
  return { ...message, extensions, octets, isPoorlyFormed: true };
}

/** RFC 5944 §3.3. */
export function decodeRegistrationRequest(octets: Uint8Array): RegistrationRequest {
  const view = fixedPart(octets, REQUEST_LENGTH, 'Registration Request');
  if (view.getUint8(0) !== REQUEST) throw new Malformed('Registration Request', `type ${view.getUint8(0)}`);
  const flags = view.getUint8(1);
  return {
    kind: 'registrationRequest',
    simultaneousBindings: (flags & FLAG.simultaneousBindings) !== 0,
    broadcastDatagrams: (flags & FLAG.broadcastDatagrams) !== 0,
    decapsulationByMobileNode: (flags & FLAG.decapsulationByMobileNode) !== 0,
    minimalEncapsulation: (flags & FLAG.minimalEncapsulation) !== 0,
    greEncapsulation: (flags & FLAG.greEncapsulation) !== 0,
    reverseTunneling: (flags & FLAG.reverseTunneling) !== 0,
    reservedFlags: flags & FLAG.reserved,
    lifetimeSeconds: view.getUint16(2),
    homeAddress: view.getUint32(4) as Ipv4Address,
    homeAgent: view.getUint32(8) as Ipv4Address,
    careOfAddress: view.getUint32(12) as Ipv4Address,
    identification: view.getBigUint64(16),
    extensions: readExtensions(octets, REQUEST_LENGTH),
    octets,
  };
}

/** The fixed part alone; extensions are appended to it. */
export function encodeRegistrationRequest(request: RequestFields): Uint8Array {
  const octets = new Uint8Array(REQUEST_LENGTH);
  const view = new DataView(octets.buffer);
  view.setUint8(0, REQUEST);
  view.setUint8(1, requestFlags(request));
  view.setUint16(2, request.lifetimeSeconds);
  view.setUint32(4, request.homeAddress);
  view.setUint32(8, request.homeAgent);
  view.setUint32(12, request.careOfAddress);
  view.setBigUint64(16, request.identification);
  return octets;
}

/** RFC 5944 §3.4. */
export function decodeRegistrationReply(octets: Uint8Array): RegistrationReply {
  const view = fixedPart(octets, REPLY_LENGTH, 'Registration Reply');
  if (view.getUint8(0) !== REPLY) throw new Malformed('Registration Reply', `type ${view.getUint8(0)}`);
  return {
    kind: 'registrationReply',
    code: view.getUint8(1),
    lifetimeSeconds: view.getUint16(2),
    homeAddress: view.getUint32(4) as Ipv4Address,
    homeAgent: view.getUint32(8) as Ipv4Address,
    identification: view.getBigUint64(12),
    extensions: readExtensions(octets, REPLY_LENGTH),
    octets,
  };
}

/** The fixed part alone; extensions are appended to it. */
export function encodeRegistrationReply(reply: ReplyFields): Uint8Array {
  const octets = new Uint8Array(REPLY_LENGTH);
  const view = new DataView(octets.buffer);
  view.setUint8(0, REPLY);
  view.setUint8(1, reply.code);
  view.setUint16(2, reply.lifetimeSeconds);
  view.setUint32(4, reply.homeAddress);
  view.setUint32(8, reply.homeAgent);
  view.setBigUint64(12, reply.identification);
  return octets;
}

/** A request with lifetime 0 ends bindings: all of them where the care-of address is the home address (RFC 5944 §3.6.1.2). */
export function isDeregistration(request: Pick<RequestFields, 'lifetimeSeconds'>): boolean {
  return request.lifetimeSeconds === 0;
}

function requestFlags(request: RequestFields): number {
  return (
    (request.simultaneousBindings ? FLAG.simultaneousBindings : 0) |
    (request.broadcastDatagrams ? FLAG.broadcastDatagrams : 0) |
    (request.decapsulationByMobileNode ? FLAG.decapsulationByMobileNode : 0) |
    (request.minimalEncapsulation ? FLAG.minimalEncapsulation : 0) |
    (request.greEncapsulation ? FLAG.greEncapsulation : 0) |
    (request.reverseTunneling ? FLAG.reverseTunneling : 0)
  );
}

// Agent Advertisement and Agent Solicitation (RFC 5944 §2.1, §2.2): ICMP Router Advertisement and Solicitation (RFC 1256
// §3), the former with extensions. Their numbers are a space of their own. TTL and addresses of IP are for who sends.

import type { Ipv4Address } from '../octets/address.ts';
import { internetChecksum, viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

const ADVERTISEMENT = 9;
const SOLICITATION = 10;
const HEADER_LENGTH = 8;
/** RFC 1256 §3: 32-bit words of an entry; more of them may come, and are not looked at. */
const ENTRY_SIZE = 2;

/** RFC 5944 §2.1. */
const CODE = { routesCommonTraffic: 0, doesNotRouteCommonTraffic: 16 } as const;

/** RFC 5944 §1.8, §2.1, RFC 4721 §2. */
const EXTENSION = { padding: 0, mobilityAgent: 16, prefixLengths: 19, challenge: 24 } as const;
const FIRST_SKIPPABLE = 128;
const MOBILITY_LENGTH = 6;

const FLAG = {
  registrationRequired: 0x8000,
  busy: 0x4000,
  homeAgent: 0x2000,
  foreignAgent: 0x1000,
  minimalEncapsulation: 0x0800,
  greEncapsulation: 0x0400,
  reverseTunneling: 0x0100,
  udpTunneling: 0x0080,
  registrationRevocation: 0x0040,
  regionalRegistration: 0x0020,
} as const;

/** RFC 1256 §3: never to be taken as default router. */
export const NEVER_DEFAULT_ROUTER = -0x8000_0000;
/** RFC 5944 §2.3.2: after the highest sequence number comes this one, so that lower ones tell of a restart. */
const FIRST_SEQUENCE_NUMBER_AGAIN = 256;
const HIGHEST_SEQUENCE_NUMBER = 0xffff;

export type RouterAddress = { readonly address: Ipv4Address; readonly preference: number };

export type RouterAdvertisementFields = {
  readonly routesCommonTraffic: boolean;
  /** How long the advertisement itself counts; not to be mixed up with that of registrations. */
  readonly lifetimeSeconds: number;
  readonly routerAddresses: readonly RouterAddress[];
};

export type MobilityAgentFields = { readonly [flag in keyof typeof FLAG]: boolean } & {
  readonly sequenceNumber: number;
  readonly registrationLifetimeSeconds: number;
  readonly careOfAddresses: readonly Ipv4Address[];
};

export type AgentAdvertisementFields = RouterAdvertisementFields &
  MobilityAgentFields & {
    /** One for each router address, in the same order. */
    readonly prefixLengths: readonly number[] | undefined;
    readonly challenge: Uint8Array | undefined;
  };

export type AgentAdvertisement = AgentAdvertisementFields & { readonly kind: 'agentAdvertisement' };
/** From a router that is no mobility agent. */
export type RouterAdvertisement = RouterAdvertisementFields & { readonly kind: 'routerAdvertisement' };
export type AgentSolicitation = { readonly kind: 'agentSolicitation' };
export type AgentDiscoveryMessage = AgentAdvertisement | RouterAdvertisement | AgentSolicitation;

/** An ICMP message of router discovery, from its type to the end that the IP header tells. */
export function decodeAgentDiscoveryMessage(octets: Uint8Array): AgentDiscoveryMessage {
  const view = fixedPart(octets, HEADER_LENGTH, 'ICMP message');
  if (internetChecksum(octets) !== 0) throw new Malformed('ICMP message', 'wrong checksum');
  const type = view.getUint8(0);
  switch (type) {
    case ADVERTISEMENT:
      return decodeAdvertisement(octets, view);
    case SOLICITATION:
      // RFC 1256 §4.2: what stands behind the eighth octet is ignored.
      if (view.getUint8(1) !== 0) throw new Malformed('Agent Solicitation', `code ${view.getUint8(1)}`);
      return { kind: 'agentSolicitation' };
    default:
      throw new Malformed('ICMP message', `type ${type} is not of agent discovery`);
  }
}

/** RFC 5944 §2.2. */
export function encodeAgentSolicitation(): Uint8Array {
  const octets = new Uint8Array(HEADER_LENGTH);
  octets[0] = SOLICITATION;
  return withChecksum(octets);
}

/** RFC 5944 §2.1; a last octet of padding makes the length even. */
export function encodeAgentAdvertisement(advertisement: AgentAdvertisementFields): Uint8Array {
  refuseContradictions(advertisement);
  const { routerAddresses, careOfAddresses, prefixLengths, challenge } = advertisement;
  const mobilityLength = MOBILITY_LENGTH + 4 * careOfAddresses.length;
  const mobilityOffset = HEADER_LENGTH + 4 * ENTRY_SIZE * routerAddresses.length;
  const extensions = [
    ...(prefixLengths === undefined ? [] : [EXTENSION.prefixLengths, prefixLengths.length, ...prefixLengths]),
    ...(challenge === undefined ? [] : [EXTENSION.challenge, challenge.length, ...challenge]),
  ];
  const length = mobilityOffset + 2 + mobilityLength + extensions.length;
  const octets = new Uint8Array(length + (length % 2));
  const view = viewOf(octets);
  view.setUint8(0, ADVERTISEMENT);
  view.setUint8(1, advertisement.routesCommonTraffic ? CODE.routesCommonTraffic : CODE.doesNotRouteCommonTraffic);
  view.setUint8(4, routerAddresses.length);
  view.setUint8(5, ENTRY_SIZE);
  view.setUint16(6, advertisement.lifetimeSeconds);
  for (const [index, { address, preference }] of routerAddresses.entries()) {
    view.setUint32(HEADER_LENGTH + 8 * index, address);
    view.setInt32(HEADER_LENGTH + 8 * index + 4, preference);
  }
  view.setUint8(mobilityOffset, EXTENSION.mobilityAgent);
  view.setUint8(mobilityOffset + 1, mobilityLength);
  writeMobilityAgent(viewOf(octets.subarray(mobilityOffset + 2)), advertisement);
  octets.set(extensions, mobilityOffset + 2 + mobilityLength);
  return withChecksum(octets);
}

/** RFC 5944 §2.3.2: the number of the next advertisement; the first one after a start has 0. */
export function nextSequenceNumber(after: number): number {
  return after === HIGHEST_SEQUENCE_NUMBER ? FIRST_SEQUENCE_NUMBER_AGAIN : after + 1;
}

/** RFC 5944 §2.4.4, of two advertisements one after the other: whether the agent has forgotten who was registered. */
export function isAgentRebooted(previous: number, next: number): boolean {
  return next < previous && next < FIRST_SEQUENCE_NUMBER_AGAIN;
}

function decodeAdvertisement(octets: Uint8Array, view: DataView): AgentAdvertisement | RouterAdvertisement {
  const code = view.getUint8(1);
  const entryCount = view.getUint8(4);
  const entryLength = 4 * view.getUint8(5);
  const end = HEADER_LENGTH + entryCount * entryLength;
  if (code !== CODE.routesCommonTraffic && code !== CODE.doesNotRouteCommonTraffic) {
    throw new Malformed('Router Advertisement', `code ${code}`);
  }
  if (entryCount > 0 && entryLength < 4 * ENTRY_SIZE) throw new Malformed('Router Advertisement', 'entries too short');
  if (end > octets.length) throw new Malformed('Router Advertisement', 'ends within its router addresses');
  const router = {
    routesCommonTraffic: code === CODE.routesCommonTraffic,
    lifetimeSeconds: view.getUint16(6),
    routerAddresses: Array.from({ length: entryCount }, (_, index) => ({
      address: view.getUint32(HEADER_LENGTH + index * entryLength) as Ipv4Address,
      preference: view.getInt32(HEADER_LENGTH + index * entryLength + 4),
    })),
  };
  const extensions = readExtensions(octets, end);
  const mobility = extensions.get(EXTENSION.mobilityAgent);
  if (mobility === undefined) return { kind: 'routerAdvertisement', ...router };
  return {
    kind: 'agentAdvertisement',
    ...router,
    ...readMobilityAgent(mobility),
    prefixLengths: readPrefixLengths(extensions.get(EXTENSION.prefixLengths), entryCount),
    challenge: extensions.get(EXTENSION.challenge),
  };
}

/** The data of those that are known; of two with the same number the first counts. */
function readExtensions(octets: Uint8Array, offset: number): Map<number, Uint8Array> {
  const extensions = new Map<number, Uint8Array>();
  let at = offset;
  while (at < octets.length) {
    const type = octets[at] ?? EXTENSION.padding;
    if (type === EXTENSION.padding) {
      at += 1;
      continue;
    }
    const end = at + 2 + (octets[at + 1] ?? octets.length);
    if (end > octets.length) throw new Malformed(`extension ${type} of an advertisement`, 'ends behind the message');
    if (type < FIRST_SKIPPABLE && !isKnown(type)) {
      throw new Malformed(`extension ${type} of an advertisement`, 'its number does not allow to skip it');
    }
    if (isKnown(type) && !extensions.has(type)) extensions.set(type, octets.subarray(at + 2, end));
    at = end;
  }
  return extensions;
}

function isKnown(type: number): boolean {
  return type === EXTENSION.mobilityAgent || type === EXTENSION.prefixLengths || type === EXTENSION.challenge;
}

/** RFC 5944 §2.1.1, from behind its length. */
function readMobilityAgent(data: Uint8Array): MobilityAgentFields {
  const view = fixedPart(data, MOBILITY_LENGTH, 'Mobility Agent Advertisement');
  if ((data.length - MOBILITY_LENGTH) % 4 !== 0) throw new Malformed('Mobility Agent Advertisement', 'half an address');
  const flags = view.getUint16(4);
  return {
    sequenceNumber: view.getUint16(0),
    registrationLifetimeSeconds: view.getUint16(2),
    registrationRequired: (flags & FLAG.registrationRequired) !== 0,
    busy: (flags & FLAG.busy) !== 0,
    homeAgent: (flags & FLAG.homeAgent) !== 0,
    foreignAgent: (flags & FLAG.foreignAgent) !== 0,
    minimalEncapsulation: (flags & FLAG.minimalEncapsulation) !== 0,
    greEncapsulation: (flags & FLAG.greEncapsulation) !== 0,
    reverseTunneling: (flags & FLAG.reverseTunneling) !== 0,
    udpTunneling: (flags & FLAG.udpTunneling) !== 0,
    registrationRevocation: (flags & FLAG.registrationRevocation) !== 0,
    regionalRegistration: (flags & FLAG.regionalRegistration) !== 0,
    careOfAddresses: Array.from(
      { length: (data.length - MOBILITY_LENGTH) / 4 },
      (_, index) => view.getUint32(MOBILITY_LENGTH + 4 * index) as Ipv4Address,
    ),
  };
}

/** RFC 5944 §2.1.1, from behind its length. */
function writeMobilityAgent(view: DataView, fields: MobilityAgentFields): void {
  let flags = 0;
  for (const name of Object.keys(FLAG) as (keyof typeof FLAG)[]) if (fields[name]) flags |= FLAG[name];
  view.setUint16(0, fields.sequenceNumber);
  view.setUint16(2, fields.registrationLifetimeSeconds);
  view.setUint16(4, flags);
  for (const [index, address] of fields.careOfAddresses.entries()) view.setUint32(MOBILITY_LENGTH + 4 * index, address);
}

/** An agent is not lost for a hint that fits none of its addresses: then it gave none. */
function readPrefixLengths(data: Uint8Array | undefined, entryCount: number): readonly number[] | undefined {
  if (data === undefined || data.length !== entryCount) return undefined;
  return data.every((length) => length <= 32) ? Array.from(data) : undefined;
}

/** RFC 5944 §2.1.1 and §2.1.2: what must not be sent. To ask for it is our own fault. */
function refuseContradictions(advertisement: AgentAdvertisementFields): void {
  const { foreignAgent, homeAgent, busy, registrationRequired, careOfAddresses } = advertisement;
  const { prefixLengths, routerAddresses, challenge } = advertisement;
  const isContradictory =
    !(foreignAgent || homeAgent) ||
    (foreignAgent && careOfAddresses.length === 0) ||
    (!foreignAgent && (busy || registrationRequired)) ||
    (prefixLengths !== undefined && prefixLengths.length !== routerAddresses.length) ||
    Math.max(MOBILITY_LENGTH + 4 * careOfAddresses.length, routerAddresses.length, challenge?.length ?? 0) > 255;
  if (isContradictory) throw new RangeError('an agent advertisement that contradicts itself');
}

function withChecksum(octets: Uint8Array): Uint8Array {
  viewOf(octets).setUint16(2, internetChecksum(octets));
  return octets;
}

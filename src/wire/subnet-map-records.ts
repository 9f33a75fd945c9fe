// Records of the Subnet Map Exchange: what one access point reports, and what became of it (subnet-map.ts tells the rest).
//
//   Reporter (6)  Address (4)  Custodian (6)  Generation (4)  Revision (2)  State (1)  Claims ...
//   Claims: count (1), and for each: Network (4)  Length (1)  Home agents (1)  Gateway MAC (6, 0: unknown)  Home agent (4) ...

import {
  type Ipv4Address,
  isGroupMac,
  isUnicast,
  type MacAddress,
  type Prefix,
  prefixOf,
  readMac,
  writeMac,
} from '../octets/address.ts';
import { viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

/** An access point has no more bridges than this, a network no more home agents. */
export const MOST_CLAIMS = 8;
export const MOST_HOME_AGENTS = 4;
/** Wider is no subnet but a mistake that would draw everybody's stations; narrower has no room for any. */
const LEAST_PREFIX_LENGTH = 8;
const MOST_PREFIX_LENGTH = 30;

const RECORD_HEAD_LENGTH = 23;
const CLAIM_HEAD_LENGTH = 12;
const STATES = ['deleted', 'gone', 'present'] as const;

/** A row of the subnet map as one access point sees it. */
export type MapClaim = {
  readonly network: Prefix;
  /** The one to ask first is the first. */
  readonly homeAgents: readonly Ipv4Address[];
  readonly gatewayMac: MacAddress | undefined;
};

export type RecordState = (typeof STATES)[number];

export type MapRecord = {
  /** The access point's name: a MAC address of it. */
  readonly reporter: MacAddress;
  /** Where its messages came from. */
  readonly address: Ipv4Address;
  /** The authoritative access point that has heard it last, or looks after its home agents since it is gone. */
  readonly custodian: MacAddress;
  readonly generation: number;
  readonly revision: number;
  readonly state: RecordState;
  readonly claims: readonly MapClaim[];
};

export function recordLength({ claims }: Pick<MapRecord, 'claims'>): number {
  return RECORD_HEAD_LENGTH + claimsLength(claims);
}

export function encodeRecord(record: MapRecord): Uint8Array {
  const claims = encodeClaims(record.claims);
  const octets = new Uint8Array(RECORD_HEAD_LENGTH + claims.length);
  const view = viewOf(octets);
  writeMac(view, 0, record.reporter);
  view.setUint32(6, record.address);
  writeMac(view, 10, record.custodian);
  view.setUint32(16, record.generation);
  view.setUint16(20, record.revision);
  view.setUint8(22, STATES.indexOf(record.state));
  octets.set(claims, RECORD_HEAD_LENGTH);
  return octets;
}

export function readRecord(octets: Uint8Array, at: number): { readonly record: MapRecord; readonly end: number } {
  const view = fixedPart(octets.subarray(at), RECORD_HEAD_LENGTH, 'record');
  const state = STATES[view.getUint8(22)];
  const reporter = readMac(view, 0);
  if (state === undefined) throw new Malformed('record', `unknown state ${view.getUint8(22)}`);
  if (reporter === 0 || isGroupMac(reporter)) throw new Malformed('record', 'its reporter has no name');
  const { claims, end } = readClaims(octets, at + RECORD_HEAD_LENGTH);
  const record = {
    reporter,
    address: view.getUint32(6) as Ipv4Address,
    custodian: readMac(view, 10),
    generation: view.getUint32(16),
    revision: view.getUint16(20),
    state,
    claims,
  };
  return { record, end };
}

export function encodeClaims(claims: readonly MapClaim[]): Uint8Array {
  const octets = new Uint8Array(claimsLength(claims));
  const view = viewOf(octets);
  view.setUint8(0, claims.length);
  let at = 1;
  for (const { network, homeAgents, gatewayMac } of claims) {
    view.setUint32(at, network.network);
    view.setUint8(at + 4, network.length);
    view.setUint8(at + 5, homeAgents.length);
    writeMac(view, at + 6, gatewayMac ?? (0 as MacAddress));
    at += CLAIM_HEAD_LENGTH;
    for (const homeAgent of homeAgents) {
      view.setUint32(at, homeAgent);
      at += 4;
    }
  }
  return octets;
}

export function readClaims(octets: Uint8Array, start: number): { readonly claims: MapClaim[]; readonly end: number } {
  const count = fixedPart(octets.subarray(start), 1, 'claims').getUint8(0);
  if (count > MOST_CLAIMS) throw new Malformed('claims', `${count} of one access point`);
  const claims: MapClaim[] = [];
  let end = start + 1;
  for (let index = 0; index < count; index++) {
    const claim = readClaim(octets.subarray(end));
    claims.push(claim);
    end += CLAIM_HEAD_LENGTH + 4 * claim.homeAgents.length;
  }
  return { claims, end };
}

function readClaim(octets: Uint8Array): MapClaim {
  const head = fixedPart(octets, CLAIM_HEAD_LENGTH, 'claim');
  const [address, length, count] = [head.getUint32(0) as Ipv4Address, head.getUint8(4), head.getUint8(5)];
  if (length < LEAST_PREFIX_LENGTH || length > MOST_PREFIX_LENGTH)
    throw new Malformed('claim', `a mask of ${length} bits`);
  const network = prefixOf(address, length);
  if (network.network !== address) throw new Malformed('claim', 'bits are set behind its mask');
  if (count === 0 || count > MOST_HOME_AGENTS) throw new Malformed('claim', `${count} home agents`);
  const view = fixedPart(octets, CLAIM_HEAD_LENGTH + 4 * count, 'claim');
  const homeAgents = Array.from({ length: count }, (_, i) => view.getUint32(CLAIM_HEAD_LENGTH + 4 * i) as Ipv4Address);
  if (!homeAgents.every(isUnicast)) throw new Malformed('claim', 'a home agent with an address that no host has');
  const gatewayMac = readMac(head, 6);
  if (isGroupMac(gatewayMac)) throw new Malformed('claim', 'a gateway with a group address');
  return { network, homeAgents, gatewayMac: gatewayMac === 0 ? undefined : gatewayMac };
}

function claimsLength(claims: readonly MapClaim[]): number {
  let length = 1;
  for (const { homeAgents } of claims) length += CLAIM_HEAD_LENGTH + 4 * homeAgents.length;
  return length;
}

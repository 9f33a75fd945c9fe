// The Subnet Map Exchange: how access points tell their home agents to authoritative access points (AAPs), get the whole
// subnet map from them, and learn where a station was before. No RFC has it; Cisco's own protocol of that name was never
// published, and only its port is kept. This text is the protocol; the codecs of records and stations are beside it.
//
// Transport. UDP, port 6500 on both sides, IPv4. Numbers are big-endian. No message is longer than 1,200 octets.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+-------------------------------+
//   |  Version (1)  |     Type      |            Length             |   of the whole message
//   +---------------+---------------+-------------------------------+
//   |                   Sender: a MAC address of the                |
//   |   box, which names it         |R A         Flags              |   R: by the one that was called
//   +-------------------------------+-------------------------------+   A: the caller is an AAP itself
//   |                            Session                            |
//   |                                                               |
//   +---------------------------------------------------------------+
//   |                           Sequence                            |
//   +---------------------------------------------------------------+
//   |                           Body ...                            |
//   +---------------------------------------------------------------+
//   |           Tag: 16 octets of HMAC-SHA-256 over all before      |
//   +---------------------------------------------------------------+
//
// Sessions. Who wants to talk calls: an access point one AAP, an AAP each other AAP. `hello` has a fresh random number in
// Session; `challenge` repeats it there and brings a fresh random number of the called one, which is the session's name from
// then on. Both are signed with H = HMAC(aap_key, "pmip map 1 hello"), all later messages with
// HMAC(aap_key, "pmip map 1 session", caller, called, both random numbers). Within a session each side's sequence numbers
// rise strictly, by whatever is sent; a message with a number that is not higher than the last is dropped. So no message can
// be replayed: not in its session, for the number; not in another one, for the key; and no clock has a part in it. A
// session is kept in place of a former one only when its first message has come. Whoever gets a message of a session that
// it does not know, because it was restarted, answers `refusal` (signed with H) that repeats the message's tag; only who
// has just sent that message believes it, and calls again.
//
// Delivery. `report`, `records`, `comparison`, `stations` and `moved` are repeated, with new sequence numbers, until an
// answer names the number of one of the tries. Of each type one is under way at a time in a session; what changes meanwhile goes
// with the next. All of them may be repeated without harm.
//
// Records. All that an access point reports is one record, whose version rises with each change: Generation by the
// reporter (not below its clock's seconds, always above what anybody has of it), Revision by AAPs while it is silent. Of two
// records of a reporter the higher counts: generation, revision, state, custodian, and at last the octets. A record is
// present, gone (nobody has heard the access point, but a home agent of it answers) or deleted; a deleted one is kept for a day, and
// no older one comes back against it. The custodian is the AAP that has heard the reporter last.
//
//   access point -> AAP   report          at once, on a change, and every 30 s
//   AAP -> access point   acknowledgment  with the highest generation that is known; the reporter goes above it
//   AAP -> access point   records         the whole map in pages where the summary in the report is not the AAP's;
//                                         then each change
//   AAP -> AAP            records         each change that it heard itself
//   AAP -> AAP            comparison      every 30 s: 64 digests over the records, by reporter modulo 64
//   AAP -> AAP            difference      answers it: whose digests differ; those records are sent then
//   access point -> AAP   stations        this station attached (where was it?), this one was identified, this one left
//   AAP -> access point   answer          where it was
//   AAP -> AAP            stations        each change that it heard itself
//   AAP -> access point   moved           a station of yours is elsewhere now
//
// Times of stations are told as ages, and become moments of the receiver's own clock; the later one counts.

import type { MacAddress } from '../octets/address.ts';
import { isGroupMac, readMac, writeMac } from '../octets/address.ts';
import { join, viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';
import {
  encodeClaims,
  encodeRecord,
  type MapClaim,
  type MapRecord,
  readClaims,
  readRecord,
} from './subnet-map-records.ts';
import { encodeStation, type MapStation, readStation, STATION_LENGTH } from './subnet-map-stations.ts';

/** As Cisco's. */
export const SUBNET_MAP_PORT = 6500;
export const MOST_MESSAGE_OCTETS = 1200;
export const TAG_LENGTH = 16;
/** Digests in a comparison; records are spread over them. */
export const BUCKETS = 64;
export const DIGEST_LENGTH = 8;
const HEADER_LENGTH = 24;
const VERSION = 1;
/** What a body may have. */
export const MOST_BODY_OCTETS = MOST_MESSAGE_OCTETS - HEADER_LENGTH - TAG_LENGTH;
export const RECORDS_HEAD_LENGTH = 3;
export const STATIONS_HEAD_LENGTH = 5;

const FLAG = { ofCalled: 0x8000, ofAuthority: 0x4000 } as const;
const RECORDS_FLAG = { begins: 1, ends: 2, settled: 4 } as const;

export type MapBody =
  | { readonly kind: 'hello' }
  | { readonly kind: 'challenge'; readonly session: bigint }
  | { readonly kind: 'refusal'; readonly tag: Uint8Array }
  | {
      readonly kind: 'report';
      readonly generation: number;
      /** Of the map that the reporter has. */
      readonly summary: Uint8Array;
      readonly claims: readonly MapClaim[];
    }
  | {
      readonly kind: 'acknowledgment';
      readonly acknowledged: number;
      /** The highest that is known of the reporter; 0 where nothing was reported. */
      readonly generation: number;
    }
  | {
      readonly kind: 'records';
      /** The first and last page of a whole map. */
      readonly begins: boolean;
      readonly ends: boolean;
      /** The AAP runs long enough to have heard of all. */
      readonly isSettled: boolean;
      readonly records: readonly MapRecord[];
    }
  | { readonly kind: 'comparison'; readonly digests: Uint8Array }
  | {
      readonly kind: 'difference';
      readonly acknowledged: number;
      readonly isSettled: boolean;
      readonly buckets: readonly number[];
    }
  | { readonly kind: 'stations' | 'moved'; readonly stations: readonly MapStation[] }
  | { readonly kind: 'answer'; readonly acknowledged: number; readonly stations: readonly MapStation[] };

export type MapHeader = {
  readonly sender: MacAddress;
  /** Whether the one that was called says it. */
  readonly isOfCalled: boolean;
  /** Whether the caller is an AAP itself. */
  readonly isOfAuthority: boolean;
  readonly session: bigint;
  readonly sequence: number;
};

export type MapMessage = {
  readonly kind: 'mapMessage';
  readonly header: MapHeader;
  readonly body: MapBody;
  readonly octets: Uint8Array;
};

/** Of a program that is older or newer than this protocol. */
export type OtherVersion = { readonly kind: 'otherVersion'; readonly version: number };

type Kind = MapBody['kind'];

const TYPES: readonly Kind[] = [
  'hello',
  'challenge',
  'refusal',
  'report',
  'acknowledgment',
  'records',
  'comparison',
  'difference',
  'stations',
  'moved',
  'answer',
];
const FIRST_TYPE = 1;

/** All of a message but its tag, which is appended by who has the key. */
export function encodeUnsigned(header: MapHeader, body: MapBody): Uint8Array {
  const encoded = encodeBody(body);
  const octets = new Uint8Array(HEADER_LENGTH + encoded.length);
  const view = viewOf(octets);
  view.setUint8(0, VERSION);
  view.setUint8(1, FIRST_TYPE + TYPES.indexOf(body.kind));
  view.setUint16(2, octets.length + TAG_LENGTH);
  writeMac(view, 4, header.sender);
  view.setUint16(10, (header.isOfCalled ? FLAG.ofCalled : 0) | (header.isOfAuthority ? FLAG.ofAuthority : 0));
  view.setBigUint64(12, header.session);
  view.setUint32(20, header.sequence);
  octets.set(encoded, HEADER_LENGTH);
  return octets;
}

/** Nothing in it is true before the tag was checked. */
export function decodeMapMessage(octets: Uint8Array): MapMessage | OtherVersion {
  const view = fixedPart(octets, HEADER_LENGTH + TAG_LENGTH, 'subnet map message');
  const version = view.getUint8(0);
  if (version !== VERSION) return { kind: 'otherVersion', version };
  if (octets.length > MOST_MESSAGE_OCTETS || view.getUint16(2) !== octets.length) {
    throw new Malformed('subnet map message', `${octets.length} octets, but it says ${view.getUint16(2)}`);
  }
  const kind = TYPES[view.getUint8(1) - FIRST_TYPE];
  if (kind === undefined) throw new Malformed('subnet map message', `unknown type ${view.getUint8(1)}`);
  const flags = view.getUint16(10);
  const sender = readMac(view, 4);
  if (sender === 0 || isGroupMac(sender)) throw new Malformed('subnet map message', 'its sender has no name');
  const header = {
    sender,
    isOfCalled: (flags & FLAG.ofCalled) !== 0,
    isOfAuthority: (flags & FLAG.ofAuthority) !== 0,
    session: view.getBigUint64(12),
    sequence: view.getUint32(20),
  };
  const body = decodeBody(kind, octets.subarray(HEADER_LENGTH, octets.length - TAG_LENGTH));
  return { kind: 'mapMessage', header, body, octets };
}

function encodeBody(body: MapBody): Uint8Array {
  switch (body.kind) {
    case 'hello':
      return new Uint8Array();
    case 'challenge':
      return encodedHead(8, (view) => view.setBigUint64(0, body.session));
    case 'refusal':
      return body.tag;
    case 'report':
      return join([
        encodedHead(4, (view) => view.setUint32(0, body.generation)),
        body.summary,
        encodeClaims(body.claims),
      ]);
    case 'acknowledgment':
      return encodedHead(8, (view) => {
        view.setUint32(0, body.acknowledged);
        view.setUint32(4, body.generation);
      });
    case 'records':
      return join([recordsHead(body), ...body.records.map(encodeRecord)]);
    case 'comparison':
      return body.digests;
    case 'difference':
      return encodeDifference(body);
    case 'stations':
    case 'moved':
      return join([stationsHead(0, body.stations), ...body.stations.map(encodeStation)]);
    case 'answer':
      return join([stationsHead(body.acknowledged, body.stations), ...body.stations.map(encodeStation)]);
  }
}

function decodeBody(kind: Kind, body: Uint8Array): MapBody {
  switch (kind) {
    case 'hello':
      exactly(body, 0, kind);
      return { kind };
    case 'challenge':
      return { kind, session: exactly(body, 8, kind).getBigUint64(0) };
    case 'refusal':
      exactly(body, TAG_LENGTH, kind);
      return { kind, tag: body };
    case 'report':
      return decodeReport(body);
    case 'acknowledgment': {
      const view = exactly(body, 8, kind);
      return { kind, acknowledged: view.getUint32(0), generation: view.getUint32(4) };
    }
    case 'records':
      return decodeRecords(body);
    case 'comparison':
      exactly(body, BUCKETS * DIGEST_LENGTH, kind);
      return { kind, digests: body };
    case 'difference':
      return decodeDifference(body);
    case 'stations':
    case 'moved':
      return { kind, stations: decodeStations(body, kind) };
    case 'answer':
      return {
        kind,
        acknowledged: fixedPart(body, STATIONS_HEAD_LENGTH, kind).getUint32(0),
        stations: decodeStations(body, kind),
      };
  }
}

function decodeReport(body: Uint8Array): MapBody {
  const headLength = 4 + DIGEST_LENGTH;
  const view = fixedPart(body, headLength, 'report');
  const { claims, end } = readClaims(body, headLength);
  exactly(body, end, 'report');
  return { kind: 'report', generation: view.getUint32(0), summary: body.subarray(4, headLength), claims };
}

function recordsHead({ begins, ends, isSettled, records }: Extract<MapBody, { kind: 'records' }>): Uint8Array {
  return encodedHead(RECORDS_HEAD_LENGTH, (view) => {
    const { begins: begin, ends: end, settled } = RECORDS_FLAG;
    view.setUint8(0, (begins ? begin : 0) | (ends ? end : 0) | (isSettled ? settled : 0));
    view.setUint16(1, records.length);
  });
}

function decodeRecords(body: Uint8Array): MapBody {
  const view = fixedPart(body, RECORDS_HEAD_LENGTH, 'records');
  const flags = view.getUint8(0);
  const records: MapRecord[] = [];
  let at = RECORDS_HEAD_LENGTH;
  for (let count = view.getUint16(1); count > 0; count--) {
    const { record, end } = readRecord(body, at);
    records.push(record);
    at = end;
  }
  exactly(body, at, 'records');
  return {
    kind: 'records',
    begins: (flags & RECORDS_FLAG.begins) !== 0,
    ends: (flags & RECORDS_FLAG.ends) !== 0,
    isSettled: (flags & RECORDS_FLAG.settled) !== 0,
    records,
  };
}

function encodeDifference(body: Extract<MapBody, { kind: 'difference' }>): Uint8Array {
  return encodedHead(5 + BUCKETS / 8, (view) => {
    view.setUint32(0, body.acknowledged);
    view.setUint8(4, body.isSettled ? 1 : 0);
    for (const bucket of body.buckets) {
      const at = 5 + (bucket >> 3);
      view.setUint8(at, view.getUint8(at) | (0x80 >> (bucket & 7)));
    }
  });
}

function decodeDifference(body: Uint8Array): MapBody {
  const view = exactly(body, 5 + BUCKETS / 8, 'difference');
  const buckets: number[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if ((view.getUint8(5 + (bucket >> 3)) & (0x80 >> (bucket & 7))) !== 0) buckets.push(bucket);
  }
  return { kind: 'difference', acknowledged: view.getUint32(0), isSettled: view.getUint8(4) === 1, buckets };
}

function stationsHead(acknowledged: number, stations: readonly MapStation[]): Uint8Array {
  return encodedHead(STATIONS_HEAD_LENGTH, (view) => {
    view.setUint32(0, acknowledged);
    view.setUint8(4, stations.length);
  });
}

function decodeStations(body: Uint8Array, what: string): MapStation[] {
  const count = fixedPart(body, STATIONS_HEAD_LENGTH, what).getUint8(4);
  exactly(body, STATIONS_HEAD_LENGTH + count * STATION_LENGTH, what);
  return Array.from({ length: count }, (_, index) => readStation(body, STATIONS_HEAD_LENGTH + index * STATION_LENGTH));
}

function encodedHead(length: number, write: (view: DataView) => void): Uint8Array {
  const octets = new Uint8Array(length);
  write(viewOf(octets));
  return octets;
}

function exactly(body: Uint8Array, length: number, what: string): DataView {
  const view = fixedPart(body, length, what);
  if (body.length > length) throw new Malformed(what, `${body.length - length} octets too many`);
  return view;
}

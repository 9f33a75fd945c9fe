// The last good subnet map as a file: records behind a head, and a digest over them, because a router may lose power while
// it writes. What makes no sense is as nothing.

import type { Digests } from '../octets/digest.ts';
import { equalInConstantTime, join, utf8Octets, viewOf } from '../octets/octets.ts';
import { encodeRecord, type MapRecord, readRecord } from '../wire/subnet-map-records.ts';
import { decodeOrMalformed } from './inbound.ts';

const HEAD = utf8Octets('pmip map 1\n');
const COUNT_LENGTH = 4;
const DIGEST_LENGTH = 32;

export function encodeKeptMap(records: Iterable<MapRecord>, digests: Digests): Uint8Array {
  const all = [...records];
  const count = new Uint8Array(COUNT_LENGTH);
  viewOf(count).setUint32(0, all.length);
  const octets = join([HEAD, count, ...all.map(encodeRecord)]);
  return join([octets, digests.digest('sha256', octets)]);
}

export function decodeKeptMap(octets: Uint8Array | undefined, digests: Digests): MapRecord[] {
  if (octets === undefined || octets.length < HEAD.length + COUNT_LENGTH + DIGEST_LENGTH) return [];
  const content = octets.subarray(0, octets.length - DIGEST_LENGTH);
  const digest = octets.subarray(content.length);
  if (!equalInConstantTime(digest, digests.digest('sha256', content))) return [];
  if (!equalInConstantTime(content.subarray(0, HEAD.length), HEAD)) return [];
  const records = decodeOrMalformed(() => readRecords(content));
  return 'kind' in records ? [] : records;
}

function readRecords(content: Uint8Array): MapRecord[] {
  const records: MapRecord[] = [];
  let at = HEAD.length + COUNT_LENGTH;
  for (let count = viewOf(content).getUint32(HEAD.length); count > 0; count--) {
    const { record, end } = readRecord(content, at);
    records.push(record);
    at = end;
  }
  return records;
}

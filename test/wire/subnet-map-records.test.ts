import { expect, test } from 'vitest';
import { Malformed } from '../../src/wire/malformed.ts';
import { encodeClaims, encodeRecord, readClaims, readRecord, recordLength } from '../../src/wire/subnet-map-records.ts';
import { ip, prefix } from '../addresses.ts';
import { hex } from '../hex.ts';
import { record } from './map-messages.ts';

const octets = hex(
  '020000000101', //                     reporter
  'c0000201', //                         address
  '020000000901', //                     custodian
  '6553f100 0002 02', //                 generation, revision, present
  '02', //                               two claims
  '0a010000 18 02 020000000101', //      10.1.0.0/24, two home agents, gateway
  '0a010001 0a010002',
  '0a020000 10 01 000000000000', //      10.2.0.0/16, gateway unknown
  '0a020001',
);

test('a record is as the text says', () => {
  expect(encodeRecord(record)).toEqual(octets);
  expect(readRecord(octets, 0)).toEqual({ record, end: octets.length });
  expect(recordLength(record)).toBe(octets.length);
});

test('a record is read from the middle', () => {
  const padded = new Uint8Array(octets.length + 9);
  padded.set(octets, 5);
  expect(readRecord(padded, 5)).toEqual({ record, end: octets.length + 5 });
});

test('a record cut anywhere is malformed', () => {
  for (let length = 0; length < octets.length; length++) {
    expect(() => readRecord(octets.subarray(0, length), 0)).toThrow(Malformed);
  }
});

const claims = encodeClaims(record.claims);

test.each([
  ['more claims than a box has bridges', 0, 9],
  ['a mask of 7 bits', 5, 7],
  ['a mask of 31 bits', 5, 31],
  ['bits behind the mask', 5, 15],
  ['no home agent', 6, 0],
  ['five home agents', 6, 5],
  ['a gateway with a group address', 7, 3],
  ['a home agent at 255.1.0.1', 13, 255],
])('%s: malformed', (_what, at, value) => {
  const changed = claims.slice();
  changed[at] = value;
  expect(() => readClaims(changed, 0)).toThrow(Malformed);
});

test('an unknown state and a reporter without a name are malformed', () => {
  for (const [at, value] of [
    [22, 3],
    [0, 3],
  ] as const) {
    const changed = octets.slice();
    changed[at] = value;
    expect(() => readRecord(changed, 0)).toThrow(Malformed);
  }
});

test('no claims are one octet', () => {
  expect(encodeClaims([])).toEqual(hex('00'));
  expect(readClaims(hex('00'), 0)).toEqual({ claims: [], end: 1 });
});

test('the widest and the narrowest mask are read', () => {
  for (const network of [prefix('10.0.0.0/8'), prefix('10.0.0.4/30')]) {
    const claim = { network, homeAgents: [ip('10.0.0.5')], gatewayMac: undefined };
    expect(readClaims(encodeClaims([claim]), 0).claims).toEqual([claim]);
  }
});

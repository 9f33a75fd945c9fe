// Messages of the Subnet Map Exchange for tests: one of each kind, and how they are signed.

import type { MacAddress } from '../../src/octets/address.ts';
import { BUCKETS, DIGEST_LENGTH, type MapBody, type MapHeader } from '../../src/wire/subnet-map.ts';
import type { MapRecord } from '../../src/wire/subnet-map-records.ts';
import type { MapStation } from '../../src/wire/subnet-map-stations.ts';
import { ip, mac, prefix } from '../addresses.ts';

export const REPORTER = mac('02:00:00:00:01:01');
export const AUTHORITY = mac('02:00:00:00:09:01');

export const header: MapHeader = {
  sender: REPORTER,
  isOfCalled: false,
  isOfAuthority: false,
  session: 0x0102030405060708n,
  sequence: 9,
};

export const record: MapRecord = {
  reporter: REPORTER,
  address: ip('192.0.2.1'),
  custodian: AUTHORITY,
  generation: 1_700_000_000,
  revision: 2,
  state: 'present',
  claims: [
    { network: prefix('10.1.0.0/24'), homeAgents: [ip('10.1.0.1'), ip('10.1.0.2')], gatewayMac: REPORTER },
    { network: prefix('10.2.0.0/16'), homeAgents: [ip('10.2.0.1')], gatewayMac: undefined },
  ],
};

export const station: MapStation = {
  mac: mac('02:11:22:33:44:55'),
  asks: true,
  hasLeft: false,
  homeAddress: ip('10.1.0.77'),
  gatewayMac: mac('02:00:00:00:01:01'),
  accessPoint: REPORTER,
  ageMs: 1234,
};

const unknown: MapStation = { ...station, asks: false, hasLeft: true, homeAddress: undefined, gatewayMac: undefined };
const summary = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

export const bodies: readonly MapBody[] = [
  { kind: 'hello' },
  { kind: 'challenge', session: 0xffeeddccbbaa9988n },
  { kind: 'refusal', tag: Uint8Array.from({ length: 16 }, (_, index) => index) },
  { kind: 'report', generation: 7, summary, claims: record.claims },
  { kind: 'report', generation: 0xffffffff, summary, claims: [] },
  { kind: 'acknowledgment', acknowledged: 5, generation: 6 },
  { kind: 'records', begins: true, ends: false, isSettled: true, records: [record] },
  {
    kind: 'records',
    begins: false,
    ends: true,
    isSettled: false,
    records: [{ ...record, state: 'deleted', claims: [] }],
  },
  { kind: 'comparison', digests: new Uint8Array(BUCKETS * DIGEST_LENGTH).fill(3) },
  { kind: 'difference', acknowledged: 4, isSettled: true, buckets: [0, 7, 8, 63] },
  { kind: 'stations', stations: [station, unknown] },
  { kind: 'moved', stations: [station] },
  { kind: 'answer', acknowledged: 3, stations: [station] },
];

export function reporterNumber(number: number): MacAddress {
  return (REPORTER + number * 0x100) as MacAddress;
}

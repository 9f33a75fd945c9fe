import { expect, test } from 'vitest';
import { Malformed } from '../../src/wire/malformed.ts';
import { encodeStation, readStation, STATION_LENGTH } from '../../src/wire/subnet-map-stations.ts';
import { hex } from '../hex.ts';
import { station } from './map-messages.ts';

const octets = hex('021122334455 01', '0a01004d', '020000000101', '020000000101', '000004d2');

test('a station is as the text says', () => {
  expect(encodeStation(station)).toEqual(octets);
  expect(readStation(octets, 0)).toEqual(station);
  expect(octets.length).toBe(STATION_LENGTH);
});

test('what is not known is zero', () => {
  const unknown = { ...station, asks: false, hasLeft: true, homeAddress: undefined, gatewayMac: undefined };
  expect(encodeStation(unknown)).toEqual(
    hex('021122334455 02', '00000000', '000000000000', '020000000101', '000004d2'),
  );
  expect(readStation(encodeStation(unknown), 0)).toEqual(unknown);
});

test('an age that does not fit is the longest one that does', () => {
  expect(readStation(encodeStation({ ...station, ageMs: 1e12 }), 0).ageMs).toBe(0xffffffff);
  expect(readStation(encodeStation({ ...station, ageMs: -5 }), 0).ageMs).toBe(0);
});

test.each([
  ['no name', '000000000000 00', 0],
  ['a group address as its name', '01', 0],
  ['a multicast home address', 'e0000001', 7],
  ['a gateway with a group address', '01', 11],
  ['an access point with a group address', '01', 17],
])('%s: malformed', (_what, octetsThere, at) => {
  const changed = octets.slice();
  changed.set(hex(octetsThere), at);
  expect(() => readStation(changed, 0)).toThrow(Malformed);
});

test('a station cut anywhere is malformed', () => {
  for (let length = 0; length < octets.length; length++) {
    expect(() => readStation(octets.subarray(0, length), 0)).toThrow(Malformed);
  }
});

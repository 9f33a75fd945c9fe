import { expect, test } from 'vitest';
import type { MacAddress } from '../../../src/octets/address.ts';
import { StationDirectory } from '../../../src/roles/authoritative-access-point/station-directory.ts';
import { AUTHORITY, REPORTER, station } from '../../wire/map-messages.ts';

const HOUR_MS = 3_600_000;
const there = { ...station, ageMs: 0 };
const elsewhere = { ...there, accessPoint: AUTHORITY, homeAddress: undefined, gatewayMac: undefined };

function directory(): StationDirectory {
  const made = new StationDirectory(3);
  made.take(there, 1000);
  return made;
}

test('a station that comes elsewhere keeps its home address, and was at the former one', () => {
  const stations = directory();
  expect(stations.take(elsewhere, 2000)).toEqual({ isNews: true, cameFrom: REPORTER, movedFrom: REPORTER });
  expect(stations.stationOf(station.mac, 2500)).toEqual({
    ...station,
    asks: false,
    accessPoint: AUTHORITY,
    ageMs: 500,
  });
});

test('what was before changes nothing, however late it is told', () => {
  const stations = directory();
  stations.take(elsewhere, 2000);
  const nothing = { isNews: false, cameFrom: undefined, movedFrom: undefined };
  expect(stations.take({ ...there, ageMs: 2000 }, 3000)).toEqual(nothing);
  expect(stations.take({ ...there, hasLeft: true, ageMs: 0 }, 3000)).toEqual(nothing);
  expect(stations.stationOf(station.mac, 3000)?.accessPoint).toBe(AUTHORITY);
});

test('the same again is no news; another address is', () => {
  const stations = directory();
  expect(stations.take({ ...there, ageMs: 1000 }, 2000).isNews).toBe(false);
  expect(stations.take({ ...there, ageMs: 1000, gatewayMac: undefined }, 2000).isNews).toBe(true);
  expect(stations.take({ ...there, ageMs: 1000, hasLeft: true, gatewayMac: undefined }, 2000).isNews).toBe(true);
});

test('one that had left before it came elsewhere need not be taken from there', () => {
  const stations = directory();
  stations.take({ ...there, ageMs: 500, hasLeft: true }, 1500);
  expect(stations.take(elsewhere, 2000)).toEqual({ isNews: true, cameFrom: REPORTER, movedFrom: undefined });
});

test('who left is forgotten after an hour; who is with a living access point is not', () => {
  const stations = directory();
  stations.take({ ...there, mac: (station.mac + 1) as MacAddress, hasLeft: true }, 1000);
  stations.take({ ...elsewhere, mac: (station.mac + 2) as MacAddress }, 1000);
  stations.forgetOld(1000 + HOUR_MS, () => false);
  expect(stations.size).toBe(3);
  stations.forgetOld(1001 + HOUR_MS, (accessPoint) => accessPoint === REPORTER);
  expect(stations.size).toBe(1);
  expect(stations.stationOf(station.mac, 0)).toBeDefined();
});

test('in a full one the station that was not heard of for the longest time is forgotten', () => {
  const stations = directory();
  for (const number of [1, 2]) stations.take({ ...there, mac: (station.mac + number) as MacAddress }, 1000 + number);
  stations.take(there, 1010);
  stations.take({ ...there, mac: (station.mac + 3) as MacAddress }, 1020);
  expect(stations.size).toBe(3);
  expect(stations.stationOf((station.mac + 1) as MacAddress, 0)).toBeUndefined();
  expect(stations.stationOf(station.mac, 0)).toBeDefined();
});

import { expect, test } from 'vitest';
import type { MacAddress } from '../../../src/octets/address.ts';
import { AttachedStations } from '../../../src/roles/subnet-map-client/attached-stations.ts';
import { ip, mac } from '../../addresses.ts';
import { AUTHORITY, REPORTER, station } from '../../wire/map-messages.ts';

const STATION = mac('02:11:22:33:44:55');
const GATEWAY = mac('02:00:00:00:01:01');

function attached(): AttachedStations {
  const stations = new AttachedStations();
  stations.attached(STATION, 1000);
  return stations;
}

test('one that has just come is asked for; when it is known, it is only told', () => {
  const stations = attached();
  expect(stations.told(stations.takeNews(), REPORTER, 1500)).toEqual([
    {
      mac: STATION,
      asks: true,
      hasLeft: false,
      homeAddress: undefined,
      gatewayMac: undefined,
      accessPoint: REPORTER,
      ageMs: 500,
    },
  ]);
  stations.identified(STATION, ip('10.1.0.77'), GATEWAY);
  expect(stations.told(stations.takeNews(), REPORTER, 1500)).toMatchObject([
    { asks: false, homeAddress: ip('10.1.0.77'), gatewayMac: GATEWAY },
  ]);
  stations.identified(STATION, ip('10.1.0.77'), GATEWAY);
  expect(stations.hasNews()).toBe(false);
});

test('one that comes anew keeps its address, but not one that had left', () => {
  const stations = attached();
  stations.identified(STATION, ip('10.1.0.77'), GATEWAY);
  stations.attached(STATION, 2000);
  expect(stations.isUnidentified(STATION)).toBe(false);
  stations.left(STATION);
  stations.attached(STATION, 3000);
  expect(stations.isUnidentified(STATION)).toBe(true);
});

test('one that has left is told, and forgotten when that is acknowledged', () => {
  const stations = attached();
  stations.left(STATION);
  const news = stations.takeNews();
  expect(stations.told(news, REPORTER, 1000)).toMatchObject([{ hasLeft: true, asks: false }]);
  stations.acknowledged(news);
  stations.tellAll();
  expect(stations.hasNews()).toBe(false);
});

test('one that is elsewhere since is forgotten; one that has come back here since is told once more', () => {
  const stations = attached();
  stations.takeNews();
  const elsewhere = { ...station, mac: STATION, accessPoint: AUTHORITY };
  expect(stations.hasMoved({ ...elsewhere, ageMs: 5000 }, 3000)).toBe(false);
  expect(stations.takeNews()).toEqual([STATION]);
  expect(stations.hasMoved({ ...elsewhere, ageMs: 100 }, 3000)).toBe(true);
  expect(stations.hasMoved({ ...elsewhere, ageMs: 100 }, 3000)).toBe(false);
});

test('news is for as many as a message holds', () => {
  const stations = new AttachedStations();
  for (let number = 0; number < 100; number++) stations.attached((STATION + number) as MacAddress, 0);
  expect([stations.takeNews().length, stations.takeNews().length, stations.takeNews().length]).toEqual([42, 42, 16]);
});

test('where nobody is told, who is here is remembered, and who has left is not', () => {
  const stations = attached();
  stations.identified(STATION, ip('10.1.0.77'), GATEWAY);
  stations.forgetLeft();
  expect(stations.told([STATION], REPORTER, 1500)).toMatchObject([{ homeAddress: ip('10.1.0.77'), ageMs: 500 }]);
  stations.left(STATION);
  stations.forgetLeft();
  expect(stations.hasNews()).toBe(false);
  expect(stations.told([STATION], REPORTER, 1500)).toEqual([]);
});

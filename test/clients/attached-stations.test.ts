import { expect, test } from 'vitest';
import { AttachedStations, type AttachmentChange } from '../../src/clients/attached-stations.ts';
import { mac } from '../addresses.ts';

const PHONE = mac('02:00:00:00:02:00');
const LAPTOP = mac('02:00:00:00:03:00');

function told(changes: readonly AttachmentChange[]): string[] {
  return changes.map(({ kind, interfaceName, mac }) => `${kind} ${interfaceName}${mac === PHONE ? '' : ' laptop'}`);
}

test('a station that is authorized on one BSS is on no other', () => {
  const stations = new AttachedStations();
  stations.authorized('slow', PHONE);
  expect(told(stations.authorized('fast', PHONE))).toEqual(['stationAttached fast']);
  expect([...stations.on('slow')]).toEqual([]);
  expect([...stations.on('fast')]).toEqual([PHONE]);
});

test('a station leaves only the BSS that it is on', () => {
  const stations = new AttachedStations();
  stations.authorized('slow', PHONE);
  expect(told(stations.left('fast', PHONE))).toEqual([]);
  expect(told(stations.left('slow', PHONE))).toEqual(['stationDetached slow']);
  expect(told(stations.left('slow', PHONE))).toEqual([]);
});

test('a list attaches those who are nowhere, and detaches those who are missing', () => {
  const stations = new AttachedStations();
  stations.authorized('slow', PHONE);
  expect(told(stations.listed('slow', new Set([LAPTOP])))).toEqual([
    'stationDetached slow',
    'stationAttached slow laptop',
  ]);
  expect(told(stations.listed('slow', new Set([LAPTOP])))).toEqual([]);
});

test('a station that two lists have moves to the second when the first has it no more', () => {
  const stations = new AttachedStations();
  stations.listed('slow', new Set([PHONE]));
  expect(told(stations.listed('fast', new Set([PHONE])))).toEqual([]);
  expect(told(stations.listed('slow', new Set()))).toEqual(['stationAttached fast']);
});

test('with a BSS go its stations, but for one that another BSS lists', () => {
  const stations = new AttachedStations();
  stations.listed('slow', new Set([PHONE, LAPTOP]));
  stations.listed('fast', new Set([LAPTOP]));
  expect(told(stations.gone('slow'))).toEqual(['stationDetached slow', 'stationAttached fast laptop']);
  expect([...stations.on('slow')]).toEqual([]);
});

test('a station that leaves the BSS to which a notification moved it is not taken for one of its former BSS', () => {
  const stations = new AttachedStations();
  stations.authorized('slow', PHONE);
  stations.authorized('fast', PHONE);
  expect(told(stations.left('fast', PHONE))).toEqual(['stationDetached fast']);
});

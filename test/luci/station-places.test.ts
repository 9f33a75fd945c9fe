import './english.ts';
import { describe, expect, test } from 'vitest';
import { isPending, nameOf, stationPlaces } from '../../luci/src/station-places.ts';
import { answersWith } from './answers.ts';

const MAC = '02:00:00:00:00:07';
const visitor = { home_address: '10.2.0.7', home_agent: '10.2.0.1', care_of_address: '192.168.50.1', mac: MAC };
const binding = { home_address: '10.1.0.7', care_of_address: '192.168.50.2' };

test('a station that is a visitor too is one place, with its home agent as the other end', () => {
  const station = { mac: MAC, mobility: 'away', attached: true, address: '10.2.0.7', registration: 'registered' };
  const places = stationPlaces(answersWith({ stations: [station], visitors: [visitor] }));
  expect(places).toHaveLength(1);
  expect(places[0]).toMatchObject({ key: MAC, state: 'visiting', peer: '10.2.0.1', visitor, station });
});

test('a visitor of an access point that only bridges is a place without a station', () => {
  expect(stationPlaces(answersWith({ visitors: [visitor] }))).toMatchObject([
    { key: MAC, state: 'visiting', address: '10.2.0.7' },
  ]);
});

test('a binding is a station of ours elsewhere, unless the station is attached here again', () => {
  expect(stationPlaces(answersWith({ bindings: [binding] }))).toMatchObject([
    { key: '10.1.0.7', state: 'elsewhere', peer: '192.168.50.2' },
  ]);
  const back = { mac: MAC, mobility: 'home', attached: true, address: '10.1.0.7' };
  expect(stationPlaces(answersWith({ stations: [back], bindings: [binding] }))).toMatchObject([
    { key: MAC, state: 'home' },
  ]);
});

test('a station that has left is not here, but its name goes with its binding', () => {
  const gone = { mac: MAC, mobility: 'home', attached: false, address: '10.1.0.7' };
  const hints = { [MAC.toUpperCase()]: { name: 'phone' } };
  const places = stationPlaces(answersWith({ stations: [gone], bindings: [binding], hints }));
  expect(places.map((place) => [nameOf(place), place.state])).toEqual([['phone', 'elsewhere']]);
});

describe('a station is called', () => {
  const station = { mac: MAC, mobility: 'unknown' };
  test('by the name that the router knows, else by its address, else by its MAC address', () => {
    const [named] = stationPlaces(answersWith({ stations: [station], hints: { [MAC]: { name: 'phone' } } }));
    const [addressed] = stationPlaces(
      answersWith({ stations: [{ ...station, address: '10.1.0.7' }], hints: { [MAC]: { name: '' } } }),
    );
    const [bare] = stationPlaces(answersWith({ stations: [station] }));
    expect([named, addressed, bare].map((place) => place && nameOf(place))).toEqual(['phone', '10.1.0.7', MAC]);
  });
});

test('a state that these pages do not know is an unknown one', () => {
  expect(stationPlaces(answersWith({ stations: [{ mac: MAC, mobility: 'levitating' }] }))).toMatchObject([
    { state: 'unknown' },
  ]);
});

test.each([
  ['registered', false],
  ['waiting', true],
  ['refused', true],
  [undefined, false],
])('a visiting station whose registration is %s is pending: %s', (registration, wanted) => {
  const station = { mac: MAC, mobility: 'away', ...(registration === undefined ? {} : { registration }) };
  expect(stationPlaces(answersWith({ stations: [station] })).map(isPending)).toEqual([wanted]);
});

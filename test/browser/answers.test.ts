// The answers that are made up for the pages are such as a daemon gives.

import { expect, test } from 'vitest';
import { type Box, roamed, Station } from '../daemon/two-boxes.ts';
import { twoAccessPoints } from './answers.ts';
import { answersOf, fieldsOf } from './whole-daemon.ts';

/** What authoritative access points, netifd and refusals bring about, of which there are none in this world. */
const OF_OTHERS =
  /^(status\.(authorities|bss\[\]\.radio)|stations\.stations\[\]\.code|subnet_map\.(access_points|rows\[\]\.reporters))/;

/** Two daemons with a station at home, one that visits, and one that is left alone. */
function eventfulBoxes(): Box[] {
  const { home, visited, phone } = roamed((box) => box.addBss('phy1-ap0', 'guest'));
  phone.comeTo(home, 'phy0-ap0');
  phone.comeTo(visited, 'phy0-ap0');
  new Station('02:00:00:00:09:00', '192.168.9.9').comeTo(visited, 'phy0-ap0');
  new Station('02:00:00:00:02:01', '10.1.0.78').comeTo(home, 'phy0-ap0');
  return [home, visited];
}

test('they have no field that whole daemons have not', () => {
  const madeUp = Object.entries(twoAccessPoints()).filter(([method]) => !['clear', 'counters'].includes(method));
  const boxes = eventfulBoxes().map(answersOf);
  for (const [method, make] of madeUp) {
    const given = method === 'trail' ? { station: '10.1.0.77' } : {};
    const real = new Set(boxes.flatMap((answers) => fieldsOf(answers[method]?.(given), method)));
    const unreal = fieldsOf(make(given), method).filter((field) => !real.has(field) && !OF_OTHERS.test(field));
    expect([...new Set(unreal)], method).toEqual([]);
  }
});

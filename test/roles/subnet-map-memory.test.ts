// Found by the simulator (map seeds 17 and 166): what authoritative access points have forgotten, their readers have not.

import { expect, test } from 'vitest';
import { type MapBox, MapNetwork } from './map-network.ts';

function campus(): { network: MapNetwork; boxes: readonly MapBox[] } {
  const network = new MapNetwork();
  const boxes = [1, 2, 3, 4].map((number) => network.add(number, [1, 2]));
  network.wait(2000);
  for (const box of boxes) expect(box.map()).toContain('3:3');
  return { network, boxes };
}

test('a network that is withdrawn when no authoritative access point remembers it is forgotten by all', () => {
  const { network, boxes } = campus();
  const [first, second, third] = boxes;
  if (third !== undefined) third.isOn = false;
  first?.restart();
  second?.restart();
  network.wait(150_000);
  if (third !== undefined) third.claims = [];
  third?.restart();
  network.wait(60_000);
  for (const box of boxes) expect(box.map()).not.toContain('3:3');
});

test('who comes back without its memory and with an earlier clock outdoes what the map of before a restart has of it', () => {
  const { network, boxes } = campus();
  const [first, second, third] = boxes;
  for (const authority of [first, second]) authority?.restart([...authority.client.records()]);
  if (third !== undefined) Object.assign(third, { claims: [], clockErrorMs: -86_400_000 });
  third?.restart();
  network.wait(60_000);
  for (const box of boxes) expect(box.map()).not.toContain('3:3');
});

test('what the map has in an older version only, for nobody remembers the later one, is followed after an hour', () => {
  const { network, boxes } = campus();
  const [first, second, third] = boxes;
  for (const authority of [first, second]) authority?.restart();
  if (third !== undefined) Object.assign(third, { claims: [], clockErrorMs: -86_400_000 });
  third?.restart();
  network.wait(60_000);
  expect(boxes[3]?.map()).toContain('3:3');
  network.wait(3_900_000);
  for (const box of boxes) expect(box.map()).not.toContain('3:3');
});

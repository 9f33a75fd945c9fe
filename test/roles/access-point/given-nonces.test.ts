import { expect, test } from 'vitest';
import type { Ipv4Address } from '../../../src/octets/address.ts';
import { GivenNonces } from '../../../src/roles/access-point/given-nonces.ts';
import { highHalf, identificationOf, lowHalf } from '../../../src/wire/identification.ts';
import { ip } from '../../addresses.ts';
import { seededRandom } from '../../random.ts';
import { AWAY, HOME_AGENT } from './scene.ts';

const parties = { homeAddress: AWAY, homeAgent: HOME_AGENT };
const given = (nonces: GivenNonces, nonce: number, to = parties) => nonces.given(to, identificationOf(nonce, 1));

test('a request brings back the nonce that was given last, with a new one of its own', () => {
  const nonces = new GivenNonces(seededRandom(1));
  given(nonces, 7);
  given(nonces, 8);
  const [first, second] = [nonces.identification(parties), nonces.identification(parties)];
  expect([highHalf(first), highHalf(second)]).toEqual([8, 8]);
  expect(lowHalf(first)).not.toBe(lowHalf(second));
});

test('a request can be sent again as it is until another nonce was given, also the first one', () => {
  const nonces = new GivenNonces(seededRandom(1));
  const first = nonces.identification(parties);
  expect(nonces.isUsable(parties, first)).toBe(true);
  given(nonces, 9);
  expect(nonces.isUsable(parties, first)).toBe(false);
  expect(nonces.isUsable(parties, nonces.identification(parties))).toBe(true);
});

test('a nonce is of one home agent and one mobile node', () => {
  const nonces = new GivenNonces(seededRandom(1));
  given(nonces, 9);
  for (const others of [
    { ...parties, homeAddress: ip('10.1.0.78') },
    { ...parties, homeAgent: ip('10.1.0.2') },
  ]) {
    expect(nonces.isUsable(others, identificationOf(9, 0))).toBe(false);
    expect(highHalf(nonces.identification(others))).not.toBe(9);
  }
});

test('of more than a thousand the one is forgotten that was used least lately', () => {
  const nonces = new GivenNonces(seededRandom(1));
  const node = (index: number) => ({ ...parties, homeAddress: (AWAY + index) as Ipv4Address });
  for (let index = 0; index < 1000; index++) given(nonces, index, node(index));
  nonces.identification(node(0));
  given(nonces, 1000, node(1000));
  const known = [0, 1, 2, 1000].map((index) => nonces.isUsable(node(index), identificationOf(index, 0)));
  expect(known).toEqual([true, false, true, true]);
});

import { expect, test } from 'vitest';
import { IssuedNonces } from '../../../src/roles/home-agent/issued-nonces.ts';
import { highHalf, identificationOf, lowHalf } from '../../../src/wire/identification.ts';
import { ip } from '../../addresses.ts';
import { seededRandom } from '../../random.ts';

const homeAddress = ip('10.1.0.77');
const other = ip('10.1.0.78');
const asked = (high: number, node = homeAddress) => ({ homeAddress: node, identification: identificationOf(high, 5) });

test('nothing is fresh before a nonce was given; then the latest is, for this mobile node alone', () => {
  const nonces = new IssuedNonces(seededRandom(1));
  expect(nonces.isFresh(asked(0))).toBe(false);
  const first = highHalf(nonces.answering(asked(0), 10));
  expect(nonces.isFresh(asked(first))).toBe(true);
  expect(nonces.isFresh(asked(first, other))).toBe(false);
  const second = highHalf(nonces.answering(asked(first), 10));
  expect(nonces.isFresh(asked(first))).toBe(false);
  expect(nonces.isFresh(asked(second))).toBe(true);
});

test("the low half of a reply is the request's", () => {
  expect(lowHalf(new IssuedNonces(() => 0.5).answering(asked(1), 10))).toBe(5);
});

test.each([0, 0xffffffff])('a nonce is another one than the request had, also where chance draws %i again', (drawn) => {
  const nonces = new IssuedNonces(() => drawn / 2 ** 32);
  const given = highHalf(nonces.answering(asked(drawn), 10));
  expect(given).not.toBe(drawn);
  expect(nonces.isFresh(asked(drawn))).toBe(false);
  expect(nonces.isFresh(asked(given))).toBe(true);
});

test('beyond the limit those are forgotten that have asked for nothing the longest', () => {
  const nonces = new IssuedNonces(seededRandom(1));
  const nodes = ['10.1.0.10', '10.1.0.11', '10.1.0.12'].map(ip);
  const given = new Map(nodes.slice(0, 2).map((node) => [node, nonces.answering(asked(0, node), 2)]));
  const again = nonces.answering(asked(0, nodes[0]), 2);
  nonces.answering(asked(0, nodes[2]), 2);
  expect(nonces.isFresh({ homeAddress: nodes[0] ?? other, identification: again })).toBe(true);
  expect(nonces.isFresh({ homeAddress: nodes[1] ?? other, identification: given.get(nodes[1] ?? other) ?? 0n })).toBe(
    false,
  );
});

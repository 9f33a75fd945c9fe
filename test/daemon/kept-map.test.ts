import { expect, test } from 'vitest';
import { decodeKeptMap, encodeKeptMap } from '../../src/daemon/kept-map.ts';
import { join } from '../../src/octets/octets.ts';
import { digests } from '../digests.ts';
import { record, reporterNumber } from '../wire/map-messages.ts';

const records = [record, { ...record, reporter: reporterNumber(2), state: 'deleted', claims: [] } as const];
const kept = encodeKeptMap(records, digests);

test('a map comes back as it was', () => {
  expect(decodeKeptMap(kept, digests)).toEqual(records);
  expect(decodeKeptMap(encodeKeptMap([], digests), digests)).toEqual([]);
});

test('no file, a cut one and a changed one are none', () => {
  expect(decodeKeptMap(undefined, digests)).toEqual([]);
  for (let length = 0; length < kept.length; length++)
    expect(decodeKeptMap(kept.subarray(0, length), digests)).toEqual([]);
  for (let at = 0; at < kept.length; at++) {
    const changed = kept.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(decodeKeptMap(changed, digests)).toEqual([]);
  }
});

test('what has a right digest, but makes no sense, is none', () => {
  const content = kept.subarray(0, kept.length - 40);
  expect(decodeKeptMap(join([content, digests.digest('sha256', content)]), digests)).toEqual([]);
});

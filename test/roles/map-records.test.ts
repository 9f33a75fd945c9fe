import { expect, test } from 'vitest';
import { compareVersions, MapRecords } from '../../src/roles/map-records.ts';
import type { MapRecord } from '../../src/wire/subnet-map-records.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { AUTHORITY, record, reporterNumber } from '../wire/map-messages.ts';

const DAY_MS = 24 * 3600 * 1000;
const table = (most = 10) => new MapRecords(digests, most);
const later: readonly [string, Partial<MapRecord>][] = [
  ['a higher generation', { generation: record.generation + 1, revision: 0, state: 'deleted' }],
  ['a higher revision', { revision: 3, state: 'deleted' }],
  ['a higher custodian', { custodian: reporterNumber(9) }],
];

test.each(later)('%s counts more', (_what, changes) => {
  const other = { ...record, custodian: reporterNumber(8), ...changes };
  expect(compareVersions(other, { ...record, custodian: reporterNumber(8) })).toBeGreaterThan(0);
});

test('of one version, present counts more than gone, and gone more than deleted', () => {
  const [present, gone, deleted] = (['present', 'gone', 'deleted'] as const).map((state) => ({ ...record, state }));
  if (present === undefined || gone === undefined || deleted === undefined) throw new Error('three states');
  expect(compareVersions(present, gone)).toBeGreaterThan(0);
  expect(compareVersions(gone, deleted)).toBeGreaterThan(0);
});

test('an older record changes nothing, and the same is known', () => {
  const records = table();
  expect(records.merge(record, 0)).toEqual({ kind: 'taken', isShown: true });
  expect(records.merge(record, 0)).toEqual({ kind: 'known' });
  expect(records.merge({ ...record, generation: 1 }, 0)).toEqual({ kind: 'known' });
  expect(records.get(record.reporter)).toBe(record);
});

test('a version alone is nothing that a reader sees; claims, their end, and a deletion are', () => {
  const records = table();
  records.merge(record, 0);
  expect(records.merge({ ...record, revision: 3 }, 0)).toEqual({ kind: 'taken', isShown: false });
  expect(records.merge({ ...record, revision: 4, state: 'gone' }, 0)).toMatchObject({ kind: 'taken' });
  expect(records.merge({ ...record, revision: 5, claims: [] }, 0)).toEqual({ kind: 'taken', isShown: true });
  expect(records.merge({ ...record, revision: 6, state: 'deleted', claims: [] }, 0)).toEqual({
    kind: 'taken',
    isShown: false,
  });
});

test('two records of one version: the order in which they come does not matter', () => {
  const other = { ...record, address: ip('192.0.2.99') };
  const [one, two] = [table(), table()];
  for (const each of [record, other]) one.merge(each, 0);
  for (const each of [other, record]) two.merge(each, 0);
  expect(one.get(record.reporter)).toEqual(two.get(record.reporter));
  expect(one.comparison()).toEqual(two.comparison());
});

test('digests tell where two tables differ, and nothing of the order of arrival', () => {
  const [one, two] = [table(), table()];
  const all = [1, 2, 3, 4].map((number) => ({ ...record, reporter: reporterNumber(number) }));
  for (const each of all) one.merge(each, 0);
  for (const each of [...all].reverse()) two.merge(each, 0);
  expect(one.differingBuckets(two.comparison())).toEqual([]);
  expect(one.summary()).toEqual(two.summary());
  const changed = { ...record, reporter: reporterNumber(2), revision: 9 };
  two.merge(changed, 0);
  const buckets = one.differingBuckets(two.comparison());
  expect(buckets).toEqual([changed.reporter % 64]);
  expect(one.reportersIn(buckets)).toContain(changed.reporter);
  expect(one.summary()).toEqual(two.summary());
  one.merge(changed, 0);
  expect(one.differingBuckets(two.comparison())).toEqual([]);
});

test('a summary without some is that of a table that never had them', () => {
  const [one, two] = [table(), table()];
  one.merge(record, 0);
  two.merge(record, 0);
  two.merge({ ...record, reporter: reporterNumber(5) }, 0);
  expect(two.summary([reporterNumber(5)])).toEqual(one.summary());
});

test('a deleted record keeps an older one out for a day, and is forgotten then', () => {
  const records = table();
  records.merge({ ...record, revision: 3, state: 'deleted', claims: [] }, 0);
  records.forgetDeleted(DAY_MS);
  expect(records.merge(record, DAY_MS)).toEqual({ kind: 'known' });
  records.forgetDeleted(DAY_MS + 1);
  expect(records.size).toBe(0);
  expect(records.comparison()).toEqual(table().comparison());
});

test('a full table takes nobody in, but for one in place of who was deleted first', () => {
  const records = table(2);
  records.merge({ ...record, reporter: reporterNumber(1), state: 'deleted' }, 5);
  records.merge({ ...record, reporter: reporterNumber(2), state: 'deleted' }, 4);
  expect(records.merge({ ...record, reporter: reporterNumber(3) }, 6)).toMatchObject({ kind: 'taken' });
  expect(records.reporters()).toEqual([reporterNumber(1), reporterNumber(3)]);
  expect(records.merge({ ...record, reporter: reporterNumber(4) }, 6)).toMatchObject({ kind: 'taken' });
  expect(records.merge({ ...record, reporter: reporterNumber(5) }, 6)).toEqual({ kind: 'full' });
  expect(records.merge({ ...record, reporter: reporterNumber(4), custodian: AUTHORITY, revision: 9 }, 6)).toMatchObject(
    {
      kind: 'taken',
    },
  );
});

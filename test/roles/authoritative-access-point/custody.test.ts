import { expect, test } from 'vitest';
import { Custody } from '../../../src/roles/authoritative-access-point/custody.ts';
import { MapRecords } from '../../../src/roles/map-records.ts';
import type { MapRecord } from '../../../src/wire/subnet-map-records.ts';
import { digests } from '../../digests.ts';
import { AUTHORITY, REPORTER, record, reporterNumber } from '../../wire/map-messages.ts';
import { at } from '../moments.ts';

const OTHER_AUTHORITY = reporterNumber(99);

function custodyOf(...all: MapRecord[]): { custody: Custody; records: MapRecords } {
  const records = new MapRecords(digests, 10);
  for (const each of all) records.merge(each, 0);
  return { custody: new Custody(AUTHORITY, records, { digests, random: () => 0.5 }), records };
}

test('an access point that was silent for 100 s is gone, with the next revision', () => {
  const { custody } = custodyOf(record);
  custody.heard(REPORTER, 0);
  expect(custody.review(at(100_000))).toEqual([]);
  expect(custody.review(at(100_001))).toEqual([{ ...record, state: 'gone', revision: 3 }]);
});

test('one of another custodian is his, until he was silent for three minutes', () => {
  const theirs = { ...record, custodian: OTHER_AUTHORITY };
  const { custody } = custodyOf(theirs);
  custody.heard(OTHER_AUTHORITY, 0);
  expect(custody.review(at(180_000))).toEqual([]);
  expect(custody.review(at(180_001))).toEqual([{ ...record, state: 'gone', custodian: AUTHORITY, revision: 3 }]);
});

test('silence of one that was never heard begins when it is noticed', () => {
  const { custody } = custodyOf(record);
  expect(custody.review(at(1_000_000))).toEqual([]);
  expect(custody.review(at(1_100_001)).length).toBe(1);
});

test('what another access point says too need not be kept for one that is gone', () => {
  const gone = { ...record, state: 'gone' } as const;
  const [claim] = record.claims;
  const other = { ...record, reporter: reporterNumber(5), claims: claim === undefined ? [] : [claim] };
  const { custody } = custodyOf(gone, other);
  custody.heard(other.reporter, 0);
  expect(custody.review(at(10))).toEqual([{ ...gone, claims: record.claims.slice(1), revision: 3 }]);
  const { custody: both } = custodyOf(gone, { ...other, claims: record.claims });
  both.heard(other.reporter, 0);
  expect(both.review(at(10))).toEqual([{ ...gone, state: 'deleted', claims: [], revision: 3 }]);
});

test('of two that are gone with one home agent, one is kept', () => {
  const gone = { ...record, state: 'gone' } as const;
  const { custody } = custodyOf(gone, { ...gone, reporter: reporterNumber(5) });
  expect(custody.review(at(10))).toMatchObject([{ reporter: reporterNumber(5), state: 'deleted' }]);
});

test('one that is gone, and whose home agents do not answer, is deleted; each is told', () => {
  const gone = { ...record, state: 'gone' } as const;
  const { custody } = custodyOf(gone);
  custody.review(at(0));
  const seen = [0, 1000, 3000, 7000, 15_000].map((ms) => custody.judged(at(ms)));
  expect(seen.slice(0, 4).every(({ changed }) => changed.length === 0)).toBe(true);
  expect(seen[4]?.changed).toEqual([{ ...gone, state: 'deleted', claims: [], revision: 3 }]);
  expect(seen[4]?.effects.map((effect) => effect.kind === 'report' && effect.report.kind)).toEqual([
    'homeAgentLost',
    'homeAgentLost',
  ]);
});

test('what comes to be known of it meanwhile counts more than the silence', () => {
  const gone = { ...record, state: 'gone' } as const;
  const { custody, records } = custodyOf(gone);
  custody.review(at(0));
  for (const ms of [0, 1000, 3000, 7000]) custody.judged(at(ms));
  records.merge({ ...record, generation: record.generation + 1 }, 8000);
  expect(custody.judged(at(15_000))).toEqual({ effects: [], changed: [] });
});

test('one remembered of before a restart is not in the map until a home agent of it answers', () => {
  const { custody, records } = custodyOf();
  custody.remember(record, 0);
  custody.review(at(59_999));
  expect(custody.watch.nextDeadline()).toBeUndefined();
  custody.review(at(60_000));
  for (const ms of [60_000, 61_000, 63_000, 67_000]) custody.judged(at(ms));
  expect(custody.judged(at(75_000)).changed).toEqual([]);
  expect(records.size).toBe(0);
});

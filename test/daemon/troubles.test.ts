import { expect, test } from 'vitest';
import type { Wish } from '../../src/clients/kernel-wishes.ts';
import { Problems } from '../../src/daemon/problems.ts';
import { Counters } from '../../src/daemon/status.ts';
import { kernelTroubles, ubusTroubles } from '../../src/daemon/troubles.ts';

test('a bus that is gone is a problem until it is back; a second failure with the same words is no news', () => {
  const problems = new Problems();
  const lost = { kind: 'lost', why: 'ECONNREFUSED', failedAttempts: 1 } as const;
  expect(ubusTroubles(lost, problems)).toMatchObject([
    { level: 'warning', text: expect.stringMatching(/ECONNREFUSED/) },
  ]);
  expect(ubusTroubles(lost, problems)).toEqual([]);
  expect(problems.all()).toHaveLength(1);
  expect(ubusTroubles({ kind: 'ready' }, problems)).toEqual([{ level: 'notice', text: 'ubusd is back' }]);
  expect(problems.all()).toEqual([]);
});

test('what the kernel refused is counted, and a problem until it is in place', () => {
  const problems = new Problems();
  const counters = new Counters();
  const wish = { kind: 'replyInterception', mac: 1 } as Wish;
  const failed = { kind: 'failed', wish, errnoName: 'ENOENT', reason: 'it has no nftables' } as const;
  expect(kernelTroubles(failed, problems, counters)).toEqual([
    { level: 'warning', text: 'replyInterception: it has no nftables' },
  ]);
  expect(counters.plain()).toEqual({ 'kernelRefused.replyInterception': 1 });
  expect(problems.all()).toHaveLength(1);
  expect(kernelTroubles({ kind: 'established', wish }, problems, counters)).toMatchObject([{ level: 'notice' }]);
  expect(problems.all()).toEqual([]);
});

test('an object that is refused comes with what may be the cause', () => {
  const news = { kind: 'objectRefused', path: 'pmip', status: 2 } as const;
  expect(ubusTroubles(news, new Problems())).toMatchObject([
    { level: 'warning', text: expect.stringMatching(/'pmip'.*another pmip.*killall -HUP ubusd/) },
  ]);
});

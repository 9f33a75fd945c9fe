import { expect, test } from 'vitest';
import { Solicitation } from '../../../src/roles/access-point/solicitation.ts';

function sentUntil(solicitation: Solicitation, untilMs: number) {
  const sent: { readonly atMs: number; readonly isVain: boolean }[] = [];
  for (let atMs = solicitation.dueAtMs; atMs !== undefined && atMs <= untilMs; atMs = solicitation.dueAtMs) {
    sent.push({ atMs, isVain: solicitation.send(atMs) });
  }
  return sent;
}

test('three go out a second apart, then ever fewer, and never fewer than one a minute (RFC 5944 §2.4)', () => {
  const solicitation = new Solicitation(() => 0);
  solicitation.start(5000);
  expect(sentUntil(solicitation, 250_000).map(({ atMs }) => (atMs - 5000) / 1000)).toEqual([
    0, 1, 2, 4, 8, 16, 32, 64, 124, 184, 244,
  ]);
});

test('the fourth one tells that the first three were in vain', () => {
  const solicitation = new Solicitation(() => 0.5);
  solicitation.start(0);
  expect(sentUntil(solicitation, 8000).map(({ isVain }) => isVain)).toEqual([false, false, false, true, false]);
});

test('chance shortens the later intervals, not those of the first second', () => {
  const solicitation = new Solicitation(() => 0.999_999);
  solicitation.start(0);
  const times = sentUntil(solicitation, 10_000).map(({ atMs }) => Math.round(atMs));
  expect(times).toEqual([0, 1000, 2000, 3500, 6500]);
});

test('what is under way is not started again; what was stopped starts from the beginning', () => {
  const solicitation = new Solicitation(() => 0);
  solicitation.start(0);
  sentUntil(solicitation, 3000);
  solicitation.start(3000);
  expect(solicitation.dueAtMs).toBe(4000);
  solicitation.stop();
  expect(solicitation.dueAtMs).toBeUndefined();
  solicitation.start(9000);
  expect(sentUntil(solicitation, 11_000).map(({ atMs }) => atMs)).toEqual([9000, 10_000, 11_000]);
});

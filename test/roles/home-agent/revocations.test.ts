import { expect, test } from 'vitest';
import { Revocations } from '../../../src/roles/home-agent/revocations.ts';
import { revocationTimestampAt } from '../../../src/wire/revocation-support.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';
import { binding as anyBinding } from './bindings.ts';

const NOW = revocationTimestampAt(EPOCH_UNIX_MS);
const binding = { ...anyBinding, revocation: { ...anyBinding.revocation, ownTimestamp: NOW } };

/** When each is sent, and with which identifier, until nothing is due any more. */
function course(revocations: Revocations) {
  const sent: [number, number | undefined][] = [];
  const ended: number[] = [];
  for (let next = revocations.nextDeadline(); next !== undefined; next = revocations.nextDeadline()) {
    const due = revocations.due(at(next));
    for (const { identifiers } of due.sent) sent.push([next, identifiers.at(-1)]);
    for (const _ of due.ended) ended.push(next);
  }
  return { sent, ended };
}

test('it is said again after twice the time each, with a new identifier, until the binding would have ended', () => {
  const revocations = new Revocations();
  revocations.begin(binding, false, 5000);
  expect(course(revocations)).toEqual({
    sent: [
      [5000, NOW + 5],
      [6000, NOW + 6],
      [8000, NOW + 8],
      [12_000, NOW + 12],
      [20_000, NOW + 20],
      [36_000, NOW + 36],
    ],
    ended: [60_000],
  });
  expect(revocations.size).toBe(0);
});

test('it waits until the reply that made the binding is a second old', () => {
  const revocations = new Revocations();
  revocations.begin(binding, false, 300);
  expect(revocations.due(at(300)).sent).toEqual([]);
  expect(revocations.nextDeadline()).toBe(1000);
});

test('its identifier is later than what was agreed on, also by a clock that was set back', () => {
  const revocations = new Revocations();
  const ownTimestamp = NOW + 3600;
  revocations.begin({ ...binding, revocation: { ...binding.revocation, ownTimestamp } }, false, 5000);
  expect(course(revocations).sent.slice(0, 2)).toEqual([
    [5000, ownTimestamp + 1],
    [6000, ownTimestamp + 2],
  ]);
});

test('one that has ended is not said again', () => {
  const revocations = new Revocations();
  revocations.begin(binding, false, 5000);
  revocations.due(at(5000));
  revocations.end(binding);
  expect(revocations.get(binding)).toBeUndefined();
  expect(course(revocations)).toEqual({ sent: [], ended: [] });
});

import { describe, expect, test } from 'vitest';
import { ReplayProtection } from '../../../src/roles/home-agent/replay-protection.ts';
import { identificationAt } from '../../../src/wire/identification.ts';
import { ip } from '../../addresses.ts';
import { EPOCH_UNIX_MS } from '../moments.ts';

const node = ip('10.1.0.77');
const stranger = ip('10.1.0.78');

test.each([
  [-7001, false],
  [-7000, true],
  [0, true],
  [7000, true],
  [7001, false],
])('a timestamp %i ms from our clock is fresh: %s', (ms, expected) => {
  expect(new ReplayProtection(7).isFresh(node, identificationAt(EPOCH_UNIX_MS + ms), EPOCH_UNIX_MS)).toBe(expected);
});

test('fresh is what is above the last accepted one of the same node', () => {
  const protection = new ReplayProtection(7);
  const last = identificationAt(EPOCH_UNIX_MS);
  protection.accepted(node, last, EPOCH_UNIX_MS);
  expect(protection.isFresh(node, last - 1n, EPOCH_UNIX_MS)).toBe(false);
  expect(protection.isFresh(node, last, EPOCH_UNIX_MS)).toBe(false);
  expect(protection.isFresh(node, last + 1n, EPOCH_UNIX_MS)).toBe(true);
  expect(protection.isFresh(stranger, last, EPOCH_UNIX_MS)).toBe(true);
});

describe('what is forgotten to keep the table small', () => {
  test('was refused by its age anyway: nothing accepted is ever fresh again', () => {
    const protection = new ReplayProtection(7);
    const accepted: bigint[] = [];
    for (let ms = 0; ms < 60_000; ms += 500) {
      const identification = identificationAt(EPOCH_UNIX_MS + ms + 6500);
      protection.accepted(ip('10.1.0.100'), identificationAt(EPOCH_UNIX_MS + ms), EPOCH_UNIX_MS + ms);
      if (ms % 5000 === 0) {
        protection.accepted(node, identification, EPOCH_UNIX_MS + ms);
        accepted.push(identification);
      }
      for (const old of accepted) expect(protection.isFresh(node, old, EPOCH_UNIX_MS + ms)).toBe(false);
    }
  });

  test('does not lock a node out when our clock was an hour ahead and is set right', () => {
    const protection = new ReplayProtection(7);
    protection.accepted(node, identificationAt(EPOCH_UNIX_MS + 3_600_000), EPOCH_UNIX_MS + 3_600_000);
    protection.accepted(stranger, identificationAt(EPOCH_UNIX_MS), EPOCH_UNIX_MS);
    expect(protection.isFresh(node, identificationAt(EPOCH_UNIX_MS), EPOCH_UNIX_MS)).toBe(true);
  });
});

test('a node is not locked out by its own registration when our clock was an hour ahead and is set right', () => {
  const protection = new ReplayProtection(7);
  protection.accepted(node, identificationAt(EPOCH_UNIX_MS + 3_600_000), EPOCH_UNIX_MS + 3_600_000);
  expect(protection.isFresh(node, identificationAt(EPOCH_UNIX_MS), EPOCH_UNIX_MS)).toBe(true);
});

test('the tolerance can be changed', () => {
  const protection = new ReplayProtection(7);
  protection.toleranceSeconds = 60;
  expect(protection.isFresh(node, identificationAt(EPOCH_UNIX_MS - 59_000), EPOCH_UNIX_MS)).toBe(true);
});

test('registrations go on on the day in 2036 on which the seconds begin again', () => {
  const before = Date.parse('2036-02-07T06:28:15Z');
  const protection = new ReplayProtection(7);
  protection.accepted(node, identificationAt(before), before);
  expect(protection.isFresh(node, identificationAt(before + 2000), before + 2000)).toBe(true);
  protection.accepted(node, identificationAt(before + 2000), before + 2000);
  expect(protection.isFresh(node, identificationAt(before), before + 2000)).toBe(false);
});

test('nothing that was asked for before the beginning is fresh, by whole seconds; the beginning is once', () => {
  const protection = new ReplayProtection(7);
  const [second, within] = [EPOCH_UNIX_MS, EPOCH_UNIX_MS + 700];
  protection.begin(within);
  expect(protection.isFresh(node, identificationAt(second - 1), within)).toBe(false);
  expect(protection.isFresh(node, identificationAt(second), within)).toBe(true);
  protection.begin(within + 10_000);
  expect(protection.isFresh(node, identificationAt(second + 1), within)).toBe(true);
});

import { describe, expect, test } from 'vitest';
import {
  bindingRow,
  identificationRow,
  readBindingRow,
  readIdentificationRow,
} from '../../../src/roles/home-agent/binding-rows.ts';
import { settingsOf } from '../../../src/roles/home-agent/configuration.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';
import { binding } from './bindings.ts';
import { configuration, HOME_ADDRESS } from './scene.ts';

const settings = settingsOf(configuration);
const throughJson = (row: object): Record<string, unknown> => JSON.parse(JSON.stringify(row));
const row = throughJson(bindingRow(binding, at(10_000)));
/** Two seconds later, by a monotonic clock that has begun anew. */
const later = { monotonicMs: 7, unixMs: EPOCH_UNIX_MS + 12_000 };

test('a row is plain data, which JSON keeps', () => {
  expect(row).toEqual({
    kind: 'binding',
    homeAddress: '10.1.0.77',
    careOfAddress: '10.2.0.1',
    homeAgent: '10.1.0.1',
    sourceAddress: '10.2.0.1',
    lifetimeSeconds: 60,
    expiresAtUnixMs: EPOCH_UNIX_MS + 60_000,
    acceptedAtUnixMs: EPOCH_UNIX_MS,
    identification: 'e8fe8a0080000000',
    encapsulation: 'ipip',
    reverseTunneling: true,
    revocation: { isInformNegotiated: false, foreignTimestamp: 100, ownTimestamp: 200 },
  });
});

test('it comes back as it was, with what is left of its time by the new clock', () => {
  expect(readBindingRow(row, settings, later)).toEqual({
    ...binding,
    expiresAtMs: 7 + 48_000,
    acceptedAtMs: 7 - 12_000,
  });
});

test('a binding without an end has none afterwards either', () => {
  const endless = { ...binding, lifetimeSeconds: 0xffff, expiresAtMs: Number.POSITIVE_INFINITY };
  const back = readBindingRow(throughJson(bindingRow(endless, at(0))), settings, later);
  expect(back?.expiresAtMs).toBe(Number.POSITIVE_INFINITY);
});

test('a clock that was set back gives a binding no more time than was granted', () => {
  const back = readBindingRow(row, settings, { monotonicMs: 7, unixMs: EPOCH_UNIX_MS - 3_600_000 });
  expect(back).toMatchObject({ expiresAtMs: 7 + 60_000, acceptedAtMs: 7 });
});

describe('is refused', () => {
  const cases: [string, unknown][] = [
    ['no row', undefined],
    ['null', null],
    ['text', 'binding'],
    ['a list', []],
    ['another kind', { ...row, kind: 'visitor' }],
    ['an address that is none', { ...row, homeAddress: '10.1.0' }],
    ['an address that is a number', { ...row, homeAddress: 167837773 }],
    ['a home address that we do not serve', { ...row, homeAddress: '10.9.0.77' }],
    ['our own address as home address', { ...row, homeAddress: '10.1.0.1' }],
    ['the broadcast address as home address', { ...row, homeAddress: '10.1.0.255' }],
    ['a home agent that we are not', { ...row, homeAgent: '10.9.0.1' }],
    ['a multicast care-of address', { ...row, careOfAddress: '224.0.0.1' }],
    ['our own address as care-of address', { ...row, careOfAddress: '192.0.2.1' }],
    ['the home address as care-of address', { ...row, careOfAddress: '10.1.0.77' }],
    ['a source that is missing', { ...row, sourceAddress: undefined }],
    ['a lifetime of text', { ...row, lifetimeSeconds: '60' }],
    ['a lifetime below zero', { ...row, lifetimeSeconds: -1 }],
    ['a lifetime that no message holds', { ...row, lifetimeSeconds: 65_536 }],
    ['an end that is past', { ...row, expiresAtUnixMs: EPOCH_UNIX_MS + 12_000 }],
    ['an end that is text', { ...row, expiresAtUnixMs: 'never' }],
    ['no end of a binding that has one', { ...row, expiresAtUnixMs: null }],
    ['no time of acceptance', { ...row, acceptedAtUnixMs: null }],
    ['an identification that is none', { ...row, identification: 'xyz' }],
    ['an identification that is too short', { ...row, identification: 'e8fe8a008000000' }],
    ['an identification that is too long', { ...row, identification: '10000000000000000' }],
    ['an unknown encapsulation', { ...row, encapsulation: 'minimal' }],
    ['a flag that is none', { ...row, reverseTunneling: 1 }],
    ['no word on revocation', { ...row, revocation: undefined }],
    ['half a word on revocation', { ...row, revocation: { isInformNegotiated: true } }],
    ['a timestamp that no message holds', { ...row, revocation: { ...binding.revocation, ownTimestamp: 2 ** 32 } }],
  ];
  test.each(cases)('%s', (_what, nonsense) => {
    expect(readBindingRow(nonsense, settings, later)).toBeUndefined();
  });
});

describe('the last identification of a node', () => {
  const kept = throughJson(identificationRow(HOME_ADDRESS, 0x00000001_80000000n));

  test('is written with all of its digits, and no more', () => {
    for (const [identification, text] of [
      [0n, '0000000000000000'],
      [0xffffffff_ffffffffn, 'ffffffffffffffff'],
      [0x80000000_00000001n, '8000000000000001'],
    ] as const) {
      expect(identificationRow(HOME_ADDRESS, identification).identification).toBe(text);
    }
  });

  test('comes back', () => {
    expect(kept).toEqual({ kind: 'identification', homeAddress: '10.1.0.77', identification: '0000000180000000' });
    expect(readIdentificationRow(kept)).toEqual({ homeAddress: HOME_ADDRESS, identification: 0x1_80000000n });
  });

  test.each([
    ['a binding', row],
    ['nothing', undefined],
    ['no address', { ...kept, homeAddress: '' }],
    ['no number', { ...kept, identification: 5 }],
  ])('%s is none', (_what, nonsense) => {
    expect(readIdentificationRow(nonsense)).toBeUndefined();
  });
});

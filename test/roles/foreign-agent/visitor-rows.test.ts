import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../../src/roles/foreign-agent/configuration.ts';
import type { Visitor } from '../../../src/roles/foreign-agent/visitor-list.ts';
import { readVisitorRow, visitorRow } from '../../../src/roles/foreign-agent/visitor-rows.ts';
import { at } from '../moments.ts';
import { careOfAddress, configuration, homeAddress, homeAgent, link } from './scene.ts';

const settings = settingsOf({ ...configuration, isGreServed: true });
const visitor: Visitor = {
  ...{ homeAddress, homeAgent, careOfAddress, identification: 0xe8fe8a00_80000001n, link },
  ...{
    requestedLifetimeSeconds: 900,
    lifetimeSeconds: 600,
    reverseTunneling: true,
    encapsulatingDelivery: false,
    encapsulation: 'gre',
  },
  revocation: { homeAgentTimestamp: 0xffffffff, isInformNegotiated: true },
  expiresAtMs: 600_000,
};
const row = visitorRow(visitor, at(0));

test('a row is plain data that survives being written down, and reads back as the visitor', () => {
  expect(row).toMatchObject({ homeAddress: '10.1.0.77', identification: 'e8fe8a0080000001', mac: '02:11:22:33:44:55' });
  expect(readVisitorRow(JSON.parse(JSON.stringify(row)), settings, at(0))).toEqual(visitor);
  const simple = { ...visitor, revocation: undefined, encapsulation: 'ipip' } as const;
  expect(readVisitorRow(JSON.parse(JSON.stringify(visitorRow(simple, at(0)))), settings, at(0))).toEqual(simple);
});

test('the interface has the number of now', () => {
  const links = new Map([
    ['br-lan', { interfaceIndex: 17, address: careOfAddress, prefix: { network: careOfAddress, length: 32 } }],
  ]);
  expect(readVisitorRow(row, { ...settings, links }, at(0))?.link.interfaceIndex).toBe(17);
});

describe('the rest of the time', () => {
  test('is counted by the wall clock, whatever the monotonic one shows', () => {
    const later = { monotonicMs: 77, unixMs: at(590_000).unixMs };
    expect(readVisitorRow(row, settings, later)?.expiresAtMs).toBe(10_077);
  });

  test('ends with the visit', () => {
    expect(readVisitorRow(row, settings, at(599_999))).toBeDefined();
    expect(readVisitorRow(row, settings, at(600_000))).toBeUndefined();
  });

  test('is never more than what was granted, also when the wall clock was set back', () => {
    const hourBefore = { monotonicMs: 0, unixMs: at(-3_600_000).unixMs };
    expect(readVisitorRow(row, settings, hourBefore)?.expiresAtMs).toBe(600_000);
  });
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'visitor'],
  ['a list', []],
  ['a row of something else', { ...row, kind: 'binding' }],
  ['no home address', { ...row, homeAddress: 'phone' }],
  ['an address that no node has', { ...row, homeAddress: '0.0.0.0' }],
  ['a home address of ours', { ...row, homeAddress: '192.0.2.2' }],
  ['ourselves as home agent', { ...row, homeAgent: '192.0.2.2' }],
  ['a home agent that is a number', { ...row, homeAgent: 1 }],
  ['a care-of address that is not ours', { ...row, careOfAddress: '192.0.2.9' }],
  ['an identification that is none', { ...row, identification: 'xyz' }],
  ['an identification that is too long', { ...row, identification: '00000000000000001' }],
  ['a lifetime that is none', { ...row, lifetimeSeconds: -1 }],
  ['a lifetime longer than we grant', { ...row, lifetimeSeconds: 1801 }],
  ['half a second asked for', { ...row, requestedLifetimeSeconds: 0.5 }],
  ['an end that is none', { ...row, expiresAtUnixMs: null }],
  ['an end that is a text', { ...row, expiresAtUnixMs: '9' }],
  ['another encapsulation', { ...row, encapsulation: 'vxlan' }],
  ['a reverse tunnel that is neither', { ...row, reverseTunneling: 1 }],
  ['a delivery style that is neither', { ...row, encapsulatingDelivery: undefined }],
  ['half a revocation', { ...row, revocation: { homeAgentTimestamp: 1 } }],
  ['a revocation that is a text', { ...row, revocation: 'yes' }],
  ['a timestamp that is too long', { ...row, revocation: { homeAgentTimestamp: 2 ** 32, isInformNegotiated: true } }],
  ['an interface that is gone', { ...row, interfaceName: 'br-old' }],
  ['no MAC address', { ...row, mac: undefined }],
  ['a group as MAC address', { ...row, mac: 'ff:ff:ff:ff:ff:ff' }],
  ['nobody as MAC address', { ...row, mac: '00:00:00:00:00:00' }],
  ['a port that is none', { ...row, sourcePort: 65_536 }],
  ['no source address', { ...row, sourceAddress: null }],
  ['no destination address', { ...row, destinationAddress: '1.2.3' }],
])('a row with %s is refused', (_what, nonsense) => {
  expect(readVisitorRow(nonsense, settings, at(0))).toBeUndefined();
});

test('gre is refused where the kernel has none', () => {
  expect(readVisitorRow(row, { ...settings, isGreServed: false }, at(0))).toBeUndefined();
});

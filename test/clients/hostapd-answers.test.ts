import { expect, test } from 'vitest';
import {
  associatingClients,
  authorizedClients,
  bssOfStatus,
  isSameBss,
  UNKNOWN_WIRELESS,
} from '../../src/clients/hostapd-answers.ts';
import { mac } from '../addresses.ts';

test('a BSS is read from get_status', () => {
  const status = { status: 'ENABLED', bssid: '02:00:00:00:01:00', ssid: 'PMIP', freq: 5180 };
  expect(bssOfStatus('phy1-ap0', status, { ...UNKNOWN_WIRELESS, radio: 'radio1' })).toEqual({
    interfaceName: 'phy1-ap0',
    ssid: 'PMIP',
    bssid: mac('02:00:00:00:01:00'),
    frequencyMHz: 5180,
    radio: 'radio1',
    hasVlans: false,
    hasWirelessUplink: false,
  });
});

test('what makes no sense in get_status is left out', () => {
  const status = { bssid: 'none', ssid: 7, freq: 'high' };
  const bss = { interfaceName: 'phy1-ap0', ssid: '', bssid: undefined, frequencyMHz: 0, ...UNKNOWN_WIRELESS };
  expect(bssOfStatus('phy1-ap0', status, undefined)).toEqual(bss);
});

test('a BSS with another SSID, BSSID, frequency or radio is another', () => {
  const bss = bssOfStatus(
    'phy1-ap0',
    { bssid: '02:00:00:00:01:00', ssid: 'PMIP', freq: 5180 },
    { ...UNKNOWN_WIRELESS, radio: 'radio1' },
  );
  expect(isSameBss(bss, { ...bss })).toBe(true);
  for (const change of [
    { ssid: '' },
    { bssid: undefined },
    { frequencyMHz: 5200 },
    { radio: 'radio0' },
    { hasVlans: true },
    { hasWirelessUplink: true },
  ]) {
    expect(isSameBss(bss, { ...bss, ...change })).toBe(false);
  }
});

test('clients are told apart by how far they have come', () => {
  const clients = {
    '02:00:00:00:00:01': { auth: true, assoc: true, authorized: true },
    '02:00:00:00:00:02': { auth: true, assoc: true, authorized: false },
    '02:00:00:00:00:03': { auth: true, assoc: false, authorized: false },
  };
  expect([...authorizedClients(clients)]).toEqual([mac('02:00:00:00:00:01')]);
  expect([...associatingClients(clients)]).toEqual([mac('02:00:00:00:00:02')]);
});

test.each([undefined, null, 'none', [], [1], { zz: { authorized: true } }, { '02:00:00:00:00:01': true }])(
  'no clients are read from %j',
  (clients) => {
    expect(authorizedClients(clients).size).toBe(0);
  },
);

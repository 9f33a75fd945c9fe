import { expect, test } from 'vitest';
import { UNKNOWN_WIRELESS } from '../../src/clients/hostapd-answers.ts';
import { notServed, serviceFault } from '../../src/daemon/service-rule.ts';
import { mac } from '../addresses.ts';

const bss = (ssid: string, radio: string | undefined) => ({ ...UNKNOWN_WIRELESS, ssid, radio });

test('an SSID must be named; where none is, nobody is served', () => {
  expect(serviceFault({ radios: [], ssids: ['tsunami'] }, bss('tsunami', 'radio0'))).toBe(undefined);
  expect(serviceFault({ radios: [], ssids: ['tsunami'] }, bss('guest', 'radio0'))).toBe('ssidNotChosen');
  expect(serviceFault({ radios: [], ssids: [] }, bss('tsunami', 'radio0'))).toBe('ssidNotChosen');
});

test('where radios are named, only theirs are served; without netifd the radio is not known and does not count', () => {
  const bridge = { radios: ['radio1'], ssids: ['tsunami'] };
  expect(serviceFault(bridge, bss('tsunami', 'radio1'))).toBe(undefined);
  expect(serviceFault(bridge, bss('tsunami', 'radio0'))).toBe('radioNotChosen');
  expect(serviceFault(bridge, bss('tsunami', undefined))).toBe(undefined);
});

test('a chosen SSID with VLANs is not served, nor one of a repeater', () => {
  const bridge = { radios: [], ssids: ['tsunami'] };
  expect(serviceFault(bridge, { ...bss('tsunami', 'radio0'), hasVlans: true })).toBe('ssidWithVlans');
  expect(serviceFault(bridge, { ...bss('tsunami', 'radio0'), hasWirelessUplink: true })).toBe('repeater');
  expect(serviceFault(bridge, { ...bss('guest', 'radio0'), hasVlans: true })).toBe('ssidNotChosen');
});

test('that a station comes to a BSS that is not served is reported, that it goes is not', () => {
  const change = { mac: mac('02:00:00:00:02:00'), interfaceName: 'phy0-ap0' };
  expect(notServed({ kind: 'stationAttached', ...change })).toEqual([
    { kind: 'report', report: { kind: 'stationNotServed', ...change } },
  ]);
  expect(notServed({ kind: 'stationDetached', ...change })).toEqual([]);
});

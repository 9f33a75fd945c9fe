import { expect, test } from 'vitest';
import { serviceFault } from '../../src/daemon/service-rule.ts';

test('an SSID must be named; where none is, nobody is served', () => {
  expect(serviceFault({ radios: [], ssids: ['tsunami'] }, { ssid: 'tsunami', radio: 'radio0' })).toBe(undefined);
  expect(serviceFault({ radios: [], ssids: ['tsunami'] }, { ssid: 'guest', radio: 'radio0' })).toBe('ssidNotChosen');
  expect(serviceFault({ radios: [], ssids: [] }, { ssid: 'tsunami', radio: 'radio0' })).toBe('ssidNotChosen');
});

test('where radios are named, only theirs are served; without netifd the radio is not known and does not count', () => {
  const bridge = { radios: ['radio1'], ssids: ['tsunami'] };
  expect(serviceFault(bridge, { ssid: 'tsunami', radio: 'radio1' })).toBe(undefined);
  expect(serviceFault(bridge, { ssid: 'tsunami', radio: 'radio0' })).toBe('radioNotChosen');
  expect(serviceFault(bridge, { ssid: 'tsunami', radio: undefined })).toBe(undefined);
});

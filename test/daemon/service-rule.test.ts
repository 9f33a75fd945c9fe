import { expect, test } from 'vitest';
import { isChosen } from '../../src/daemon/service-rule.ts';

test('an SSID must be named; where none is, nobody is served', () => {
  expect(isChosen({ radios: [], ssids: ['tsunami'] }, { ssid: 'tsunami', radio: 'radio0' })).toBe(true);
  expect(isChosen({ radios: [], ssids: ['tsunami'] }, { ssid: 'guest', radio: 'radio0' })).toBe(false);
  expect(isChosen({ radios: [], ssids: [] }, { ssid: 'tsunami', radio: 'radio0' })).toBe(false);
});

test('where radios are named, only theirs are served; without netifd the radio is not known and does not count', () => {
  const bridge = { radios: ['radio1'], ssids: ['tsunami'] };
  expect(isChosen(bridge, { ssid: 'tsunami', radio: 'radio1' })).toBe(true);
  expect(isChosen(bridge, { ssid: 'tsunami', radio: 'radio0' })).toBe(false);
  expect(isChosen(bridge, { ssid: 'tsunami', radio: undefined })).toBe(true);
});

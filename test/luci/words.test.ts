import './english.ts';
import { expect, test } from 'vitest';
import {
  bandText,
  learnedText,
  placeText,
  reasonText,
  registrationText,
  STATES,
  standingText,
  stateText,
  yesNo,
} from '../../luci/src/words.ts';

const station = { mac: '02:00:00:00:00:07', mobility: 'away' };

test('each state has words of its own', () => {
  expect(new Set(STATES.map(stateText)).size).toBe(STATES.length);
});

test.each([
  [{ registration: 'registered', remaining_seconds: 61 }, 'registered for another 1 min 1 s'],
  [{ registration: 'registered' }, 'registered'],
  [{ registration: 'refused', code: 131 }, 'registration refused with code 131'],
  [
    { registration: 'refused', code: 131, reason_text: 'authentication failed' },
    'registration refused: authentication failed',
  ],
  [{ registration: 'refused' }, 'registration refused'],
  [{ registration: 'waiting' }, 'registration under way'],
  [{ registration: 'postponed' }, 'registration under way'],
  [{ registration: 'of a later daemon' }, 'of a later daemon'],
  [{}, undefined],
])('the registration %o is "%s"', (part, text) => {
  expect(registrationText({ ...station, ...part })).toBe(text);
});

test('why a station is not proxied is what the daemon says, else its reason, else that there is none', () => {
  expect(reasonText({ ...station, reason: 'noHomeAgent', reason_text: 'add a row' })).toBe('add a row');
  expect(reasonText({ ...station, reason: 'noHomeAgent' })).toBe('noHomeAgent');
  expect(reasonText(station)).toBe('The daemon gives no reason');
});

test('a visitor without a station of ours stands by what the foreign agent knows', () => {
  const visitor = { home_address: '10.2.0.7', home_agent: '10.2.0.1', remaining_seconds: 5 };
  expect(standingText({ key: 'x', state: 'visiting', peer: '10.2.0.1', visitor })).toBe(
    'Keeps its address from 10.2.0.1; registered for another 5 s',
  );
});

test.each([
  [2412, '2.4 GHz'],
  [5180, '5 GHz'],
  [5955, '6 GHz'],
  [0, ''],
  [undefined, ''],
])('%s MHz is "%s"', (frequency, text) => {
  expect(
    bandText({
      interface: 'w',
      ssid: 's',
      served: true,
      ...(frequency === undefined ? {} : { frequency_mhz: frequency }),
    }),
  ).toBe(text);
});

test('what is not known is neither yes nor no', () => {
  expect([yesNo(true), yesNo(false), yesNo(undefined)]).toEqual(['yes', 'no', '']);
});

test('a place is an interface with what is sent there, or an address', () => {
  const bsses = [
    { interface: 'phy1-ap0', ssid: 'tsunami', frequency_mhz: 5180, served: true },
    { interface: 'phy0-ap0', ssid: 'tsunami', served: true },
  ];
  expect(placeText('phy1-ap0', bsses)).toBe('phy1-ap0 (tsunami, 5 GHz)');
  expect(placeText('phy0-ap0', bsses)).toBe('phy0-ap0 (tsunami)');
  expect(placeText('10.2.0.1', bsses)).toBe('10.2.0.1');
});

test('how an address was learned is said in words, or as a later daemon calls it', () => {
  const known = ['arp', 'ipv4', 'dhcp', 'directory', 'memory', 'configuration'];
  expect(new Set(known.map(learnedText)).size).toBe(known.length);
  expect(known.map(learnedText)).not.toContain('ipv4');
  expect(learnedText('telepathy')).toBe('telepathy');
  expect(learnedText(undefined)).toBeUndefined();
});

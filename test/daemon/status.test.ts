import { describe, expect, test } from 'vitest';
import { NOT_PROXIED_TEXT } from '../../src/daemon/report-text.ts';
import { bindingRow, Counters, stationRow, visitorRow } from '../../src/daemon/status.ts';
import type { Station } from '../../src/roles/access-point/station.ts';
import type { Visitor } from '../../src/roles/foreign-agent/visitor-list.ts';
import type { MobilityBinding } from '../../src/roles/home-agent/mobility-binding.ts';
import { ip, mac } from '../addresses.ts';

const PHONE = mac('02:00:00:00:02:00');

describe('counters', () => {
  test('count each kind, and each code and reason of a kind', () => {
    const counters = new Counters();
    const homeAddress = ip('10.1.0.77');
    counters.count({ kind: 'requestDenied', by: 'homeAgent', homeAddress, code: 131 });
    counters.count({ kind: 'requestDenied', by: 'homeAgent', homeAddress, code: 133 });
    counters.count({ kind: 'requestDiscarded', by: 'homeAgent', homeAddress, reason: 'badAuthenticator' });
    expect(counters.plain()).toEqual({
      requestDenied: 2,
      'requestDenied.131': 1,
      'requestDenied.133': 1,
      requestDiscarded: 1,
      'requestDiscarded.badAuthenticator': 1,
    });
  });

  test('are sorted by name, and names of any kind are names', () => {
    const counters = new Counters();
    for (const name of ['b', '__proto__', 'a', 'b']) counters.add(name);
    expect(Object.entries(counters.plain())).toEqual([
      ['__proto__', 1],
      ['a', 1],
      ['b', 2],
    ]);
  });
});

/** As far as a row shows it. */
function station(mobility: unknown): Station {
  const attachment = { kind: 'attached' };
  return { mac: PHONE, interfaceName: 'phy0-ap0', bridge: 'br-lan', attachment, mobility } as unknown as Station;
}

function away(phase: unknown): Station {
  const terms = { homeAgent: ip('10.1.0.1'), careOfAddress: ip('10.255.2.2') };
  return station({ kind: 'away', address: ip('10.1.0.77'), registration: { terms, phase } });
}

describe('a station', () => {
  const row = { mac: '02:00:00:00:02:00', interface: 'phy0-ap0', attached: true };
  const known = { ...row, address: '10.1.0.77' };
  const abroad = { ...known, mobility: 'away', home_agent: '10.1.0.1', care_of_address: '10.255.2.2' };

  test.each([
    {
      name: 'that is not yet identified',
      of: station({ kind: 'unidentified' }),
      shown: { ...row, mobility: 'unknown' },
    },
    {
      name: 'at home',
      of: station({ kind: 'home', address: ip('10.1.0.77'), registration: undefined }),
      shown: { ...known, mobility: 'home' },
    },
    {
      name: 'that is left alone',
      of: station({ kind: 'notProxied', address: ip('10.1.0.77'), reason: 'noHomeAgent' }),
      shown: { ...known, mobility: 'notProxied', reason: 'noHomeAgent', reason_text: NOT_PROXIED_TEXT.noHomeAgent },
    },
    { name: 'that registers', of: away({ kind: 'waiting' }), shown: { ...abroad, registration: 'waiting' } },
    {
      name: 'that is registered',
      of: away({ kind: 'registered', expiresAtMs: 601_400 }),
      shown: { ...abroad, registration: 'registered', remaining_seconds: 600 },
    },
    {
      name: 'that is refused',
      of: away({ kind: 'refused', code: 131 }),
      shown: {
        ...abroad,
        registration: 'refused',
        code: 131,
        reason_text: 'home agent: mobile node failed authentication',
      },
    },
  ])('$name is shown so', ({ of, shown }) => {
    expect(stationRow(of, {}, 1000)).toEqual(shown);
  });

  test('shows what else is known of it', () => {
    const past = { ssid: 'PMIP', learnedBy: 'ARP', roams: 3, lastOutageMs: 7.6 };
    const shown = { ssid: 'PMIP', learned_by: 'ARP', roams: 3, last_outage_ms: 8 };
    expect(stationRow(away({ kind: 'waiting' }), past, 0)).toMatchObject(shown);
    expect(stationRow(station({ kind: 'unidentified' }), past, 0)).not.toHaveProperty('learned_by');
  });

  test('that is leaving is not shown as attached', () => {
    const leaving = { ...station({ kind: 'unidentified' }), attachment: { kind: 'leaving', atMs: 0 } } as const;
    expect(stationRow(leaving, {}, 0)).toMatchObject({ attached: false });
  });
});

test('a visitor is shown with its link', () => {
  const visitor = {
    homeAddress: ip('10.1.0.77'),
    homeAgent: ip('10.1.0.1'),
    careOfAddress: ip('10.255.2.2'),
    reverseTunneling: true,
    link: { mac: PHONE, interfaceName: 'br-lan' },
    expiresAtMs: 61_000,
  } as unknown as Visitor;
  expect(visitorRow(visitor, 1000)).toMatchObject({
    home_address: '10.1.0.77',
    home_agent: '10.1.0.1',
    care_of_address: '10.255.2.2',
    mac: '02:00:00:00:02:00',
    interface: 'br-lan',
    reverse_tunnel: true,
    remaining_seconds: 60,
  });
});

describe('a binding', () => {
  const binding = {
    homeAddress: ip('10.1.0.77'),
    homeAgent: ip('10.1.0.1'),
    careOfAddress: ip('10.255.2.2'),
    reverseTunneling: false,
    expiresAtMs: 61_000,
  } as unknown as MobilityBinding;

  test('is shown with what remains of its lifetime, never less than nothing', () => {
    const shown = {
      home_address: '10.1.0.77',
      care_of_address: '10.255.2.2',
      home_agent: '10.1.0.1',
      reverse_tunnel: false,
      remaining_seconds: 60,
    };
    expect(bindingRow(binding, 1000)).toMatchObject(shown);
    expect(bindingRow(binding, 100_000)).toMatchObject({ remaining_seconds: 0 });
  });

  test('that never ends has nothing remaining to show', () => {
    const endless = { ...binding, expiresAtMs: Number.POSITIVE_INFINITY };
    expect(bindingRow(endless, 1000)).not.toHaveProperty('remaining_seconds');
  });
});

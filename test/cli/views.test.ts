// Each view of what whole daemons answer: the transcript is the assertion.

import { describe, expect, test } from 'vitest';
import { paintNothing } from '../../src/cli/tables.ts';
import { VIEWS } from '../../src/cli/views.ts';
import { OBJECT } from '../../src/daemon/bus-object.ts';
import type { PlainTable } from '../../src/ubus-js/blobmsg.ts';
import { ip } from '../addresses.ts';
import { callOverBus } from '../daemon/bus.ts';
import { type Box, roamed, Station } from '../daemon/two-boxes.ts';

const { world, home, visited } = roamed((box) => box.addBss('phy1-ap0', 'guest'));
const stranger = new Station('02:00:00:00:09:00', '192.168.9.9');
stranger.associate(visited, 'phy0-ap0');
stranger.askFor(ip('192.168.9.1'));
world.wait(2000);

function seen(box: Box, method: string): string {
  return viewed(method, callOverBus(box.bus, 'pmip', method)?.data ?? {});
}

function viewed(method: string, answer: PlainTable): string {
  return VIEWS[method]?.(answer, paintNothing) ?? 'no view';
}

test('status: what is served, and why something is not', () => {
  expect(seen(visited, 'status')).toBe(`pmip 0.1.0, enabled, up 5 s
2 stations, 1 visitor, 0 bindings

Bridges
  DEVICE  ADDRESS   NETWORK      AGENTS         SERVED
  br-lan  10.2.0.1  10.2.0.0/24  home, foreign  yes

BSS
  INTERFACE  SSID    MHZ  SERVED
  phy0-ap0   PMIP   5180  yes
  phy1-ap0   guest  5180  no: its SSID is not in 'list ssid' of the bridge

no problems
`);
});

test('status: problems, authorities and RADIUS servers, where there are any', () => {
  const answer = {
    version: '0.1.0',
    enabled: true,
    paused: true,
    uptime_seconds: 7300,
    stations: 1,
    visitors: 0,
    bindings: 0,
    authorities: [{ address: '10.1.0.1', state: 'silent', name: 'ap1.lan' }],
    radius: [{ server: '10.9.0.1', state: 'answering' }],
    problems: ['ubusd does not answer'],
  };
  expect(viewed('status', answer)).toBe(`pmip 0.1.0, paused, up 2 h 1 min
1 station, 0 visitors, 0 bindings

Authoritative access points
  ADDRESS   NAME     STATE
  10.1.0.1  ap1.lan  silent

RADIUS servers
  ADDRESS   STATE
  10.9.0.1  answering

Problems
  ubusd does not answer
`);
});

test('stations: where each is, how it stands, and below the reasons', () => {
  expect(seen(visited, 'stations')).toBe(
    [
      '  STATION            ADDRESS      WHERE        INTERFACE  SSID  HOME AGENT  CARE-OF ADDRESS  REGISTRATION    ROAMS  OUTAGE',
      '  02:00:00:00:02:00  10.1.0.77    away         phy0-ap0   PMIP  10.1.0.1    10.255.2.2       for 9 min 56 s      0   10 ms',
      '  02:00:00:00:09:00  192.168.9.9  not proxied  phy0-ap0   PMIP                                                   0',
      '',
      "  192.168.9.9: no row of the subnet map covers this address: add a 'config subnet' with its network and home agent",
      '',
    ].join('\n'),
  );
});

test('agents, tunnels, visitors and bindings', () => {
  expect(seen(visited, 'agents')).toBe(
    `  BRIDGE  ADDRESS   WHOSE     AGENT          CARE-OF ADDRESSES  OFFERS               LONGEST LIFETIME
  br-lan  10.2.0.1  this box  home, foreign  10.255.2.2         gre, reverse tunnel  10 h
`,
  );
  expect(seen(home, 'tunnels')).toBe(
    `  ENCAPSULATION  LOCAL END  REMOTE END  BINDINGS  VISITORS
  ipip           10.1.0.1   10.255.2.2         1         0
`,
  );
  expect(seen(visited, 'visitors')).toBe(
    `  HOME ADDRESS  STATION            INTERFACE  HOME AGENT  CARE-OF ADDRESS  TUNNEL         REGISTERED
  10.1.0.77     02:00:00:00:02:00  br-lan     10.1.0.1    10.255.2.2       ipip, reverse  for 9 min 56 s
`,
  );
  expect(seen(home, 'bindings')).toBe(
    `  HOME ADDRESS  HOME AGENT  CARE-OF ADDRESS  TUNNEL         REGISTERED
  10.1.0.77     10.1.0.1    10.255.2.2       ipip, reverse  for 9 min 56 s
`,
  );
});

test('an agent that was found says how long its advertisement is good; a busy one says so', () => {
  const agent = { bridge: 'br-lan', address: '10.2.0.1', local: false, home_agent: false, foreign_agent: true };
  const rest = { busy: true, gre: false, reverse_tunnel: false, care_of_addresses: ['10.2.0.1', '10.255.2.2'] };
  expect(
    viewed('agents', { agents: [{ ...agent, ...rest, registration_lifetime_seconds: 300, remaining_seconds: 27 }] }),
  ).toBe(`  BRIDGE  ADDRESS   WHOSE  AGENT    CARE-OF ADDRESSES     LONGEST LIFETIME  HEARD          BUSY
  br-lan  10.2.0.1  found  foreign  10.2.0.1, 10.255.2.2  5 min             good for 27 s  busy
`);
});

test('the map shows where its rows come from, and what access points disagree about', () => {
  const rows = [
    { network: '10.1.0.0/24', home_agent: '10.1.0.1', origin: 'static' },
    { network: '10.2.0.0/24', home_agent: '10.2.0.1', origin: 'learned', reporters: ['10.2.0.1', '10.3.0.1'] },
    { network: '10.3.0.0/24', home_agent: '10.3.0.1', origin: 'learned', conflict: '10.9.0.1 names 10.9.0.2' },
  ];
  expect(viewed('subnet_map', { rows, access_points: [{ address: '10.2.0.1', remaining_seconds: 80 }] })).toBe(
    `  NETWORK      HOME AGENT  ORIGIN   REPORTED BY         CONFLICT
  10.1.0.0/24  10.1.0.1    static
  10.2.0.0/24  10.2.0.1    learned  10.2.0.1, 10.3.0.1
  10.3.0.0/24  10.3.0.1    learned                      10.9.0.1 names 10.9.0.2

Access points
  ADDRESS   HEARD
  10.2.0.1  good for 1 min 20 s
`,
  );
});

test('counters stand in groups, and what never happened is left out', () => {
  const text = seen(home, 'counters');
  expect(text).toMatch(/^Home agent \(RFC 2006\)\n {2}COUNT {2}NAME\n/);
  expect(text).toContain('haRegRequestsReceived');
  expect(text).toContain('  1  bindingCreated\n');
  expect(text).not.toContain('haIDMismatch');
  expect(viewed('counters', { haIDMismatch: 0 })).toBe('nothing has happened yet\n');
});

test('a trail shows how long ago each event was', () => {
  const events = [
    { seconds_ago: 3723, text: 'attached to phy0-ap0' },
    { seconds_ago: 2, text: 'registered' },
  ];
  expect(viewed('trail', { mac: '02:00:00:00:02:00', events })).toBe(
    `02:00:00:00:02:00
       AGO  EVENT
  1 h 2 min  attached to phy0-ap0
        2 s  registered
`.replace('       AGO', '        AGO'),
  );
  expect(viewed('trail', { mac: '02:00:00:00:02:00', events: [] })).toBe(
    'nothing is remembered of 02:00:00:00:02:00\n',
  );
});

test('below the trail stand the roams', () => {
  const answer = callOverBus(visited.bus, 'pmip', 'trail', { station: '10.1.0.77' })?.data ?? {};
  expect(viewed('trail', answer).split('\n\n')[1]).toBe(`Roams
  AGO  FROM       TO        OUTAGE
  4 s  not known  phy0-ap0   10 ms
`);
});

describe('an empty answer', () => {
  test.each([
    ['stations', 'no stations\n'],
    ['agents', 'no mobility agents\n'],
    ['subnet_map', 'the subnet map is empty\n'],
    ['visitors', 'no visitors\n'],
    ['bindings', 'no mobility bindings\n'],
    ['tunnels', 'no tunnels\n'],
  ])('of %s is said in words', (method, text) => {
    expect(viewed(method, {})).toBe(text);
  });
});

test('every method that shows something has a view', () => {
  const deeds = ['clear', 'reload'];
  const shown = Object.keys(OBJECT.methods).filter((method) => !deeds.includes(method));
  expect(shown.filter((method) => !Object.hasOwn(VIEWS, method))).toEqual([]);
});

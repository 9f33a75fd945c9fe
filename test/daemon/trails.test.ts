import { expect, test } from 'vitest';
import { Trails } from '../../src/daemon/trails.ts';
import type { Ipv4Address, MacAddress } from '../../src/octets/address.ts';
import { ip, mac } from '../addresses.ts';

const PHONE = mac('02:00:00:00:02:00');
const ADDRESS = ip('10.1.0.77');
const attached = { kind: 'stationAttached', mac: PHONE, interfaceName: 'phy0-ap0' } as const;
const away = { kind: 'stationAway', mac: PHONE, address: ADDRESS, learnedBy: 'arp' } as const;
const binding = {
  kind: 'bindingCreated',
  homeAddress: ADDRESS,
  careOfAddress: ip('10.2.0.1'),
  lifetimeSeconds: 9,
} as const;
const forged = { kind: 'replyDiscarded', homeAddress: ADDRESS, reason: 'badAuthenticator' } as const;

const texts = (trails: Trails, station: string, nowMs = 0) =>
  ((trails.answer(station, nowMs)?.events ?? []) as { seconds_ago: number; text: string }[]).map(
    ({ seconds_ago, text }) => `${seconds_ago} s: ${text}`,
  );

test('a station is found by its MAC address and by its IPv4 address, its facts in words and in order', () => {
  const trails = new Trails();
  trails.reported(attached, 1000);
  trails.reported(away, 3000);
  const words = [
    '9 s: station 02:00:00:00:02:00 attached to phy0-ap0',
    '7 s: station 02:00:00:00:02:00 10.1.0.77 is away from home (learned by arp)',
  ];
  expect(texts(trails, '02:00:00:00:02:00', 10_000)).toEqual(words);
  expect(texts(trails, '10.1.0.77', 10_000)).toEqual(words);
  expect(trails.answer('10.1.0.77', 0)).toMatchObject({ mac: '02:00:00:00:02:00', address: '10.1.0.77' });
});

test('what agents of this box did with its address stands between', () => {
  const trails = new Trails();
  trails.reported(attached, 1000);
  trails.reported(away, 2000);
  trails.reported(binding, 2500);
  trails.reported({ ...attached, interfaceName: 'phy1-ap0' }, 3000);
  expect(texts(trails, '02:00:00:00:02:00', 3000).map((text) => text.slice(0, 17))).toEqual([
    '2 s: station 02:0',
    '1 s: station 02:0',
    '1 s: home agent: ',
    '0 s: station 02:0',
  ]);
  expect(texts(trails, '10.1.0.77', 3000)).toHaveLength(4);
});

test('a home agent tells of an address whose MAC address nobody knows', () => {
  const trails = new Trails();
  trails.reported(binding, 0);
  expect(trails.answer('10.1.0.77', 0)).toEqual({
    address: '10.1.0.77',
    events: [{ seconds_ago: 0, text: 'home agent: 10.1.0.77 is at care-of address 10.2.0.1' }],
    roams: [{ seconds_ago: 0, to: '10.2.0.1' }],
  });
});

test('whoever was never here has no events; what is no address is refused', () => {
  const trails = new Trails();
  expect(trails.answer('02:00:00:00:09:09', 0)).toEqual({ mac: '02:00:00:00:09:09', events: [], roams: [] });
  expect(trails.answer('10.9.9.9', 0)).toEqual({ address: '10.9.9.9', events: [], roams: [] });
  for (const nonsense of ['', 'phone', '10.1.0', '02:00']) expect(trails.answer(nonsense, 0)).toBeUndefined();
});

test('the same fact again is one with a number, and the time of the last', () => {
  const trails = new Trails();
  trails.reported(away, 0);
  for (let count = 1; count <= 1000; count++) trails.reported(forged, 0);
  trails.reported({ ...away }, 2000);
  trails.reported({ ...away }, 5000);
  const kept = texts(trails, '02:00:00:00:02:00', 6000);
  expect(kept).toHaveLength(2);
  expect(kept[0]).toMatch(/^6 s: registration reply .*\(1000 times\)$/);
  expect(kept[1]).toMatch(/^1 s: .*\(3 times\)$/);
});

test('roams are there too, with the outage that a report has ended', () => {
  const trails = new Trails();
  trails.reported(attached, 1000);
  trails.reported(away, 1000);
  trails.reported({ ...binding, kind: 'registrationAccepted', mac: PHONE, elapsedMs: 7 }, 1020, 20);
  expect(trails.answer('10.1.0.77', 3000)?.roams).toEqual([{ seconds_ago: 2, to: 'phy0-ap0', outage_ms: 20 }]);
});

test('thirty-two facts are kept of a station, the last ones', () => {
  const trails = new Trails();
  for (let count = 0; count < 100; count++) trails.reported({ ...attached, interfaceName: `phy${count}-ap0` }, count);
  const kept = texts(trails, '02:00:00:00:02:00');
  expect(kept).toHaveLength(32);
  expect(kept.at(-1)).toContain('phy99-ap0');
});

test('of many stations those are forgotten that nothing was heard of for longest', () => {
  const trails = new Trails();
  const station = (number: number) => ({
    ...away,
    mac: (PHONE + number) as MacAddress,
    address: (ADDRESS + number) as Ipv4Address,
  });
  for (let number = 0; number < 300; number++) {
    trails.reported(station(number), number);
    trails.reported(station(0), number);
  }
  expect(texts(trails, '02:00:00:00:02:00')).toHaveLength(1);
  expect(texts(trails, '02:00:00:00:02:01')).toEqual([]);
  expect(trails.answer('10.1.0.78', 0)).toEqual({ address: '10.1.0.78', events: [], roams: [] });
  expect(texts(trails, '02:00:00:00:03:2b')).toHaveLength(1);
});

test('what anybody can bring about with any address makes no trail of its own', () => {
  const trails = new Trails();
  for (let number = 0; number < 1000; number++) {
    trails.reported({ ...forged, homeAddress: (ip('10.3.0.0') + number) as Ipv4Address }, 0);
  }
  expect(texts(trails, '10.3.0.5')).toEqual([]);
  trails.reported(binding, 0);
  trails.reported(forged, 0);
  expect(texts(trails, '10.1.0.77')).toHaveLength(2);
});

test('a renewal stands in the trail of who is known, and makes none', () => {
  const trails = new Trails();
  const renewed = { ...binding, kind: 'bindingRenewed' } as const;
  trails.reported(renewed, 0);
  expect(texts(trails, '10.1.0.77')).toEqual([]);
  trails.reported(binding, 0);
  trails.reported(renewed, 0);
  expect(texts(trails, '10.1.0.77').at(-1)).toBe('0 s: home agent: 10.1.0.77 renewed for 9 s');
});

test('reports that are of no station are none of its business', () => {
  const trails = new Trails();
  trails.reported({ kind: 'agentFound', bridge: 'br-lan', address: ADDRESS }, 0);
  trails.reported({ kind: 'clockResynchronized', homeAgent: ADDRESS, offsetMs: 5 }, 0);
  expect(texts(trails, '10.1.0.77')).toEqual([]);
});

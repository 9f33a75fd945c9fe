// Two boxes' desks with a wire between them; what the roles do is tested with the roles.

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { encodeKeptMap } from '../../src/daemon/kept-map.ts';
import { MapDesk, type MapOutput } from '../../src/daemon/map-desk.ts';
import type { Ipv4Address } from '../../src/octets/address.ts';
import { ip, mac } from '../addresses.ts';
import { digests } from '../digests.ts';
import { seededRandom } from '../random.ts';
import { at } from '../roles/moments.ts';
import { record, reporterNumber } from '../wire/map-messages.ts';
import { BRIDGE_MAC, routerNetwork } from './router.ts';

const OWN = ip('10.255.1.2');
const OTHER = ip('10.255.9.2');
const conventions = { littleEndian: true, errnoNumbers: 'generic' } as const;
const host = () => ({ digests, random: seededRandom(5), conventions });
const STATION = mac('02:11:22:33:44:55');

function configuration(authorities: readonly string[], more = ''): string {
  const list = authorities.map((address) => `\tlist aap ${address}\n`).join('');
  return `config pmip main\n\toption enabled 1\n${list}${more}config bridge lan\n\toption device br-lan\n`;
}

const KEY = "\toption aap_key '0123456789abcdef'\n";

function inputs(authorities: readonly string[], more = KEY) {
  const sources = new Map<Ipv4Address, Ipv4Address>([[OTHER, OWN]]);
  return { config: readConfig(configuration(authorities, more)).config, network: routerNetwork(), sources };
}

const departures = (outputs: readonly MapOutput[]) =>
  outputs.flatMap((output) => (output.kind === 'departs' ? [output.departure] : []));

test('an authoritative access point talks with itself, and needs no wire for its own rows', () => {
  const desk = new MapDesk(host(), () => []);
  const outputs = desk.configured(inputs(['10.255.1.2']), at(0));
  expect(departures(outputs)).toEqual([{ kind: 'mapOpen', port: 6500 }]);
  expect(outputs.map(({ kind }) => kind)).toContain('mapChanged');
  expect(desk.learned().rows).toMatchObject([{ homeAgent: OWN, gatewayMac: BRIDGE_MAC, reporters: [OWN] }]);
  expect(desk.authorities()).toEqual([{ address: '10.255.1.2', state: 'self' }]);
  expect(desk.accessPoints(0)).toEqual([{ address: '10.255.1.2', remaining_seconds: 100 }]);
});

test('another access point calls the first of the list', () => {
  const desk = new MapDesk(host(), () => []);
  const [open, hello] = departures(desk.configured(inputs(['10.255.9.2', '10.255.8.2']), at(0)));
  expect(open).toEqual({ kind: 'mapOpen', port: 6500 });
  expect(hello).toMatchObject({ kind: 'mapSend', destination: OTHER, destinationPort: 6500, source: undefined });
  expect(desk.authorities()).toEqual([
    { address: '10.255.9.2', state: 'silent' },
    { address: '10.255.8.2', state: 'standby' },
  ]);
  expect(desk.destinations()).toEqual({ homeAgents: [], authorities: [OTHER, ip('10.255.8.2')] });
  expect(desk.accessPoints(0)).toBeUndefined();
});

test('without a key, or without a list, nothing is opened; what was open is closed', () => {
  const desk = new MapDesk(host(), () => []);
  expect(departures(desk.configured(inputs(['10.255.1.2'], ''), at(0)))).toEqual([]);
  desk.configured(inputs(['10.255.1.2']), at(1));
  expect(departures(desk.configured(inputs([]), at(2)))).toEqual([{ kind: 'mapClose' }]);
  expect(desk.learned().rows).toEqual([]);
});

test('the map is written some seconds after a change, once', () => {
  const desk = new MapDesk(host(), () => []);
  desk.configured(inputs(['10.255.1.2']), at(0));
  const written = (ms: number) => departures(desk.deadlineReached(at(ms))).filter(({ kind }) => kind === 'mapWrite');
  expect(written(4999)).toEqual([]);
  expect(written(5000).length).toBe(1);
  expect(written(6000)).toEqual([]);
  expect(departures(desk.keep(at(7000)))).toEqual([]);
});

test('what was written is known again before anybody answers', () => {
  const first = new MapDesk(host(), () => []);
  first.configured(inputs(['10.255.1.2']), at(0));
  const [write] = departures(first.keep(at(1)));
  if (write?.kind !== 'mapWrite') throw new Error('nothing written');
  const second = new MapDesk(host(), () => []);
  second.arrived({ kind: 'mapRead', octets: write.octets }, at(0));
  second.configured(inputs(['10.255.9.2']), at(0));
  expect(second.learned().rows).toMatchObject([{ homeAgent: OWN }]);
});

test('what was written is known while nobody of the list is known by an address; who turns out to be of them has it too', () => {
  const first = new MapDesk(host(), () => []);
  first.configured(inputs(['10.255.9.2']), at(0));
  const octets = encodeKeptMap([{ ...record, reporter: reporterNumber(9), address: OTHER }], digests);
  const second = new MapDesk(host(), () => []);
  second.arrived({ kind: 'mapRead', octets }, at(0));
  second.configured(inputs(['ap1.campus']), at(0));
  expect(second.authorities()).toEqual([]);
  expect(second.learned().rows).toHaveLength(record.claims.length);
  const named = readConfig(configuration(['ap1.campus'], KEY)).config;
  const host1 = { kind: 'address', address: OWN, hostName: 'ap1.campus' } as const;
  const config = { ...named, main: { ...named.main, authoritativeAccessPoints: [host1] } };
  second.configured({ ...inputs([]), config }, at(1000));
  expect(second.authorities()).toEqual([{ address: '10.255.1.2', name: 'ap1.campus', state: 'self' }]);
  // It claims one of these networks itself.
  expect(second.learned().rows.map(({ conflicts }) => conflicts.length)).toEqual([1, 0]);
});

test('nonsense and other versions are told from messages', () => {
  const desk = new MapDesk(host(), () => []);
  desk.configured(inputs(['10.255.1.2']), at(0));
  const arrived = (octets: Uint8Array) => {
    const facts = {
      sourceAddress: OTHER,
      sourcePort: 6500,
      destinationAddress: OWN,
      interfaceIndex: 3,
      timeToLive: 64,
    };
    return desk.arrived({ kind: 'mapReceived', datagram: { octets, ...facts } }, at(1));
  };
  expect(arrived(new Uint8Array(5))).toMatchObject([{ kind: 'malformed', what: 'subnetMap' }]);
  expect(arrived(new Uint8Array(50).fill(2))).toMatchObject([{ kind: 'report', report: { reason: 'otherVersion' } }]);
});

test('reports of stations go to the directory', () => {
  const desk = new MapDesk(host(), () => []);
  desk.configured(inputs(['10.255.1.2']), at(0));
  desk.reported({ kind: 'stationAttached', mac: STATION, interfaceName: 'phy0-ap0' }, at(1));
  desk.reported({ kind: 'stationHome', mac: STATION, address: ip('10.1.0.77'), learnedBy: 'arp' }, at(2));
  desk.reported({ kind: 'stationDetached', mac: STATION, interfaceName: 'phy0-ap0' }, at(3));
  const hints = desk.reported({ kind: 'stationAttached', mac: STATION, interfaceName: 'phy0-ap0' }, at(4));
  expect(hints).toEqual([
    { kind: 'stationHinted', mac: STATION, homeAddress: ip('10.1.0.77'), gatewayMac: BRIDGE_MAC },
  ]);
});

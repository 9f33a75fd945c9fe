// Whatever a daemon tells, to the log, on the bus, on the wire or for its own restart: no key and no secret is in it, as it
// was written, as digits, or as numbers. Also where the configuration is wrong, which is when values are shown.

import { expect, test } from 'vitest';
import { formatHex, utf8Octets, utf8Text } from '../../src/octets/octets.ts';
import { ip } from '../addresses.ts';
import { ciscoAvPair, radiusAnswer } from '../wire/radius-answers.ts';
import { callOverBus } from './bus.ts';
import { type Box, Station, usualConfiguration, World } from './two-boxes.ts';

const NODE_KEY = 'node-key-7Q';
const HEX_KEY = '00112233445566778899aabbccddeeff';
const AGENT_KEY = 'agent-key-7Q';
const MAP_KEY = 'map-key-of-16-octets-7Q';
const RADIUS_SECRET = 'radius-secret-7Q';
const FETCHED_KEY = 'fetched-key-7Q';
const WRONG_KEY = 'wrong-key-that-is-far-too-long-7Q';
const OF_UNKNOWN_OPTION = 'unknown-option-7Q';
const SECRETS = [NODE_KEY, AGENT_KEY, MAP_KEY, RADIUS_SECRET, FETCHED_KEY, WRONG_KEY, OF_UNKNOWN_OPTION];

const SECTIONS = [
  ['secure_node', { start: '10.1.0.77', spi: '102', ascii: NODE_KEY }],
  ['secure_node', { start: '10.1.0.0', end: '10.1.0.254', spi: '103', hex: HEX_KEY }],
  ['secure_node', { start: '10.1.0.5', spi: '104', ascii: WRONG_KEY }],
  ['secure_node', { start: '10.1.0.6', spi: '105', hex: `${HEX_KEY}00` }],
  ['secure_node', { start: '10.1.0.7', spi: 'ff', ascii: NODE_KEY, key: OF_UNKNOWN_OPTION }],
  ['secure_node', { start: '10.1.0.8', spi: '106', ascii: NODE_KEY, hex: HEX_KEY }],
  ['secure_agent', { kind: 'foreign-home', start: '10.0.0.0', end: '10.255.255.255', spi: '200', ascii: AGENT_KEY }],
  ['radius', { server: '10.255.9.9', secret: RADIUS_SECRET }],
  ['radius', { server: '10.255.9.9.9', secret: RADIUS_SECRET }],
] as const;

const CONFIGURATION = [
  usualConfiguration([1, 2], { aap_key: MAP_KEY }).replaceAll(/config secure_node\n(\t.*\n)*/g, ''),
  ...SECTIONS.map(([type, options]) => {
    const lines = Object.entries(options).map(([name, value]) => `\toption ${name} '${value}'\n`);
    return `config ${type}\n${lines.join('')}`;
  }),
].join('');

/** Everything that has left the box in the course of a life with all kinds of keys. */
function told(box: Box): string {
  const methods = [
    'status',
    'stations',
    'agents',
    'subnet_map',
    'visitors',
    'bindings',
    'tunnels',
    'counters',
    'trail',
  ];
  const onTheBus = methods.map((method) => callOverBus(box.bus, 'pmip', method)?.data);
  const octets = box.departures.map((departure) => ('octets' in departure ? spelled(departure.octets) : departure));
  const state = box.state === undefined ? '' : spelled(box.state);
  return JSON.stringify([box.log, onTheBus, octets, state, box.world.carried.map((each) => spelled(each.octets))]);
}

function spelled(octets: Uint8Array): string {
  return `${utf8Text(octets)} ${formatHex(octets)}`;
}

test('no key or secret is told, whatever happens', () => {
  const world = new World();
  const [home, away] = [world.addBox(1), world.addBox(2)];
  for (const box of [home, away]) {
    box.addBss('phy0-ap0');
    box.start(CONFIGURATION);
  }
  world.wait(1000);
  const phones = ['10.1.0.77', '10.1.0.78', '10.2.0.79'].map((address, index) => {
    return new Station(`02:00:00:00:02:0${index}`, address);
  });
  for (const box of [away, home, away]) {
    for (const phone of phones) {
      phone.associate(box, 'phy0-ap0');
      phone.askFor(ip('10.1.0.1'));
    }
    world.wait(3000);
    for (const departure of box.departures) {
      if (departure.kind !== 'radiusSend') continue;
      const attributes = [
        ciscoAvPair(`mobileip:spi#0=spi 100 key ascii ${FETCHED_KEY}`),
        ciscoAvPair(`mobileip:spi#1=spi 1 key ascii ${WRONG_KEY}`),
      ];
      const octets = radiusAnswer(departure.octets, { secret: utf8Octets(RADIUS_SECRET), attributes });
      box.arrive({ kind: 'radiusReceived', octets, sourceAddress: departure.address, sourcePort: departure.port });
    }
    world.wait(3000);
  }
  away.reload(CONFIGURATION.replaceAll(RADIUS_SECRET, WRONG_KEY));
  world.wait(60_000);
  for (const box of [home, away]) {
    const text = told(box);
    // It has lived: wrong sections were told, keys fetched and used.
    expect(['exactly 32 hexadecimal digits', 'overlaps'].every((words) => text.includes(words))).toBe(true);
    for (const secret of SECRETS) {
      const octets = utf8Octets(secret);
      for (const form of [secret, formatHex(octets), octets.join(','), JSON.stringify({ ...octets }).slice(1, -1)]) {
        expect(text.toLowerCase().includes(form.toLowerCase()), `${box.name} tells ${form}`).toBe(false);
      }
    }
    expect(text.toLowerCase().includes(HEX_KEY), `${box.name} tells ${HEX_KEY}`).toBe(false);
  }
  expect(told(away).includes('10.1.0.77 is registered')).toBe(true);
  expect(told(home).includes('the key of 10.2.0.79 came from the RADIUS server')).toBe(true);
});

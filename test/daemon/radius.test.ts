// RADIUS through whole daemons: the keys are nowhere but on a server, which the test plays.

import { describe, expect, test } from 'vitest';
import { formatIpv4, type Ipv4Address, parseIpv4 } from '../../src/octets/address.ts';
import { utf8Octets, utf8Text } from '../../src/octets/octets.ts';
import type { Departure } from '../../src/runtime/runtime.ts';
import { decodeRadiusMessage, RADIUS_ATTRIBUTE } from '../../src/wire/radius.ts';
import { ip } from '../addresses.ts';
import { type AnswerFields, ciscoAvPair, radiusAnswer } from '../wire/radius-answers.ts';
import { callOverBus } from './bus.ts';
import { type Box, Station, usualConfiguration, World } from './two-boxes.ts';

const SECRET = 'of the server';
const SERVER = ip('10.255.9.9');
const PHONE = ip('10.1.0.77');
const KEY = [ciscoAvPair('mobileip:spi#0=spi 100 key ascii 0987654 algorithm hmac-md5')];
const RADIUS = `config radius\n\toption server '${formatIpv4(SERVER)}'\n\toption secret '${SECRET}'\n`;
const WITHOUT_KEYS = usualConfiguration([1, 2]).replaceAll(/config secure_node\n(\t.*\n)*/g, '');

type Sent = Extract<Departure, { readonly kind: 'radiusSend' }>;

class Scene {
  readonly world = new World();
  readonly home: Box;
  readonly away: Box;
  readonly phone = new Station('02:00:00:00:02:00', '10.1.0.77');

  constructor(configuration = WITHOUT_KEYS + RADIUS) {
    this.home = this.world.addBox(1);
    this.away = this.world.addBox(2);
    for (const box of [this.home, this.away]) {
      box.addBss('phy0-ap0');
      box.start(configuration);
    }
    this.world.wait(1000);
  }

  arrive(box: Box): void {
    this.phone.associate(box, 'phy0-ap0');
    this.phone.askFor(ip('10.1.0.1'));
    this.world.wait(100);
  }

  /** The questions that are not answered yet; those repeated, once. */
  questions(box: Box): Sent[] {
    const sent = box.departures.filter((departure): departure is Sent => departure.kind === 'radiusSend');
    return [...new Map(sent.map((each) => [each.octets[1], each])).values()];
  }

  answer(box: Box, fields: Partial<AnswerFields> = {}): Ipv4Address[] {
    const questions = this.questions(box);
    box.departures.splice(0);
    for (const { octets, address, port } of questions) {
      const answer = radiusAnswer(octets, { secret: utf8Octets(SECRET), ...fields });
      box.arrive({ kind: 'radiusReceived', octets: answer, sourceAddress: address, sourcePort: port });
    }
    this.world.wait(100);
    return questions.map(({ octets }) => userOf(octets));
  }

  status(box: Box): Readonly<Record<string, unknown>> {
    return callOverBus(box.bus, 'pmip', 'status')?.data ?? {};
  }

  stationOn(box: Box): unknown {
    const { stations } = callOverBus(box.bus, 'pmip', 'stations')?.data ?? {};
    return (stations as readonly unknown[])[0];
  }

  isBound(): boolean {
    return this.home.kernel.state().includes('proxy 10.1.0.77 dev br-lan');
  }
}

function userOf(octets: Uint8Array): Ipv4Address {
  const { attributes } = decodeRadiusMessage(octets);
  const name = attributes.find(({ type }) => type === RADIUS_ATTRIBUTE.userName)?.data ?? new Uint8Array(0);
  return parseIpv4(utf8Text(name)) ?? ip('0.0.0.0');
}

describe('a visitor whose key only a RADIUS server has', () => {
  test('waits for it at the access point, then its request waits at the home agent, and then it is registered', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    expect(scene.stationOn(scene.away)).toMatchObject({ mobility: 'notProxied', reason: 'securityAssociationAwaited' });
    expect(scene.world.carried).toEqual([]);
    expect(scene.answer(scene.away, { attributes: KEY })).toEqual([PHONE]);
    expect(scene.world.carried).toHaveLength(1);
    expect(scene.stationOn(scene.away)).toMatchObject({ mobility: 'away', registration: 'waiting' });
    expect(scene.isBound()).toBe(false);
    expect(scene.answer(scene.home, { attributes: KEY })).toEqual([PHONE]);
    expect(scene.world.carried).toHaveLength(2);
    expect(scene.stationOn(scene.away)).toMatchObject({ mobility: 'away', registration: 'registered' });
    expect(scene.isBound()).toBe(true);
    expect(scene.status(scene.away).radius).toEqual([{ server: '10.255.9.9', state: 'answers' }]);
    expect(scene.away.linesOf('info')).toContain('the key of 10.1.0.77 came from the RADIUS server');
  });

  test('is deregistered at home with the same key, and nobody is asked twice', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    scene.answer(scene.away, { attributes: KEY });
    scene.answer(scene.home, { attributes: KEY });
    scene.arrive(scene.home);
    expect(scene.isBound()).toBe(false);
    expect([scene.questions(scene.home), scene.questions(scene.away)]).toEqual([[], []]);
  });

  test('is left alone when the server has none', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    scene.answer(scene.away, { code: 3 });
    expect(scene.stationOn(scene.away)).toMatchObject({ mobility: 'notProxied', reason: 'noSecurityAssociation' });
    expect(scene.away.linesOf('notice')).toContain('the RADIUS server has no key for 10.1.0.77');
    // Asked again when the refusal is old, which is no news if it is the same.
    const lines = scene.away.log.length;
    scene.world.wait(301_000);
    expect(scene.answer(scene.away, { code: 3 })).toEqual([PHONE]);
    expect(scene.away.log.length).toBe(lines);
    scene.world.wait(301_000);
    scene.answer(scene.away, { attributes: KEY });
    expect(scene.stationOn(scene.away)).toMatchObject({ mobility: 'away' });
  });

  test('that the server takes away is served no more', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    scene.answer(scene.away, { attributes: KEY });
    scene.answer(scene.home, { attributes: KEY });
    for (let minutes = 0; minutes < 80 && scene.questions(scene.away).length === 0; minutes++) {
      scene.world.wait(60_000);
      scene.phone.answerArp();
    }
    scene.answer(scene.away, { code: 3 });
    expect(scene.stationOn(scene.away)).toMatchObject({ mobility: 'notProxied', reason: 'noSecurityAssociation' });
    expect(scene.isBound()).toBe(false);
  });
});

test('a key of the configuration wins: no server is asked', () => {
  const scene = new Scene(usualConfiguration([1, 2]) + RADIUS);
  scene.arrive(scene.away);
  expect(scene.isBound()).toBe(true);
  expect([scene.questions(scene.home), scene.questions(scene.away)]).toEqual([[], []]);
  expect(scene.status(scene.away).radius).toEqual([{ server: '10.255.9.9', state: 'unasked' }]);
});

describe('a server', () => {
  test('that is silent is named with what to do, stations wait, and go on when it is there again', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    scene.world.wait(10_000);
    expect(scene.status(scene.away)).toMatchObject({
      radius: [{ server: '10.255.9.9', state: 'silent' }],
      problems: [expect.stringMatching(/^RADIUS server 10.255.9.9 port 1812 does not answer: is it running/)],
    });
    expect(scene.stationOn(scene.away)).toMatchObject({ reason: 'securityAssociationAwaited' });
    scene.away.departures.splice(0);
    scene.world.wait(35_000);
    scene.answer(scene.away, { attributes: KEY });
    expect(scene.status(scene.away)).toMatchObject({ radius: [{ state: 'answers' }], problems: [] });
    expect(scene.away.linesOf('notice')).toContain('RADIUS server 10.255.9.9 port 1812 answers');
    expect(scene.stationOn(scene.away)).toMatchObject({ mobility: 'away' });
  });

  test('that is not there, or has another secret, is told as such', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    scene.away.arrive({ kind: 'radiusUnreachable', address: SERVER, port: 1812 });
    expect(scene.status(scene.away)).toMatchObject({
      problems: [expect.stringMatching(/nothing listens on its port/)],
    });
    scene.arrive(scene.home);
    scene.answer(scene.home, { secret: utf8Octets('another') });
    scene.world.wait(10_000);
    expect(scene.status(scene.home)).toMatchObject({
      radius: [{ state: 'wrongSecret' }],
      problems: [expect.stringMatching(/has another secret .* 'option secret'/)],
    });
    expect(callOverBus(scene.home.bus, 'pmip', 'counters')?.data).toMatchObject({
      'radiusDiscarded.badAuthenticator': 1,
    });
  });

  test('that sends nonsense is counted, and believed nothing', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    scene.away.arrive({ kind: 'radiusReceived', octets: new Uint8Array(19), sourceAddress: SERVER, sourcePort: 1812 });
    expect(callOverBus(scene.away.bus, 'pmip', 'counters')?.data).toMatchObject({ 'malformed.radius': 1 });
  });

  test('is asked no more when the configuration names none, and its problem is over', () => {
    const scene = new Scene();
    scene.arrive(scene.away);
    scene.world.wait(10_000);
    scene.away.departures.splice(0);
    scene.away.reload(WITHOUT_KEYS);
    scene.world.wait(100);
    expect(scene.away.departures).toContainEqual({ kind: 'radiusClose' });
    expect(scene.status(scene.away)).toMatchObject({ radius: [], problems: [] });
    expect(scene.stationOn(scene.away)).toMatchObject({ reason: 'noSecurityAssociation' });
    scene.away.reload(WITHOUT_KEYS + RADIUS);
    scene.world.wait(100);
    expect(scene.away.departures).toContainEqual({ kind: 'radiusOpen' });
    expect(scene.stationOn(scene.away)).toMatchObject({ reason: 'securityAssociationAwaited' });
  });
});

test('questions for addresses of nobody do not reach a server', () => {
  const scene = new Scene();
  const stranger = new Station('02:00:00:00:02:01', '172.16.0.5');
  stranger.associate(scene.away, 'phy0-ap0');
  stranger.askFor(ip('172.16.0.1'));
  scene.world.wait(100);
  expect(scene.stationOn(scene.away)).toMatchObject({ reason: 'noHomeAgent' });
  expect(scene.questions(scene.away)).toEqual([]);
});

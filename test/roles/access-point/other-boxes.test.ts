// Topology T2 as a story: the access point only bridges; agents are routers on the link, known by what they advertise. All
// advertisements and requests go through their encoders and decoders; the transcript is what is compared.

import { describe, expect, test } from 'vitest';
import { formatIpv4, formatMac } from '../../../src/octets/address.ts';
import { internetChecksum, join, viewOf } from '../../../src/octets/octets.ts';
import type { AccessPointEffect } from '../../../src/roles/access-point/access-point.ts';
import { decodeAgentDiscoveryMessage } from '../../../src/wire/agent-advertisement.ts';
import { ip } from '../../addresses.ts';
import { hex } from '../../hex.ts';
import { reply } from '../messages.ts';
import {
  AGENT,
  AWAY,
  arpIn,
  arpRequest,
  elsewhere,
  LOCAL,
  OTHER,
  OTHER_AGENT,
  requestIn,
  requestsIn,
  Scene,
} from './scene.ts';

/** What goes out, and what is said about agents; ARP and the other reports are told elsewhere. */
function told(effects: readonly AccessPointEffect[]): string[] {
  return effects.flatMap((effect) => {
    switch (effect.kind) {
      case 'solicitationSent':
        return [`solicits on ${effect.bridge}`];
      case 'agentFrameSent':
        return requestsIn([effect]).map((request) => {
          const flags = `${request.greEncapsulation ? 'G' : ''}${request.reverseTunneling ? 'T' : ''}`;
          const what = `${formatIpv4(request.homeAddress)} at ${formatIpv4(request.careOfAddress)}`;
          return `-> ${formatIpv4(request.frame.ipv4.destination)}: ${what}, ${request.lifetimeSeconds} s ${flags}`.trim();
        });
      case 'interceptionWanted':
        return [`frames of ${formatIpv4(effect.homeAddress)} go to ${formatMac(effect.agentMac)}`];
      case 'interceptionUnwanted':
        return [`frames of ${formatIpv4(effect.homeAddress)} go their own way`];
      case 'replyInterceptionWanted':
        return ['replies are kept from the station'];
      case 'replyInterceptionUnwanted':
        return ['replies are kept from the station no more'];
      case 'stationFrameSent':
        return arpIn([effect]).flatMap((arp) => /who has [\d.]+/.exec(arp) ?? []);
      case 'report':
        if (effect.report.kind === 'agentFound') return [`found ${formatIpv4(effect.report.address)}`];
        if (effect.report.kind === 'agentLost') return [`lost ${formatIpv4(effect.report.address)}`];
        if (effect.report.kind === 'agentRebooted') return [`started anew: ${formatIpv4(effect.report.address)}`];
        if (effect.report.kind === 'noAgentAnswers') return ['nobody answers'];
        if (effect.report.kind === 'registrationDenied') return [`denied: ${effect.report.code}`];
        if (effect.report.kind === 'stationNotProxied') return [`not proxied: ${effect.report.reason}`];
        return [];
      default:
        return [];
    }
  });
}

const OTHERS = { careOfAddresses: [ip('192.0.2.253')] };

/** All that happens by itself until then. */
function until(scene: Scene, ms: number): string[] {
  const lines: string[] = [];
  for (let next = scene.nextDeadline(); next !== undefined && next <= ms; next = scene.nextDeadline()) {
    lines.push(...told(scene.deadline(next)).map((line) => `${next / 1000} s ${line}`));
  }
  return lines;
}

/** A visitor that is registered with AGENT since 100 ms. */
function visited(changes = {}): Scene {
  const scene = new Scene({ ...elsewhere, ...changes });
  scene.deadline(0);
  scene.advertise(50);
  scene.registered(100, AWAY);
  return scene;
}

test('an agent is solicited, found, used, and a visitor that comes home is deregistered at the home agent found', () => {
  const scene = new Scene(elsewhere);
  expect(until(scene, 900)).toEqual(['0 s solicits on br-lan']);
  expect(told(scene.arrive(950, AWAY))).toEqual(['not proxied: noForeignAgent']);

  const sent = [...scene.advertise(960, { homeAgent: true }), ...scene.speak(965, AWAY)];
  expect(told(sent)).toEqual([
    'found 10.2.0.254',
    'who has 10.1.0.77',
    'replies are kept from the station',
    '-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 600 s T',
  ]);
  expect(requestIn(sent).frame).toMatchObject({ over: 'br-lan', isLocal: false, destination: AGENT.mac });
  expect(told(scene.answer(970, sent))).toEqual(['frames of 10.1.0.77 go to 02:00:00:00:0a:01']);
  expect(until(scene, 20_000)).toEqual([]);

  const home = scene.hear(20_000, arpRequest({ address: LOCAL }));
  expect(told(home)).toEqual([
    'frames of 10.1.0.77 go their own way',
    '-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 0 s T',
    '-> 10.2.0.254: 10.2.0.77 at 10.2.0.77, 0 s',
  ]);
  const [farewell, arrival] = requestsIn(home);
  const accepted = (request = arrival) => {
    if (request === undefined) throw new Error('no request');
    const { homeAddress, homeAgent, identification } = request;
    return reply({ homeAddress, homeAgent, identification, lifetimeSeconds: 0 });
  };
  expect(told(scene.hearReply(20_010, accepted(farewell), AGENT.address))).toEqual([]);
  expect(told(scene.hearReply(20_020, accepted(arrival), AGENT.address))).toEqual([
    'replies are kept from the station no more',
  ]);
});

test('where nobody answers, it is said once, and asked ever more seldom', () => {
  const lines = until(new Scene(elsewhere), 20_000);
  expect(lines.filter((line) => line.endsWith('nobody answers'))).toHaveLength(1);
  expect(lines.slice(0, 5)).toEqual([
    '0 s solicits on br-lan',
    '1 s solicits on br-lan',
    '2 s solicits on br-lan',
    '3.75 s nobody answers',
    '3.75 s solicits on br-lan',
  ]);
});

describe('a visitor', () => {
  test('of an agent that falls silent is registered with the next one, if it is still here', () => {
    const scene = visited();
    scene.advertise(20_000, OTHERS, OTHER_AGENT);
    expect(told(scene.deadline(30_050))).toEqual(['lost 10.2.0.254', 'who has 10.1.0.77']);
    const sent = scene.speak(30_060, AWAY);
    expect(told(sent)).toEqual(['-> 10.2.0.253: 10.1.0.77 at 192.0.2.253, 600 s T']);
    expect(told(scene.answer(30_070, sent))).toEqual(['frames of 10.1.0.77 go to 02:00:00:00:0a:02']);
  });

  test('of an agent that falls silent is forgotten, and not fetched back, if it has gone', () => {
    const scene = visited();
    scene.advertise(28_000, OTHERS, OTHER_AGENT);
    scene.deadline(30_050);
    expect(until(scene, 35_050)).toEqual([
      ...[31.05, 32.05, 33.05, 34.05].map((second) => `${second} s who has 10.1.0.77`),
      '35.05 s frames of 10.1.0.77 go their own way',
      '35.05 s replies are kept from the station no more',
    ]);
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test('of the only agent stays with it when it falls silent, and is registered again when any is found', () => {
    const scene = visited();
    expect(told(scene.deadline(30_050))).toEqual(['lost 10.2.0.254', 'solicits on br-lan']);
    expect(told(scene.advertise(30_100, OTHERS, OTHER_AGENT))).toEqual(['found 10.2.0.253', 'who has 10.1.0.77']);
    expect(told(scene.speak(30_110, AWAY))).toEqual(['-> 10.2.0.253: 10.1.0.77 at 192.0.2.253, 600 s T']);

    const same = visited();
    same.deadline(30_050);
    expect(told(same.advertise(30_100, { sequenceNumber: 1001 }))).toEqual(['found 10.2.0.254', 'who has 10.1.0.77']);
    expect(told(same.speak(30_110, AWAY))).toEqual(['-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 600 s T']);
  });

  test('of an agent that says that it ends moves on at once', () => {
    const scene = visited();
    scene.advertise(1000, OTHERS, OTHER_AGENT);
    expect(told(scene.advertise(2000, { lifetimeSeconds: 0 }))).toEqual(['lost 10.2.0.254', 'who has 10.1.0.77']);
    expect(told(scene.speak(2010, AWAY))).toEqual(['-> 10.2.0.253: 10.1.0.77 at 192.0.2.253, 600 s T']);
  });

  test('whose first request is under way when its agent is lost is registered with the next one without a question', () => {
    const scene = new Scene(elsewhere);
    scene.advertise(0);
    scene.advertise(10_000, OTHERS, OTHER_AGENT);
    scene.advertise(10_000, { busy: true, sequenceNumber: 1001 });
    expect(told(scene.arrive(29_900, AWAY)).at(-1)).toBe('-> 10.2.0.253: 10.1.0.77 at 192.0.2.253, 600 s T');
    scene.advertise(29_950, { sequenceNumber: 1002 });
    expect(told(scene.advertise(30_000, { lifetimeSeconds: 0 }, OTHER_AGENT))).toEqual([
      'lost 10.2.0.253',
      '-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 600 s T',
    ]);
  });

  test('is not moved because another agent shows itself, though it be better', () => {
    const scene = visited();
    expect(told(scene.advertise(1000, { ...OTHERS, registrationLifetimeSeconds: 36_000 }, OTHER_AGENT))).toEqual([
      'found 10.2.0.253',
    ]);
    expect(told(scene.advertise(2000, { sequenceNumber: 1001, busy: true }))).toEqual([]);
  });

  test('is registered anew when its care-of address is advertised no more', () => {
    const scene = visited();
    const careOfAddresses = [ip('192.0.2.199')];
    expect(told(scene.advertise(1000, { sequenceNumber: 1001, careOfAddresses }))).toEqual(['who has 10.1.0.77']);
    expect(told(scene.speak(1010, AWAY))).toEqual(['-> 10.2.0.254: 10.1.0.77 at 192.0.2.199, 600 s T']);
  });

  test('that goes away is not deregistered: it may be at the next access point, with the same agent', () => {
    const scene = visited();
    scene.detach(1000);
    expect(told(scene.deadline(3000))).toEqual([
      'frames of 10.1.0.77 go their own way',
      'replies are kept from the station no more',
    ]);
    expect(scene.stations()).toEqual([]);
  });

  test('is deregistered when proxying is paused, and nothing of it remains', () => {
    const scene = visited();
    const sent = scene.configure(1000, { ...elsewhere, bridges: new Map() });
    expect(told(sent)).toEqual([
      'frames of 10.1.0.77 go their own way',
      '-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 0 s T',
    ]);
    const again = scene.deadline(2000);
    expect(told(again)).toEqual(['-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 0 s T']);
    expect(requestIn(again).frame.over).toBe('br-lan');
    expect(told(scene.answer(2010, again))).toEqual(['replies are kept from the station no more']);
    expect(scene.stations()).toEqual([]);
    expect(scene.nextDeadline()).toBeUndefined();
  });
});

describe('an agent that has started anew', () => {
  test('gets all its visitors again that are still here, one by one', () => {
    const scene = visited();
    scene.registered(200, ip('10.1.0.78'), OTHER);
    expect(told(scene.advertise(5000, { sequenceNumber: 0 }))).toEqual([
      'started anew: 10.2.0.254',
      'who has 10.1.0.77',
    ]);
    expect(told(scene.speak(5005, AWAY))).toEqual(['-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 600 s T']);
    expect(until(scene, 5100)).toEqual(['5.02 s who has 10.1.0.78']);
    expect(told(scene.advertise(6000, { sequenceNumber: 1 }))).toEqual([]);
  });

  test('is not asked more than once a second on average, however often it says so', () => {
    const scene = visited();
    let requests = 0;
    for (let ms = 1000; ms < 61_000; ms += 50) {
      const effects = [
        ...scene.advertise(ms, { sequenceNumber: (ms / 50) % 2 }),
        ...scene.deadline(ms),
        ...scene.speak(ms, AWAY),
      ];
      for (const request of requestsIn(effects)) {
        requests++;
        const { identification } = request;
        scene.hearReply(ms + 10, reply({ identification }), AGENT.address);
      }
    }
    expect(requests).toBeLessThanOrEqual(64);
    expect(requests).toBeGreaterThan(30);
  });

  test('and has no room for the visitors it had loses them to another agent', () => {
    const scene = visited();
    scene.advertise(1000, OTHERS, OTHER_AGENT);
    scene.advertise(5000, { sequenceNumber: 0, busy: true });
    expect(told(scene.speak(5010, AWAY))).toEqual(['-> 10.2.0.253: 10.1.0.77 at 192.0.2.253, 600 s T']);
  });

  test('for one visitor alone says so to its address: only that one is registered again', () => {
    const scene = visited();
    scene.registered(200, ip('10.1.0.78'), OTHER);
    expect(told(scene.advertise(5000, { sequenceNumber: 0 }, AGENT, AWAY))).toEqual([
      'frames of 10.1.0.77 go their own way',
      'who has 10.1.0.77',
    ]);
    expect(told(scene.speak(5010, AWAY))).toEqual(['-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 600 s T']);
    expect(until(scene, 5500)).toEqual([]);
    expect(told(scene.advertise(5600, { sequenceNumber: 1001 }))).toEqual([]);
    expect(told(scene.advertise(5700, { ...OTHERS, sequenceNumber: 0 }, OTHER_AGENT, AWAY))).toEqual([
      'found 10.2.0.253',
    ]);
  });

  test('for one visitor alone, because that has gone to another access point, does not get it back', () => {
    const scene = visited();
    scene.advertise(5000, { sequenceNumber: 0 }, AGENT, AWAY);
    const lines = until(scene, 25_000);
    expect(lines.filter((line) => line.includes('->'))).toEqual([]);
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test('and is too busy for one visitor sends it to another agent', () => {
    const scene = visited();
    scene.advertise(1000, OTHERS, OTHER_AGENT);
    scene.advertise(5000, { sequenceNumber: 0, busy: true }, AGENT, AWAY);
    expect(told(scene.speak(5010, AWAY))).toEqual(['-> 10.2.0.253: 10.1.0.77 at 192.0.2.253, 600 s T']);
  });
});

describe('of two agents', () => {
  test.each([
    ['the one that is not busy', { busy: true }, {}],
    ['the one with a reverse tunnel', { reverseTunneling: false }, {}],
    ['the one with gre where that is asked for', { greEncapsulation: false }, { encapsulation: 'gre' as const }],
    ['the one with longer lifetimes', { registrationLifetimeSeconds: 120 }, {}],
  ])('%s is taken', (_what, lesser, changes) => {
    const scene = new Scene({ ...elsewhere, ...changes });
    scene.advertise(0, { ...OTHERS, ...lesser }, OTHER_AGENT);
    scene.advertise(0);
    expect(requestIn(scene.arrive(100, AWAY)).frame.ipv4.destination).toBe(AGENT.address);
  });

  test('the other one is asked when the first has no room, and the first not again for a minute', () => {
    const scene = new Scene(elsewhere);
    scene.advertise(0, {});
    scene.advertise(0, OTHERS, OTHER_AGENT);
    const first = scene.arrive(100, AWAY);
    expect(told(first).at(-1)).toBe('-> 10.2.0.253: 10.1.0.77 at 192.0.2.253, 600 s T');
    const { identification } = requestIn(first);
    const denial = reply({ code: 66, lifetimeSeconds: 0, identification }, { signedWith: 'none' });
    const second = scene.hearReply(110, denial, OTHER_AGENT.address);
    expect(told(second)).toEqual(['denied: 66', '-> 10.2.0.254: 10.1.0.77 at 192.0.2.254, 600 s T']);
    const third = scene.answer(120, second, { code: 66, lifetimeSeconds: 0 });
    expect(told(third)).toEqual(['denied: 66', 'frames of 10.1.0.77 go their own way']);
    expect(requestIn(scene.confirm(60_120)).frame.ipv4.destination).toBe(AGENT.address);
  });

  test('the other one is asked when the first says nothing at all', () => {
    const scene = new Scene(elsewhere);
    scene.advertise(0, { lifetimeSeconds: 1800 });
    scene.advertise(0, { ...OTHERS, lifetimeSeconds: 1800 }, OTHER_AGENT);
    scene.arrive(0, AWAY);
    const asked: string[] = [];
    for (let next = scene.nextDeadline(); next !== undefined && next <= 10_000; next = scene.nextDeadline()) {
      const { ipv4 } = requestIn(scene.confirm(next)).frame;
      asked.push(`${next / 1000} s -> ${formatIpv4(ipv4.destination)}`);
    }
    expect(asked).toEqual([
      '1 s -> 10.2.0.253',
      '3 s -> 10.2.0.253',
      '7 s -> 10.2.0.254',
      '8 s -> 10.2.0.254',
      '10 s -> 10.2.0.254',
    ]);
  });
});

describe("another vendor's router", () => {
  const checksummed = (octets: Uint8Array) => {
    viewOf(octets).setUint16(2, internetChecksum(octets));
    return octets;
  };

  test('with code 16, no router address, several care-of addresses, no prefix lengths and extensions unknown to us serves', () => {
    const message = decodeAgentDiscoveryMessage(
      checksummed(
        join([
          hex('09 10 0000 00 02 001e'),
          hex('10 12 01f4 0258 1500 00000000 c0000264 c0000265'),
          hex('c8 03 010203 00'),
        ]),
      ),
    );
    if (message.kind !== 'agentAdvertisement') throw new Error(message.kind);
    const scene = new Scene(elsewhere);
    expect(told(scene.hearAdvertisement(0, message))).toEqual(['found 10.2.0.254']);
    expect(told(scene.arrive(100, AWAY)).at(-1)).toBe('-> 10.2.0.254: 10.1.0.77 at 192.0.2.100, 600 s T');
  });

  test('that is no agent is none (as FRR advertises)', () => {
    const message = decodeAgentDiscoveryMessage(checksummed(hex('09 00 0000 01 02 0009 0a0200fe 00000064')));
    if (message.kind !== 'routerAdvertisement') throw new Error(message.kind);
    const scene = new Scene(elsewhere);
    expect(scene.hearAdvertisement(0, message)).toEqual([]);
    expect(told(scene.deadline(0))).toEqual(['solicits on br-lan']);
  });
});

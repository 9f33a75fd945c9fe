// What happens to a visitor in the course of time: ARP, repetition, clocks, renewal, and new configurations.

import { describe, expect, test } from 'vitest';
import type { AccessPointEffect } from '../../../src/roles/access-point/effects.ts';
import { SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import { identificationAt, lowBits } from '../../../src/wire/identification.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { association, kindsOf, only, reply, reportsOf } from '../messages.ts';
import { EPOCH_UNIX_MS } from '../moments.ts';
import {
  AWAY,
  arpIn,
  arpRequest,
  BRIDGE_MAC,
  bridge,
  filtersIn,
  HOME_AGENT,
  LOCAL,
  mapRow,
  OTHER,
  requestIn,
  requestsIn,
  Scene,
  STATION,
  withBridge,
  withoutReports,
} from './scene.ts';

const visited = (changes = {}) => {
  const scene = new Scene(changes);
  scene.registered(0, AWAY);
  return scene;
};

describe('ARP of a visitor', () => {
  test('for its gateway and for any other of its home network is answered with the MAC address of the home gateway', () => {
    const scene = visited();
    for (const target of ['10.1.0.1', '10.1.0.200']) {
      expect(arpIn(scene.hear(100, arpRequest({ address: AWAY, target: ip(target) })))).toEqual([
        `wlan0 02:11:22:33:44:55 <- ${target} is at 02:00:00:00:01:01`,
      ]);
    }
  });

  test('is answered with our own MAC address where that of the home gateway is not known', () => {
    const scene = visited({ subnetMap: new SubnetMap([{ ...mapRow, gatewayMac: undefined }]) });
    expect(arpIn(scene.hear(100, arpRequest({ address: AWAY })))).toEqual([
      'wlan0 02:11:22:33:44:55 <- 10.1.0.1 is at 02:00:00:00:02:01',
    ]);
  });

  test.each([
    ['for its own address', arpRequest({ address: AWAY, target: AWAY })],
    ['from 0.0.0.0, to see whether an address is free', arpRequest({ address: ip('0.0.0.0'), target: AWAY })],
    ['from 0.0.0.0 for its gateway', arpRequest({ address: ip('0.0.0.0') })],
    ['for an address outside of its home network', arpRequest({ address: AWAY, target: ip('10.2.0.1') })],
    ['that is a reply', arpRequest({ address: AWAY, operation: 'reply' })],
  ])('%s is not answered', (_what, frame) => {
    expect(visited().hear(100, frame)).toEqual([]);
  });

  test('from another address is not answered either', () => {
    expect(arpIn(visited().hear(100, arpRequest({ address: ip('10.1.0.78') })))).toEqual([]);
  });

  test('is answered from the first request on: it is the one that told its address', () => {
    const effects = new Scene().arrive(0, AWAY);
    expect(arpIn(effects)).toEqual(['wlan0 02:11:22:33:44:55 <- 10.1.0.1 is at 02:00:00:00:01:01']);
  });
});

describe('a registration without an answer', () => {
  test('is repeated after 1, 2, 4 ... 32 seconds, each time with a later identification, and reported once', () => {
    const scene = new Scene();
    const identifications = [requestIn(scene.arrive(0, AWAY)).identification];
    const sentAt: number[] = [];
    const reported: number[] = [];
    while (sentAt.length < 8) {
      const next = scene.nextDeadline() ?? 0;
      const effects = scene.confirm(next);
      identifications.push(requestIn(effects).identification);
      sentAt.push(next / 1000);
      if (kindsOf(effects).includes('registrationUnanswered')) reported.push(next / 1000);
    }
    expect(sentAt).toEqual([1, 3, 7, 15, 31, 63, 95, 127]);
    expect(reported).toEqual([7]);
    expect(identifications).toEqual([...identifications].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(identifications).size).toBe(identifications.length);
  });

  test('is not repeated for a station that has gone without a word', () => {
    const scene = new Scene();
    scene.arrive(0, AWAY);
    const all: AccessPointEffect[] = [];
    for (let ms = 1000; ms < 100_000; ms += 1000) all.push(...scene.deadline(ms));
    expect(requestsIn(all)).toEqual([]);
    expect(arpIn(all)).toHaveLength(8);
  });

  test('is repeated once, however much the station says', () => {
    const scene = new Scene();
    scene.arrive(0, AWAY);
    expect(requestsIn(scene.speak(500, AWAY))).toEqual([]);
    expect(requestsIn(scene.confirm(1000))).toHaveLength(1);
    expect(requestsIn(scene.speak(1001, AWAY))).toEqual([]);
  });

  test('is not sent again by waking too early', () => {
    const scene = new Scene();
    scene.arrive(0, AWAY);
    expect(scene.deadline(999)).toEqual([]);
    expect(scene.nextDeadline()).toBe(1000);
  });

  test('goes on as before when the foreign agent says that the home agent is silent (78)', () => {
    const scene = new Scene();
    scene.arrive(0, AWAY);
    scene.confirm(1000);
    scene.confirm(3000);
    const last = scene.confirm(7000);
    const { identification } = requestIn(last);
    const denial = reply({ code: 78, lifetimeSeconds: 0, identification }, { signedWith: 'none' });
    expect(kindsOf(scene.hearReply(14_000, denial))).toEqual(['registrationUnanswered']);
    expect(scene.nextDeadline()).toBe(15_000);
  });
});

describe('a reply', () => {
  const waiting = () => {
    const scene = new Scene();
    return { scene, sent: scene.arrive(0, AWAY) };
  };
  const receive = (scene: Scene, message: ReturnType<typeof reply>) => scene.hearReply(10, message);

  test.each([
    ['with a wrong authenticator', 'badAuthenticator', { ...association, key: new Uint8Array(16) }],
    ['with another SPI', 'noMobilitySecurityAssociation', { ...association, spi: 0x999 }],
    ['that nobody has signed', 'missingSecurityExtension', 'none'],
  ] as const)('%s accepts nothing, and the right one still counts', (_what, reason, signedWith) => {
    const { scene, sent } = waiting();
    const { identification } = requestIn(sent);
    const effects = receive(scene, reply({ identification }, { signedWith }));
    expect(effects).toEqual([{ kind: 'report', report: { kind: 'replyDiscarded', homeAddress: AWAY, reason } }]);
    expect(kindsOf(scene.answer(20, sent))).toEqual(['registrationAccepted', 'interceptionWanted']);
  });

  test('of a home agent that denies must be signed; of a foreign agent it cannot be', () => {
    const { scene, sent } = waiting();
    const { identification } = requestIn(sent);
    const fields = { identification, lifetimeSeconds: 0 };
    for (const code of [128, 133, 136, 200]) {
      const effects = receive(scene, reply({ ...fields, code }, { signedWith: 'none' }));
      expect(reportsOf(effects)[0]).toMatchObject({ reason: 'missingSecurityExtension' });
    }
    expect(kindsOf(receive(scene, reply({ ...fields, code: 66 }, { signedWith: 'none' })))).toEqual([
      'registrationDenied',
      'interceptionUnwanted',
    ]);
  });

  test('to another request is discarded, and so is the same one again', () => {
    const { scene, sent } = waiting();
    const { identification } = requestIn(sent);
    const effects = receive(scene, reply({ identification: identification + 1n }));
    expect(reportsOf(effects)[0]).toMatchObject({ reason: 'noPendingRequest' });
    scene.answer(20, sent);
    expect(kindsOf(scene.answer(21, sent, { code: 133 }))).toEqual(['replyDiscarded']);
  });

  test('with a longer lifetime than asked for counts as the one asked for (RFC 5944 §3.6.2)', () => {
    const { scene, sent } = waiting();
    scene.answer(10, sent, { lifetimeSeconds: 9000 });
    expect(scene.nextDeadline()).toBe(480_000);
  });

  test('with a shorter lifetime is renewed sooner', () => {
    const { scene, sent } = waiting();
    scene.answer(10, sent, { lifetimeSeconds: 100 });
    expect(scene.nextDeadline()).toBe(80_000);
  });

  test('that accepts for no time at all denies: the interception ends', () => {
    const { scene, sent } = waiting();
    expect(kindsOf(scene.answer(10, sent, { lifetimeSeconds: 0 }))).toEqual([
      'registrationDenied',
      'interceptionUnwanted',
    ]);
    expect(scene.nextDeadline()).toBe(60_010);
  });
});

describe('a home agent with another clock (code 133)', () => {
  const theirClock = (ms: number) => identificationAt(EPOCH_UNIX_MS + ms);
  const refusal = (request: { readonly identification: bigint }, ms: number) => ({
    code: 133,
    lifetimeSeconds: 0,
    identification: ((theirClock(ms) >> 32n) << 32n) | lowBits(request.identification),
  });

  test('is asked again at once by its own clock, which is kept for later requests and other stations', () => {
    const scene = new Scene();
    scene.clockErrorMs = -3_600_000;
    const sent = scene.arrive(0, AWAY);
    const effects = scene.answer(10, sent, refusal(requestIn(sent), 10));
    expect(kindsOf(effects)).toEqual(['clockResynchronized', 'registrationSent', 'agentFrameSent']);
    const corrected = requestIn(effects).identification >> 32n;
    expect(Number(corrected - (theirClock(10) >> 32n))).toBeLessThanOrEqual(1);
    expect(kindsOf(scene.answer(20, effects))).toContain('registrationAccepted');
    const other = requestIn(scene.arrive(5000, ip('10.1.0.78'), OTHER)).identification >> 32n;
    expect(Math.abs(Number(other - (theirClock(5000) >> 32n)))).toBeLessThanOrEqual(1);
  });

  test('that refuses again is asked again only after the usual time', () => {
    const scene = new Scene();
    const first = scene.arrive(0, AWAY);
    const second = scene.answer(10, first, refusal(requestIn(first), 60_000));
    const effects = scene.answer(20, second, refusal(requestIn(second), 120_000));
    expect(kindsOf(effects)).toEqual(['clockResynchronized']);
    expect(scene.nextDeadline()).toBe(1010);
    expect(requestIn(scene.confirm(1010)).identification).toBeGreaterThan(theirClock(100_000));
  });

  test('must have signed its refusal, or its clock is not believed', () => {
    const scene = new Scene();
    const sent = scene.arrive(0, AWAY);
    const message = reply(refusal(requestIn(sent), 999_000), {
      signedWith: { ...association, key: new Uint8Array(1) },
    });
    expect(kindsOf(scene.hearReply(10, message))).toEqual(['replyDiscarded']);
    expect(requestIn(scene.confirm(1000)).identification >> 32n).toBe(theirClock(1000) >> 32n);
  });
});

describe('a renewal', () => {
  const PROBE = 'wlan0 02:11:22:33:44:55 <- who has 10.1.0.77, says 0.0.0.0';

  test('asks the station first whether it is still there; its answer renews', () => {
    const scene = visited();
    expect(scene.deadline(479_999)).toEqual([]);
    expect(arpIn(scene.deadline(480_000))).toEqual([PROBE]);
    const effects = scene.hear(480_020, arpRequest({ address: AWAY, operation: 'reply', target: ip('0.0.0.0') }));
    expect(requestIn(effects)).toMatchObject({ lifetimeSeconds: 600, careOfAddress: ip('192.0.2.2') });
    expect(kindsOf(scene.answer(480_030, effects))).toEqual(['registrationAccepted', 'interceptionWanted']);
    expect(scene.nextDeadline()).toBe(480_020 + 480_000);
  });

  test('is sent once, however much the station says', () => {
    const scene = visited();
    scene.deadline(480_000);
    const first = scene.hear(480_020, arpRequest({ address: AWAY }));
    expect(requestsIn(first)).toHaveLength(1);
    expect(requestsIn(scene.hear(480_021, arpRequest({ address: AWAY })))).toEqual([]);
  });

  test('of a station that says nothing to five questions ends: deregistered, and listened to again', () => {
    const scene = visited();
    const asked: number[] = [];
    let effects = scene.deadline(480_000);
    for (let next = 480_000; arpIn(effects).length > 0; effects = scene.deadline(next)) {
      expect(arpIn(effects)).toEqual([PROBE]);
      asked.push(next);
      next = scene.nextDeadline() ?? 0;
    }
    expect(asked).toEqual([480_000, 481_000, 482_000, 483_000, 484_000]);
    expect(reportsOf(effects)[0]).toEqual({ kind: 'stationSilent', mac: STATION, address: AWAY });
    expect(withoutReports(effects)).toEqual([
      'barrierUnwanted',
      'interceptionUnwanted',
      'agentFrameSent',
      'filterWanted',
    ]);
    expect(requestIn(effects)).toMatchObject({ lifetimeSeconds: 0, careOfAddress: ip('192.0.2.2') });
    expect(filtersIn(effects)).toEqual(['wlan0: 02:11:22:33:44:55']);
    scene.answer(485_010, effects);
    expect(scene.stations()).toEqual(['unidentified']);
    expect(requestIn(scene.hear(500_000, arpRequest({ address: AWAY }))).lifetimeSeconds).toBe(600);
  });

  test('comes between 70 and 90 percent of the lifetime, by chance', () => {
    const scene = visited();
    expect(scene.nextDeadline()).toBe(0.8 * 600_000);
  });

  test('that is denied ends the interception', () => {
    const scene = visited();
    scene.deadline(480_000);
    const sent = scene.hear(480_020, arpRequest({ address: AWAY }));
    expect(kindsOf(scene.answer(480_030, sent, { code: 130, lifetimeSeconds: 0 }))).toEqual([
      'registrationDenied',
      'interceptionUnwanted',
    ]);
  });
});

describe('a new configuration', () => {
  test('that is the old one in other words touches nobody', () => {
    const scene = visited();
    scene.registered(100, LOCAL, OTHER);
    const same = {
      bridges: new Map([['br-lan', { ...bridge, prefix: prefix('10.2.0.0/24') }]]),
      associations: new SecurityAssociations([
        { ...association, key: Uint8Array.from(association.key), start: ip('10.0.0.0'), end: ip('10.2.255.255') },
      ]),
      subnetMap: new SubnetMap([{ ...mapRow }]),
    };
    expect(scene.configure(1000, same)).toEqual([]);
    expect(scene.nextDeadline()).toBe(480_000);
  });

  test('with another care-of address registers a visitor anew from there', () => {
    const scene = visited();
    const effects = scene.configureConfirmed(1000, { careOfAddresses: new Map([[HOME_AGENT, ip('192.0.2.9')]]) });
    expect(requestsIn(effects).map(({ careOfAddress, lifetimeSeconds }) => [careOfAddress, lifetimeSeconds])).toEqual([
      [ip('192.0.2.2'), 0],
      [ip('192.0.2.9'), 600],
    ]);
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
  });

  test.each([
    ['another home agent', { subnetMap: new SubnetMap([{ ...mapRow, homeAgent: ip('192.0.2.50') }]) }],
    ['no reverse tunnel', { reverseTunneling: 'never' as const }],
    [
      'another key',
      {
        associations: new SecurityAssociations([
          { ...association, key: new Uint8Array(16), start: ip('10.0.0.0'), end: ip('10.2.255.255') },
        ]),
      },
    ],
    ['another foreign agent', withBridge({ foreignAgent: { mac: OTHER, address: ip('10.2.0.9'), isLocal: false } })],
  ])('with %s registers a visitor anew', (_what, changes) => {
    const scene = visited();
    const careOfAddresses = new Map([HOME_AGENT, ip('192.0.2.50')].map((homeAgent) => [homeAgent, ip('192.0.2.2')]));
    const effects = scene.configureConfirmed(1000, { careOfAddresses, ...changes });
    expect(requestsIn(effects).map(({ lifetimeSeconds }) => lifetimeSeconds > 0)).toEqual([false, true]);
  });

  test('with another foreign agent takes the interception back from the one before', () => {
    const scene = visited();
    const foreignAgent = { mac: OTHER, address: ip('10.2.0.9'), isLocal: false };
    const effects = scene.configureConfirmed(1000, withBridge({ foreignAgent }));
    expect(only(effects, 'interceptionUnwanted')[0]).toMatchObject({ agentMac: BRIDGE_MAC, isLocal: true });
    const [, request] = requestsIn(effects);
    expect(request?.frame.destination).toBe(OTHER);
  });

  test('that says where the home gateway is counts from the next question on, and nothing is registered for it', () => {
    const scene = visited();
    const gatewayMac = mac('02:00:00:00:77:77');
    expect(scene.configure(1000, { subnetMap: new SubnetMap([{ ...mapRow, gatewayMac }]) })).toEqual([]);
    expect(arpIn(scene.hear(1001, arpRequest({ address: AWAY })))).toEqual([
      'wlan0 02:11:22:33:44:55 <- 10.1.0.1 is at 02:00:00:00:77:77',
    ]);
  });

  test('without the home network of a visitor ends its visit; with it again, the visit begins again', () => {
    const scene = visited();
    const gone = scene.configureConfirmed(1000, { subnetMap: new SubnetMap([]) });
    expect(requestIn(gone).lifetimeSeconds).toBe(0);
    expect(reportsOf(gone)).toContainEqual(expect.objectContaining({ reason: 'noHomeAgent' }));
    expect(scene.stations()).toEqual(['10.1.0.77 notProxied']);
    expect(requestIn(scene.configure(2000, {})).lifetimeSeconds).toBe(600);
  });

  test('registers nobody anew who has left without a word', () => {
    const scene = visited();
    const effects = scene.configure(1000, { reverseTunneling: 'never' });
    expect(requestsIn(effects).map(({ lifetimeSeconds }) => lifetimeSeconds)).toEqual([0]);
    expect(arpIn(effects)).toEqual(['wlan0 02:11:22:33:44:55 <- who has 10.1.0.77, says 0.0.0.0']);
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test('with another lifetime renews a visit as soon as the station has shown that it is still here', () => {
    const scene = visited();
    expect(requestsIn(scene.configure(1000, { lifetimeSeconds: 300 }))).toEqual([]);
    const effects = scene.speak(1005, AWAY);
    expect(requestsIn(effects).map(({ lifetimeSeconds }) => lifetimeSeconds)).toEqual([300]);
    expect(only(effects, 'interceptionUnwanted')).toEqual([]);
    scene.answer(1010, effects);
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
  });

  test('with another subnet makes a local a visitor', () => {
    const scene = new Scene();
    scene.registered(0, LOCAL);
    const effects = scene.configure(1000, {
      ...withBridge({ prefix: prefix('10.3.0.0/24'), address: ip('10.3.0.1') }),
      subnetMap: new SubnetMap([{ ...mapRow, network: prefix('10.2.0.0/24') }]),
    });
    expect(requestIn(effects)).toMatchObject({ homeAddress: LOCAL, lifetimeSeconds: 600 });
    expect(scene.stations()).toEqual(['10.2.0.77 away']);
  });

  test('without the bridge lets all its stations go, visitors with a farewell over it', () => {
    const scene = visited();
    scene.attach(100, OTHER);
    const effects = scene.configure(1000, { bridges: new Map() });
    expect(requestIn(effects)).toMatchObject({ lifetimeSeconds: 0, frame: { over: 'br-lan' } });
    expect(only(effects, 'interceptionUnwanted')).toHaveLength(1);
    expect(filtersIn(effects)).toEqual(['wlan0: ']);
    scene.answer(1010, effects);
    expect(scene.stations()).toEqual([]);
    expect(scene.nextDeadline()).toBeUndefined();
  });
});

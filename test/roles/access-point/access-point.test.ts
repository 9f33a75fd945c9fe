import { describe, expect, test } from 'vitest';
import type { Ipv4Address } from '../../../src/octets/address.ts';
import { SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import { lowBits } from '../../../src/wire/identification.ts';
import { ip, mac } from '../../addresses.ts';
import { isSigned, kindsOf, only, reply, reportsOf } from '../messages.ts';
import {
  AWAY,
  arpIn,
  arpRequest,
  BRIDGE_MAC,
  bridge,
  filtersIn,
  HOME_AGENT,
  LOCAL,
  OTHER,
  packet,
  requestIn,
  requestsIn,
  Scene,
  STATION,
  withBridge,
  withoutReports,
} from './scene.ts';

describe('attachment', () => {
  test('a new station is listened to', () => {
    const scene = new Scene();
    const effects = scene.attach(0);
    expect(reportsOf(effects)).toEqual([{ kind: 'stationAttached', mac: STATION, interfaceName: 'wlan0' }]);
    expect(filtersIn(effects)).toEqual(['wlan0: 02:11:22:33:44:55']);
    expect(scene.nextDeadline()).toBeUndefined();
  });

  test('the same station again is no other station', () => {
    const scene = new Scene({ mostStations: 1 });
    scene.attach(0);
    expect(kindsOf(scene.attach(10))).toEqual(['stationAttached']);
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test('a station that leaves is given time to be back, then forgotten and listened to no more', () => {
    const scene = new Scene();
    scene.attach(0);
    const effects = scene.detach(1000);
    expect(effects).toEqual([
      { kind: 'report', report: { kind: 'stationDetached', mac: STATION, interfaceName: 'wlan0' } },
    ]);
    expect(scene.nextDeadline()).toBe(3000);
    expect(scene.deadline(2999)).toEqual([]);
    expect(filtersIn(scene.deadline(3000))).toEqual(['wlan0: ']);
    expect(scene.stations()).toEqual([]);
    expect(scene.nextDeadline()).toBeUndefined();
  });

  test('a visitor that is back in time is registered once more: it may have been at another access point', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    scene.detach(1000);
    const effects = scene.attach(1500);
    expect(kindsOf(effects)).toEqual(['stationAttached', 'registrationSent', 'agentFrameSent']);
    scene.answer(1510, effects);
    expect(scene.deadline(3000)).toEqual([]);
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
    expect(scene.nextDeadline()).toBe(1500 + 480_000);
  });

  test('a station that is back at home in time is deregistered once more', () => {
    const scene = new Scene();
    scene.registered(0, LOCAL);
    scene.detach(1000);
    const effects = scene.attach(1500);
    expect(requestIn(effects)).toMatchObject({ lifetimeSeconds: 0, careOfAddress: LOCAL });
    expect(filtersIn(effects)).toEqual([]);
    expect(scene.stations()).toEqual(['10.2.0.77 home']);
  });

  test.each([
    ['first the new BSS speaks, then the old one', ['attach', 'detach']],
    ['first the old BSS speaks, then the new one', ['detach', 'attach']],
  ] as const)('a roam between two radios keeps the visitor: %s', (_order, order) => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    for (const step of order) {
      const effects = step === 'attach' ? scene.attach(1000, STATION, 'wlan1') : scene.detach(1000);
      expect(only(effects, 'interceptionUnwanted')).toEqual([]);
      for (const request of requestsIn(effects)) {
        expect(request.lifetimeSeconds).toBe(600);
        scene.answer(1010, effects);
      }
    }
    scene.detach(1100);
    expect(scene.nextDeadline()).toBe(481_000);
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
    expect(arpIn(scene.hear(2000, arpRequest({ address: AWAY }), 'wlan1'))).toHaveLength(1);
    expect(scene.hear(2000, arpRequest({ address: AWAY }), 'wlan0')).toEqual([]);
  });

  test('a station that roams before it is known is listened to at its new radio only', () => {
    const scene = new Scene();
    scene.attach(0);
    expect(filtersIn(scene.attach(10, STATION, 'wlan1')).sort()).toEqual(['wlan0: ', 'wlan1: 02:11:22:33:44:55']);
  });

  test('a stranger that leaves is no news, and neither is one that left already', () => {
    const scene = new Scene();
    expect(scene.detach(0)).toEqual([]);
    scene.attach(0);
    scene.detach(1);
    expect(scene.detach(2)).toEqual([]);
  });

  test('more stations than the limit are reported and left alone', () => {
    const scene = new Scene({ mostStations: 1 });
    scene.attach(0);
    expect(scene.attach(1, OTHER)).toEqual([{ kind: 'report', report: { kind: 'tooManyStations', mac: OTHER } }]);
    expect(scene.hear(2, arpRequest({ address: AWAY, station: OTHER }))).toEqual([]);
    scene.detach(3);
    scene.deadline(3000);
    expect(kindsOf(scene.attach(3001, OTHER))).toContain('stationAttached');
  });
});

describe('an address', () => {
  test.each([
    ['arp', arpRequest({ address: AWAY })],
    ['arp', arpRequest({ address: AWAY, operation: 'reply' })],
    ['ipv4', packet(AWAY)],
  ])('is learned by %s, and the filter asks for this station no more', (learnedBy, frame) => {
    const scene = new Scene();
    scene.attach(0);
    const effects = scene.hear(1, frame);
    expect(reportsOf(effects)[0]).toEqual({ kind: 'stationAway', mac: STATION, address: AWAY, learnedBy });
    expect(filtersIn(effects)).toEqual(['wlan0: ']);
  });

  test.each([
    ['a probe from 0.0.0.0', arpRequest({ address: ip('0.0.0.0'), target: AWAY })],
    ['a link-local address', arpRequest({ address: ip('169.254.7.7') })],
    ['a multicast address', packet(ip('224.0.0.1'))],
    ['the sender in ARP of another station', arpRequest({ address: AWAY, claimedMac: OTHER })],
    ['a frame of another protocol', { ...packet(AWAY), payload: { kind: 'other', etherType: 0x86dd } } as const],
    ['a packet from 0.0.0.0', packet(ip('0.0.0.0'))],
  ])('is not learned from %s', (_what, frame) => {
    const scene = new Scene();
    scene.attach(0);
    expect(scene.hear(1, frame)).toEqual([]);
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test('is not learned of a stranger, or at a radio where the station is not', () => {
    const scene = new Scene();
    expect(scene.hear(0, packet(AWAY))).toEqual([]);
    scene.attach(0);
    expect(scene.hear(1, packet(AWAY), 'wlan1')).toEqual([]);
  });

  test('of a station that is still attached is not believed of another one, which is said once', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    scene.attach(100, OTHER);
    const effects = scene.hear(200, packet(AWAY, OTHER));
    expect(effects).toEqual([
      {
        kind: 'report',
        report: { kind: 'stationNotProxied', mac: OTHER, address: AWAY, reason: 'addressTaken' },
      },
    ]);
    expect(scene.hear(201, packet(AWAY, OTHER))).toEqual([]);
    expect(scene.stations()).toEqual(['10.1.0.77 away', 'unidentified']);
  });

  test('goes over to another station when its holder is leaving, and is not taken back afterwards', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    scene.attach(100, OTHER);
    scene.hear(200, packet(AWAY, OTHER));
    scene.detach(300);
    const effects = scene.hear(400, packet(AWAY, OTHER));
    expect(only(effects, 'interceptionUnwanted').map(({ mac: of }) => of)).toEqual([STATION]);
    expect(requestIn(effects)).toMatchObject({ homeAddress: AWAY, lifetimeSeconds: 600 });
    expect(only(scene.answer(410, effects), 'interceptionWanted').map(({ mac: of }) => of)).toEqual([OTHER]);
    expect(requestsIn(scene.deadline(2300))).toEqual([]);
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
  });

  test('goes over to another station also while the farewell of its former holder is under way', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    scene.detach(1000);
    expect(requestIn(scene.deadline(3000)).lifetimeSeconds).toBe(0);
    expect(requestIn(scene.arrive(3100, AWAY, OTHER))).toMatchObject({ lifetimeSeconds: 600 });
    expect(requestsIn(scene.deadline(4000))).toEqual([]);
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
  });

  test('that another access point told of is registered at once, and holds from the first frame that shows it', () => {
    const scene = new Scene();
    scene.attach(0);
    const hinted = scene.handle({ kind: 'stationHinted', mac: STATION, homeAddress: AWAY }, 1);
    expect(requestIn(hinted)).toMatchObject({ homeAddress: AWAY, lifetimeSeconds: 600 });
    scene.answer(10, hinted);
    expect(scene.hear(1000, packet(AWAY))).toEqual([]);
    expect(reportsOf(scene.hear(2000, packet(ip('10.1.0.99'))))).toEqual([
      { kind: 'stationNotProxied', mac: STATION, address: ip('10.1.0.99'), reason: 'secondAddress' },
    ]);
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
  });

  test('that another access point told of wrongly gives way to the one that the station shows', () => {
    const scene = new Scene();
    scene.attach(0);
    scene.answer(10, scene.handle({ kind: 'stationHinted', mac: STATION, homeAddress: AWAY }, 1));
    const requests = requestsIn(scene.hear(2000, packet(ip('10.1.0.99'))));
    expect(requests.map(({ homeAddress, lifetimeSeconds }) => [homeAddress, lifetimeSeconds])).toEqual([
      [AWAY, 0],
      [ip('10.1.0.99'), 600],
    ]);
    expect(scene.stations()).toEqual(['10.1.0.99 away']);
  });

  test('of the visited subnet makes a visitor a local; any other one does not', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    for (const address of [ip('10.1.0.99'), ip('198.51.100.7')]) {
      const reason = 'secondAddress';
      expect(reportsOf(scene.hear(1000, packet(address)))).toEqual([
        { kind: 'stationNotProxied', mac: STATION, address, reason },
      ]);
      expect(scene.hear(1001, packet(address))).toEqual([]);
    }
    expect(scene.stations()).toEqual(['10.1.0.77 away']);
    const effects = scene.hear(1002, arpRequest({ address: LOCAL }));
    expect(only(effects, 'interceptionUnwanted')).toHaveLength(1);
    expect(requestsIn(effects).map((request) => [request.homeAddress, request.lifetimeSeconds])).toEqual([
      [AWAY, 0],
      [LOCAL, 0],
    ]);
    expect(scene.stations()).toEqual(['10.2.0.77 home']);
    expect(filtersIn(effects)).toEqual([]);
  });
});

describe('a station at home', () => {
  test('is deregistered of everything by a request to the home agent on its link, from its own MAC and IP address', () => {
    const scene = new Scene();
    const effects = scene.arrive(0, LOCAL);
    expect(kindsOf(effects)).toEqual([
      'dhcpLocalWanted',
      'stationHome',
      'registrationSent',
      'agentFrameSent',
      'stationFrameSent',
      'filterWanted',
    ]);
    const request = requestIn(effects);
    expect(request).toMatchObject({
      lifetimeSeconds: 0,
      homeAddress: LOCAL,
      careOfAddress: LOCAL,
      homeAgent: ip('10.2.0.1'),
      reverseTunneling: false,
    });
    expect(request.frame).toMatchObject({
      over: 'br-lan',
      source: STATION,
      destination: BRIDGE_MAC,
      ipv4: { source: LOCAL, destination: ip('10.2.0.1') },
    });
    expect(isSigned(request)).toBe(true);
    expect(kindsOf(scene.answer(5, effects))).toEqual(['registrationAccepted']);
    expect(scene.nextDeadline()).toBeUndefined();
  });

  test('learns where its gateway is, where that is us', () => {
    expect(arpIn(new Scene().arrive(0, LOCAL))).toEqual([
      'wlan0 02:11:22:33:44:55 <- 10.2.0.1 is at 02:00:00:00:02:01',
    ]);
    const elsewhere = withBridge({ homeAgent: { mac: mac('02:00:00:00:99:99'), address: ip('10.2.0.254') } });
    expect(arpIn(new Scene(elsewhere).arrive(0, LOCAL))).toEqual([]);
  });

  test('needs nothing where there is no home agent, or no key', () => {
    for (const changes of [withBridge({ homeAgent: undefined }), { associations: new SecurityAssociations([]) }]) {
      const scene = new Scene(changes);
      expect(kindsOf(scene.arrive(0, LOCAL))).toEqual(['dhcpLocalWanted', 'stationHome', 'filterWanted']);
      expect(scene.nextDeadline()).toBeUndefined();
    }
  });

  test('is not answered for by ARP, and its departure needs no farewell', () => {
    const scene = new Scene();
    scene.registered(0, LOCAL);
    expect(scene.hear(100, arpRequest({ address: LOCAL, target: ip('10.2.0.1') }))).toEqual([]);
    scene.detach(1000);
    expect(scene.deadline(3000)).toEqual([{ kind: 'dhcpLocalUnwanted', mac: STATION }]);
    expect(scene.stations()).toEqual([]);
  });

  test('is tried again as long as an old binding may last when nobody answers, if it is still here, then left', () => {
    const scene = new Scene();
    scene.arrive(0, LOCAL);
    const sentAt: number[] = [];
    for (let next = scene.nextDeadline(); next !== undefined; next = scene.nextDeadline()) {
      const effects = scene.confirm(next, LOCAL);
      if (requestsIn(effects).length > 0) sentAt.push(next / 1000);
      else expect(kindsOf(effects)).toEqual(['stationFrameSent', 'registrationUnanswered']);
    }
    expect(sentAt.slice(0, 7)).toEqual([1, 3, 7, 15, 31, 63, 95]);
    expect(sentAt.at(-1)).toBe(575);
  });

  test('that has gone without a word is not deregistered again: it may be registered elsewhere', () => {
    const scene = new Scene();
    scene.arrive(0, LOCAL);
    for (let ms = 1000; ms < 300_000; ms += 1000) expect(requestsIn(scene.deadline(ms))).toEqual([]);
  });
});

describe('a station away', () => {
  test('is registered by a frame to the foreign agent, with its own MAC and IP address and time to live 255', () => {
    const effects = new Scene().arrive(0, AWAY);
    expect(kindsOf(effects)).toEqual([
      'stationAway',
      'registrationSent',
      'agentFrameSent',
      'stationFrameSent',
      'barrierWanted',
      'filterWanted',
    ]);
    const request = requestIn(effects);
    expect(request).toMatchObject({
      lifetimeSeconds: 600,
      homeAddress: AWAY,
      homeAgent: HOME_AGENT,
      careOfAddress: ip('192.0.2.2'),
      reverseTunneling: true,
      decapsulationByMobileNode: false,
      simultaneousBindings: false,
    });
    expect(request.frame).toMatchObject({
      source: STATION,
      destination: BRIDGE_MAC,
      ipv4: { source: AWAY, destination: ip('10.2.0.1'), timeToLive: 255 },
      udp: { sourcePort: 434, destinationPort: 434 },
    });
    expect(isSigned(request)).toBe(true);
    expect(reportsOf(effects)[1]).toMatchObject({ kind: 'registrationSent', homeAgent: HOME_AGENT, attempt: 1 });
  });

  test('is intercepted when the home agent has accepted, not before', () => {
    const scene = new Scene();
    const sent = scene.arrive(0, AWAY);
    expect(only(sent, 'interceptionWanted')).toEqual([]);
    const effects = scene.answer(12, sent);
    expect(effects).toEqual([
      {
        kind: 'report',
        report: { kind: 'registrationAccepted', mac: STATION, homeAddress: AWAY, lifetimeSeconds: 600, elapsedMs: 12 },
      },
      { kind: 'interceptionWanted', mac: STATION, homeAddress: AWAY, agentMac: BRIDGE_MAC, isLocal: true },
    ]);
  });

  test('expects replies to what was asked for it here, and to nothing else', () => {
    const scene = new Scene();
    const { identification } = requestIn(scene.arrive(0, AWAY));
    const hasAsked = (homeAddress: Ipv4Address, asked: bigint) =>
      scene.accessPoint.hasAsked({ homeAddress, identification: asked });
    expect(hasAsked(AWAY, identification)).toBe(true);
    expect(hasAsked(AWAY, (99n << 32n) | lowBits(identification))).toBe(true);
    expect(hasAsked(AWAY, identification + 1n)).toBe(false);
    expect(hasAsked(LOCAL, identification)).toBe(false);
  });

  test('and was registered by another access point of its link is no more ours: nothing of it is taken back', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    const effects = scene.handle({ kind: 'registeredByAnother', homeAddress: AWAY }, 5000);
    expect(kindsOf(effects)).toEqual(['barrierUnwanted', 'interceptionUnwanted', 'filterWanted']);
    scene.detach(6000);
    expect(requestsIn(scene.deadline(8000))).toEqual([]);
    expect(scene.stations()).toEqual([]);
    expect(scene.handle({ kind: 'registeredByAnother', homeAddress: LOCAL }, 9000)).toEqual([]);
  });

  test('takes the care-of address of its bridge where that has one of its own', () => {
    const scene = new Scene(withBridge({ careOfAddress: ip('10.2.0.1') }));
    expect(requestIn(scene.arrive(0, AWAY)).careOfAddress).toBe(ip('10.2.0.1'));
  });

  test.each([
    ['noHomeAgent', { subnetMap: new SubnetMap([]) }],
    ['noSecurityAssociation', { associations: new SecurityAssociations([]) }],
    ['noForeignAgent', withBridge({ foreignAgent: undefined })],
    ['noCareOfAddress', { careOfAddresses: new Map() }],
  ] as const)('is left alone, with the reason %s, and heard of no more', (reason, changes) => {
    const scene = new Scene(changes);
    const effects = scene.arrive(0, AWAY);
    expect(reportsOf(effects)).toContainEqual({ kind: 'stationNotProxied', mac: STATION, address: AWAY, reason });
    expect(withoutReports(effects)).toContain('filterWanted');
    expect(filtersIn(effects)).toEqual(['wlan0: ']);
    expect(scene.stations()).toEqual(['10.1.0.77 notProxied']);
    expect(scene.hear(1, arpRequest({ address: AWAY }))).toEqual([]);
    expect(withoutReports(scene.deadline(60_000))).toEqual(reason === 'noForeignAgent' ? ['solicitationSent'] : []);
  });

  test('that departs is deregistered with its own care-of address only, and forgotten with the answer', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    scene.detach(1000);
    const effects = scene.deadline(3000);
    expect(withoutReports(effects)).toEqual(['barrierUnwanted', 'interceptionUnwanted', 'agentFrameSent']);
    expect(requestIn(effects)).toMatchObject({ lifetimeSeconds: 0, homeAddress: AWAY, careOfAddress: ip('192.0.2.2') });
    expect(scene.stations()).toHaveLength(1);
    scene.answer(3010, effects);
    expect(scene.stations()).toEqual([]);
    expect(scene.nextDeadline()).toBeUndefined();
  });

  test('that departs is forgotten also when the farewell is denied, or never answered', () => {
    const denied = new Scene();
    denied.registered(0, AWAY);
    denied.detach(1000);
    denied.answer(3010, denied.deadline(3000), { code: 129 });
    expect(denied.stations()).toEqual([]);
    expect(denied.nextDeadline()).toBeUndefined();

    const silent = new Scene();
    silent.registered(0, AWAY);
    silent.detach(1000);
    let requests = 0;
    for (let next = silent.nextDeadline(); next !== undefined; next = silent.nextDeadline()) {
      requests += requestsIn(silent.deadline(next)).length;
    }
    expect(requests).toBe(4);
    expect(silent.stations()).toEqual([]);
  });

  test('that comes back while its farewell is under way is registered again, and the farewell is not repeated', () => {
    const scene = new Scene();
    scene.registered(0, AWAY);
    scene.detach(1000);
    scene.deadline(3000);
    const effects = scene.arrive(3100, AWAY);
    expect(requestIn(effects).lifetimeSeconds).toBe(600);
    scene.answer(3110, effects);
    expect(scene.nextDeadline()).toBe(3100 + 480_000);
  });

  test('that goes to another bridge is deregistered over the old one and looked at anew', () => {
    const scene = new Scene({
      bridges: new Map([
        ['br-lan', bridge],
        ['br-guest', { ...bridge, address: ip('10.3.0.1') }],
      ]),
    });
    scene.registered(0, AWAY);
    const effects = scene.attach(1000, STATION, 'wlan0-1', 'br-guest');
    expect(requestIn(effects)).toMatchObject({ lifetimeSeconds: 0, frame: { over: 'br-lan' } });
    expect(filtersIn(effects)).toEqual(['wlan0-1: 02:11:22:33:44:55']);
    expect(requestIn(scene.hear(1100, packet(AWAY), 'wlan0-1')).frame.over).toBe('br-guest');
  });
});

describe('replies', () => {
  test('for an address that nobody has here are discarded', () => {
    expect(new Scene().hearReply(0, reply())).toEqual([
      { kind: 'report', report: { kind: 'replyDiscarded', homeAddress: AWAY, reason: 'noPendingRequest' } },
    ]);
  });

  test('for a station that is left alone are discarded', () => {
    const scene = new Scene({ subnetMap: new SubnetMap([]) });
    scene.arrive(0, AWAY);
    expect(kindsOf(scene.hearReply(0, reply()))).toEqual(['replyDiscarded']);
  });

  test('that deny end the interception, and the next try is a minute later', () => {
    const scene = new Scene();
    const effects = scene.answer(10, scene.arrive(0, AWAY), { code: 129 });
    expect(reportsOf(effects)).toEqual([{ kind: 'registrationDenied', mac: STATION, homeAddress: AWAY, code: 129 }]);
    expect(withoutReports(effects)).toEqual(['interceptionUnwanted']);
    expect(scene.nextDeadline()).toBe(60_010);
    expect(requestIn(scene.confirm(60_010)).lifetimeSeconds).toBe(600);
  });
});

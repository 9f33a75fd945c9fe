import { describe, expect, test } from 'vitest';
import { formatIpv4, type Ipv4Address, LIMITED_BROADCAST } from '../../../src/octets/address.ts';
import type { AccessPointEffect } from '../../../src/roles/access-point/effects.ts';
import { SubnetMap } from '../../../src/roles/subnet-map.ts';
import { DHCP_TYPE, type DhcpRequest, decodeDhcpRequest } from '../../../src/wire/dhcp.ts';
import { decodeFrame } from '../../../src/wire/frames.ts';
import { CODE } from '../../../src/wire/registration.ts';
import { ip } from '../../addresses.ts';
import { hex } from '../../hex.ts';
import * as recorded from '../../wire/dhcp-recordings.ts';
import { only } from '../messages.ts';
import {
  AGENT,
  arpRequest,
  configuration,
  elsewhere,
  HOME_AGENT,
  LOCAL,
  OTHER,
  requestIn,
  requestsIn,
  Scene,
  STATION,
  withoutReports,
} from './scene.ts';

/** What the recorded clients had. */
const ADDRESS = ip('10.1.0.134');
const DISCOVER = decodeDhcpRequest(recorded.UDHCPC_DISCOVER);
const SELECTING = decodeDhcpRequest(recorded.UDHCPC_SELECTING);
const INIT_REBOOT = decodeDhcpRequest(recorded.DHCLIENT_INIT_REBOOT);
const RENEWING = decodeDhcpRequest(recorded.UDHCPC_RENEWING);
const RELEASE = decodeDhcpRequest(recorded.UDHCPC_RELEASE);
const UNHEARD_DISCOVER = { ...DISCOVER, options: [...DISCOVER.options].reverse() };
const SERVER = ip('10.1.0.1');

const strict = { dhcp: 'strict' } as const;

function say(
  scene: Scene,
  ms: number,
  request: DhcpRequest,
  destination: Ipv4Address = LIMITED_BROADCAST,
  interfaceName = 'wlan0',
): AccessPointEffect[] {
  return scene.handle({ kind: 'dhcpReceived', interfaceName, mac: STATION, heard: { request, destination } }, ms);
}

/** The DHCP that these effects send home: 'outer source > outer destination: source > destination', and what it says. */
function homeboundIn(effects: readonly AccessPointEffect[]) {
  const packets = only(effects, 'packetSent').map(({ octets, destination }) => {
    const outer = decodeFrame(new Uint8Array([...new Uint8Array(12), 0x08, 0, ...octets])).payload;
    if (outer.kind !== 'ipv4' || outer.ipv4.destination !== destination) throw new Error('no packet');
    const inner = new Uint8Array([
      ...new Uint8Array(12),
      0x08,
      0,
      ...octets.subarray(outer.ipv4.protocol === 47 ? 24 : 20),
    ]);
    const isTunnelled = outer.ipv4.protocol !== 17;
    const path = isTunnelled ? `${outer.ipv4.protocol} ${ends(outer.ipv4)}: ` : '';
    return read(isTunnelled ? decodeFrame(inner).payload : outer, path);
  });
  const frames = only(effects, 'agentFrameSent')
    .map(({ octets }) => decodeFrame(octets).payload)
    .filter((payload) => payload.kind === 'ipv4' && payload.ipv4.udp?.destinationPort === 67);
  return [...packets, ...frames.map((payload) => read(payload, ''))];
}

function read(payload: ReturnType<typeof decodeFrame>['payload'], path: string) {
  if (payload.kind !== 'ipv4' || payload.ipv4.udp === undefined) throw new Error('no datagram');
  const { udp } = payload.ipv4;
  const ports = `${udp.sourcePort} > ${udp.destinationPort}`;
  return { path: `${path}${ends(payload.ipv4)}, ${ports}`, request: decodeDhcpRequest(udp.octets) };
}

function ends({ source, destination }: { readonly source: Ipv4Address; readonly destination: Ipv4Address }): string {
  return `${formatIpv4(source)} > ${formatIpv4(destination)}`;
}

function relayedIn(effects: readonly AccessPointEffect[]): DhcpRequest[] {
  return only(effects, 'dhcpRelayed').map(({ octets }) => decodeDhcpRequest(octets));
}

function changesIn(effects: readonly AccessPointEffect[]): string[] {
  return effects.map(({ kind }) => kind).filter((kind) => kind.startsWith('dhcpLocal'));
}

/** A station that has said nothing yet, or is a registered visitor. */
function arrived(changes: Parameters<Scene['configure']>[1] = {}): Scene {
  const scene = new Scene(changes);
  scene.attach(0);
  return scene;
}

function visiting(changes: Parameters<Scene['configure']>[1] = {}): Scene {
  const scene = new Scene(changes);
  scene.registered(0, ADDRESS);
  return scene;
}

describe('a client that verifies its address abroad (INIT-REBOOT)', () => {
  test('is registered first; then its lease is renewed at home, as by a client that has its address', () => {
    const scene = arrived();
    const sent = say(scene, 100, INIT_REBOOT);
    expect(scene.stations()).toEqual(['10.1.0.134 away']);
    expect(requestIn(sent).homeAddress).toBe(ADDRESS);
    expect([homeboundIn(sent), relayedIn(sent), changesIn(sent)]).toEqual([[], [], []]);
    const [homebound, ...more] = homeboundIn(scene.answer(110, sent));
    expect(more).toEqual([]);
    expect(homebound?.path).toBe('4 192.0.2.2 > 10.1.0.1: 10.1.0.134 > 10.1.0.1, 68 > 67');
    expect(homebound?.request).toMatchObject({ clientAddress: ADDRESS, transactionId: INIT_REBOOT.transactionId });
    expect(homebound?.request.requestedAddress).toBeUndefined();
  });

  test('goes by the encapsulation that was agreed on, and without a reverse tunnel by the usual way', () => {
    const byGre = arrived({ encapsulation: 'gre' });
    expect(homeboundIn(byGre.answer(9, say(byGre, 0, INIT_REBOOT)))[0]?.path).toContain('47 192.0.2.2 > 10.1.0.1: ');
    const plain = arrived({ reverseTunneling: 'never' });
    const [homebound] = homeboundIn(plain.answer(9, say(plain, 0, INIT_REBOOT)));
    expect(homebound?.path).toBe('10.1.0.134 > 10.1.0.1, 68 > 67');
  });

  test('goes over the link to an agent that is another box', () => {
    const scene = new Scene(elsewhere);
    scene.advertise(0);
    scene.attach(10);
    const effects = scene.answer(30, say(scene, 20, INIT_REBOOT));
    const [homebound] = homeboundIn(effects);
    expect(homebound?.path).toBe('10.1.0.134 > 10.1.0.1, 68 > 67');
    const [frame] = only(effects, 'agentFrameSent').map(({ octets }) => decodeFrame(octets));
    expect([frame?.source, frame?.destination]).toEqual([STATION, AGENT.mac]);
  });

  test('is heard although its first word came before that of hostapd', () => {
    const scene = new Scene();
    expect(say(scene, 0, INIT_REBOOT)).toEqual([]);
    expect(requestIn(scene.attach(100)).homeAddress).toBe(ADDRESS);
  });

  test('and asks again before the registration stands, is served once, with its last word', () => {
    const scene = arrived();
    const sent = say(scene, 0, INIT_REBOOT);
    expect(requestsIn(say(scene, 900, { ...INIT_REBOOT, elapsedSeconds: 1 }))).toEqual([]);
    const homebound = homeboundIn(scene.answer(950, sent));
    expect(homebound.map(({ request }) => request.elapsedSeconds)).toEqual([1]);
  });

  test('is answered by nobody where its home does not answer, and what it said long ago is not sent any more', () => {
    const scene = arrived();
    const effects = say(scene, 0, INIT_REBOOT);
    let last = effects;
    for (let next = scene.nextDeadline(); next !== undefined && next < 20_000; next = scene.nextDeadline()) {
      const again = scene.deadline(next);
      if (requestsIn(again).length > 0) last = again;
      effects.push(...again);
    }
    effects.push(...scene.answer(20_000, last));
    expect([homeboundIn(effects), relayedIn(effects), changesIn(effects)]).toEqual([[], [], []]);
    expect(scene.stations()).toEqual(['10.1.0.134 away']);
  });

  test.each([
    ['knows no home agent', { subnetMap: new SubnetMap([]) }, true],
    ['has no foreign agent yet', { ...elsewhere }, false],
    ['has no route to its home agent yet', { careOfAddresses: new Map() }, false],
  ])('of which the access point %s: whether this network`s server has it is %s', (_what, changes, isLeft) => {
    const scene = arrived(changes);
    const effects = say(scene, 0, INIT_REBOOT);
    expect(relayedIn(effects)).toEqual(isLeft ? [INIT_REBOOT] : []);
    expect(changesIn(effects)).toEqual(isLeft ? ['dhcpLocalWanted'] : []);
    // From now on the bridge lets it through, or keeps it as before.
    expect(relayedIn(say(scene, 1000, INIT_REBOOT))).toEqual([]);
  });

  test('is left to the server here when its home agent refuses it', () => {
    const scene = arrived();
    const effects = scene.answer(9, say(scene, 0, INIT_REBOOT), { code: CODE.homeAgentAdministrativelyProhibited });
    expect(relayedIn(effects)).toEqual([INIT_REBOOT]);
    expect(relayedIn(say(scene, 2000, INIT_REBOOT))).toEqual([INIT_REBOOT]);
  });

  test('is left to the server here when another station has the address', () => {
    const scene = new Scene();
    scene.registered(0, ADDRESS, OTHER);
    scene.attach(100);
    expect(relayedIn(say(scene, 200, INIT_REBOOT))).toEqual([INIT_REBOOT]);
  });
});

describe('a registered visitor', () => {
  test('that asks all servers (REBINDING) is sent home at once, word for word', () => {
    const effects = say(visiting(), 1000, RENEWING);
    expect(homeboundIn(effects)).toEqual([
      { path: '4 192.0.2.2 > 10.1.0.1: 10.1.0.134 > 10.1.0.1, 68 > 67', request: RENEWING },
    ]);
    expect(withoutReports(effects)).toEqual(['packetSent']);
  });

  test('that asks its server (RENEWING) needs nothing: its packets go home', () => {
    expect(withoutReports(say(visiting(), 1000, RENEWING, SERVER))).toEqual([]);
  });

  test('that releases its address is deregistered, and not taken for a visitor by a late frame', () => {
    const scene = visiting();
    const effects = say(scene, 1000, RELEASE, SERVER);
    expect(requestIn(effects).lifetimeSeconds).toBe(0);
    expect(withoutReports(effects)).toContain('interceptionUnwanted');
    expect(homeboundIn(effects)).toEqual([]);
    scene.hear(1100, arpRequest({ address: ADDRESS }));
    expect(scene.stations()).toEqual(['unidentified']);
  });

  test('is not deregistered by the release of another address', () => {
    const scene = visiting();
    expect(withoutReports(say(scene, 1000, { ...RELEASE, clientAddress: ip('10.1.0.9') }, SERVER))).toEqual([]);
    expect(scene.stations()).toEqual(['10.1.0.134 away']);
  });

  test('that begins anew (DISCOVER) is a local station, for whom the bridge lets DHCP through', () => {
    const scene = visiting();
    const effects = say(scene, 1000, DISCOVER);
    expect(requestIn(effects).lifetimeSeconds).toBe(0);
    expect(changesIn(effects)).toEqual(['dhcpLocalWanted']);
    expect(relayedIn(effects)).toEqual([]);
    expect(withoutReports(say(scene, 1100, SELECTING))).toEqual([]);
    scene.hear(1200, arpRequest({ address: LOCAL }));
    expect(scene.stations()).toEqual(['10.2.0.77 home']);
  });

  test('that still sends from its old address while it begins anew is no visitor, but is one if it goes on', () => {
    const scene = visiting();
    say(scene, 1000, DISCOVER);
    scene.hear(2000, arpRequest({ address: ADDRESS }));
    expect(scene.stations()).toEqual(['unidentified']);
    const effects = scene.hear(12_000, arpRequest({ address: ADDRESS }));
    expect(scene.stations()).toEqual(['10.1.0.134 away']);
    expect(changesIn(effects)).toEqual(['dhcpLocalUnwanted']);
  });

  test('that finds its address in use (DECLINE) is waited for', () => {
    const effects = say(visiting(), 1000, { ...INIT_REBOOT, type: DHCP_TYPE.decline });
    expect(withoutReports(effects)).toEqual([]);
  });
});

test('a release that comes before the registration stands reaches the server, and then ends it', () => {
  const scene = arrived();
  const sent = scene.hear(0, arpRequest({ address: ADDRESS }));
  expect(withoutReports(say(scene, 5, RELEASE, SERVER))).toEqual([]);
  const effects = scene.answer(10, sent);
  expect(homeboundIn(effects).map(({ request }) => request.type)).toEqual([DHCP_TYPE.release]);
  expect(requestsIn(effects.filter(isRegistration)).map(({ lifetimeSeconds }) => lifetimeSeconds)).toEqual([0]);
  expect(scene.stations()).toEqual(['unidentified']);
});

describe('a DISCOVER', () => {
  test('that the rule of the bridge does not see, and the choice after it, come to the server by us', () => {
    const scene = arrived();
    expect(relayedIn(say(scene, 0, UNHEARD_DISCOVER))).toEqual([UNHEARD_DISCOVER]);
    expect(relayedIn(say(scene, 1000, UNHEARD_DISCOVER))).toEqual([]);
    expect(relayedIn(say(arrived(), 0, SELECTING))).toEqual([SELECTING]);
  });
});

describe('a station at home', () => {
  const atHome = { ...configuration, bridges: new Map([...configuration.bridges]) };
  const ownAddress = (request: DhcpRequest): DhcpRequest => ({
    ...request,
    requestedAddress: LOCAL,
    options: request.options.map((option) => (option.code === 50 ? { code: 50, data: hex('0a02004d') } : option)),
  });

  test('whose address is known is left to the bridge, whatever it says', () => {
    const scene = new Scene(atHome);
    expect(changesIn(scene.arrive(0, LOCAL))).toEqual(['dhcpLocalWanted']);
    for (const request of [DISCOVER, SELECTING, ownAddress(INIT_REBOOT), { ...RENEWING, clientAddress: LOCAL }]) {
      expect(withoutReports(say(scene, 1000, request))).toEqual([]);
    }
    expect(scene.stations()).toEqual(['10.2.0.77 home']);
  });

  test('whose first word is that it wants its address again gets it from the server here, unchanged', () => {
    const scene = arrived();
    const effects = say(scene, 0, ownAddress(INIT_REBOOT));
    expect(relayedIn(effects)).toEqual([ownAddress(INIT_REBOOT)]);
    expect(scene.stations()).toEqual(['10.2.0.77 home']);
    expect(changesIn(effects)).toEqual(['dhcpLocalWanted']);
    expect(relayedIn(say(scene, 1000, ownAddress(INIT_REBOOT)))).toEqual([]);
  });

  test('that has gone is forgotten by the bridge too', () => {
    const scene = new Scene(atHome);
    scene.arrive(0, LOCAL);
    scene.detach(1000);
    expect(changesIn(scene.deadline(3000))).toEqual(['dhcpLocalUnwanted']);
  });
});

describe('with strict', () => {
  test.each([
    ['INIT-REBOOT', INIT_REBOOT, LIMITED_BROADCAST],
    ['RENEWING', RENEWING, SERVER],
  ])('a station that begins with %s is not proxied', (_what, request, destination) => {
    const scene = arrived(strict);
    expect(requestsIn(say(scene, 0, request, destination))).toEqual([]);
    scene.hear(100, arpRequest({ address: ADDRESS }));
    expect(scene.stations()).toEqual(['10.1.0.134 notProxied']);
  });

  test.each([
    ['DISCOVER', DISCOVER],
    ['INIT-REBOOT', INIT_REBOOT],
    ['RENEWING', RENEWING],
  ])(
    'a visitor that says %s is deregistered, and left alone until it has an address of this network',
    (_what, request) => {
      const scene = visiting(strict);
      const effects = say(scene, 1000, request);
      expect(requestIn(effects).lifetimeSeconds).toBe(0);
      expect([homeboundIn(effects), relayedIn(effects)]).toEqual([[], []]);
      expect(scene.stations()).toEqual(['10.1.0.134 notProxied']);
      scene.hear(2000, arpRequest({ address: LOCAL }));
      expect(scene.stations()).toEqual(['10.2.0.77 home']);
    },
  );

  test('a station at home stays what it is', () => {
    const scene = new Scene(strict);
    scene.arrive(0, LOCAL);
    for (const request of [DISCOVER, SELECTING, { ...RENEWING, clientAddress: LOCAL }]) say(scene, 1000, request);
    expect(scene.stations()).toEqual(['10.2.0.77 home']);
  });
});

test('what it says at an access point that it has left already changes nothing', () => {
  const scene = visiting();
  expect(say(scene, 1000, DISCOVER, LIMITED_BROADCAST, 'wlan1')).toEqual([]);
  expect(scene.stations()).toEqual(['10.1.0.134 away']);
});

test('the address of the access point itself is nobody`s', () => {
  const scene = arrived();
  const data = hex('0a020001');
  const own = {
    ...INIT_REBOOT,
    requestedAddress: ip('10.2.0.1'),
    options: [
      { code: 53, data: hex('03') },
      { code: 50, data },
    ],
  };
  say(scene, 0, own);
  expect(scene.stations()).toEqual(['unidentified']);
  expect(HOME_AGENT).toBe(SERVER);
});

function isRegistration(effect: AccessPointEffect): boolean {
  if (effect.kind !== 'agentFrameSent') return false;
  const { payload } = decodeFrame(effect.octets);
  return payload.kind === 'ipv4' && payload.ipv4.udp?.destinationPort === 434;
}

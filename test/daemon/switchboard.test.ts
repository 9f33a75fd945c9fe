import { describe, expect, test } from 'vitest';
import { Switchboard, type SwitchboardEffect } from '../../src/daemon/switchboard.ts';
import type { Ipv4Address } from '../../src/octets/address.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import type { Departure } from '../../src/runtime/runtime.ts';
import { encodeAgentSolicitation } from '../../src/wire/agent-advertisement.ts';
import { decodeDhcpRequest } from '../../src/wire/dhcp.ts';
import { decodeFrame, encodeArpFrame, encodeIcmpFrame, encodeUdpFrame } from '../../src/wire/frames.ts';
import { identificationAt } from '../../src/wire/identification.ts';
import {
  decodeRegistrationReply,
  decodeRegistrationRequest,
  encodeRegistrationReply,
} from '../../src/wire/registration.ts';
import { ip, mac } from '../addresses.ts';
import { digests } from '../digests.ts';
import { request } from '../roles/messages.ts';
import { at } from '../roles/moments.ts';
import * as recorded from '../wire/dhcp-recordings.ts';
import { BRIDGE_INDEX, BRIDGE_MAC, configured } from './router.ts';
import { usualConfiguration } from './two-boxes.ts';

const PHONE = mac('02:00:00:00:02:00');
const HOST = {
  digests,
  random: () => 0.5,
  conventions: { littleEndian: true, errnoNumbers: 'generic' },
} as const;
const USUAL = usualConfiguration([1, 2]);
/** What it says of keys. */
const USUAL_ASSOCIATION = { spi: 0x102, key: utf8Octets('0987654'), algorithm: 'hmac-md5' } as const;

function departures<Kind extends Departure['kind']>(effects: readonly SwitchboardEffect[], kind: Kind) {
  const departing = effects.flatMap((effect) => (effect.kind === 'departs' ? [effect.departure] : []));
  return departing.filter((departure): departure is Extract<Departure, { kind: Kind }> => departure.kind === kind);
}

function reports(effects: readonly SwitchboardEffect[]): string[] {
  return effects.flatMap((effect) => (effect.kind === 'report' ? [effect.report.kind] : []));
}

function newSwitchboard(configuration = USUAL): Switchboard {
  const switchboard = new Switchboard(configured(''), HOST);
  switchboard.configured(configured(configuration), at(0));
  return switchboard;
}

/** A station that has this address attaches, and asks for its gateway. */
function attach(switchboard: Switchboard, address: Ipv4Address, gateway: Ipv4Address): SwitchboardEffect[] {
  const where = { mac: PHONE, interfaceName: 'phy0-ap0' };
  const octets = encodeArpFrame(BRIDGE_MAC, PHONE, {
    operation: 'request',
    senderMac: PHONE,
    senderAddress: address,
    targetMac: mac('00:00:00:00:00:00'),
    targetAddress: gateway,
  });
  const frame = decodeFrame(octets);
  return [
    ...switchboard.toAccessPoint({ kind: 'stationAttached', ...where, bridge: 'br-lan' }, at(0)),
    ...switchboard.toAccessPoint({ kind: 'frameReceived', interfaceName: 'phy0-ap0', frame }, at(1)),
  ];
}

function requestFrame(octets: Uint8Array): Uint8Array {
  return encodeUdpFrame({
    destinationMac: BRIDGE_MAC,
    sourceMac: PHONE,
    source: ip('10.2.0.77'),
    destination: ip('10.1.0.1'),
    sourcePort: 40_000,
    destinationPort: 434,
    timeToLive: 255,
    octets,
  });
}

function received(octets: Uint8Array, sourceAddress: Ipv4Address) {
  const rest = { sourcePort: 434, destinationAddress: ip('10.255.1.2'), interfaceIndex: 3, timeToLive: 63 };
  return { octets, sourceAddress, ...rest };
}

describe('a station of ours that is', () => {
  test('at home is deregistered by the roles of this box alone: nothing leaves it', () => {
    const effects = attach(newSwitchboard(), ip('10.1.0.77'), ip('10.1.0.1'));
    expect(reports(effects)).toEqual(
      expect.arrayContaining(['stationHome', 'registrationSent', 'registrationAccepted']),
    );
    expect(departures(effects, 'registrationSend')).toEqual([]);
    expect(departures(effects, 'linkFrameSend')).toEqual([]);
  });

  test('away is registered with its home agent, by the foreign agent of this box', () => {
    const [sent] = departures(attach(newSwitchboard(), ip('10.2.0.77'), ip('10.2.0.1')), 'registrationSend');
    expect(sent).toMatchObject({
      source: ip('10.255.1.2'),
      destination: ip('10.2.0.1'),
      destinationPort: 434,
    });
    expect(decodeRegistrationRequest(sent?.octets ?? new Uint8Array(0))).toMatchObject({
      homeAddress: ip('10.2.0.77'),
      careOfAddress: ip('10.255.1.2'),
    });
  });

  test('away does not get to see the reply to a registration that it knows nothing of', () => {
    const switchboard = newSwitchboard();
    const [sent] = departures(attach(switchboard, ip('10.2.0.77'), ip('10.2.0.1')), 'registrationSend');
    const { homeAddress, homeAgent, identification } = decodeRegistrationRequest(sent?.octets ?? new Uint8Array(0));
    const fields = { code: 65, lifetimeSeconds: 0, homeAddress, homeAgent, identification };
    const effects = switchboard.registrationReceived(received(encodeRegistrationReply(fields), homeAgent), at(20));
    expect(reports(effects)).toContain('registrationDenied');
    expect(departures(effects, 'linkFrameSend')).toEqual([]);
    expect(departures(effects, 'frameSend')).toEqual([]);
  });
});

test('a station that another access point of the link registers here is no more ours, and the reply goes there', () => {
  const switchboard = newSwitchboard();
  const answered = (message: Uint8Array, lifetimeSeconds: number) => {
    const { homeAddress, homeAgent, identification } = decodeRegistrationRequest(message);
    const fields = { code: 0, lifetimeSeconds, homeAddress, homeAgent, identification };
    return switchboard.registrationReceived(received(encodeRegistrationReply(fields), homeAgent), at(20));
  };
  const [own] = departures(attach(switchboard, ip('10.2.0.77'), ip('10.2.0.1')), 'registrationSend');
  answered(own?.octets ?? new Uint8Array(0), 600);
  const abroad = { homeAddress: ip('10.2.0.77'), homeAgent: ip('10.2.0.1'), careOfAddress: ip('10.255.1.2') };
  const [relayed] = departures(
    switchboard.linkFrameReceived('br-lan', requestFrame(request(abroad).octets), at(10)),
    'registrationSend',
  );
  const effects = answered(relayed?.octets ?? new Uint8Array(0), 600);
  expect(departures(effects, 'linkFrameSend')).toHaveLength(1);
  const gone = switchboard.toAccessPoint({ kind: 'stationDetached', mac: PHONE, interfaceName: 'phy0-ap0' }, at(30));
  const left = [...gone, ...switchboard.deadlineReached(at(10_000))];
  expect(departures(left, 'registrationSend')).toEqual([]);
});

test('a stop ends the bindings of our own stations that are elsewhere', () => {
  const switchboard = newSwitchboard();
  const identification = identificationAt(at(5).unixMs);
  const away = request({ identification }, { signedWith: USUAL_ASSOCIATION });
  switchboard.registrationReceived(received(away.octets, ip('10.255.2.2')), at(5));
  expect([...switchboard.homeAgent.bindings()]).toHaveLength(1);
  expect(reports(switchboard.stopped(at(10)))).toEqual(['bindingCleared']);
});

describe('DHCP that the bridge kept', () => {
  test('and that is for the server here is said on the bridge, where this box hears it too', () => {
    const switchboard = newSwitchboard();
    const initReboot = decodeDhcpRequest(recorded.DHCLIENT_INIT_REBOOT);
    const heard = { request: initReboot, destination: ip('255.255.255.255') };
    const where = { mac: initReboot.clientMac, interfaceName: 'phy0-ap0' };
    switchboard.toAccessPoint({ kind: 'stationAttached', ...where, bridge: 'br-lan' }, at(0));
    const effects = switchboard.toAccessPoint({ kind: 'dhcpReceived', ...where, heard }, at(1));
    const [sent, ...more] = departures(effects, 'registrationSend');
    expect(more).toEqual([]);
    expect(sent).toMatchObject({
      source: ip('10.1.0.1'),
      destination: ip('255.255.255.255'),
      destinationPort: 67,
      interfaceIndex: BRIDGE_INDEX,
    });
    expect(decodeDhcpRequest(sent?.octets ?? new Uint8Array(0))).toEqual(initReboot);
    const wishes = effects.flatMap((effect) => (effect.kind === 'wanted' ? effect.wishes : []));
    expect(wishes).toContainEqual({ kind: 'dhcpLocal', mac: where.mac });
  });
});

describe('a mobile node with software of its own', () => {
  const homeAgent = ip('10.2.0.1');
  const abroad = { homeAddress: ip('10.2.0.77'), homeAgent, careOfAddress: ip('10.255.1.2') };

  test('is relayed as it asked, and gets the reply as a frame, to the port it asked from', () => {
    const switchboard = newSwitchboard();
    const asked = request(abroad);
    const relayed = switchboard.linkFrameReceived('br-lan', requestFrame(asked.octets), at(0));
    expect(departures(relayed, 'registrationSend')).toMatchObject([{ octets: asked.octets, destination: homeAgent }]);
    const { homeAddress, identification } = asked;
    const fields = { code: 129, lifetimeSeconds: 0, homeAddress, homeAgent, identification };
    const effects = switchboard.registrationReceived(received(encodeRegistrationReply(fields), homeAgent), at(20));
    const [sent] = departures(effects, 'linkFrameSend');
    expect(sent?.interfaceIndex).toBe(BRIDGE_INDEX);
    expect(decodeFrame(sent?.octets ?? new Uint8Array(0))).toMatchObject({
      destination: PHONE,
      source: BRIDGE_MAC,
      payload: { ipv4: { source: ip('10.1.0.1'), destination: ip('10.2.0.77'), udp: { destinationPort: 40_000 } } },
    });
  });

  test('that is refused here gets the reason as a frame', () => {
    const effects = newSwitchboard().linkFrameReceived(
      'br-lan',
      requestFrame(request({ ...abroad, careOfAddress: ip('192.0.2.1') }).octets),
      at(0),
    );
    const [sent] = departures(effects, 'linkFrameSend');
    const { payload } = decodeFrame(sent?.octets ?? new Uint8Array(0));
    const udp = payload.kind === 'ipv4' ? payload.ipv4.udp : undefined;
    expect(decodeRegistrationReply(udp?.octets ?? new Uint8Array(0)).code).toBeGreaterThanOrEqual(64);
  });

  test('that solicits gets an advertisement on its link', () => {
    const solicitation = encodeIcmpFrame({
      destinationMac: mac('01:00:5e:00:00:0b'),
      sourceMac: PHONE,
      source: ip('10.2.0.77'),
      destination: ip('224.0.0.11'),
      timeToLive: 1,
      octets: encodeAgentSolicitation(),
    });
    const switchboard = newSwitchboard();
    switchboard.linkFrameReceived('br-lan', solicitation, at(0));
    const [sent] = departures(switchboard.deadlineReached(at(60_000)), 'linkFrameSend');
    expect(decodeFrame(sent?.octets ?? new Uint8Array(0))).toMatchObject({ source: BRIDGE_MAC });
  });
});

describe('what makes no sense', () => {
  test('is told as such, wherever it came', () => {
    const switchboard = newSwitchboard();
    const kinds = [
      switchboard.registrationReceived(received(Uint8Array.of(1, 2, 3), ip('10.2.0.1')), at(0)),
      switchboard.linkFrameReceived('br-lan', Uint8Array.of(1, 2, 3), at(0)),
      switchboard.portFrameReceived('br-lan', Uint8Array.of(1, 2, 3), at(0)),
    ].map((effects) => effects.map(({ kind }) => kind));
    expect(kinds).toEqual([['malformed'], ['malformed'], ['malformed']]);
  });

  test('and came over a link that is none of ours is nothing', () => {
    expect(newSwitchboard().linkFrameReceived('wan', requestFrame(request().octets), at(0))).toEqual([]);
  });
});

test('configured again with the same, nothing changes', () => {
  const switchboard = newSwitchboard();
  attach(switchboard, ip('10.2.0.77'), ip('10.2.0.1'));
  const revision = switchboard.revision();
  const effects = switchboard.configured(configured(USUAL), at(100));
  expect([departures(effects, 'registrationSend'), switchboard.revision()]).toEqual([[], revision]);
  expect(effects.filter(({ kind }) => kind === 'wanted' || kind === 'unwanted')).toEqual([]);
});

test('waking too early does nothing', () => {
  const switchboard = newSwitchboard();
  const deadline = switchboard.nextDeadline();
  expect(deadline).toBeDefined();
  expect(switchboard.deadlineReached(at((deadline ?? 0) - 1))).toEqual([]);
});

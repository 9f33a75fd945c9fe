import { describe, expect, test } from 'vitest';
import {
  type ArrivalLink,
  agentFrameArrival,
  datagramArrival,
  decodedFrame,
  decodeOrMalformed,
  mobileNodeFrameArrival,
  type RoleArrival,
  stationFrameArrival,
} from '../../src/daemon/inbound.ts';
import type { Ipv4Address } from '../../src/octets/address.ts';
import { encodeAgentSolicitation } from '../../src/wire/agent-advertisement.ts';
import { decodeDhcpReply, decodeDhcpRequest } from '../../src/wire/dhcp.ts';
import { decodeFrame, encodeArpFrame, encodeIcmpFrame, encodeUdpFrame, type Frame } from '../../src/wire/frames.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { encodeRegistrationRevocation, encodeRevocationAcknowledgment } from '../../src/wire/revocation.ts';
import { ip, mac } from '../addresses.ts';
import { reply, request } from '../roles/messages.ts';
import * as recorded from '../wire/dhcp-recordings.ts';
import { DNSMASQ_REFUSAL } from '../wire/dhcp-refusal-recording.ts';
import { BRIDGE_MAC, configured } from './router.ts';
import { usualConfiguration } from './two-boxes.ts';

const PHONE = mac('02:00:00:00:02:00');
const VISITED_HOST = ip('10.2.0.77');
const CONFIGURED = configured(usualConfiguration([1, 2]));
const LINK = CONFIGURED.agentLinks.get('br-lan') as ArrivalLink;
const SURROUNDINGS = {
  homeAgent: CONFIGURED.homeAgent,
  linkIndexes: [4],
  tunnelIndexes: [9],
  isAwaitedByHomeAgent: () => false,
};
/** Of a node that has its home elsewhere. */
const ABROAD = { homeAddress: VISITED_HOST, homeAgent: ip('10.2.0.1') };
const NOTHING = { kind: 'nothing' };

function datagram(octets: Uint8Array, interfaceIndex = 3) {
  return {
    octets,
    sourceAddress: ip('10.255.2.2'),
    sourcePort: 434,
    destinationAddress: ip('10.255.1.2'),
    interfaceIndex,
    timeToLive: 63,
  };
}

function frame(
  octets: Uint8Array,
  changes: { destination?: Ipv4Address; destinationPort?: number; sourcePort?: number } = {},
): Frame {
  return decodeFrame(
    encodeUdpFrame({
      destinationMac: BRIDGE_MAC,
      sourceMac: PHONE,
      source: VISITED_HOST,
      destination: changes.destination ?? ip('10.1.0.1'),
      sourcePort: changes.sourcePort ?? 40_000,
      destinationPort: changes.destinationPort ?? 434,
      timeToLive: 255,
      octets,
    }),
  );
}

function icmpFrame(octets: Uint8Array): Frame {
  return decodeFrame(
    encodeIcmpFrame({
      destinationMac: BRIDGE_MAC,
      sourceMac: PHONE,
      source: VISITED_HOST,
      destination: ip('224.0.0.11'),
      timeToLive: 1,
      octets,
    }),
  );
}

const ARP = decodeFrame(
  encodeArpFrame(BRIDGE_MAC, PHONE, {
    operation: 'request',
    senderMac: PHONE,
    senderAddress: VISITED_HOST,
    targetMac: mac('00:00:00:00:00:00'),
    targetAddress: ip('10.1.0.1'),
  }),
);

function forWhom(arrival: RoleArrival): string {
  return arrival.kind === 'for' ? `${arrival.role} ${arrival.event.kind}` : arrival.kind;
}

describe('what makes no sense', () => {
  test('is an arrival of its own kind, with the reason', () => {
    expect(decodedFrame(new Uint8Array(5))).toMatchObject({
      kind: 'malformed',
      why: expect.stringContaining('Ethernet'),
    });
    expect(forWhom(datagramArrival(datagram(new Uint8Array(3)), SURROUNDINGS))).toBe('malformed');
    expect(forWhom(mobileNodeFrameArrival(frame(Uint8Array.of(1, 2, 3)), LINK))).toBe('malformed');
    expect(forWhom(agentFrameArrival(frame(Uint8Array.of(3), { sourcePort: 434 }), 'br-lan'))).toBe('malformed');
    expect(forWhom(agentFrameArrival(icmpFrame(Uint8Array.of(9, 0)), 'br-lan'))).toBe('malformed');
  });

  test('is told apart from a fault of ours, which passes on', () => {
    const fault = () => {
      throw new TypeError('ours');
    };
    expect(() => decodeOrMalformed(fault)).toThrow(TypeError);
    const malformed = () => {
      throw new Malformed('it', 'is wrong');
    };
    expect(decodeOrMalformed(malformed)).toMatchObject({ kind: 'malformed' });
  });

  test('at any length is no exception', () => {
    const whole = request().octets;
    for (let length = 0; length < whole.length; length++) {
      expect(() => datagramArrival(datagram(whole.subarray(0, length)), SURROUNDINGS)).not.toThrow();
    }
  });
});

describe('a datagram on the registration port', () => {
  test('with a request that names one of our addresses is the home agent’s; whose frame it was is not known', () => {
    const arrival = datagramArrival(datagram(request().octets), SURROUNDINGS);
    expect(arrival).toMatchObject({
      role: 'homeAgent',
      event: { kind: 'requestReceived', arrival: { sourceAddress: ip('10.255.2.2'), sourceMac: undefined } },
    });
  });

  test('with a request that is cut is the home agent’s all the same, which says so; cut further it is malformed', () => {
    const { octets } = request();
    const arrival = datagramArrival(datagram(octets.subarray(0, -1)), SURROUNDINGS);
    expect(arrival).toMatchObject({ role: 'homeAgent', event: { request: { isPoorlyFormed: true } } });
    expect(datagramArrival(datagram(octets.subarray(0, 20)), SURROUNDINGS).kind).toBe('malformed');
  });

  test('with a request for another home agent is for nobody', () => {
    const arrival = datagramArrival(datagram(request(ABROAD).octets), SURROUNDINGS);
    expect(arrival).toEqual(NOTHING);
  });

  test('that came over a link with mobile nodes is heard as a frame, and not twice', () => {
    expect(datagramArrival(datagram(request().octets, 4), SURROUNDINGS)).toEqual(NOTHING);
  });

  test('with a reply is the foreign agent’s, with its sender', () => {
    const arrival = datagramArrival(datagram(reply().octets), SURROUNDINGS);
    expect(arrival).toMatchObject({
      role: 'foreignAgent',
      event: { kind: 'replyReceived', sourceAddress: ip('10.255.2.2') },
    });
  });

  test('with a revocation is of the agent that the A bit says', () => {
    const fields = {
      inform: false,
      homeAddress: ip('10.1.0.77'),
      homeDomainAddress: ip('10.1.0.1'),
      foreignDomainAddress: ip('10.255.2.2'),
      revocationIdentifier: 7,
    };
    const toForeign = encodeRegistrationRevocation({ ...fields, fromHomeAgent: true });
    const toHome = encodeRegistrationRevocation({ ...fields, fromHomeAgent: false });
    expect(forWhom(datagramArrival(datagram(toForeign), SURROUNDINGS))).toBe('foreignAgent revocationReceived');
    expect(forWhom(datagramArrival(datagram(toHome), SURROUNDINGS))).toBe('homeAgent revocationReceived');
  });

  test('with an acknowledgment counts where somebody waits for it', () => {
    const fields = { inform: false, homeAddress: ip('10.1.0.77'), revocationIdentifier: 7 };
    const octets = encodeRevocationAcknowledgment(fields);
    expect(datagramArrival(datagram(octets), SURROUNDINGS)).toEqual(NOTHING);
    const awaited = { ...SURROUNDINGS, isAwaitedByHomeAgent: () => true };
    expect(forWhom(datagramArrival(datagram(octets), awaited))).toBe('homeAgent revocationAcknowledged');
  });
});

describe('a frame of a link with mobile nodes', () => {
  test('with a request for another home agent is the foreign agent’s, with all that it tells of its sender', () => {
    const arrival = mobileNodeFrameArrival(frame(request(ABROAD).octets), LINK);
    expect(arrival).toMatchObject({
      role: 'foreignAgent',
      event: {
        kind: 'requestReceived',
        timeToLive: 255,
        link: {
          mac: PHONE,
          interfaceIndex: 4,
          interfaceName: 'br-lan',
          sourceAddress: VISITED_HOST,
          sourcePort: 40_000,
          destinationAddress: ip('10.1.0.1'),
        },
      },
    });
  });

  test('with a request that names us is the home agent’s, with the sender’s MAC address', () => {
    const arrival = mobileNodeFrameArrival(frame(request().octets), LINK);
    expect(arrival).toMatchObject({ role: 'homeAgent', event: { arrival: { sourceMac: PHONE } } });
  });

  test('with a request sent to somebody else is nothing to us', () => {
    const octets = request(ABROAD).octets;
    expect(mobileNodeFrameArrival(frame(octets, { destination: ip('10.1.0.9') }), LINK)).toEqual(NOTHING);
  });

  test('with a solicitation asks for an advertisement', () => {
    expect(mobileNodeFrameArrival(icmpFrame(encodeAgentSolicitation()), LINK)).toEqual({
      kind: 'for',
      role: 'advertising',
      event: { kind: 'solicitationReceived', interfaceName: 'br-lan', sourceAddress: VISITED_HOST, sourceMac: PHONE },
    });
  });

  test('with anything else is nothing', () => {
    expect(mobileNodeFrameArrival(ARP, LINK)).toEqual(NOTHING);
    expect(mobileNodeFrameArrival(frame(reply().octets), LINK)).toEqual(NOTHING);
    expect(mobileNodeFrameArrival(frame(request().octets, { destinationPort: 53 }), LINK)).toEqual(NOTHING);
  });
});

describe('DHCP', () => {
  const octets = recorded.UDHCPC_RENEWING;
  const heard = decodeDhcpRequest(octets);
  const dhcpFrame = (payload: Uint8Array, sourceMac = heard.clientMac) =>
    encodeUdpFrame({
      destinationMac: BRIDGE_MAC,
      sourceMac,
      source: heard.clientAddress,
      destination: ip('10.1.0.1'),
      sourcePort: 68,
      destinationPort: 67,
      timeToLive: 64,
      octets: payload,
    });

  test('of a station is told with where it was sent to', () => {
    expect(stationFrameArrival(dhcpFrame(octets), 'phy0-ap0')).toEqual({
      kind: 'dhcpReceived',
      interfaceName: 'phy0-ap0',
      mac: heard.clientMac,
      heard: { request: heard, destination: ip('10.1.0.1') },
    });
  });

  test('of another than who sends it is a frame like any other, and one that makes no sense is malformed', () => {
    expect(stationFrameArrival(dhcpFrame(octets, PHONE), 'phy0-ap0').kind).toBe('frameReceived');
    expect(stationFrameArrival(dhcpFrame(octets.subarray(0, 240)), 'phy0-ap0').kind).toBe('malformed');
    expect(stationFrameArrival(octets.subarray(0, 9), 'phy0-ap0').kind).toBe('malformed');
  });

  test('that comes out of a tunnel is for the home agent; from the same port elsewhere it makes no sense', () => {
    const arrived = { ...datagram(octets), sourcePort: 68, sourceAddress: heard.clientAddress };
    const event = { kind: 'dhcpReceived', request: heard, sourceAddress: heard.clientAddress };
    const fromTunnel = datagramArrival({ ...arrived, interfaceIndex: 9 }, SURROUNDINGS);
    expect(fromTunnel).toEqual({ kind: 'for', role: 'homeAgent', event });
    expect(forWhom(datagramArrival({ ...arrived, interfaceIndex: 3 }, SURROUNDINGS))).not.toContain('dhcp');
    const cut = { ...arrived, octets: octets.subarray(0, 239), interfaceIndex: 9 };
    expect(forWhom(datagramArrival(cut, SURROUNDINGS))).toBe('malformed');
  });
});

describe('what a DHCP server says on a link of ours', () => {
  const arrived = { ...datagram(DNSMASQ_REFUSAL), sourcePort: 67, sourceAddress: ip('10.1.0.1') };

  test('is for the home agent; from the same port elsewhere it makes no sense', () => {
    const event = { kind: 'dhcpAnswered', reply: decodeDhcpReply(DNSMASQ_REFUSAL), sourceAddress: ip('10.1.0.1') };
    const onLink = datagramArrival({ ...arrived, interfaceIndex: 4 }, SURROUNDINGS);
    expect(onLink).toEqual({ kind: 'for', role: 'homeAgent', event });
    expect(forWhom(datagramArrival({ ...arrived, interfaceIndex: 3 }, SURROUNDINGS))).toBe('malformed');
  });
});

describe('a frame of a wired port', () => {
  test('with a reply from the registration port is the access point’s', () => {
    const arrival = agentFrameArrival(frame(reply().octets, { sourcePort: 434 }), 'br-lan');
    expect(arrival).toMatchObject({
      role: 'accessPoint',
      event: { kind: 'replyReceived', sourceAddress: VISITED_HOST },
    });
  });

  test('with anything else is nothing', () => {
    expect(agentFrameArrival(ARP, 'br-lan')).toEqual(NOTHING);
    expect(agentFrameArrival(frame(reply().octets), 'br-lan')).toEqual(NOTHING);
    expect(agentFrameArrival(frame(request().octets, { sourcePort: 434 }), 'br-lan')).toEqual(NOTHING);
    expect(agentFrameArrival(icmpFrame(encodeAgentSolicitation()), 'br-lan')).toEqual(NOTHING);
  });
});

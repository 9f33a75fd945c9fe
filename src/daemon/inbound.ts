// From octets that arrived to events of the roles. The one place that catches Malformed: what makes no sense becomes a
// count, never an exception.

import type { MacAddress } from '../octets/address.ts';
import type { AccessPointEvent } from '../roles/access-point/access-point.ts';
import type { AgentAdvertisingEvent } from '../roles/agent-advertising.ts';
import type { ForeignAgentEvent } from '../roles/foreign-agent/events.ts';
import type { HomeAgentConfiguration } from '../roles/home-agent/configuration.ts';
import type { HomeAgentEvent } from '../roles/home-agent/home-agent.ts';
import { isForHomeAgent } from '../roles/home-agent/request-checks.ts';
import type { Datagram } from '../runtime/runtime.ts';
import { decodeAgentDiscoveryMessage } from '../wire/agent-advertisement.ts';
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, decodeDhcpReply, decodeDhcpRequest } from '../wire/dhcp.ts';
import { decodeFrame, type Frame, type Ipv4Packet, type UdpDatagram } from '../wire/frames.ts';
import { Malformed } from '../wire/malformed.ts';
import { decodeMobileIpMessage, type MobileIpMessage } from '../wire/mobile-ip-message.ts';
import { decodePoorlyFormedMessage, REGISTRATION_PORT, type RegistrationRequest } from '../wire/registration.ts';

export type MalformedArrival = { readonly kind: 'malformed'; readonly why: string };

export type RoleEvent =
  | { readonly role: 'accessPoint'; readonly event: AccessPointEvent }
  | { readonly role: 'foreignAgent'; readonly event: ForeignAgentEvent }
  | { readonly role: 'homeAgent'; readonly event: HomeAgentEvent }
  | { readonly role: 'advertising'; readonly event: AgentAdvertisingEvent };

/** `nothing`: what came is for nobody here, or comes by another way too. */
export type RoleArrival = ({ readonly kind: 'for' } & RoleEvent) | { readonly kind: 'nothing' } | MalformedArrival;

/** The link that a frame came over, and what this box is there. */
export type ArrivalLink = {
  readonly interfaceIndex: number;
  readonly interfaceName: string;
  readonly homeAgent: HomeAgentConfiguration;
};

const NOTHING: RoleArrival = { kind: 'nothing' };

export function decodeOrMalformed<Message>(decode: () => Message): Message | MalformedArrival {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: 'malformed', why: error.message };
  }
}

export function decodedFrame(octets: Uint8Array): Frame | MalformedArrival {
  return decodeOrMalformed(() => decodeFrame(octets));
}

/** Some malformed messages are for a role all the same: it says that they are. */
function decodedMessage(octets: Uint8Array): MobileIpMessage | MalformedArrival {
  const message = decodeOrMalformed(() => decodeMobileIpMessage(octets));
  return message.kind === 'malformed' ? (decodePoorlyFormedMessage(octets) ?? message) : message;
}

export type DatagramSurroundings = {
  readonly homeAgent: HomeAgentConfiguration;
  /** Links whose requests are heard as frames, because only these tell the sender's MAC address. */
  readonly linkIndexes: readonly number[];
  /** Our tunnel devices. */
  readonly tunnelIndexes: readonly number[];
  readonly isAwaitedByHomeAgent: (message: MobileIpMessage, datagram: Datagram) => boolean;
};

/** What a station says: to a DHCP server, or anything else. */
export function stationFrameArrival(octets: Uint8Array, interfaceName: string): AccessPointEvent | MalformedArrival {
  const frame = decodedFrame(octets);
  if ('kind' in frame) return frame;
  const { payload, source: mac } = frame;
  const ordinary = { kind: 'frameReceived', interfaceName, frame } as const;
  if (payload.kind !== 'ipv4' || payload.ipv4.udp?.destinationPort !== DHCP_SERVER_PORT) return ordinary;
  const { udp, destination } = payload.ipv4;
  const request = decodeOrMalformed(() => decodeDhcpRequest(udp.octets));
  if ('kind' in request) return request;
  // What another's relay agent passes on is no station's own word.
  if (request.clientMac !== mac) return ordinary;
  return { kind: 'dhcpReceived', interfaceName, mac, heard: { request, destination } };
}

/** A datagram on the registration port: from other agents; or DHCP of mobile nodes, or for them, which nftables leads here. */
export function datagramArrival(datagram: Datagram, surroundings: DatagramSurroundings): RoleArrival {
  if (surroundings.tunnelIndexes.includes(datagram.interfaceIndex) && datagram.sourcePort === DHCP_CLIENT_PORT) {
    return tunnelledDhcpArrival(datagram);
  }
  const isOnLink = surroundings.linkIndexes.includes(datagram.interfaceIndex);
  if (isOnLink && datagram.sourcePort === DHCP_SERVER_PORT) return dhcpReplyArrival(datagram);
  const message = decodedMessage(datagram.octets);
  const { sourceAddress, sourcePort, destinationAddress } = datagram;
  const arrival = { sourceAddress, sourcePort, destinationAddress, sourceMac: undefined };
  switch (message.kind) {
    case 'malformed':
      return message;
    case 'registrationReply':
      return { kind: 'for', role: 'foreignAgent', event: { kind: 'replyReceived', reply: message, sourceAddress } };
    case 'registrationRequest': {
      if (isOnLink) return NOTHING;
      if (!isForHomeAgent(message, surroundings.homeAgent)) return NOTHING;
      return toHomeAgent(message, arrival);
    }
    case 'registrationRevocation':
      // RFC 3543 §3.3: the A bit says that a home agent sends it, to a foreign agent.
      return message.fromHomeAgent
        ? { kind: 'for', role: 'foreignAgent', event: { kind: 'revocationReceived', revocation: message, arrival } }
        : { kind: 'for', role: 'homeAgent', event: { kind: 'revocationReceived', revocation: message, arrival } };
    case 'revocationAcknowledgment': {
      if (!surroundings.isAwaitedByHomeAgent(message, datagram)) return NOTHING;
      const event = { kind: 'revocationAcknowledged', acknowledgment: message, arrival } as const;
      return { kind: 'for', role: 'homeAgent', event };
    }
  }
}

function tunnelledDhcpArrival({ octets, sourceAddress }: Datagram): RoleArrival {
  const request = decodeOrMalformed(() => decodeDhcpRequest(octets));
  if ('kind' in request) return request;
  return { kind: 'for', role: 'homeAgent', event: { kind: 'dhcpReceived', request, sourceAddress } };
}

function dhcpReplyArrival({ octets, sourceAddress }: Datagram): RoleArrival {
  const reply = decodeOrMalformed(() => decodeDhcpReply(octets));
  if ('kind' in reply) return reply;
  return { kind: 'for', role: 'homeAgent', event: { kind: 'dhcpAnswered', reply, sourceAddress } };
}

/** A frame of a link with mobile nodes: what they, or their proxies, say to the agents of this box. */
export function mobileNodeFrameArrival(frame: Frame, link: ArrivalLink): RoleArrival {
  if (frame.payload.kind !== 'ipv4') return NOTHING;
  const { ipv4 } = frame.payload;
  if (ipv4.icmp !== undefined) return solicitationArrival(ipv4.icmp, ipv4, frame.source, link);
  if (ipv4.udp?.destinationPort !== REGISTRATION_PORT) return NOTHING;
  return requestArrival(ipv4, ipv4.udp, frame.source, link);
}

function requestArrival(ipv4: Ipv4Packet, udp: UdpDatagram, mac: MacAddress, link: ArrivalLink): RoleArrival {
  const message = decodedMessage(udp.octets);
  if (message.kind === 'malformed') return message;
  if (message.kind !== 'registrationRequest') return NOTHING;
  const { interfaceIndex, interfaceName } = link;
  const { source: sourceAddress, destination: destinationAddress, timeToLive } = ipv4;
  const arrival = { sourceAddress, sourcePort: udp.sourcePort, destinationAddress };
  if (isForHomeAgent(message, link.homeAgent)) {
    return toHomeAgent(message, { ...arrival, sourceMac: mac });
  }
  if (!link.homeAgent.addresses.includes(destinationAddress)) return NOTHING;
  const from = { ...arrival, interfaceIndex, interfaceName, mac };
  return {
    kind: 'for',
    role: 'foreignAgent',
    event: { kind: 'requestReceived', request: message, link: from, timeToLive },
  };
}

function solicitationArrival(icmp: Uint8Array, ipv4: Ipv4Packet, mac: MacAddress, link: ArrivalLink): RoleArrival {
  const message = decodeOrMalformed(() => decodeAgentDiscoveryMessage(icmp));
  if (message.kind === 'malformed') return message;
  if (message.kind !== 'agentSolicitation') return NOTHING;
  const { interfaceName } = link;
  const event = { kind: 'solicitationReceived', interfaceName, sourceAddress: ipv4.source, sourceMac: mac } as const;
  return { kind: 'for', role: 'advertising', event };
}

/** A frame of a wired port of a bridge: what agents say to the stations that we register for. */
export function agentFrameArrival(frame: Frame, bridge: string): RoleArrival {
  if (frame.payload.kind !== 'ipv4') return NOTHING;
  const { source: sourceMac, payload } = frame;
  const { ipv4 } = payload;
  if (ipv4.icmp !== undefined) return advertisementArrival(ipv4.icmp, ipv4, sourceMac, bridge);
  const { udp } = ipv4;
  if (udp?.sourcePort !== REGISTRATION_PORT) return NOTHING;
  const message = decodeOrMalformed(() => decodeMobileIpMessage(udp.octets));
  if (message.kind === 'malformed') return message;
  if (message.kind !== 'registrationReply') return NOTHING;
  const event = { kind: 'replyReceived', reply: message, sourceAddress: ipv4.source } as const;
  return { kind: 'for', role: 'accessPoint', event };
}

function advertisementArrival(icmp: Uint8Array, ipv4: Ipv4Packet, sourceMac: MacAddress, bridge: string): RoleArrival {
  const advertisement = decodeOrMalformed(() => decodeAgentDiscoveryMessage(icmp));
  if (advertisement.kind === 'malformed') return advertisement;
  if (advertisement.kind === 'agentSolicitation') return NOTHING;
  const { source: sourceAddress, destination: destinationAddress } = ipv4;
  const received = { bridge, sourceMac, sourceAddress, destinationAddress, advertisement };
  return { kind: 'for', role: 'accessPoint', event: { kind: 'advertisementReceived', ...received } };
}

type HomeAgentArrival = Extract<HomeAgentEvent, { readonly kind: 'requestReceived' }>['arrival'];

function toHomeAgent(request: RegistrationRequest, arrival: HomeAgentArrival): RoleArrival {
  return { kind: 'for', role: 'homeAgent', event: { kind: 'requestReceived', request, arrival } };
}

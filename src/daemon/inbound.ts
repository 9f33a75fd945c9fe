// From octets that arrived to events of the roles. The one place that catches Malformed: what makes no sense becomes a
// count, never an exception.

import type { Ipv4Address } from '../octets/address.ts';
import type { ForeignAgentEvent } from '../roles/foreign-agent/foreign-agent.ts';
import type { HomeAgentEvent } from '../roles/home-agent/home-agent.ts';
import type { Datagram } from '../runtime/runtime.ts';
import { decodeFrame, type Frame } from '../wire/frames.ts';
import { Malformed } from '../wire/malformed.ts';
import {
  decodeRegistrationMessage,
  REGISTRATION_PORT,
  type RegistrationReply,
  type RegistrationRequest,
} from '../wire/registration.ts';

export type MalformedArrival = { readonly kind: 'malformed'; readonly why: string };

export type RegistrationArrival =
  | { readonly kind: 'forHomeAgent'; readonly event: HomeAgentEvent }
  | { readonly kind: 'forForeignAgent'; readonly event: ForeignAgentEvent }
  /** A request for a foreign agent that did not come as a frame of the visited link: its sender's MAC address is unknown. */
  | { readonly kind: 'notServed'; readonly homeAddress: Ipv4Address }
  | MalformedArrival;

/** The bridge that a frame came over. */
export type ArrivalLink = { readonly interfaceIndex: number; readonly interfaceName: string };

export function decodeOrMalformed<Message>(decode: () => Message): Message | MalformedArrival {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: 'malformed', why: error.message };
  }
}

/** A datagram on the registration port. A request that names one of our addresses is the home agent's. */
export function registrationArrival(datagram: Datagram, ownAddresses: readonly Ipv4Address[]): RegistrationArrival {
  const message = decodeOrMalformed(() => decodeRegistrationMessage(datagram.octets));
  switch (message.kind) {
    case 'malformed':
      return message;
    case 'registrationReply':
      return { kind: 'forForeignAgent', event: replyEvent(message, datagram.sourceAddress) };
    case 'registrationRequest': {
      if (!ownAddresses.includes(message.homeAgent)) return { kind: 'notServed', homeAddress: message.homeAddress };
      const { sourceAddress, sourcePort, destinationAddress } = datagram;
      const arrival = { sourceAddress, sourcePort, destinationAddress, sourceMac: undefined };
      return { kind: 'forHomeAgent', event: { kind: 'requestReceived', request: message, arrival } };
    }
  }
}

/** A request in a whole frame, as a mobile node (or its proxy) sends it on the link. */
export function requestFrameArrival(
  octets: Uint8Array,
  link: ArrivalLink,
  ownAddresses: readonly Ipv4Address[],
): RegistrationArrival {
  const frame = decodeOrMalformed(() => decodeFrame(octets));
  if ('kind' in frame) return frame;
  const { payload, source: mac } = frame;
  const udp = payload.kind === 'ipv4' ? payload.ipv4.udp : undefined;
  if (payload.kind !== 'ipv4' || udp?.destinationPort !== REGISTRATION_PORT) {
    return { kind: 'malformed', why: 'a frame that is no registration' };
  }
  const message = decodeOrMalformed(() => decodeRegistrationMessage(udp.octets));
  if (message.kind !== 'registrationRequest') return { kind: 'malformed', why: 'a frame that is no request' };
  const { source: sourceAddress, destination: destinationAddress, timeToLive } = payload.ipv4;
  const arrival = { sourceAddress, sourcePort: udp.sourcePort, destinationAddress };
  if (ownAddresses.includes(message.homeAgent)) {
    const event = { kind: 'requestReceived', request: message, arrival: { ...arrival, sourceMac: mac } } as const;
    return { kind: 'forHomeAgent', event };
  }
  return { kind: 'forForeignAgent', event: requestEvent(message, { ...arrival, ...link, mac }, timeToLive) };
}

export function stationFrame(octets: Uint8Array): Frame | MalformedArrival {
  return decodeOrMalformed(() => decodeFrame(octets));
}

type RequestEvent = Extract<ForeignAgentEvent, { readonly kind: 'requestReceived' }>;

function requestEvent(request: RegistrationRequest, link: RequestEvent['link'], timeToLive: number): ForeignAgentEvent {
  return { kind: 'requestReceived', request, link, timeToLive };
}

function replyEvent(reply: RegistrationReply, sourceAddress: Ipv4Address): ForeignAgentEvent {
  return { kind: 'replyReceived', reply, sourceAddress };
}

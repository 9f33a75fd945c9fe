// The home agent's Registration Reply: where it goes (RFC 5944 §3.8.3.1), its fields (§3.8.3.2), and its extensions in the
// order of §3.8.3.3: what the mobile node reads, its signature, what the foreign agent reads, and that one's signature.

import { BROADCAST_MAC, type Ipv4Address } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { appendAuthentication } from '../../wire/authentication.ts';
import { appendExtension, EXTENSION, findExtension } from '../../wire/extensions.ts';
import { encodeUdpFrame } from '../../wire/frames.ts';
import { resynchronizing } from '../../wire/identification.ts';
import {
  CODE,
  encodeRegistrationReply,
  isAccepted,
  isDeregistration,
  REGISTRATION_PORT,
  type RegistrationRequest,
} from '../../wire/registration.ts';
import { appendRevocationSupport } from '../../wire/revocation-support.ts';
import { appendUdpTunnelReply, UDP_TUNNEL_CODE } from '../../wire/udp-tunnel.ts';
import { type HomeAgentConfiguration, homeNetworkOf } from './configuration.ts';
import type { HomeAgentEffect, LinkFrame, Message, RequestArrival } from './home-agent.ts';
import type { RevocationTerms } from './mobility-binding.ts';
import type { Signers } from './request-authentication.ts';
import { declinedUdpTunnel, isOfMobileNode } from './request-checks.ts';

export type Answer = {
  readonly code: number;
  readonly lifetimeSeconds: number;
  readonly homeAgent: Ipv4Address;
  /** Undefined where we cannot sign: for who asks without sharing a key with us. */
  readonly signers: Signers | undefined;
  /** What was agreed of revocation in this exchange. */
  readonly revocation: RevocationTerms | undefined;
};

/** RFC 5944 §3.4. */
const TIME_TO_LIVE = 64;
const DECLINED = { code: UDP_TUNNEL_CODE.declined, forced: false, keepaliveSeconds: 0 } as const;

/** RFC 5944 §5.7.1: the request's own; in a refusal by code 133 with our time in its high bits. */
export function timestampAnswering({ identification }: RegistrationRequest, code: number, unixMs: number): bigint {
  return code === CODE.identificationMismatch ? resynchronizing(identification, unixMs) : identification;
}

export function encodeAnswer(
  request: RegistrationRequest,
  answer: Answer,
  identification: bigint,
  digests: Digests,
): Uint8Array {
  const { code, signers } = answer;
  const { homeAddress } = request;
  const fixed = encodeRegistrationReply({
    code,
    lifetimeSeconds: answer.lifetimeSeconds,
    homeAddress,
    homeAgent: answer.homeAgent,
    identification,
  });
  const isDeclined = isAccepted(code) && !isDeregistration(request);
  const declined = isDeclined ? declinedUdpTunnel(request) : undefined;
  const isNodesWish = declined !== undefined && isOfMobileNode(declined, request);
  const identified = withNai(fixed, request);
  const forNode = isNodesWish ? appendUdpTunnelReply(identified, DECLINED) : identified;
  if (signers === undefined) return forNode;
  const signed = appendAuthentication(forNode, EXTENSION.mobileHomeAuthentication, signers.mobileNode, digests);
  const answered = declined !== undefined && !isNodesWish ? appendUdpTunnelReply(signed, DECLINED) : signed;
  // RFC 5944 §3.5.4: a deregistration is between the mobile node and us.
  if (signers.foreignAgent === undefined || isDeregistration(request)) return answered;
  const forAgent = withRevocationSupport(answered, answer.revocation);
  return appendAuthentication(forAgent, EXTENSION.foreignHomeAuthentication, signers.foreignAgent, digests);
}

/** `isAway`: the kernel's route to the one who asked leads into a tunnel. */
export function replySent(
  reply: { readonly request: RegistrationRequest; readonly answer: Answer; readonly octets: Uint8Array },
  arrival: RequestArrival,
  isAway: boolean,
  configuration: HomeAgentConfiguration,
): HomeAgentEffect {
  const { sourceAddress, sourcePort, destinationAddress } = arrival;
  const { octets, answer, request } = reply;
  // The address that the request was sent to, unless that was broadcast or multicast.
  const source = configuration.addresses.includes(destinationAddress) ? destinationAddress : answer.homeAgent;
  const message = { octets, source, destination: sourceAddress, destinationPort: sourcePort };
  const homeLinkFrame = isAway ? homeLinkFrameOf(message, arrival, configuration) : undefined;
  return {
    kind: 'replySent',
    octets,
    source,
    destination: sourceAddress,
    destinationPort: sourcePort,
    homeAddress: request.homeAddress,
    homeLinkFrame,
  };
}

/** What a refusal names as home agent: what was asked for, where that is us. */
export function namedHomeAgent(
  { homeAgent }: RegistrationRequest,
  { destinationAddress }: RequestArrival,
  { addresses }: HomeAgentConfiguration,
): Ipv4Address {
  const named = [homeAgent, destinationAddress].find((address) => addresses.includes(address));
  return named ?? addresses[0] ?? homeAgent;
}

/** To everybody on the link where the node's MAC address is unknown: it is the only one that the packet inside is for. */
function homeLinkFrameOf(
  message: Message,
  { sourceMac }: RequestArrival,
  configuration: HomeAgentConfiguration,
): LinkFrame | undefined {
  const network = homeNetworkOf(message.destination, configuration);
  if (network === undefined) return undefined;
  const octets = encodeUdpFrame({
    ...{ ...message, sourcePort: REGISTRATION_PORT, timeToLive: TIME_TO_LIVE },
    sourceMac: network.mac,
    destinationMac: sourceMac ?? BROADCAST_MAC,
  });
  return { interfaceIndex: network.interfaceIndex, octets };
}

/** RFC 2794 §3: who is named by a NAI is answered with it, because the foreign agent may know it by nothing else. */
function withNai(message: Uint8Array, request: RegistrationRequest): Uint8Array {
  const nai = findExtension(request.extensions, EXTENSION.mobileNodeNai);
  return nai === undefined ? message : appendExtension(message, { type: nai.type, data: nai.data });
}

function withRevocationSupport(message: Uint8Array, terms: RevocationTerms | undefined): Uint8Array {
  if (terms === undefined) return message;
  const { isInformNegotiated, ownTimestamp } = terms;
  return appendRevocationSupport(message, { informSupported: isInformNegotiated, timestamp: ownTimestamp });
}

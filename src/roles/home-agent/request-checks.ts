// The checks of a Registration Request at the home agent that follow its authentication (RFC 5944 §3.8.2.1, §3.8.2.3, RFC
// 3024 §4.3, RFC 3519 §4.6.1, RFC 3115 §3), and the two questions that are answered before it. They are pure: each gives
// the RFC's code. Order: addressed to us, well-formed, permitted, room left, then the tunnel, the reverse one last.

import { type Ipv4Address, isUnicast, LIMITED_BROADCAST } from '../../octets/address.ts';
import { findOrderFault } from '../../wire/extension-order.ts';
import { EXTENSION, type Extension, findExtension } from '../../wire/extensions.ts';
import { CODE, isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';
import { readUdpTunnelRequest } from '../../wire/udp-tunnel.ts';
import {
  type HomeAgentConfiguration,
  type HomeAgentSettings,
  type HomeNetwork,
  homeNetworkOf,
  networkOfBroadcast,
  ownAddressIn,
} from './configuration.ts';
import type { RequestArrival } from './home-agent.ts';

/** RFC 3024 §3.4, RFC 3115 §5 and RFC 3519 §3.5. */
export const LATER_CODE = {
  reverseTunnelUnavailable: 137,
  reverseTunnelMandatory: 138,
  unknownVendorExtensionOfMobileNode: 140,
  unknownVendorExtensionOfForeignAgent: 141,
  udpEncapsulationUnavailable: 142,
} as const;

/** RFC 3519 §3.1.4: as in the flags, IP in IP, GRE, minimal encapsulation. */
const UDP_ENCAPSULATIONS: readonly number[] = [0, 4, 47, 55];

type Source = Pick<RequestArrival, 'sourceAddress'>;

/** Whether a request is the home agent's to answer: it names us, or it is of a network that we serve. */
export function isForHomeAgent(request: RegistrationRequest, settings: HomeAgentConfiguration): boolean {
  const { homeAgent, homeAddress } = request;
  if (settings.addresses.includes(homeAgent) || networkOfBroadcast(homeAgent, settings) !== undefined) return true;
  return networkOfQuestion(homeAddress, settings) !== undefined;
}

/** A question that is answered before authentication, because who asks may share nothing with us. */
export type Probe = { readonly code: number; readonly homeAgent: Ipv4Address };

/**
 * Discovery of a home agent by broadcast (RFC 5944 §3.8.2.1) gets code 136 and our address. A deregistration of a home
 * network's broadcast address is how Cisco's access points ask whether a home agent lives: code 129.
 */
export function probeOf(
  request: RegistrationRequest,
  arrival: RequestArrival,
  settings: HomeAgentSettings,
): Probe | undefined {
  const { homeAddress, homeAgent } = request;
  const called = isBroadcast(homeAgent, settings) ? homeAgent : arrival.destinationAddress;
  if (isBroadcast(called, settings)) {
    const network = networkOfBroadcast(called, settings) ?? networkOfQuestion(homeAddress, settings);
    const own = network && ownAddressIn(network, settings);
    return own === undefined ? undefined : { code: CODE.unknownHomeAgentAddress, homeAgent: own };
  }
  const isAlive = isDeregistration(request) && networkOfBroadcast(homeAddress, settings) !== undefined;
  if (!isAlive || !settings.addresses.includes(homeAgent)) return undefined;
  return { code: CODE.homeAgentAdministrativelyProhibited, homeAgent };
}

/** What follows authentication and replay protection. `room`: the code that says whether there is room for this binding. */
export function checkRequest(
  request: RegistrationRequest,
  arrival: Source,
  settings: HomeAgentSettings,
  room: number,
): number {
  if (!settings.addresses.includes(request.homeAgent)) return CODE.unknownHomeAgentAddress;
  const udpTunnel = checkUdpTunnel(request, arrival);
  if (!isWellFormed(request, settings) || udpTunnel === CODE.homeAgentPoorlyFormedRequest) {
    return CODE.homeAgentPoorlyFormedRequest;
  }
  const isServed = homeNetworkOf(request.homeAddress, settings) !== undefined;
  if (!isServed || udpTunnel === CODE.homeAgentAdministrativelyProhibited) {
    return CODE.homeAgentAdministrativelyProhibited;
  }
  const vendorCode = checkVendorExtension(request);
  if (vendorCode !== CODE.accepted || isDeregistration(request)) return vendorCode;
  if (room !== CODE.accepted) return room;
  return udpTunnel === CODE.accepted ? checkTunnel(request, settings) : udpTunnel;
}

/** Whether the mobile node wrote it; what stands behind the Mobile-Home Authentication is a foreign agent's. */
export function isOfMobileNode(extension: Extension, request: RegistrationRequest): boolean {
  const authentication = findExtension(request.extensions, EXTENSION.mobileHomeAuthentication);
  return authentication !== undefined && extension.offset < authentication.offset;
}

/** A tunnel over UDP that was asked for and can be declined in an otherwise good reply (RFC 3519 §4.6). */
export function declinedUdpTunnel(request: RegistrationRequest): Extension | undefined {
  const extension = findExtension(request.extensions, EXTENSION.udpTunnelRequest);
  return extension && readUdpTunnelRequest(extension) && extension;
}

/** What nobody knows but its vendor, and must not be passed over (RFC 3115 §3): of the node, or of the foreign agent. */
function checkVendorExtension(request: RegistrationRequest): number {
  const extension = findExtension(request.extensions, EXTENSION.criticalVendorSpecific);
  if (extension === undefined) return CODE.accepted;
  return isOfMobileNode(extension, request)
    ? LATER_CODE.unknownVendorExtensionOfMobileNode
    : LATER_CODE.unknownVendorExtensionOfForeignAgent;
}

function isWellFormed(request: RegistrationRequest, settings: HomeAgentSettings): boolean {
  if (request.reservedFlags !== 0 || request.isPoorlyFormed) return false;
  // The authorizing one alone is in order, and by far the most frequent.
  if (request.extensions.length > 1 && findOrderFault(request) !== undefined) return false;
  if (isDeregistration(request)) return true;
  // A tunnel to one of our own addresses would bring its packets back to its beginning.
  const { careOfAddress, homeAddress } = request;
  return careOfAddress !== homeAddress && isUnicast(careOfAddress) && !settings.addresses.includes(careOfAddress);
}

/** RFC 3519 §4.6.1: a tunnel over UDP is not served, and without it a binding behind a NAT would carry nothing. */
function checkUdpTunnel(request: RegistrationRequest, { sourceAddress }: Source): number {
  const extension = findExtension(request.extensions, EXTENSION.udpTunnelRequest);
  const wanted = extension && readUdpTunnelRequest(extension);
  if (extension === undefined || wanted === undefined || isDeregistration(request)) return CODE.accepted;
  const isAtItsPlace = isOfMobileNode(extension, request) === request.decapsulationByMobileNode;
  if (wanted.reserved !== 0 || !isAtItsPlace) return CODE.homeAgentPoorlyFormedRequest;
  const isBehindNat = sourceAddress !== request.careOfAddress && !wanted.throughForeignAgent;
  if (wanted.force || isBehindNat) return CODE.homeAgentAdministrativelyProhibited;
  return UDP_ENCAPSULATIONS.includes(wanted.encapsulation) ? CODE.accepted : LATER_CODE.udpEncapsulationUnavailable;
}

/** RFC 3024 §4.3.1 has the reverse tunnel last. Our GRE tunnels carry no keys: for one, RFC 6245 §4.2 wants code 139. */
function checkTunnel(request: RegistrationRequest, { isGreServed, reverseTunnel }: HomeAgentSettings): number {
  const isKeyed = findExtension(request.extensions, EXTENSION.greKey) !== undefined;
  const isGreRefused = isKeyed || (request.greEncapsulation && !isGreServed);
  if (request.minimalEncapsulation || isGreRefused) return CODE.homeAgentEncapsulationUnavailable;
  if (!request.reverseTunneling && reverseTunnel === 'required') return LATER_CODE.reverseTunnelMandatory;
  if (request.reverseTunneling && reverseTunnel === 'refused') return LATER_CODE.reverseTunnelUnavailable;
  return CODE.accepted;
}

function isBroadcast(address: Ipv4Address, settings: HomeAgentConfiguration): boolean {
  return address === LIMITED_BROADCAST || networkOfBroadcast(address, settings) !== undefined;
}

/** The network that a question to all is about: its asker may stand for the broadcast address of the network itself. */
function networkOfQuestion(homeAddress: Ipv4Address, settings: HomeAgentConfiguration): HomeNetwork | undefined {
  return homeNetworkOf(homeAddress, settings) ?? networkOfBroadcast(homeAddress, settings);
}

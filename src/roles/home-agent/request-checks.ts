// The checks of a Registration Request at the home agent (RFC 5944 §3.8.2.1, RFC 3024 §4.3), in the order of the RFC. They
// are pure: each gives the RFC's code, or the reason to drop the request without an answer.

import { broadcastOf, contains, isUnicast } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { isAuthentic, type SecurityAssociation, securityParameterIndex } from '../../wire/authentication.ts';
import { EXTENSION } from '../../wire/extensions.ts';
import { CODE, isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';
import type { DiscardReason } from '../report.ts';
import type { HomeAgentConfiguration, HomeNetwork } from './home-agent.ts';

export type Authentication =
  | { readonly kind: 'discard'; readonly reason: DiscardReason }
  | { readonly kind: 'association'; readonly association: SecurityAssociation; readonly isAuthentic: boolean };

/** RFC 5944 §3.8.2.1: who signed. A request of nobody we know is dropped; a wrong authenticator is answered. */
export function checkAuthentication(
  request: RegistrationRequest,
  configuration: HomeAgentConfiguration,
  digests: Digests,
): Authentication {
  const extension = request.extensions.find(({ type }) => type === EXTENSION.mobileHomeAuthentication);
  if (extension === undefined) return { kind: 'discard', reason: 'missingSecurityExtension' };
  // Foreign-Home associations are not served: what a foreign agent has signed, we cannot check (RFC 5944 §3.8.2.1).
  if (request.extensions.some(({ type }) => type === EXTENSION.foreignHomeAuthentication)) {
    return { kind: 'discard', reason: 'noMobilitySecurityAssociation' };
  }
  const spi = securityParameterIndex(extension);
  const association = configuration.associations.bySpi(request.homeAddress, spi);
  if (association === undefined) return { kind: 'discard', reason: 'noMobilitySecurityAssociation' };
  return {
    kind: 'association',
    association,
    isAuthentic: isAuthentic(request.octets, extension, association, digests),
  };
}

/** What follows authentication and replay protection: form first, then policy. */
export function checkRequest(request: RegistrationRequest, configuration: HomeAgentConfiguration): number {
  if (!configuration.addresses.includes(request.homeAgent)) return CODE.unknownHomeAgentAddress;
  if (request.reservedFlags !== 0 || !isCareOfAddressSensible(request, configuration))
    return CODE.homeAgentPoorlyFormedRequest;
  if (homeNetworkOf(request, configuration) === undefined) return CODE.homeAgentAdministrativelyProhibited;
  if (request.minimalEncapsulation || request.greEncapsulation) return CODE.homeAgentEncapsulationUnavailable;
  return CODE.accepted;
}

/** The home network that a mobile node belongs to; its own addresses and the network's are no mobile nodes. */
export function homeNetworkOf(
  request: RegistrationRequest,
  configuration: HomeAgentConfiguration,
): HomeNetwork | undefined {
  const { homeAddress } = request;
  if (configuration.addresses.includes(homeAddress)) return undefined;
  return configuration.homeNetworks.find(
    ({ prefix }) =>
      contains(prefix, homeAddress) && homeAddress !== prefix.network && homeAddress !== broadcastOf(prefix),
  );
}

/** A tunnel to one of our own addresses would bring its packets back to its beginning. */
function isCareOfAddressSensible(request: RegistrationRequest, configuration: HomeAgentConfiguration): boolean {
  if (isDeregistration(request)) return true;
  const { careOfAddress, homeAddress } = request;
  return careOfAddress !== homeAddress && isUnicast(careOfAddress) && !configuration.addresses.includes(careOfAddress);
}

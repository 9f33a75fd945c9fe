// The checks of a Registration Request at the foreign agent (RFC 5944 §3.7.2.1, RFC 3024 §4.2). Pure: each gives the RFC's
// code. Mobile-Foreign authentication is not served.

import { EXTENSION } from '../../wire/extensions.ts';
import { CODE, isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';
import type { ForeignAgentConfiguration } from './foreign-agent.ts';

/** RFC 3024 §3.2: a request for a reverse tunnel must not have been forwarded by a router. */
const TIME_TO_LIVE_OF_NEIGHBOURS = 255;

export function checkRequest(
  request: RegistrationRequest,
  timeToLive: number,
  configuration: ForeignAgentConfiguration,
): number {
  if (!isCareOfAddressOurs(request, configuration)) return CODE.invalidCareOfAddress;
  if (request.reservedFlags !== 0) return CODE.poorlyFormedRequest;
  if (request.lifetimeSeconds > configuration.longestLifetimeSeconds) return CODE.requestedLifetimeTooLong;
  if (request.minimalEncapsulation || request.greEncapsulation) return CODE.requestedEncapsulationUnavailable;
  if (request.reverseTunneling && timeToLive !== TIME_TO_LIVE_OF_NEIGHBOURS) return CODE.mobileNodeTooDistant;
  if (request.extensions.some(({ type }) => type === EXTENSION.encapsulatingDelivery)) {
    return CODE.deliveryStyleNotSupported;
  }
  if (configuration.ownAddresses.includes(request.homeAgent)) return CODE.invalidHomeAgentAddress;
  return CODE.accepted;
}

/** RFC 5944 §3.7.2.1: only a deregistration, or a co-located care-of address, may name another one than ours. */
function isCareOfAddressOurs(request: RegistrationRequest, configuration: ForeignAgentConfiguration): boolean {
  if (request.decapsulationByMobileNode || isDeregistration(request)) return true;
  return configuration.careOfAddresses.includes(request.careOfAddress);
}

// The checks of a Registration Request at the foreign agent (RFC 5944 §3.7.2.1, RFC 3024 §4.2.1, RFC 2794 §3). Pure: each
// gives the RFC's code. Mobile-Foreign authentication and the limits come behind them, in foreign-agent.ts.

import { contains, isUnicast } from '../../octets/address.ts';
import { isEncapsulatingDelivery } from '../../wire/encapsulating-delivery.ts';
import { findOrderFault, upToAuthorizing } from '../../wire/extension-order.ts';
import { EXTENSION } from '../../wire/extensions.ts';
import { CODE, isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';
import { DENIAL } from './codes.ts';
import type { ForeignAgentSettings } from './configuration.ts';
import type { VisitorLink } from './visitor-list.ts';

/** RFC 3024 §3.2: a request for a reverse tunnel must not have been forwarded by a router. */
const TIME_TO_LIVE_OF_NEIGHBOURS = 255;

export type RequestArrival = { readonly link: VisitorLink; readonly timeToLive: number };

/** RFC 3543 §4.2.1: only a foreign agent, or a node with a care-of address of its own, may offer revocation. */
export function isRevocationOfferedByVisitor(request: RegistrationRequest): boolean {
  if (request.decapsulationByMobileNode) return false;
  return request.extensions.some(({ type }) => type === EXTENSION.revocationSupport);
}

export function checkRequest(
  request: RegistrationRequest,
  arrival: RequestArrival,
  settings: ForeignAgentSettings,
): number {
  if (!isCareOfAddressOurs(request, settings)) return CODE.invalidCareOfAddress;
  if (!isWellFormed(request)) return CODE.poorlyFormedRequest;
  return (
    codeOfAddresses(request, arrival, settings) ||
    codeOfDelivery(request) ||
    codeOfService(request, settings) ||
    codeOfReverseTunnel(request, arrival.timeToLive, settings) ||
    codeOfHomeAgent(request, settings)
  );
}

/** RFC 5944 §3.7.2.1: only a deregistration, or a co-located care-of address, may name another one than ours. */
function isCareOfAddressOurs(request: RegistrationRequest, settings: ForeignAgentSettings): boolean {
  if (request.decapsulationByMobileNode || isDeregistration(request)) return true;
  return settings.careOfAddresses.includes(request.careOfAddress);
}

/** RFC 3024 §3.3: without flag T there is nothing to deliver in a style. */
function isWellFormed(request: RegistrationRequest): boolean {
  if (request.reservedFlags !== 0 || request.isPoorlyFormed) return false;
  if (isEncapsulatingDelivery(request.extensions) && !request.reverseTunneling) return false;
  const fault = findOrderFault(request);
  // Two of them are a matter of authentication, with a code of its own (RFC 5944 §3.7.2.1).
  return (
    fault === undefined || (fault.kind === 'repeated' && fault.extension.type === EXTENSION.mobileForeignAuthentication)
  );
}

/** Whoever is at home on our link, or is ourselves, does not visit: its traffic must not be led to somebody else. */
function codeOfAddresses(
  request: RegistrationRequest,
  { link }: RequestArrival,
  settings: ForeignAgentSettings,
): number {
  const { homeAddress } = request;
  if (homeAddress === 0) return DENIAL.nonzeroHomeAddressRequired;
  if (!isUnicast(homeAddress)) return CODE.poorlyFormedRequest;
  if (settings.careOfAddresses.length === 0) return CODE.foreignAgentAdministrativelyProhibited;
  if (settings.ownAddresses.includes(homeAddress)) return CODE.foreignAgentAdministrativelyProhibited;
  const prefix = settings.links.get(link.interfaceName)?.prefix;
  const isAtHome = prefix !== undefined && contains(prefix, homeAddress);
  return isAtHome && !isDeregistration(request) ? CODE.foreignAgentAdministrativelyProhibited : CODE.accepted;
}

/** RFC 3024 §5.2: a node with a care-of address of its own sends its tunnel to the home agent, and not to us. */
function codeOfDelivery(request: RegistrationRequest): number {
  const isForOthers = request.decapsulationByMobileNode && isEncapsulatingDelivery(request.extensions);
  if (isForOthers) return CODE.deliveryStyleNotSupported;
  const signed = upToAuthorizing(request)?.length ?? 0;
  // RFC 3115 §2.1: what stands behind the home agent's part is for us, and may not be skipped.
  const isUnknown = ({ type, offset }: { readonly type: number; readonly offset: number }) =>
    type === EXTENSION.criticalVendorSpecific && offset >= signed;
  return request.extensions.some(isUnknown) ? DENIAL.unknownVendorExtensionFromMobileNode : CODE.accepted;
}

function codeOfService(request: RegistrationRequest, settings: ForeignAgentSettings): number {
  if (request.lifetimeSeconds > settings.longestLifetimeSeconds) return CODE.requestedLifetimeTooLong;
  const isUnavailable = request.minimalEncapsulation || (request.greEncapsulation && !settings.isGreServed);
  return isUnavailable ? CODE.requestedEncapsulationUnavailable : CODE.accepted;
}

function codeOfReverseTunnel(
  request: RegistrationRequest,
  timeToLive: number,
  { reverseTunnel }: ForeignAgentSettings,
): number {
  if (!request.reverseTunneling) {
    const isMissing = reverseTunnel === 'required' && !isDeregistration(request);
    return isMissing ? DENIAL.reverseTunnelMandatory : CODE.accepted;
  }
  if (reverseTunnel === 'refused') return CODE.reverseTunnelUnavailable;
  return timeToLive === TIME_TO_LIVE_OF_NEIGHBOURS ? CODE.accepted : CODE.mobileNodeTooDistant;
}

/** RFC 5944 §3.7.2: a request is not forwarded to ourselves. RFC 4433 §4: nor to nobody in particular. */
function codeOfHomeAgent({ homeAgent }: RegistrationRequest, settings: ForeignAgentSettings): number {
  if (homeAgent === 0 || homeAgent === 0xffffffff) return DENIAL.nonzeroHomeAgentRequired;
  return settings.ownAddresses.includes(homeAgent) ? CODE.invalidHomeAgentAddress : CODE.accepted;
}

// The home agent's counters of the Mobile IP MIB (RFC 2006, group haRegistration), under the MIB's own names.

import { CODE, isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';

/** The spelling of `haGratuitiousARPsSent` is the MIB's. ARP replies (haProxyARPsSent) are the kernel's, and not counted. */
const NAMES = [
  'haRegRequestsReceived',
  'haDeRegRequestsReceived',
  'haRegRepliesSent',
  'haDeRegRepliesSent',
  'haRegistrationAccepted',
  'haMultiBindingUnsupported',
  'haReasonUnspecified',
  'haAdmProhibited',
  'haInsufficientResource',
  'haMNAuthenticationFailure',
  'haFAAuthenticationFailure',
  'haIDMismatch',
  'haPoorlyFormedRequest',
  'haTooManyBindings',
  'haUnknownHA',
  'haGratuitiousARPsSent',
] as const;

export type HomeAgentCounterName = (typeof NAMES)[number];
export type HomeAgentCounts = Readonly<Record<HomeAgentCounterName, number>>;

/** Codes of RFCs later than the MIB have no counter of their own. */
const namesOfCodes = new Map<number, HomeAgentCounterName>([
  [CODE.accepted, 'haRegistrationAccepted'],
  [CODE.acceptedWithoutSimultaneousBindings, 'haMultiBindingUnsupported'],
  [CODE.homeAgentReasonUnspecified, 'haReasonUnspecified'],
  [CODE.homeAgentAdministrativelyProhibited, 'haAdmProhibited'],
  [CODE.homeAgentInsufficientResources, 'haInsufficientResource'],
  [CODE.mobileNodeFailedAuthentication, 'haMNAuthenticationFailure'],
  [CODE.foreignAgentFailedAuthentication, 'haFAAuthenticationFailure'],
  [CODE.identificationMismatch, 'haIDMismatch'],
  [CODE.homeAgentPoorlyFormedRequest, 'haPoorlyFormedRequest'],
  [CODE.tooManySimultaneousBindings, 'haTooManyBindings'],
  [CODE.unknownHomeAgentAddress, 'haUnknownHA'],
]);

export class HomeAgentCounters {
  readonly #counts = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<HomeAgentCounterName, number>;

  counts(): HomeAgentCounts {
    return this.#counts;
  }

  requestReceived(request: RegistrationRequest): void {
    this.#counts.haRegRequestsReceived += 1;
    if (isDeregistration(request)) this.#counts.haDeRegRequestsReceived += 1;
  }

  replySent(request: RegistrationRequest, code: number): void {
    this.#counts.haRegRepliesSent += 1;
    if (isDeregistration(request)) this.#counts.haDeRegRepliesSent += 1;
    const name = namesOfCodes.get(code);
    if (name !== undefined) this.#counts[name] += 1;
  }

  gratuitousArpSent(): void {
    this.#counts.haGratuitiousARPsSent += 1;
  }
}

// The foreign agent's counters of the Mobile IP MIB (RFC 2006, group faRegistration), under the MIB's own names.

import { CODE } from '../../wire/registration.ts';
import { DENIAL } from './codes.ts';

/** The spelling of `faRegRepliesRecieved` is the MIB's. */
const NAMES = [
  'faRegRequestsReceived',
  'faRegRequestsRelayed',
  'faReasonUnspecified',
  'faAdmProhibited',
  'faInsufficientResource',
  'faMNAuthenticationFailure',
  'faRegLifetimeTooLong',
  'faPoorlyFormedRequests',
  'faEncapsulationUnavailable',
  'faHAUnreachable',
  'faRegRepliesRecieved',
  'faRegRepliesRelayed',
  'faHAAuthenticationFailure',
  'faPoorlyFormedReplies',
] as const;

export type ForeignAgentCounterName = (typeof NAMES)[number];
export type ForeignAgentCounts = Readonly<Record<ForeignAgentCounterName, number>>;

/** Codes of RFCs later than the MIB have no counter of their own. */
const namesOfCodes = new Map<number, ForeignAgentCounterName>([
  [CODE.foreignAgentReasonUnspecified, 'faReasonUnspecified'],
  [CODE.foreignAgentAdministrativelyProhibited, 'faAdmProhibited'],
  [CODE.foreignAgentInsufficientResources, 'faInsufficientResource'],
  [DENIAL.mobileNodeFailedAuthentication, 'faMNAuthenticationFailure'],
  [DENIAL.homeAgentFailedAuthentication, 'faHAAuthenticationFailure'],
  [CODE.requestedLifetimeTooLong, 'faRegLifetimeTooLong'],
  [CODE.poorlyFormedRequest, 'faPoorlyFormedRequests'],
  [CODE.poorlyFormedReply, 'faPoorlyFormedReplies'],
  [CODE.requestedEncapsulationUnavailable, 'faEncapsulationUnavailable'],
  [DENIAL.homeNetworkUnreachable, 'faHAUnreachable'],
  [DENIAL.homeAgentHostUnreachable, 'faHAUnreachable'],
  [DENIAL.homeAgentPortUnreachable, 'faHAUnreachable'],
  [DENIAL.homeAgentUnreachable, 'faHAUnreachable'],
]);

export class ForeignAgentCounters {
  readonly #counts = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<ForeignAgentCounterName, number>;

  counts(): ForeignAgentCounts {
    return this.#counts;
  }

  add(name: ForeignAgentCounterName): void {
    this.#counts[name] += 1;
  }

  denied(code: number): void {
    const name = namesOfCodes.get(code);
    if (name !== undefined) this.#counts[name] += 1;
  }
}

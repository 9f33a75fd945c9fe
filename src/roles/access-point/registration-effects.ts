// What a registration asks of its surroundings, and tells them: a frame to its agent, the station's frames to the same, and
// what came of it.

import type { MacAddress } from '../../octets/address.ts';
import type { Report } from '../report.ts';
import type { AccessPointEffect } from './effects.ts';
import type { RegistrationOutcome } from './proxy-registration.ts';
import type { RegistrationTerms } from './registration-terms.ts';
import { requestFrame } from './request-frame.ts';

/** The frame carries the station's own MAC and IP address: the agent learns where its visitor is from it. */
export function sentRequest(
  mac: MacAddress,
  terms: RegistrationTerms,
  request: Uint8Array,
  attempt: number,
): AccessPointEffect[] {
  const { homeAddress, homeAgent, careOfAddress, lifetimeSeconds, agent } = terms;
  const octets = requestFrame(mac, homeAddress, agent, request);
  const kind = 'registrationSent';
  return [
    { kind: 'report', report: { kind, mac, homeAddress, homeAgent, careOfAddress, lifetimeSeconds, attempt } },
    { kind: 'agentFrameSent', bridge: agent.bridge, isLocal: agent.isLocal, octets },
  ];
}

/** A visitor's frames go to its agent, or no longer. */
export function interception(
  terms: RegistrationTerms,
  mac: MacAddress,
  kind: 'interceptionWanted' | 'interceptionUnwanted',
): AccessPointEffect[] {
  const { homeAddress, agent } = terms;
  return [{ kind, mac, homeAddress, agentMac: agent.mac, isLocal: agent.isLocal }];
}

type ReportedOutcome = Exclude<
  RegistrationOutcome,
  { readonly kind: 'send' | 'stillUnanswered' | 'renewalDue' | 'confirmationDue' }
>;

export function reported(mac: MacAddress, terms: RegistrationTerms, outcome: ReportedOutcome): AccessPointEffect {
  return { kind: 'report', report: reportOf(mac, terms, outcome) };
}

function reportOf(mac: MacAddress, { homeAddress, homeAgent }: RegistrationTerms, outcome: ReportedOutcome): Report {
  switch (outcome.kind) {
    case 'accepted': {
      const { lifetimeSeconds, elapsedMs } = outcome;
      return { kind: 'registrationAccepted', mac, homeAddress, lifetimeSeconds, elapsedMs };
    }
    case 'denied':
      return { kind: 'registrationDenied', mac, homeAddress, code: outcome.denial.code };
    case 'discarded':
      return { ...outcome, kind: 'replyDiscarded', homeAddress };
    case 'resynchronized':
      return { kind: 'clockResynchronized', homeAgent, offsetMs: outcome.offsetMs };
    case 'nonceGiven':
      return { kind: 'nonceGiven', homeAgent, homeAddress };
    case 'unanswered':
      return { kind: 'registrationUnanswered', mac, homeAddress };
  }
}

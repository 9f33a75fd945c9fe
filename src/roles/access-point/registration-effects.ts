// What a registration asks of its surroundings: a frame to its agent, the station's frames to the same.

import type { MacAddress } from '../../octets/address.ts';
import type { AccessPointEffect } from './effects.ts';
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

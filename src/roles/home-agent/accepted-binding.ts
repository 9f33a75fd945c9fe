// The mobility binding that an accepted Registration Request makes (RFC 5944 §3.8.1).

import { INFINITE_LIFETIME, type RegistrationRequest } from '../../wire/registration.ts';
import type { TunnelEncapsulation } from '../../wire/rtnetlink-link.ts';
import type { Moment } from '../role.ts';
import { type HomeAgentSettings, homeNetworkOf } from './configuration.ts';
import type { MobilityBinding } from './mobility-binding.ts';

export function bindingOf(
  request: RegistrationRequest,
  agreed: Pick<MobilityBinding, 'sourceAddress' | 'revocation'>,
  settings: HomeAgentSettings,
  now: Moment,
): MobilityBinding {
  const network = homeNetworkOf(request.homeAddress, settings);
  if (network === undefined) throw new Error('a request was accepted for a network that is not served');
  // RFC 5944 §3.8.2.2: never more than was asked for.
  const lifetimeSeconds = Math.min(request.lifetimeSeconds, settings.longestLifetimeSeconds);
  const lifetimeMs = lifetimeSeconds === INFINITE_LIFETIME ? Number.POSITIVE_INFINITY : lifetimeSeconds * 1000;
  return {
    homeAddress: request.homeAddress,
    careOfAddress: request.careOfAddress,
    homeAgent: request.homeAgent,
    identification: request.identification,
    reverseTunneling: request.reverseTunneling,
    lifetimeSeconds,
    expiresAtMs: now.monotonicMs + lifetimeMs,
    acceptedAtMs: now.monotonicMs,
    acceptedAtUnixMs: now.unixMs,
    encapsulation: encapsulationOf(request),
    interfaceIndex: network.interfaceIndex,
    sourceAddress: agreed.sourceAddress,
    revocation: agreed.revocation,
  };
}

export function encapsulationOf({ greEncapsulation }: RegistrationRequest): TunnelEncapsulation {
  return greEncapsulation ? 'gre' : 'ipip';
}

/** Whether the kernel has for the later one what it had for the earlier. */
export function isSameTunnel(before: MobilityBinding, after: MobilityBinding): boolean {
  return (
    before.careOfAddress === after.careOfAddress &&
    before.homeAgent === after.homeAgent &&
    before.encapsulation === after.encapsulation &&
    before.reverseTunneling === after.reverseTunneling &&
    before.interfaceIndex === after.interfaceIndex
  );
}

/** `before`: the binding with the same care-of address. `ended`: those that end by it. */
export function bindingReportKind(
  before: MobilityBinding | undefined,
  ended: readonly MobilityBinding[],
): 'bindingCreated' | 'bindingMoved' | 'bindingRenewed' {
  if (ended.length > 0) return 'bindingMoved';
  return before === undefined ? 'bindingCreated' : 'bindingRenewed';
}

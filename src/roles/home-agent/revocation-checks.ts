// What of a Registration Revocation or its Acknowledgment is true, beyond its signature (RFC 3543 §3.5, §4.2.3.2), and
// what two agents agree upon when a mobile node registers (§3.2, §4.2.1). Pure.

import type { Ipv4Address } from '../../octets/address.ts';
import { coveredBy } from '../../wire/extension-order.ts';
import { EXTENSION, findExtension } from '../../wire/extensions.ts';
import type { RegistrationRequest } from '../../wire/registration.ts';
import type { RegistrationRevocation } from '../../wire/revocation.ts';
import {
  isLaterTimestamp,
  latestTimestamp,
  nextRevocationTimestamp,
  readRevocationSupport,
} from '../../wire/revocation-support.ts';
import type { DiscardReason } from '../report.ts';
import type { MobilityBinding, RevocationTerms } from './mobility-binding.ts';

/** What a revocation is about, whether its binding lives or has ended. */
export type RevocableBinding = Pick<
  MobilityBinding,
  'homeAddress' | 'homeAgent' | 'careOfAddress' | 'sourceAddress' | 'revocation'
>;

export type FormerTimestamps = {
  /** Ours is to be later than this: what was said last with this foreign agent of this node. */
  readonly lastTimestamp: number | undefined;
  /** And not earlier than this: the identifier of any revocation. */
  readonly lastIdentifier: number | undefined;
};

/**
 * What this request and its answer negotiate. The foreign agent's word counts if it has signed it; for a co-located
 * care-of address there is no agent to revoke with (RFC 3543 §4.3.2).
 */
export function negotiatedRevocation(
  request: RegistrationRequest,
  { lastTimestamp, lastIdentifier }: FormerTimestamps,
  unixMs: number,
): RevocationTerms | undefined {
  const signature = findExtension(request.extensions, EXTENSION.foreignHomeAuthentication);
  const authorization = findExtension(request.extensions, EXTENSION.mobileHomeAuthentication);
  if (signature === undefined || authorization === undefined || request.decapsulationByMobileNode) return undefined;
  const extension = findExtension(coveredBy(signature, request.extensions), EXTENSION.revocationSupport);
  // Before the mobile node's own signature it is the node's, which must not say such a thing (RFC 3543 §3.2).
  if (extension === undefined || extension.offset < authorization.offset) return undefined;
  const { informSupported, timestamp } = readRevocationSupport(extension);
  return {
    isInformNegotiated: informSupported,
    foreignTimestamp: timestamp,
    ownTimestamp: latestTimestamp(lastIdentifier, nextRevocationTimestamp(lastTimestamp, unixMs)),
  };
}

/** Whether a foreign agent that has signed this may end the binding by it; else why it is dropped. */
export function checkRevocation(
  revocation: RegistrationRevocation,
  sourceAddress: Ipv4Address,
  binding: RevocableBinding | undefined,
): DiscardReason | undefined {
  // Our own words, thrown back at us.
  if (revocation.fromHomeAgent) return 'reflected';
  if (binding === undefined || !isAbout(revocation, sourceAddress, binding)) return 'noBinding';
  const { revocation: terms } = binding;
  if (terms === undefined) return 'notServed';
  return isLaterTimestamp(revocation.revocationIdentifier, terms.foreignTimestamp) ? undefined : 'badIdentifier';
}

/** One foreign agent must not end what another one serves, so the sender counts as well as the addresses inside. */
function isAbout(revocation: RegistrationRevocation, sourceAddress: Ipv4Address, binding: RevocableBinding): boolean {
  const isSameBinding =
    revocation.homeAddress === binding.homeAddress &&
    revocation.homeDomainAddress === binding.homeAgent &&
    revocation.foreignDomainAddress === binding.careOfAddress;
  return isSameBinding && (sourceAddress === binding.careOfAddress || sourceAddress === binding.sourceAddress);
}

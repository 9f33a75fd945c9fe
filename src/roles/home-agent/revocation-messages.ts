// The messages between the agents that end a binding (RFC 3543 §3.3, §3.4), signed, with where they go.

import type { Digests } from '../../octets/digest.ts';
import { appendAuthentication, type SecurityAssociation } from '../../wire/authentication.ts';
import { EXTENSION } from '../../wire/extensions.ts';
import { REGISTRATION_PORT } from '../../wire/registration.ts';
import {
  encodeRegistrationRevocation,
  encodeRevocationAcknowledgment,
  type RegistrationRevocation,
} from '../../wire/revocation.ts';
import type { HomeAgentEffect, MessageArrival } from './home-agent.ts';
import type { RevocationTerms } from './mobility-binding.ts';
import type { Revocation } from './revocations.ts';

const { foreignHomeAuthentication } = EXTENSION;

/** From the address that the mobile node registered with, to where the last good reply went (RFC 3543 §3.3). */
export function revocationSent(
  { binding, inform, identifiers }: Revocation,
  association: SecurityAssociation,
  digests: Digests,
): HomeAgentEffect {
  const { homeAddress, homeAgent, careOfAddress, sourceAddress, revocation } = binding;
  const message = encodeRegistrationRevocation({
    fromHomeAgent: true,
    inform: inform && revocation.isInformNegotiated,
    homeAddress,
    homeDomainAddress: homeAgent,
    foreignDomainAddress: careOfAddress,
    revocationIdentifier: identifiers.at(-1) ?? revocation.ownTimestamp,
  });
  return {
    kind: 'revocationSent',
    octets: appendAuthentication(message, foreignHomeAuthentication, association, digests),
    source: homeAgent,
    destination: sourceAddress,
    destinationPort: REGISTRATION_PORT,
  };
}

/** RFC 3543 §4.2.3.2: where the foreign agent leaves it to us, the mobile node is told that it has lost its service. */
export function acknowledgmentSent(
  { inform, homeAddress, revocationIdentifier }: RegistrationRevocation,
  { isInformNegotiated }: Pick<RevocationTerms, 'isInformNegotiated'>,
  arrival: MessageArrival,
  signing: { readonly association: SecurityAssociation; readonly digests: Digests },
): HomeAgentEffect {
  const message = encodeRevocationAcknowledgment({
    inform: inform && isInformNegotiated,
    homeAddress,
    revocationIdentifier,
  });
  return {
    kind: 'revocationAcknowledgmentSent',
    octets: appendAuthentication(message, foreignHomeAuthentication, signing.association, signing.digests),
    source: arrival.destinationAddress,
    destination: arrival.sourceAddress,
    destinationPort: arrival.sourcePort,
  };
}

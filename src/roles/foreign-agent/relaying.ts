// The octets that a foreign agent sends: requests and replies relayed (RFC 5944 §3.7.2.2, §3.7.3.2), and its own denials
// (§3.7.2.3). What others have signed goes on as it came; what stands behind it was for us, and ends here.

import type { Ipv4Address } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { appendAuthentication, type SecurityAssociation } from '../../wire/authentication.ts';
import { upToAuthorizing } from '../../wire/extension-order.ts';
import { EXTENSION } from '../../wire/extensions.ts';
import { appendForeignAgentError } from '../../wire/foreign-agent-error.ts';
import {
  CODE,
  encodeRegistrationReply,
  isDeregistration,
  type RegistrationReply,
  type RegistrationRequest,
} from '../../wire/registration.ts';
import { encodeRevocationAcknowledgment, type RevocationAcknowledgmentFields } from '../../wire/revocation.ts';
import { appendRevocationSupport, revocationTimestampAt } from '../../wire/revocation-support.ts';

export type Signing = { readonly association: SecurityAssociation; readonly digests: Digests };

/** A request that ends bindings; the agents do not sign such a one between them (RFC 5944 §3.5.4). */
export function isFarewell(
  request: Pick<RegistrationRequest, 'lifetimeSeconds' | 'homeAddress' | 'careOfAddress'>,
): boolean {
  return isDeregistration(request) || request.careOfAddress === request.homeAddress;
}

/** `revocationAtUnixMs`: when revocation is offered to the home agent. */
export function relayedRequest(
  request: RegistrationRequest,
  signing: Signing | undefined,
  revocationAtUnixMs: number | undefined,
): Uint8Array {
  const relayed = upToAuthorizing(request) ?? request.octets;
  if (signing === undefined) return relayed;
  const timestamp = revocationAtUnixMs === undefined ? undefined : revocationTimestampAt(revocationAtUnixMs);
  const offered =
    timestamp === undefined ? relayed : appendRevocationSupport(relayed, { informSupported: true, timestamp });
  return signedFor(offered, EXTENSION.foreignHomeAuthentication, signing);
}

/** `error`: our own no to it, which must not touch the code that the home agent has signed (RFC 4636 §4). */
export function relayedReply(
  reply: RegistrationReply,
  signing: Signing | undefined,
  error: number | undefined,
): Uint8Array {
  const relayed = upToAuthorizing(reply) ?? encodeRegistrationReply(reply);
  const answer = error === undefined ? relayed : appendForeignAgentError(relayed, error);
  return signedFor(answer, EXTENSION.mobileForeignAuthentication, signing);
}

export type DeniedRequest = Pick<
  RegistrationRequest,
  'homeAddress' | 'homeAgent' | 'identification' | 'lifetimeSeconds'
> & { readonly mobileForeignSpi?: number | undefined };

/** RFC 5944 §3.7.2.3: code 69 tells the longest lifetime that would do. */
export function denial(
  request: DeniedRequest,
  code: number,
  longestLifetimeSeconds: number,
  signing: Signing | undefined,
): Uint8Array {
  const { homeAddress, homeAgent, identification } = request;
  const lifetimeSeconds = code === CODE.requestedLifetimeTooLong ? longestLifetimeSeconds : request.lifetimeSeconds;
  const reply = encodeRegistrationReply({ code, lifetimeSeconds, homeAddress, homeAgent, identification });
  return signedFor(reply, EXTENSION.mobileForeignAuthentication, signing);
}

/** RFC 3543 §3.4. */
export function revocationAcknowledgment(fields: RevocationAcknowledgmentFields, signing: Signing): Uint8Array {
  return signedFor(encodeRevocationAcknowledgment(fields), EXTENSION.foreignHomeAuthentication, signing);
}

/** RFC 5944 §3.7.2.3: where the mobile node sent its request to, if that was one address of ours alone. */
export function sourceOfReply(
  sentTo: Ipv4Address,
  ownAddresses: readonly Ipv4Address[],
  linkAddress: Ipv4Address | undefined,
): Ipv4Address {
  return ownAddresses.includes(sentTo) ? sentTo : (linkAddress ?? sentTo);
}

function signedFor(message: Uint8Array, type: number, signing: Signing | undefined): Uint8Array {
  return signing === undefined ? message : appendAuthentication(message, type, signing.association, signing.digests);
}

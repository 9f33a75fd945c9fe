// Revocation as the foreign agent sees it (RFC 3543): what a reply negotiates (§4.2.1), whether a revocation counts (§3.5,
// §4.2.2.2), and whether the mobile node is told. Pure; signatures are checked before.

import { coveredBy } from '../../wire/extension-order.ts';
import { EXTENSION, type Extension, findExtension } from '../../wire/extensions.ts';
import type { RegistrationReply } from '../../wire/registration.ts';
import type { RegistrationRevocation } from '../../wire/revocation.ts';
import { isLaterTimestamp, readRevocationSupport } from '../../wire/revocation-support.ts';
import type { DiscardReason } from '../report.ts';
import type { NegotiatedRevocation, RevokedVisit, Visitor } from './visitor-list.ts';

/** `signature`: the Foreign-Home authentication of the reply, which must cover what the home agent says to us. */
export function negotiatedRevocation(reply: RegistrationReply, signature: Extension): NegotiatedRevocation | undefined {
  const extension = findExtension(coveredBy(signature, reply.extensions), EXTENSION.revocationSupport);
  if (extension === undefined) return undefined;
  const { timestamp, informSupported } = readRevocationSupport(extension);
  return { homeAgentTimestamp: timestamp, isInformNegotiated: informSupported };
}

/** Why a revocation that is well signed does not count; undefined: it ends this visit. */
export function checkRevocation(
  revocation: RegistrationRevocation,
  visitor: Visitor | undefined,
): DiscardReason | undefined {
  if (!revocation.fromHomeAgent) return 'reflected';
  if (visitor === undefined || !isAbout(revocation, visitor)) return 'noBinding';
  if (visitor.revocation === undefined) return 'notServed';
  const { homeAgentTimestamp } = visitor.revocation;
  return isLaterTimestamp(revocation.revocationIdentifier, homeAgentTimestamp) ? undefined : 'badIdentifier';
}

/** Whether the home agent asks again for what it had us end already, and has not heard our acknowledgment. */
export function isAskedAgain(revocation: RegistrationRevocation, revoked: RevokedVisit | undefined): boolean {
  if (!revocation.fromHomeAgent || revoked === undefined || !isAbout(revocation, revoked)) return false;
  return isLaterTimestamp(revocation.revocationIdentifier, revoked.revocationIdentifier);
}

/** Whether the home agent has revoked what it grants here, after it had said so: its reply was the slower one. */
export function isRevokedSince(
  negotiated: NegotiatedRevocation | undefined,
  { homeAgent, careOfAddress }: Pick<Visitor, 'homeAgent' | 'careOfAddress'>,
  revoked: RevokedVisit | undefined,
): boolean {
  if (negotiated === undefined || revoked === undefined) return false;
  const isSame = revoked.homeAgent === homeAgent && revoked.careOfAddress === careOfAddress;
  return isSame && isLaterTimestamp(revoked.revocationIdentifier, negotiated.homeAgentTimestamp);
}

/** RFC 3543 §3.2: without an agreement we decide ourselves, and tell. */
export function isMobileNodeInformed(
  revocation: Pick<RegistrationRevocation, 'inform'>,
  negotiated: Pick<NegotiatedRevocation, 'isInformNegotiated'>,
): boolean {
  return !negotiated.isInformNegotiated || revocation.inform;
}

function isAbout(
  revocation: RegistrationRevocation,
  visit: Pick<Visitor, 'homeAddress' | 'homeAgent' | 'careOfAddress'>,
): boolean {
  return (
    revocation.homeAddress === visit.homeAddress &&
    revocation.homeDomainAddress === visit.homeAgent &&
    revocation.foreignDomainAddress === visit.careOfAddress
  );
}

// Whether a Registration Reply is to be believed (RFC 5944 §3.6.2.1): what the home agent says has exactly one signature of
// its own, and where a key is shared with the foreign agent all that comes through it has exactly one of that.

import type { Digests } from '../../octets/digest.ts';
import { isAuthentic, type SecurityAssociation, securityParameterIndex } from '../../wire/authentication.ts';
import { EXTENSION, findExtension } from '../../wire/extensions.ts';
import { CODE, type RegistrationReply } from '../../wire/registration.ts';
import type { DiscardReason } from '../report.ts';
import { isOfForeignAgent } from './concessions.ts';
import type { RegistrationTerms } from './registration-terms.ts';

type Associations = Pick<RegistrationTerms, 'association' | 'foreignAgentAssociation'>;

const { mobileHomeAuthentication, mobileForeignAuthentication } = EXTENSION;

/** RFC 5944 §3.4: the mobile node failed authentication, at the foreign agent. */
const FOREIGN_AGENT_SAYS_SO = 67;

/** Undefined: it is. A denial by the foreign agent (64 to 127) need not have the home agent's signature. */
export function whyNotTrusted(
  reply: RegistrationReply,
  { association, foreignAgentAssociation }: Associations,
  digests: Digests,
): DiscardReason | undefined {
  const isUnsigned = isOfForeignAgent(reply.code) && !isSignedByHomeAgent(reply);
  const home = isUnsigned ? undefined : whyNotSigned(reply, mobileHomeAuthentication, association, digests);
  if (home !== undefined || foreignAgentAssociation === undefined) return home;
  return whyNotSigned(reply, mobileForeignAuthentication, foreignAgentAssociation, digests);
}

/** Its authenticators may be as wrong as ours were for who made it: then it is told of, and not believed. */
export function saysThatKeysDiffer({ code }: RegistrationReply): boolean {
  return code === CODE.mobileNodeFailedAuthentication || code === FOREIGN_AGENT_SAYS_SO;
}

export function isSignedByHomeAgent({ extensions }: RegistrationReply): boolean {
  return findExtension(extensions, mobileHomeAuthentication) !== undefined;
}

function whyNotSigned(
  reply: RegistrationReply,
  type: number,
  association: SecurityAssociation,
  digests: Digests,
): DiscardReason | undefined {
  const [extension, ...more] = reply.extensions.filter((each) => each.type === type);
  if (extension === undefined || more.length > 0) return 'missingSecurityExtension';
  if (securityParameterIndex(extension) !== association.spi) return 'noMobilitySecurityAssociation';
  return isAuthentic(reply.octets, extension, association, digests) ? undefined : 'badAuthenticator';
}

// Who signed a Registration Request, and whether it is true (RFC 5944 §3.8.2.1). The Mobile-Home Authentication extension
// alone authorizes; a foreign agent that we share a key with must have signed too, but for a deregistration (§3.5.4).

import type { Ipv4Address } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { isAuthentic, type SecurityAssociation, securityParameterIndex } from '../../wire/authentication.ts';
import { authorizingExtension } from '../../wire/extension-order.ts';
import { EXTENSION, findExtension } from '../../wire/extensions.ts';
import type { MobileIpMessage } from '../../wire/mobile-ip-message.ts';
import { isDeregistration, type RegistrationRequest } from '../../wire/registration.ts';
import type { DiscardReason } from '../report.ts';
import type { HomeAgentSettings } from './configuration.ts';

/** Whose keys the answer is signed with. */
export type Signers = {
  readonly mobileNode: SecurityAssociation;
  readonly foreignAgent: SecurityAssociation | undefined;
};

export type Authentication =
  | { readonly kind: 'discard'; readonly reason: DiscardReason }
  | {
      readonly kind: 'signed';
      readonly signers: Signers;
      readonly isMobileNodeAuthentic: boolean;
      /** Also where no signature of the foreign agent is wanted. */
      readonly isForeignAgentAuthentic: boolean;
    };

type Peer = { readonly sourceAddress: Ipv4Address };

export function checkAuthentication(
  request: RegistrationRequest,
  { sourceAddress }: Peer,
  settings: HomeAgentSettings,
  digests: Digests,
): Authentication {
  const extension = authorizingExtension(request);
  if (extension?.type !== EXTENSION.mobileHomeAuthentication) return discard('missingSecurityExtension');
  const { homeAddress, octets } = request;
  const mobileNode = settings.associations.bySpi(homeAddress, securityParameterIndex(extension));
  if (mobileNode === undefined) {
    return discard(
      settings.associations.forNode(homeAddress) === undefined ? 'noMobilitySecurityAssociation' : 'badSPI',
    );
  }
  const foreignAgent = checkForeignAgent(request, sourceAddress, settings, digests);
  if (foreignAgent.kind === 'unknown') return discard('noMobilitySecurityAssociation');
  const isMobileNodeAuthentic = isAuthentic(octets, extension, mobileNode, digests);
  const isForeignAgentAuthentic = foreignAgent.kind !== 'failed';
  // Code 131 is for a foreign agent that can prove itself, or has nothing to prove it with (RFC 5944 §3.8.2.1).
  if (!isMobileNodeAuthentic && !isForeignAgentAuthentic) return discard('badAuthenticator');
  const signers = { mobileNode, foreignAgent: foreignAgent.association };
  return { kind: 'signed', signers, isMobileNodeAuthentic, isForeignAgentAuthentic };
}

export type AgentAuthentication =
  | { readonly kind: 'discard'; readonly reason: DiscardReason }
  | { readonly kind: 'authentic'; readonly association: SecurityAssociation };

/** A message between agents (RFC 3543 §3.3, §3.4): a foreign agent that we share a key with has signed it, or it is nothing. */
export function checkAgentAuthentication(
  message: MobileIpMessage,
  { sourceAddress }: Peer,
  settings: HomeAgentSettings,
  digests: Digests,
): AgentAuthentication {
  const { agentAssociations } = settings;
  if (agentAssociations.forPeer('foreign-home', sourceAddress) === undefined) {
    return discard('noMobilitySecurityAssociation');
  }
  const extension = authorizingExtension(message);
  if (extension?.type !== EXTENSION.foreignHomeAuthentication) return discard('missingSecurityExtension');
  const association = agentAssociations.bySpi('foreign-home', sourceAddress, securityParameterIndex(extension));
  if (association === undefined) return discard('badSPI');
  if (!isAuthentic(message.octets, extension, association, digests)) return discard('badAuthenticator');
  return { kind: 'authentic', association };
}

type ForeignAgentAuthentication =
  | { readonly kind: 'notWanted'; readonly association: undefined }
  | { readonly kind: 'authentic' | 'failed'; readonly association: SecurityAssociation }
  /** It has signed with a key that we do not have. */
  | { readonly kind: 'unknown' };

const NOT_WANTED = { kind: 'notWanted', association: undefined } as const;

/** RFC 5944 §3.5.4: the association is that of the source address and the SPI. */
function checkForeignAgent(
  request: RegistrationRequest,
  sourceAddress: Ipv4Address,
  { agentAssociations }: HomeAgentSettings,
  digests: Digests,
): ForeignAgentAuthentication {
  const shared = agentAssociations.forPeer('foreign-home', sourceAddress);
  if (shared === undefined) {
    const isSigned = findExtension(request.extensions, EXTENSION.foreignHomeAuthentication) !== undefined;
    return isSigned ? { kind: 'unknown' } : NOT_WANTED;
  }
  if (isDeregistration(request)) return NOT_WANTED;
  const extensions = request.extensions.filter(({ type }) => type === EXTENSION.foreignHomeAuthentication);
  const [extension] = extensions;
  if (extension === undefined || extensions.length > 1) return { kind: 'failed', association: shared };
  const named = agentAssociations.bySpi('foreign-home', sourceAddress, securityParameterIndex(extension));
  if (named === undefined) return { kind: 'failed', association: shared };
  const kind = isAuthentic(request.octets, extension, named, digests) ? 'authentic' : 'failed';
  return { kind, association: named };
}

function discard(reason: DiscardReason): { readonly kind: 'discard'; readonly reason: DiscardReason } {
  return { kind: 'discard', reason };
}

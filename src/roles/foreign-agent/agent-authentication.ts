// Mobile-Foreign and Foreign-Home authentication (RFC 5944 §3.5.3, §3.5.4, RFC 3543 §3.3): where an association exists,
// exactly one extension must be there and be right, and we sign in return.

import type { Ipv4Address } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { isAuthentic, securityParameterIndex } from '../../wire/authentication.ts';
import { EXTENSION, type Extension } from '../../wire/extensions.ts';
import type { DiscardReason } from '../report.ts';
import type { AgentAssociationKind, AgentAssociations } from '../security-associations.ts';
import type { Signing } from './relaying.ts';

const EXTENSION_OF: Readonly<Record<AgentAssociationKind, number>> = {
  'mobile-foreign': EXTENSION.mobileForeignAuthentication,
  'foreign-home': EXTENSION.foreignHomeAuthentication,
};

type Signed = { readonly octets: Uint8Array; readonly extensions: readonly Extension[] };

/** `unsigned`: nothing is shared with the peer, so there is nothing to check. */
export type Authentication =
  | { readonly kind: 'signed'; readonly by: Extension; readonly spi: number }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'refused'; readonly reason: DiscardReason };

export class AgentAuthentication {
  readonly #associations: AgentAssociations;
  readonly #digests: Digests;

  constructor(associations: AgentAssociations, digests: Digests) {
    this.#associations = associations;
    this.#digests = digests;
  }

  check(message: Signed, kind: AgentAssociationKind, peer: Ipv4Address): Authentication {
    const found = message.extensions.filter(({ type }) => type === EXTENSION_OF[kind]);
    if (this.#associations.forPeer(kind, peer) === undefined) {
      return found.length === 0 ? { kind: 'unsigned' } : refused('noMobilitySecurityAssociation');
    }
    const [extension] = found;
    if (extension === undefined || found.length > 1) return refused('missingSecurityExtension');
    const spi = securityParameterIndex(extension);
    const association = this.#associations.bySpi(kind, peer, spi);
    if (association === undefined) return refused('badSPI');
    const isRight = isAuthentic(message.octets, extension, association, this.#digests);
    return isRight ? { kind: 'signed', by: extension, spi } : refused('badAuthenticator');
  }

  /** What signs to this peer: the association that it has signed with itself, or else the first. */
  signing(kind: AgentAssociationKind, peer: Ipv4Address, spi: number | undefined): Signing | undefined {
    const chosen = spi === undefined ? undefined : this.#associations.bySpi(kind, peer, spi);
    const association = chosen ?? this.#associations.forPeer(kind, peer);
    return association === undefined ? undefined : { association, digests: this.#digests };
  }
}

function refused(reason: DiscardReason): Authentication {
  return { kind: 'refused', reason };
}

// Mobility security associations (RFC 5944 §1.6): which key signs for a mobile node or to another agent, and which one
// checks. The association is that of the narrowest range of addresses that the other side lies in.

import type { Ipv4Address } from '../octets/address.ts';
import type { SecurityAssociation } from '../wire/authentication.ts';

export type NodeAssociation = SecurityAssociation & {
  readonly start: Ipv4Address;
  readonly end: Ipv4Address;
};

/** Whose: `foreign-home` between a foreign and a home agent, `mobile-foreign` between a mobile node and a foreign agent. */
export type AgentAssociationKind = 'foreign-home' | 'mobile-foreign';
export type AgentAssociation = NodeAssociation & { readonly kind: AgentAssociationKind };

/** Associations of single addresses that are kept elsewhere, by a RADIUS server: looking for one lets it be fetched. */
export type FetchedAssociations = {
  /** The first signs. None: there is none. `awaited`: it is being fetched. */
  find(homeAddress: Ipv4Address): readonly SecurityAssociation[] | 'awaited';
};

const NOTHING_FETCHED: FetchedAssociations = { find: () => [] };

export class SecurityAssociations {
  readonly #narrowestFirst: readonly NodeAssociation[];
  readonly #fetched: FetchedAssociations;

  /** What is fetched counts only for addresses that none of these associations covers. */
  constructor(associations: readonly NodeAssociation[], fetched = NOTHING_FETCHED) {
    this.#narrowestFirst = [...associations].sort((a, b) => a.end - a.start - (b.end - b.start));
    this.#fetched = fetched;
  }

  /** The association that signs for this node. */
  forNode(homeAddress: Ipv4Address): SecurityAssociation | undefined {
    return this.#ofRange(homeAddress) ?? this.#found(homeAddress)[0];
  }

  /** The association of this node that a message names by its SPI; a node may have several while keys are changed. */
  bySpi(homeAddress: Ipv4Address, spi: number): SecurityAssociation | undefined {
    const ours = this.#narrowestFirst.find((each) => each.spi === spi && isWithin(each, homeAddress));
    if (ours !== undefined || this.#ofRange(homeAddress) !== undefined) return ours;
    return this.#found(homeAddress).find((association) => association.spi === spi);
  }

  /** Whether the association of this node is still being fetched. */
  isAwaited(homeAddress: Ipv4Address): boolean {
    return this.#ofRange(homeAddress) === undefined && this.#fetched.find(homeAddress) === 'awaited';
  }

  #ofRange(homeAddress: Ipv4Address): NodeAssociation | undefined {
    for (const association of this.#narrowestFirst) if (isWithin(association, homeAddress)) return association;
    return undefined;
  }

  #found(homeAddress: Ipv4Address): readonly SecurityAssociation[] {
    const found = this.#fetched.find(homeAddress);
    return found === 'awaited' ? [] : found;
  }
}

/** What an agent shares with other agents and with its visitors, by their addresses (RFC 5944 §3.5.3, §3.5.4). */
export class AgentAssociations {
  readonly #byKind: Readonly<Record<AgentAssociationKind, SecurityAssociations>>;

  constructor(associations: readonly AgentAssociation[]) {
    const of = (wanted: AgentAssociationKind) =>
      new SecurityAssociations(associations.filter(({ kind }) => kind === wanted));
    this.#byKind = { 'foreign-home': of('foreign-home'), 'mobile-foreign': of('mobile-foreign') };
  }

  /** The association that signs to this peer. Where there is one, the peer's messages must be signed. */
  forPeer(kind: AgentAssociationKind, peer: Ipv4Address): SecurityAssociation | undefined {
    return this.#byKind[kind].forNode(peer);
  }

  /** The association with this peer that a message names by its SPI. */
  bySpi(kind: AgentAssociationKind, peer: Ipv4Address, spi: number): SecurityAssociation | undefined {
    return this.#byKind[kind].bySpi(peer, spi);
  }
}

function isWithin(association: NodeAssociation, address: Ipv4Address): boolean {
  return association.start <= address && address <= association.end;
}

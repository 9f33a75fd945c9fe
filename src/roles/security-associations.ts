// Mobility security associations (RFC 5944 §1.6): which key signs for a mobile node, and which one checks. A node's
// association is that of the narrowest range of home addresses that it lies in.

import type { Ipv4Address } from '../octets/address.ts';
import type { SecurityAssociation } from '../wire/authentication.ts';

export type NodeAssociation = SecurityAssociation & {
  readonly start: Ipv4Address;
  readonly end: Ipv4Address;
};

export class SecurityAssociations {
  readonly #narrowestFirst: readonly NodeAssociation[];

  constructor(associations: readonly NodeAssociation[]) {
    this.#narrowestFirst = [...associations].sort((a, b) => a.end - a.start - (b.end - b.start));
  }

  /** The association that signs for this node. */
  forNode(homeAddress: Ipv4Address): SecurityAssociation | undefined {
    return this.#narrowestFirst.find((association) => isWithin(association, homeAddress));
  }

  /** The association of this node that a message names by its SPI; a node may have several while keys are changed. */
  bySpi(homeAddress: Ipv4Address, spi: number): SecurityAssociation | undefined {
    return this.#narrowestFirst.find((association) => association.spi === spi && isWithin(association, homeAddress));
  }
}

function isWithin(association: NodeAssociation, address: Ipv4Address): boolean {
  return association.start <= address && address <= association.end;
}

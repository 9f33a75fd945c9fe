// Registration Revocation and its Acknowledgment (RFC 3543 §3.3, §3.4). Both are nothing without an authentication
// extension behind them, which authentication.ts makes and checks; when to send and whom to believe is for the agents.

import type { Ipv4Address } from '../octets/address.ts';
import { type Extension, readExtensions } from './extensions.ts';
import { fixedPart, Malformed } from './malformed.ts';

export const REVOCATION = 7;
export const REVOCATION_ACKNOWLEDGMENT = 15;
const REVOCATION_LENGTH = 20;
const ACKNOWLEDGMENT_LENGTH = 12;

const FLAG = {
  fromHomeAgent: 0x8000,
  inform: 0x4000,
  acknowledgmentInform: 0x8000,
} as const;

export type RevocationFields = {
  /** The A bit: the direction, so that a message thrown back at its sender is recognized. */
  readonly fromHomeAgent: boolean;
  readonly inform: boolean;
  readonly homeAddress: Ipv4Address;
  readonly homeDomainAddress: Ipv4Address;
  readonly foreignDomainAddress: Ipv4Address;
  readonly revocationIdentifier: number;
};

export type RegistrationRevocation = RevocationFields & {
  readonly kind: 'registrationRevocation';
  readonly extensions: readonly Extension[];
  readonly octets: Uint8Array;
};

export type RevocationAcknowledgmentFields = {
  readonly inform: boolean;
  readonly homeAddress: Ipv4Address;
  readonly revocationIdentifier: number;
};

export type RevocationAcknowledgment = RevocationAcknowledgmentFields & {
  readonly kind: 'revocationAcknowledgment';
  readonly extensions: readonly Extension[];
  readonly octets: Uint8Array;
};

/** RFC 3543 §3.3. */
export function decodeRegistrationRevocation(octets: Uint8Array): RegistrationRevocation {
  const view = fixedPart(octets, REVOCATION_LENGTH, 'Registration Revocation');
  if (view.getUint8(0) !== REVOCATION) throw new Malformed('Registration Revocation', `type ${view.getUint8(0)}`);
  const flags = view.getUint16(2);
  return {
    kind: 'registrationRevocation',
    fromHomeAgent: (flags & FLAG.fromHomeAgent) !== 0,
    inform: (flags & FLAG.inform) !== 0,
    homeAddress: view.getUint32(4) as Ipv4Address,
    homeDomainAddress: view.getUint32(8) as Ipv4Address,
    foreignDomainAddress: view.getUint32(12) as Ipv4Address,
    revocationIdentifier: view.getUint32(16),
    extensions: readExtensions(octets, REVOCATION_LENGTH),
    octets,
  };
}

/** The fixed part alone; extensions are appended to it. */
export function encodeRegistrationRevocation(revocation: RevocationFields): Uint8Array {
  const octets = new Uint8Array(REVOCATION_LENGTH);
  const view = new DataView(octets.buffer);
  view.setUint8(0, REVOCATION);
  view.setUint16(2, (revocation.fromHomeAgent ? FLAG.fromHomeAgent : 0) | (revocation.inform ? FLAG.inform : 0));
  view.setUint32(4, revocation.homeAddress);
  view.setUint32(8, revocation.homeDomainAddress);
  view.setUint32(12, revocation.foreignDomainAddress);
  view.setUint32(16, revocation.revocationIdentifier);
  return octets;
}

/** RFC 3543 §3.4. */
export function decodeRevocationAcknowledgment(octets: Uint8Array): RevocationAcknowledgment {
  const view = fixedPart(octets, ACKNOWLEDGMENT_LENGTH, 'Revocation Acknowledgment');
  if (view.getUint8(0) !== REVOCATION_ACKNOWLEDGMENT) {
    throw new Malformed('Revocation Acknowledgment', `type ${view.getUint8(0)}`);
  }
  return {
    kind: 'revocationAcknowledgment',
    inform: (view.getUint16(2) & FLAG.acknowledgmentInform) !== 0,
    homeAddress: view.getUint32(4) as Ipv4Address,
    revocationIdentifier: view.getUint32(8),
    extensions: readExtensions(octets, ACKNOWLEDGMENT_LENGTH),
    octets,
  };
}

/** The fixed part alone; extensions are appended to it. */
export function encodeRevocationAcknowledgment(acknowledgment: RevocationAcknowledgmentFields): Uint8Array {
  const octets = new Uint8Array(ACKNOWLEDGMENT_LENGTH);
  const view = new DataView(octets.buffer);
  view.setUint8(0, REVOCATION_ACKNOWLEDGMENT);
  view.setUint16(2, acknowledgment.inform ? FLAG.acknowledgmentInform : 0);
  view.setUint32(4, acknowledgment.homeAddress);
  view.setUint32(8, acknowledgment.revocationIdentifier);
  return octets;
}

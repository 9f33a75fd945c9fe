// The authentication extensions (RFC 5944 §3.5): what they cover, making and checking them. Which association is the
// right one, and what follows from a wrong authenticator, is for the roles.

import type { Digests } from '../octets/digest.ts';
import { equalInConstantTime, join, viewOf } from '../octets/octets.ts';
import type { Extension } from './extensions.ts';

/**
 * `keyed-md5` is the prefix+suffix mode of RFC 2002 §3.5.1, Cisco's default; `hmac-md5` the default of RFC 5944 §3.5.1;
 * `hmac-sha256` the one for our own boxes, which no RFC of Mobile IPv4 names.
 */
export type AuthenticationAlgorithm = 'keyed-md5' | 'hmac-md5' | 'hmac-sha256';

/** How a mobile node and its home agent tell a message from one that is sent again (RFC 5944 §5.7). */
export type ReplayProtectionStyle = 'timestamp' | 'nonce';

/** What two parties share; `spi` is the Security Parameter Index. */
export type SecurityAssociation = {
  readonly spi: number;
  readonly key: Uint8Array;
  readonly algorithm: AuthenticationAlgorithm;
  /** By timestamps where it is not told; agents among each other have none. */
  readonly replayProtection?: ReplayProtectionStyle;
};

const HEADER_LENGTH = 2;
const SPI_LENGTH = 4;

/** The message with an authentication extension behind it. Covered: all octets before, and its type, length and SPI. */
export function appendAuthentication(
  message: Uint8Array,
  type: number,
  association: SecurityAssociation,
  digests: Digests,
): Uint8Array {
  const end = message.length + HEADER_LENGTH + SPI_LENGTH;
  const length = authenticatorLength(association.algorithm);
  const octets = new Uint8Array(end + length);
  octets.set(message);
  const view = viewOf(octets);
  view.setUint8(message.length, type);
  view.setUint8(message.length + 1, SPI_LENGTH + length);
  view.setUint32(message.length + 2, association.spi);
  octets.set(authenticator(octets.subarray(0, end), association, digests), end);
  return octets;
}

/** The Security Parameter Index of an authentication extension. */
export function securityParameterIndex(extension: Extension): number {
  return viewOf(extension.data).getUint32(0);
}

/** Whether the extension's authenticator is the one that this association gives over the message up to it. */
export function isAuthentic(
  message: Uint8Array,
  extension: Extension,
  association: SecurityAssociation,
  digests: Digests,
): boolean {
  const covered = message.subarray(0, extension.offset + HEADER_LENGTH + SPI_LENGTH);
  return equalInConstantTime(extension.data.subarray(SPI_LENGTH), authenticator(covered, association, digests));
}

function authenticator(covered: Uint8Array, association: SecurityAssociation, digests: Digests): Uint8Array {
  switch (association.algorithm) {
    case 'keyed-md5':
      return digests.digest('md5', join([association.key, covered, association.key]));
    case 'hmac-md5':
      return digests.hmac('md5', association.key, covered);
    case 'hmac-sha256':
      return digests.hmac('sha256', association.key, covered);
  }
}

function authenticatorLength(algorithm: AuthenticationAlgorithm): number {
  return algorithm === 'hmac-sha256' ? 32 : 16;
}

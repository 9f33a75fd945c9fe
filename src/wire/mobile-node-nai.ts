// The Mobile Node NAI Extension (RFC 2794 §2). The octets are kept as they are for comparing; text is for people.

import { utf8Octets, utf8Text } from '../octets/octets.ts';
import { appendExtension, EXTENSION, type Extension } from './extensions.ts';

/** What came may be any octets: of a malformed sequence each becomes U+FFFD. */
export function readMobileNodeNai(extension: Extension): string {
  return utf8Text(extension.data);
}

export function appendMobileNodeNai(message: Uint8Array, networkAccessIdentifier: string): Uint8Array {
  return appendExtension(message, { type: EXTENSION.mobileNodeNai, data: utf8Octets(networkAccessIdentifier) });
}

// Whatever comes to the registration port, by its type (RFC 5944 §1.8, RFC 3543 §3).

import { extensionName, unknownSubtype } from './extensions.ts';
import { Malformed } from './malformed.ts';
import { decodeRegistrationMessage, type RegistrationReply, type RegistrationRequest } from './registration.ts';
import {
  decodeRegistrationRevocation,
  decodeRevocationAcknowledgment,
  REVOCATION,
  REVOCATION_ACKNOWLEDGMENT,
  type RegistrationRevocation,
  type RevocationAcknowledgment,
} from './revocation.ts';

export type MobileIpMessage =
  | RegistrationRequest
  | RegistrationReply
  | RegistrationRevocation
  | RevocationAcknowledgment;

/** RFC 5944 §1.8: an extension that must not be skipped and cannot be interpreted condemns the message, by its subtype too. */
export function decodeMobileIpMessage(octets: Uint8Array): MobileIpMessage {
  const message = decodeByType(octets);
  const unknown = unknownSubtype(message.extensions);
  if (unknown !== undefined)
    throw new Malformed(extensionName(unknown.type), `subtype ${unknown.subtype} is not served`);
  return message;
}

function decodeByType(octets: Uint8Array): MobileIpMessage {
  switch (octets[0]) {
    case REVOCATION:
      return decodeRegistrationRevocation(octets);
    case REVOCATION_ACKNOWLEDGMENT:
      return decodeRevocationAcknowledgment(octets);
    default:
      return decodeRegistrationMessage(octets);
  }
}

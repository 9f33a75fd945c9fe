// Where extensions stand in a message: which of them authorizes it, what a foreign agent may pass on (RFC 5944 §3.7.2.2,
// §3.7.3.2), and the orders of RFC 5944 §3.6.1.3 and §3.8.3.3, RFC 3024 §3.3, RFC 2794 §2, RFC 4721 §6 and RFC 5563 §5.

import { EXTENSION, type Extension, findExtension } from './extensions.ts';
import type { MobileIpMessage } from './mobile-ip-message.ts';
import { AUTHENTICATION_METHOD, readPerNodeAuthenticationMethod } from './proxy-mobile-ip.ts';

export type OrderFault =
  | { readonly kind: 'authorizationMissing' }
  | { readonly kind: 'repeated'; readonly extension: Extension }
  | { readonly kind: 'misplaced'; readonly extension: Extension };

const MOBILE_AAA_AUTHENTICATION = 1;
const { mobileHomeAuthentication, mobileForeignAuthentication, foreignHomeAuthentication } = EXTENSION;

/** Covered by the authorizing extension or by nothing. */
const BEFORE_AUTHORIZATION: readonly number[] = [EXTENSION.mobileNodeNai, EXTENSION.proxyMobileIpNonSkippable];
/** For the foreign agent alone, or between the agents. */
const BEHIND_AUTHORIZATION: readonly number[] = [
  EXTENSION.generalizedAuthentication,
  mobileForeignAuthentication,
  foreignHomeAuthentication,
  EXTENSION.encapsulatingDelivery,
];
/** May come once. */
const SINGLE: readonly number[] = [
  mobileHomeAuthentication,
  mobileForeignAuthentication,
  foreignHomeAuthentication,
  EXTENSION.encapsulatingDelivery,
  EXTENSION.mobileNodeNai,
  EXTENSION.revocationSupport,
  EXTENSION.greKey,
  EXTENSION.udpTunnelReply,
  EXTENSION.udpTunnelRequest,
];

/**
 * The extension that makes the message acceptable to the one it is meant for: Mobile-Home, else Mobile-AAA, else
 * Foreign-Home where a proxy says that it is enough (RFC 5563 §5.1). Revocations are between agents: Foreign-Home first.
 */
export function authorizingExtension(message: MobileIpMessage): Extension | undefined {
  const { extensions } = message;
  switch (message.kind) {
    case 'registrationRequest':
    case 'registrationReply':
      return (
        findExtension(extensions, mobileHomeAuthentication) ??
        mobileAaa(extensions) ??
        (isForeignHomeEnough(extensions) ? findExtension(extensions, foreignHomeAuthentication) : undefined)
      );
    case 'registrationRevocation':
    case 'revocationAcknowledgment':
      return (
        findExtension(extensions, foreignHomeAuthentication) ?? findExtension(extensions, mobileHomeAuthentication)
      );
  }
}

/** What a foreign agent relays unchanged: all up to the last extension that others check. Undefined: nobody would. */
export function upToAuthorizing(message: MobileIpMessage): Uint8Array | undefined {
  const authorizing = authorizingExtension(message);
  if (authorizing === undefined) return undefined;
  const end = Math.max(authorizing.end, mobileAaa(message.extensions)?.end ?? 0);
  return message.octets.subarray(0, end);
}

/** The extensions that an authentication extension vouches for. */
export function coveredBy(extension: Extension, extensions: readonly Extension[]): readonly Extension[] {
  return extensions.filter(({ offset }) => offset < extension.offset);
}

/** The first fault in the order of extensions, from the front. */
export function findOrderFault(message: MobileIpMessage): OrderFault | undefined {
  const authorizing = authorizingExtension(message);
  if (authorizing === undefined) return { kind: 'authorizationMissing' };
  const seen = new Set<number>();
  for (const extension of message.extensions) {
    if (SINGLE.includes(extension.type) && seen.has(extension.type)) return { kind: 'repeated', extension };
    if (isMisplaced(extension, authorizing, seen)) return { kind: 'misplaced', extension };
    seen.add(extension.type);
  }
  return undefined;
}

function isMisplaced(extension: Extension, authorizing: Extension, seen: ReadonlySet<number>): boolean {
  const { type, offset } = extension;
  if (extension === authorizing) return false;
  // Each is the last one of its message; the other may stand behind it where an agent has not removed it.
  if (seen.has(foreignHomeAuthentication) && type !== mobileForeignAuthentication) return true;
  if (seen.has(mobileForeignAuthentication) && type !== foreignHomeAuthentication) return true;
  if (BEFORE_AUTHORIZATION.includes(type)) return offset > authorizing.offset;
  return BEHIND_AUTHORIZATION.includes(type) && offset < authorizing.offset;
}

function mobileAaa(extensions: readonly Extension[]): Extension | undefined {
  return extensions.find(
    ({ type, subtype }) => type === EXTENSION.generalizedAuthentication && subtype === MOBILE_AAA_AUTHENTICATION,
  );
}

function isForeignHomeEnough(extensions: readonly Extension[]): boolean {
  const method = findExtension(extensions, EXTENSION.proxyMobileIpNonSkippable);
  if (method === undefined) return false;
  return readPerNodeAuthenticationMethod(method) === AUTHENTICATION_METHOD.foreignHomeAuthentication;
}

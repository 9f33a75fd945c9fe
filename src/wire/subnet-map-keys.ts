// Keys and tags of the Subnet Map Exchange: what follows from the shared secret, and how a message is signed and checked.

import type { MacAddress } from '../octets/address.ts';
import { writeMac } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import { equalInConstantTime, join, utf8Octets, viewOf } from '../octets/octets.ts';
import { encodeUnsigned, type MapBody, type MapHeader, TAG_LENGTH } from './subnet-map.ts';

const HELLO_LABEL = utf8Octets('pmip map 1 hello');
const SESSION_LABEL = utf8Octets('pmip map 1 session');

/** Who a session is between: the one that called, the one that was called, and the random number of each. */
export type SessionTerms = {
  readonly caller: MacAddress;
  readonly called: MacAddress;
  readonly nonce: bigint;
  readonly session: bigint;
};

/** For what comes before a session, and beside it. */
export function helloKey(secret: Uint8Array, digests: Digests): Uint8Array {
  return digests.hmac('sha256', secret, HELLO_LABEL);
}

export function sessionKey(secret: Uint8Array, terms: SessionTerms, digests: Digests): Uint8Array {
  const octets = new Uint8Array(28);
  const view = viewOf(octets);
  writeMac(view, 0, terms.caller);
  writeMac(view, 6, terms.called);
  view.setBigUint64(12, terms.nonce);
  view.setBigUint64(20, terms.session);
  return digests.hmac('sha256', secret, join([SESSION_LABEL, octets]));
}

export function encodeMapMessage(header: MapHeader, body: MapBody, key: Uint8Array, digests: Digests): Uint8Array {
  const unsigned = encodeUnsigned(header, body);
  return join([unsigned, digests.hmac('sha256', key, unsigned).subarray(0, TAG_LENGTH)]);
}

export function tagOf(octets: Uint8Array): Uint8Array {
  return octets.subarray(octets.length - TAG_LENGTH);
}

export function isSignedWith(key: Uint8Array, octets: Uint8Array, digests: Digests): boolean {
  const unsigned = octets.subarray(0, octets.length - TAG_LENGTH);
  return equalInConstantTime(tagOf(octets), digests.hmac('sha256', key, unsigned).subarray(0, TAG_LENGTH));
}

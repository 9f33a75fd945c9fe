// Of Node.js's crypto what test/digests.ts uses, by the C module: tests in QuickJS sign with the digests of the daemon.

import { type DigestAlgorithm, digest, hmac } from 'quickjs-ffi';

export function createHash(algorithm: DigestAlgorithm) {
  return { update: (octets: Uint8Array) => ({ digest: () => digest(algorithm, octets) }) };
}

export function createHmac(algorithm: DigestAlgorithm, key: Uint8Array) {
  return { update: (octets: Uint8Array) => ({ digest: () => hmac(algorithm, key, octets) }) };
}

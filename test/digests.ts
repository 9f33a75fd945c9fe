import { createHash, createHmac } from 'node:crypto';
import type { Digests } from '../src/octets/digest.ts';

/** Digests by the library of Node.js, for whatever authenticates. */
export const digests: Digests = {
  digest: (algorithm, octets) => Uint8Array.from(createHash(algorithm).update(octets).digest()),
  hmac: (algorithm, key, octets) => Uint8Array.from(createHmac(algorithm, key).update(octets).digest()),
};

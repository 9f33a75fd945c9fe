// What authentication needs of the host: digests. A router's processor takes them from a C library, tests from theirs.

export type DigestAlgorithm = 'md5' | 'sha256';

export interface Digests {
  digest(algorithm: DigestAlgorithm, octets: Uint8Array): Uint8Array;
  hmac(algorithm: DigestAlgorithm, key: Uint8Array, octets: Uint8Array): Uint8Array;
}

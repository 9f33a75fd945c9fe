import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeMapMessage } from '../../src/wire/subnet-map.ts';
import { encodeMapMessage, helloKey, isSignedWith, sessionKey, tagOf } from '../../src/wire/subnet-map-keys.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { AUTHORITY, header, REPORTER } from './map-messages.ts';

const secret = hex('00112233445566778899aabbccddeeff');
const terms = { caller: REPORTER, called: AUTHORITY, nonce: 1n, session: 2n };

test('a message ends with the first 16 octets of HMAC-SHA-256 over all before', () => {
  const key = helloKey(secret, digests);
  const octets = encodeMapMessage(header, { kind: 'hello' }, key, digests);
  const hmac = createHmac('sha256', key).update(octets.subarray(0, -16)).digest();
  expect(tagOf(octets)).toEqual(Uint8Array.from(hmac.subarray(0, 16)));
  expect(decodeMapMessage(octets)).toMatchObject({ header });
  expect(isSignedWith(key, octets, digests)).toBe(true);
});

test('each octet that is changed makes it wrong', () => {
  const key = helloKey(secret, digests);
  const octets = encodeMapMessage(header, { kind: 'challenge', session: 5n }, key, digests);
  for (let at = 0; at < octets.length; at++) {
    const changed = octets.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(isSignedWith(key, changed, digests)).toBe(false);
  }
});

test('each of its terms makes a session have another key', () => {
  const keys = [
    terms,
    { ...terms, caller: AUTHORITY },
    { ...terms, called: REPORTER },
    { ...terms, nonce: 2n },
    { ...terms, session: 1n },
  ].map((each) => Buffer.from(sessionKey(secret, each, digests)).toString('hex'));
  expect(new Set([...keys, Buffer.from(helloKey(secret, digests)).toString('hex')]).size).toBe(6);
});

import { expect, test } from 'vitest';
import { MapCall, randomNumber } from '../../src/roles/map-call.ts';
import { decodeMapMessage, type MapBody, type MapHeader, type MapMessage } from '../../src/wire/subnet-map.ts';
import { encodeMapMessage, helloKey, sessionKey, tagOf } from '../../src/wire/subnet-map-keys.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { AUTHORITY, REPORTER } from '../wire/map-messages.ts';

const secret = hex('00112233445566778899aabbccddeeff');
const ADDRESS = ip('192.0.2.9');
const terms = { own: REPORTER, address: ADDRESS, isOfAuthority: false, secret };
const newCall = () => new MapCall(terms, { digests, random: () => 0.25 });
const NONCE = 0x4000000040000000n;

function message(octets: Uint8Array | undefined): MapMessage {
  const decoded = decodeMapMessage(octets ?? new Uint8Array());
  if (decoded.kind !== 'mapMessage') throw new Error(decoded.kind);
  return decoded;
}

function said(body: MapBody, changes: Partial<MapHeader> = {}, key = helloKey(secret, digests)): MapMessage {
  const header = { sender: AUTHORITY, isOfCalled: true, isOfAuthority: false, session: NONCE, sequence: 0 };
  return message(encodeMapMessage({ ...header, ...changes }, body, key, digests));
}

const challenge = { kind: 'challenge', session: 5n } as const;

test('a hello has a random number, and is repeated with the same', () => {
  const call = newCall();
  const first = message(call.call(0)[0]);
  expect(first).toMatchObject({ header: { session: NONCE, sender: REPORTER }, body: { kind: 'hello' } });
  expect(call.nextDeadline()).toBe(400);
  expect(call.repeat(399)).toEqual([]);
  expect(message(call.repeat(400)[0]).header).toEqual(first.header);
  expect(call.attempts()).toBe(2);
  expect(call.nextDeadline()).toBe(1200);
});

test('a challenge with its number opens a session, whose key has both numbers', () => {
  const call = newCall();
  call.call(0);
  expect(call.heard(said(challenge), ADDRESS, 1).kind).toBe('opened');
  const numbers = { caller: REPORTER, called: AUTHORITY, nonce: NONCE, session: 5n };
  const key = sessionKey(secret, numbers, digests);
  const answer = said({ kind: 'moved', stations: [] }, { session: 5n, sequence: 1 }, key);
  expect(call.heard(answer, ADDRESS, 1).kind).toBe('message');
  expect(call.heard(answer, ADDRESS, 1)).toEqual({ kind: 'discarded', reason: 'replayed' });
});

test.each<[string, MapMessage, string]>([
  ['an old number', said(challenge, { session: 1n }), 'unknownSession'],
  ['a wrong tag', said(challenge, {}, hex('00')), 'badAuthenticator'],
  ['words of a session before there is one', said({ kind: 'moved', stations: [] }), 'unknownSession'],
  ['a refusal of nothing', said({ kind: 'refusal', tag: new Uint8Array(16) }), 'unknownSession'],
])('%s: discarded', (_what, heard, reason) => {
  const call = newCall();
  call.call(0);
  expect(call.heard(heard, ADDRESS, 1)).toEqual({ kind: 'discarded', reason });
});

test('a second challenge does not change the session', () => {
  const call = newCall();
  call.call(0);
  call.heard(said(challenge), ADDRESS, 1);
  expect(call.heard(said({ kind: 'challenge', session: 6n }), ADDRESS, 1).kind).toBe('discarded');
  expect(call.link?.terms.session).toBe(5n);
});

test('who does not know the session any more, and can say of what message, ends it', () => {
  const call = newCall();
  call.call(0);
  call.heard(said(challenge), ADDRESS, 1);
  const octets = call.link?.say({ kind: 'moved', stations: [] }) ?? new Uint8Array();
  const refusal = { kind: 'refusal', tag: tagOf(octets) } as const;
  expect(call.heard(said(refusal, { session: 5n }, hex('00')), ADDRESS, 1).kind).toBe('discarded');
  expect(call.heard(said(refusal, { session: 5n }), ADDRESS, 1)).toEqual({ kind: 'refused' });
});

test('a random number has 64 bits', () => {
  const numbers = [0.5, 0.999999999];
  expect(randomNumber(() => numbers.shift() ?? 0)).toBe(0x80000000fffffffbn);
});

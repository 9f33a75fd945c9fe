import { expect, test } from 'vitest';
import { MapLink } from '../../src/roles/map-link.ts';
import { decodeMapMessage, type MapMessage } from '../../src/wire/subnet-map.ts';
import { tagOf } from '../../src/wire/subnet-map-keys.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { AUTHORITY, REPORTER } from '../wire/map-messages.ts';

const HERE = ip('192.0.2.9');
const key = hex('00112233445566778899aabbccddeeff');
const common = { address: HERE, source: undefined, isOfAuthority: false, session: 7n, key };
const caller = () => new MapLink({ ...common, own: REPORTER, peer: AUTHORITY, isOfCalled: false }, digests, 0);
const called = () => new MapLink({ ...common, own: AUTHORITY, peer: REPORTER, isOfCalled: true }, digests, 0);
const moved = { kind: 'moved', stations: [] } as const;

function message(octets: Uint8Array | undefined): MapMessage {
  const decoded = decodeMapMessage(octets ?? new Uint8Array());
  if (decoded.kind !== 'mapMessage') throw new Error(decoded.kind);
  return decoded;
}

test('a message is taken once, and none that was sent before it', () => {
  const [from, to] = [caller(), called()];
  const [first, second] = [message(from.say(moved)), message(from.say(moved))];
  expect(to.whyDiscarded(second, HERE, 5)).toBeUndefined();
  expect(to.whyDiscarded(second, HERE, 5)).toBe('replayed');
  expect(to.whyDiscarded(first, HERE, 5)).toBe('replayed');
});

test('what is refused changes neither the address nor the time of the last word', () => {
  const [from, to] = [caller(), called()];
  const octets = from.say(moved);
  octets[30] = 1;
  expect(to.whyDiscarded(message(from.say(moved)), ip('192.0.2.10'), 5)).toBeUndefined();
  expect(to.address).toBe(ip('192.0.2.10'));
  const forged = from.say(moved);
  forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
  expect(to.whyDiscarded(message(forged), HERE, 9)).toBe('badAuthenticator');
  expect([to.address, to.lastHeardMs]).toEqual([ip('192.0.2.10'), 5]);
});

test('our own message sent back to us is not the other side’s', () => {
  const from = caller();
  expect(from.whyDiscarded(message(from.say(moved)), HERE, 0)).toBe('unknownSession');
});

test('a message of another session is not of this one', () => {
  const other = new MapLink({ ...common, session: 8n, own: REPORTER, peer: AUTHORITY, isOfCalled: false }, digests, 0);
  expect(called().whyDiscarded(message(other.say(moved)), HERE, 0)).toBe('unknownSession');
});

test('is repeated with a new number after 0.4, 0.8, 1.6 s, until one of the tries is answered', () => {
  const [from, to] = [caller(), called()];
  const sequences = [message(from.deliver('moved', () => moved, 0)).header.sequence];
  for (const atMs of [400, 1200, 2800]) {
    expect(from.nextDeadline()).toBe(atMs);
    expect(from.repeat(atMs - 1)).toEqual([]);
    const [octets] = from.repeat(atMs);
    expect(to.whyDiscarded(message(octets), HERE, atMs)).toBeUndefined();
    sequences.push(message(octets).header.sequence);
  }
  expect(sequences).toEqual([1, 2, 3, 4]);
  expect(from.attempts()).toBe(4);
  expect(from.answered(9)).toBeUndefined();
  expect(from.answered(2)).toBe('moved');
  expect(from.answered(2)).toBeUndefined();
  expect([from.attempts(), from.nextDeadline(), from.isDelivering('moved')]).toEqual([0, undefined, false]);
});

test('each try is built anew, at its time', () => {
  const times: number[] = [];
  const from = caller();
  const build = (nowMs: number) => {
    times.push(nowMs);
    return moved;
  };
  from.deliver('moved', build, 10);
  from.repeat(500);
  expect(times).toEqual([10, 500]);
});

test('only a refusal of the last message is one', () => {
  const from = caller();
  const [first, second] = [from.say(moved), from.say(moved)];
  expect(from.isRefusedBy(tagOf(first))).toBe(false);
  expect(from.isRefusedBy(tagOf(second))).toBe(true);
});

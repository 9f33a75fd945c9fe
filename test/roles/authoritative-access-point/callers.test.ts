import { expect, test } from 'vitest';
import type { MacAddress } from '../../../src/octets/address.ts';
import { type CallerMessage, Callers, SILENCE_MS } from '../../../src/roles/authoritative-access-point/callers.ts';
import { MapCall } from '../../../src/roles/map-call.ts';
import { decodeMapMessage, type MapMessage } from '../../../src/wire/subnet-map.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { hex } from '../../hex.ts';
import { seededRandom } from '../../random.ts';
import { AUTHORITY, REPORTER, record, reporterNumber, station } from '../../wire/map-messages.ts';

const secret = hex('00112233445566778899aabbccddeeff');
const tools = { digests, random: seededRandom(3) };
const HERE = ip('192.0.2.1');
const origin = { sourceAddress: HERE, destinationAddress: ip('192.0.2.9') };
const answer = { kind: 'acknowledgment', acknowledged: 0, generation: 0 } as const;

function message(octets: Uint8Array | undefined): MapMessage {
  const decoded = decodeMapMessage(octets ?? new Uint8Array());
  if (decoded.kind !== 'mapMessage') throw new Error(decoded.kind);
  return decoded;
}

const newCallers = (most = 2) => new Callers({ own: AUTHORITY, secret, most }, tools);
const newCall = (own: MacAddress = REPORTER, key = secret) =>
  new MapCall({ own, address: ip('192.0.2.9'), isOfAuthority: false, secret: key }, tools);

/** As far as the first message of the session. */
function joined(callers: Callers, call = newCall(), atMs = 0, from = origin): MapMessage {
  const heard = callers.heard(message(call.call(atMs)[0]), from, atMs);
  if (heard.kind !== 'reply') throw new Error(heard.kind);
  call.heard(message(heard.octets), ip('192.0.2.9'), atMs);
  const first = message(call.link?.say(answer));
  expect(callers.heard(first, from, atMs)).toMatchObject({ kind: 'message' });
  return first;
}

test('a session counts from its first message on', () => {
  const callers = newCallers();
  callers.heard(message(newCall().call(0)[0]), origin, 0);
  expect([...callers.all()]).toEqual([]);
  joined(callers);
  expect([...callers.all()].map(({ name }) => name)).toEqual([REPORTER]);
  expect(callers.accessPoint(REPORTER)?.teller.link.terms.source).toBe(origin.destinationAddress);
});

test('who repeats an old hello and an old first message gets no session, and the present one stays', () => {
  const callers = newCallers();
  const call = newCall();
  const hello = message(call.call(0)[0]);
  const heard = callers.heard(hello, origin, 0);
  call.heard(message(heard.kind === 'reply' ? heard.octets : undefined), HERE, 0);
  const first = message(call.link?.say(answer));
  callers.heard(first, origin, 0);
  const session = callers.accessPoint(REPORTER)?.teller.link.terms.session;
  expect(callers.heard(hello, origin, 1).kind).toBe('reply');
  expect(callers.heard(first, origin, 1)).toEqual({ kind: 'discarded', reason: 'replayed' });
  expect(callers.accessPoint(REPORTER)?.teller.link.terms.session).toBe(session);
});

test('the same hello again gets the same challenge', () => {
  const callers = newCallers();
  const hello = message(newCall().call(0)[0]);
  expect(callers.heard(hello, origin, 0)).toEqual(callers.heard(hello, origin, 5));
});

test('without the key there is no challenge', () => {
  const heard = newCallers().heard(message(newCall(REPORTER, new Uint8Array(16)).call(0)[0]), origin, 0);
  expect(heard).toEqual({ kind: 'discarded', reason: 'badAuthenticator' });
});

test('a message of a session that is not known is refused, which only its sender believes; a hundred a second', () => {
  const [callers, call] = [newCallers(), newCall()];
  joined(callers, call);
  const octets = call.link?.say(answer);
  const restarted = newCallers();
  const heard = restarted.heard(message(octets), origin, 1);
  expect(call.heard(message(heard.kind === 'reply' ? heard.octets : undefined), HERE, 1)).toEqual({ kind: 'refused' });
  const many = Array.from({ length: 200 }, () => restarted.heard(message(octets), origin, 1).kind);
  expect(many.filter((kind) => kind === 'reply').length).toBe(99);
});

test('of two boxes with one name the first stays until it is silent', () => {
  const callers = newCallers();
  joined(callers);
  const twin = newCall();
  const elsewhere = { ...origin, sourceAddress: ip('192.0.2.2') };
  const heard = callers.heard(message(twin.call(1)[0]), elsewhere, 1);
  expect(heard).toEqual({ kind: 'discarded', reason: 'nameTaken' });
  joined(callers, newCall(), SILENCE_MS, elsewhere);
  expect(callers.accessPoint(REPORTER)?.teller.link.address).toBe(elsewhere.sourceAddress);
});

test('there is room for so many, and room again when some are silent', () => {
  const callers = newCallers(1);
  joined(callers);
  expect(callers.heard(message(newCall(reporterNumber(2)).call(0)[0]), origin, 0).kind).toBe('reply');
  const third = message(newCall(reporterNumber(3)).call(0)[0]);
  expect(callers.heard(third, origin, 0)).toEqual({ kind: 'discarded', reason: 'tableFull' });
  callers.takeSilent(SILENCE_MS + 1);
  expect([...callers.all()]).toEqual([]);
  joined(callers, newCall(reporterNumber(3)), SILENCE_MS + 1);
});

test('who says that it knows nothing of its session is forgotten', () => {
  const [callers, call] = [newCallers(), newCall()];
  joined(callers, call);
  const told = callers.accessPoint(REPORTER)?.teller.link.say(answer);
  const other = newCallers();
  const refusal = other.heard(message(told), origin, 1);
  const octets = refusal.kind === 'reply' ? refusal.octets : undefined;
  // As the access point would say it: its name in place of the other's is all that differs.
  expect(message(octets).body).toMatchObject({ kind: 'refusal' });
  expect(callers.heard(message(octets), origin, 1)).toEqual({ kind: 'discarded', reason: 'unknownSession' });
});

const knowledge = { isSettled: true, recordOf: () => record, stationOf: () => station };
const kindsIn = (messages: readonly CallerMessage[]) => messages.map(({ octets }) => message(octets).body.kind);

test('a change is said to all access points, and to each until it answers; there is nothing to wait for then', () => {
  const callers = newCallers();
  const [one, other] = [newCall(), newCall(reporterNumber(2))];
  joined(callers, one);
  joined(callers, other);
  expect(kindsIn(callers.say(knowledge, 1))).toEqual([]);
  expect(callers.nextDeadline()).toBeUndefined();
  callers.recordChanged(record.reporter);
  const [first] = callers.say(knowledge, 10);
  expect(kindsIn(callers.say(knowledge, 11))).toEqual([]);
  expect(callers.nextDeadline()).toBe(410);
  const { sequence } = message(first?.octets).header;
  const acknowledgment = message(one.link?.say({ ...answer, acknowledged: sequence }));
  expect(callers.heard(acknowledgment, origin, 20).kind).toBe('message');
  const link = callers.accessPoint(REPORTER)?.teller.link;
  expect(link?.answered(sequence)).toBe('records');
  expect(kindsIn(callers.repeat(409))).toEqual([]);
  expect(callers.repeat(410).map((each) => each.link.terms.peer)).toEqual([reporterNumber(2)]);
  expect(kindsIn(callers.say(knowledge, 410))).toEqual([]);
  expect(callers.nextDeadline()).toBe(410 + 800);
});

test('what one access point alone is to be told is said to it alone', () => {
  const callers = newCallers();
  joined(callers);
  joined(callers, newCall(reporterNumber(2)));
  callers.say(knowledge, 1);
  callers.recordChangedFor(REPORTER, record.reporter);
  callers.stationChangedFor(reporterNumber(2), station.mac);
  callers.stationChangedFor(reporterNumber(3), station.mac);
  const said = callers.say(knowledge, 2).map(({ link, octets }) => [link.terms.peer, message(octets).body.kind]);
  expect(said).toEqual([
    [REPORTER, 'records'],
    [reporterNumber(2), 'moved'],
  ]);
});

test('of one that has been silent for too long nothing is waited for', () => {
  const callers = newCallers();
  joined(callers);
  callers.recordChanged(record.reporter);
  callers.say(knowledge, 1);
  callers.takeSilent(SILENCE_MS + 1);
  expect(kindsIn(callers.repeat(SILENCE_MS + 2))).toEqual([]);
  expect(kindsIn(callers.say(knowledge, SILENCE_MS + 2))).toEqual([]);
  expect(callers.nextDeadline()).toBeUndefined();
});

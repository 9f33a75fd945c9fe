import { expect, test } from 'vitest';
import { Callers } from '../../../src/roles/authoritative-access-point/callers.ts';
import { OtherAuthorities } from '../../../src/roles/authoritative-access-point/other-authorities.ts';
import type { Knowledge } from '../../../src/roles/authoritative-access-point/teller.ts';
import { decodeMapMessage, type MapBody, type MapMessage } from '../../../src/wire/subnet-map.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { hex } from '../../hex.ts';
import { seededRandom } from '../../random.ts';
import { AUTHORITY, record, reporterNumber } from '../../wire/map-messages.ts';

const secret = hex('00112233445566778899aabbccddeeff');
const tools = { digests, random: seededRandom(3) };
const OTHER = ip('192.0.2.2');
const origin = { sourceAddress: ip('192.0.2.1'), destinationAddress: OTHER };
const knowledge: Knowledge = { isSettled: true, recordOf: () => record, stationOf: () => undefined };
const comparison = () => new Uint8Array(512);

function message(octets: Uint8Array | undefined): MapMessage {
  const decoded = decodeMapMessage(octets ?? new Uint8Array());
  if (decoded.kind !== 'mapMessage') throw new Error(decoded.kind);
  return decoded;
}

class Scene {
  readonly others = new OtherAuthorities({ own: AUTHORITY, secret }, tools);
  readonly callers = new Callers({ own: reporterNumber(8), secret, most: 5 }, tools);
  sequence = 0;

  open(atMs: number): void {
    const [hello] = this.others.configured([OTHER], atMs);
    const heard = this.callers.heard(message(hello?.octets), origin, atMs);
    this.others.heard(message(heard.kind === 'reply' ? heard.octets : undefined), OTHER, atMs);
  }

  say(atMs: number): string[] {
    return this.others.say(knowledge, comparison, atMs).map(({ octets }) => {
      const { header, body } = message(octets);
      this.callers.heard(message(octets), origin, atMs);
      this.sequence = header.sequence;
      return body.kind;
    });
  }

  answer(body: MapBody, atMs: number): ReturnType<OtherAuthorities['heard']> {
    const [caller] = this.callers.all();
    return this.others.heard(message(caller?.teller.link.say(body)), OTHER, atMs);
  }
}

test('compares at once when it is answered, and then each half minute', () => {
  const scene = new Scene();
  scene.open(0);
  expect(scene.say(0)).toEqual(['comparison']);
  scene.answer({ kind: 'difference', acknowledged: scene.sequence, isSettled: true, buckets: [] }, 1);
  expect(scene.say(26_000)).toEqual([]);
  expect(scene.say(33_001)).toEqual(['comparison']);
});

test('a difference names the buckets, once', () => {
  const scene = new Scene();
  scene.open(0);
  scene.say(0);
  const body = { kind: 'difference', acknowledged: scene.sequence, isSettled: false, buckets: [3, 5] } as const;
  expect(scene.answer(body, 1).difference).toMatchObject({ buckets: [3, 5], isSettled: false });
  expect(scene.answer(body, 1).difference).toBeUndefined();
});

test('compares soon where the other has found a difference, but not more than once a second', () => {
  const scene = new Scene();
  scene.open(0);
  scene.say(0);
  scene.answer({ kind: 'difference', acknowledged: scene.sequence, isSettled: true, buckets: [] }, 1);
  scene.others.compareSoon(reporterNumber(8), 5);
  expect(scene.say(999)).toEqual([]);
  expect(scene.say(1000)).toEqual(['comparison']);
});

test('is said to be lost after four tries, and to be back when it answers; meanwhile it is tried on', () => {
  const scene = new Scene();
  scene.open(0);
  scene.say(0);
  const silence = [400, 1200, 2800, 6000].map((ms) => scene.others.deadlineReached(ms));
  expect(silence.flatMap(({ reports }) => reports)).toEqual([{ kind: 'authorityLost', address: OTHER }]);
  expect([...scene.others.all()]).toEqual([{ address: OTHER, answers: false }]);
  // With each further try it is said to be silent.
  expect(silence.map(({ silent }) => silent.length)).toEqual([0, 0, 1, 1]);
  expect(scene.others.deadlineReached(12_399).silent).toEqual([]);
  expect(scene.others.deadlineReached(12_400)).toMatchObject({ messages: [{}], silent: [OTHER], reports: [] });
  const { reports: back } = scene.answer({ kind: 'acknowledgment', acknowledged: 99, generation: 0 }, 12_500);
  expect(back).toEqual([{ kind: 'authorityReached', address: OTHER }]);
  expect([...scene.others.all()]).toEqual([{ address: OTHER, answers: true }]);
});

test('changes go out when they are told of, to who is there', () => {
  const scene = new Scene();
  scene.open(0);
  scene.say(0);
  scene.others.recordChanged(record.reporter);
  expect(scene.say(1)).toEqual(['records']);
});

test('one that is no longer in the list is not called any more', () => {
  const scene = new Scene();
  scene.open(0);
  scene.say(0);
  scene.others.configured([], 1);
  expect(scene.others.nextDeadline()).toBeUndefined();
  expect(scene.answer({ kind: 'acknowledgment', acknowledged: 1, generation: 0 }, 2).discarded).toBe('unknownSession');
});

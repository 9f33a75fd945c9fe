import { expect, test } from 'vitest';
import { HomeAgentWatch } from '../../../src/roles/authoritative-access-point/home-agent-watch.ts';
import { lowBits } from '../../../src/wire/identification.ts';
import {
  decodeRegistrationReply,
  decodeRegistrationRequest,
  encodeRegistrationReply,
  type RegistrationReply,
} from '../../../src/wire/registration.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { seededRandom } from '../../random.ts';
import { record } from '../../wire/map-messages.ts';
import { at } from '../moments.ts';

const [first, second] = record.claims;

function answering(octets: Uint8Array, changes: Partial<RegistrationReply> = {}): RegistrationReply {
  const { homeAddress, homeAgent, identification } = decodeRegistrationRequest(octets);
  const fields = { code: 136, lifetimeSeconds: 0, homeAddress, homeAgent, identification: lowBits(identification) };
  return decodeRegistrationReply(encodeRegistrationReply({ ...fields, ...changes }));
}

function watching(): { watch: HomeAgentWatch; asked: Uint8Array[] } {
  const watch = new HomeAgentWatch(digests, seededRandom(1));
  watch.begin(record, 1000);
  const { effects } = watch.deadlineReached(at(1000));
  return { watch, asked: effects.flatMap((effect) => (effect.kind === 'homeAgentProbed' ? [effect.octets] : [])) };
}

function verdictOf(watch: HomeAgentWatch): ReturnType<HomeAgentWatch['deadlineReached']>['verdicts'] {
  for (const ms of [2000, 4000, 8000]) watch.deadlineReached(at(ms));
  return watch.deadlineReached(at(16_000)).verdicts;
}

test('asks each home agent in both forms, four times, and gives up after fifteen seconds', () => {
  const { watch, asked } = watching();
  expect(asked.length).toBe(6);
  for (const [ms, count] of [
    [1999, 0],
    [2000, 6],
    [4000, 6],
    [8000, 6],
    [15_999, 0],
  ] as const) {
    const { effects, verdicts } = watch.deadlineReached(at(ms));
    expect([effects.length, verdicts.length]).toEqual([count, 0]);
  }
  expect(watch.deadlineReached(at(16_000)).verdicts).toEqual([{ record, alive: [], dead: record.claims }]);
  expect(watch.nextDeadline()).toBeUndefined();
});

test('one home agent that answers keeps its network, whatever it says', () => {
  const { watch, asked } = watching();
  const reply = answering(asked[2] ?? new Uint8Array());
  expect(watch.replyReceived(reply, ip('10.1.0.2'))).toBe(true);
  expect(verdictOf(watch)).toEqual([{ record, alive: [first], dead: [second] }]);
});

test('no other answer counts: from another address, with another number, of another network', () => {
  const { watch, asked } = watching();
  const [octets = new Uint8Array()] = asked;
  expect(watch.replyReceived(answering(octets), ip('10.1.0.9'))).toBe(false);
  expect(watch.replyReceived(answering(octets, { identification: 5n }), ip('10.1.0.1'))).toBe(false);
  expect(watch.replyReceived(answering(octets, { homeAddress: ip('10.2.255.255') }), ip('10.1.0.1'))).toBe(false);
  expect(verdictOf(watch)).toMatchObject([{ alive: [] }]);
});

test('when all have answered, nobody is asked again', () => {
  const { watch, asked } = watching();
  for (const [index, homeAgent] of [
    [0, '10.1.0.1'],
    [4, '10.2.0.1'],
  ] as const) {
    watch.replyReceived(answering(asked[index] ?? new Uint8Array()), ip(homeAgent));
  }
  expect(watch.deadlineReached(at(2000))).toEqual({
    effects: [],
    verdicts: [{ record, alive: [first, second], dead: [] }],
  });
});

test('ends when the access point is back', () => {
  const { watch } = watching();
  watch.end(record.reporter);
  expect(watch.isWatching(record.reporter)).toBe(false);
  expect(verdictOf(watch)).toEqual([]);
});

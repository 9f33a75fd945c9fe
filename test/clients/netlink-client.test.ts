import { describe, expect, test } from 'vitest';
import { NetlinkClient } from '../../src/clients/netlink-client.ts';
import { join } from '../../src/octets/octets.ts';
import { decodeNetlinkMessages, MessageWriter, type NetlinkMessage } from '../../src/wire/netlink.ts';
import { hex } from '../hex.ts';
import { BYTE_ORDERS } from '../wire/netlink-recordings.ts';
import { answer, CONVENTIONS, done, reply } from './netlink-answers.ts';

function message(type: number, littleEndian = true): Uint8Array {
  return new MessageWriter(type, 1, littleEndian).finish();
}

function sent(octets: Uint8Array, littleEndian = true): NetlinkMessage[] {
  return decodeNetlinkMessages(octets, littleEndian);
}

/** The only message of what was sent. */
function only(octets: Uint8Array): NetlinkMessage {
  const [first] = sent(octets);
  if (first === undefined) throw new Error('nothing was sent');
  return first;
}

const NLM_F_ACK = 4;

describe('requests', () => {
  test('only the last message of a request asks for an acknowledgement, and each has its own number', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const first = sent(client.request([message(16), message(17)], 'a'));
    const second = sent(client.request([message(18)], 'b'));
    expect([...first, ...second].map(({ sequence, flags }) => [sequence, flags & NLM_F_ACK])).toEqual([
      [1, 0],
      [2, NLM_F_ACK],
      [3, NLM_F_ACK],
    ]);
    expect(client.outstandingCount).toBe(2);
  });

  test('the message that was handed in is not written into', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const given = message(16);
    client.request([given], 'a');
    expect(given).toEqual(message(16));
  });

  test.each(BYTE_ORDERS)('acknowledgements in any order find their purpose, $order', ({ littleEndian }) => {
    const client = new NetlinkClient<string>({ ...CONVENTIONS, littleEndian });
    const [first] = sent(client.request([message(16, littleEndian)], 'a'), littleEndian);
    const [second] = sent(client.request([message(16, littleEndian)], 'b'), littleEndian);
    const answers = [second, first].map((request) => (request ? answer(request, 0, littleEndian) : hex('')));
    expect(client.received(join(answers))).toEqual([
      { kind: 'acknowledged', purpose: 'b', messages: [] },
      { kind: 'acknowledged', purpose: 'a', messages: [] },
    ]);
    expect(client.outstandingCount).toBe(0);
  });

  test('one refused message makes the request refused, by its own error, when all are answered', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const [first, second] = sent(client.request([message(16), message(16)], 'a'));
    expect(first && client.received(answer(first, 95))).toEqual([]);
    expect(second && client.received(answer(second, 19))).toEqual([
      { kind: 'refused', purpose: 'a', errno: 95, errnoName: 'EOPNOTSUPP', message: undefined },
    ]);
  });

  test('what a query brings comes with its acknowledgement', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const query = only(client.request([message(18)], 'link'));
    expect(client.received(reply(query, 16, hex('01020304'), { multi: false }))).toEqual([]);
    expect(client.received(answer(query, 0))).toMatchObject([
      { kind: 'acknowledged', purpose: 'link', messages: [{ type: 16, payload: hex('01020304') }] },
    ]);
  });

  test('many requests have one acknowledgement, in which each finds its own outcome', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const messages = sent(client.requests([message(16), message(18), message(20), message(22)], ['a', 'b', 'c', 'd']));
    expect(messages.map(({ flags }) => flags & NLM_F_ACK)).toEqual([0, 0, 0, NLM_F_ACK]);
    expect(client.outstandingCount).toBe(4);
    const [, query, refused, last] = messages;
    if (query === undefined || refused === undefined || last === undefined) throw new Error('four messages');
    const told = reply(query, 16, hex('01020304'), { multi: false });
    expect(client.received(join([told, answer(refused, 17)]))).toEqual([]);
    expect(client.received(answer(last, 0))).toMatchObject([
      { kind: 'acknowledged', purpose: 'a', messages: [] },
      { kind: 'acknowledged', purpose: 'b', messages: [{ payload: hex('01020304') }] },
      { kind: 'refused', purpose: 'c', errnoName: 'EEXIST' },
      { kind: 'acknowledged', purpose: 'd', messages: [] },
    ]);
    expect(client.outstandingCount).toBe(0);
  });

  test('many requests are done, too, when the last is refused', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const [, last] = sent(client.requests([message(16), message(16)], ['a', 'b']));
    expect(last && client.received(answer(last, 2))).toMatchObject([
      { kind: 'acknowledged', purpose: 'a' },
      { kind: 'refused', purpose: 'b', errnoName: 'ENOENT' },
    ]);
  });

  test('an answer to nothing is passed over', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const request = only(client.request([message(16)], 'a'));
    client.received(answer(request, 0));
    expect(client.received(answer(request, 0))).toEqual([]);
    expect(client.outstandingCount).toBe(0);
  });
});

describe('batches of nf_tables', () => {
  test('a batch is put between its two marks, and done with the answer to its last message', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const messages = sent(client.batch([message(0xa00), message(0xa09)], 'a'));
    expect(messages.map(({ type, flags }) => [type, flags & NLM_F_ACK])).toEqual([
      [0x10, 0],
      [0xa00, 0],
      [0xa09, NLM_F_ACK],
      [0x11, 0],
    ]);
    expect(messages[2] && client.received(answer(messages[2], 0))).toMatchObject([{ kind: 'acknowledged' }]);
  });

  test('a refusal of its beginning ends it, and what comes after is passed over', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const messages = sent(client.batch([message(0xa00)], 'a'));
    const [begin, last] = messages;
    expect(begin && client.received(answer(begin, 1))).toMatchObject([{ kind: 'refused', errnoName: 'EPERM' }]);
    expect(last && client.received(answer(last, 0))).toEqual([]);
    expect(client.outstandingCount).toBe(0);
  });
});

describe('dumps', () => {
  test('the parts of a dump are collected to its end', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const request = only(client.dump(message(18), 'links'));
    expect(client.isDumping).toBe(true);
    expect(client.received(join([reply(request, 16, hex('01')), reply(request, 16, hex('02'))]))).toEqual([]);
    const [event] = client.received(join([reply(request, 16, hex('03')), done(request)]));
    expect(event).toMatchObject({ kind: 'dumped', purpose: 'links', interrupted: false });
    expect(event?.kind === 'dumped' && event.messages.map(({ payload }) => payload[0])).toEqual([1, 2, 3]);
    expect(client.isDumping).toBe(false);
  });

  test('a dump during which the table changed says so', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const request = only(client.dump(message(18), 'links'));
    client.received(reply(request, 16, hex('01'), { interrupted: true }));
    expect(client.received(done(request))).toMatchObject([{ kind: 'dumped', interrupted: true }]);
  });

  test('a dump may be refused', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const request = only(client.dump(message(18), 'links'));
    expect(client.received(answer(request, 2))).toMatchObject([{ kind: 'refused', errnoName: 'ENOENT' }]);
    expect(client.isDumping).toBe(false);
  });

  test('a second dump at the same time is our own mistake', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    client.dump(message(18), 'links');
    expect(() => client.dump(message(22), 'addresses')).toThrow('another is under way');
  });
});

describe('what was not asked for', () => {
  test('a notification is handed on', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    const octets = reply({ type: 0, flags: 0, sequence: 0, payload: hex('') }, 16, hex('0a000000'), { multi: false });
    expect(client.received(octets)).toMatchObject([
      { kind: 'notified', message: { type: 16, payload: hex('0a000000') } },
    ]);
  });

  test('nonsense is told, and what is outstanding stays so', () => {
    const client = new NetlinkClient<string>(CONVENTIONS);
    client.request([message(16)], 'a');
    expect(client.received(hex('0102'))).toEqual([{ kind: 'malformed', why: 'netlink message: the header is cut' }]);
    expect(client.outstandingCount).toBe(1);
  });
});

test('after lost answers every purpose is unknown once, and a late answer is passed over', () => {
  const client = new NetlinkClient<string>(CONVENTIONS);
  const request = only(client.request([message(16), message(16)], 'a'));
  client.dump(message(18), 'b');
  expect(client.overrun()).toEqual([
    { kind: 'unknown', purpose: 'a' },
    { kind: 'unknown', purpose: 'b' },
  ]);
  expect([client.outstandingCount, client.isDumping]).toEqual([0, false]);
  expect(client.received(answer(request, 0))).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { type BlobmsgElement, encodeBlobmsg, fromPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import { MESSAGE_TYPE } from '../../src/ubus-js/messages.ts';
import {
  added,
  blobmsg,
  CALLER,
  HELLO,
  NOW,
  OBJECT,
  publishedClient,
  readyClient,
  sent,
  status,
  subscribedClient,
  told,
  ubusdSays,
} from './clients.ts';
import { octetsOf, seededRandom } from './recordings.ts';

describe('connecting', () => {
  test('the greeting makes it ready', () => {
    const client = new UbusClient<string>();
    expect(client.start()).toEqual([{ kind: 'connect' }]);
    expect(client.nextDeadline()).toBeUndefined();
    expect(client.connected(NOW)).toEqual([]);
    expect(client.isReady).toBe(false);
    expect(client.received(HELLO, NOW)).toEqual([{ kind: 'ready' }]);
    expect(client.isReady).toBe(true);
  });

  test('failed attempts are repeated after 0.2 s, then twice as late each time, up to 5 s', () => {
    const client = new UbusClient<string>();
    client.start();
    let now = NOW;
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt++) {
      expect(client.disconnected('ENOENT', now)).toEqual([{ kind: 'lost', why: 'ENOENT', failedAttempts: attempt }]);
      const retryAt = client.nextDeadline() ?? 0;
      waits.push(retryAt - now);
      expect(client.deadlineReached(retryAt - 1)).toEqual([]);
      expect(client.deadlineReached(retryAt)).toEqual([{ kind: 'connect' }]);
      now = retryAt;
    }
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  test('a listener that does not greet is left after 10 s', () => {
    const client = new UbusClient<string>();
    client.start();
    client.connected(NOW);
    expect(client.nextDeadline()).toBe(NOW + 10_000);
    expect(client.deadlineReached(NOW + 9_999)).toEqual([]);
    expect(client.deadlineReached(NOW + 10_000)).toEqual([
      { kind: 'disconnect' },
      { kind: 'lost', why: 'no greeting', failedAttempts: 1 },
    ]);
  });

  test('a broken stream ends the connection after what came before', () => {
    const client = readyClient();
    client.lookup('a', 'purpose', NOW);
    const effects = client.received(join([status(1, 4), octetsOf('000300010000000000ffffff')]), NOW);
    expect(effects.map(({ kind }) => kind)).toEqual(['found', 'disconnect', 'lost']);
    expect(client.received(status(2, 0), NOW)).toEqual([]);
  });

  test('after reconnecting the back-off begins anew and the own objects are added again', () => {
    const client = publishedClient();
    client.call({ objectId: OBJECT, method: 'get', arguments: [], purpose: 'call', timeoutMs: 500 }, NOW);
    client.subscribe(OBJECT, 'subscription', NOW);
    expect(client.disconnected('end of stream', NOW)).toEqual([
      { kind: 'lost', why: 'end of stream', failedAttempts: 1 },
      { kind: 'answered', purpose: 'call', status: 10, replies: [] },
      { kind: 'answered', purpose: 'subscription', status: 10, replies: [] },
    ]);
    expect(client.nextDeadline()).toBe(NOW + 200);
    client.deadlineReached(NOW + 200);
    client.connected(NOW + 200);
    const effects = client.received(HELLO, NOW + 200);
    expect(sent(effects)).toMatchObject([{ type: MESSAGE_TYPE.addObject, sequence: 1, objectPath: 'pmip' }]);
    expect(told(effects)).toEqual([{ kind: 'ready' }]);
    expect(sent(client.subscribe(OBJECT, 'subscription', NOW))).toHaveLength(1);
  });

  test('stopped, it answers what is outstanding and does not connect again', () => {
    const client = readyClient();
    client.lookup(undefined, 'everything', NOW);
    expect(client.stop(NOW)).toEqual([
      { kind: 'disconnect' },
      { kind: 'found', purpose: 'everything', status: 10, objects: [] },
    ]);
    expect(client.nextDeadline()).toBeUndefined();
    expect(client.disconnected('late', NOW)).toEqual([]);
    expect(client.deadlineReached(NOW + 100_000)).toEqual([]);
    expect(client.start()).toEqual([{ kind: 'connect' }]);
  });

  test('without a connection every request is answered at once', () => {
    const client = new UbusClient<string>();
    const call = { objectId: OBJECT, method: 'get', arguments: [], purpose: 'call', timeoutMs: 500 };
    expect([
      ...client.call(call, NOW),
      ...client.lookup('a', 'look-up', NOW),
      ...client.subscribe(OBJECT, 'subscription', NOW),
      ...client.registerEvent('*', 'events', NOW),
      ...client.sendEvent('a', [], 'event', NOW),
    ]).toEqual([
      { kind: 'answered', purpose: 'call', status: 10, replies: [] },
      { kind: 'found', purpose: 'look-up', status: 10, objects: [] },
      { kind: 'answered', purpose: 'subscription', status: 10, replies: [] },
      { kind: 'answered', purpose: 'events', status: 10, replies: [] },
      { kind: 'answered', purpose: 'event', status: 10, replies: [] },
    ]);
  });
});

describe('calls', () => {
  const call = { objectId: OBJECT, method: 'get', arguments: [], purpose: 'call', timeoutMs: 500 };

  test('an object that dies during a call is told from the time-out, and a late answer is ignored', () => {
    const client = readyClient();
    client.call(call, NOW);
    expect(client.nextDeadline()).toBe(NOW + 500);
    expect(client.deadlineReached(NOW + 499)).toEqual([]);
    expect(client.deadlineReached(NOW + 500)).toEqual([{ kind: 'answered', purpose: 'call', status: 7, replies: [] }]);
    expect(client.received(status(1, 0, OBJECT), NOW + 600).map(({ kind }) => kind)).toEqual(['ignored']);
  });

  test('a call that the ACL refuses is answered with that status', () => {
    const client = readyClient();
    client.call(call, NOW);
    expect(client.received(status(1, 6, OBJECT), NOW)).toEqual([
      { kind: 'answered', purpose: 'call', status: 6, replies: [] },
    ]);
  });

  test('an answer with the right sequence from another peer is not the answer', () => {
    const client = readyClient();
    client.call(call, NOW);
    const stray = join([
      ubusdSays('data', 1, 0x4444, { objectId: 0x4444, data: blobmsg({ a: 1 }) }),
      status(1, 0, 0x4444),
    ]);
    expect(client.received(stray, NOW).map(({ kind }) => kind)).toEqual(['ignored', 'ignored']);
    expect(client.received(status(1, 0, OBJECT), NOW)).toMatchObject([{ kind: 'answered', status: 0, replies: [] }]);
  });

  test('malformed data makes the answer a parse error, and is reported', () => {
    const client = readyClient();
    client.call(call, NOW);
    client.received(ubusdSays('data', 1, OBJECT, { objectId: OBJECT, data: octetsOf('ffffffffffffffff') }), NOW);
    expect(client.received(status(1, 0, OBJECT), NOW)).toEqual([
      { kind: 'answered', purpose: 'call', status: 12, replies: [] },
      { kind: 'ignored', why: 'a malformed answer' },
    ]);
  });

  test('an incoming call with the sequence of an own call is not its answer', () => {
    const client = publishedClient();
    client.call(call, NOW); // sequence 2
    const attributes = { objectId: 0x2000, method: 'status', user: 'root', group: 'root', data: new Uint8Array() };
    expect(client.received(ubusdSays('invoke', 2, CALLER, attributes), NOW)).toMatchObject([
      { kind: 'invoked', path: 'pmip', method: 'status', user: 'root', invocation: { sequence: 2, peer: CALLER } },
    ]);
    expect(client.received(status(2, 0, OBJECT), NOW)).toMatchObject([{ kind: 'answered', purpose: 'call' }]);
  });

  test('arguments of more than 1 MiB are refused here, for ubusd would close the connection', () => {
    const client = readyClient();
    const text: BlobmsgElement = { name: 'text', type: 'string', value: 'x'.repeat(0x100000) };
    expect(client.call({ ...call, arguments: [text] }, NOW)).toEqual([
      { kind: 'answered', purpose: 'call', status: 2, replies: [] },
    ]);
  });

  test('sequences go round and step over those in use', () => {
    const client = readyClient();
    client.call({ ...call, purpose: 'first', timeoutMs: 100_000 }, NOW);
    const sequences: number[] = [];
    for (let count = 0; count < 65536; count++) {
      const [message] = sent(client.call(call, NOW));
      sequences.push(message?.sequence ?? -1);
      client.received(status(message?.sequence ?? -1, 0, OBJECT), NOW);
    }
    expect(sequences.slice(0, 3)).toEqual([2, 3, 4]);
    expect(sequences.slice(65533)).toEqual([65535, 0, 2]);
  });

  test('with 4096 calls outstanding the next one is refused', () => {
    const client = readyClient();
    for (let count = 0; count < 4096; count++) client.call(call, NOW);
    expect(client.call(call, NOW)).toEqual([{ kind: 'answered', purpose: 'call', status: 11, replies: [] }]);
  });
});

describe('subscriptions', () => {
  test('each has a receiver of its own, so that a notification tells its source', () => {
    const client = subscribedClient();
    client.subscribe(0x3000, 'phy1-ap0', NOW);
    client.received(join([added(3, 0x1001), status(4, 0)]), NOW);
    const notification = { noReply: 1, method: 'assoc', data: blobmsg({ address: '02:00:00:00:01:00' }) };
    const effects = [0x1001, 0x1000].flatMap((objectId) =>
      client.received(ubusdSays('invoke', 9, CALLER, { ...notification, objectId }), NOW),
    );
    expect(effects).toMatchObject([
      { kind: 'notified', purpose: 'phy1-ap0', notification: 'assoc' },
      { kind: 'notified', purpose: 'phy0-ap0', notification: 'assoc' },
    ]);
  });

  test.each([
    ['without the mark', {}, 1],
    ['with the mark 0', { noReply: 0 }, 1],
    ['with the mark 1', { noReply: 1 }, 0],
  ])('a notification %s of no reply is answered accordingly, before it is told', (_, mark, answers) => {
    const client = subscribedClient();
    const effects = client.received(ubusdSays('invoke', 9, CALLER, { ...mark, objectId: 0x1000, method: 'auth' }), NOW);
    expect(sent(effects)).toEqual(
      Array(answers).fill({ type: MESSAGE_TYPE.status, sequence: 9, peer: CALLER, status: 0, objectId: 0x1000 }),
    );
    expect(effects.at(-1)).toEqual({ kind: 'notified', purpose: 'phy0-ap0', notification: 'auth', data: [] });
  });

  test('malformed data of a notification is reported, and the sender gets its answer all the same', () => {
    const client = subscribedClient();
    const attributes = { objectId: 0x1000, method: 'auth', data: octetsOf('ffffffff') };
    const effects = client.received(ubusdSays('invoke', 9, CALLER, attributes), NOW);
    expect(sent(effects)).toMatchObject([{ type: MESSAGE_TYPE.status, status: 0 }]);
    expect(told(effects)).toEqual([{ kind: 'ignored', why: 'malformed data with auth' }]);
  });

  test('when the target goes the receiver goes too, and the path may be subscribed to again', () => {
    const client = subscribedClient();
    const effects = client.received(ubusdSays('unsubscribe', 1, 0, { objectId: 0x1000, target: OBJECT }), NOW);
    expect(sent(effects)).toMatchObject([{ type: MESSAGE_TYPE.removeObject, objectId: 0x1000 }]);
    expect(told(effects)).toEqual([{ kind: 'targetGone', purpose: 'phy0-ap0', objectId: OBJECT }]);
    expect(sent(client.subscribe(OBJECT, 'again', NOW))).toHaveLength(1);
  });

  test('a refused subscription removes its receiver', () => {
    const client = readyClient();
    client.subscribe(OBJECT, 'gone', NOW);
    const [subscribe] = sent(client.received(added(1, 0x1000), NOW));
    expect(subscribe).toMatchObject({ type: MESSAGE_TYPE.subscribe, objectId: 0x1000, target: OBJECT });
    const effects = client.received(status(2, 4), NOW);
    expect(sent(effects)).toMatchObject([{ type: MESSAGE_TYPE.removeObject, objectId: 0x1000 }]);
    expect(told(effects)).toEqual([{ kind: 'answered', purpose: 'gone', status: 4, replies: [] }]);
  });

  test('a second subscription to the same object is refused', () => {
    expect(subscribedClient().subscribe(OBJECT, 'second', NOW)).toEqual([
      { kind: 'answered', purpose: 'second', status: 2, replies: [] },
    ]);
  });

  test('unsubscribing removes the receiver, also when it has not got its id yet', () => {
    expect(sent(subscribedClient().unsubscribe(OBJECT, NOW))).toMatchObject([
      { type: MESSAGE_TYPE.removeObject, objectId: 0x1000 },
    ]);
    const client = readyClient();
    client.subscribe(OBJECT, 'early', NOW);
    expect(client.unsubscribe(OBJECT, NOW)).toEqual([]);
    const effects = client.received(added(1, 0x1000), NOW);
    expect(sent(effects)).toMatchObject([{ type: MESSAGE_TYPE.removeObject, objectId: 0x1000 }]);
    expect(told(effects)).toEqual([{ kind: 'answered', purpose: 'early', status: 4, replies: [] }]);
  });
});

describe('own objects', () => {
  test('a path that is still taken is tried again', () => {
    const client = readyClient();
    client.addObject({ path: 'pmip', methods: {} }, NOW);
    expect(client.received(status(1, 2), NOW)).toEqual([{ kind: 'objectRefused', path: 'pmip', status: 2 }]);
    expect(client.nextDeadline()).toBe(NOW + 200);
    expect(sent(client.deadlineReached(NOW + 199))).toEqual([]);
    expect(sent(client.deadlineReached(NOW + 200))).toMatchObject([{ objectPath: 'pmip', sequence: 2 }]);
    expect(client.received(status(2, 2), NOW + 200)).toHaveLength(1);
    expect(client.nextDeadline()).toBe(NOW + 600);
    client.deadlineReached(NOW + 600);
    expect(client.received(added(3, 0x2000), NOW + 600)).toEqual([
      { kind: 'objectAdded', path: 'pmip', objectId: 0x2000 },
    ]);
  });

  test('the signature carries the methods, their arguments and types', () => {
    const client = readyClient();
    const effects = client.addObject({ path: 'pmip', methods: { clear: { home_address: 'string' } } }, NOW);
    const [message] = sent(effects);
    expect(formatHex(message?.signature ?? new Uint8Array())).toBe(
      formatHex(encodeBlobmsg([{ name: 'clear', type: 'table', value: fromPlain({ home_address: 3 }) }])),
    );
  });

  test.each([
    ['an unknown method', { method: 'nosuch', data: new Uint8Array() }, 3],
    ['a method named as something that every object has', { method: 'toString', data: new Uint8Array() }, 3],
    ['no data', { method: 'status' }, 2],
    ['malformed data', { method: 'status', data: octetsOf('ffffffff') }, 2],
  ])('a call with %s is answered without asking', (_, attributes, code) => {
    const effects = publishedClient().received(
      ubusdSays('invoke', 5, CALLER, { objectId: 0x2000, ...attributes }),
      NOW,
    );
    expect(sent(effects)).toEqual([
      { type: MESSAGE_TYPE.status, sequence: 5, peer: CALLER, status: code, objectId: 0x2000 },
    ]);
    expect(told(effects).every(({ kind }) => kind === 'ignored')).toBe(true);
  });

  test('an answer is data and status to the caller, but not on a later connection', () => {
    const client = publishedClient();
    const attributes = { objectId: 0x2000, method: 'status', data: new Uint8Array() };
    const [effect] = client.received(ubusdSays('invoke', 5, CALLER, attributes), NOW);
    if (effect?.kind !== 'invoked') throw new Error('not invoked');
    expect(sent(client.reply(effect.invocation, 0, fromPlain({ paused: false })))).toEqual([
      { type: MESSAGE_TYPE.data, sequence: 5, peer: CALLER, objectId: 0x2000, data: blobmsg({ paused: false }) },
      { type: MESSAGE_TYPE.status, sequence: 5, peer: CALLER, status: 0, objectId: 0x2000 },
    ]);
    client.disconnected('end of stream', NOW);
    client.deadlineReached(NOW + 200);
    client.connected(NOW + 200);
    client.received(HELLO, NOW + 200);
    expect(client.reply(effect.invocation, 0)).toEqual([]);
  });

  test('an answer of more than 1 MiB becomes the status out of memory', () => {
    const client = publishedClient();
    const invocation = { connection: 1, sequence: 5, peer: CALLER, objectId: 0x2000 };
    const effects = client.reply(invocation, 0, fromPlain({ text: 'x'.repeat(0x100000) }));
    expect(sent(effects)).toEqual([
      { type: MESSAGE_TYPE.status, sequence: 5, peer: CALLER, status: 11, objectId: 0x2000 },
    ]);
  });

  test('notifications are sent only while somebody has subscribed', () => {
    const client = publishedClient();
    expect(client.notify('pmip', 'registered', [])).toEqual([]);
    expect(client.received(ubusdSays('notify', 1, 0, { objectId: 0x2000, active: 1 }), NOW)).toEqual([
      { kind: 'subscribersChanged', path: 'pmip', subscribed: true },
    ]);
    expect(sent(client.notify('pmip', 'registered', fromPlain({ lifetime: 300 })))).toMatchObject([
      { type: MESSAGE_TYPE.notify, peer: 0x2000, objectId: 0x2000, method: 'registered', noReply: 1 },
    ]);
    client.received(ubusdSays('notify', 2, 0, { objectId: 0x2000, active: 0 }), NOW);
    expect(client.notify('pmip', 'registered', [])).toEqual([]);
    expect(client.notify('nosuch', 'registered', [])).toEqual([]);
  });

  test('when ubusd owes an answer for 10 s the connection is given up', () => {
    const client = readyClient();
    client.addObject({ path: 'pmip', methods: {} }, NOW);
    const effects = client.deadlineReached(NOW + 10_000);
    expect(effects.map(({ kind }) => kind)).toEqual(['objectRefused', 'disconnect', 'lost']);
  });
});

describe('whatever comes', () => {
  test.each([
    ['a second greeting', HELLO],
    ['a message of another version', octetsOf('010200010000000000000004')],
    ['a type that clients do not get', ubusdSays('lookup', 1, 0)],
    ['an unknown type', octetsOf('00c800090000000000000004')],
    ['a call of nothing', ubusdSays('invoke', 1, CALLER)],
    ['the end of no subscription', ubusdSays('unsubscribe', 1, 0, { objectId: 5, target: 6 })],
    ['a notice about no object', ubusdSays('notify', 1, 0, { objectId: 5, active: 1 })],
  ])('%s is reported and nothing more', (_, octets) => {
    expect(
      readyClient()
        .received(octets, NOW)
        .map(({ kind }) => kind),
    ).toEqual(['ignored']);
  });

  test('before the greeting nothing is believed', () => {
    const client = new UbusClient<string>();
    client.start();
    client.connected(NOW);
    expect(client.received(status(1, 0), NOW).map(({ kind }) => kind)).toEqual(['ignored']);
  });

  test('random changes in what ubusd sends never make it throw, and it goes on afterwards', () => {
    const random = seededRandom(434);
    const attributes = { objectId: 0x1000, method: 'auth', data: blobmsg({ a: 1, b: { c: 'd' } }) };
    const stream = join([
      added(1, 0x1000),
      status(2, 0),
      ubusdSays('invoke', 9, CALLER, attributes),
      ubusdSays('data', 3, OBJECT, { objectId: OBJECT, data: blobmsg({ x: [1, 2n ** 60n] }) }),
      status(3, 0, OBJECT),
      ubusdSays('unsubscribe', 1, 0, { objectId: 0x1000, target: OBJECT }),
    ]);
    for (let round = 0; round < 5000; round++) {
      const octets = stream.slice();
      for (let change = 0; change < 3; change++)
        octets[Math.floor(random() * octets.length)] = Math.floor(random() * 256);
      const client = readyClient();
      client.subscribe(OBJECT, 'subscription', NOW);
      client.call({ objectId: OBJECT, method: 'get', arguments: [], purpose: 'call', timeoutMs: 500 }, NOW);
      client.received(octets, NOW);
      client.deadlineReached(NOW + 20_000);
      client.disconnected('end of stream', NOW + 20_000);
      expect(client.nextDeadline()).toBeGreaterThan(NOW);
    }
  });
});

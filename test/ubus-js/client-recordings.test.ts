import { describe, expect, test } from 'vitest';
import { formatHex } from '../../src/octets/octets.ts';
import { fromPlain, toPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import { MESSAGE_TYPE } from '../../src/ubus-js/messages.ts';
import { added, CALLER, type Effect, NOW, readyClient, sent, status, told } from './clients.ts';
import { conversation, octetsOf, type Recorded } from './recordings.ts';

describe('recorded conversations', () => {
  const recordedOf = (file: string, name: string) =>
    conversation(file).messages.filter((entry) => entry.conn === name && entry.hex !== undefined);
  const hexOf = (entries: readonly Recorded[], dir: string) =>
    entries.filter((entry) => entry.dir === dir).map((entry) => entry.hex);

  /** Gives the client what ubusd sent, and collects what comes of it. */
  function hear(client: UbusClient<string>, entries: readonly Recorded[]): Effect[] {
    return entries
      .filter((entry) => entry.dir === 'ubusd->client')
      .flatMap((entry) => client.received(octetsOf(entry.hex ?? ''), NOW));
  }

  const sentHex = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.kind === 'send' ? formatHex(effect.octets) : []));

  test('three calls at once: the same octets as libubus sends, the answers to those who asked', () => {
    const entries = recordedOf('05-parallel-requests.json', 'parallel-client');
    const client = new UbusClient<string>();
    client.start();
    client.connected(NOW);
    const effects = hear(client, entries.slice(0, 1));
    effects.push(...client.lookup('test.obj', 'look-up', NOW));
    const found = hear(client, entries.slice(1, 4)).find((effect) => effect.kind === 'found');
    const objectId = found?.objects[0]?.objectId ?? 0;
    for (const method of ['defer', 'multi', 'nosuch']) {
      effects.push(...client.call({ objectId, method, arguments: [], purpose: method, timeoutMs: 3000 }, NOW));
    }
    expect(sentHex(effects)).toEqual(hexOf(entries, 'client->ubusd'));
    const answers = hear(client, entries.slice(4)).map((effect) =>
      effect.kind === 'answered' ? [effect.purpose, effect.status, effect.replies.map(toPlain)] : effect,
    );
    expect(answers).toEqual([
      ['multi', 0, [{ part: 1 }, { part: 2 }, { part: 3 }]],
      ['nosuch', 3, []],
      ['defer', 0, [{ late: 'yes' }]],
    ]);
    expect(client.nextDeadline()).toBeUndefined();
  });

  test('a listener registers as libubus does and hears of objects added and removed', () => {
    const entries = recordedOf('06-remove-object-and-bus-events.json', 'listener');
    const client = new UbusClient<string>();
    client.start();
    client.connected(NOW);
    const effects = hear(client, entries.slice(0, 1));
    effects.push(...client.registerEvent('*', 'all', NOW), ...hear(client, entries.slice(1)));
    expect(sentHex(effects)).toEqual(hexOf(entries, 'client->ubusd').slice(0, 2));
    const events = effects.flatMap((effect) => (effect.kind === 'event' ? [[effect.name, toPlain(effect.data)]] : []));
    expect(events).toEqual([
      ['ubus.object.add', { id: -2142463241, path: 'test.temp' }],
      ['ubus.object.remove', { id: -2142463241, path: 'test.temp' }],
      ['ubus.object.add', { id: -826021382, path: 'test.dup' }],
      ['ubus.object.remove', { id: -826021382, path: 'test.dup' }],
    ]);
  });

  test('an object is added, called and answers with the octets that libubus sends', () => {
    const entries = recordedOf('04-status-codes.json', 'object');
    const client = new UbusClient<string>();
    client.start();
    client.connected(NOW);
    // The recorded object has other methods; what is compared is the conversation after it was added.
    client.addObject({ path: 'test.obj', methods: { fail: {}, fail_with_data: {} } }, NOW);
    hear(client, entries.slice(0, 4));
    const answers: string[] = [];
    const expected: (string | undefined)[] = [];
    for (const [index, entry] of entries.entries()) {
      const [heard] = index < 4 ? [] : hear(client, [entry]);
      if (heard?.kind !== 'invoked') continue;
      const { code = 8 } = toPlain(heard.arguments);
      const data = heard.method === 'fail_with_data' ? fromPlain({ error: 'details' }) : undefined;
      answers.push(...sentHex(client.reply(heard.invocation, Number(code) >>> 0, data)));
      const replies = entries.filter(
        (one) => one.dir === 'client->ubusd' && one.seq === entry.seq && one.peer === entry.peer,
      );
      expected.push(...replies.map((one) => one.hex));
    }
    expect(answers).toEqual(expected);
    expect(answers.length).toBeGreaterThan(19);
  });

  test('a subscriber hears the recorded notifications, and answers only those that want it', () => {
    const entries = recordedOf('07-subscribe-notify.json', 'subscriber-data');
    const receiverId = 2385927402;
    const client = readyClient();
    client.subscribe(2892896886, 'test.obj', NOW);
    client.received(added(1, receiverId), NOW);
    client.received(status(2, 0), NOW);
    const effects = hear(
      client,
      entries.filter(({ type }) => type === 'INVOKE' || type === 'UNSUBSCRIBE'),
    );
    expect(sent(effects)).toEqual([
      { type: MESSAGE_TYPE.status, sequence: 5, peer: CALLER, status: 0, objectId: receiverId },
      { type: MESSAGE_TYPE.status, sequence: 6, peer: CALLER, status: 0, objectId: receiverId },
      { type: MESSAGE_TYPE.removeObject, sequence: 3, peer: 0, objectId: receiverId },
    ]);
    expect(told(effects).map((effect) => (effect.kind === 'notified' ? effect.notification : effect.kind))).toEqual([
      'probe',
      'auth',
      'auth2',
      'targetGone',
    ]);
  });
});

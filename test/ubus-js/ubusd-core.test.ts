// The stand-in for ubusd, held against the real one: it is given what recorded clients sent, and must write what the
// real one wrote, octet for octet. Its ids are handed to it, so that they are the recorded ones.

import { describe, expect, test } from 'vitest';
import { formatHex, join } from '../../src/octets/octets.ts';
import { decodeBlobmsg, encodeBlobmsg, fromPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import type { UbusEffect } from '../../src/ubus-js/effects.ts';
import { type Attributes, decodeMessage, encodeMessage, MESSAGE_TYPE } from '../../src/ubus-js/messages.ts';
import { UbusdCore, type UbusdEffect } from '../lab/stand-ins/ubusd-core.ts';
import { CONVERSATION_FILES, conversation, octetsOf, type Recorded, rawCases } from './recordings.ts';

const LARGE = 'large';

/** Whole octets of a write that was recorded in short form: its end is zeros. */
function writtenOctets(text: string): Uint8Array {
  const [, head = '', length] = /^([0-9a-f]*)(?:\.\.\. \((\d+) bytes\))?$/.exec(text) ?? [];
  const octets = new Uint8Array(length === undefined ? head.length / 2 : Number(length));
  octets.set(octetsOf(head));
  return octets;
}

/** Plays recorded clients against a core, and keeps what each of them is sent. */
class Bus {
  readonly #ids: number[] = [];
  readonly core = new UbusdCore(() => {
    const id = this.#ids.shift();
    if (id === undefined) throw new Error('an id that was not recorded');
    return id;
  });
  readonly #clients = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly sent = new Map<string, string[]>();
  readonly closed = new Set<string>();
  /** Stands for the object whose own connection was not recorded. */
  answers: ((invoke: Uint8Array) => Uint8Array[]) | undefined;

  connect(name: string, id: number): void {
    this.#ids.push(id);
    const { client, effects } = this.core.connected();
    this.#clients.set(name, client);
    this.#names.set(client, name);
    this.#take(effects);
  }

  write(name: string, octets: Uint8Array, ids: readonly number[]): void {
    this.#ids.push(...ids);
    this.#take(this.core.received(this.#clients.get(name) ?? 0, octets));
    expect(this.#ids).toEqual([]);
  }

  close(name: string): void {
    this.#take(this.core.disconnected(this.#clients.get(name) ?? 0));
    this.#clients.delete(name);
  }

  #take(effects: readonly UbusdEffect[]): void {
    for (const effect of effects) {
      const name = this.#names.get(effect.client) ?? '';
      if (effect.kind === 'close') {
        this.closed.add(name);
      } else if (name === 'owner') {
        this.#owned.push(...(this.answers?.(effect.octets) ?? []));
      } else {
        const hex = effect.octets.length > 100_000 ? LARGE : formatHex(effect.octets);
        this.sent.set(name, [...(this.sent.get(name) ?? []), hex]);
      }
    }
  }

  readonly #owned: Uint8Array[] = [];

  /** Lets the unrecorded object write its answers. */
  settle(): void {
    for (let octets = this.#owned.shift(); octets !== undefined; octets = this.#owned.shift()) {
      this.write('owner', octets, []);
    }
  }
}

/** The ids that ubusd gave to each object that this write adds: those in the answer with its sequence. */
function idsGiven(entries: readonly Recorded[], index: number, octets: Uint8Array): number[] {
  if (octets[1] !== MESSAGE_TYPE.addObject) return [];
  const { conn } = entries[index] ?? {};
  const sequence = (octets[2] ?? 0) * 256 + (octets[3] ?? 0);
  const answer = entries
    .slice(index)
    .find((entry) => entry.conn === conn && entry.type === 'DATA' && entry.seq === sequence && entry.hex !== undefined);
  // A refused object gets no id.
  if (answer?.hex === undefined) return [];
  const { objectType, objectId } = decodeMessage(octetsOf(answer.hex)).attributes;
  return [...(objectType === undefined ? [] : [objectType]), objectId ?? 0];
}

/** What each client was sent by the real ubusd, until the client went. */
function replay(bus: Bus, entries: readonly Recorded[]): Map<string, string[]> {
  const expected = new Map<string, string[]>();
  const gone = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    if (entry.dir === 'client->ubusd') {
      replayWrite(bus, entries, index);
      if (entry.close) gone.add(entry.conn);
    } else if (!entry.close && !gone.has(entry.conn)) {
      if (entry.type === 'HELLO') bus.connect(entry.conn, entry.peer ?? 0);
      const hex = entry.hex === undefined || entry.hex.endsWith('...') ? LARGE : entry.hex;
      expected.set(entry.conn, [...(expected.get(entry.conn) ?? []), hex]);
    }
  }
  return expected;
}

function replayWrite(bus: Bus, entries: readonly Recorded[], index: number): void {
  const { conn = '', close, write_hex, hex } = entries[index] ?? {};
  const text = write_hex ?? hex;
  if (close) bus.close(conn);
  if (text === undefined) return;
  const octets = writtenOctets(text);
  bus.write(conn, octets, idsGiven(entries, index, octets));
  bus.settle();
}

/** What the stand-in does not do: the monitor, and passing descriptors. */
const NOT_PLAYED = ['10-monitor.json', '11-fd-passing.json'];
/** The object's answer of 200 kB was left out of this recording, so ubusd has nothing to forward. */
const WITHOUT_LARGE = ['12-large-reply-wait-for.json'];

describe.each(CONVERSATION_FILES.filter((file) => !NOT_PLAYED.includes(file)))('%s', (file) => {
  const bus = new Bus();
  const expected = replay(bus, conversation(file).messages);

  test.each([...expected.keys()])('%s is sent what the real ubusd sent', (name) => {
    const wanted = (expected.get(name) ?? []).filter((hex) => !WITHOUT_LARGE.includes(file) || hex !== LARGE);
    expect(bus.sent.get(name)).toEqual(wanted);
  });
});

describe('raw writes', () => {
  const { cases, test_obj_id: testObjectId } = rawCases('20-raw-and-malformed.json');

  /** The two objects on the bus of these recordings, as a look-up of all showed them. */
  const shown = cases
    .flatMap(({ log }) => log)
    .filter((entry) => entry.type === 'DATA' && entry.hex !== undefined && Array.isArray(entry.body))
    .map((entry) => decodeMessage(octetsOf(entry.hex ?? '')).attributes);

  function busWithObjects(): Bus {
    const bus = new Bus();
    bus.connect('owner', 0x4f000000);
    for (const path of ['other.obj', 'test.obj']) {
      const { objectId = 0, objectType = 0, signature } = shown.find((one) => one.objectPath === path) ?? {};
      const attributes = { objectPath: path, ...(signature && { signature }) };
      const message = encodeMessage({ type: MESSAGE_TYPE.addObject, sequence: 1, peer: 0, attributes });
      bus.write('owner', message, [objectType, objectId]);
    }
    bus.answers = ownerAnswers();
    return bus;
  }

  /** Answers as the recorded object did: `defer` only after the call that follows it. */
  function ownerAnswers(): (invoke: Uint8Array) => Uint8Array[] {
    let deferred: Uint8Array[] = [];
    return (octets) => {
      const { type, sequence, peer, attributes } = decodeMessage(octets);
      if (type !== MESSAGE_TYPE.invoke) return [];
      const { objectId = 0, method, data } = attributes;
      const message = (kind: number, content: Attributes) =>
        encodeMessage({ type: kind, sequence, peer, attributes: content });
      const ended = (status: number) => message(MESSAGE_TYPE.status, { status, objectId });
      if (data === undefined) return [ended(2)];
      if (method === 'defer') {
        const late = encodeBlobmsg(fromPlain({ late: 'yes' }));
        deferred = [message(MESSAGE_TYPE.data, { objectId, data: late }), ended(0)];
        return [];
      }
      if (method !== 'echo') return [ended(3)];
      const answers = [message(MESSAGE_TYPE.data, { objectId, data }), ended(0), ...deferred];
      deferred = [];
      return answers;
    };
  }

  test.each(cases)('$name', ({ log }) => {
    const bus = busWithObjects();
    const expected = replay(bus, log);
    for (const [name, messages] of expected) expect(bus.sent.get(name)).toEqual(messages);
    expect([...bus.closed]).toEqual(closedByUbusd(log));
    expect(testObjectId).toBe(shown.find((one) => one.objectPath === 'test.obj')?.objectId);
  });

  /** Connections that ubusd closed before the client did. */
  function closedByUbusd(log: readonly Recorded[]): string[] {
    const closes = log.filter(({ close }) => close);
    return closes
      .filter(({ dir, conn }, index) => {
        const byClient = closes.slice(0, index).some((one) => one.conn === conn && one.dir === 'client->ubusd');
        return dir === 'ubusd->client' && !byClient;
      })
      .map(({ conn }) => conn);
  }
});

describe('our client on the stand-in', () => {
  /** Clients joined to one core; what each is told is kept. */
  function joined() {
    let nextId = 0x10000000;
    const core = new UbusdCore(() => nextId++);
    const members = new Map<number, { client: UbusClient<string>; told: UbusEffect<string>[] }>();
    const act = (id: number, effects: readonly UbusEffect<string>[]): void => {
      for (const effect of effects) {
        if (effect.kind === 'send') deliver(core.received(id, effect.octets));
        else members.get(id)?.told.push(effect);
      }
    };
    const deliver = (effects: readonly UbusdEffect[]): void => {
      for (const effect of effects) {
        const member = members.get(effect.client);
        if (effect.kind === 'send' && member) act(effect.client, member.client.received(effect.octets, 0));
      }
    };
    const join = () => {
      const client = new UbusClient<string>();
      const told: UbusEffect<string>[] = [];
      client.start();
      client.connected(0);
      const { client: id, effects } = core.connected();
      members.set(id, { client, told });
      deliver(effects);
      const leave = () => {
        members.delete(id);
        deliver(core.disconnected(id));
      };
      return { client, told, leave, act: (made: readonly UbusEffect<string>[]) => act(id, made) };
    };
    return join;
  }

  test('an object is found, called, subscribed to, and goes', () => {
    const join = joined();
    const server = join();
    const user = join();
    server.act(server.client.addObject({ path: 'pmip', methods: { status: {} } }, 0));
    user.act(user.client.registerEvent('ubus.object.*', 'objects', 0));
    user.act(user.client.lookup('pmip', 'look-up', 0));
    const found = user.told.find((effect) => effect.kind === 'found');
    const objectId = found?.objects[0]?.objectId ?? 0;
    user.act(user.client.subscribe(objectId, 'pmip', 0));
    user.act(user.client.call({ objectId, method: 'status', arguments: [], purpose: 'call', timeoutMs: 100 }, 0));
    const invoked = server.told.find((effect) => effect.kind === 'invoked');
    if (invoked?.kind !== 'invoked') throw new Error('not invoked');
    server.act(server.client.reply(invoked.invocation, 0, fromPlain({ paused: true })));
    server.act(server.client.notify('pmip', 'registered', fromPlain({ lifetime: 300 })));
    server.leave();
    expect(user.told.slice(1)).toMatchObject([
      { kind: 'answered', purpose: 'objects', status: 0 },
      { kind: 'found', objects: [{ path: 'pmip' }] },
      { kind: 'answered', purpose: 'pmip', status: 0 },
      { kind: 'answered', purpose: 'call', status: 0, replies: [fromPlain({ paused: true })] },
      { kind: 'notified', purpose: 'pmip', notification: 'registered', data: fromPlain({ lifetime: 300 }) },
      { kind: 'targetGone', purpose: 'pmip', objectId },
      { kind: 'event', purpose: 'objects', name: 'ubus.object.remove' },
    ]);
  });

  test('a path is free again once its owner has gone', () => {
    const join = joined();
    const old = join();
    const fresh = join();
    old.act(old.client.addObject({ path: 'pmip', methods: {} }, 0));
    fresh.act(fresh.client.addObject({ path: 'pmip', methods: {} }, 0));
    expect(fresh.told.at(-1)).toEqual({ kind: 'objectRefused', path: 'pmip', status: 2 });
    old.leave();
    fresh.act(fresh.client.deadlineReached(200));
    expect(fresh.told.at(-1)).toMatchObject({ kind: 'objectAdded', path: 'pmip' });
  });

  test('an event goes to everyone who registered, but for its sender', () => {
    const join = joined();
    const sender = join();
    const listener = join();
    for (const member of [sender, listener]) member.act(member.client.registerEvent('config.*', 'events', 0));
    sender.act(sender.client.sendEvent('config.change', fromPlain({ package: 'pmip' }), 'sent', 0));
    expect(sender.told.filter(({ kind }) => kind === 'event')).toEqual([]);
    expect(listener.told.at(-1)).toEqual({
      kind: 'event',
      purpose: 'events',
      name: 'config.change',
      data: fromPlain({ package: 'pmip' }),
    });
  });
});

test('a half message and a client that is gone leave nothing behind', () => {
  let nextId = 0x10000000;
  const core = new UbusdCore(() => nextId++);
  const { client } = core.connected();
  expect(core.received(client, octetsOf('00050001'))).toEqual([]);
  expect(core.disconnected(client)).toEqual([]);
  expect(core.received(client, join([octetsOf('000300010000000000000004')]))).toEqual([]);
  expect(core.disconnected(client)).toEqual([]);
  expect(decodeBlobmsg(new Uint8Array())).toEqual([]);
});

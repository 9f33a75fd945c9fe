// UbusConnection against a ubusd in the same program: the stand-in's rules behind a real socket, which is read and written
// in the ways that a socket can behave.

import * as os from 'os';
import * as ffi from 'quickjs-ffi';
import { StreamSocket } from '../../src/runtime/quickjs/stream-socket.ts';
import { UbusConnection, type UbusNews } from '../../src/runtime/quickjs/ubus-connection.ts';
import { fromPlain, toPlain } from '../../src/ubus-js/blobmsg.ts';
import { UbusClient } from '../../src/ubus-js/client.ts';
import { UbusdCore, type UbusdEffect } from '../lab/stand-ins/ubusd-core.ts';
import { check, directory, holds, run, same } from './harness.ts';

const WAIT_MS = 60_000;
const POLL_MS = 5;
/** Larger than the buffers of a Unix socket. */
const LONG_TEXT = 'x'.repeat(500_000);

class Server {
  readonly #path: string;
  readonly #pieceLength: number;
  #core = newCore();
  #listener: number | undefined;
  readonly #sockets = new Map<number, StreamSocket>();
  /** Connections that are accepted and then not read. */
  readonly unread: number[] = [];
  isReading = true;
  ended = 0;

  /** `pieceLength`: how much of an answer is written at once. */
  constructor(path: string, pieceLength = Number.POSITIVE_INFINITY) {
    this.#path = path;
    this.#pieceLength = pieceLength;
  }

  start(): void {
    const listener = ffi.unixListen(this.#path, 5);
    this.#listener = listener;
    os.setReadHandler(listener, () => this.#accept(listener));
  }

  stop(): void {
    if (this.#listener !== undefined) {
      os.setReadHandler(this.#listener, null);
      ffi.close(this.#listener);
      this.#listener = undefined;
    }
    for (const socket of this.#sockets.values()) socket.close();
    for (const descriptor of this.unread.splice(0)) ffi.close(descriptor);
    this.#sockets.clear();
    this.#core = newCore();
    os.remove(this.#path);
  }

  /** Takes up the connections that it left unread. */
  read(): void {
    this.isReading = true;
    for (const descriptor of this.unread.splice(0)) this.#serve(descriptor);
  }

  #accept(listener: number): void {
    const descriptor = ffi.unixAccept(listener);
    if (descriptor === undefined) return;
    if (this.isReading) this.#serve(descriptor);
    else this.unread.push(descriptor);
  }

  #serve(descriptor: number): void {
    const { client, effects } = this.#core.connected();
    const socket = new StreamSocket(descriptor, {
      onOctets: (octets) => this.#perform(this.#core.received(client, octets)),
      onEnd: () => {
        this.ended += 1;
        this.#sockets.delete(client);
        this.#perform(this.#core.disconnected(client));
      },
    });
    this.#sockets.set(client, socket);
    this.#perform(effects);
  }

  #perform(effects: readonly UbusdEffect[]): void {
    for (const effect of effects) {
      const socket = this.#sockets.get(effect.client);
      if (effect.kind === 'close') socket?.close();
      else this.#write(socket, effect.octets);
    }
  }

  #write(socket: StreamSocket | undefined, octets: Uint8Array): void {
    const length = Math.min(octets.length, this.#pieceLength);
    for (let start = 0; start < octets.length; start += length) {
      socket?.send(octets.subarray(start, start + length));
    }
  }
}

type Purpose = string;

/** A connection with an object `echo`, which answers what it is asked with, and what it has told. */
class Caller {
  readonly client = new UbusClient<Purpose>();
  readonly connection: UbusConnection<Purpose>;
  readonly news: UbusNews<Purpose>[] = [];

  constructor(path: string) {
    this.connection = new UbusConnection(path, this.client, (news) => this.#heard(news));
    this.connection.perform(this.client.addObject({ path: 'echo', methods: { say: {} } }, os.now()));
    this.connection.start();
  }

  count(kind: UbusNews<Purpose>['kind']): number {
    return this.news.filter((news) => news.kind === kind).length;
  }

  /** The object's id as ubusd tells it. */
  async lookup(): Promise<number> {
    const before = this.count('found');
    this.connection.perform(this.client.lookup('echo', 'lookup', os.now()));
    await until(() => this.count('found') > before);
    const found = this.news.filter((news) => news.kind === 'found').at(-1);
    return found?.objects[0]?.objectId ?? 0;
  }

  call(objectId: number, text: string, purpose: Purpose): void {
    const data = fromPlain({ text });
    const call = { objectId, method: 'say', arguments: data, purpose, timeoutMs: WAIT_MS };
    this.connection.perform(this.client.call(call, os.now()));
  }

  /** The texts that came back, with their purpose. */
  answers(): [Purpose, unknown][] {
    return this.news.flatMap((news) =>
      news.kind === 'answered' ? [[news.purpose, toPlain(news.replies[0] ?? []).text]] : [],
    );
  }

  #heard(news: UbusNews<Purpose>): void {
    this.news.push(news);
    if (news.kind !== 'invoked') return;
    this.connection.perform(this.client.reply(news.invocation, 0, news.arguments));
  }
}

function newCore(): UbusdCore {
  let last = 0x8000_0000;
  return new UbusdCore(() => ++last);
}

function until(condition: () => boolean): Promise<void> {
  const giveUpAtMs = os.now() + WAIT_MS;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (condition()) resolve();
      else if (os.now() > giveUpAtMs) reject(new Error('it did not happen'));
      else os.setTimeout(look, POLL_MS);
    };
    look();
  });
}

async function connected(name: string, pieceLength?: number): Promise<{ server: Server; caller: Caller }> {
  const path = `${directory}/${name}`;
  const server = new Server(path, pieceLength);
  server.start();
  const caller = new Caller(path);
  await until(() => caller.count('objectAdded') === 1);
  return { server, caller };
}

function end({ server, caller }: { server: Server; caller: Caller }): void {
  caller.connection.stop();
  server.stop();
}

check('a connection offers its object, finds it and calls it', async () => {
  const both = await connected('plain');
  both.caller.call(await both.caller.lookup(), 'there', 'first');
  await until(() => both.caller.answers().length === 1);
  same(both.caller.answers(), [['first', 'there']]);
  end(both);
});

check('messages that come octet by octet are the same messages', async () => {
  const both = await connected('pieces', 1);
  both.caller.call(await both.caller.lookup(), 'there', 'first');
  await until(() => both.caller.answers().length === 1);
  same(both.caller.answers(), [['first', 'there']]);
  end(both);
});

check('messages that the socket takes only in part arrive whole and in order', async () => {
  const both = await connected('long');
  const objectId = await both.caller.lookup();
  for (const purpose of ['a', 'b', 'c', 'd']) both.caller.call(objectId, purpose + LONG_TEXT, purpose);
  await until(() => both.caller.answers().length === 4);
  const answers = both.caller.answers().map(([purpose, text]) => [purpose, text === purpose + LONG_TEXT]);
  same(answers, [
    ['a', true],
    ['b', true],
    ['c', true],
    ['d', true],
  ]);
  end(both);
});

check('a ubusd that is not there is named with the reason, and found when it comes', async () => {
  const path = `${directory}/later`;
  const caller = new Caller(path);
  const lost = caller.news.find((news) => news.kind === 'lost');
  same(lost?.why, `${path}: ENOENT`);
  const server = new Server(path);
  server.start();
  await until(() => caller.count('ready') === 1);
  await until(() => caller.count('objectAdded') === 1);
  end({ server, caller });
});

check('after an end of ubusd, calls are answered so, and everything is there again with the next one', async () => {
  const both = await connected('restart');
  const { server, caller } = both;
  const objectId = await caller.lookup();
  server.stop();
  caller.call(objectId, 'too late', 'first');
  await until(() => caller.count('lost') === 1);
  const lost = caller.news.find((news) => news.kind === 'lost');
  holds(lost !== undefined, 'the end is told');
  await until(() => caller.count('answered') === 1);
  same(caller.answers(), [['first', undefined]]);
  server.start();
  await until(() => caller.count('objectAdded') === 2);
  caller.call(await caller.lookup(), 'again', 'second');
  await until(() => caller.count('answered') === 2);
  same(caller.answers()[1], ['second', 'again']);
  end(both);
});

check('an end of the stream in the middle of a message is an end, and half a message is none', async () => {
  const path = `${directory}/half`;
  const listener = ffi.unixListen(path, 1);
  const caller = new Caller(path);
  await until(() => {
    const descriptor = ffi.unixAccept(listener);
    if (descriptor === undefined) return false;
    ffi.send(descriptor, Uint8Array.of(0, 0, 0, 0, 0x12));
    ffi.close(descriptor);
    return true;
  });
  await until(() => caller.count('lost') === 1);
  const lost = caller.news.find((news) => news.kind === 'lost');
  same([lost?.why, caller.count('ready')], ['ubusd: it has closed the connection', 0]);
  caller.connection.stop();
  ffi.close(listener);
});

check('a ubusd that takes nothing any more is left', async () => {
  const path = `${directory}/deaf`;
  const server = new Server(path);
  server.start();
  const caller = new Caller(path);
  await until(() => caller.count('objectAdded') === 1);
  const objectId = await caller.lookup();
  // The server does not get its turn while this loop runs, and so reads nothing.
  for (let count = 0; count < 40 && caller.count('lost') === 0; count++) caller.call(objectId, LONG_TEXT, 'long');
  const lost = caller.news.find((news) => news.kind === 'lost');
  same(lost?.why, 'ubusd: it takes nothing any more');
  await until(() => caller.count('ready') === 2);
  end({ server, caller });
});

check('a stop closes the connection, and no news comes after it', async () => {
  const both = await connected('stop');
  both.caller.connection.stop();
  await until(() => both.server.ended === 1);
  const before = both.caller.news.length;
  both.server.stop();
  await new Promise<void>((resolve) => os.setTimeout(resolve, 300));
  same(both.caller.news.length, before);
});

run();

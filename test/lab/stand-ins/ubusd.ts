// ubusd's stand-in as a program: `qjs -m ubusd.js -s PATH`.

import * as os from 'os';
import { close, randomOctets, receive, send, unixAccept, unixListen } from 'quickjs-ffi';
import * as std from 'std';
import { UBUS_SOCKET_PATH } from '../../../src/runtime/quickjs/ubus-connection.ts';
import { UbusdCore, type UbusdEffect } from './ubusd-core.ts';

type Connection = { readonly descriptor: number; readonly client: number; readonly unsent: Uint8Array[] };

const BACKLOG = 128;
const buffer = new Uint8Array(65536);
const core = new UbusdCore(() => new DataView(randomOctets(4).buffer).getUint32(0));
const connections = new Map<number, Connection>();

function accept(listener: number): void {
  for (let descriptor = unixAccept(listener); descriptor !== undefined; descriptor = unixAccept(listener)) {
    const { client, effects } = core.connected();
    const connection = { descriptor, client, unsent: [] };
    connections.set(client, connection);
    os.setReadHandler(descriptor, () => readable(connection));
    perform(effects);
  }
}

function readable(connection: Connection): void {
  const length = attempt(() => receive(connection.descriptor, buffer));
  if (length === undefined) return;
  if (length === 0 || length === 'failed') forget(connection);
  else perform(core.received(connection.client, buffer.subarray(0, length)));
}

function perform(effects: readonly UbusdEffect[]): void {
  for (const effect of effects) {
    const connection = connections.get(effect.client);
    if (connection === undefined) continue;
    if (effect.kind === 'close') {
      shut(connection);
    } else {
      connection.unsent.push(effect.octets);
      if (connection.unsent.length === 1) flush(connection);
    }
  }
}

/** Writes what the socket takes; the rest when it is writable again. A client that is gone is noticed by reading. */
function flush(connection: Connection): void {
  const { descriptor, unsent } = connection;
  while (unsent[0] !== undefined) {
    const octets = unsent[0];
    const taken = attempt(() => send(descriptor, octets));
    if (taken === 'failed') {
      unsent.length = 0;
    } else if (taken < octets.length) {
      unsent[0] = octets.subarray(taken);
      break;
    } else {
      unsent.shift();
    }
  }
  os.setWriteHandler(descriptor, unsent.length === 0 ? null : () => flush(connection));
}

function forget(connection: Connection): void {
  shut(connection);
  perform(core.disconnected(connection.client));
}

function shut({ descriptor, client }: Connection): void {
  os.setReadHandler(descriptor, null);
  os.setWriteHandler(descriptor, null);
  close(descriptor);
  connections.delete(client);
}

function attempt<Answer>(call: () => Answer): Answer | 'failed' {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && error.name === 'SystemError') return 'failed';
    throw error;
  }
}

function main(): void {
  const [, option, path = UBUS_SOCKET_PATH] = scriptArgs;
  if (option !== undefined && option !== '-s') {
    std.err.puts('Usage: ubusd [-s <socket>]\n');
    std.exit(1);
  }
  const listener = unixListen(path, BACKLOG);
  os.setReadHandler(listener, () => accept(listener));
}

main();

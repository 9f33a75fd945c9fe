// close, send, receive and the AF_UNIX functions, with octets really exchanged.

import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { utf8Octets } from '../../src/octets/octets.ts';
import { check, directory, holds, procText, received, refusal, refuses, run, same } from './harness.ts';

const O_CLOEXEC = 0o2000000;
const O_NONBLOCK = 0o4000;

/** Both ends of a connection over a socket file. */
function connection(name: string): { client: number; server: number; close: () => void } {
  const path = `${directory}/${name}`;
  const listener = ffi.unixListen(path, 5);
  const client = ffi.unixConnect(path);
  const server = ffi.unixAccept(listener) ?? -1;
  ffi.close(listener);
  return {
    client,
    server,
    close: () => {
      ffi.close(client);
      ffi.close(server);
    },
  };
}

check('a stream carries octets both ways', async () => {
  const { client, server, close } = connection('both-ways');
  const buffer = new Uint8Array(64);
  same(ffi.send(client, utf8Octets('there')), 5);
  same(await received(server, () => ffi.receive(server, buffer)), 5);
  same(buffer.subarray(0, 5), utf8Octets('there'));
  same(ffi.send(server, utf8Octets('and back').subarray(4)), 4);
  same(await received(client, () => ffi.receive(client, buffer.subarray(10))), 4);
  same(buffer.subarray(10, 14), utf8Octets('back'));
  close();
});

check('octets beyond the buffer stay in the stream', () => {
  const { client, server, close } = connection('rest');
  const buffer = new Uint8Array(3);
  ffi.send(client, utf8Octets('abcde'));
  same(ffi.receive(server, buffer), 3);
  same(ffi.receive(server, buffer), 2);
  same(buffer, utf8Octets('dec'));
  close();
});

check('a receive that would block gives undefined, and the end of a stream gives 0', () => {
  const { client, server } = connection('end');
  const buffer = new Uint8Array(8);
  same(ffi.receive(server, buffer), undefined);
  ffi.close(client);
  same(ffi.receive(server, buffer), 0);
  ffi.close(server);
});

check('a send that would block gives 0, and a part is taken before that', () => {
  const { client, server, close } = connection('full');
  const block = new Uint8Array(1 << 16);
  let [sent, taken] = [0, 0];
  do {
    taken = ffi.send(client, block);
    sent += taken;
  } while (taken > 0);
  let [got, length] = [0, 0];
  do {
    length = ffi.receive(server, block) ?? 0;
    got += length;
  } while (length > 0);
  same(got, sent);
  holds(sent > block.length, 'some blocks were taken');
  close();
});

check('sending to a peer that is gone throws EPIPE and raises no signal', () => {
  const { client, server } = connection('gone');
  ffi.close(server);
  const error = refusal(() => ffi.send(client, new Uint8Array(1)));
  same([error.name, error.code, error.errno, error.syscall], ['SystemError', 'EPIPE', 32, 'send']);
  same(error.message, 'send: Broken pipe (EPIPE)');
  ffi.close(client);
});

check('connecting to a socket that is not there names path and reason', () => {
  const path = `${directory}/missing`;
  refuses(() => ffi.unixConnect(path), {
    name: 'SystemError',
    code: 'ENOENT',
    message: `connect ${path}: No such file or directory (ENOENT)`,
  });
});

check('connecting to a file that nobody listens on throws ECONNREFUSED', () => {
  const path = `${directory}/stale`;
  ffi.close(ffi.unixListen(path, 1));
  refuses(() => ffi.unixConnect(path), { name: 'SystemError', code: 'ECONNREFUSED' });
});

check('connecting when the backlog is full throws EAGAIN', () => {
  const path = `${directory}/backlog`;
  const listener = ffi.unixListen(path, 0);
  const first = ffi.unixConnect(path);
  refuses(() => ffi.unixConnect(path), { name: 'SystemError', code: 'EAGAIN' });
  ffi.close(first);
  ffi.close(listener);
});

check('accepting gives undefined when nobody waits', () => {
  const listener = ffi.unixListen(`${directory}/nobody`, 1);
  same(ffi.unixAccept(listener), undefined);
  ffi.close(listener);
});

check('accepting on a socket that does not listen throws EINVAL', () => {
  const { client, close } = connection('no-listener');
  refuses(() => ffi.unixAccept(client), { name: 'SystemError', code: 'EINVAL' });
  close();
});

check('listening replaces the socket file of an earlier process', () => {
  const path = `${directory}/again`;
  ffi.close(ffi.unixListen(path, 1));
  const listener = ffi.unixListen(path, 1);
  ffi.close(ffi.unixConnect(path));
  ffi.close(listener);
});

check('listening never removes a file that is no socket', () => {
  const path = `${directory}/regular`;
  const file = std.open(path, 'w');
  file?.puts('precious');
  file?.close();
  refuses(() => ffi.unixListen(path, 1), { name: 'SystemError', code: 'EADDRINUSE' });
  refuses(() => ffi.unixDatagram(path, path), { name: 'SystemError', code: 'EADDRINUSE' });
  same(std.loadFile(path), 'precious');
});

check('a path of 107 octets is taken whole', () => {
  const path = `${directory}/`.padEnd(107, 'p');
  const listener = ffi.unixListen(path, 1);
  const client = ffi.unixConnect(path);
  for (const descriptor of [client, listener]) ffi.close(descriptor);
});

check('a datagram socket sends and receives, and replaces its old file', async () => {
  const path = `${directory}/datagram`;
  ffi.close(ffi.unixDatagram(path, path));
  const descriptor = ffi.unixDatagram(path, path);
  const buffer = new Uint8Array(16);
  same(ffi.send(descriptor, utf8Octets('PING')), 4);
  same(await received(descriptor, () => ffi.receive(descriptor, buffer)), 4);
  same(buffer.subarray(0, 4), utf8Octets('PING'));
  ffi.close(descriptor);
});

check('a datagram that does not fit throws EMSGSIZE, and the next one is received', () => {
  const path = `${directory}/cut`;
  const descriptor = ffi.unixDatagram(path, path);
  ffi.send(descriptor, utf8Octets('too long'));
  ffi.send(descriptor, utf8Octets('ok'));
  const buffer = new Uint8Array(4);
  refuses(() => ffi.receive(descriptor, buffer), { name: 'SystemError', code: 'EMSGSIZE' });
  same(ffi.receive(descriptor, buffer), 2);
  ffi.close(descriptor);
});

check('a datagram socket whose peer is missing leaves no file behind', () => {
  const local = `${directory}/local`;
  refuses(() => ffi.unixDatagram(local, `${directory}/no-peer`), { name: 'SystemError', code: 'ENOENT' });
  same(std.open(local, 'r'), null);
  refuses(() => ffi.unixConnect(local), { name: 'SystemError', code: 'ENOENT' });
});

check('closing twice throws EBADF', () => {
  const descriptor = ffi.udpOpen({ port: 0 });
  ffi.close(descriptor);
  refuses(() => ffi.close(descriptor), { name: 'SystemError', message: 'close: Bad file descriptor (EBADF)' });
});

check('a descriptor that is no socket throws ENOTSOCK', () => {
  const file = std.open('/dev/null', 'r');
  refuses(() => ffi.receive(file?.fileno() ?? -1, new Uint8Array(1)), { name: 'SystemError', code: 'ENOTSOCK' });
  file?.close();
});

check('every descriptor is opened non-blocking and close-on-exec', () => {
  const { client, server, close } = connection('flags');
  const path = `${directory}/flags-datagram`;
  const accept = [[6, 0, 0, 0]] as const;
  const others = [
    ffi.unixListen(`${directory}/flags-listen`, 1),
    ffi.unixDatagram(path, path),
    ffi.udpOpen({ port: 0 }),
    ffi.icmpOpen({ interfaceName: 'lo', multicastGroups: [] }),
    ffi.packetOpen({ interfaceIndex: 1, filter: accept }),
    ffi.netlinkOpen(0, []),
  ];
  for (const descriptor of [client, server, ...others]) {
    const flags = /flags:\s*(\d+)/.exec(procText(`/proc/self/fdinfo/${descriptor}`))?.[1];
    const wanted = O_CLOEXEC | O_NONBLOCK;
    same(Number.parseInt(flags ?? '', 8) & wanted, wanted);
  }
  for (const descriptor of others) ffi.close(descriptor);
  close();
});

await run();

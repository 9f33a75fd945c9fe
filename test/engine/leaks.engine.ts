// Nothing grows: memory over many calls that answer and that fail, descriptors over opens that fail.

import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { check, directory, holds, procText, run, same } from './harness.ts';

const WARM_UP_CALLS = 20_000;
const CALLS = 100_000;
/** What the allocators may move. One block of malloc lost per call would be more: the smallest has 16 octets. */
const TOLERATED_GROWTH_OCTETS = CALLS * 10;

function growth(call: () => void): number {
  for (let number = 0; number < WARM_UP_CALLS; number++) call();
  std.gc();
  const before = residentOctets();
  for (let number = 0; number < CALLS; number++) call();
  std.gc();
  return residentOctets() - before;
}

function residentOctets(): number {
  const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(procText('/proc/self/status'))?.[1];
  return Number(kibibytes) * 1024;
}

function swallow(call: () => unknown): void {
  try {
    call();
  } catch {
    return;
  }
  throw new Error('did not throw');
}

const LOOPBACK = 0x7f000001;
const octets = new Uint8Array(64);
const buffer = new Uint8Array(128);
const socket = ffi.udpOpen({ address: LOOPBACK, port: 4345 });
const destination = { address: LOOPBACK, port: 4345, sourceAddress: LOOPBACK, timeToLive: 9 };
const filter: readonly ffi.BpfInstruction[] = [[6, 0, 0, 0]];
const packet = ffi.packetOpen({ interfaceIndex: 1, filter });
const icmp = ffi.icmpOpen({ interfaceName: 'lo', multicastGroups: [] });

const calls: readonly (readonly [string, () => void])[] = [
  ['receives that would block', () => ffi.udpReceive(socket, buffer)],
  [
    'datagrams sent and received',
    () => {
      ffi.udpSend(socket, octets, destination);
      if (ffi.udpReceive(socket, buffer) === undefined) throw new Error('nothing received');
    },
  ],
  ['receives that fail', () => swallow(() => ffi.receive(1000, buffer))],
  ['arguments of a wrong type', () => swallow(() => ffi.send(socket, 'text' as unknown as Uint8Array))],
  ['paths that are too long', () => swallow(() => ffi.unixConnect('x'.repeat(200)))],
  ['connections that fail', () => swallow(() => ffi.unixConnect(`${directory}/missing`))],
  ['filters replaced', () => ffi.packetSetFilter(packet, filter)],
  ['filters refused', () => swallow(() => ffi.packetSetFilter(packet, [[6, 0, 0, 0], [6] as never]))],
  ['packet receives that would block', () => ffi.packetReceive(packet, buffer)],
  ['ICMP receives that would block', () => ffi.icmpReceive(icmp, buffer)],
  ['digests', () => ffi.hmac('md5', octets, octets)],
  ['random octets', () => ffi.randomOctets(16)],
];

for (const [what, call] of calls) {
  check(`${CALLS} ${what} leave memory as it was`, () => {
    const octetsMore = growth(call);
    holds(octetsMore < TOLERATED_GROWTH_OCTETS, `${octetsMore} octets more are less than ${TOLERATED_GROWTH_OCTETS}`);
  });
}

check('opens that fail at every step lose no descriptor', () => {
  const free = ffi.udpOpen({ port: 0 });
  ffi.close(free);
  for (let number = 0; number < 100; number++) {
    swallow(() => ffi.unixConnect(`${directory}/missing`));
    swallow(() => ffi.unixListen(directory, 1));
    swallow(() => ffi.unixDatagram(`${directory}/local`, `${directory}/missing`));
    swallow(() => ffi.udpOpen({ address: LOOPBACK, port: 4345 }));
    swallow(() => ffi.udpOpen({ port: 0, interfaceName: 'nosuch0' }));
    swallow(() => ffi.icmpOpen({ interfaceName: 'nosuch0', multicastGroups: [] }));
    swallow(() => ffi.packetOpen({ interfaceIndex: 99999, filter }));
    swallow(() => ffi.packetOpen({ interfaceIndex: 1, filter: [[0x28, 0, 0, 0]] }));
    swallow(() => ffi.netlinkOpen(0, [100000]));
  }
  const next = ffi.udpOpen({ port: 0 });
  same(next, free);
  ffi.close(next);
});

await run();

// Wrong arguments to every function: refused before the kernel is asked, with the argument's name in the message.

import * as ffi from 'quickjs-ffi';
import { check, directory, holds, type Refusal, refusal, refuses, run, same } from './harness.ts';

type Call = (...values: unknown[]) => unknown;

const octets = new Uint8Array(4);
const buffer = new Uint8Array(64);
const accept = [[6, 0, 0, 0xffffffff]];
const destination = { address: 0x7f000001, port: 9 };
const longPath = 'x'.repeat(108);

/** Right arguments of every function, from which one at a time is made wrong. */
const rightArguments: readonly (readonly [string, Call, readonly unknown[]])[] = [
  ['close', ffi.close as Call, [0]],
  ['send', ffi.send as Call, [0, octets]],
  ['receive', ffi.receive as Call, [0, buffer]],
  ['unixConnect', ffi.unixConnect as Call, ['path']],
  ['unixListen', ffi.unixListen as Call, ['path', 5]],
  ['unixAccept', ffi.unixAccept as Call, [0]],
  ['unixDatagram', ffi.unixDatagram as Call, ['path', 'path']],
  ['udpOpen', ffi.udpOpen as Call, [{ port: 0 }]],
  ['udpReceive', ffi.udpReceive as Call, [0, buffer]],
  ['udpSend', ffi.udpSend as Call, [0, octets, destination]],
  ['udpReceiveError', ffi.udpReceiveError as Call, [0]],
  ['icmpOpen', ffi.icmpOpen as Call, [{ interfaceName: 'lo', multicastGroups: [] }]],
  ['icmpReceive', ffi.icmpReceive as Call, [0, buffer]],
  ['icmpSend', ffi.icmpSend as Call, [0, octets, 0x7f000001]],
  ['ipv4Open', ffi.ipv4Open as Call, []],
  ['ipv4Send', ffi.ipv4Send as Call, [0, octets, 0x7f000001]],
  ['packetOpen', ffi.packetOpen as Call, [{ interfaceIndex: 1, filter: accept }]],
  ['packetSetFilter', ffi.packetSetFilter as Call, [0, accept]],
  ['packetReceive', ffi.packetReceive as Call, [0, buffer]],
  ['packetSend', ffi.packetSend as Call, [0, octets]],
  ['netlinkOpen', ffi.netlinkOpen as Call, [0, []]],
  ['interfaceIndex', ffi.interfaceIndex as Call, ['lo']],
  ['digest', ffi.digest as Call, ['md5', octets]],
  ['hmac', ffi.hmac as Call, ['md5', octets, octets]],
  ['randomOctets', ffi.randomOctets as Call, [16]],
];

const ofAnotherType: readonly unknown[] = [undefined, null, true, '7', 7n, Symbol('7'), () => 7];

check('every function of the module is tried here', () => {
  const functions = Object.entries(ffi).filter(([, value]) => typeof value === 'function');
  same(functions.map(([name]) => name).sort(), rightArguments.map(([name]) => name).sort());
  same(typeof ffi.engineVersion, 'string');
  holds(['generic', 'mips'].includes(ffi.errnoNumbers), `${ffi.errnoNumbers} is a way to number errors`);
});

for (const [name, call, right] of rightArguments) {
  if (right.length > 0) {
    check(`${name} refuses to be called without arguments`, () => refuses(() => call(), { name: 'TypeError' }));
  }
  for (const [position, value] of right.entries()) {
    check(`${name} refuses an argument ${position + 1} of another type`, () => {
      for (const wrong of ofAnotherType) {
        if (typeof wrong === typeof value && typeof value === 'string') continue;
        if (wrong === null && name === 'unixDatagram') continue;
        const error = refusal(() => call(...right.with(position, wrong)));
        holds(['TypeError', 'RangeError'].includes(error.name), `${String(wrong)} is refused, not ${error}`);
      }
    });
  }
  if (typeof right[0] === 'number' && !['netlinkOpen', 'randomOctets'].includes(name)) {
    check(`${name} refuses a number that is no descriptor`, () => {
      for (const wrong of [-1, 0.5, 2 ** 31, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
        refuses(() => call(...right.with(0, wrong)), { name: 'RangeError' });
      }
    });
    check(`${name} names EBADF for a descriptor that is closed`, () => {
      const closed = ffi.udpOpen({ port: 0 });
      ffi.close(closed);
      refuses(() => call(...right.with(0, closed)), { name: 'SystemError', code: 'EBADF' });
    });
  }
}

const wrongCalls: readonly (readonly [string, () => unknown, Refusal])[] = [
  ['a path of 108 octets', () => ffi.unixConnect(longPath), { name: 'RangeError' }],
  ['a path of 108 octets to listen on', () => ffi.unixListen(longPath, 1), { name: 'RangeError' }],
  ['a local path of 108 octets', () => ffi.unixDatagram(longPath, 'x'), { name: 'RangeError' }],
  ['a remote path of 108 octets', () => ffi.unixDatagram('x', longPath), { name: 'RangeError' }],
  ['an empty path', () => ffi.unixConnect(''), { name: 'RangeError' }],
  ['a path with NUL', () => ffi.unixConnect('a\0b'), { name: 'RangeError' }],
  ['a negative backlog', () => ffi.unixListen(`${directory}/never`, -1), { name: 'RangeError' }],
  ['a port of 65536', () => ffi.udpOpen({ port: 65536 }), { name: 'RangeError' }],
  ['a negative address', () => ffi.udpOpen({ address: -1, port: 0 }), { name: 'RangeError' }],
  ['an address of 33 bits', () => ffi.udpOpen({ address: 2 ** 32, port: 0 }), { name: 'RangeError' }],
  ['options without the port', () => ffi.udpOpen({} as ffi.UdpOptions), { name: 'TypeError' }],
  ['a name of 16 octets', () => ffi.udpOpen({ port: 0, interfaceName: 'x'.repeat(16) }), { name: 'RangeError' }],
  ['an empty interface name', () => ffi.udpOpen({ port: 0, interfaceName: '' }), { name: 'RangeError' }],
  [
    'a broadcast that is a number',
    () => ffi.udpOpen({ port: 0, broadcast: 1 } as unknown as ffi.UdpOptions),
    { name: 'TypeError', message: 'broadcast is not a boolean' },
  ],
  ['a datagram to port 0', () => ffi.udpSend(0, octets, { address: 1, port: 0 }), { name: 'RangeError' }],
  ['a time to live of 0', () => ffi.udpSend(0, octets, { ...destination, timeToLive: 0 }), { name: 'RangeError' }],
  ['a time to live of 256', () => ffi.udpSend(0, octets, { ...destination, timeToLive: 256 }), { name: 'RangeError' }],
  ['a buffer without room', () => ffi.receive(0, new Uint8Array(0)), { name: 'RangeError' }],
  [
    'an ArrayBuffer in place of octets',
    () => ffi.send(0, new ArrayBuffer(4) as unknown as Uint8Array),
    { name: 'TypeError', message: 'octets is not a Uint8Array' },
  ],
  ['words in place of octets', () => ffi.send(0, new Uint16Array(4) as unknown as Uint8Array), { name: 'TypeError' }],
  [
    'a unicast address as a group',
    () => ffi.icmpOpen({ interfaceName: 'lo', multicastGroups: [0x0a000001] }),
    { name: 'RangeError' },
  ],
  [
    'more groups than are offered',
    () => ffi.icmpOpen({ interfaceName: 'lo', multicastGroups: new Array(33).fill(0xe0000001) }),
    { name: 'RangeError' },
  ],
  ['interface index 0', () => ffi.packetOpen({ interfaceIndex: 0, filter: [[6, 0, 0, 1]] }), { name: 'RangeError' }],
  ['an empty filter', () => ffi.packetOpen({ interfaceIndex: 1, filter: [] }), { name: 'RangeError' }],
  [
    'a filter that is too long',
    () => ffi.packetOpen({ interfaceIndex: 1, filter: new Array(4097).fill([6, 0, 0, 0]) }),
    { name: 'RangeError' },
  ],
  [
    'an instruction of three parts',
    () => ffi.packetOpen({ interfaceIndex: 1, filter: [[6, 0, 0]] as unknown as ffi.BpfInstruction[] }),
    { name: 'TypeError' },
  ],
  [
    'an instruction of five parts',
    () => ffi.packetOpen({ interfaceIndex: 1, filter: [[6, 0, 0, 0, 0]] as unknown as ffi.BpfInstruction[] }),
    { name: 'RangeError' },
  ],
  [
    'a jump of more than 255',
    () => ffi.packetOpen({ interfaceIndex: 1, filter: [[0x15, 256, 0, 0]] }),
    { name: 'RangeError' },
  ],
  ['netlink protocol 32', () => ffi.netlinkOpen(32, []), { name: 'RangeError' }],
  ['netlink group 0', () => ffi.netlinkOpen(0, [0]), { name: 'RangeError' }],
  ['an interface name of 16 octets', () => ffi.interfaceIndex('x'.repeat(16)), { name: 'RangeError' }],
  ['65537 random octets', () => ffi.randomOctets(65537), { name: 'RangeError' }],
  ['-1 random octets', () => ffi.randomOctets(-1), { name: 'RangeError' }],
];
for (const [what, call, expected] of wrongCalls) {
  check(`${what} throws ${expected.name}`, () => refuses(call, expected));
}

check('a refused number is named with its limits', () => {
  refuses(() => ffi.udpOpen({ port: 70000 }), {
    name: 'RangeError',
    message: 'port is 70000, not a whole number from 0 to 65535',
  });
});

check('an option that throws when it is read throws through', () => {
  const options = {
    get port(): number {
      throw new Error('read');
    },
  };
  refuses(() => ffi.udpOpen(options), { name: 'Error', message: 'read' });
});

check('a buffer that is taken away while the options are read is refused, not written through', () => {
  const workerless = new ArrayBuffer(16);
  const taken = new Uint8Array(workerless);
  const detach = (workerless as ArrayBuffer & { transfer?: () => ArrayBuffer }).transfer;
  const descriptor = ffi.udpOpen({ port: 0 });
  const trap = {
    port: 9,
    get address(): number {
      detach?.call(workerless);
      return 0x7f000001;
    },
  };
  // An engine without ArrayBuffer.prototype.transfer has no way to take it away: the send succeeds.
  if (detach === undefined) same(ffi.udpSend(descriptor, taken, trap), 16);
  else refuses(() => ffi.udpSend(descriptor, taken, trap), { name: 'TypeError' });
  ffi.close(descriptor);
});

check('opening more than select() can watch is refused with EMFILE, and no descriptor is lost', () => {
  const opened: number[] = [];
  const error = refusal(() => {
    while (opened.length < 2000) opened.push(ffi.udpOpen({ port: 0 }));
  });
  const highest = Math.max(...opened);
  for (const descriptor of opened) ffi.close(descriptor);
  same(error.code, 'EMFILE');
  holds(highest < 1024, `${highest} is below 1024`);
  const next = ffi.udpOpen({ port: 0 });
  same(next, opened[0]);
  ffi.close(next);
});

await run();

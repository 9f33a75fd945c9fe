// UDP over the loopback, and raw ICMP over the pair of interfaces `left` (10.9.0.1/24) and `right` (10.9.1.2/24).

import * as ffi from 'quickjs-ffi';
import type { Ipv4Address } from '../../src/octets/address.ts';
import { parseIpv4 } from '../../src/octets/address.ts';
import { internetChecksum, join, parseHex, utf8Octets, viewOf } from '../../src/octets/octets.ts';
import { check, received, refuses, run, same } from './harness.ts';

const ACCEPT_IPV4: readonly ffi.BpfInstruction[] = [
  [0x28, 0, 0, 12], // ether type
  [0x15, 0, 1, 0x0800],
  [0x06, 0, 0, 0xffffffff],
  [0x06, 0, 0, 0],
];
const ALL_SYSTEMS = address('224.0.0.1');
const ALL_MOBILITY_AGENTS = address('224.0.0.11');
const EVERYONE = address('255.255.255.255');
const LOOPBACK = address('127.0.0.1');
const SOLICITATION = octets('0a00f5ff00000000');

function address(text: string): Ipv4Address {
  const parsed = parseIpv4(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

function octets(hexadecimal: string): Uint8Array {
  const parsed = parseHex(hexadecimal);
  if (parsed === undefined) throw new Error(`${hexadecimal} are no octets`);
  return parsed;
}

/** Two UDP sockets on the loopback, closed when the body is done. */
async function withSockets(body: (from: number, to: number, toPort: number) => Promise<void>): Promise<void> {
  const port = 4340;
  const [from, to] = [ffi.udpOpen({ port: 4341 }), ffi.udpOpen({ address: 0, port })];
  try {
    await body(from, to, port);
  } finally {
    ffi.close(from);
    ffi.close(to);
  }
}

check('a datagram arrives with source, destination, interface and time to live', () =>
  withSockets(async (from, to, port) => {
    const buffer = new Uint8Array(32);
    same(ffi.udpSend(from, utf8Octets('hello'), { address: LOOPBACK, port }), 5);
    same(await received(to, () => ffi.udpReceive(to, buffer)), {
      length: 5,
      truncated: false,
      sourceAddress: LOOPBACK,
      sourcePort: 4341,
      destinationAddress: LOOPBACK,
      interfaceIndex: ffi.interfaceIndex('lo'),
      timeToLive: 64,
    });
    same(buffer.subarray(0, 5), utf8Octets('hello'));
  }),
);

check('source address and time to live of a datagram can be chosen', () =>
  withSockets(async (from, to, port) => {
    const sourceAddress = address('127.200.0.9');
    const destination = address('127.3.4.250');
    ffi.udpSend(from, new Uint8Array(1), { address: destination, port, sourceAddress, timeToLive: 255 });
    const datagram = await received(to, () => ffi.udpReceive(to, new Uint8Array(1)));
    same([datagram.sourceAddress, datagram.destinationAddress], [sourceAddress, destination]);
    same(datagram.timeToLive, 255);
    ffi.udpSend(from, new Uint8Array(1), { address: destination, port, timeToLive: 3 });
    const second = await received(to, () => ffi.udpReceive(to, new Uint8Array(1)));
    same(second.timeToLive, 3);
  }),
);

check('a datagram that does not fit is cut and marked, an empty one is a datagram', () =>
  withSockets(async (from, to, port) => {
    ffi.udpSend(from, utf8Octets('abcdef'), { address: LOOPBACK, port });
    same(ffi.udpSend(from, new Uint8Array(0), { address: LOOPBACK, port }), 0);
    const buffer = new Uint8Array(4);
    const cut = await received(to, () => ffi.udpReceive(to, buffer));
    same([cut.length, cut.truncated, buffer], [4, true, utf8Octets('abcd')]);
    const empty = await received(to, () => ffi.udpReceive(to, buffer));
    same([empty.length, empty.truncated], [0, false]);
    same(ffi.udpReceive(to, buffer), undefined);
  }),
);

check('broadcast is refused unless it was asked for', async () => {
  const everyone = address('10.9.0.255');
  const [silent, loud] = [ffi.udpOpen({ port: 0 }), ffi.udpOpen({ port: 0, broadcast: true })];
  const listener = ffi.udpOpen({ port: 4342 });
  refuses(() => ffi.udpSend(silent, new Uint8Array(1), { address: everyone, port: 4342 }), {
    name: 'SystemError',
    code: 'EACCES',
    message: 'sendmsg 10.9.0.255:4342: Permission denied (EACCES)',
  });
  same(ffi.udpSend(loud, new Uint8Array(1), { address: everyone, port: 4342 }), 1);
  const datagram = await received(listener, () => ffi.udpReceive(listener, new Uint8Array(4)));
  same(datagram.destinationAddress, everyone);
  for (const descriptor of [silent, loud, listener]) ffi.close(descriptor);
});

check('a socket bound to an interface hears nothing from another', () => {
  const elsewhere = ffi.udpOpen({ port: 4343, interfaceName: 'left' });
  const sender = ffi.udpOpen({ port: 0 });
  ffi.udpSend(sender, new Uint8Array(1), { address: LOOPBACK, port: 4343 });
  same(ffi.udpReceive(elsewhere, new Uint8Array(4)), undefined);
  for (const descriptor of [elsewhere, sender]) ffi.close(descriptor);
});

check('a port in use, a foreign address, a missing interface and a missing route are named', () => {
  const first = ffi.udpOpen({ address: LOOPBACK, port: 4344 });
  refuses(() => ffi.udpOpen({ address: LOOPBACK, port: 4344 }), {
    name: 'SystemError',
    code: 'EADDRINUSE',
    message: 'bind 127.0.0.1:4344: Address already in use (EADDRINUSE)',
  });
  refuses(() => ffi.udpOpen({ address: address('192.0.2.1'), port: 0 }), {
    name: 'SystemError',
    code: 'EADDRNOTAVAIL',
  });
  refuses(() => ffi.udpOpen({ port: 0, interfaceName: 'nosuch0' }), {
    name: 'SystemError',
    message: 'setsockopt nosuch0: No such device (ENODEV)',
  });
  refuses(() => ffi.icmpOpen({ interfaceName: 'nosuch0', multicastGroups: [] }), {
    name: 'SystemError',
    message: 'if_nametoindex nosuch0: No such device (ENODEV)',
  });
  const unbound = ffi.udpOpen({ port: 0 });
  refuses(() => ffi.udpSend(unbound, new Uint8Array(1), { address: address('192.0.2.1'), port: 9 }), {
    name: 'SystemError',
    code: 'ENETUNREACH',
  });
  for (const descriptor of [first, unbound]) ffi.close(descriptor);
});

/** Sends to a port where nobody listens, and waits until that is told. */
async function sendInVain(socket: number, port: number): Promise<void> {
  ffi.udpSend(socket, new Uint8Array(1), { address: LOOPBACK, port });
  await received(socket, () => true);
}

check('what ICMP says of datagrams is told one by one, with where they were sent', async () => {
  const socket = ffi.udpOpen({ port: 0, receiveErrors: true });
  same(ffi.udpReceiveError(socket), undefined);
  await sendInVain(socket, 4345);
  await sendInVain(socket, 4346);
  same(ffi.udpReceiveError(socket), { address: LOOPBACK, port: 4345, icmpType: 3, icmpCode: 3 });
  same(ffi.udpReceiveError(socket), { address: LOOPBACK, port: 4346, icmpType: 3, icmpCode: 3 });
  same(ffi.udpReceiveError(socket), undefined);
  ffi.close(socket);
});

check('an error that waits fails neither what is sent to others nor what is received from them', async () => {
  const socket = ffi.udpOpen({ port: 4347, receiveErrors: true });
  const other = ffi.udpOpen({ port: 4348 });
  await sendInVain(socket, 4345);
  same(ffi.udpSend(socket, utf8Octets('hello'), { address: LOOPBACK, port: 4348 }), 5);
  same((await received(other, () => ffi.udpReceive(other, new Uint8Array(8)))).sourcePort, 4347);
  await sendInVain(socket, 4345);
  ffi.udpSend(other, utf8Octets('answer'), { address: LOOPBACK, port: 4347 });
  same(ffi.udpReceive(socket, new Uint8Array(8))?.length, 6);
  same(ffi.udpReceive(socket, new Uint8Array(8)), undefined);
  same([ffi.udpReceiveError(socket)?.port, ffi.udpReceiveError(socket)?.port], [4345, 4345]);
  for (const descriptor of [socket, other]) ffi.close(descriptor);
});

check('a socket that did not ask for errors gets none', async () => {
  const socket = ffi.udpOpen({ port: 0 });
  ffi.udpSend(socket, new Uint8Array(1), { address: LOOPBACK, port: 4345 });
  same([ffi.udpReceiveError(socket), ffi.udpReceive(socket, new Uint8Array(1))], [undefined, undefined]);
  ffi.close(socket);
});

check('the own refusals of the kernel are not taken for those of ICMP', () => {
  const socket = ffi.udpOpen({ port: 0, receiveErrors: true });
  refuses(() => ffi.udpSend(socket, new Uint8Array(65508), { address: LOOPBACK, port: 4345 }), {
    name: 'SystemError',
    code: 'EMSGSIZE',
  });
  same(ffi.udpReceiveError(socket), undefined);
  ffi.close(socket);
});

/** A frame for `right` from a router that is not this host; the kernel drops what seems to come from itself. */
function icmpFrame(destination: Ipv4Address, timeToLive: number, options: string, message: Uint8Array): Uint8Array {
  const header = octets(`4500000000000000${'00010000'}0a09014d00000000${options}`);
  const view = viewOf(header);
  view.setUint8(0, 0x40 + header.length / 4);
  view.setUint16(2, header.length + message.length);
  view.setUint8(8, timeToLive);
  view.setUint32(16, destination);
  view.setUint16(10, internetChecksum(header));
  const ethernet = destination === address('10.9.1.2') ? '020000000002' : `01005e0000${hexOctet(destination & 255)}`;
  return join([octets(`${ethernet}02000000000a0800`), header, message]);
}

function hexOctet(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}

/** An ICMP socket on `right` and a way to put frames on its wire, closed when the body is done. */
async function withRouter(body: (icmp: number, wire: number) => Promise<void>): Promise<void> {
  const icmp = ffi.icmpOpen({ interfaceName: 'right', multicastGroups: [ALL_MOBILITY_AGENTS] });
  const wire = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex('left'), filter: [[0x06, 0, 0, 0]] });
  try {
    await body(icmp, wire);
  } finally {
    ffi.close(icmp);
    ffi.close(wire);
  }
}

check('an agent solicitation to a joined group arrives from its ICMP header on', () =>
  withRouter(async (icmp, wire) => {
    const buffer = new Uint8Array(64);
    ffi.packetSend(wire, icmpFrame(ALL_MOBILITY_AGENTS, 1, '', SOLICITATION));
    same(await received(icmp, () => ffi.icmpReceive(icmp, buffer)), {
      length: 8,
      truncated: false,
      sourceAddress: address('10.9.1.77'),
      destinationAddress: ALL_MOBILITY_AGENTS,
      timeToLive: 1,
      interfaceIndex: ffi.interfaceIndex('right'),
    });
    same(buffer.subarray(0, 8), SOLICITATION);
  }),
);

check('IP options are taken off with the header, and a message that does not fit is cut and marked', () =>
  withRouter(async (icmp, wire) => {
    const buffer = new Uint8Array(4);
    ffi.packetSend(wire, icmpFrame(address('10.9.1.2'), 7, '01010100', SOLICITATION));
    const message = await received(icmp, () => ffi.icmpReceive(icmp, buffer));
    same([message.length, message.truncated, message.timeToLive], [4, true, 7]);
    same(buffer, SOLICITATION.subarray(0, 4));
  }),
);

check('only ICMP types 9 and 10 of groups that were joined arrive', () =>
  withRouter(async (icmp, wire) => {
    const wanted = octets('0900f6ff00000000');
    ffi.packetSend(wire, icmpFrame(ALL_MOBILITY_AGENTS, 1, '', octets('0800f7ff00000000')));
    ffi.packetSend(wire, icmpFrame(ALL_MOBILITY_AGENTS, 1, '', octets('0d00f2ff00000000')));
    ffi.packetSend(wire, icmpFrame(ALL_SYSTEMS, 1, '', octets('0a00f5fe00000001')));
    ffi.packetSend(wire, icmpFrame(ALL_MOBILITY_AGENTS, 1, '', wanted));
    const buffer = new Uint8Array(8);
    await received(icmp, () => ffi.icmpReceive(icmp, buffer));
    same(buffer, wanted);
    same(ffi.icmpReceive(icmp, buffer), undefined);
  }),
);

for (const [what, destination, ethernet] of [
  ['a group', ALL_SYSTEMS, '01005e000001'],
  ['everyone on the link', EVERYONE, 'ffffffffffff'],
  ['one host', address('10.9.0.99'), '020000000063'],
] as const) {
  check(`an advertisement to ${what} leaves by the interface with time to live 1`, async () => {
    const icmp = ffi.icmpOpen({ interfaceName: 'left', multicastGroups: [ALL_SYSTEMS] });
    const wire = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex('right'), filter: ACCEPT_IPV4 });
    const advertisement = octets('0900f6ff00000000');
    const frame = new Uint8Array(128);
    same(ffi.icmpSend(icmp, advertisement, destination), 8);
    const { length } = await received(wire, () => ffi.packetReceive(wire, frame));
    const view = viewOf(frame);
    same(frame.subarray(0, 6), octets(ethernet));
    same([view.getUint8(22), view.getUint8(23)], [1, 1]); // time to live, protocol
    same([view.getUint32(26), view.getUint32(30)], [address('10.9.0.1'), destination]);
    same(frame.subarray(34, length), advertisement);
    // The kernel brings a limited broadcast to the sending host, too; the source address tells.
    const own = ffi.icmpReceive(icmp, frame);
    same(own?.sourceAddress, destination === EVERYONE ? address('10.9.0.1') : undefined);
    for (const descriptor of [icmp, wire]) ffi.close(descriptor);
  });
}

check(
  'a limited broadcast leaves by the interface that is named, and is heard here as if it came by there',
  async () => {
    const [from, to] = [ffi.udpOpen({ port: 4341, broadcast: true }), ffi.udpOpen({ port: 4340 })];
    const wire = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex('right'), filter: ACCEPT_IPV4 });
    const [interfaceIndex, frame] = [ffi.interfaceIndex('left'), new Uint8Array(128)];
    const sourceAddress = address('10.9.0.1');
    same(ffi.udpSend(from, utf8Octets('hello'), { address: EVERYONE, port: 4340, sourceAddress, interfaceIndex }), 5);
    const heard = await received(to, () => ffi.udpReceive(to, frame));
    const { destinationAddress, sourcePort } = heard;
    same([heard.sourceAddress, heard.interfaceIndex], [sourceAddress, interfaceIndex]);
    same([destinationAddress, sourcePort], [EVERYONE, 4341]);
    const { length } = await received(wire, () => ffi.packetReceive(wire, frame));
    same(frame.subarray(0, 6), octets('ffffffffffff'));
    same(frame.subarray(42, length), utf8Octets('hello'));
    for (const descriptor of [from, to, wire]) ffi.close(descriptor);
  },
);

check('a whole packet leaves as it is, whoever is its source, with length and checksum by the kernel', async () => {
  const raw = ffi.ipv4Open();
  const wire = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex('right'), filter: ACCEPT_IPV4 });
  const packet = octets('4500000000000000 40fd0000 0a01004d 0a090063 68656c6c6f'.replaceAll(' ', ''));
  same(ffi.ipv4Send(raw, packet, address('10.9.0.99')), 25);
  const frame = new Uint8Array(128);
  const { length } = await received(wire, () => ffi.packetReceive(wire, frame));
  const view = viewOf(frame);
  same([frame.subarray(0, 6), view.getUint16(16)], [octets('020000000063'), 25]);
  same([view.getUint32(26), view.getUint32(30)], [address('10.1.0.77'), address('10.9.0.99')]);
  same(internetChecksum(frame.subarray(14, 34)), 0);
  same(frame.subarray(34, length), utf8Octets('hello'));
  for (const descriptor of [raw, wire]) ffi.close(descriptor);
});

await run();

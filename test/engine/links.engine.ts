// AF_PACKET over the pair of interfaces `left` and `right`, netlink, and interface indexes.

import * as ffi from 'quickjs-ffi';
import { join, parseHex, utf8Octets, utf8Text, viewOf } from '../../src/octets/octets.ts';
import { check, holds, hostOrder, received, refusal, refuses, run, same } from './harness.ts';

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTNLGRP_LINK = 1;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLM_F_DUMP = 0x300;
const NLM_F_CREATE = 0x400;
const NLM_F_ACK_TLVS = 0x200;
const IFF_UP = 1;

const LEFT_MAC = '020000000001';
const RIGHT_MAC = '020000000002';
const EXPERIMENTAL_1 = 0x88b5;
const EXPERIMENTAL_2 = 0x88b6;

function octets(hexadecimal: string): Uint8Array {
  return parseHex(hexadecimal) ?? new Uint8Array(0);
}

function onlyEtherType(etherType: number): ffi.BpfInstruction[] {
  return [
    [0x28, 0, 0, 12],
    [0x15, 0, 1, etherType],
    [0x06, 0, 0, 0xffffffff],
    [0x06, 0, 0, 0],
  ];
}

function frame(destination: string, etherType: number, payload: Uint8Array): Uint8Array {
  return join([octets(`${destination}${LEFT_MAC}${etherType.toString(16).padStart(4, '0')}`), payload]);
}

/** Packet sockets on both interfaces, closed when the body is done. */
async function withWire(
  filter: readonly ffi.BpfInstruction[],
  body: (left: number, right: number) => void | Promise<void>,
): Promise<void> {
  const left = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex('left'), filter });
  const right = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex('right'), filter });
  try {
    await body(left, right);
  } finally {
    ffi.close(left);
    ffi.close(right);
  }
}

/** Everything that waits on a packet socket. */
function drain(descriptor: number): { frames: ffi.Frame[]; last: Uint8Array } {
  const buffer = new Uint8Array(2048);
  const frames: ffi.Frame[] = [];
  for (;;) {
    const answer = ffi.packetReceive(descriptor, buffer);
    if (answer === undefined) return { frames, last: buffer.slice(0, frames.at(-1)?.length ?? 0) };
    frames.push(answer);
  }
}

check('a frame arrives whole, with its interface and kind of destination', () =>
  withWire(onlyEtherType(EXPERIMENTAL_1), async (left, right) => {
    const sent = frame(RIGHT_MAC, EXPERIMENTAL_1, utf8Octets('payload'));
    const buffer = new Uint8Array(64);
    same(ffi.packetSend(left, sent), sent.length);
    same(await received(right, () => ffi.packetReceive(right, buffer)), {
      length: sent.length,
      truncated: false,
      interfaceIndex: ffi.interfaceIndex('right'),
      packetType: 0,
    });
    same(buffer.subarray(0, sent.length), sent);
  }),
);

check('broadcast, multicast and other hosts are told apart', () =>
  withWire(onlyEtherType(EXPERIMENTAL_1), (left, right) => {
    for (const destination of ['ffffffffffff', '01005e000001', '0200000000aa']) {
      ffi.packetSend(left, frame(destination, EXPERIMENTAL_1, new Uint8Array(46)));
    }
    same(
      drain(right).frames.map((answer) => answer.packetType),
      [1, 2, 3],
    );
  }),
);

check('of 200 frames the 100 that the filter wants arrive', () =>
  withWire(onlyEtherType(EXPERIMENTAL_1), (left, right) => {
    for (let number = 0; number < 100; number++) {
      ffi.packetSend(left, frame(RIGHT_MAC, EXPERIMENTAL_1, new Uint8Array(46)));
      ffi.packetSend(left, frame(RIGHT_MAC, EXPERIMENTAL_2, new Uint8Array(46)));
    }
    same(drain(right).frames.length, 100);
  }),
);

check('frames that this host sends by the same interface are not delivered', () =>
  withWire(onlyEtherType(EXPERIMENTAL_1), (left, right) => {
    const beside = ffi.packetOpen({
      interfaceIndex: ffi.interfaceIndex('left'),
      filter: onlyEtherType(EXPERIMENTAL_1),
    });
    for (let number = 0; number < 10; number++) {
      ffi.packetSend(left, frame(RIGHT_MAC, EXPERIMENTAL_1, new Uint8Array(46)));
    }
    same([drain(left).frames.length, drain(beside).frames.length, drain(right).frames.length], [0, 0, 10]);
    ffi.close(beside);
  }),
);

check('a frame that does not fit is cut and marked', () =>
  withWire(onlyEtherType(EXPERIMENTAL_1), (left, right) => {
    const sent = frame(RIGHT_MAC, EXPERIMENTAL_1, new Uint8Array(46).fill(7));
    ffi.packetSend(left, sent);
    const buffer = new Uint8Array(20);
    const answer = ffi.packetReceive(right, buffer);
    same([answer?.length, answer?.truncated], [20, true]);
    same(buffer, sent.subarray(0, 20));
  }),
);

check('a filter may cut frames itself', () =>
  withWire([[0x06, 0, 0, 15]], (left, right) => {
    ffi.packetSend(left, frame(RIGHT_MAC, EXPERIMENTAL_1, new Uint8Array(46)));
    same(
      drain(right).frames.map((answer) => answer.length),
      [15],
    );
  }),
);

check('another filter takes the place of the present one; what waits stays', () =>
  withWire(onlyEtherType(EXPERIMENTAL_1), (left, right) => {
    const first = frame(RIGHT_MAC, EXPERIMENTAL_1, new Uint8Array(46));
    const second = frame(RIGHT_MAC, EXPERIMENTAL_2, new Uint8Array(46));
    ffi.packetSend(left, first);
    ffi.packetSetFilter(right, onlyEtherType(EXPERIMENTAL_2));
    ffi.packetSend(left, first);
    ffi.packetSend(left, second);
    const { frames, last } = drain(right);
    same(frames.length, 2);
    same(last, second);
  }),
);

check('a program that the kernel does not accept is refused, and the present filter stays', () =>
  withWire(onlyEtherType(EXPERIMENTAL_1), (left, right) => {
    refuses(() => ffi.packetSetFilter(right, [[0x28, 0, 0, 12]]), {
      name: 'SystemError',
      message: 'setsockopt SO_ATTACH_FILTER: Invalid argument (EINVAL)',
    });
    refuses(() => ffi.packetOpen({ interfaceIndex: 1, filter: [[0x15, 9, 9, 0]] }), {
      name: 'SystemError',
      code: 'EINVAL',
    });
    ffi.packetSend(left, frame(RIGHT_MAC, EXPERIMENTAL_2, new Uint8Array(46)));
    same(drain(right).frames.length, 0);
  }),
);

check('a frame shorter than an Ethernet header and an interface that is not there are refused', () =>
  withWire([[0x06, 0, 0, 0]], (left) => {
    refuses(() => ffi.packetSend(left, new Uint8Array(13)), { name: 'SystemError', code: 'EINVAL' });
    refuses(() => ffi.packetOpen({ interfaceIndex: 99999, filter: [[0x06, 0, 0, 0]] }), {
      name: 'SystemError',
      message: 'bind AF_PACKET: No such device (ENODEV)',
    });
  }),
);

check('an interface name gives its index, and a name that nobody has gives 0', () => {
  same(ffi.interfaceIndex('lo'), 1);
  holds(ffi.interfaceIndex('left') !== ffi.interfaceIndex('right'), 'two interfaces have two indexes');
  same(ffi.interfaceIndex('nosuch0'), 0);
});

/** One rtnetlink message about an interface. */
function linkMessage(type: number, flags: number, index: number, up: boolean | undefined, attributes: Uint8Array) {
  const message = new Uint8Array(32 + attributes.length);
  const fields = hostOrder(viewOf(message));
  fields.setUint32(0, message.length);
  fields.setUint16(4, type);
  fields.setUint16(6, flags);
  fields.setUint32(8, 7); // sequence number
  fields.setUint32(20, index);
  fields.setUint32(24, up === true ? IFF_UP : 0);
  fields.setUint32(28, up === undefined ? 0 : IFF_UP);
  message.set(attributes, 32);
  return message;
}

/** The messages of one datagram. */
function messages(datagram: Uint8Array): { type: number; flags: number; octets: Uint8Array }[] {
  const found: { type: number; flags: number; octets: Uint8Array }[] = [];
  const fields = hostOrder(viewOf(datagram));
  for (let offset = 0; offset < datagram.length; ) {
    const length = fields.getUint32(offset);
    found.push({
      type: fields.getUint16(offset + 4),
      flags: fields.getUint16(offset + 6),
      octets: datagram.subarray(offset, offset + length),
    });
    offset += (length + 3) & ~3;
  }
  return found;
}

async function nextMessages(descriptor: number) {
  const buffer = new Uint8Array(65536);
  const length = await received(descriptor, () => ffi.receive(descriptor, buffer));
  return messages(buffer.subarray(0, length));
}

function setUp(netlink: number, name: string, up: boolean): void {
  const flags = NLM_F_REQUEST;
  ffi.send(netlink, linkMessage(RTM_NEWLINK, flags, ffi.interfaceIndex(name), up, new Uint8Array(0)));
}

check('a dump of the links is answered with every interface and its end', async () => {
  const netlink = ffi.netlinkOpen(0, []);
  const request = linkMessage(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 0, undefined, new Uint8Array(0));
  same(ffi.send(netlink, request), 32);
  const indexes: number[] = [];
  for (let done = false; !done; ) {
    for (const { type, octets: message } of await nextMessages(netlink)) {
      if (type === RTM_NEWLINK) indexes.push(hostOrder(viewOf(message)).getInt32(20));
      done ||= type === NLMSG_DONE;
    }
  }
  for (const name of ['lo', 'left', 'right']) holds(indexes.includes(ffi.interfaceIndex(name)), `${name} is listed`);
  same(ffi.receive(netlink, new Uint8Array(16)), undefined);
  ffi.close(netlink);
});

check('a refusal comes with the kernel’s own words (extended acknowledgement)', async () => {
  const netlink = ffi.netlinkOpen(0, []);
  // IFLA_LINKINFO { IFLA_INFO_KIND "nosuchkind" }
  const attributes = new Uint8Array(20);
  const fields = hostOrder(viewOf(attributes));
  fields.setUint16(0, 19);
  fields.setUint16(2, 18);
  fields.setUint16(4, 15);
  fields.setUint16(6, 1);
  attributes.set(utf8Octets('nosuchkind'), 8);
  const flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
  ffi.send(netlink, linkMessage(RTM_NEWLINK, flags, 0, undefined, attributes));
  const [answer] = await nextMessages(netlink);
  same([answer?.type, (answer?.flags ?? 0) & NLM_F_ACK_TLVS], [NLMSG_ERROR, NLM_F_ACK_TLVS]);
  holds(utf8Text(answer?.octets ?? new Uint8Array(0)).includes('Unknown device type'), 'the reason is in words');
  ffi.close(netlink);
});

check('a member of a group is told, one of no group is not', async () => {
  const [member, stranger] = [ffi.netlinkOpen(0, [RTNLGRP_LINK]), ffi.netlinkOpen(0, [])];
  setUp(stranger, 'spare', true);
  const [told] = await nextMessages(member);
  same(told?.type, RTM_NEWLINK);
  same(ffi.receive(stranger, new Uint8Array(4096)), undefined);
  for (const descriptor of [member, stranger]) ffi.close(descriptor);
});

check('a netlink datagram that does not fit throws EMSGSIZE', async () => {
  const netlink = ffi.netlinkOpen(0, []);
  ffi.send(netlink, linkMessage(RTM_GETLINK, NLM_F_REQUEST, 1, undefined, new Uint8Array(0)));
  refuses(() => ffi.receive(netlink, new Uint8Array(16)), { name: 'SystemError', code: 'EMSGSIZE' });
  ffi.close(netlink);
});

check('a group that the protocol does not have is refused', () => {
  const error = refusal(() => ffi.netlinkOpen(0, [100000]));
  same([error.name, error.syscall], ['SystemError', 'setsockopt']);
});

check('a protocol that the kernel does not have is refused', () => {
  refuses(() => ffi.netlinkOpen(31, []), { name: 'SystemError', code: 'EPROTONOSUPPORT' });
});

check('notifications that overran the buffer throw ENOBUFS, and later ones arrive', async () => {
  const [member, other] = [ffi.netlinkOpen(0, [RTNLGRP_LINK]), ffi.netlinkOpen(0, [])];
  for (let number = 0; number < 5000; number++) setUp(other, 'spare', number % 2 === 0);
  refuses(() => ffi.receive(member, new Uint8Array(65536)), { name: 'SystemError', code: 'ENOBUFS' });
  let waiting = 0;
  while (ffi.receive(member, new Uint8Array(65536)) !== undefined) waiting++;
  holds(waiting > 100, `${waiting} notifications were kept in the enlarged buffer`);
  setUp(other, 'spare', true);
  const [told] = await nextMessages(member);
  same(told?.type, RTM_NEWLINK);
  for (const descriptor of [member, other]) ffi.close(descriptor);
});

check('an interface that goes down throws ENETDOWN once', () => {
  const netlink = ffi.netlinkOpen(0, []);
  setUp(netlink, 'spare', true);
  const packet = ffi.packetOpen({ interfaceIndex: ffi.interfaceIndex('spare'), filter: [[0x06, 0, 0, 0]] });
  setUp(netlink, 'spare', false);
  refuses(() => ffi.packetReceive(packet, new Uint8Array(64)), {
    name: 'SystemError',
    message: 'recvmsg: Network is down (ENETDOWN)',
  });
  same(ffi.packetReceive(packet, new Uint8Array(64)), undefined);
  for (const descriptor of [packet, netlink]) ffi.close(descriptor);
});

await run();

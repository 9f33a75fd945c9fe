// In the place of quickjs-ffi: all of it but netlink, where a kernel answers from within this program that does everything
// it is told. So a home agent can be asked by real sockets on a machine whose kernel has no tunnels.

import * as os from 'os';
import * as built from '../../dist/quickjs-ffi.so';
import type { Ipv4Address, MacAddress } from '../../src/octets/address.ts';
import type { NetlinkChannel } from '../../src/runtime/runtime.ts';
import {
  decodeNetlinkMessages,
  NETLINK_HEADER_LENGTH,
  NETLINK_NETFILTER,
  type NetlinkMessage,
} from '../../src/wire/netlink.ts';
import { obedient } from '../clients/netlink-answers.ts';
import { FakeKernel } from '../daemon/fake-kernel.ts';

export * from '../../dist/quickjs-ffi.so';

const RTM_NEWROUTE = 24;
const RTM_NEWNEIGH = 28;
const NFT_NEWTABLE = 0x0a00;
const NFT_NEWSETELEM = 0x0a0c;

type Socket = { readonly channel: NetlinkChannel; readonly wake: number; readonly answers: Uint8Array[] };

const sockets = new Map<number, Socket>();
const kernel = new FakeKernel(true);
for (const [name, address, prefixLength] of [
  ['br-lan', 0x0a010001, 16],
  ['wan', 0x0aff0102, 24],
] as const) {
  const index = built.interfaceIndex(name);
  kernel.addLink({ index, name, mac: index as MacAddress });
  kernel.addAddress({ index, address: address as Ipv4Address, prefixLength });
}
kernel.takeNotifications();

export function netlinkOpen(protocol: number, groups: readonly number[]): number {
  const [descriptor, wake] = os.pipe();
  const route: NetlinkChannel = groups.length > 0 ? 'network' : 'route';
  sockets.set(descriptor, { channel: protocol === NETLINK_NETFILTER ? 'netfilter' : route, wake, answers: [] });
  return descriptor;
}

export function send(descriptor: number, octets: Uint8Array): number {
  const socket = sockets.get(descriptor);
  if (socket === undefined) return built.send(descriptor, octets);
  for (const part of socket.channel === 'netfilter' ? [octets] : singly(octets)) {
    const isRemembered = !decodeNetlinkMessages(part, true).some(isOfBinding);
    const answers = isRemembered ? kernel.received(socket.channel, part) : [obedient(part)];
    for (const answer of answers) if (answer.length > 0) tell(socket, answer);
  }
  return octets.length;
}

export function receive(descriptor: number, buffer: Uint8Array): number | undefined {
  const socket = sockets.get(descriptor);
  if (socket === undefined) return built.receive(descriptor, buffer);
  const answer = socket.answers.shift();
  if (answer === undefined) return undefined;
  os.read(descriptor, new ArrayBuffer(1), 0, 1);
  buffer.set(answer);
  return answer.length;
}

/** It is not remembered: what this kernel has in memory must not be taken for the daemon's. */
function isOfBinding({ type }: NetlinkMessage, _: number, all: readonly NetlinkMessage[]): boolean {
  if (type === NFT_NEWSETELEM) return !all.some((message) => message.type === NFT_NEWTABLE);
  return type === RTM_NEWROUTE || type === RTM_NEWNEIGH;
}

/** The requests of one datagram; some may be of bindings and others not. A batch of nf_tables is not to be taken apart. */
function singly(octets: Uint8Array): Uint8Array[] {
  return decodeNetlinkMessages(octets, true).map(({ payload }) => {
    const start = payload.byteOffset - octets.byteOffset;
    return octets.subarray(start - NETLINK_HEADER_LENGTH, start + payload.length);
  });
}

function tell(socket: Socket, answer: Uint8Array): void {
  socket.answers.push(answer);
  os.write(socket.wake, new ArrayBuffer(1), 0, 1);
}

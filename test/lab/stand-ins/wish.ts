// Holds the kernel of a box at wishes told on the command line, as the daemon would: `wish JSON...` makes them and leaves
// them there, `wish count` prints how many packets came out of tunnels and belonged to nobody. Addresses and MAC addresses
// are text, an interface is its name.

import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { type KernelOutput, KernelState } from '../../../src/clients/kernel-state.ts';
import type { KernelProtocol } from '../../../src/clients/kernel-survey.ts';
import type { Wish } from '../../../src/clients/kernel-wishes.ts';
import { type Prefix, parseIpv4, parseMac, prefixOf } from '../../../src/octets/address.ts';
import { quickJsHost } from '../../../src/runtime/quickjs/quickjs-host.ts';
import { NETLINK_NETFILTER, NETLINK_RECEIVE_LENGTH, NETLINK_ROUTE } from '../../../src/wire/netlink.ts';

const sockets: Readonly<Record<KernelProtocol, number>> = {
  route: ffi.netlinkOpen(NETLINK_ROUTE, []),
  netfilter: ffi.netlinkOpen(NETLINK_NETFILTER, []),
};
const state = new KernelState(quickJsHost().conventions);
const buffer = new Uint8Array(NETLINK_RECEIVE_LENGTH);

function settle(first: readonly KernelOutput[]): KernelOutput[] {
  const told: KernelOutput[] = [];
  const waiting = [...first];
  for (let output = waiting.shift(); output !== undefined; output = waiting.shift()) {
    if (output.kind === 'send') waiting.push(...exchange(output.protocol, output.octets));
    else told.push(output);
  }
  return told;
}

function exchange(protocol: KernelProtocol, octets: Uint8Array): KernelOutput[] {
  const outputs: KernelOutput[] = [];
  ffi.send(sockets[protocol], octets);
  for (;;) {
    const length = ffi.receive(sockets[protocol], buffer);
    if (length === undefined) return outputs;
    outputs.push(...state.received(protocol, buffer.slice(0, length)));
  }
}

/** Text becomes the number, or the prefix, that it stands for, where it stands for one. */
function wishOf(text: string): Wish {
  const told = JSON.parse(text) as Record<string, string | number | boolean>;
  const members = Object.entries(told).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value];
    if (name === 'interfaceName') return ['interfaceIndex', ffi.interfaceIndex(value)];
    return [name, parseIpv4(value) ?? parseMac(value) ?? prefix(value) ?? value];
  });
  return Object.fromEntries(members) as Wish;
}

function prefix(text: string): Prefix | undefined {
  const [address = '', length] = text.split('/');
  const network = parseIpv4(address);
  return network === undefined ? undefined : prefixOf(network, Number(length));
}

const words = scriptArgs.slice(1);
const told = settle(words[0] === 'count' ? state.count() : state.wanted(words.map(wishOf)));
for (const output of told) {
  if (output.kind === 'counted') print(output.notAdmitted.packets);
  if (output.kind === 'failed') std.err.puts(`${output.wish.kind}: ${output.reason}\n`);
}
std.out.flush();
std.exit(told.some(({ kind }) => kind === 'failed') ? 1 : 0);

// New bindings as the daemon makes them when registrations come in: `bindings.js WHAT COUNT BURST INTERFACE` prints how many
// a second, and its resident memory in KiB afterwards. It makes BURST of them before it reads what the kernel answered, as
// the daemon does with as many registrations as wait on its socket.
//
//   bindings   a route into the ipip tunnel and a proxy neighbour
//   admitted   the same, and the element that admits the mobile node's packets
//   visitors   for kernels without tunnels: a neighbour and a route to the link

import * as os from 'os';
import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { type KernelOutput, KernelState } from '../../src/clients/kernel-state.ts';
import type { KernelProtocol } from '../../src/clients/kernel-survey.ts';
import type { Wish } from '../../src/clients/kernel-wishes.ts';
import type { Ipv4Address, MacAddress } from '../../src/octets/address.ts';
import { quickJsHost } from '../../src/runtime/quickjs/quickjs-host.ts';
import { NETLINK_NETFILTER, NETLINK_RECEIVE_LENGTH, NETLINK_ROUTE } from '../../src/wire/netlink.ts';

const HOME_AGENT = 0x0aff0102 as Ipv4Address;
const CARE_OF_ADDRESS = 0x0aff0202 as Ipv4Address;
const FIRST_HOME_ADDRESS = 0x0a010000;
const FIRST_MAC = 0x020000000000;

const [, what = '', count = '', burst = '', interfaceName = ''] = scriptArgs;
const interfaceIndex = ffi.interfaceIndex(interfaceName);
const sockets: Readonly<Record<KernelProtocol, number>> = {
  route: ffi.netlinkOpen(NETLINK_ROUTE, []),
  netfilter: ffi.netlinkOpen(NETLINK_NETFILTER, []),
};
const buffer = new Uint8Array(NETLINK_RECEIVE_LENGTH);
const state = new KernelState(quickJsHost().conventions);
let established = 0;

function wish(index: number): Wish {
  const homeAddress = (FIRST_HOME_ADDRESS + index) as Ipv4Address;
  if (what === 'visitors') {
    return { kind: 'visitorRoute', homeAddress, interfaceIndex, mac: (FIRST_MAC + index) as MacAddress };
  }
  const tunnel = { homeAgent: HOME_AGENT, careOfAddress: CARE_OF_ADDRESS, encapsulation: 'ipip' } as const;
  return { kind: 'binding', homeAddress, ...tunnel, interfaceIndex, reverseTunneling: what === 'admitted' };
}

function perform(outputs: readonly KernelOutput[]): void {
  for (const output of outputs) {
    if (output.kind === 'send') ffi.send(sockets[output.protocol], output.octets);
    else if (output.kind === 'established') established += 1;
    else if (output.kind === 'failed') throw new Error(output.reason);
  }
}

function receive(): void {
  do {
    for (const protocol of ['route', 'netfilter'] as const) {
      for (;;) {
        const length = ffi.receive(sockets[protocol], buffer);
        if (length === undefined) break;
        perform(state.received(protocol, buffer.slice(0, length)));
      }
    }
  } while (!state.isIdle);
}

function residentKib(): string {
  const file = std.open('/proc/self/status', 'r');
  const text = file?.readAsString() ?? '';
  file?.close();
  return /VmRSS:\s+(\d+)/.exec(text)?.[1] ?? '?';
}

if (what !== 'visitors') perform(state.wanted([{ kind: 'tunnelDevice', encapsulation: 'ipip' }]));
if (what === 'admitted') perform(state.wanted([{ kind: 'tunnelAdmission' }]));
receive();
established = 0;
const all = Number(count);
const startMs = os.now();
for (let index = 0; index < all; ) {
  const end = Math.min(all, index + Number(burst));
  while (index < end) perform(state.wanted([wish(index++)]));
  receive();
}
const seconds = (os.now() - startMs) / 1000;
if (established !== all) throw new Error(`${established} wishes were fulfilled`);
print(Math.round(all / seconds), residentKib());

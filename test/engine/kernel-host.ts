// What the tests of the kernel state share: a state with sockets of its own, what iproute2 and nft say, and wishes.

import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import type { KernelOutput } from '../../src/clients/kernel-state.ts';
import { KernelState } from '../../src/clients/kernel-state.ts';
import type { KernelProtocol } from '../../src/clients/kernel-survey.ts';
import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { type Ipv4Address, type MacAddress, parseIpv4, parseMac, prefixOf } from '../../src/octets/address.ts';
import { NETLINK_NETFILTER, NETLINK_RECEIVE_LENGTH, NETLINK_ROUTE } from '../../src/wire/netlink.ts';
import { holds, same } from './harness.ts';

declare module 'std' {
  export function popen(command: string, mode: string): File | null;
}

export const CONVENTIONS = {
  littleEndian: new Uint8Array(new Uint16Array([1]).buffer)[0] === 1,
  errnoNumbers: 'generic',
} as const;

export const HOME_ADDRESS = address('10.1.0.77');
export const HOME_AGENT = address('10.255.1.2');
export const CARE_OF_ADDRESS = address('10.255.2.2');
export const STATION = mac('02:00:00:00:00:77');
export const AGENT_MAC = mac('02:00:00:00:00:01');
export const HOME_AGENT_TABLE = '184484098';

export type Host = {
  readonly state: KernelState;
  readonly sockets: Readonly<Record<KernelProtocol, number>>;
};

export function address(text: string): Ipv4Address {
  return parseIpv4(text) ?? (0 as Ipv4Address);
}

export function mac(text: string): MacAddress {
  return parseMac(text) ?? (0 as MacAddress);
}

/** What a command prints; its standard error too. */
export function shell(command: string): string {
  const pipe = std.popen(`{ ${command}; } 2>&1`, 'r');
  const output = pipe?.readAsString() ?? '';
  pipe?.close();
  return output;
}

/** What `ip -j` prints, with only these fields of each row. */
export function ip(command: string, fields: readonly string[]): unknown[] {
  const output = shell(`ip -j -d ${command}`).trim();
  const rows = JSON.parse(output === '' ? '[]' : output) as Record<string, unknown>[];
  return rows.map((row) => fields.map((field) => row[field]));
}

export function routes(table: string): unknown[] {
  return ip(`route show table ${table} proto 43`, ['dst', 'dev', 'scope', 'metric']);
}

/** As text: in JSON the `dst` of the outer header hides that of the route. */
export function encapsulatingRoutes(which: string): string {
  return shell(`ip route show ${which} proto 43`).replace(/\s+/g, ' ').trim();
}

export function bridgeTable(): string {
  return shell('nft list table bridge pmip').replace(/packets \d+ bytes \d+/g, 'packets N bytes N');
}

export function elements(set: string): string {
  const output = shell(`nft list set bridge pmip ${set} || nft list map bridge pmip ${set}`);
  return /elements = \{([^}]*)\}/.exec(output)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
}

export function openHost(): Host {
  return {
    state: new KernelState(CONVENTIONS),
    sockets: {
      route: ffi.netlinkOpen(NETLINK_ROUTE, []),
      netfilter: ffi.netlinkOpen(NETLINK_NETFILTER, []),
    },
  };
}

export function close(host: Host): void {
  ffi.close(host.sockets.route);
  ffi.close(host.sockets.netfilter);
}

/** Does the sends, hands in the answers, and gives all that was told, until nothing is outstanding. */
export function settle(host: Host, first: readonly KernelOutput[]): KernelOutput[] {
  const told: KernelOutput[] = [];
  let outputs = first;
  while (outputs.length > 0) {
    const next: KernelOutput[] = [];
    for (const output of outputs) {
      if (output.kind === 'send') next.push(...exchange(host, output.protocol, output.octets));
      else told.push(output);
    }
    outputs = next;
  }
  holds(host.state.isIdle, 'everything is answered');
  return told;
}

/** Netlink answers within the send; a dump goes on while it is read. */
export function exchange(host: Host, protocol: KernelProtocol, octets: Uint8Array): KernelOutput[] {
  const socket = host.sockets[protocol];
  const buffer = new Uint8Array(NETLINK_RECEIVE_LENGTH);
  const outputs: KernelOutput[] = [];
  same(ffi.send(socket, octets), octets.length);
  for (;;) {
    const length = ffi.receive(socket, buffer);
    if (length === undefined) return outputs;
    outputs.push(...host.state.received(protocol, buffer.slice(0, length)));
  }
}

/** Runs the body with a host whose state is removed afterwards. */
export function withHost(body: (host: Host) => void): () => void {
  return () => {
    const host = openHost();
    try {
      body(host);
    } finally {
      settle(host, host.state.removeAll());
      close(host);
    }
  };
}

export function kinds(told: readonly KernelOutput[]): string[] {
  return told.map((output) => (output.kind === 'established' ? `established ${wishKey(output.wish)}` : output.kind));
}

export const bridgeIndex = (() => {
  shell('ip link add name br-lan type bridge && ip link set br-lan up && ip address add 10.2.0.1/24 dev br-lan');
  return ffi.interfaceIndex('br-lan');
})();
export const hasTunnels = shell('ip link add name probe type ipip external && ip link del probe') === '';

export const visitorRoute = (station: MacAddress, interfaceIndex = bridgeIndex): Wish => ({
  kind: 'visitorRoute',
  homeAddress: HOME_ADDRESS,
  interfaceIndex,
  mac: station,
});
export const interception = (agentMac: MacAddress, local: boolean, homeAddress = HOME_ADDRESS): Wish => ({
  kind: 'interception',
  mac: STATION,
  homeAddress,
  agentMac,
  local,
});
export const reverseRule = (homeAgent: Ipv4Address): Wish => ({
  kind: 'reverseRule',
  source: prefixOf(HOME_ADDRESS, 24),
  inputInterface: 'br-lan',
  homeAgent,
  priority: 434,
});
export const binding = (careOfAddress: Ipv4Address): Wish => ({
  kind: 'binding',
  homeAddress: HOME_ADDRESS,
  careOfAddress,
  homeAgent: HOME_AGENT,
  encapsulation: 'ipip',
  interfaceIndex: bridgeIndex,
  reverseTunneling: false,
});

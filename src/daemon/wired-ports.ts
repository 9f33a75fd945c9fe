// The ports of our bridges that are no BSS: which of them take part (`list port`), and which names in that list are of no
// port. Before hostapd has told of its BSSs their interfaces count as wired, for a moment.

import type { Bss } from '../clients/hostapd-client.ts';
import type { Network } from '../clients/network.ts';
import type { Config } from '../config/config.ts';

export type WiredPort = {
  readonly bridge: string;
  readonly name: string;
  /** Undefined: the bridge has no port of this name. */
  readonly interfaceIndex: number | undefined;
  readonly takesPart: boolean;
};

export function wiredPorts(
  { bridges }: Pick<Config, 'bridges'>,
  network: Pick<Network, 'portsOf'>,
  bsses: readonly Pick<Bss, 'interfaceName'>[],
): WiredPort[] {
  return bridges.flatMap(({ device: bridge, ports }) => {
    const wired = network
      .portsOf(bridge)
      .filter(({ name }) => !bsses.some(({ interfaceName }) => interfaceName === name));
    const missing = ports.filter((name) => !wired.some((port) => port.name === name));
    return [
      ...wired.map((port) => ({ bridge, ...port, takesPart: ports.length === 0 || ports.includes(port.name) })),
      ...missing.map((name) => ({ bridge, name, interfaceIndex: undefined, takesPart: false })),
    ];
  });
}

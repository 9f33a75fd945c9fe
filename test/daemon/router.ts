// A router as its kernel tells of it, and what its roles are to do by a configuration.

import { Network } from '../../src/clients/network.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Learned, NOTHING_LEARNED } from '../../src/daemon/map-inputs.ts';
import { type RoleConfigurations, roleConfigurations } from '../../src/daemon/role-configurations.ts';
import type { Ipv4Address } from '../../src/octets/address.ts';
import type { Link } from '../../src/wire/rtnetlink-link.ts';
import { ip, mac } from '../addresses.ts';

export const BRIDGE_MAC = mac('02:00:00:00:01:01');
export const BRIDGE_INDEX = 4;

const REST = { isUp: true, flags: 1, mtuOctets: 1500, master: undefined, kind: undefined };

/** br-lan with 10.1.0.1/24 and its ports, wan with 10.255.1.2/24. */
export function routerNetwork(): Network {
  const network = new Network();
  const links: Link[] = [
    { ...REST, index: 1, name: 'lo', mac: undefined },
    { ...REST, index: 3, name: 'wan', mac: mac('02:00:00:00:01:11') },
    { ...REST, index: BRIDGE_INDEX, name: 'br-lan', kind: 'bridge', mac: BRIDGE_MAC },
    { ...REST, index: 5, name: 'eth0', mac: mac('02:00:00:00:01:05'), master: BRIDGE_INDEX },
    { ...REST, index: 10, name: 'phy0-ap0', mac: mac('02:00:00:00:01:0a'), master: BRIDGE_INDEX },
  ];
  for (const link of links) network.apply({ kind: 'link', removed: false, link });
  addAddress(network, 1, '127.0.0.1', 8);
  addAddress(network, 3, '10.255.1.2', 24);
  addAddress(network, BRIDGE_INDEX, '10.1.0.1', 24);
  return network;
}

export function addAddress(network: Network, interfaceIndex: number, address: string, prefixLength: number): void {
  const rest = { broadcast: undefined, label: undefined, isSecondary: false };
  const added = { interfaceIndex, address: ip(address), prefixLength, ...rest };
  network.apply({ kind: 'address', removed: false, address: added });
}

export function configured(
  configuration: string,
  surroundings: {
    readonly network?: Network;
    readonly sources?: ReadonlyMap<Ipv4Address, Ipv4Address>;
    readonly isGreServed?: boolean;
    readonly isCutOff?: boolean;
    readonly learned?: Learned;
  } = {},
): RoleConfigurations {
  return roleConfigurations(readConfig(configuration).config, {
    network: surroundings.network ?? routerNetwork(),
    sources: surroundings.sources ?? new Map([[ip('10.2.0.1'), ip('10.255.1.2')]]),
    isGreServed: surroundings.isGreServed ?? true,
    isCutOff: surroundings.isCutOff ?? false,
    learned: surroundings.learned ?? NOTHING_LEARNED,
  });
}

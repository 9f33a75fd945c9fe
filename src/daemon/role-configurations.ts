// From the configuration file and what the kernel tells, what each role is to do: a pure function, run again whenever one
// of the two changes.

import type { Network } from '../clients/network.ts';
import type { Config } from '../config/config.ts';
import type { Ipv4Address } from '../octets/address.ts';
import type { AccessPointConfiguration, BridgeService } from '../roles/access-point/configuration.ts';
import type { ForeignAgentConfiguration } from '../roles/foreign-agent/foreign-agent.ts';
import type { HomeAgentConfiguration, HomeNetwork } from '../roles/home-agent/home-agent.ts';
import { SecurityAssociations } from '../roles/security-associations.ts';
import { SubnetMap } from '../roles/subnet-map.ts';

export type RoleConfigurations = {
  readonly accessPoint: AccessPointConfiguration;
  readonly foreignAgent: ForeignAgentConfiguration;
  readonly homeAgent: HomeAgentConfiguration;
  /** What of the configuration cannot be served now, in plain words. */
  readonly faults: readonly string[];
};

/** Far above what a router's radios carry; each row takes about 0.5 KiB. */
const MOST_STATIONS = 1000;
const MOST_VISITORS = 1000;
const MOST_BINDINGS = 50_000;
/** What other boxes may ask of our agents: ten hours, as on IOS. */
const LONGEST_LIFETIME_SECONDS = 36_000;

const FAULT_TEXT = {
  noSuchDevice: 'there is no such device: create it, or name another one',
  notABridge: 'it is no bridge: name the bridge device of the network, br-lan for instance',
  noAddress: 'it has no IPv4 address with a subnet: give the interface a static address',
} as const;

/** `sources`: our address on the way to each home agent. */
export function roleConfigurations(
  config: Config,
  network: Network,
  sources: ReadonlyMap<Ipv4Address, Ipv4Address>,
): RoleConfigurations {
  const bridges = new Map<string, BridgeService>();
  const homeNetworks: HomeNetwork[] = [];
  const faults: string[] = [];
  for (const section of config.main.isEnabled ? config.bridges : []) {
    if (!section.isEnabled) continue;
    const bridge = network.bridge(section.device);
    if (typeof bridge === 'string') {
      faults.push(`bridge '${section.name}', device '${section.device}' is not served: ${FAULT_TEXT[bridge]}`);
      continue;
    }
    const { mac, address, interfaceIndex, prefix } = bridge;
    if (section.isHomeAgent) homeNetworks.push({ prefix, interfaceIndex, mac });
    if (config.main.isPaused) continue;
    bridges.set(section.device, {
      interfaceIndex,
      mac,
      address,
      prefix,
      foreignAgent: section.isForeignAgent ? { mac, address, isLocal: true } : undefined,
      homeAgent: section.isHomeAgent ? { mac, address } : undefined,
      careOfAddress: section.careOfAddress,
    });
  }
  const associations = new SecurityAssociations(config.secureNodes);
  const ownAddresses = network.ownAddresses();
  const { lifetimeSeconds, reverseTunnel } = config.main;
  return {
    accessPoint: {
      bridges,
      associations,
      subnetMap: new SubnetMap(config.subnets),
      careOfAddresses: sources,
      lifetimeSeconds,
      reverseTunneling: reverseTunnel !== '0',
      mostStations: MOST_STATIONS,
    },
    foreignAgent: {
      careOfAddresses: config.bridges.some(({ isForeignAgent }) => isForeignAgent) ? ownAddresses : [],
      ownAddresses,
      longestLifetimeSeconds: LONGEST_LIFETIME_SECONDS,
      mostVisitors: MOST_VISITORS,
    },
    homeAgent: {
      addresses: ownAddresses,
      homeNetworks,
      associations,
      longestLifetimeSeconds: LONGEST_LIFETIME_SECONDS,
      mostBindings: MOST_BINDINGS,
    },
    faults,
  };
}

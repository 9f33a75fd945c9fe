// From the configuration file and what the kernel tells, what each role is to do: a pure function, run again whenever one
// of the two changes.

import { TUNNEL_LINKS } from '../clients/kernel-wishes.ts';
import type { Network, NetworkLink } from '../clients/network.ts';
import type { Bridge, Config } from '../config/config.ts';
import type { Ipv4Address } from '../octets/address.ts';
import type { AccessPointConfiguration, BridgeService } from '../roles/access-point/configuration.ts';
import type { AdvertisedLink } from '../roles/agent-advertising.ts';
import type { ForeignAgentConfiguration } from '../roles/foreign-agent/configuration.ts';
import type { HomeAgentConfiguration } from '../roles/home-agent/configuration.ts';
import { AgentAssociations, type FetchedAssociations, SecurityAssociations } from '../roles/security-associations.ts';
import { SubnetMap } from '../roles/subnet-map.ts';
import type { ArrivalLink } from './inbound.ts';
import { type Learned, type MapInputs, mergedRows } from './map-inputs.ts';

export type RoleConfigurations = {
  readonly accessPoint: AccessPointConfiguration;
  readonly foreignAgent: ForeignAgentConfiguration;
  readonly homeAgent: HomeAgentConfiguration;
  readonly advertisedLinks: readonly AdvertisedLink[];
  /** The links on which an agent of this box serves mobile nodes, by their interface. */
  readonly agentLinks: ReadonlyMap<string, AgentLink>;
  /** Our tunnel devices, as far as they exist. */
  readonly tunnelIndexes: readonly number[];
  /** Of the subnet map exchange; undefined: there is none. */
  readonly map: MapInputs | undefined;
  /** What of the configuration cannot be served now, in plain words. */
  readonly faults: readonly string[];
};

export type AgentLink = ArrivalLink & Pick<NetworkLink, 'mac'>;

export type Surroundings = {
  readonly network: Network;
  /** Our address on the way to each home agent. */
  readonly sources: ReadonlyMap<Ipv4Address, Ipv4Address>;
  /** No route leads to any home agent. */
  readonly isCutOff: boolean;
  readonly learned: Learned;
  /** Whether the kernel has gre tunnels. */
  readonly isGreServed: boolean;
  /** Keys that are not in the configuration. */
  readonly fetched?: FetchedAssociations;
};

/** Far above what a router's radios carry; each row takes about 0.5 KiB. */
const MOST_STATIONS = 1000;
const MOST_VISITORS = 1000;
const MOST_BINDINGS = 50_000;
const MOST_AGENTS_ON_A_LINK = 16;
/** What other boxes may ask of our agents: ten hours, as on IOS. */
const LONGEST_LIFETIME_SECONDS = 36_000;

const REVERSE_TUNNELING = { '0': 'never', '1': 'always', auto: 'whereOffered' } as const;

export const FAULT_TEXT = {
  noSuchDevice: 'there is no such device: create it, or name another one',
  noEthernet: 'it is no Ethernet link: name the bridge of the network, br-lan for instance',
  noAddress: 'it has no IPv4 address with a subnet: give the interface a static address',
} as const;

type Link = { readonly section: Bridge; readonly link: NetworkLink };

export function roleConfigurations(config: Config, surroundings: Surroundings): RoleConfigurations {
  const { network, isGreServed, fetched } = surroundings;
  const { links, faults } = servedLinks(config, network);
  const ownAddresses = network.ownAddresses();
  const agentAssociations = new AgentAssociations(config.secureAgents);
  const associations = new SecurityAssociations(config.secureNodes, fetched);
  const homeLinks = links.filter(({ section }) => section.isHomeAgent);
  const visitedLinks = links.filter(({ section }) => section.isForeignAgent);
  const homeAgent = {
    addresses: ownAddresses,
    homeNetworks: homeLinks.map(({ link }) => link),
    associations,
    longestLifetimeSeconds: LONGEST_LIFETIME_SECONDS,
    mostBindings: MOST_BINDINGS,
    agentAssociations,
    isGreServed,
    areSimultaneousBindingsServed: config.main.areSimultaneousBindingsServed,
  };
  return {
    accessPoint: {
      ...accessPointConfiguration(config, surroundings, links, associations),
      agentAssociations,
    },
    foreignAgent: {
      careOfAddresses: visitedLinks.length === 0 ? [] : ownAddresses,
      ownAddresses,
      links: new Map(visitedLinks.map(({ link }) => [link.device, link])),
      longestLifetimeSeconds: LONGEST_LIFETIME_SECONDS,
      mostVisitors: MOST_VISITORS,
      isGreServed,
      agentAssociations,
    },
    homeAgent,
    advertisedLinks: links.map((each) => advertisedLink(each, surroundings)),
    agentLinks: agentLinks(links, homeAgent),
    tunnelIndexes: Object.values(TUNNEL_LINKS).flatMap(({ name }) => network.interfaceIndex(name) ?? []),
    map: { config, network, sources: surroundings.sources },
    faults: [...faults, ...mapFaults(config)],
  };
}

/** What of the subnet map exchange cannot be as it is written. */
function mapFaults({ main: { authoritativeAccessPoints, subnetMapKey } }: Config): string[] {
  const isKeyMissing = authoritativeAccessPoints.length > 0 && subnetMapKey === undefined;
  return isKeyMissing ? ["'list aap' is not used: write the secret of all in 'option aap_key'"] : [];
}

function servedLinks(config: Config, network: Network): { links: Link[]; faults: string[] } {
  const links: Link[] = [];
  const faults: string[] = [];
  for (const section of config.main.isEnabled ? config.bridges : []) {
    if (!section.isEnabled) continue;
    const link = network.link(section.device);
    if (typeof link === 'string') {
      faults.push(`bridge '${section.name}', device '${section.device}' is not served: ${FAULT_TEXT[link]}`);
    } else {
      links.push({ section, link });
      faults.push(...portFaults(section, network));
    }
  }
  return { links, faults };
}

function portFaults({ name, device, ports }: Bridge, network: Network): string[] {
  const present = network.portsOf(device).map((port) => port.name);
  const missing = ports.filter((port) => !present.includes(port));
  return missing.map((port) => `bridge '${name}', 'list port ${port}': ${device} has no such port`);
}

function accessPointConfiguration(
  config: Config,
  { sources, isCutOff, learned }: Surroundings,
  links: readonly Link[],
  associations: SecurityAssociations,
): AccessPointConfiguration {
  const { lifetimeSeconds, reverseTunnel, tunnel, isPaused } = config.main;
  const bridges = new Map<string, BridgeService>();
  for (const { section, link } of isPaused ? [] : links) {
    // Who only bridges, and has no gateway, reaches nobody beyond its link.
    const hasGateway = section.isForeignAgent || !isCutOff;
    if (link.isBridge && hasGateway) bridges.set(link.device, bridgeService(section, link));
  }
  return {
    bridges,
    associations,
    subnetMap: new SubnetMap(mergedRows(config.subnets, learned.rows)),
    careOfAddresses: sources,
    lifetimeSeconds,
    encapsulation: tunnel,
    reverseTunneling: REVERSE_TUNNELING[reverseTunnel],
    dhcp: config.main.dhcp,
    mostStations: MOST_STATIONS,
    mostAgents: MOST_AGENTS_ON_A_LINK,
  };
}

function bridgeService(section: Bridge, { interfaceIndex, mac, address, prefix }: NetworkLink): BridgeService {
  return {
    interfaceIndex,
    mac,
    address,
    prefix,
    foreignAgent: section.isForeignAgent ? { mac, address, isLocal: true } : undefined,
    homeAgent: section.isHomeAgent ? { mac, address } : undefined,
    careOfAddress: section.careOfAddress,
  };
}

function advertisedLink({ section, link }: Link, { sources, isGreServed }: Surroundings): AdvertisedLink {
  const [source] = sources.values();
  const careOfAddress = section.careOfAddress ?? source ?? link.address;
  return {
    interfaceName: link.device,
    address: link.address,
    prefixLength: link.prefix.length,
    intervalSeconds: section.advertiseIntervalSeconds,
    isHomeAgent: section.isHomeAgent,
    foreignAgent: section.isForeignAgent
      ? { careOfAddresses: [careOfAddress], isRegistrationRequired: false, isReverseTunnelServed: true }
      : undefined,
    longestLifetimeSeconds: LONGEST_LIFETIME_SECONDS,
    isGreServed,
    isRevocationServed: true,
    // Hosts that know ICMP router discovery have their default router from DHCP; this is for mobile nodes.
    isDefaultRouter: false,
    routesCommonTraffic: true,
  };
}

function agentLinks(links: readonly Link[], homeAgent: HomeAgentConfiguration): Map<string, AgentLink> {
  const agents = links.filter(({ section }) => section.isHomeAgent || section.isForeignAgent);
  return new Map(
    agents.map(({ link }) => {
      const { device: interfaceName, interfaceIndex, mac } = link;
      return [interfaceName, { interfaceName, interfaceIndex, mac, homeAgent }];
    }),
  );
}

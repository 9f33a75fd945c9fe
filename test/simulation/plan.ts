// Who there is in a simulated campus: sites, each with a home network and a router that is its home and foreign agent; the
// boxes that carry radios; stations. What the roles of each box are told follows from it.

import type { AgentLink, RoleConfigurations } from '../../src/daemon/role-configurations.ts';
import { type Ipv4Address, type MacAddress, type Prefix, prefixOf } from '../../src/octets/address.ts';
import type { BridgeService } from '../../src/roles/access-point/configuration.ts';
import { AgentAssociations, SecurityAssociations } from '../../src/roles/security-associations.ts';
import { SubnetMap } from '../../src/roles/subnet-map.ts';
import type { ReplayProtectionStyle } from '../../src/wire/authentication.ts';

/** The router plays all roles; with a radio of its own it is an access point too, as usual on OpenWrt. */
export type SitePlan = {
  readonly hasRouterRadio: boolean;
  /** Access points that only bridge, on the router's link. */
  readonly accessPoints: number;
};

export type Plan = {
  readonly sites: readonly SitePlan[];
  readonly stations: number;
  readonly lifetimeSeconds: number;
  readonly encapsulation: 'ipip' | 'gre';
  readonly reverseTunneling: 'never' | 'whereOffered' | 'always';
  /** Whether the agents share keys, and so tell each other of bindings that ended. */
  readonly isRevocationServed: boolean;
  readonly replayProtection?: ReplayProtectionStyle;
  readonly advertisementIntervalSeconds: number;
};

export const BRIDGE = 'br-lan';
export const BRIDGE_INDEX = 4;
export const RADIOS = ['phy0-ap0', 'phy1-ap0'] as const;

const FIRST_NETWORK = 0x0a000000;
const FIRST_BACKBONE_ADDRESS = 0xac100000;
const FIRST_ROUTER_MAC = 0x020000000000;
const FIRST_STATION_MAC = 0x060000000000;
/** Stations of a site have the addresses from here on. */
const FIRST_STATION_HOST = 100;

export type Site = {
  readonly number: number;
  readonly network: Prefix;
  readonly routerAddress: Ipv4Address;
  readonly backboneAddress: Ipv4Address;
  readonly routerMac: MacAddress;
};

/** Sites are numbered from 1: site 7 is 10.0.7.0/24. */
export function siteOf(number: number): Site {
  return {
    number,
    network: prefixOf((FIRST_NETWORK + number * 256) as Ipv4Address, 24),
    routerAddress: (FIRST_NETWORK + number * 256 + 1) as Ipv4Address,
    backboneAddress: (FIRST_BACKBONE_ADDRESS + number) as Ipv4Address,
    routerMac: (FIRST_ROUTER_MAC + number * 256 + 1) as MacAddress,
  };
}

export type BoxPlan = {
  readonly name: string;
  readonly site: Site;
  /** 0 is the router. */
  readonly position: number;
  readonly hasRadio: boolean;
};

export function boxesOf(plan: Plan): BoxPlan[] {
  return plan.sites.flatMap(({ hasRouterRadio, accessPoints }, index) => {
    const site = siteOf(index + 1);
    const router = `${hasRouterRadio ? 'ap' : 'router'}${site.number}`;
    const boxes: BoxPlan[] = [{ name: router, site, position: 0, hasRadio: hasRouterRadio }];
    for (let position = 1; position <= accessPoints; position++) {
      const letter = String.fromCharCode('a'.charCodeAt(0) + position - 1);
      boxes.push({ name: `ap${site.number}${letter}`, site, position, hasRadio: true });
    }
    return boxes;
  });
}

/** Stations are numbered from 0, and shared out among the sites. */
export function stationAddress(number: number, sites: number): { home: Site; address: Ipv4Address; mac: MacAddress } {
  const home = siteOf((number % sites) + 1);
  const address = (home.network.network + FIRST_STATION_HOST + Math.floor(number / sites)) as Ipv4Address;
  return { home, address, mac: (FIRST_STATION_MAC + number) as MacAddress };
}

export function boxMac({ site, position }: BoxPlan): MacAddress {
  return (site.routerMac + position) as MacAddress;
}

/** The same for all boxes: a thousand of them need not have a thousand maps. */
export type SharedConfiguration = {
  readonly plan: Plan;
  readonly subnetMap: SubnetMap;
  readonly associations: SecurityAssociations;
  readonly agentAssociations: AgentAssociations;
};

const KEY = Uint8Array.from({ length: 16 }, (_, index) => 0x11 * index);
const AGENT_KEY = Uint8Array.from({ length: 16 }, (_, index) => 0xff - 0x11 * index);
const EVERYBODY = { start: 0 as Ipv4Address, end: 0xffffffff as Ipv4Address };

export function sharedConfiguration(plan: Plan): SharedConfiguration {
  const sites = plan.sites.map((_, index) => siteOf(index + 1));
  const rows = sites.map(({ network, routerAddress, routerMac }) => {
    return { network, homeAgent: routerAddress, gatewayMac: routerMac };
  });
  const agents = { kind: 'foreign-home', spi: 0x200, key: AGENT_KEY, algorithm: 'hmac-sha256', ...EVERYBODY } as const;
  const { replayProtection = 'timestamp' } = plan;
  const nodes = { spi: 0x100, key: KEY, algorithm: 'hmac-sha256', replayProtection, ...EVERYBODY } as const;
  return {
    plan,
    subnetMap: new SubnetMap(rows),
    associations: new SecurityAssociations([nodes]),
    agentAssociations: new AgentAssociations(plan.isRevocationServed ? [agents] : []),
  };
}

/** What the daemon would tell the roles of this box. */
export function configurationOf(box: BoxPlan, shared: SharedConfiguration): RoleConfigurations {
  const { plan, associations, agentAssociations } = shared;
  const { site } = box;
  const isRouter = box.position === 0;
  const addresses = isRouter
    ? [site.routerAddress, site.backboneAddress]
    : [(site.routerAddress + box.position) as Ipv4Address];
  const isGreServed = true;
  const link = { interfaceIndex: BRIDGE_INDEX, mac: boxMac(box), prefix: site.network };
  const homeAgent = {
    addresses,
    homeNetworks: isRouter ? [link] : [],
    ...{ associations, agentAssociations, isGreServed },
    longestLifetimeSeconds: 36_000,
    mostBindings: 50_000,
  };
  const agentLink: AgentLink = { ...link, interfaceName: BRIDGE, homeAgent };
  return {
    accessPoint: accessPointConfiguration(box, shared),
    foreignAgent: {
      careOfAddresses: isRouter ? addresses : [],
      ownAddresses: addresses,
      links: new Map(isRouter ? [[BRIDGE, { ...link, address: site.routerAddress }]] : []),
      longestLifetimeSeconds: 36_000,
      mostVisitors: 1000,
      ...{ isGreServed, agentAssociations },
    },
    homeAgent,
    advertisedLinks: isRouter ? [advertisedLink(site, plan)] : [],
    agentLinks: new Map(isRouter ? [[BRIDGE, agentLink]] : []),
    tunnelIndexes: [],
    map: undefined,
    faults: [],
  };
}

function accessPointConfiguration(
  box: BoxPlan,
  { plan, subnetMap, associations }: SharedConfiguration,
): RoleConfigurations['accessPoint'] {
  const { site, position } = box;
  const agent = { mac: site.routerMac, address: site.routerAddress };
  const isRouter = position === 0;
  const service: BridgeService = {
    interfaceIndex: BRIDGE_INDEX,
    mac: boxMac(box),
    address: (site.routerAddress + position) as Ipv4Address,
    prefix: site.network,
    foreignAgent: isRouter ? { ...agent, isLocal: true } : undefined,
    homeAgent: isRouter ? agent : undefined,
    careOfAddress: site.backboneAddress,
  };
  return {
    bridges: new Map(box.hasRadio ? [[BRIDGE, service]] : []),
    ...{ associations, subnetMap, careOfAddresses: new Map() },
    lifetimeSeconds: plan.lifetimeSeconds,
    encapsulation: plan.encapsulation,
    reverseTunneling: plan.reverseTunneling,
    dhcp: 'keep',
    mostStations: 1000,
    mostAgents: 16,
  };
}

function advertisedLink(site: Site, plan: Plan): RoleConfigurations['advertisedLinks'][number] {
  return {
    interfaceName: BRIDGE,
    address: site.routerAddress,
    prefixLength: site.network.length,
    intervalSeconds: plan.advertisementIntervalSeconds,
    isHomeAgent: true,
    foreignAgent: {
      careOfAddresses: [site.backboneAddress],
      isRegistrationRequired: false,
      isReverseTunnelServed: true,
    },
    longestLifetimeSeconds: 36_000,
    isGreServed: true,
    isRevocationServed: plan.isRevocationServed,
    isDefaultRouter: false,
    routesCommonTraffic: true,
  };
}

// What the roles wish the kernel to have, and the pieces of kernel state that each wish is made of. Wishes share pieces
// (two mobile nodes one tunnel device): a piece is made for the first wish and removed after the last.

import type { Ipv4Address, MacAddress, Prefix } from '../octets/address.ts';
import type { TunnelEncapsulation, TunnelLink } from '../wire/rtnetlink-link.ts';
import {
  type OuterHeader,
  PMIP_PROTOCOL,
  type Route,
  RT_SCOPE_LINK,
  RT_TABLE_MAIN,
  RTN_UNICAST,
} from '../wire/rtnetlink-route.ts';
import {
  chainItem,
  elementItem,
  type KernelItem,
  linkItem,
  neighbourItem,
  proxyNeighbourItem,
  routeItem,
  ruleItem,
  tableItem,
} from './kernel-items.ts';
import {
  addressKey,
  interfaceNameKey,
  macAndAddressKey,
  macAndPlaceKey,
  macKey,
  type PmipSet,
  placeKey,
  tunnelEndKey,
} from './pmip-sets.ts';

/** As the usual tunnels of Linux and of routers. */
const OUTER_TIME_TO_LIVE = 64;
/** A mobile node that visits its own home agent is reached on the link, not through a tunnel to ourselves. */
const VISITOR_ROUTE_PRIORITY = 433;
const HOME_ROUTE_PRIORITY = 434;

/** 1500 octets less the outer IPv4 header, and for gre less its header of 4. */
export const TUNNEL_LINKS: Readonly<Record<TunnelEncapsulation, TunnelLink>> = {
  ipip: { name: 'pmip0', encapsulation: 'ipip', mtuOctets: 1480 },
  gre: { name: 'pmip1', encapsulation: 'gre', mtuOctets: 1476 },
};

/** No home agent has this number as its address: 0.0.1.178. */
const COPIES_TABLE = 434;
/** As those of reverse tunnels: before the main table's, behind the local one. */
const COPIES_RULE_PRIORITY = 434;
const ANYWHERE: Prefix = { network: 0 as Ipv4Address, length: 0 };

type Tunnel = {
  readonly homeAgent: Ipv4Address;
  readonly careOfAddress: Ipv4Address;
  readonly encapsulation: TunnelEncapsulation;
};

export type Wish =
  | { readonly kind: 'tunnelDevice'; readonly encapsulation: TunnelEncapsulation }
  /**
   * Home agent: the mobile node is behind the care-of address, and ARP for it is answered on its home link. One wish for all
   * of it, for there are thousands.
   */
  | ({
      readonly kind: 'binding';
      readonly homeAddress: Ipv4Address;
      /** Of the home link. */
      readonly interfaceIndex: number;
      /** Its packets may come by a tunnel from the care-of address (RFC 3024 §4.4). */
      readonly reverseTunneling: boolean;
      /** What this box itself says to the mobile node comes from this address; else the kernel takes any. */
      readonly source?: Ipv4Address | undefined;
    } & Tunnel)
  /** Home agent: the mobile node is behind this care-of address too (RFC 5944 §3.8.2.2). */
  | ({ readonly kind: 'homeCopy'; readonly homeAddress: Ipv4Address; readonly reverseTunneling: boolean } & Tunnel)
  /** Foreign agent: the mobile node is on this link. */
  | {
      readonly kind: 'visitorRoute';
      readonly homeAddress: Ipv4Address;
      readonly interfaceIndex: number;
      readonly mac: MacAddress;
    }
  /** Foreign agent: a table of the home agent leads into its tunnel; for each encapsulation there is one. */
  | ({ readonly kind: 'reverseTunnel' } & Tunnel)
  /** Foreign agent: what comes from the home network by this interface looks into the home agent's table. */
  | {
      readonly kind: 'reverseRule';
      readonly source: Prefix;
      readonly inputInterface: string;
      readonly homeAgent: Ipv4Address;
      /** 'ipip' unless told. */
      readonly encapsulation?: TunnelEncapsulation;
      readonly priority: number;
    }
  /** Foreign agent: what comes from there by this interface goes its usual way, whatever another rule says. */
  | { readonly kind: 'directRule'; readonly source: Prefix; readonly inputInterface: string; readonly priority: number }
  /**
   * Of our tunnels only what bindings, `visitorTunnel` and `deliveryTunnel` name may come out; all else is dropped and
   * counted. DHCP that comes out for one of our own addresses is led to the home agent, and so are refusals that are
   * broadcast on home links.
   */
  | {
      readonly kind: 'tunnelAdmission';
      readonly ownAddresses?: readonly Ipv4Address[];
      readonly homeInterfaces?: readonly string[];
    }
  /** Foreign agent: packets for the visitor may come by a tunnel from its home agent, in segments that fit it. */
  | {
      readonly kind: 'visitorTunnel';
      readonly homeAddress: Ipv4Address;
      readonly homeAgent: Ipv4Address;
      readonly encapsulation: TunnelEncapsulation;
    }
  /** Foreign agent: the visitor's packets may come by a tunnel from itself (RFC 3024 §5.2). */
  | {
      readonly kind: 'deliveryTunnel';
      readonly homeAddress: Ipv4Address;
      readonly encapsulation: TunnelEncapsulation;
    }
  | {
      readonly kind: 'bridgeTable';
      /** Of served stations. */
      readonly stationInterfaces?: readonly string[];
      /** From stations on these no DHCP reaches the server of their network, unless they are `dhcpLocal`. */
      readonly dhcpInterfaces?: readonly string[];
      /** Wired ports that take no part. */
      readonly otherPorts?: readonly string[];
    }
  /** Access point: packets of this station go to the agent. `local`: the agent is this host. */
  | {
      readonly kind: 'interception';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly agentMac: MacAddress;
      readonly local: boolean;
    }
  /** Access point: replies to what we register for this station do not reach it. */
  | { readonly kind: 'replyInterception'; readonly mac: MacAddress }
  /** Access point: this station's DHCP reaches the server of its network. */
  | { readonly kind: 'dhcpLocal'; readonly mac: MacAddress }
  /** Access point: advertisements of agents by multicast reach the stations of this interface. */
  | { readonly kind: 'advertisementsHeard'; readonly interfaceName: string }
  /** Access point: broadcasts of the network do not reach the stations of this interface, which are all visitors. */
  | { readonly kind: 'broadcastsKept'; readonly interfaceName: string }
  /**
   * Access point: of broadcasts to the stations of this interface, each of the others has a copy of its own, and visitors
   * have none; broadcasts of visitors are for nobody there. Others keep their places.
   */
  | {
      readonly kind: 'broadcastsCopied';
      readonly interfaceName: string;
      readonly others: readonly (MacAddress | undefined)[];
    }
  | { readonly kind: 'mssClamp' };

/** Two wishes with the same key are one wish, of which the later replaces the earlier. */
export function wishKey(wish: Wish): string {
  switch (wish.kind) {
    case 'tunnelDevice':
      return `tunnelDevice ${wish.encapsulation}`;
    case 'binding':
    case 'homeCopy':
    case 'visitorRoute':
    case 'visitorTunnel':
    case 'deliveryTunnel':
      return `${wish.kind} ${wish.homeAddress}`;
    case 'reverseTunnel':
      return `reverseTunnel ${wish.homeAgent} ${wish.encapsulation}`;
    case 'reverseRule':
    case 'directRule':
      return `${wish.kind} ${wish.source.network}/${wish.source.length} ${wish.inputInterface}`;
    case 'interception':
      return `interception ${wish.mac} ${wish.homeAddress}`;
    case 'replyInterception':
      return `replyInterception ${wish.mac}`;
    case 'dhcpLocal':
      return `dhcpLocal ${wish.mac}`;
    case 'advertisementsHeard':
    case 'broadcastsKept':
    case 'broadcastsCopied':
      return `${wish.kind} ${wish.interfaceName}`;
    case 'bridgeTable':
    case 'mssClamp':
    case 'tunnelAdmission':
      return wish.kind;
  }
}

export function itemsOf(wish: Wish): KernelItem[] {
  switch (wish.kind) {
    case 'tunnelDevice':
      return [linkItem(TUNNEL_LINKS[wish.encapsulation])];
    case 'binding':
      return bindingItems(wish);
    case 'homeCopy':
      return copyItems(wish);
    case 'reverseTunnel': {
      const at = { destination: ANYWHERE, table: reverseTable(wish.homeAgent, wish.encapsulation), priority: 0 };
      return tunnelItems(wish, at, { from: wish.careOfAddress, to: wish.homeAgent });
    }
    case 'visitorRoute':
      return visitorItems(wish);
    case 'reverseRule': {
      const { source, inputInterface, homeAgent, encapsulation = 'ipip', priority } = wish;
      const table = reverseTable(homeAgent, encapsulation);
      return [ruleItem({ source, inputInterface, table, priority, protocol: PMIP_PROTOCOL })];
    }
    case 'directRule': {
      const { source, inputInterface, priority } = wish;
      return [ruleItem({ source, inputInterface, table: RT_TABLE_MAIN, priority, protocol: PMIP_PROTOCOL })];
    }
    case 'bridgeTable':
      return [
        tableItem('bridge'),
        ...interfaceItems('station_interfaces', wish.stationInterfaces),
        ...interfaceItems('dhcp_interfaces', wish.dhcpInterfaces),
        ...interfaceItems('other_ports', wish.otherPorts),
      ];
    case 'mssClamp':
      return [tableItem('inet')];
    case 'tunnelAdmission':
      return [
        tableItem('inet'),
        ...interfaceItems(
          'checked_tunnels',
          Object.values(TUNNEL_LINKS).map(({ name }) => name),
        ),
        ...(wish.ownAddresses ?? []).map((address) => elementItem('own_addresses', { key: addressKey(address) })),
        ...interfaceItems('home_interfaces', wish.homeInterfaces),
      ];
    case 'deliveryTunnel':
      return admissionItems({ ...wish, careOfAddress: wish.homeAddress });
    case 'visitorTunnel':
      return visitorTunnelItems(wish);
    case 'interception':
      return interceptionItems(wish);
    case 'replyInterception':
      return [tableItem('bridge'), elementItem('registered_macs', { key: macKey(wish.mac) })];
    case 'dhcpLocal':
      return [tableItem('bridge'), elementItem('dhcp_locals', { key: macKey(wish.mac) })];
    case 'advertisementsHeard':
      return [tableItem('bridge'), ...interfaceItems('mobile_node_interfaces', [wish.interfaceName])];
    case 'broadcastsKept':
      return [tableItem('bridge'), ...interfaceItems('visitor_interfaces', [wish.interfaceName])];
    case 'broadcastsCopied':
      return copiedBroadcastItems(wish);
  }
}

/** The chain, which draws the broadcasts, is the last that is made. */
function copiedBroadcastItems({ interfaceName, others }: Extract<Wish, { kind: 'broadcastsCopied' }>): KernelItem[] {
  const elements = others.flatMap((mac, place): KernelItem[] => {
    if (mac === undefined) return [];
    return [
      elementItem('copies', { key: placeKey(interfaceName, place), data: macKey(mac) }),
      elementItem('others', { key: macKey(mac) }),
      elementItem('places', { key: macAndPlaceKey(mac, place) }),
    ];
  });
  return [tableItem('netdev'), ...elements, chainItem(interfaceName)];
}

function interfaceItems(set: PmipSet, names: readonly string[] = []): KernelItem[] {
  return names.map((name) => elementItem(set, { key: interfaceNameKey(name) }));
}

/**
 * The number of a routing table has as many bits as an address. The table for gre is the complement: it is another home
 * agent's for ipip only where two home agents have complementary addresses.
 */
function reverseTable(homeAgent: Ipv4Address, encapsulation: TunnelEncapsulation): number {
  return encapsulation === 'ipip' ? homeAgent : 0xffffffff - homeAgent;
}

type RouteAt = {
  readonly destination: Prefix;
  readonly table: number;
  readonly priority: number;
  readonly source?: Ipv4Address | undefined;
};

function tunnelItems(
  tunnel: Tunnel,
  at: RouteAt,
  ends: { readonly from: Ipv4Address; readonly to: Ipv4Address },
): KernelItem[] {
  const link = TUNNEL_LINKS[tunnel.encapsulation];
  const encapsulation = { source: ends.from, destination: ends.to, timeToLive: OUTER_TIME_TO_LIVE };
  return [linkItem(link), routeItem(ourRoute(at, undefined, encapsulation), link.name)];
}

function bindingItems(wish: Extract<Wish, { kind: 'binding' }>): KernelItem[] {
  const { homeAddress, homeAgent, careOfAddress, interfaceIndex, source } = wish;
  const destination = { network: homeAddress, length: 32 };
  const at = { destination, table: RT_TABLE_MAIN, priority: HOME_ROUTE_PRIORITY, source };
  return [
    ...(wish.reverseTunneling ? admissionItems(wish) : []),
    ...tunnelItems(wish, at, { from: homeAgent, to: careOfAddress }),
    proxyNeighbourItem({ address: homeAddress, interfaceIndex }),
  ];
}

/** The rule that leads to the route, and the element that draws the copies, are the last that are made. */
function copyItems(wish: Extract<Wish, { kind: 'homeCopy' }>): KernelItem[] {
  const { homeAddress, homeAgent, careOfAddress, encapsulation } = wish;
  const at = { destination: { network: homeAddress, length: 32 }, table: COPIES_TABLE, priority: 0 };
  const rule = {
    source: ANYWHERE,
    inputInterface: undefined,
    outputInterface: TUNNEL_LINKS[encapsulation].name,
    table: COPIES_TABLE,
    priority: COPIES_RULE_PRIORITY,
    protocol: PMIP_PROTOCOL,
  };
  return [
    ...tunnelItems(wish, at, { from: homeAgent, to: careOfAddress }),
    ruleItem(rule),
    ...(wish.reverseTunneling ? admissionItems(wish) : []),
    tableItem('ip'),
    elementItem('copied_addresses', { key: addressKey(homeAddress) }),
  ];
}

/** What comes from the mobile node out of a tunnel from its care-of address. */
function admissionItems(wish: Omit<Tunnel, 'homeAgent'> & { readonly homeAddress: Ipv4Address }): KernelItem[] {
  const key = tunnelEndKey({ ...wish, outerSource: wish.careOfAddress });
  return [linkItem(TUNNEL_LINKS[wish.encapsulation]), tableItem('inet'), elementItem('bindings', { key })];
}

function visitorItems(wish: Extract<Wish, { kind: 'visitorRoute' }>): KernelItem[] {
  const { homeAddress, interfaceIndex, mac } = wish;
  const destination = { network: homeAddress, length: 32 };
  const at = { destination, table: RT_TABLE_MAIN, priority: VISITOR_ROUTE_PRIORITY };
  return [
    neighbourItem({ address: homeAddress, interfaceIndex, mac }),
    routeItem(ourRoute(at, interfaceIndex, undefined), undefined),
  ];
}

function visitorTunnelItems(wish: Extract<Wish, { kind: 'visitorTunnel' }>): KernelItem[] {
  const { homeAddress, homeAgent, encapsulation } = wish;
  return [
    linkItem(TUNNEL_LINKS[encapsulation]),
    tableItem('inet'),
    elementItem('visits', { key: tunnelEndKey({ encapsulation, outerSource: homeAgent, homeAddress }) }),
    elementItem('visitor_addresses', { key: addressKey(homeAddress) }),
  ];
}

function interceptionItems(wish: Extract<Wish, { kind: 'interception' }>): KernelItem[] {
  const key = macAndAddressKey(wish.mac, wish.homeAddress);
  const items = [
    tableItem('bridge'),
    elementItem('visitor_macs', { key: macKey(wish.mac) }),
    elementItem('home_addresses', { key: addressKey(wish.homeAddress) }),
    elementItem('visitors', { key, data: macKey(wish.agentMac) }),
  ];
  if (wish.local) items.push(elementItem('local_visitors', { key }));
  return items;
}

function ourRoute(at: RouteAt, interfaceIndex: number | undefined, encapsulation: OuterHeader | undefined): Route {
  return {
    destination: at.destination,
    table: at.table,
    priority: at.priority,
    protocol: PMIP_PROTOCOL,
    scope: RT_SCOPE_LINK,
    type: RTN_UNICAST,
    interfaceIndex,
    gateway: undefined,
    preferredSource: at.source,
    encapsulation,
  };
}

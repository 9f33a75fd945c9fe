// The pieces of kernel state that are ours: how each is known again (its key), how two are told apart, and the messages
// that make and remove it.

import type { Ipv4Address, MacAddress } from '../octets/address.ts';
import { formatHex } from '../octets/octets.ts';
import * as nftables from '../wire/nftables.ts';
import {
  encodeLinkChange,
  encodeLinkQuery,
  encodeLinkRemoval,
  encodeTunnelLink,
  type TunnelLink,
} from '../wire/rtnetlink-link.ts';
import {
  encodeNeighbourRemoval,
  encodeNeighbourReplacement,
  encodeProxyNeighbour,
} from '../wire/rtnetlink-neighbour.ts';
import { encodeRouteRemoval, encodeRouteReplacement, type OuterHeader, type Route } from '../wire/rtnetlink-route.ts';
import { encodeRuleAddition, encodeRuleRemoval, type Rule } from '../wire/rtnetlink-rule.ts';
import { PMIP_SETS, type PmipSet, type PmipTable, tableOfSet } from './pmip-sets.ts';

export type NeighbourAt = { readonly address: Ipv4Address; readonly interfaceIndex: number };

export type RouteItem = {
  readonly kind: 'route';
  readonly key: string;
  /** `interfaceIndex` is absent where the route leads to a tunnel device. */
  readonly route: Route;
  /** The tunnel device by name: its index is known only when it exists. */
  readonly device: string | undefined;
};
export type LinkItem = { readonly kind: 'link'; readonly key: string; readonly link: TunnelLink };
export type TableItem = { readonly kind: 'table'; readonly key: string; readonly table: PmipTable };
export type ElementItem = {
  readonly kind: 'element';
  readonly key: string;
  readonly set: PmipSet;
  readonly element: nftables.Element;
};
export type RouteProtocolItem =
  | LinkItem
  | RouteItem
  | {
      readonly kind: 'neighbour';
      readonly key: string;
      readonly neighbour: NeighbourAt & { readonly mac: MacAddress };
    }
  | { readonly kind: 'proxyNeighbour'; readonly key: string; readonly neighbour: NeighbourAt }
  | { readonly kind: 'rule'; readonly key: string; readonly rule: Rule };
/** Of `table netdev pmip`: a base chain for one interface, by the name of this. */
export type ChainItem = { readonly kind: 'chain'; readonly key: string; readonly interfaceName: string };
export type NetfilterItem = TableItem | ElementItem | ChainItem;
export type KernelItem = RouteProtocolItem | NetfilterItem;

/**
 * The order of making; removing goes the other way. A neighbour before the route to it, so that nobody is asked for it by
 * ARP; a route into the tunnel before the proxy entry that draws packets to it, and before the rule that does; a chain that
 * draws broadcasts to itself after all that it does with them.
 */
const ORDER = { link: 0, neighbour: 1, route: 2, proxyNeighbour: 3, rule: 4, table: 5, element: 6, chain: 7 };

export function linkItem(link: TunnelLink): LinkItem {
  return { kind: 'link', key: `link ${link.name}`, link };
}

export function routeItem(route: Route, device: string | undefined): KernelItem {
  const { destination, table, priority } = route;
  return {
    kind: 'route',
    key: `route ${destination.network}/${destination.length} ${table} ${priority}`,
    route,
    device,
  };
}

export function neighbourItem(neighbour: NeighbourAt & { readonly mac: MacAddress }): KernelItem {
  return { kind: 'neighbour', key: `neighbour ${neighbour.address} ${neighbour.interfaceIndex}`, neighbour };
}

export function proxyNeighbourItem(neighbour: NeighbourAt): KernelItem {
  return { kind: 'proxyNeighbour', key: `proxyNeighbour ${neighbour.address} ${neighbour.interfaceIndex}`, neighbour };
}

export function ruleItem(rule: Rule): KernelItem {
  const { source, inputInterface, outputInterface, table, priority } = rule;
  const interfaces = `${inputInterface ?? ''} ${outputInterface ?? ''}`;
  const key = `rule ${source.network}/${source.length} ${interfaces} ${table} ${priority}`;
  return { kind: 'rule', key, rule };
}

export function tableItem(table: PmipTable): KernelItem {
  return { kind: 'table', key: `table ${table}`, table };
}

export function elementItem(set: PmipSet, element: nftables.Element): KernelItem {
  return { kind: 'element', key: `element ${set} ${formatHex(element.key)}`, set, element };
}

export function chainItem(interfaceName: string): ChainItem {
  return { kind: 'chain', key: `chain ${interfaceName}`, interfaceName };
}

export function isNetfilterItem(item: KernelItem): item is NetfilterItem {
  return item.kind === 'table' || item.kind === 'element' || item.kind === 'chain';
}

/** Which nf_tables table the item is or belongs to; undefined for what rtnetlink makes. */
export function tableOf(item: KernelItem): PmipTable | undefined {
  if (item.kind === 'table') return item.table;
  if (item.kind === 'chain') return 'netdev';
  return item.kind === 'element' ? tableOfSet(item.set) : undefined;
}

export function orderOfMaking(item: KernelItem): number {
  return ORDER[item.kind];
}

/** As the kernel tells it: with the index of its tunnel device. Undefined while there is no such device. */
export function resolvedItem(item: KernelItem, tunnelIndexes: ReadonlyMap<string, number>): KernelItem | undefined {
  if (item.kind !== 'route' || item.device === undefined) return item;
  const interfaceIndex = tunnelIndexes.get(item.device);
  if (interfaceIndex === undefined) return undefined;
  return { ...item, device: undefined, route: { ...item.route, interfaceIndex } };
}

/** What stands in the way of others: a former daemon's is worse than none, for they may have come since. */
export function isFleeting(item: KernelItem): boolean {
  return item.kind === 'chain' || (item.kind === 'element' && item.set === 'visitor_interfaces');
}

/** Whether two items with the same key are alike in the rest. */
export function isSameItem(a: KernelItem | undefined, b: KernelItem): boolean {
  if (a === undefined) return false;
  if (a.kind === 'route' && b.kind === 'route') {
    return (
      a.device === b.device &&
      a.route.interfaceIndex === b.route.interfaceIndex &&
      a.route.scope === b.route.scope &&
      a.route.type === b.route.type &&
      a.route.gateway === b.route.gateway &&
      a.route.preferredSource === b.route.preferredSource &&
      isSameHeader(a.route.encapsulation, b.route.encapsulation)
    );
  }
  if (a.kind === 'link' && b.kind === 'link') return a.link.mtuOctets === b.link.mtuOctets;
  if (a.kind === 'neighbour' && b.kind === 'neighbour') return a.neighbour.mac === b.neighbour.mac;
  if (a.kind === 'element' && b.kind === 'element') return isSameData(a.element.data, b.element.data);
  return a.kind === b.kind;
}

/** One request. `interfaceIndex` is that of the tunnel device, where the item is a route into it. */
export function encodeMaking(
  item: Exclude<RouteProtocolItem, LinkItem>,
  interfaceIndex: number | undefined,
  littleEndian: boolean,
): Uint8Array {
  switch (item.kind) {
    case 'route':
      return encodeRouteReplacement(item.route, littleEndian, interfaceIndex);
    case 'neighbour':
      return encodeNeighbourReplacement(item.neighbour, littleEndian);
    case 'proxyNeighbour':
      return encodeProxyNeighbour(item.neighbour, littleEndian);
    case 'rule':
      return encodeRuleAddition(item.rule, littleEndian);
  }
}

/** Three requests: one that exists is not made, but changed, and in any case asked for its index. */
export function encodeLinkMaking(item: LinkItem, littleEndian: boolean): Uint8Array[] {
  return [
    encodeTunnelLink(item.link, littleEndian),
    encodeLinkChange(item.link, littleEndian),
    encodeLinkQuery(item.link.name, littleEndian),
  ];
}

export function encodeRemoving(item: RouteProtocolItem, littleEndian: boolean): Uint8Array {
  switch (item.kind) {
    case 'link':
      return encodeLinkRemoval(item.link.name, littleEndian);
    case 'route':
      return encodeRouteRemoval(item.route, littleEndian);
    case 'neighbour':
      return encodeNeighbourRemoval({ ...item.neighbour, isProxy: false }, littleEndian);
    case 'proxyNeighbour':
      return encodeNeighbourRemoval({ ...item.neighbour, isProxy: true }, littleEndian);
    case 'rule':
      return encodeRuleRemoval(item.rule, littleEndian);
  }
}

export function encodeElementMaking(item: ElementItem, littleEndian: boolean): Uint8Array {
  return nftables.encodeElement(PMIP_SETS[item.set], item.element, littleEndian);
}

export function encodeElementRemoving(item: ElementItem, littleEndian: boolean): Uint8Array {
  return nftables.encodeElementRemoval(PMIP_SETS[item.set], item.element.key, littleEndian);
}

function isSameHeader(a: OuterHeader | undefined, b: OuterHeader | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.source === b.source && a.destination === b.destination && a.timeToLive === b.timeToLive;
}

function isSameData(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

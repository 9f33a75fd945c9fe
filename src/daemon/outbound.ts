// From what roles want to what the kernel should have: the wishes behind a binding, a visitor and a station.

import { TUNNEL_LINKS, type Wish } from '../clients/kernel-wishes.ts';
import { NETWORK_GROUPS } from '../clients/network-client.ts';
import type { Ipv4Address } from '../octets/address.ts';
import type { AccessPointEffect } from '../roles/access-point/effects.ts';
import type { Visitor } from '../roles/foreign-agent/visitor-list.ts';
import type { MobilityBinding } from '../roles/home-agent/mobility-binding.ts';
import type { Report } from '../roles/report.ts';
import type { SubnetMap } from '../roles/subnet-map.ts';
import type { Departure } from '../runtime/runtime.ts';
import { NFNLGRP_NFTABLES } from '../wire/nftables.ts';
import type { TunnelEncapsulation } from '../wire/rtnetlink-link.ts';

/** The ways to the kernel, and what each hears unasked. */
export const NETLINK_SOCKETS: readonly Departure[] = [
  { kind: 'netlinkOpen', channel: 'network', groups: NETWORK_GROUPS },
  { kind: 'netlinkOpen', channel: 'tables', groups: [NFNLGRP_NFTABLES] },
  { kind: 'netlinkOpen', channel: 'route', groups: [] },
  { kind: 'netlinkOpen', channel: 'netfilter', groups: [] },
];

/** Before the main table's rule (32766), behind the local one (0). */
const REVERSE_RULE_PRIORITY = 434;
/** Before the rule of its home network. */
const EXCEPTION_PRIORITY = 433;

/** `source`: our address on the home link, where a mobile node expects the answers of its home router to come from. */
export function bindingWish(binding: MobilityBinding, source?: Ipv4Address): Wish {
  const { homeAddress, homeAgent, careOfAddress, encapsulation, interfaceIndex, reverseTunneling } = binding;
  const tunnel = { homeAgent, careOfAddress, encapsulation };
  return { kind: 'binding', homeAddress, ...tunnel, interfaceIndex, reverseTunneling, source };
}

/** The second of two simultaneous bindings. */
export function copiesWish(binding: MobilityBinding): Wish {
  const { homeAddress, homeAgent, careOfAddress, encapsulation, reverseTunneling } = binding;
  return { kind: 'homeCopy', homeAddress, homeAgent, careOfAddress, encapsulation, reverseTunneling };
}

/** `usual`: the encapsulation that most visitors can be expected to have. */
export function visitorWishes(visitor: Visitor, subnetMap: SubnetMap, usual: TunnelEncapsulation): Wish[] {
  const { homeAddress, homeAgent, careOfAddress, encapsulation, link } = visitor;
  const wishes: Wish[] = [
    { kind: 'visitorTunnel', homeAddress, homeAgent, encapsulation },
    { kind: 'visitorRoute', homeAddress, interfaceIndex: link.interfaceIndex, mac: link.mac },
  ];
  if (!visitor.reverseTunneling) return wishes;
  if (visitor.encapsulatingDelivery) return [...wishes, ...encapsulatingDeliveryWishes(visitor)];
  // One rule for a home network serves all its visitors: rules are searched one by one with every packet. Who has another
  // encapsulation than most needs one of its own (RFC 3024 §1.2: the reverse tunnel is of the kind of the forward one), and
  // who has another home agent.
  const row = subnetMap.lookup(homeAddress);
  const network = encapsulation === usual && row?.homeAgent === homeAgent ? row.network : undefined;
  const rule = {
    source: network ?? { network: homeAddress, length: 32 },
    priority: network === undefined ? EXCEPTION_PRIORITY : REVERSE_RULE_PRIORITY,
    inputInterface: link.interfaceName,
  };
  return [
    ...wishes,
    { kind: 'reverseTunnel', homeAgent, careOfAddress, encapsulation },
    { kind: 'reverseRule', ...rule, homeAgent, encapsulation },
  ];
}

/**
 * RFC 3024 §5.2: what the visitor sends to us in a tunnel goes on in the one to its home agent, and what it sends as it is goes
 * its usual way, also where others of its home network are reverse tunneled without more ado.
 */
function encapsulatingDeliveryWishes({
  homeAddress,
  homeAgent,
  careOfAddress,
  encapsulation,
  link,
}: Visitor): readonly Wish[] {
  const rule = { source: { network: homeAddress, length: 32 }, priority: EXCEPTION_PRIORITY };
  const inputInterface = TUNNEL_LINKS[encapsulation].name;
  return [
    { kind: 'deliveryTunnel', homeAddress, encapsulation },
    { kind: 'reverseTunnel', homeAgent, careOfAddress, encapsulation },
    { kind: 'reverseRule', ...rule, inputInterface, homeAgent, encapsulation },
    { kind: 'directRule', ...rule, inputInterface: link.interfaceName },
  ];
}

type OfInterface = Extract<
  AccessPointEffect,
  { readonly kind: `${'advertisements' | 'barrier' | 'broadcastCopies'}${'Wanted' | 'Unwanted'}` }
>;

export function interfaceWish(effect: OfInterface): Wish {
  const { interfaceName } = effect;
  switch (effect.kind) {
    case 'advertisementsWanted':
    case 'advertisementsUnwanted':
      return { kind: 'advertisementsHeard', interfaceName };
    case 'barrierWanted':
    case 'barrierUnwanted':
      return { kind: 'broadcastsKept', interfaceName };
    case 'broadcastCopiesWanted':
      return { kind: 'broadcastsCopied', interfaceName, others: effect.others };
    case 'broadcastCopiesUnwanted':
      return { kind: 'broadcastsCopied', interfaceName, others: [] };
  }
}

/** What stands on an interface only while somebody watches who comes. */
export function watchedWishes(interfaceName: string): Wish[] {
  return [
    { kind: 'broadcastsKept', interfaceName },
    { kind: 'broadcastsCopied', interfaceName, others: [] },
  ];
}

type Interception = Extract<AccessPointEffect, { readonly homeAddress: unknown; readonly agentMac: unknown }>;

export function interceptionWish(effect: Interception): Wish {
  const { mac, homeAddress, agentMac, isLocal } = effect;
  return { kind: 'interception', mac, homeAddress, agentMac, local: isLocal };
}

/** The address whose packets take another way from now on: connections that the kernel tracks hold on to the way they took. */
export function movedAddress(report: Report): Ipv4Address | undefined {
  switch (report.kind) {
    case 'bindingCreated':
    case 'bindingMoved':
    case 'bindingDeregistered':
    case 'bindingExpired':
    case 'visitorAdded':
    case 'visitorMoved':
    case 'visitorDeregistered':
    case 'visitorExpired':
    case 'visitorRevoked':
      return report.homeAddress;
    default:
      return undefined;
  }
}

// From what roles want to what the kernel should have: the wishes behind a binding, a visitor and an interception.

import type { Wish } from '../clients/kernel-wishes.ts';
import type { AccessPointEffect } from '../roles/access-point/access-point.ts';
import type { Visitor } from '../roles/foreign-agent/visitor-list.ts';
import type { MobilityBinding } from '../roles/home-agent/mobility-binding.ts';
import type { SubnetMap } from '../roles/subnet-map.ts';

/** Before the main table's rule (32766), behind the local one (0). */
const REVERSE_RULE_PRIORITY = 434;

/** What every access point and agent needs, whoever visits. */
export function standingWishes(): Wish[] {
  return [{ kind: 'tunnelDevice', encapsulation: 'ipip' }, { kind: 'bridgeTable' }, { kind: 'mssClamp' }];
}

export function bindingWishes(binding: MobilityBinding): Wish[] {
  const { homeAddress, homeAgent, careOfAddress, interfaceIndex } = binding;
  return [
    { kind: 'homeRoute', homeAddress, homeAgent, careOfAddress, encapsulation: 'ipip' },
    { kind: 'proxyNeighbour', homeAddress, interfaceIndex },
  ];
}

export function visitorWishes(visitor: Visitor, subnetMap: SubnetMap): Wish[] {
  const { homeAddress, homeAgent, careOfAddress, link } = visitor;
  const route: Wish = { kind: 'visitorRoute', homeAddress, interfaceIndex: link.interfaceIndex, mac: link.mac };
  if (!visitor.reverseTunneling) return [route];
  // One rule for a home network serves all its visitors: rules are searched one by one with every packet.
  const source = subnetMap.lookup(homeAddress)?.network ?? { network: homeAddress, length: 32 };
  return [
    route,
    { kind: 'reverseTunnel', homeAgent, careOfAddress, encapsulation: 'ipip' },
    { kind: 'reverseRule', source, inputInterface: link.interfaceName, homeAgent, priority: REVERSE_RULE_PRIORITY },
  ];
}

type Interception = Extract<AccessPointEffect, { readonly homeAddress: unknown; readonly agentMac: unknown }>;

export function interceptionWish(effect: Interception): Wish {
  const { mac, homeAddress, agentMac, isLocal } = effect;
  return { kind: 'interception', mac, homeAddress, agentMac, local: isLocal };
}

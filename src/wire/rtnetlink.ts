// What rtnetlink tells, in dumps and in notifications: links, addresses, routes, neighbours, rules. Each noun has its own
// file, with the messages that change it.

import type { NetlinkMessage } from './netlink.ts';
import { decodeInterfaceAddress, type InterfaceAddress, RTM_DELADDR, RTM_NEWADDR } from './rtnetlink-address.ts';
import { decodeLink, type Link, RTM_DELLINK, RTM_NEWLINK } from './rtnetlink-link.ts';
import { decodeNeighbour, type Neighbour, RTM_DELNEIGH, RTM_NEWNEIGH } from './rtnetlink-neighbour.ts';
import { decodeRoute, type Route, RTM_DELROUTE, RTM_NEWROUTE } from './rtnetlink-route.ts';
import { decodeRule, RTM_DELRULE, RTM_NEWRULE, type Rule } from './rtnetlink-rule.ts';

/** Groups of notifications (linux/rtnetlink.h, enum rtnetlink_groups). */
export const RTNLGRP_LINK = 1;
export const RTNLGRP_IPV4_IFADDR = 5;
export const RTNLGRP_IPV4_ROUTE = 7;

/** `removed`: the kernel no longer has it. */
export type RouteMessage =
  | { readonly kind: 'link'; readonly removed: boolean; readonly link: Link }
  | { readonly kind: 'address'; readonly removed: boolean; readonly address: InterfaceAddress }
  | { readonly kind: 'route'; readonly removed: boolean; readonly route: Route }
  | { readonly kind: 'neighbour'; readonly removed: boolean; readonly neighbour: Neighbour }
  | { readonly kind: 'rule'; readonly removed: boolean; readonly rule: Rule };

/** Undefined for what is not IPv4 and for messages of no interest here. */
export function decodeRouteMessage(message: NetlinkMessage, littleEndian: boolean): RouteMessage | undefined {
  const { type, payload } = message;
  switch (type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const link = decodeLink(payload, littleEndian);
      return link && { kind: 'link', removed: type === RTM_DELLINK, link };
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      const address = decodeInterfaceAddress(payload, littleEndian);
      return address && { kind: 'address', removed: type === RTM_DELADDR, address };
    }
    case RTM_NEWROUTE:
    case RTM_DELROUTE: {
      const route = decodeRoute(payload, littleEndian);
      return route && { kind: 'route', removed: type === RTM_DELROUTE, route };
    }
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH: {
      const neighbour = decodeNeighbour(payload, littleEndian);
      return neighbour && { kind: 'neighbour', removed: type === RTM_DELNEIGH, neighbour };
    }
    case RTM_NEWRULE:
    case RTM_DELRULE: {
      const rule = decodeRule(payload, littleEndian);
      return rule && { kind: 'rule', removed: type === RTM_DELRULE, rule };
    }
    default:
      return undefined;
  }
}

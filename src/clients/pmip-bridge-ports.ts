// The rules of `table bridge pmip` about ports: what of agents and of the visited network goes in and out where.
//
// A wired port that is not chosen takes no part: agents of this box do not advertise there, do not hear who solicits or
// registers there, and nobody is solicited there.
//
// Agents' advertisements are for mobile nodes. To stations that are registered by us they would tell of another default
// router, or that their registration is void, which is ours to hear: a packet socket on the wired port does. By multicast
// they reach only interfaces with a station that does Mobile IP by itself; one that has just come solicits, and is
// answered by unicast. What routers advertise to ordinary hosts (RFC 1256) has no mobility extension, and passes.
//
// Broadcasts of the visited network do not go where all stations are visitors. Where others are too: pmip-netdev-table.ts.
//
// The group bit is looked at first: it is what most frames lack.

import type * as nftables from '../wire/nftables.ts';
import * as expressions from '../wire/nftables-expressions.ts';
import {
  DESTINATION_MAC,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  GROUP_BIT,
  isUdpTo,
  REGISTRATION_PORT,
} from './pmip-matches.ts';
import { BRIDGE_SETS } from './pmip-sets.ts';

type Rule = nftables.ChainWithRules['rules'][number];

const ETHERTYPE = { header: 'link', offset: 12, length: 2 } as const;
const ICMP_TYPE = { header: 'transport', offset: 0, length: 1 } as const;
/** RFC 1256 §3.1: how many addresses, of two words each, follow the fixed part. */
const ADDRESS_COUNT = { header: 'transport', offset: 4, length: 1 } as const;
const ADDRESSES_OFFSET = 8;
const ADDRESS_OCTETS = 8;
const IPPROTO_ICMP = Uint8Array.of(1);
const ROUTER_ADVERTISEMENT = 9;
const ROUTER_SOLICITATION = 10;
/** RFC 5944 §2.1.1: follows the addresses, of which agents have none or one. */
const MOBILITY_EXTENSION = Uint8Array.of(16);

/** `icmp type router-solicitation iifname @other_ports counter drop`, and the same for `udp dport 434` */
export const INPUT_RULES: readonly Rule[] = [
  dropped(isIcmp(ROUTER_SOLICITATION), byOtherPort()),
  dropped(isUdpTo(REGISTRATION_PORT), byOtherPort()),
];

/** `icmp type router-advertisement oifname @other_ports counter drop`, and the same for solicitations */
export const OUTPUT_RULES: readonly Rule[] = [
  dropped(isIcmp(ROUTER_ADVERTISEMENT), toOtherPort()),
  dropped(isIcmp(ROUTER_SOLICITATION), toOtherPort()),
];

export const POSTROUTING_RULES: readonly Rule[] = [
  ...[0, 1].map((addresses) => dropped(isToGroup(), isAgentAdvertisement(addresses), toOrdinaryStations())),
  dropped(isIcmp(ROUTER_ADVERTISEMENT), toRegisteredStation()),
  ...[ETHERTYPE_IPV4, ETHERTYPE_ARP].map((protocol) => dropped(isToGroup(), toVisitorsOnly(), isOf(protocol))),
];

function dropped(...matches: readonly Rule[]): Rule {
  return [...matches.flat(), expressions.counter(), expressions.drop()];
}

/** `iifname @other_ports` */
function byOtherPort(): Rule {
  return [expressions.metaLoad('inputInterfaceName'), expressions.lookupSet(BRIDGE_SETS.other_ports)];
}

/** `oifname @other_ports` */
function toOtherPort(): Rule {
  return [expressions.metaLoad('outputInterfaceName'), expressions.lookupSet(BRIDGE_SETS.other_ports)];
}

/** `oifname @station_interfaces oifname != @mobile_node_interfaces` */
function toOrdinaryStations(): Rule {
  return [
    expressions.metaLoad('outputInterfaceName'),
    expressions.lookupSet(BRIDGE_SETS.station_interfaces),
    expressions.metaLoad('outputInterfaceName'),
    expressions.lookupAbsence(BRIDGE_SETS.mobile_node_interfaces),
  ];
}

/** `ether daddr @registered_macs` */
function toRegisteredStation(): Rule {
  return [expressions.payloadLoad(DESTINATION_MAC), expressions.lookupSet(BRIDGE_SETS.registered_macs)];
}

/** `oifname @visitor_interfaces` */
function toVisitorsOnly(): Rule {
  return [expressions.metaLoad('outputInterfaceName'), expressions.lookupSet(BRIDGE_SETS.visitor_interfaces)];
}

/** `ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00` */
function isToGroup(): Rule {
  return [
    expressions.payloadLoad(DESTINATION_MAC),
    expressions.bitwiseAnd(GROUP_BIT),
    expressions.compareEqual(GROUP_BIT),
  ];
}

/** `icmp type ...` */
function isIcmp(type: number): Rule {
  return [
    expressions.payloadLoad(ETHERTYPE),
    expressions.compareEqual(ETHERTYPE_IPV4),
    expressions.metaLoad('transportProtocol'),
    expressions.compareEqual(IPPROTO_ICMP),
    expressions.payloadLoad(ICMP_TYPE),
    expressions.compareEqual(Uint8Array.of(type)),
  ];
}

/** `icmp type router-advertisement @th,32,8 ... @th,...,8 16` */
function isAgentAdvertisement(addresses: number): Rule {
  const offset = ADDRESSES_OFFSET + ADDRESS_OCTETS * addresses;
  return [
    ...isIcmp(ROUTER_ADVERTISEMENT),
    expressions.payloadLoad(ADDRESS_COUNT),
    expressions.compareEqual(Uint8Array.of(addresses)),
    expressions.payloadLoad({ header: 'transport', offset, length: 1 }),
    expressions.compareEqual(MOBILITY_EXTENSION),
  ];
}

/** `meta protocol ...` */
function isOf(ethertype: Uint8Array): Rule {
  return [expressions.metaLoad('protocol'), expressions.compareEqual(ethertype)];
}

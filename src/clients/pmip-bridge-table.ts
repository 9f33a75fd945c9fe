// The rules of `table bridge pmip`: it takes the packets of visitors out of the bridge's way.
//
// ARP of visitors is dropped in prerouting, before the bridge floods it and before it hands it up: so it neither reaches
// the visited wire, nor does this host answer or learn from it. A packet socket on the interface of the BSS sees the
// frame before, and the daemon answers. The bridge does not learn from a dropped frame where the visitor is, but mac80211
// tells it at association, and every IPv4 packet does again.
//
// A visitor's packet then goes to the agent, whatever gateway the client still believes in: its destination becomes the
// agent's MAC address. Where the agent is this host, the packet type must be set too: it was judged by the port's address.
//
// Another station that sends with a visitor's address would have its packets go through the visitor's tunnel: the agent
// knows visitors by their addresses. A packet socket hears it, and the daemon says so.
//
// Replies to registrations that we make for a station go no further than the bridge: a packet socket on the wired port
// sees them before. What else of agents and of the visited network is kept from whom: pmip-bridge-ports.ts.
//
// DHCP of stations that are not known to be local goes no further either where it is broadcast: the server of this network
// would refuse a visitor its address. A packet socket sees it before, and the daemon passes on what is for this server after
// all. But whoever begins anew, with a DISCOVER, is local from then on, also while the daemon does not run.

import type * as nftables from '../wire/nftables.ts';
import * as expressions from '../wire/nftables-expressions.ts';
import { INPUT_RULES, OUTPUT_RULES, POSTROUTING_RULES } from './pmip-bridge-ports.ts';
import {
  DESTINATION_ADDRESS,
  DESTINATION_MAC,
  DHCP_SERVER_PORT,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  FIRST_DHCP_OPTION,
  isUdpFrom,
  isUdpTo,
  LIMITED_BROADCAST,
  REGISTRATION_PORT,
  SOURCE_ADDRESS,
} from './pmip-matches.ts';
import { BRIDGE_SETS, PMIP_TABLES } from './pmip-sets.ts';

/** Before everything that others do with a frame: -300 is the bridge's own dstnat. */
const FIRST_PRIORITY = -300;

const SOURCE_MAC = { header: 'link', offset: 6, length: 6 } as const;
const PACKET_HOST = Uint8Array.of(0);
/** RFC 2132 §9.6: option 53 of one octet, DHCPDISCOVER. */
const DISCOVER = Uint8Array.of(53, 1, 1);

export const BRIDGE_CHAINS: readonly nftables.ChainWithRules[] = [
  chain('prerouting', [
    discoverRule(),
    keptDhcpRule(),
    visitorArpRule(),
    localVisitorRule(),
    visitorRule(),
    forgedRule(),
  ]),
  chain('input', INPUT_RULES),
  chain('forward', [registrationReplyRule()]),
  chain('output', OUTPUT_RULES),
  chain('postrouting', POSTROUTING_RULES),
];

function chain(hook: nftables.Chain['hook'], rules: nftables.ChainWithRules['rules']): nftables.ChainWithRules {
  return { table: PMIP_TABLES.bridge, name: hook, hook, priority: FIRST_PRIORITY, rules };
}

/** `iifname @dhcp_interfaces udp dport 67 @th,1984,24 0x350101 add @dhcp_locals { ether saddr }` */
function discoverRule(): expressions.Expression[] {
  return [
    ...isFromDhcpInterface(),
    ...isUdpTo(DHCP_SERVER_PORT),
    expressions.payloadLoad(FIRST_DHCP_OPTION),
    expressions.compareEqual(DISCOVER),
    expressions.payloadLoad(SOURCE_MAC),
    expressions.addToSet(BRIDGE_SETS.dhcp_locals),
  ];
}

/** `iifname @dhcp_interfaces ip daddr 255.255.255.255 udp dport 67 ether saddr != @dhcp_locals counter drop` */
function keptDhcpRule(): expressions.Expression[] {
  return [
    ...isFromDhcpInterface(),
    expressions.metaLoad('protocol'),
    expressions.compareEqual(ETHERTYPE_IPV4),
    expressions.payloadLoad(DESTINATION_ADDRESS),
    expressions.compareEqual(LIMITED_BROADCAST),
    ...isUdpTo(DHCP_SERVER_PORT),
    expressions.payloadLoad(SOURCE_MAC),
    expressions.lookupAbsence(BRIDGE_SETS.dhcp_locals),
    expressions.counter(),
    expressions.drop(),
  ];
}

/** `meta protocol arp ether saddr @visitor_macs counter drop` */
function visitorArpRule(): expressions.Expression[] {
  return [
    expressions.metaLoad('protocol'),
    expressions.compareEqual(ETHERTYPE_ARP),
    expressions.payloadLoad(SOURCE_MAC),
    expressions.lookupSet(BRIDGE_SETS.visitor_macs),
    expressions.counter(),
    expressions.drop(),
  ];
}

/** `ether saddr . ip saddr @local_visitors counter meta pkttype set host` */
function localVisitorRule(): expressions.Expression[] {
  return [
    ...loadMacAndAddress(),
    expressions.lookupSet(BRIDGE_SETS.local_visitors),
    expressions.counter(),
    expressions.immediate(PACKET_HOST),
    expressions.metaSet('packetType'),
  ];
}

/** `ether daddr set ether saddr . ip saddr map @visitors counter accept` */
function visitorRule(): expressions.Expression[] {
  return [
    ...loadMacAndAddress(),
    expressions.lookupMap(BRIDGE_SETS.visitors),
    expressions.payloadWrite(DESTINATION_MAC),
    expressions.counter(),
    expressions.accept(),
  ];
}

/** `iifname @station_interfaces ip saddr @home_addresses counter drop` */
function forgedRule(): expressions.Expression[] {
  return [
    expressions.metaLoad('inputInterfaceName'),
    expressions.lookupSet(BRIDGE_SETS.station_interfaces),
    expressions.metaLoad('protocol'),
    expressions.compareEqual(ETHERTYPE_IPV4),
    expressions.payloadLoad(SOURCE_ADDRESS),
    expressions.lookupSet(BRIDGE_SETS.home_addresses),
    expressions.counter(),
    expressions.drop(),
  ];
}

/** `ether daddr @registered_macs udp sport 434 counter drop` */
function registrationReplyRule(): expressions.Expression[] {
  return [
    expressions.payloadLoad(DESTINATION_MAC),
    expressions.lookupSet(BRIDGE_SETS.registered_macs),
    ...isUdpFrom(REGISTRATION_PORT),
    expressions.counter(),
    expressions.drop(),
  ];
}

function isFromDhcpInterface(): expressions.Expression[] {
  return [expressions.metaLoad('inputInterfaceName'), expressions.lookupSet(BRIDGE_SETS.dhcp_interfaces)];
}

function loadMacAndAddress(): expressions.Expression[] {
  return [
    expressions.metaLoad('protocol'),
    expressions.compareEqual(ETHERTYPE_IPV4),
    expressions.payloadLoad(SOURCE_MAC),
    expressions.payloadLoad(SOURCE_ADDRESS, expressions.REGISTER_1_WORD_3),
  ];
}

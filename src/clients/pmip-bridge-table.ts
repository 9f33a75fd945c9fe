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
// Replies to registrations that we make for a station go no further than the bridge: a packet socket on the wired port
// sees them before. Advertisements of agents do pass: a station that does Mobile IP by itself needs them, to others
// they are nothing.

import type * as nftables from '../wire/nftables.ts';
import * as expressions from '../wire/nftables-expressions.ts';
import { BRIDGE_SETS, PMIP_TABLES } from './pmip-sets.ts';

/** Before everything that others do with a frame: -300 is the bridge's own dstnat. */
const FIRST_PRIORITY = -300;

const SOURCE_MAC = { header: 'link', offset: 6, length: 6 } as const;
const DESTINATION_MAC = { header: 'link', offset: 0, length: 6 } as const;
const SOURCE_ADDRESS = { header: 'network', offset: 12, length: 4 } as const;
const SOURCE_PORT = { header: 'transport', offset: 0, length: 2 } as const;
const ETHERTYPE_IPV4 = Uint8Array.of(0x08, 0x00);
const ETHERTYPE_ARP = Uint8Array.of(0x08, 0x06);
const IPPROTO_UDP = Uint8Array.of(17);
/** RFC 5944 §3.3: registrations are sent to, and answered from, port 434. */
const REGISTRATION_PORT = Uint8Array.of(434 >> 8, 434 & 0xff);
const PACKET_HOST = Uint8Array.of(0);

export const BRIDGE_CHAINS: readonly nftables.ChainWithRules[] = [
  {
    table: PMIP_TABLES.bridge,
    name: 'prerouting',
    hook: 'prerouting',
    priority: FIRST_PRIORITY,
    rules: [visitorArpRule(), localVisitorRule(), visitorRule()],
  },
  {
    table: PMIP_TABLES.bridge,
    name: 'forward',
    hook: 'forward',
    priority: FIRST_PRIORITY,
    rules: [registrationReplyRule()],
  },
];

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

/** `ether daddr set ether saddr . ip saddr map @visitors counter` */
function visitorRule(): expressions.Expression[] {
  return [
    ...loadMacAndAddress(),
    expressions.lookupMap(BRIDGE_SETS.visitors),
    expressions.payloadWrite(DESTINATION_MAC),
    expressions.counter(),
  ];
}

/** `ether daddr @registered_macs udp sport 434 counter drop` */
function registrationReplyRule(): expressions.Expression[] {
  return [
    expressions.payloadLoad(DESTINATION_MAC),
    expressions.lookupSet(BRIDGE_SETS.registered_macs),
    expressions.metaLoad('transportProtocol'),
    expressions.compareEqual(IPPROTO_UDP),
    expressions.payloadLoad(SOURCE_PORT),
    expressions.compareEqual(REGISTRATION_PORT),
    expressions.counter(),
    expressions.drop(),
  ];
}

function loadMacAndAddress(): expressions.Expression[] {
  return [
    expressions.metaLoad('protocol'),
    expressions.compareEqual(ETHERTYPE_IPV4),
    expressions.payloadLoad(SOURCE_MAC),
    expressions.payloadLoad(SOURCE_ADDRESS, expressions.REGISTER_1_WORD_3),
  ];
}

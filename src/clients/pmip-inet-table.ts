// The rules of `table inet pmip`: only packets of a binding or a visitor come out of our tunnels, TCP segments are small
// enough for them, and other senders are told how long their packets may be.
//
// Admission (RFC 5944 §4.2, RFC 3024 §4.4): at the home agent the outer source must be the care-of address of a binding
// and the inner source its home address; at the foreign agent the outer source must be the visitor's home agent and the
// inner destination the visitor. No hook sees both headers and the tunnel device: before decapsulation it is not known
// whether the kernel will give the packet to our device or to another tunnel of this router, afterwards the outer
// header is gone. So the input hook marks packets whose addresses belong together, and prerouting of what came out of our
// device drops what has no mark. The mark is the packet's priority, which nobody asks for in between, which survives
// decapsulation, and which forwarding sets anew anyway; firewall marks belong to others.
//
// Fragmentation (RFC 2003 §3.1, §5.1): the outer header must not be fragmented where the inner one must not, and then the
// kernel tells the inner sender of a narrower link on the way. A route can only say "never" or "as you like": ours say
// never, and what may be fragmented is marked on its way in, so that its outer header may be too.
//
// nft 1.0.6 aborts when it prints a rule that names protocol 4 or 47 and then reads relative to the transport header,
// so everything is read relative to the network header, which must be without options.

import type * as nftables from '../wire/nftables.ts';
import * as expressions from '../wire/nftables-expressions.ts';
import type { TunnelEncapsulation } from '../wire/rtnetlink-link.ts';
import {
  DESTINATION_ADDRESS,
  DESTINATION_PORT,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  FIRST_DHCP_OPTION,
  isUdpTo,
  LIMITED_BROADCAST,
  REGISTRATION_PORT,
  SOURCE_ADDRESS,
} from './pmip-matches.ts';
import { INET_SETS, IP_PROTOCOL, interfaceNameKey, NOT_ADMITTED, PMIP_TABLES } from './pmip-sets.ts';

/** `mangle`: before the rules of a firewall, which are at 0. */
const MANGLE_PRIORITY = -150;
/** `raw`: before a connection is tracked. */
const RAW_PRIORITY = -300;
/**
 * 434:0 as a class. Less than a whole class could be taken for one of the sixteen priorities of a packet, or for one of the
 * eight (256 to 263) that Wi-Fi knows.
 */
const ADMITTED_PRIORITY = 0x0434_0000;
/** What goes into a tunnel and may be fragmented there. */
const FRAGMENTABLE_PRIORITY = 0x0435_0000;
const ORDINARY_PRIORITY = 0;

/** RFC 2132 §9.6: option 53 of one octet, DHCPNAK. */
const DHCPNAK = Uint8Array.of(53, 1, 6);

const TUNNEL_NAMES = ['pmip0', 'pmip1'];
/** Of the smaller of our tunnels: 1476 octets less the headers of IPv4 and TCP. */
const TUNNEL_SEGMENT_OCTETS = 1436;

const VERSION_AND_HEADER_LENGTH = { header: 'network', offset: 0, length: 1 } as const;
const IPV4_WITHOUT_OPTIONS = Uint8Array.of(0x45);
const OUTER_HEADER_LENGTH = 20;
const GRE_HEADER_LENGTH = 4;
const FRAGMENT_OFFSET_AND_FLAGS = { header: 'network', offset: 6, length: 2 } as const;
const HEADER_CHECKSUM_OFFSET = 10;
const DONT_FRAGMENT = Uint8Array.of(0x40, 0x00);
const ALL_BUT_DONT_FRAGMENT = Uint8Array.of(0xbf, 0xff);
const GRE_HEADER = { header: 'network', offset: OUTER_HEADER_LENGTH, length: GRE_HEADER_LENGTH } as const;
/** RFC 2784 §2: no checksum, no key, version 0; IPv4 inside. */
const PLAIN_GRE_OF_IPV4 = Uint8Array.of(0x00, 0x00, 0x08, 0x00);
const NFPROTO_IPV4 = Uint8Array.of(2);
const TCP_FLAGS = { header: 'transport', offset: 13, length: 1 } as const;
const IPPROTO_TCP = Uint8Array.of(6);
const SYN = Uint8Array.of(0x02);
const SYN_AND_RST = Uint8Array.of(0x06);
const TCP_MAXIMUM_SEGMENT_SIZE = { type: 2, offset: 2, length: 2 };

export function inetChains(littleEndian: boolean): nftables.ChainWithRules[] {
  return [
    {
      table: PMIP_TABLES.inet,
      name: 'input',
      hook: 'input',
      priority: MANGLE_PRIORITY,
      rules: [
        markingRule('ipip', 'bindings', littleEndian),
        markingRule('ipip', 'visits', littleEndian),
        markingRule('gre', 'bindings', littleEndian),
        markingRule('gre', 'visits', littleEndian),
      ],
    },
    {
      table: PMIP_TABLES.inet,
      name: 'prerouting',
      hook: 'prerouting',
      priority: RAW_PRIORITY,
      rules: [droppingRule(littleEndian), renewalRule(), refusalRule(), unmarkingRule(littleEndian)],
    },
    {
      table: PMIP_TABLES.inet,
      name: 'forward',
      hook: 'forward',
      priority: MANGLE_PRIORITY,
      rules: [
        ...TUNNEL_NAMES.flatMap((name) => [
          segmentSizeRule('inputInterfaceName', name),
          segmentSizeRule('outputInterfaceName', name),
        ]),
        visitorSegmentSizeRule(),
      ],
    },
    {
      table: PMIP_TABLES.inet,
      name: 'postrouting',
      hook: 'postrouting',
      priority: MANGLE_PRIORITY,
      rules: [fragmentableRule(littleEndian)],
    },
    {
      table: PMIP_TABLES.inet,
      name: 'output',
      hook: 'output',
      priority: MANGLE_PRIORITY,
      rules: [fragmentableTunnelRule(littleEndian)],
    },
  ];
}

/**
 * `meta l4proto 4 @nh,0,8 0x45 meta l4proto . ip saddr . @nh,256,32 @bindings meta priority set 434:0`; for gre also
 * `@nh,160,32 0x800`, and what is inside begins 4 octets later.
 */
function markingRule(
  encapsulation: TunnelEncapsulation,
  set: 'bindings' | 'visits',
  littleEndian: boolean,
): expressions.Expression[] {
  const inner = OUTER_HEADER_LENGTH + (encapsulation === 'gre' ? GRE_HEADER_LENGTH : 0);
  const offset = inner + (set === 'bindings' ? SOURCE_ADDRESS.offset : DESTINATION_ADDRESS.offset);
  const isPlainGre = [expressions.payloadLoad(GRE_HEADER), expressions.compareEqual(PLAIN_GRE_OF_IPV4)];
  return [
    expressions.metaLoad('transportProtocol'),
    expressions.compareEqual(Uint8Array.of(IP_PROTOCOL[encapsulation])),
    expressions.payloadLoad(VERSION_AND_HEADER_LENGTH),
    expressions.compareEqual(IPV4_WITHOUT_OPTIONS),
    ...(encapsulation === 'gre' ? isPlainGre : []),
    expressions.metaLoad('networkProtocol'),
    expressions.compareEqual(NFPROTO_IPV4),
    expressions.metaLoad('transportProtocol'),
    expressions.payloadLoad(SOURCE_ADDRESS, expressions.REGISTER_1_WORD_2),
    expressions.payloadLoad({ header: 'network', offset, length: 4 }, expressions.REGISTER_1_WORD_3),
    expressions.lookupSet(INET_SETS[set]),
    expressions.immediate(hostOrder(ADMITTED_PRIORITY, littleEndian)),
    expressions.metaSet('priority'),
  ];
}

/** `iifname @checked_tunnels meta priority != 434:0 counter name not_admitted drop` */
function droppingRule(littleEndian: boolean): expressions.Expression[] {
  return [
    expressions.metaLoad('inputInterfaceName'),
    expressions.lookupSet(INET_SETS.checked_tunnels),
    expressions.metaLoad('priority'),
    expressions.compareNotEqual(hostOrder(ADMITTED_PRIORITY, littleEndian)),
    expressions.namedCounter(NOT_ADMITTED),
    expressions.drop(),
  ];
}

/**
 * `iifname @checked_tunnels ip daddr @own_addresses udp dport 67 counter udp dport set 434`: a mobile node renews its lease
 * with this box. Its DHCP server does not serve tunnel devices, so the home agent takes it and says it on the home link.
 */
function renewalRule(): expressions.Expression[] {
  return [
    expressions.metaLoad('inputInterfaceName'),
    expressions.lookupSet(INET_SETS.checked_tunnels),
    ...isIpv4(),
    expressions.payloadLoad(DESTINATION_ADDRESS),
    expressions.lookupSet(INET_SETS.own_addresses),
    ...isUdpTo(DHCP_SERVER_PORT),
    ...toHomeAgent(),
  ];
}

/**
 * `iifname @home_interfaces ip daddr 255.255.255.255 udp dport 68 @th,1984,24 0x350106 counter udp dport set 434`: a DHCP
 * server refuses somebody an address, by broadcast, be it on this box or another. It may mean a mobile node that is away.
 */
function refusalRule(): expressions.Expression[] {
  return [
    expressions.metaLoad('inputInterfaceName'),
    expressions.lookupSet(INET_SETS.home_interfaces),
    ...isIpv4(),
    expressions.payloadLoad(DESTINATION_ADDRESS),
    expressions.compareEqual(LIMITED_BROADCAST),
    ...isUdpTo(DHCP_CLIENT_PORT),
    expressions.payloadLoad(FIRST_DHCP_OPTION),
    expressions.compareEqual(DHCPNAK),
    ...toHomeAgent(),
  ];
}

/** `meta nfproto ipv4` */
function isIpv4(): expressions.Expression[] {
  return [expressions.metaLoad('networkProtocol'), expressions.compareEqual(NFPROTO_IPV4)];
}

/** `counter udp dport set 434` */
function toHomeAgent(): expressions.Expression[] {
  return [expressions.counter(), expressions.immediate(REGISTRATION_PORT), expressions.udpWrite(DESTINATION_PORT)];
}

/** `iifname @checked_tunnels meta priority set none` */
function unmarkingRule(littleEndian: boolean): expressions.Expression[] {
  return [
    expressions.metaLoad('inputInterfaceName'),
    expressions.lookupSet(INET_SETS.checked_tunnels),
    expressions.immediate(hostOrder(ORDINARY_PRIORITY, littleEndian)),
    expressions.metaSet('priority'),
  ];
}

/** `oifname @checked_tunnels ip frag-off & 0x4000 == 0 meta priority set 435:0` */
function fragmentableRule(littleEndian: boolean): expressions.Expression[] {
  return [
    expressions.metaLoad('outputInterfaceName'),
    expressions.lookupSet(INET_SETS.checked_tunnels),
    expressions.metaLoad('networkProtocol'),
    expressions.compareEqual(NFPROTO_IPV4),
    expressions.payloadLoad(FRAGMENT_OFFSET_AND_FLAGS),
    expressions.bitwiseAnd(DONT_FRAGMENT),
    expressions.compareEqual(new Uint8Array(DONT_FRAGMENT.length)),
    expressions.immediate(hostOrder(FRAGMENTABLE_PRIORITY, littleEndian)),
    expressions.metaSet('priority'),
  ];
}

/** The same packet in its tunnel: `meta priority 435:0 ip frag-off set ip frag-off & 0xbfff meta priority set 0:0` */
function fragmentableTunnelRule(littleEndian: boolean): expressions.Expression[] {
  return [
    expressions.metaLoad('priority'),
    expressions.compareEqual(hostOrder(FRAGMENTABLE_PRIORITY, littleEndian)),
    expressions.metaLoad('networkProtocol'),
    expressions.compareEqual(NFPROTO_IPV4),
    expressions.payloadLoad(FRAGMENT_OFFSET_AND_FLAGS),
    expressions.bitwiseAnd(ALL_BUT_DONT_FRAGMENT),
    expressions.payloadWrite(FRAGMENT_OFFSET_AND_FLAGS, HEADER_CHECKSUM_OFFSET),
    expressions.immediate(hostOrder(ORDINARY_PRIORITY, littleEndian)),
    expressions.metaSet('priority'),
  ];
}

/** `iifname|oifname NAME tcp flags syn / syn,rst counter tcp option maxseg size set rt mtu` */
function segmentSizeRule(
  direction: 'inputInterfaceName' | 'outputInterfaceName',
  name: string,
): expressions.Expression[] {
  return [
    expressions.metaLoad(direction),
    expressions.compareEqual(interfaceNameKey(name)),
    ...isTcpSyn(),
    expressions.counter(),
    expressions.routeSegmentSize(),
    expressions.networkOrder16(),
    expressions.tcpOptionWrite(TCP_MAXIMUM_SEGMENT_SIZE),
  ];
}

/**
 * `oifname != pmip0 oifname != pmip1 ip saddr @visitor_addresses tcp flags syn / syn,rst counter tcp option maxseg size set
 * 1436`: without reverse tunnelling the visitor's SYN does not cross the tunnel, but what it asks for comes through it.
 */
function visitorSegmentSizeRule(): expressions.Expression[] {
  return [
    ...TUNNEL_NAMES.flatMap((name) => [
      expressions.metaLoad('outputInterfaceName'),
      expressions.compareNotEqual(interfaceNameKey(name)),
    ]),
    expressions.metaLoad('networkProtocol'),
    expressions.compareEqual(NFPROTO_IPV4),
    expressions.payloadLoad(SOURCE_ADDRESS),
    expressions.lookupSet(INET_SETS.visitor_addresses),
    ...isTcpSyn(),
    expressions.counter(),
    expressions.immediate(Uint8Array.of(TUNNEL_SEGMENT_OCTETS >> 8, TUNNEL_SEGMENT_OCTETS & 0xff)),
    expressions.tcpOptionWrite(TCP_MAXIMUM_SEGMENT_SIZE),
  ];
}

function isTcpSyn(): expressions.Expression[] {
  return [
    expressions.metaLoad('transportProtocol'),
    expressions.compareEqual(IPPROTO_TCP),
    expressions.payloadLoad(TCP_FLAGS),
    expressions.bitwiseAnd(SYN_AND_RST),
    expressions.compareEqual(SYN),
  ];
}

function hostOrder(value: number, littleEndian: boolean): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value, littleEndian);
  return octets;
}

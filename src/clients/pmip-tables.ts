// Our two nf_tables tables. `table bridge pmip` takes the packets of visitors out of the bridge's way; `table inet pmip`
// keeps TCP segments small enough for the tunnels. Both are made by messages that leave existing sets as they are, with
// their elements, and put the rules in anew: what a restarted or upgraded daemon needs.
//
// ARP of visitors is dropped in prerouting, before the bridge floods it and before it hands it up: so it neither reaches
// the visited wire, nor does this host answer or learn from it. A packet socket on the interface of the BSS sees the
// frame before, and the daemon answers. The bridge does not learn from a dropped frame where the visitor is, but mac80211
// tells it at association, and every IPv4 packet does again.
//
// A visitor's packet then goes to the agent, whatever gateway the client still believes in: its destination becomes the
// agent's MAC address. Where the agent is this host, the packet type must be set too: it was judged by the port's address.

import { type Ipv4Address, type MacAddress, writeMac } from '../octets/address.ts';
import { utf8Octets, viewOf } from '../octets/octets.ts';
import * as nftables from '../wire/nftables.ts';
import * as expressions from '../wire/nftables-expressions.ts';

export type PmipTable = 'bridge' | 'inet';
export type PmipSet = 'local_visitors' | 'visitors' | 'visitor_macs';

export const PMIP_TABLES: Readonly<Record<PmipTable, nftables.Table>> = {
  bridge: { family: 'bridge', name: 'pmip' },
  inet: { family: 'inet', name: 'pmip' },
};

const MAC_LENGTH = 6;
/** Parts of a joined key are padded to words of four octets. */
const MAC_AND_ADDRESS_LENGTH = 12;
const ADDRESS_OFFSET = 8;

export const PMIP_SETS: Readonly<Record<PmipSet, nftables.SetOrMap>> = {
  local_visitors: {
    table: PMIP_TABLES.bridge,
    name: 'local_visitors',
    keyType: nftables.NFT_TYPE.macAndIpv4Address,
    keyLength: MAC_AND_ADDRESS_LENGTH,
    id: 1,
  },
  visitors: {
    table: PMIP_TABLES.bridge,
    name: 'visitors',
    keyType: nftables.NFT_TYPE.macAndIpv4Address,
    keyLength: MAC_AND_ADDRESS_LENGTH,
    data: { type: nftables.NFT_TYPE.macAddress, length: MAC_LENGTH },
    id: 2,
  },
  visitor_macs: {
    table: PMIP_TABLES.bridge,
    name: 'visitor_macs',
    keyType: nftables.NFT_TYPE.macAddress,
    keyLength: MAC_LENGTH,
    id: 3,
  },
};

/** Before everything that others do with a frame: -300 is the bridge's own dstnat. */
const PREROUTING: nftables.Chain = {
  table: PMIP_TABLES.bridge,
  name: 'prerouting',
  hook: 'prerouting',
  priority: -300,
};
const FORWARD: nftables.Chain = { table: PMIP_TABLES.inet, name: 'forward', hook: 'forward', priority: -150 };

const SOURCE_MAC = { header: 'link', offset: 6, length: 6 } as const;
const DESTINATION_MAC = { header: 'link', offset: 0, length: 6 } as const;
const SOURCE_ADDRESS = { header: 'network', offset: 12, length: 4 } as const;
const TCP_FLAGS = { header: 'transport', offset: 13, length: 1 } as const;
const ETHERTYPE_IPV4 = Uint8Array.of(0x08, 0x00);
const ETHERTYPE_ARP = Uint8Array.of(0x08, 0x06);
const IPPROTO_TCP = Uint8Array.of(6);
const SYN = Uint8Array.of(0x02);
const SYN_AND_RST = Uint8Array.of(0x06);
const PACKET_HOST = Uint8Array.of(0);
const TCP_MAXIMUM_SEGMENT_SIZE = { type: 2, offset: 2, length: 2 };
const INTERFACE_NAME_LENGTH = 16;
const TUNNEL_NAMES = ['pmip0', 'pmip1'];

export function encodePmipTable(table: PmipTable, littleEndian: boolean): Uint8Array[] {
  return table === 'bridge' ? encodeBridgeTable(littleEndian) : encodeInetTable(littleEndian);
}

/** Removes the table whether it is there or not: in one batch, making it first does no harm. */
export function encodePmipTableRemoval(table: PmipTable, littleEndian: boolean): Uint8Array[] {
  const of = PMIP_TABLES[table];
  return [nftables.encodeTable(of, littleEndian), nftables.encodeTableRemoval(of, littleEndian)];
}

export function macKey(mac: MacAddress): Uint8Array {
  const key = new Uint8Array(MAC_LENGTH);
  writeMac(viewOf(key), 0, mac);
  return key;
}

export function macAndAddressKey(mac: MacAddress, address: Ipv4Address): Uint8Array {
  const key = new Uint8Array(MAC_AND_ADDRESS_LENGTH);
  const view = viewOf(key);
  writeMac(view, 0, mac);
  view.setUint32(ADDRESS_OFFSET, address);
  return key;
}

function encodeBridgeTable(littleEndian: boolean): Uint8Array[] {
  return [
    nftables.encodeTable(PMIP_TABLES.bridge, littleEndian),
    ...Object.values(PMIP_SETS).map((set) => nftables.encodeSet(set, littleEndian)),
    nftables.encodeChain(PREROUTING, littleEndian),
    nftables.encodeChainFlush(PREROUTING, littleEndian),
    nftables.encodeRule(PREROUTING, visitorArpRule(), littleEndian),
    nftables.encodeRule(PREROUTING, localVisitorRule(), littleEndian),
    nftables.encodeRule(PREROUTING, visitorRule(), littleEndian),
  ];
}

function encodeInetTable(littleEndian: boolean): Uint8Array[] {
  const rules = TUNNEL_NAMES.flatMap((name) => [
    segmentSizeRule('inputInterfaceName', name),
    segmentSizeRule('outputInterfaceName', name),
  ]);
  return [
    nftables.encodeTable(PMIP_TABLES.inet, littleEndian),
    nftables.encodeChain(FORWARD, littleEndian),
    nftables.encodeChainFlush(FORWARD, littleEndian),
    ...rules.map((rule) => nftables.encodeRule(FORWARD, rule, littleEndian)),
  ];
}

/** `meta protocol arp ether saddr @visitor_macs counter drop` */
function visitorArpRule(): expressions.Expression[] {
  return [
    expressions.metaLoad('protocol'),
    expressions.compareEqual(ETHERTYPE_ARP),
    expressions.payloadLoad(SOURCE_MAC),
    expressions.lookupSet(PMIP_SETS.visitor_macs),
    expressions.counter(),
    expressions.drop(),
  ];
}

/** `ether saddr . ip saddr @local_visitors counter meta pkttype set host` */
function localVisitorRule(): expressions.Expression[] {
  return [
    ...loadMacAndAddress(),
    expressions.lookupSet(PMIP_SETS.local_visitors),
    expressions.counter(),
    expressions.immediate(PACKET_HOST),
    expressions.metaSet('packetType'),
  ];
}

/** `ether daddr set ether saddr . ip saddr map @visitors counter` */
function visitorRule(): expressions.Expression[] {
  return [
    ...loadMacAndAddress(),
    expressions.lookupMap(PMIP_SETS.visitors),
    expressions.payloadWrite(DESTINATION_MAC),
    expressions.counter(),
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

/** `iifname|oifname NAME tcp flags syn / syn,rst counter tcp option maxseg size set rt mtu` */
function segmentSizeRule(
  direction: 'inputInterfaceName' | 'outputInterfaceName',
  name: string,
): expressions.Expression[] {
  const paddedName = new Uint8Array(INTERFACE_NAME_LENGTH);
  paddedName.set(utf8Octets(name));
  return [
    expressions.metaLoad(direction),
    expressions.compareEqual(paddedName),
    expressions.metaLoad('transportProtocol'),
    expressions.compareEqual(IPPROTO_TCP),
    expressions.payloadLoad(TCP_FLAGS),
    expressions.bitwiseAnd(SYN_AND_RST),
    expressions.compareEqual(SYN),
    expressions.counter(),
    expressions.routeSegmentSize(),
    expressions.networkOrder16(),
    expressions.tcpOptionWrite(TCP_MAXIMUM_SEGMENT_SIZE),
  ];
}

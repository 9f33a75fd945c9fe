// Our nf_tables tables, and the sets and maps in them: what of a rule changes with every visitor and every binding.

import { type Ipv4Address, type MacAddress, writeMac } from '../octets/address.ts';
import { join, utf8Octets, viewOf } from '../octets/octets.ts';
import * as nftables from '../wire/nftables.ts';
import type { Note } from '../wire/nftables-notes.ts';
import type { TunnelEncapsulation } from '../wire/rtnetlink-link.ts';

export const PMIP_TABLE_FAMILIES = ['bridge', 'inet', 'ip', 'netdev'] as const;
export type PmipTable = (typeof PMIP_TABLE_FAMILIES)[number];

export const PMIP_TABLES: Readonly<Record<PmipTable, nftables.Table>> = {
  bridge: { family: 'bridge', name: 'pmip' },
  inet: { family: 'inet', name: 'pmip' },
  ip: { family: 'ip', name: 'pmip' },
  netdev: { family: 'netdev', name: 'pmip' },
};

/** How many stations of an interface can have copies of broadcasts: for each place there are rules. */
export const COPY_PLACES = 32;
/** Of `table netdev pmip`, beside those that have the names of interfaces: no interface's name has a slash. */
export const COPY_CHAINS = { fromBridge: 'from/bridge', withinBss: 'within/bss' };

const MAC_LENGTH = 6;
/** Parts of a joined key are padded to words of four octets. */
const MAC_AND_ADDRESS_LENGTH = 12;
const ADDRESS_OFFSET = 8;
const ADDRESS_LENGTH = 4;
const INTERFACE_NAME_LENGTH = 16;
const TUNNEL_END_LENGTH = 12;
const PLACE_LENGTH = 4;
const PADDED_MAC_LENGTH = 8;
/** More stations than radios carry; the kernel itself puts them in. */
const MOST_DHCP_LOCALS = 4096;
/** IP protocol numbers (RFC 2003 §3.1, RFC 2784 §3). */
export const IP_PROTOCOL: Readonly<Record<TunnelEncapsulation, number>> = { ipip: 4, gre: 47 };

/**
 * To nft: `typeof meta l4proto . ip saddr . @nh,256,32`. Its types have no name for an address in a place of our choosing,
 * and a set of addresses does not take one; without these notes nft could not load again what it printed.
 */
const TUNNEL_END_NOTES: readonly Note[] = [
  [0, 0], // the byte order of the key is not told
  [
    3, // typeof
    joinedNotes(
      metaNotes(16), // `meta l4proto`
      payloadNotes([12, 11]), // `ip saddr`
      payloadNotes([0, 0, 2, 256, 32]), // `@nh,256,32`: no protocol, no field, the network header
    ),
  ],
];

/** To nft: `typeof @nh,48,48`, for what the network header begins with is here the Ethernet header. */
const SOURCE_NOTES: readonly Note[] = [
  [0, 2], // the byte order of the key is the network's
  [3, payloadNotes([0, 0, 2, 48, 48])],
];

/** To nft: `typeof @nh,48,48 . meta mark`. */
const PLACE_NOTES: readonly Note[] = [
  [0, 0],
  [3, joinedNotes(payloadNotes([0, 0, 2, 48, 48]), metaNotes(3))],
];

/** To nft: `typeof oifname . meta mark : @nh,48,48`. */
const COPY_NOTES: readonly Note[] = [
  [0, 0],
  [1, 2], // the byte order of the value is the network's
  [3, joinedNotes(metaNotes(7), metaNotes(3))],
  [4, payloadNotes([0, 0, 2, 48, 48])],
];

/** To nft: names of interfaces are in host order, as the kernel has them in its registers. */
const HOST_ORDER_NOTES: readonly Note[] = [[0, 1]];

const INTERFACE_NAME = {
  table: PMIP_TABLES.bridge,
  keyType: nftables.NFT_TYPE.interfaceName,
  keyLength: INTERFACE_NAME_LENGTH,
  notes: HOST_ORDER_NOTES,
};
const MAC = { table: PMIP_TABLES.bridge, keyType: nftables.NFT_TYPE.macAddress, keyLength: MAC_LENGTH };
const MAC_AND_ADDRESS = {
  table: PMIP_TABLES.bridge,
  keyType: nftables.NFT_TYPE.macAndIpv4Address,
  keyLength: MAC_AND_ADDRESS_LENGTH,
};
const TUNNEL_END = {
  table: PMIP_TABLES.inet,
  keyType: nftables.NFT_TYPE.protocolAndIpv4AddressAndInteger,
  keyLength: TUNNEL_END_LENGTH,
  notes: TUNNEL_END_NOTES,
};

export const BRIDGE_SETS = {
  local_visitors: { ...MAC_AND_ADDRESS, name: 'local_visitors', id: 1 },
  visitors: {
    ...MAC_AND_ADDRESS,
    name: 'visitors',
    data: { type: nftables.NFT_TYPE.macAddress, length: MAC_LENGTH },
    id: 2,
  },
  visitor_macs: { ...MAC, name: 'visitor_macs', id: 3 },
  /** Stations that this access point registers: replies to them are for us. */
  registered_macs: { ...MAC, name: 'registered_macs', id: 4 },
  /** Interfaces from whose stations no DHCP reaches the server of this network unless they are in the next set. */
  dhcp_interfaces: { ...INTERFACE_NAME, name: 'dhcp_interfaces', id: 5 },
  dhcp_locals: { ...MAC, name: 'dhcp_locals', mostElements: MOST_DHCP_LOCALS, id: 6 },
  /** Wired ports that do not take part. */
  other_ports: { ...INTERFACE_NAME, name: 'other_ports', id: 7 },
  /** Interfaces whose stations are served, and those of them that have a station with a Mobile IP stack of its own. */
  station_interfaces: { ...INTERFACE_NAME, name: 'station_interfaces', id: 8 },
  mobile_node_interfaces: { ...INTERFACE_NAME, name: 'mobile_node_interfaces', id: 9 },
  /** Interfaces all of whose stations are visitors. */
  visitor_interfaces: { ...INTERFACE_NAME, name: 'visitor_interfaces', id: 10 },
  /** Of visitors; nobody else here may use them. */
  home_addresses: {
    table: PMIP_TABLES.bridge,
    name: 'home_addresses',
    keyType: nftables.NFT_TYPE.ipv4Address,
    keyLength: ADDRESS_LENGTH,
    id: 11,
  },
} as const;

export const INET_SETS = {
  /** Home agent: encapsulation, care-of address as outer source, home address as inner source. */
  bindings: { ...TUNNEL_END, name: 'bindings', id: 1 },
  /** Foreign agent: encapsulation, home agent as outer source, home address as inner destination. */
  visits: { ...TUNNEL_END, name: 'visits', id: 2 },
  visitor_addresses: {
    table: PMIP_TABLES.inet,
    name: 'visitor_addresses',
    keyType: nftables.NFT_TYPE.ipv4Address,
    keyLength: ADDRESS_LENGTH,
    id: 3,
  },
  /** Tunnel devices out of which only what is in the first two sets may come. */
  checked_tunnels: {
    table: PMIP_TABLES.inet,
    name: 'checked_tunnels',
    keyType: nftables.NFT_TYPE.interfaceName,
    keyLength: INTERFACE_NAME_LENGTH,
    notes: HOST_ORDER_NOTES,
    id: 4,
  },
  own_addresses: {
    table: PMIP_TABLES.inet,
    name: 'own_addresses',
    keyType: nftables.NFT_TYPE.ipv4Address,
    keyLength: ADDRESS_LENGTH,
    id: 5,
  },
  /** Links of our home networks. */
  home_interfaces: {
    table: PMIP_TABLES.inet,
    name: 'home_interfaces',
    keyType: nftables.NFT_TYPE.interfaceName,
    keyLength: INTERFACE_NAME_LENGTH,
    notes: HOST_ORDER_NOTES,
    id: 6,
  },
} as const;

export const IP_SETS = {
  /** Home agent: of mobile nodes with two care-of addresses. */
  copied_addresses: {
    table: PMIP_TABLES.ip,
    name: 'copied_addresses',
    keyType: nftables.NFT_TYPE.ipv4Address,
    keyLength: ADDRESS_LENGTH,
    id: 1,
  },
} as const;

export const NETDEV_SETS = {
  /** Interface and place: the station there that is no visitor. */
  copies: {
    table: PMIP_TABLES.netdev,
    name: 'copies',
    keyType: nftables.NFT_TYPE.interfaceNameAndMark,
    keyLength: INTERFACE_NAME_LENGTH + PLACE_LENGTH,
    data: { type: nftables.NFT_TYPE.integer, length: MAC_LENGTH },
    notes: COPY_NOTES,
    id: 1,
  },
  /** All of them. */
  others: {
    table: PMIP_TABLES.netdev,
    name: 'others',
    keyType: nftables.NFT_TYPE.integer,
    keyLength: MAC_LENGTH,
    notes: SOURCE_NOTES,
    id: 2,
  },
  /** Each with its place. */
  places: {
    table: PMIP_TABLES.netdev,
    name: 'places',
    keyType: nftables.NFT_TYPE.integerAndMark,
    keyLength: PADDED_MAC_LENGTH + PLACE_LENGTH,
    notes: PLACE_NOTES,
    id: 3,
  },
} as const;

export type PmipSet =
  | keyof typeof BRIDGE_SETS
  | keyof typeof INET_SETS
  | keyof typeof IP_SETS
  | keyof typeof NETDEV_SETS;

export const PMIP_SETS: Readonly<Record<PmipSet, nftables.SetOrMap>> = {
  ...BRIDGE_SETS,
  ...INET_SETS,
  ...IP_SETS,
  ...NETDEV_SETS,
};

/** What came out of a tunnel and belongs to no binding and no visitor. */
export const NOT_ADMITTED: nftables.Counter = { table: PMIP_TABLES.inet, name: 'not_admitted' };

export function tableOfSet(set: PmipSet): PmipTable {
  if (set in BRIDGE_SETS) return 'bridge';
  if (set in INET_SETS) return 'inet';
  return set in IP_SETS ? 'ip' : 'netdev';
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

export function addressKey(address: Ipv4Address): Uint8Array {
  const key = new Uint8Array(ADDRESS_LENGTH);
  viewOf(key).setUint32(0, address);
  return key;
}

/** Names are padded to the length that the kernel gives them. */
export function interfaceNameKey(name: string): Uint8Array {
  const key = new Uint8Array(INTERFACE_NAME_LENGTH);
  key.set(utf8Octets(name));
  return key;
}

export function placeKey(interfaceName: string, place: number): Uint8Array {
  return join([interfaceNameKey(interfaceName), placeMark(place)]);
}

export function macAndPlaceKey(mac: MacAddress, place: number): Uint8Array {
  const key = new Uint8Array(PADDED_MAC_LENGTH + PLACE_LENGTH);
  key.set(macKey(mac));
  key.set(placeMark(place), PADDED_MAC_LENGTH);
  return key;
}

/** As the mark of a packet, whatever its byte order. */
export function placeMark(place: number): Uint8Array {
  const mark = new Uint8Array(PLACE_LENGTH);
  viewOf(mark).setUint32(0, place);
  return mark;
}

export function tunnelEndKey(end: {
  readonly encapsulation: TunnelEncapsulation;
  readonly outerSource: Ipv4Address;
  readonly homeAddress: Ipv4Address;
}): Uint8Array {
  const key = new Uint8Array(TUNNEL_END_LENGTH);
  const view = viewOf(key);
  view.setUint8(0, IP_PROTOCOL[end.encapsulation]);
  view.setUint32(4, end.outerSource);
  view.setUint32(8, end.homeAddress);
  return key;
}

function joinedNotes(...parts: readonly (readonly Note[])[]): Note[] {
  return [
    [0, 13],
    [1, parts.map((part, index) => [index, part] as const)],
  ];
}

function metaNotes(key: number): Note[] {
  return [
    [0, 9],
    [1, [[0, key]]],
  ];
}

function payloadNotes(numbers: readonly number[]): Note[] {
  return [
    [0, 7],
    [1, numbers.map((value, type) => [type, value] as const)],
  ];
}

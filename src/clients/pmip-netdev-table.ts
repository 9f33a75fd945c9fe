// The rules of `table netdev pmip`: broadcasts where visitors are among other stations of a BSS. All of these share the key
// of its broadcasts, so nothing that is sent with that key can be kept from one of them. Instead each of the others has a
// copy of its own, sent to it alone, and the original goes to nobody.
//
// A base chain for the interface of such a BSS leads its frames on the way out into one of two chains that do this. One has
// what comes over the bridge, the other what mac80211 sends back into the BSS that a station of it has broadcast: the kernel
// marks the latter as 802.3, and takes its Ethernet header for that of the network. Of those, only what comes from one of the
// others is copied.
//
// A rule has one destination, so there is a rule for each place that one of the others may have.

import type * as nftables from '../wire/nftables.ts';
import * as expressions from '../wire/nftables-expressions.ts';
import { DESTINATION_MAC, ETHERTYPE_ARP, ETHERTYPE_IPV4, GROUP_BIT } from './pmip-matches.ts';
import { COPY_CHAINS, COPY_PLACES, NETDEV_SETS, PMIP_TABLES, placeMark } from './pmip-sets.ts';

type Rule = nftables.ChainWithRules['rules'][number];

/** ETH_P_802_3 of linux/if_ether.h, which is on no wire. */
const WITHIN_THE_BSS = Uint8Array.of(0x00, 0x01);
const HEADER = {
  destination: { header: 'network', offset: 0, length: 6 },
  source: { header: 'network', offset: 6, length: 6 },
  ethertype: { header: 'network', offset: 12, length: 2 },
} as const;
const FROM_BRIDGE = { table: PMIP_TABLES.netdev, name: COPY_CHAINS.fromBridge };
const WITHIN_BSS = { table: PMIP_TABLES.netdev, name: COPY_CHAINS.withinBss };

export const NETDEV_CHAINS: readonly nftables.SubchainWithRules[] = [
  {
    ...FROM_BRIDGE,
    rules: [
      toOne(DESTINATION_MAC),
      ofOtherProtocol(expressions.metaLoad('protocol')),
      ...forEachPlace((place) => copyTo(place, DESTINATION_MAC)),
      [expressions.counter(), expressions.drop()],
    ],
  },
  {
    ...WITHIN_BSS,
    rules: [
      toOne(HEADER.destination),
      ofOtherProtocol(expressions.payloadLoad(HEADER.ethertype)),
      [...fromVisitor(), expressions.counter(), expressions.drop()],
      ...forEachPlace((place) => copyTo(place, HEADER.destination, isFromAnother())),
      [expressions.counter(), expressions.drop()],
    ],
  },
];

export function interfaceChain(interfaceName: string): nftables.ChainWithRules {
  return {
    table: PMIP_TABLES.netdev,
    name: interfaceName,
    hook: 'egress',
    device: interfaceName,
    priority: 0,
    rules: [[...isWithinBss(), expressions.goTo(WITHIN_BSS)], [expressions.goTo(FROM_BRIDGE)]],
  };
}

function forEachPlace(rule: (place: number) => Rule): Rule[] {
  return Array.from({ length: COPY_PLACES }, (_, place) => rule(place));
}

/** `meta protocol 802.3` */
function isWithinBss(): Rule {
  return [expressions.metaLoad('protocol'), expressions.compareEqual(WITHIN_THE_BSS)];
}

/** `ether daddr & 01:00:00:00:00:00 != 01:00:00:00:00:00 accept` */
function toOne(destination: expressions.HeaderField): Rule {
  return [
    expressions.payloadLoad(destination),
    expressions.bitwiseAnd(GROUP_BIT),
    expressions.compareNotEqual(GROUP_BIT),
    expressions.accept(),
  ];
}

/** `meta protocol != ip meta protocol != arp accept` */
function ofOtherProtocol(load: expressions.Expression): Rule {
  return [
    load,
    expressions.compareNotEqual(ETHERTYPE_IPV4),
    load,
    expressions.compareNotEqual(ETHERTYPE_ARP),
    expressions.accept(),
  ];
}

/** `@nh,48,48 != @others` */
function fromVisitor(): Rule {
  return [expressions.payloadLoad(HEADER.source), expressions.lookupAbsence(NETDEV_SETS.others)];
}

/** `@nh,48,48 . meta mark != @places` */
function isFromAnother(): Rule {
  return [
    expressions.payloadLoad(HEADER.source),
    expressions.metaLoad('mark', expressions.REGISTER_1_WORD_3),
    expressions.lookupAbsence(NETDEV_SETS.places),
  ];
}

/** `meta mark set PLACE ... ether daddr set oifname . meta mark map @copies dup to oif` */
function copyTo(place: number, destination: expressions.HeaderField, condition: Rule = []): Rule {
  return [
    expressions.immediate(placeMark(place)),
    expressions.metaSet('mark'),
    ...condition,
    expressions.metaLoad('outputInterfaceName'),
    expressions.metaLoad('mark', expressions.REGISTER_2),
    expressions.lookupMap(NETDEV_SETS.copies),
    expressions.payloadWrite(destination),
    expressions.metaLoad('outputInterface', expressions.REGISTER_2),
    expressions.duplicateFrame(),
  ];
}

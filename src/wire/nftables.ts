// nf_tables over nfnetlink (linux/netfilter/nf_tables.h): tables, base chains, rules, sets, maps and their elements, and
// the batch around them, which the kernel does wholly or not at all. Header fields are in host order, as in all netlink;
// the numbers inside nf_tables' attributes are in network order. Expressions of rules are in nftables-expressions.ts.

import { fixedPart } from './malformed.ts';
import * as netlink from './netlink.ts';
import type { Expression } from './nftables-expressions.ts';
import { encodeNotes, type Note } from './nftables-notes.ts';

/** linux/netfilter/nfnetlink.h: each change of nf_tables, by whomever. */
export const NFNLGRP_NFTABLES = 7;

const NFNL_MSG_BATCH_BEGIN = 0x10;
const NFNL_MSG_BATCH_END = 0x11;
const NFNL_SUBSYS_NFTABLES = 10;
const NFGENMSG_LENGTH = 4;
const NFT_MSG_NEWTABLE = 0;
const NFT_MSG_GETTABLE = 1;
const NFT_MSG_DELTABLE = 2;
const NFT_MSG_NEWCHAIN = 3;
const NFT_MSG_GETCHAIN = 4;
const NFT_MSG_DELCHAIN = 5;
const NFT_MSG_NEWRULE = 6;
const NFT_MSG_DELRULE = 8;
const NFT_MSG_NEWSET = 9;
const NFT_MSG_NEWSETELEM = 12;
const NFT_MSG_GETSETELEM = 13;
const NFT_MSG_DELSETELEM = 14;
const NFT_MSG_NEWOBJ = 18;
const NFT_MSG_GETOBJ = 19;

/** In every message that names a table, the table's name. */
const NFTA_TABLE = 1;
const NFTA_TABLE_FLAGS = 2;
const NFTA_CHAIN_NAME = 3;
const NFTA_CHAIN_HOOK = 4;
const NFTA_CHAIN_POLICY = 5;
const NFTA_CHAIN_TYPE = 7;
const NFTA_HOOK_HOOKNUM = 1;
const NFTA_HOOK_PRIORITY = 2;
const NFTA_HOOK_DEV = 3;
const NFTA_RULE_CHAIN = 2;
const NFTA_RULE_EXPRESSIONS = 4;
const NFTA_LIST_ELEM = 1;
const NFTA_EXPR_NAME = 1;
const NFTA_EXPR_DATA = 2;
const NFTA_SET_NAME = 2;
const NFTA_SET_FLAGS = 3;
const NFTA_SET_KEY_TYPE = 4;
const NFTA_SET_KEY_LEN = 5;
const NFTA_SET_DATA_TYPE = 6;
const NFTA_SET_DATA_LEN = 7;
const NFTA_SET_DESC = 9;
const NFTA_SET_ID = 10;
const NFTA_SET_USERDATA = 13;
const NFTA_SET_ELEM_LIST_SET = 2;
const NFTA_SET_ELEM_LIST_ELEMENTS = 3;
const NFTA_SET_ELEM_KEY = 1;
const NFTA_SET_ELEM_DATA = 2;
const NFTA_DATA_VALUE = 1;
const NFTA_OBJ_NAME = 2;
const NFTA_OBJ_TYPE = 3;
const NFTA_OBJ_DATA = 4;
const NFTA_COUNTER_BYTES = 1;
const NFTA_COUNTER_PACKETS = 2;
const NFT_OBJECT_COUNTER = 1;
const NFTA_SET_DESC_SIZE = 1;
const NFT_SET_MAP = 8;
const NFT_SET_EVAL = 32;
const NF_ACCEPT = 1;

const FAMILY = { inet: 1, ip: 2, netdev: 5, bridge: 7 };
/** The last is of the family netdev. */
const HOOK = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4, egress: 1 };

/** Numbers that the kernel keeps for nft, which prints a set's elements by them; joined keys are six bits each. */
export const NFT_TYPE = {
  integer: 4,
  ipv4Address: 7,
  macAddress: 9,
  macAndIpv4Address: (9 << 6) | 7,
  protocolAndIpv4AddressAndInteger: (12 << 12) | (7 << 6) | 4,
  interfaceName: 41,
  interfaceNameAndMark: (41 << 6) | 19,
  integerAndMark: (4 << 6) | 19,
};

export type Table = { readonly family: keyof typeof FAMILY; readonly name: string };

/** One that rules of other chains lead to. */
export type Subchain = { readonly table: Table; readonly name: string };

export type Chain = Subchain & {
  readonly hook: keyof typeof HOOK;
  readonly priority: number;
  /** Family netdev: of this interface alone. */
  readonly device?: string;
};

type Rules = { readonly rules: readonly (readonly Expression[])[] };

export type SubchainWithRules = Subchain & Rules;

export type ChainWithRules = Chain & Rules;

export type SetOrMap = {
  readonly table: Table;
  readonly name: string;
  readonly keyType: number;
  readonly keyLength: number;
  /** Present in a map. */
  readonly data?: { readonly type: number; readonly length: number };
  /** Present where rules put elements in: no more than this. */
  readonly mostElements?: number;
  /** The kernel wants one in every set of a batch. */
  readonly id: number;
  /** What the kernel keeps for nft: how a key is written whose type has no name. */
  readonly notes?: readonly Note[];
};

export type Counter = { readonly table: Table; readonly name: string };

export type Count = { readonly packets: number; readonly octets: number };

export type SetIdentity = Pick<SetOrMap, 'table' | 'name'>;

export type Element = { readonly key: Uint8Array; readonly data?: Uint8Array };

export function encodeBatchBegin(littleEndian: boolean): Uint8Array {
  return encodeBatchMark(NFNL_MSG_BATCH_BEGIN, littleEndian);
}

export function encodeBatchEnd(littleEndian: boolean): Uint8Array {
  return encodeBatchMark(NFNL_MSG_BATCH_END, littleEndian);
}

/** Makes a table; one that exists is left as it is. */
export function encodeTable(table: Table, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_NEWTABLE, netlink.NLM_F_CREATE, table, littleEndian);
  writer.networkNumber32(NFTA_TABLE_FLAGS, 0);
  return writer.finish();
}

/** With everything in it. */
export function encodeTableRemoval(table: Table, littleEndian: boolean): Uint8Array {
  return begin(NFT_MSG_DELTABLE, 0, table, littleEndian).finish();
}

/** Whether a message of NFNLGRP_NFTABLES tells that a table is gone, whoever has removed it. */
export function isTableRemoval(message: netlink.NetlinkMessage, table: Table, littleEndian: boolean): boolean {
  const { type, payload } = message;
  if (type !== messageType(NFT_MSG_DELTABLE)) return false;
  const family = fixedPart(payload, NFGENMSG_LENGTH, 'removal of a table').getUint8(0);
  const attributes = netlink.readAttributes(payload, NFGENMSG_LENGTH, littleEndian, 'removal of a table');
  return family === FAMILY[table.family] && netlink.attributeText(attributes, NFTA_TABLE) === table.name;
}

/** Asks whether a table exists: answered by the table, or ENOENT. Not part of a batch. */
export function encodeTableQuery(table: Table, littleEndian: boolean): Uint8Array {
  return begin(NFT_MSG_GETTABLE, 0, table, littleEndian).finish();
}

/** Makes a chain, and where it has a hook, a base chain of type filter that accepts; one that exists, alike, is left as it is. */
export function encodeChain(chain: Chain | Subchain, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_NEWCHAIN, netlink.NLM_F_CREATE, chain.table, littleEndian);
  writer.text(NFTA_CHAIN_NAME, chain.name);
  if ('hook' in chain) writeHook(writer, chain);
  return writer.finish();
}

function writeHook(writer: netlink.MessageWriter, { hook, priority, device }: Chain): void {
  writer.text(NFTA_CHAIN_TYPE, 'filter');
  writer.networkNumber32(NFTA_CHAIN_POLICY, NF_ACCEPT);
  writer.nested(NFTA_CHAIN_HOOK, () => {
    writer.networkNumber32(NFTA_HOOK_HOOKNUM, HOOK[hook]);
    writer.networkNumber32(NFTA_HOOK_PRIORITY, priority);
    if (device !== undefined) writer.text(NFTA_HOOK_DEV, device);
  });
}

/** Fails with EBUSY where rules are in it or lead to it, and with ENOENT where there is none. */
export function encodeChainRemoval(chain: Subchain, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_DELCHAIN, 0, chain.table, littleEndian);
  writer.text(NFTA_CHAIN_NAME, chain.name);
  return writer.finish();
}

/** Of all tables of the family. */
export function encodeChainsDump(table: Table, littleEndian: boolean): Uint8Array {
  return begin(NFT_MSG_GETCHAIN, netlink.NLM_F_DUMP, table, littleEndian).finish();
}

/** Undefined where the message is of another kind, or tells of a chain of another table. */
export function decodeChainName(
  message: netlink.NetlinkMessage,
  table: Table,
  littleEndian: boolean,
): string | undefined {
  if (message.type !== messageType(NFT_MSG_NEWCHAIN)) return undefined;
  fixedPart(message.payload, NFGENMSG_LENGTH, 'chain');
  const attributes = netlink.readAttributes(message.payload, NFGENMSG_LENGTH, littleEndian, 'chain');
  if (netlink.attributeText(attributes, NFTA_TABLE) !== table.name) return undefined;
  return netlink.attributeText(attributes, NFTA_CHAIN_NAME);
}

/** Takes every rule out of a chain. */
export function encodeChainFlush(chain: Subchain, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_DELRULE, 0, chain.table, littleEndian);
  writer.text(NFTA_RULE_CHAIN, chain.name);
  return writer.finish();
}

/** Adds a rule at the end of a chain. */
export function encodeRule(chain: Subchain, expressions: readonly Expression[], littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_NEWRULE, netlink.NLM_F_CREATE | netlink.NLM_F_APPEND, chain.table, littleEndian);
  writer.text(NFTA_RULE_CHAIN, chain.name);
  writer.nested(NFTA_RULE_EXPRESSIONS, () => {
    for (const expression of expressions) {
      writer.nested(NFTA_LIST_ELEM, () => {
        writer.text(NFTA_EXPR_NAME, expression.name);
        writer.nested(NFTA_EXPR_DATA, () => expression.write(writer));
      });
    }
  });
  return writer.finish();
}

/** Makes a set or map; one that exists, alike, is left as it is, with its elements. */
export function encodeSet(set: SetOrMap, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_NEWSET, netlink.NLM_F_CREATE, set.table, littleEndian);
  writer.text(NFTA_SET_NAME, set.name);
  writer.networkNumber32(NFTA_SET_FLAGS, flagsOf(set));
  writer.networkNumber32(NFTA_SET_KEY_TYPE, set.keyType);
  writer.networkNumber32(NFTA_SET_KEY_LEN, set.keyLength);
  if (set.data !== undefined) {
    writer.networkNumber32(NFTA_SET_DATA_TYPE, set.data.type);
    writer.networkNumber32(NFTA_SET_DATA_LEN, set.data.length);
  }
  writer.networkNumber32(NFTA_SET_ID, set.id);
  const { mostElements } = set;
  if (mostElements !== undefined) {
    writer.nested(NFTA_SET_DESC, () => writer.networkNumber32(NFTA_SET_DESC_SIZE, mostElements));
  }
  if (set.notes !== undefined) writer.octets(NFTA_SET_USERDATA, encodeNotes(set.notes, littleEndian));
  return writer.finish();
}

function flagsOf(set: SetOrMap): number {
  return (set.data === undefined ? 0 : NFT_SET_MAP) | (set.mostElements === undefined ? 0 : NFT_SET_EVAL);
}

/** Makes a counter; one that exists keeps its count. */
export function encodeCounter(counter: Counter, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_NEWOBJ, netlink.NLM_F_CREATE, counter.table, littleEndian);
  writeCounterIdentity(writer, counter);
  writer.nested(NFTA_OBJ_DATA, () => {
    writer.octets(NFTA_COUNTER_BYTES, new Uint8Array(8));
    writer.octets(NFTA_COUNTER_PACKETS, new Uint8Array(8));
  });
  return writer.finish();
}

/** Asks for a counter: answered by it, or ENOENT. Not part of a batch. */
export function encodeCounterQuery(counter: Counter, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_GETOBJ, 0, counter.table, littleEndian);
  writeCounterIdentity(writer, counter);
  return writer.finish();
}

/** Undefined where the message is of another kind. */
export function decodeCounter(message: netlink.NetlinkMessage, littleEndian: boolean): Count | undefined {
  if (message.type !== messageType(NFT_MSG_NEWOBJ)) return undefined;
  fixedPart(message.payload, NFGENMSG_LENGTH, 'counter');
  const attributes = netlink.readAttributes(message.payload, NFGENMSG_LENGTH, littleEndian, 'counter');
  const data = attributes.get(NFTA_OBJ_DATA);
  if (data === undefined) return undefined;
  const counts = netlink.readAttributes(data, 0, littleEndian, 'counter');
  return { packets: readCount(counts, NFTA_COUNTER_PACKETS), octets: readCount(counts, NFTA_COUNTER_BYTES) };
}

/** Adds an element; one that exists, with the same data, is left as it is. */
export function encodeElement(set: SetIdentity, element: Element, littleEndian: boolean): Uint8Array {
  return encodeElements(NFT_MSG_NEWSETELEM, netlink.NLM_F_CREATE, set, element, littleEndian);
}

/** Fails with ENOENT, and the whole batch with it, where the set has no such element. */
export function encodeElementRemoval(set: SetIdentity, key: Uint8Array, littleEndian: boolean): Uint8Array {
  return encodeElements(NFT_MSG_DELSETELEM, 0, set, { key }, littleEndian);
}

export function encodeElementsDump(set: SetIdentity, littleEndian: boolean): Uint8Array {
  const writer = begin(NFT_MSG_GETSETELEM, netlink.NLM_F_DUMP, set.table, littleEndian);
  writer.text(NFTA_SET_ELEM_LIST_SET, set.name);
  return writer.finish();
}

/** The elements in one message of a dump; none where the message is of another kind. */
export function decodeElements(message: netlink.NetlinkMessage, littleEndian: boolean): Element[] {
  if (message.type !== messageType(NFT_MSG_NEWSETELEM)) return [];
  fixedPart(message.payload, NFGENMSG_LENGTH, 'set elements');
  const attributes = netlink.readAttributes(message.payload, NFGENMSG_LENGTH, littleEndian, 'set elements');
  const list = attributes.get(NFTA_SET_ELEM_LIST_ELEMENTS);
  if (list === undefined) return [];
  const elements: Element[] = [];
  for (const octets of netlink.readAttributeList(list, littleEndian, 'set elements')) {
    const element = netlink.readAttributes(octets, 0, littleEndian, 'set element');
    const key = readValue(element.get(NFTA_SET_ELEM_KEY), littleEndian);
    const data = readValue(element.get(NFTA_SET_ELEM_DATA), littleEndian);
    if (key !== undefined) elements.push(data === undefined ? { key } : { key, data });
  }
  return elements;
}

function encodeElements(
  message: number,
  flags: number,
  set: SetIdentity,
  element: Element,
  littleEndian: boolean,
): Uint8Array {
  const { key, data } = element;
  const writer = begin(message, flags, set.table, littleEndian);
  writer.text(NFTA_SET_ELEM_LIST_SET, set.name);
  writer.nested(NFTA_SET_ELEM_LIST_ELEMENTS, () => {
    writer.nested(NFTA_LIST_ELEM, () => {
      writer.nested(NFTA_SET_ELEM_KEY, () => writer.octets(NFTA_DATA_VALUE, key));
      if (data !== undefined) writer.nested(NFTA_SET_ELEM_DATA, () => writer.octets(NFTA_DATA_VALUE, data));
    });
  });
  return writer.finish();
}

function writeCounterIdentity(writer: netlink.MessageWriter, counter: Counter): void {
  writer.text(NFTA_OBJ_NAME, counter.name);
  writer.networkNumber32(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
}

function readCount(counts: netlink.Attributes, type: number): number {
  const octets = counts.get(type);
  if (octets === undefined) return 0;
  return Number(fixedPart(octets, 8, 'counter').getBigUint64(0));
}

function begin(message: number, flags: number, table: Table, littleEndian: boolean): netlink.MessageWriter {
  const writer = new netlink.MessageWriter(messageType(message), netlink.NLM_F_REQUEST | flags, littleEndian);
  writer.fixed(NFGENMSG_LENGTH).setUint8(0, FAMILY[table.family]);
  writer.text(NFTA_TABLE, table.name);
  return writer;
}

function encodeBatchMark(type: number, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(type, netlink.NLM_F_REQUEST, littleEndian);
  writer.fixed(NFGENMSG_LENGTH).setUint16(2, NFNL_SUBSYS_NFTABLES);
  return writer.finish();
}

function messageType(message: number): number {
  return (NFNL_SUBSYS_NFTABLES << 8) | message;
}

function readValue(octets: Uint8Array | undefined, littleEndian: boolean): Uint8Array | undefined {
  return octets && netlink.readAttributes(octets, 0, littleEndian, 'value of a set element').get(NFTA_DATA_VALUE);
}

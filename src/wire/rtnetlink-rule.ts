// Routing rules (linux/fib_rules.h, struct fib_rule_hdr): packets of a prefix that come in by one interface, or are to go
// out by one, look into a table of their own.

import { type Prefix, prefixOf, UNSPECIFIED_ADDRESS } from '../octets/address.ts';
import { fixedPart, Malformed } from './malformed.ts';
import * as netlink from './netlink.ts';
import { AF_INET } from './rtnetlink-route.ts';

export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;
export const RTM_GETRULE = 34;

const FIB_RULE_HEADER_LENGTH = 12;
const FR_ACT_TO_TABLE = 1;
const FRA_SRC = 2;
const FRA_IIFNAME = 3;
const FRA_PRIORITY = 6;
const FRA_TABLE = 15;
const FRA_OIFNAME = 17;
const FRA_PROTOCOL = 21;

export type Rule = {
  readonly source: Prefix;
  readonly inputInterface: string | undefined;
  /** Of packets that are bound to it before they are routed. */
  readonly outputInterface?: string | undefined;
  readonly table: number;
  readonly priority: number;
  readonly protocol: number;
};

/** Adds a rule; the kernel answers EEXIST where it has the same. */
export function encodeRuleAddition(rule: Rule, littleEndian: boolean): Uint8Array {
  return encodeRule(RTM_NEWRULE, netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, rule, littleEndian);
}

export function encodeRuleRemoval(rule: Rule, littleEndian: boolean): Uint8Array {
  return encodeRule(RTM_DELRULE, 0, rule, littleEndian);
}

export function encodeRulesDump(littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(RTM_GETRULE, netlink.NLM_F_REQUEST | netlink.NLM_F_DUMP, littleEndian);
  writer.fixed(FIB_RULE_HEADER_LENGTH).setUint8(0, AF_INET);
  return writer.finish();
}

/** The payload of RTM_NEWRULE or RTM_DELRULE; undefined where the rule is not one of IPv4. */
export function decodeRule(payload: Uint8Array, littleEndian: boolean): Rule | undefined {
  const view = fixedPart(payload, FIB_RULE_HEADER_LENGTH, 'rule');
  if (view.getUint8(0) !== AF_INET) return undefined;
  const length = view.getUint8(2);
  if (length > 32) throw new Malformed('rule', `prefix length ${length}`);
  const attributes = netlink.readAttributes(payload, FIB_RULE_HEADER_LENGTH, littleEndian, 'rule');
  return {
    source: prefixOf(netlink.attributeIpv4(attributes, FRA_SRC) ?? UNSPECIFIED_ADDRESS, length),
    inputInterface: netlink.attributeText(attributes, FRA_IIFNAME),
    outputInterface: netlink.attributeText(attributes, FRA_OIFNAME),
    table: netlink.attributeNumber(attributes, FRA_TABLE, littleEndian) ?? view.getUint8(4),
    priority: netlink.attributeNumber(attributes, FRA_PRIORITY, littleEndian) ?? 0,
    protocol: netlink.attributeNumber(attributes, FRA_PROTOCOL, littleEndian) ?? 0,
  };
}

function encodeRule(type: number, flags: number, rule: Rule, littleEndian: boolean): Uint8Array {
  const writer = new netlink.MessageWriter(type, netlink.NLM_F_REQUEST | flags, littleEndian);
  const view = writer.fixed(FIB_RULE_HEADER_LENGTH);
  view.setUint8(0, AF_INET);
  view.setUint8(2, rule.source.length);
  view.setUint8(4, rule.table > 255 ? 0 : rule.table);
  view.setUint8(7, FR_ACT_TO_TABLE);
  if (rule.source.length > 0) writer.networkNumber32(FRA_SRC, rule.source.network);
  if (rule.inputInterface !== undefined) writer.text(FRA_IIFNAME, rule.inputInterface);
  if (rule.outputInterface !== undefined) writer.text(FRA_OIFNAME, rule.outputInterface);
  if (rule.table > 255) writer.number32(FRA_TABLE, rule.table);
  writer.number32(FRA_PRIORITY, rule.priority);
  writer.number8(FRA_PROTOCOL, rule.protocol);
  return writer.finish();
}

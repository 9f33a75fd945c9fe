// The values of options: reading the text of each kind, and saying in words what the kind allows. Texts are byte strings.
//
// Addresses are read by octets/address.ts. The package ip-num was measured for it: 42 KiB in the bundle (a fifth of all
// that it may be, and it does not shake), 0.7 MiB of memory and 30 us an address against 4 us, and prefixes with host
// bits still to be told apart. So it stays outside the daemon; the tests hold these readers against it.

import {
  type Ipv4Address,
  isGroupMac,
  isLoopback,
  isUnicast,
  type MacAddress,
  maskOf,
  type Prefix,
  parseIpv4,
  parseMac,
  prefixOf,
} from '../octets/address.ts';
import { parseHex, utf8Text } from '../octets/octets.ts';
import type { ValueRule } from './options.ts';
import { octetsOf } from './uci-words.ts';

export type Host =
  /** `hostName`: by which it was found. */
  | { readonly kind: 'address'; readonly address: Ipv4Address; readonly hostName?: string }
  | { readonly kind: 'hostName'; readonly hostName: string };

type ValueTypes = {
  boolean: boolean;
  integer: number;
  choice: string;
  address: Ipv4Address;
  hostAddress: Ipv4Address;
  host: Host;
  prefix: Prefix;
  mac: MacAddress;
  spi: number;
  asciiKey: Uint8Array;
  hexKey: Uint8Array;
  secret: Uint8Array;
  interfaceName: string;
  path: string;
  text: string;
};

/** The type of a value that is read by this rule. */
export type ValueOf<Rule extends ValueRule> = Rule extends { kind: 'choice'; choices: readonly (infer Choice)[] }
  ? Choice
  : ValueTypes[Rule['kind']];

// The words that OpenWrt's own scripts take (config_get_bool).
const TRUE_WORDS = ['1', 'on', 'true', 'yes', 'enabled'];
const FALSE_WORDS = ['0', 'off', 'false', 'no', 'disabled'];

/** RFC 5944 §3.5.1 reserves 0 to 255. */
const LEAST_SPI = 0x100;
/** As IOS: an ASCII key has 1 to 16 characters, which may be fewer than the 128 bits of a hexadecimal key. */
const ASCII_KEY = /^[ -~]{1,16}$/;
const HEX_KEY = /^[0-9a-f]{32}$/i;
/** IFNAMSIZ of Linux, less the final 0. */
const INTERFACE_NAME = /^(?!\.{1,2}$)[^\s/:]{1,15}$/;
/** RFC 1123 §2.1; the last label is not all digits, so that a mistyped address is no name. */
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** sun_path of Linux, less the final 0. */
const PATH = /^\/[^\0]{1,106}$/;

/** The value, or undefined where the text is none of this kind. */
export function readValue(rule: ValueRule, text: string): ValueTypes[keyof ValueTypes] | undefined {
  switch (rule.kind) {
    case 'boolean':
      return readBoolean(text);
    case 'integer':
      return readInteger(text, rule.least, rule.most);
    case 'choice':
      return rule.choices.includes(text) ? text : undefined;
    case 'address':
      return parseIpv4(text);
    case 'hostAddress':
      return readHostAddress(text);
    case 'host':
      return readHost(text);
    case 'prefix':
      return readPrefix(text);
    case 'mac':
      return readMac(text);
    case 'spi':
      return readSpi(text);
    case 'asciiKey':
      return ASCII_KEY.test(text) ? octetsOf(text) : undefined;
    case 'hexKey':
      return HEX_KEY.test(text) ? parseHex(text) : undefined;
    case 'secret':
      return text.length >= rule.leastOctets ? octetsOf(text) : undefined;
    case 'interfaceName':
      return INTERFACE_NAME.test(text) ? utf8Text(octetsOf(text)) : undefined;
    case 'path':
      return PATH.test(text) ? utf8Text(octetsOf(text)) : undefined;
    case 'text':
      return text.length > 0 && text.length <= rule.mostOctets ? utf8Text(octetsOf(text)) : undefined;
  }
}

/** What a value of this kind is, for a person who wrote something else. */
export function allowedText(rule: ValueRule): string {
  switch (rule.kind) {
    case 'boolean':
      return '0 or 1';
    case 'integer':
      return `a whole number${rule.unit === undefined ? '' : ` of ${rule.unit}`} from ${rule.least} to ${rule.most}`;
    case 'choice':
      return `${rule.choices.slice(0, -1).join(', ')} or ${rule.choices.at(-1)}`;
    case 'address':
      return 'an IPv4 address such as 10.91.7.151';
    case 'hostAddress':
      return 'the IPv4 address of a host, such as 10.1.0.1';
    case 'host':
      return 'the IPv4 address of a host, or a host name';
    case 'prefix':
      return 'a subnet such as 10.1.0.0/24, with no bits set behind its mask';
    case 'mac':
      return 'the MAC address of a host, such as 02:00:5e:10:00:01';
    case 'spi':
      return 'hexadecimal, 100 to ffffffff';
    case 'asciiKey':
      return '1 to 16 ASCII characters';
    case 'hexKey':
      return 'exactly 32 hexadecimal digits';
    case 'secret':
      return `at least ${rule.leastOctets} octets`;
    case 'interfaceName':
      return 'the name of a network device, at most 15 octets';
    case 'path':
      return 'an absolute path of at most 107 octets';
    case 'text':
      return `1 to ${rule.mostOctets} octets`;
  }
}

/** Whether white space in one value can only mean that several were given, as older OpenWrt lists were. */
export function isSplitBySpace(rule: ValueRule): boolean {
  return rule.kind !== 'text' && rule.kind !== 'path' && rule.kind !== 'asciiKey' && rule.kind !== 'secret';
}

function readBoolean(text: string): boolean | undefined {
  if (TRUE_WORDS.includes(text)) return true;
  return FALSE_WORDS.includes(text) ? false : undefined;
}

function readInteger(text: string, least: number, most: number): number | undefined {
  if (!/^(0|[1-9]\d{0,9})$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

function readHostAddress(text: string): Ipv4Address | undefined {
  const address = parseIpv4(text);
  return address !== undefined && isUnicast(address) ? address : undefined;
}

/** A server may run on this very host, so a loopback address is one. */
function readHost(text: string): Host | undefined {
  const address = parseIpv4(text);
  if (address !== undefined)
    return isUnicast(address) || isLoopback(address) ? { kind: 'address', address } : undefined;
  return HOST_NAME.test(text) ? { kind: 'hostName', hostName: text } : undefined;
}

/** `10.1.0.0/24` or `10.1.0.0/255.255.255.0`. */
function readPrefix(text: string): Prefix | undefined {
  const [addressText = '', lengthText = '', ...rest] = text.split('/');
  const address = parseIpv4(addressText);
  const length = readInteger(lengthText, 0, 32) ?? lengthOfMask(lengthText);
  if (address === undefined || length === undefined || rest.length > 0) return undefined;
  const prefix = prefixOf(address, length);
  return prefix.network === address ? prefix : undefined;
}

function lengthOfMask(text: string): number | undefined {
  const mask = parseIpv4(text);
  for (let length = 0; length <= 32; length++) {
    if (maskOf(length) === mask) return length;
  }
  return undefined;
}

function readMac(text: string): MacAddress | undefined {
  const mac = parseMac(text);
  return mac === undefined || mac === 0 || isGroupMac(mac) ? undefined : mac;
}

function readSpi(text: string): number | undefined {
  if (!/^(0x)?[0-9a-f]{1,8}$/i.test(text)) return undefined;
  const spi = Number.parseInt(text, 16);
  return spi >= LEAST_SPI ? spi : undefined;
}

// A report as subscribers of the ubus object get it: the kind is the notification's name, its facts are in snake_case,
// addresses are text.

import { formatIpv4, formatMac, type Ipv4Address, type MacAddress } from '../octets/address.ts';
import type { Report } from '../roles/report.ts';
import type { Plain, PlainTable } from '../ubus-js/blobmsg.ts';

/** The names of all fields of this type. */
type FieldOf<Type> = Fields<Report, Type>;
type Fields<Each, Type> = Each extends Report
  ? { [Name in keyof Each]-?: Each[Name] extends Type ? Name : never }[keyof Each]
  : never;

/** The compiler misses a name here when a report gets a new field. */
const IPV4_ADDRESSES: Readonly<Record<FieldOf<Ipv4Address>, true>> = {
  address: true,
  homeAddress: true,
  homeAgent: true,
  careOfAddress: true,
  peer: true,
  sourceAddress: true,
};
const MAC_ADDRESSES: Readonly<Record<FieldOf<MacAddress>, true>> = { mac: true, accessPoint: true };

/** Anybody can bring these about with every packet, and they change nothing. */
const NO_CHANGES: readonly Report['kind'][] = [
  'requestDenied',
  'requestDiscarded',
  'replyDiscarded',
  'revocationDiscarded',
  'solicitationDiscarded',
  'probeAnswered',
];

export function isStateChange({ kind }: Report): boolean {
  return !NO_CHANGES.includes(kind);
}

export function notificationData(report: Report): PlainTable {
  const facts = Object.entries(report).filter(([name]) => name !== 'kind');
  return Object.fromEntries(facts.map(([name, value]) => [nameOf(name), textOf(name, value)]));
}

/** The row of a station calls it so, too. */
function nameOf(name: string): string {
  if (name === 'interfaceName') return 'interface';
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function textOf(name: string, value: string | number | boolean): Plain {
  if (Object.hasOwn(IPV4_ADDRESSES, name)) return formatIpv4(value as Ipv4Address);
  if (Object.hasOwn(MAC_ADDRESSES, name)) return formatMac(value as MacAddress);
  return value;
}

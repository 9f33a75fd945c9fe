// Two access points out of three answers: what this one's configuration needs, and what the other one's assistant has to
// be answered. Both end up with the same map and the same keys.

import { readValue } from '../../src/config/config-values.ts';
import { BRIDGE, MAIN, SECURE_NODE, SUBNET } from '../../src/config/options.ts';
import {
  broadcastOf,
  contains,
  formatIpv4,
  formatPrefix,
  type Ipv4Address,
  type Prefix,
} from '../../src/octets/address.ts';
import type { RouterNetwork, RouterParts } from './router-parts.ts';

export type PairAnswers = {
  readonly ssid: string;
  readonly otherAddress: string;
  readonly otherNetwork: string;
  readonly key: string;
};
export type Field = keyof PairAnswers;
export type Wrong = { readonly field: Field; readonly text: string };

export type Pair = {
  readonly ssid: string;
  readonly key: string;
  readonly device: string;
  readonly radios: readonly string[];
  /** This access point and the other: their networks, and what home agents of them are reached by. */
  readonly own: Side;
  readonly other: Side;
};
export type Side = { readonly network: Prefix; readonly homeAgent: Ipv4Address };

/** A section to be, found again by the options that tell it from others of its type. */
export type WantedSection = {
  readonly type: string;
  readonly name?: string;
  readonly same: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Added to what the lists have. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
};

const ANY_ADDRESS = { kind: 'hostAddress' } as const;
const ANY_PREFIX = { kind: 'prefix' } as const;
const HEX_KEY = { kind: 'hexKey' } as const;
/** Any would do; as Cisco's examples, and where README begins. */
const SPI = '100';

export function pairOf(answers: PairAnswers, parts: RouterParts): Pair | readonly Wrong[] {
  const { ssid, key } = answers;
  const wireless = parts.wireless.filter((candidate) => candidate.ssid === ssid);
  const names = wireless.flatMap(({ networks }) => networks);
  const home = parts.networks.find(({ name }) => names.includes(name));
  const otherAddress = readValue(ANY_ADDRESS, answers.otherAddress.trim()) as Ipv4Address | undefined;
  const otherNetwork = readValue(ANY_PREFIX, answers.otherNetwork.trim()) as Prefix | undefined;
  const wrong: Wrong[] = [];
  const say = (field: Field, text: string) => wrong.push({ field, text });
  if (home === undefined)
    say('ssid', _('This Wi-Fi network is in no network of the router that is up and has an IPv4 address.'));
  if (otherAddress === undefined) say('otherAddress', _('The IPv4 address of a host, such as 10.2.0.1.'));
  else if (parts.networks.some(({ address }) => address === otherAddress))
    say('otherAddress', _('This is an address of this access point itself.'));
  if (otherNetwork === undefined || otherNetwork.length > 30) say('otherNetwork', _('A network such as 10.2.0.0/24.'));
  else if (home !== undefined && overlap(home.prefix, otherNetwork))
    say('otherNetwork', _('This overlaps with the network of this access point; both need one of their own.'));
  if (readValue(HEX_KEY, key.trim()) === undefined) say('key', _('Exactly 32 hexadecimal digits.'));
  if (home === undefined || otherAddress === undefined || otherNetwork === undefined || wrong.length > 0) return wrong;
  return {
    ssid,
    key: key.trim().toLowerCase(),
    device: home.device,
    radios: [...new Set(wireless.map(({ radio }) => radio))],
    own: { network: home.prefix, homeAgent: addressTowards(otherAddress, home, parts.networks) },
    other: { network: otherNetwork, homeAgent: otherAddress },
  };
}

export function isPair(result: Pair | readonly Wrong[]): result is Pair {
  return !Array.isArray(result);
}

/** The three answers, and the key, for the assistant of the other access point. */
export function answersForOther({ ssid, key, own }: Pair): PairAnswers {
  return { ssid, key, otherAddress: formatIpv4(own.homeAgent), otherNetwork: formatPrefix(own.network) };
}

export function wantedSections({ ssid, key, device, radios, own, other }: Pair): readonly WantedSection[] {
  return [
    { type: MAIN.type, name: MAIN.onlyName, same: {}, options: { enabled: '1' } },
    { type: BRIDGE.type, same: { device }, options: { enabled: '1' }, lists: { radio: radios, ssid: [ssid] } },
    ...[own, other].map(({ network }) => secureNode(network, key)),
    ...[own, other].map(({ network, homeAgent }) => ({
      type: SUBNET.type,
      same: { network: formatPrefix(network) },
      options: { home_agent: formatIpv4(homeAgent) },
    })),
  ];
}

function secureNode(prefix: Prefix, key: string): WantedSection {
  return {
    type: SECURE_NODE.type,
    same: {
      start: formatIpv4((prefix.network + 1) as Ipv4Address),
      end: formatIpv4((broadcastOf(prefix) - 1) as Ipv4Address),
      spi: SPI,
    },
    options: { hex: key, algorithm: 'hmac-sha256' },
  };
}

/** That of the link which both are on, if there is one: behind NAT the address inside cannot be reached. */
function addressTowards(other: Ipv4Address, home: RouterNetwork, networks: readonly RouterNetwork[]): Ipv4Address {
  return (networks.find(({ prefix }) => contains(prefix, other)) ?? home).address;
}

function overlap(a: Prefix, b: Prefix): boolean {
  return contains(b, a.network) || contains(a, b.network);
}

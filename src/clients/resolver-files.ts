// What a host's own files say of names: /etc/hosts (hosts(5)) and /etc/resolv.conf (resolv.conf(5)). Only IPv4 is looked for.

import { type Ipv4Address, isLoopback, isUnicast, parseIpv4 } from '../octets/address.ts';
import { isDomainName } from '../wire/dns.ts';

export type ResolverConfiguration = {
  readonly nameServers: readonly Ipv4Address[];
  /** Behind a name that is not whole. */
  readonly searchDomains: readonly string[];
};

/** As in the C library. */
const MOST_NAME_SERVERS = 3;
const MOST_SEARCH_DOMAINS = 6;
const LOCAL_NAME = 'localhost';

export function readResolverConfiguration(octets: Uint8Array | undefined): ResolverConfiguration {
  const nameServers: Ipv4Address[] = [];
  let searchDomains: readonly string[] = [];
  for (const [word, ...rest] of wordsOfLines(octets, /[#;]/)) {
    if (word === 'nameserver') {
      const address = parseIpv4(rest[0] ?? '');
      if (address !== undefined && (isUnicast(address) || isLoopback(address))) nameServers.push(address);
    } else if (word === 'search' || word === 'domain') {
      // The last of these lines counts.
      searchDomains = rest.map(withoutFinalDot).filter(isDomainName).slice(0, MOST_SEARCH_DOMAINS);
    }
  }
  return { nameServers: nameServers.slice(0, MOST_NAME_SERVERS), searchDomains };
}

/**
 * The first line that names it counts. Debian has a line that gives a host's own name a loopback address: of no use to
 * others, so DNS is asked then.
 */
export function addressInHosts(octets: Uint8Array | undefined, hostName: string): Ipv4Address | undefined {
  for (const [addressText = '', ...names] of wordsOfLines(octets, /#/)) {
    if (!names.some((name) => withoutFinalDot(name) === hostName)) continue;
    const address = parseIpv4(addressText);
    if (address === undefined) continue;
    if (hostName === LOCAL_NAME ? isLoopback(address) : isUnicast(address)) return address;
  }
  return undefined;
}

function* wordsOfLines(octets: Uint8Array | undefined, comment: RegExp): Iterable<string[]> {
  let text = '';
  for (const octet of octets ?? []) text += String.fromCharCode(octet);
  for (const line of text.split('\n')) {
    const [said = ''] = line.split(comment, 1);
    const words = said.trim().toLowerCase().split(/\s+/);
    if (words[0] !== '') yield words;
  }
}

function withoutFinalDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

// Finds the addresses of host names, as the C library would, without waiting: /etc/hosts, then the servers of
// /etc/resolv.conf (RFC 1034 §5.3.1, a stub resolver). An address that was found holds until another one is: a name server that
// is silent for a while costs nothing but news.

import { type Ipv4Address, isUnicast } from '../octets/address.ts';
import {
  addressesOf,
  DNS_PORT,
  DNS_RESPONSE_CODE,
  type DnsMessage,
  encodeAddressQuestion,
  isAnswerTo,
  isDomainName,
} from '../wire/dns.ts';
import { addressInHosts, type ResolverConfiguration, readResolverConfiguration } from './resolver-files.ts';

/** `noServer`: none is configured. `silent`: none answers. `refused`: those that answer do not say. */
export type ResolverFault = 'noServer' | 'silent' | 'refused' | 'noSuchName' | 'noAddress';

export type ResolverEffect =
  /** The files are to be read: they come by `filesRead`. */
  | { readonly kind: 'filesWanted' }
  /** A socket on a new port, which nobody can guess; none is needed while nothing is asked. */
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'send'; readonly octets: Uint8Array; readonly address: Ipv4Address; readonly port: number }
  /** It has an address, and did not have it before, or could not be found for a while. */
  | { readonly kind: 'found'; readonly hostName: string; readonly address: Ipv4Address; readonly isOther: boolean }
  | { readonly kind: 'notFound'; readonly hostName: string; readonly fault: ResolverFault };

type Source = { readonly sourceAddress: Ipv4Address; readonly sourcePort: number };

type Question = {
  /** What the name can be short for, in order; the first is asked for now. */
  readonly names: readonly string[];
  readonly identifier: number;
  readonly server: Ipv4Address;
  /** Of all servers together, for this one of the names. */
  readonly tries: number;
  readonly retryAtMs: number;
  /** What the servers have said of it so far. */
  readonly fault: ResolverFault;
};

type Lookup =
  | { readonly phase: 'resting'; readonly untilMs: number }
  | { readonly phase: 'beginning' }
  | { readonly phase: 'asking'; readonly question: Question };

type HostName = {
  readonly lookup: Lookup;
  readonly address: Ipv4Address | undefined;
  readonly fault: ResolverFault | undefined;
  readonly failures: number;
  readonly askedAtMs: number;
};

const TRY_MS = 2000;
const TRIES_OF_EACH_SERVER = 2;
/** What TTLs may say. /etc/hosts says none. */
const LEAST_TTL_SECONDS = 30;
const LONGEST_TTL_SECONDS = 3600;
const HOSTS_TTL_SECONDS = 300;
/** After a failure; at the start of a router its network may take a while. */
const FIRST_REST_MS = 2000;
const LONGEST_REST_MS = 300_000;
/** Out of turn, as when its owner is silent and may have moved, a name is not looked up more often than this. */
const LEAST_BETWEEN_MS = 10_000;

export class Resolver {
  readonly #random: () => number;
  readonly #names = new Map<string, HostName>();
  #configuration: ResolverConfiguration = { nameServers: [], searchDomains: [] };
  #isOpen = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** In lower case. */
  address(hostName: string): Ipv4Address | undefined {
    return this.#names.get(hostName)?.address;
  }

  /** These names and no others are looked up from now on; also those that were known, as files may be others by now. */
  configure(hostNames: readonly string[], nowMs: number): ResolverEffect[] {
    for (const hostName of this.#names.keys()) if (!hostNames.includes(hostName)) this.#names.delete(hostName);
    for (const hostName of hostNames) {
      const name = this.#names.get(hostName);
      this.#names.set(hostName, name === undefined ? newName(nowMs) : soon(name, nowMs));
    }
    return this.deadlineReached(nowMs);
  }

  /** The one that has this name does not answer there. */
  doubt(hostName: string, nowMs: number): ResolverEffect[] {
    const name = this.#names.get(hostName);
    if (name !== undefined) this.#names.set(hostName, soon(name, nowMs));
    return this.deadlineReached(nowMs);
  }

  filesRead(hosts: Uint8Array | undefined, configuration: Uint8Array | undefined, nowMs: number): ResolverEffect[] {
    this.#configuration = readResolverConfiguration(configuration);
    const effects: ResolverEffect[] = [];
    for (const [hostName, { lookup }] of this.#names) {
      if (lookup.phase !== 'beginning') continue;
      const address = addressInHosts(hosts, hostName);
      if (address !== undefined) effects.push(...this.#found(hostName, [address], HOSTS_TTL_SECONDS, nowMs));
      else effects.push(...this.#begin(hostName, nowMs));
    }
    return this.#withSocket(effects);
  }

  received(message: DnsMessage, { sourceAddress, sourcePort }: Source, nowMs: number): ResolverEffect[] | 'notAsked' {
    for (const [hostName, { lookup }] of this.#names) {
      if (lookup.phase !== 'asking') continue;
      const { identifier, names, server } = lookup.question;
      const isOfServer = sourceAddress === server && sourcePort === DNS_PORT;
      if (isOfServer && isAnswerTo(message, identifier, names[0] ?? '')) {
        return this.#withSocket(this.#answered(hostName, lookup.question, message, nowMs));
      }
    }
    return 'notAsked';
  }

  /** ICMP says that nobody listens there. */
  unreachable(address: Ipv4Address, nowMs: number): ResolverEffect[] {
    const effects: ResolverEffect[] = [];
    for (const [hostName, { lookup }] of this.#names) {
      if (lookup.phase !== 'asking' || lookup.question.server !== address) continue;
      // A single server is asked again in a while: it may be just about to start.
      if (this.#configuration.nameServers.length > 1) effects.push(...this.#again(hostName, lookup.question, nowMs));
    }
    return this.#withSocket(effects);
  }

  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { lookup } of this.#names.values()) {
      if (lookup.phase === 'beginning') continue;
      const deadline = lookup.phase === 'resting' ? lookup.untilMs : lookup.question.retryAtMs;
      if (earliest === undefined || deadline < earliest) earliest = deadline;
    }
    return earliest;
  }

  deadlineReached(nowMs: number): ResolverEffect[] {
    const effects: ResolverEffect[] = [];
    let isBeginning = false;
    for (const [hostName, name] of this.#names) {
      const { lookup } = name;
      if (lookup.phase === 'asking' && lookup.question.retryAtMs <= nowMs) {
        effects.push(...this.#again(hostName, lookup.question, nowMs));
      } else if (lookup.phase === 'resting' && lookup.untilMs <= nowMs) {
        this.#names.set(hostName, { ...name, lookup: { phase: 'beginning' }, askedAtMs: nowMs });
        isBeginning = true;
      }
    }
    if (isBeginning) effects.push({ kind: 'filesWanted' });
    return this.#withSocket(effects);
  }

  #begin(hostName: string, nowMs: number): ResolverEffect[] {
    const { searchDomains } = this.#configuration;
    const longer = searchDomains.map((domain) => `${hostName}.${domain}`);
    const names = hostName.includes('.') ? [hostName, ...longer] : [...longer, hostName];
    return this.#ask(hostName, { names: names.filter(isDomainName), tries: 0, fault: 'silent' }, nowMs);
  }

  /** The next try: of the servers each in its turn. */
  #ask(hostName: string, asked: Pick<Question, 'names' | 'tries' | 'fault'>, nowMs: number): ResolverEffect[] {
    const name = this.#names.get(hostName);
    const { nameServers } = this.#configuration;
    const server = nameServers[asked.tries % nameServers.length];
    const [first] = asked.names;
    if (name === undefined) return [];
    if (server === undefined || first === undefined) return this.#notFound(hostName, 'noServer', nowMs);
    const identifier = Math.floor(this.#random() * 0x10000);
    const question = { ...asked, server, identifier, tries: asked.tries + 1, retryAtMs: nowMs + TRY_MS };
    this.#names.set(hostName, { ...name, lookup: { phase: 'asking', question } });
    return [{ kind: 'send', octets: encodeAddressQuestion(identifier, first), address: server, port: DNS_PORT }];
  }

  #again(hostName: string, question: Question, nowMs: number): ResolverEffect[] {
    const mostTries = TRIES_OF_EACH_SERVER * this.#configuration.nameServers.length;
    if (question.tries < mostTries) return this.#ask(hostName, question, nowMs);
    return this.#notFound(hostName, question.fault, nowMs);
  }

  #answered(hostName: string, question: Question, message: DnsMessage, nowMs: number): ResolverEffect[] {
    const [first = '', ...others] = question.names;
    const { noError, nameError } = DNS_RESPONSE_CODE;
    if (message.responseCode !== noError && message.responseCode !== nameError) {
      return this.#again(hostName, { ...question, fault: 'refused' }, nowMs);
    }
    const { addresses, ttlSeconds } = addressesOf(message, first);
    const usable = addresses.filter(isUnicast);
    if (usable.length > 0) return this.#found(hostName, usable, ttlSeconds, nowMs);
    const fault = message.responseCode === nameError ? 'noSuchName' : 'noAddress';
    if (others.length > 0) return this.#ask(hostName, { names: others, tries: 0, fault: 'silent' }, nowMs);
    return this.#notFound(hostName, fault, nowMs);
  }

  /** Of several addresses the one we have, as long as it is among them; else all boxes are to choose the same. */
  #found(hostName: string, addresses: readonly Ipv4Address[], ttl: number, nowMs: number): ResolverEffect[] {
    const name = this.#names.get(hostName);
    if (name === undefined) return [];
    const isKept = name.address !== undefined && addresses.includes(name.address);
    const address = isKept && name.address !== undefined ? name.address : lowest(addresses);
    const ttlSeconds = Math.min(LONGEST_TTL_SECONDS, Math.max(LEAST_TTL_SECONDS, ttl));
    const lookup = { phase: 'resting', untilMs: nowMs + ttlSeconds * 1000 } as const;
    this.#names.set(hostName, { ...name, lookup, address, fault: undefined, failures: 0 });
    const isOther = address !== name.address;
    return isOther || name.fault !== undefined ? [{ kind: 'found', hostName, address, isOther }] : [];
  }

  #notFound(hostName: string, fault: ResolverFault, nowMs: number): ResolverEffect[] {
    const name = this.#names.get(hostName);
    if (name === undefined) return [];
    const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** name.failures);
    const lookup = { phase: 'resting', untilMs: nowMs + restMs } as const;
    this.#names.set(hostName, { ...name, lookup, fault, failures: name.failures + 1 });
    return fault === name.fault ? [] : [{ kind: 'notFound', hostName, fault }];
  }

  #withSocket(effects: ResolverEffect[]): ResolverEffect[] {
    const isWanted = [...this.#names.values()].some(({ lookup }) => lookup.phase === 'asking');
    if (isWanted === this.#isOpen) return effects;
    this.#isOpen = isWanted;
    return isWanted ? [{ kind: 'open' }, ...effects] : [...effects, { kind: 'close' }];
  }
}

function newName(nowMs: number): HostName {
  const lookup = { phase: 'resting', untilMs: nowMs } as const;
  return { lookup, address: undefined, fault: undefined, failures: 0, askedAtMs: nowMs };
}

function soon(name: HostName, nowMs: number): HostName {
  if (name.lookup.phase !== 'resting') return name;
  const untilMs = Math.min(name.lookup.untilMs, Math.max(nowMs, name.askedAtMs + LEAST_BETWEEN_MS));
  return { ...name, lookup: { phase: 'resting', untilMs } };
}

function lowest(addresses: readonly Ipv4Address[]): Ipv4Address {
  return Math.min(...addresses) as Ipv4Address;
}

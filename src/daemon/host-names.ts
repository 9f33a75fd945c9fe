// Host names in the configuration: what stands there as a name becomes an address as soon as one is known, and in plain
// words what is wrong where none is. What is configured by addresses alone asks nobody anything.

import { Resolver, type ResolverEffect, type ResolverFault } from '../clients/resolver.ts';
import type { Config } from '../config/config.ts';
import type { Host } from '../config/config-values.ts';
import { formatIpv4, type Ipv4Address } from '../octets/address.ts';
import type { Arrival, Departure } from '../runtime/runtime.ts';
import { decodeDnsMessage } from '../wire/dns.ts';
import { decodeOrMalformed } from './inbound.ts';
import type { LogLine } from './report-text.ts';
import type { ServersDesk } from './servers.ts';

export type HostNamesOutput =
  | { readonly kind: 'departs'; readonly departure: Departure }
  /** Some of the hosts in the configuration have other addresses. */
  | { readonly kind: 'hostsChanged' };

export type NamesArrival = Extract<Arrival, { readonly kind: `dns${string}` | 'nameFiles' }>;

const FAULT_TEXT: Readonly<Record<ResolverFault, string>> = {
  noServer: '/etc/resolv.conf names no name server with an IPv4 address',
  silent: 'no name server answers: does the one in /etc/resolv.conf run, and can it be reached',
  refused: 'the name server does not want to say or cannot',
  noSuchName: 'there is no such name: correct it, or make it known to the name server or in /etc/hosts',
  noAddress: 'it has no IPv4 address that others can reach it by',
};

export class HostNames {
  readonly #resolver: Resolver;
  readonly #desk: ServersDesk;
  /** Each name that stands in the configuration, and in which option. */
  #named = new Map<string, string>();

  constructor(random: () => number, desk: ServersDesk) {
    this.#resolver = new Resolver(random);
    this.#desk = desk;
  }

  configured({ main, radiusServers }: Config, nowMs: number): HostNamesOutput[] {
    const before = this.#named;
    const hosts = main.isEnabled
      ? [
          ...main.authoritativeAccessPoints.map((host) => ({ host, option: 'list aap' })),
          ...radiusServers.map(({ server }) => ({ host: server, option: 'option server' })),
        ]
      : [];
    this.#named = new Map(
      hosts.flatMap(({ host, option }) => (host.kind === 'hostName' ? [[nameOf(host), option] as const] : [])),
    );
    for (const hostName of before.keys()) {
      if (!this.#named.has(hostName)) this.#desk.problems.end(partOf(hostName), '');
    }
    return this.#outputs(this.#resolver.configure([...this.#named.keys()], nowMs));
  }

  /** With addresses in place of names, where they are known. */
  applied(config: Config): Config {
    if (this.#named.size === 0) return config;
    const authoritativeAccessPoints = config.main.authoritativeAccessPoints.map((host) => this.#addressed(host));
    return {
      ...config,
      main: { ...config.main, authoritativeAccessPoints },
      radiusServers: config.radiusServers.map((row) => ({ ...row, server: this.#addressed(row.server) })),
    };
  }

  arrived(arrival: NamesArrival, nowMs: number): HostNamesOutput[] {
    switch (arrival.kind) {
      case 'nameFiles':
        return this.#outputs(this.#resolver.filesRead(arrival.hosts, arrival.resolverConfiguration, nowMs));
      case 'dnsUnreachable':
        return this.#outputs(this.#resolver.unreachable(arrival.address, nowMs));
      case 'dnsReceived': {
        const message = decodeOrMalformed(() => decodeDnsMessage(arrival.octets));
        const effects = 'kind' in message ? 'malformed' : this.#resolver.received(message, arrival, nowMs);
        if (typeof effects !== 'string') return this.#outputs(effects);
        this.#desk.counters.add(effects === 'malformed' ? 'malformed.dns' : 'dnsDiscarded.notAsked');
        return [];
      }
    }
  }

  /** Who is looked for at this address does not answer: it may have moved. */
  silent(address: Ipv4Address, nowMs: number): HostNamesOutput[] {
    const names = [...this.#named.keys()].filter((hostName) => this.#resolver.address(hostName) === address);
    return names.flatMap((hostName) => this.#outputs(this.#resolver.doubt(hostName, nowMs)));
  }

  nextDeadline(): number | undefined {
    return this.#resolver.nextDeadline();
  }

  deadlineReached(nowMs: number): HostNamesOutput[] {
    return this.#outputs(this.#resolver.deadlineReached(nowMs));
  }

  #addressed(host: Host): Host {
    const address = host.kind === 'hostName' ? this.#resolver.address(nameOf(host)) : undefined;
    if (host.kind === 'address' || address === undefined) return host;
    return { kind: 'address', address, hostName: host.hostName };
  }

  #outputs(effects: readonly ResolverEffect[]): HostNamesOutput[] {
    return effects.flatMap((effect) => this.#output(effect));
  }

  #output(effect: ResolverEffect): HostNamesOutput[] {
    switch (effect.kind) {
      case 'filesWanted':
        return [departs({ kind: 'nameFilesRead' })];
      case 'open':
        return [departs({ kind: 'dnsOpen' })];
      case 'close':
        return [departs({ kind: 'dnsClose' })];
      case 'send': {
        const { octets, address, port } = effect;
        return [departs({ kind: 'dnsSend', octets, address, port })];
      }
      case 'found': {
        const { hostName, address, isOther } = effect;
        const text = `${this.#textOf(hostName)} is ${formatIpv4(address)}`;
        const ended = this.#desk.problems.end(partOf(hostName), text);
        const lines: LogLine[] = ended.length > 0 ? ended : [{ level: 'notice', text }];
        return [...this.#lines(lines), ...(isOther ? [{ kind: 'hostsChanged' } as const] : [])];
      }
      case 'notFound':
        return this.#lines(this.#desk.problems.begin(partOf(effect.hostName), this.#faultText(effect)));
    }
  }

  #faultText({ hostName, fault }: Extract<ResolverEffect, { readonly kind: 'notFound' }>): string {
    const last = this.#resolver.address(hostName);
    const comfort = last === undefined ? '' : `; ${formatIpv4(last)}, its last address, is used until then`;
    return `${this.#textOf(hostName)} is not found: ${FAULT_TEXT[fault]}${comfort}`;
  }

  #textOf(hostName: string): string {
    return `host name '${hostName}' in '${this.#named.get(hostName)}'`;
  }

  #lines(lines: readonly LogLine[]): HostNamesOutput[] {
    return this.#desk.log.lines(lines).map(departs);
  }
}

function departs(departure: Departure): HostNamesOutput {
  return { kind: 'departs', departure };
}

/** Of names upper and lower case are the same. */
function nameOf(host: Extract<Host, { readonly kind: 'hostName' }>): string {
  return host.hostName.toLowerCase();
}

function partOf(hostName: string): string {
  return `host-name ${hostName}`;
}

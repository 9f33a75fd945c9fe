// Our address on the way to each home agent, which is the care-of address towards it, and to other boxes of the subnet map.

import type { Network } from '../clients/network.ts';
import { formatIpv4, type Ipv4Address } from '../octets/address.ts';
import type { Problems } from './problems.ts';
import type { LogLine } from './report-text.ts';

export type Destinations = {
  readonly homeAgents: Iterable<Ipv4Address>;
  readonly authorities: Iterable<Ipv4Address>;
};

export class HomeAgentRoutes {
  readonly #sources = new Map<Ipv4Address, Ipv4Address>();
  readonly #unreachable = new Set<Ipv4Address>();
  /** The kernel's answers of before count no more. */
  #areOld = false;
  /** Who is to be reached, and what they are. */
  #names = new Map<Ipv4Address, string>();

  get sources(): ReadonlyMap<Ipv4Address, Ipv4Address> {
    return this.#sources;
  }

  /** No way leads to any of them, as far as the kernel was asked. */
  get isCutOff(): boolean {
    return this.#sources.size === 0 && this.#unreachable.size > 0;
  }

  /** Routes are others, or links: the way to each is to be asked for anew. */
  networkChanged(): void {
    this.#areOld = true;
  }

  /**
   * Those that are other boxes and of which the kernel has not been asked: a large map changes often, and routes seldom. Who
   * is not among them is forgotten.
   */
  toAsk({ homeAgents, authorities }: Destinations, network: Network, problems: Problems): Ipv4Address[] {
    const own = network.ownAddresses();
    const names = new Map<Ipv4Address, string>();
    for (const address of authorities) names.set(address, `authoritative access point ${formatIpv4(address)}`);
    for (const address of homeAgents) names.set(address, `home agent ${formatIpv4(address)}`);
    for (const address of own) names.delete(address);
    this.#names = names;
    for (const address of [...this.#sources.keys(), ...this.#unreachable]) {
      if (names.has(address)) continue;
      this.#sources.delete(address);
      this.#unreachable.delete(address);
      problems.end(partOf(address), '');
    }
    const areOld = this.#areOld;
    this.#areOld = false;
    return [...names.keys()].filter(
      (address) => areOld || !(this.#sources.has(address) || this.#unreachable.has(address)),
    );
  }

  /** The kernel's answer; `isNews`: it is another than before. */
  known(
    address: Ipv4Address,
    source: Ipv4Address | undefined,
    problems: Problems,
  ): { readonly isNews: boolean; readonly lines: LogLine[] } {
    const name = this.#names.get(address);
    if (name === undefined) return { isNews: false, lines: [] };
    const loss = name.startsWith('home') ? 'its stations are not proxied here' : 'the map is not exchanged with it';
    const text = `no route leads to ${name}: ${loss}`;
    const part = partOf(address);
    const lines = source === undefined ? problems.begin(part, text) : problems.end(part, `${name} is in reach`);
    const { isCutOff } = this;
    const isOther = this.#sources.get(address) !== source;
    if (source === undefined) {
      this.#sources.delete(address);
      this.#unreachable.add(address);
    } else {
      this.#sources.set(address, source);
      this.#unreachable.delete(address);
    }
    return { isNews: isOther || isCutOff !== this.isCutOff, lines };
  }
}

function partOf(address: Ipv4Address): string {
  return `route ${address}`;
}

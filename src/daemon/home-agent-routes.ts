// Our address on the way to each home agent: the care-of address towards it.

import type { Network } from '../clients/network.ts';
import { formatIpv4, type Ipv4Address } from '../octets/address.ts';
import type { Problems } from './problems.ts';
import type { LogLine } from './report-text.ts';

export class HomeAgentRoutes {
  readonly #sources = new Map<Ipv4Address, Ipv4Address>();

  get sources(): ReadonlyMap<Ipv4Address, Ipv4Address> {
    return this.#sources;
  }

  /** The home agents that are other boxes: the kernel is to be asked for the way to them. */
  toAsk(homeAgents: Iterable<Ipv4Address>, network: Network): Ipv4Address[] {
    const own = network.ownAddresses();
    return [...new Set(homeAgents)].filter((homeAgent) => !own.includes(homeAgent));
  }

  /** The kernel's answer; `isNews`: it is another than before. */
  known(
    homeAgent: Ipv4Address,
    source: Ipv4Address | undefined,
    problems: Problems,
  ): { readonly isNews: boolean; readonly lines: LogLine[] } {
    const part = `route ${homeAgent}`;
    const name = formatIpv4(homeAgent);
    const text = `no route leads to home agent ${name}: its stations are not proxied here`;
    const lines =
      source === undefined ? problems.begin(part, text) : problems.end(part, `home agent ${name} is in reach`);
    const isNews = this.#sources.get(homeAgent) !== source;
    if (source === undefined) this.#sources.delete(homeAgent);
    else this.#sources.set(homeAgent, source);
    return { isNews, lines };
  }
}

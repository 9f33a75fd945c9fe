// Our address on the way to each home agent: the care-of address towards it.

import type { Network } from '../clients/network.ts';
import { formatIpv4, type Ipv4Address } from '../octets/address.ts';
import type { Problems } from './problems.ts';
import type { LogLine } from './report-text.ts';

export class HomeAgentRoutes {
  readonly #sources = new Map<Ipv4Address, Ipv4Address>();

  readonly #unreachable = new Set<Ipv4Address>();

  get sources(): ReadonlyMap<Ipv4Address, Ipv4Address> {
    return this.#sources;
  }

  /** No way leads to any of them, as far as the kernel was asked. */
  get isCutOff(): boolean {
    return this.#sources.size === 0 && this.#unreachable.size > 0;
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
    const { isCutOff } = this;
    const isOther = this.#sources.get(homeAgent) !== source;
    if (source === undefined) {
      this.#sources.delete(homeAgent);
      this.#unreachable.add(homeAgent);
    } else {
      this.#sources.set(homeAgent, source);
      this.#unreachable.delete(homeAgent);
    }
    return { isNews: isOther || isCutOff !== this.isCutOff, lines };
  }
}

// Who is on each interface: whether somebody there needs the advertisements of agents, and whether all are visitors.

import { ChangingSet } from './changing-set.ts';
import type { Station } from './station.ts';

type Counts = { readonly stations: number; readonly visitors: number; readonly mobileNodes: number };

const NOBODY: Counts = { stations: 0, visitors: 0, mobileNodes: 0 };

export class InterfaceCensus {
  readonly #counts = new Map<string, Counts>();
  /** Interfaces with a station that does Mobile IP by itself. */
  readonly withMobileNodes = new ChangingSet<string>();
  readonly ofVisitorsOnly = new ChangingSet<string>();

  /** A station takes the place of its former state. */
  replace(before: Station | undefined, after: Station | undefined): void {
    if (before !== undefined) this.#add(before, -1);
    if (after !== undefined) this.#add(after, 1);
    for (const interfaceName of new Set([before?.interfaceName, after?.interfaceName])) {
      if (interfaceName !== undefined) this.#conclude(interfaceName);
    }
  }

  #add({ interfaceName, attachment, mobility, hasOwnMobileIp }: Station, count: 1 | -1): void {
    if (attachment.kind === 'gone') return;
    const { stations, visitors, mobileNodes } = this.#counts.get(interfaceName) ?? NOBODY;
    this.#counts.set(interfaceName, {
      stations: stations + count,
      visitors: visitors + (mobility.kind === 'away' ? count : 0),
      mobileNodes: mobileNodes + (hasOwnMobileIp ? count : 0),
    });
  }

  #conclude(interfaceName: string): void {
    const { stations, visitors, mobileNodes } = this.#counts.get(interfaceName) ?? NOBODY;
    if (stations === 0) this.#counts.delete(interfaceName);
    this.withMobileNodes.update(interfaceName, mobileNodes > 0);
    this.ofVisitorsOnly.update(interfaceName, stations > 0 && visitors === stations);
  }
}

// Who is on each interface: whether somebody there needs the advertisements of agents, whether all are visitors, and where
// visitors are among others, who the others are.

import type { MacAddress } from '../../octets/address.ts';
import { ChangingSet } from './changing-set.ts';
import type { Station } from './station.ts';

type Counts = { readonly stations: number; readonly visitors: number; readonly mobileNodes: number };

const NOBODY: Counts = { stations: 0, visitors: 0, mobileNodes: 0 };

/** Each has a place of its own as long as it is there. */
export type Places = readonly (MacAddress | undefined)[];

/** Every broadcast is sent once to each of the others: with more of them it would be too much for the air. */
export const MOST_OTHERS = 32;

export class InterfaceCensus {
  readonly #counts = new Map<string, Counts>();
  readonly #others = new Map<string, Places>();
  /** What was told of interfaces that have visitors among others. */
  readonly #told = new Map<string, Places>();
  readonly #changed = new Set<string>();
  /** Interfaces with a station that does Mobile IP by itself. */
  readonly withMobileNodes = new ChangingSet<string>();
  readonly ofVisitorsOnly = new ChangingSet<string>();

  /** A station takes the place of its former state. */
  replace(before: Station | undefined, after: Station | undefined): void {
    if (before !== undefined) this.#add(before, -1);
    if (after !== undefined) this.#add(after, 1);
    this.#replaceOther(before, after);
    for (const interfaceName of new Set([before?.interfaceName, after?.interfaceName])) {
      if (interfaceName !== undefined) this.#conclude(interfaceName);
    }
  }

  /** Where visitors are among others: the others. */
  takeMixed(): { readonly wanted: ReadonlyMap<string, Places>; readonly unwanted: readonly string[] } {
    const wanted = new Map<string, Places>();
    const unwanted: string[] = [];
    for (const interfaceName of this.#changed) {
      const before = this.#told.get(interfaceName);
      const now = this.#othersAmongVisitors(interfaceName);
      if (now === before) continue;
      if (now === undefined) {
        this.#told.delete(interfaceName);
        unwanted.push(interfaceName);
      } else {
        this.#told.set(interfaceName, now);
        wanted.set(interfaceName, now);
      }
    }
    this.#changed.clear();
    return { wanted, unwanted };
  }

  #othersAmongVisitors(interfaceName: string): Places | undefined {
    const { visitors } = this.#counts.get(interfaceName) ?? NOBODY;
    const others = this.#others.get(interfaceName);
    return visitors > 0 && others !== undefined && others.length <= MOST_OTHERS ? others : undefined;
  }

  #replaceOther(before: Station | undefined, after: Station | undefined): void {
    const [left, entered] = [before, after].map((station) =>
      station !== undefined && isOther(station) ? station.interfaceName : undefined,
    );
    if (left === entered) return;
    if (before !== undefined && left !== undefined) this.#setOthers(left, without(this.#others.get(left), before.mac));
    if (after !== undefined && entered !== undefined) {
      this.#setOthers(entered, withOne(this.#others.get(entered), after.mac));
    }
  }

  #setOthers(interfaceName: string, others: Places): void {
    if (others.length === 0) this.#others.delete(interfaceName);
    else this.#others.set(interfaceName, others);
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
    this.#changed.add(interfaceName);
  }
}

/** A station that is there and no visitor. */
function isOther({ attachment, mobility }: Station): boolean {
  return attachment.kind !== 'gone' && mobility.kind !== 'away';
}

/** In the first free place. */
function withOne(places: Places = [], mac: MacAddress): Places {
  const free = places.indexOf(undefined);
  return free < 0 ? [...places, mac] : places.with(free, mac);
}

function without(places: Places = [], mac: MacAddress): Places {
  const left = places.map((each) => (each === mac ? undefined : each));
  return left.slice(0, left.findLastIndex((each) => each !== undefined) + 1);
}

// Reads from the kernel what is ours there: one dump after the other on each socket, because the kernel does one at a
// time. What is ours is known by the protocol mark, by the names of the devices and by our tables.

import { unlessMalformed } from '../wire/malformed.ts';
import type { NetlinkMessage } from '../wire/netlink.ts';
import {
  decodeChainName,
  decodeElements,
  encodeChainsDump,
  encodeElementsDump,
  encodeTableQuery,
} from '../wire/nftables.ts';
import { decodeRouteMessage, type RouteMessage } from '../wire/rtnetlink.ts';
import { encodeLinksDump, type Link } from '../wire/rtnetlink-link.ts';
import { encodeNeighboursDump, type Neighbour } from '../wire/rtnetlink-neighbour.ts';
import { encodeRoutesDump, PMIP_PROTOCOL } from '../wire/rtnetlink-route.ts';
import { encodeRulesDump } from '../wire/rtnetlink-rule.ts';
import {
  chainItem,
  elementItem,
  type KernelItem,
  linkItem,
  neighbourItem,
  proxyNeighbourItem,
  routeItem,
  ruleItem,
  tableItem,
} from './kernel-items.ts';
import { TUNNEL_LINKS } from './kernel-wishes.ts';
import { COPY_CHAINS, PMIP_SETS, PMIP_TABLE_FAMILIES, PMIP_TABLES, type PmipSet } from './pmip-sets.ts';

export type KernelProtocol = 'route' | 'netfilter';

export type SurveyStep = {
  readonly isDump: boolean;
  readonly message: Uint8Array;
  readonly read: (messages: readonly NetlinkMessage[]) => void;
};

/** A table that changes all the time is read this often; what was missed then is made once more, which does no harm. */
const READINGS_LIMIT = 3;

export class KernelSurvey {
  readonly #littleEndian: boolean;
  readonly #steps: Record<KernelProtocol, SurveyStep[]>;
  readonly #seen: Readonly<Record<KernelProtocol, Map<string, KernelItem>>> = {
    route: new Map(),
    netfilter: new Map(),
  };
  readonly #readings: Record<KernelProtocol, number> = { route: 1, netfilter: 1 };
  /** Indexes of our tunnel devices by name. */
  readonly tunnelIndexes = new Map<string, number>();

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
    this.#steps = { route: this.#routeSteps(), netfilter: this.#netfilterSteps() };
  }

  get isComplete(): boolean {
    return this.#steps.route.length === 0 && this.#steps.netfilter.length === 0;
  }

  /** What of ours the kernel has under this key. */
  seen(key: string): KernelItem | undefined {
    return this.#seen.route.get(key) ?? this.#seen.netfilter.get(key);
  }

  allSeen(): KernelItem[] {
    return [...this.#seen.route.values(), ...this.#seen.netfilter.values()];
  }

  /** Begins anew on this protocol, because something was lost or changed there. */
  restart(protocol: KernelProtocol): void {
    this.#seen[protocol].clear();
    if (protocol === 'route') this.tunnelIndexes.clear();
    this.#steps[protocol] = protocol === 'route' ? this.#routeSteps() : this.#netfilterSteps();
  }

  /** What to ask now; undefined when the survey of this protocol is complete. */
  step(protocol: KernelProtocol): SurveyStep | undefined {
    return this.#steps[protocol][0];
  }

  /** The answer to the present step; an `interrupted` one is asked for again, a few times. */
  answered(protocol: KernelProtocol, messages: readonly NetlinkMessage[], interrupted: boolean): void {
    const step = this.step(protocol);
    if (step === undefined) return;
    step.read(messages);
    if (interrupted && this.#readings[protocol] < READINGS_LIMIT) {
      this.#readings[protocol] += 1;
      return;
    }
    this.refused(protocol);
  }

  /** The kernel does not have what was asked for (a table, nf_tables): then nothing of ours is there. */
  refused(protocol: KernelProtocol): void {
    this.#steps[protocol].shift();
    this.#readings[protocol] = 1;
  }

  #routeSteps(): SurveyStep[] {
    const littleEndian = this.#littleEndian;
    const dumps = [
      encodeLinksDump(littleEndian),
      encodeRoutesDump(littleEndian),
      encodeNeighboursDump({ isProxy: false }, littleEndian),
      encodeNeighboursDump({ isProxy: true }, littleEndian),
      encodeRulesDump(littleEndian),
    ];
    const read = (messages: readonly NetlinkMessage[]) => {
      for (const message of messages)
        this.#readRouteMessage(unlessMalformed(() => decodeRouteMessage(message, littleEndian)));
    };
    return dumps.map((message) => ({ isDump: true, message, read }));
  }

  #netfilterSteps(): SurveyStep[] {
    const littleEndian = this.#littleEndian;
    const tables = PMIP_TABLE_FAMILIES.map((table) => ({
      isDump: false,
      message: encodeTableQuery(PMIP_TABLES[table], littleEndian),
      read: () => this.#add('netfilter', tableItem(table)),
    }));
    const sets = (Object.keys(PMIP_SETS) as PmipSet[]).map((set) => ({
      isDump: true,
      message: encodeElementsDump(PMIP_SETS[set], littleEndian),
      read: (messages: readonly NetlinkMessage[]) => {
        for (const message of messages) {
          for (const element of unlessMalformed(() => decodeElements(message, littleEndian)) ?? [])
            this.#add('netfilter', elementItem(set, element));
        }
      },
    }));
    const chains = {
      isDump: true,
      message: encodeChainsDump(PMIP_TABLES.netdev, littleEndian),
      read: (messages: readonly NetlinkMessage[]) => {
        for (const message of messages) {
          const name = unlessMalformed(() => decodeChainName(message, PMIP_TABLES.netdev, littleEndian));
          if (name !== undefined && !isOfCopies(name)) this.#add('netfilter', chainItem(name));
        }
      },
    };
    return [...tables, ...sets, chains];
  }

  #readRouteMessage(message: RouteMessage | undefined): void {
    switch (message?.kind) {
      case 'link':
        this.#readLink(message.link);
        break;
      case 'route':
        if (message.route.protocol === PMIP_PROTOCOL) this.#add('route', routeItem(message.route, undefined));
        break;
      case 'neighbour':
        if (message.neighbour.protocol === PMIP_PROTOCOL) this.#readNeighbour(message.neighbour);
        break;
      case 'rule':
        if (message.rule.protocol === PMIP_PROTOCOL) this.#add('route', ruleItem(message.rule));
        break;
      default:
        break;
    }
  }

  #readLink(link: Link): void {
    for (const wished of Object.values(TUNNEL_LINKS)) {
      if (link.name !== wished.name || link.kind !== wished.encapsulation) continue;
      this.tunnelIndexes.set(link.name, link.index);
      // No link has an MTU of 0: one that is down thereby differs from the wished one.
      this.#add('route', linkItem({ ...wished, mtuOctets: link.isUp ? link.mtuOctets : 0 }));
    }
  }

  #readNeighbour(neighbour: Neighbour): void {
    const { address, interfaceIndex, mac } = neighbour;
    if (neighbour.isProxy) this.#add('route', proxyNeighbourItem({ address, interfaceIndex }));
    else if (mac !== undefined) this.#add('route', neighbourItem({ address, interfaceIndex, mac }));
  }

  #add(protocol: KernelProtocol, item: KernelItem): void {
    this.#seen[protocol].set(item.key, item);
  }
}

function isOfCopies(chain: string): boolean {
  return Object.values(COPY_CHAINS).includes(chain);
}

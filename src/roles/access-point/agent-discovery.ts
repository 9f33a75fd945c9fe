// Agent discovery on all bridges (RFC 5944 §2.4): listens to advertisements, and solicits where it knows no foreign agent.
// The agents of this box need no discovery, and a bridge that has one is not solicited on.

import { type Ipv4Address, isGroupMac, isUnicast, type MacAddress } from '../../octets/address.ts';
import type { AgentAdvertisement, RouterAdvertisement } from '../../wire/agent-advertisement.ts';
import { earlier } from '../expiring-table.ts';
import type { Random } from '../role.ts';
import { type AgentNews, Agents } from './agents.ts';
import type { BridgeService } from './configuration.ts';
import { Solicitation } from './solicitation.ts';

export type AdvertisementReceived = {
  readonly bridge: string;
  readonly sourceMac: MacAddress;
  readonly sourceAddress: Ipv4Address;
  readonly destinationAddress: Ipv4Address;
  readonly advertisement: AgentAdvertisement | RouterAdvertisement;
};

export type DiscoveryNews = { readonly bridge: string } & (
  | AgentNews
  | { readonly kind: 'solicitationDue'; readonly isVain: boolean }
  | { readonly kind: 'tooManyAgents'; readonly address: Ipv4Address }
);

type Link = {
  readonly service: BridgeService;
  readonly agents: Agents;
  readonly solicitation: Solicitation;
  isFull: boolean;
};

export class AgentDiscovery {
  readonly #random: Random;
  readonly #links = new Map<string, Link>();
  #mostAgents = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  configure(bridges: ReadonlyMap<string, BridgeService>, mostAgents: number, nowMs: number): void {
    this.#mostAgents = mostAgents;
    for (const bridge of this.#links.keys()) if (!bridges.has(bridge)) this.#links.delete(bridge);
    for (const [bridge, service] of bridges) {
      const { agents, solicitation, isFull } = this.#links.get(bridge) ?? {
        agents: new Agents(),
        solicitation: new Solicitation(this.#random),
        isFull: false,
      };
      const link = { service, agents, solicitation, isFull };
      this.#links.set(bridge, link);
      solicitAsNeeded(link, nowMs);
    }
  }

  agents(bridge: string): Agents | undefined {
    return this.#links.get(bridge)?.agents;
  }

  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { agents, solicitation } of this.#links.values()) {
      earliest = earlier(earliest, earlier(agents.nextExpiry(), solicitation.dueAtMs));
    }
    return earliest;
  }

  advertisementReceived(event: AdvertisementReceived, nowMs: number): DiscoveryNews[] {
    const { bridge, sourceMac, sourceAddress, advertisement } = event;
    const link = this.#links.get(bridge);
    if (link === undefined || advertisement.kind !== 'agentAdvertisement') return [];
    // What this box advertises itself is heard on its ports too.
    if (sourceMac === link.service.mac || isGroupMac(sourceMac) || !isUnicast(sourceAddress)) return [];
    if (link.agents.get(sourceAddress) === undefined && link.agents.size >= this.#mostAgents) {
      return this.#refused(link, bridge, sourceAddress);
    }
    const news = link.agents.heard(sourceAddress, sourceMac, advertisement, nowMs);
    if (news === undefined) return [];
    if (news.kind === 'agentLost') link.isFull = false;
    solicitAsNeeded(link, nowMs);
    return [{ bridge, ...news }];
  }

  deadlineReached(nowMs: number): DiscoveryNews[] {
    const all: DiscoveryNews[] = [];
    for (const [bridge, link] of this.#links) {
      const lost = link.agents.takeExpired(nowMs);
      if (lost.length > 0) link.isFull = false;
      solicitAsNeeded(link, nowMs);
      all.push(...lost.map((news) => ({ bridge, ...news })));
      if ((link.solicitation.dueAtMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
        all.push({ kind: 'solicitationDue', bridge, isVain: link.solicitation.send(nowMs) });
      }
    }
    return all;
  }

  /** Said once, until there is room again. */
  #refused(link: Link, bridge: string, address: Ipv4Address): DiscoveryNews[] {
    if (link.isFull) return [];
    link.isFull = true;
    return [{ kind: 'tooManyAgents', bridge, address }];
  }
}

function solicitAsNeeded({ service, agents, solicitation }: Link, nowMs: number): void {
  if (service.foreignAgent === undefined && !agents.hasForeignAgent()) solicitation.start(nowMs);
  else solicitation.stop();
}

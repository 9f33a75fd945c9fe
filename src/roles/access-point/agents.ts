// The mobility agents of one link, as their advertisements tell (RFC 5944 §2.4), and which of them suits a station. An
// agent is known by the source address of its advertisements; it is forgotten when the lifetime of the last one has run out.

import { contains, type Ipv4Address, isUnicast, type MacAddress, type Prefix } from '../../octets/address.ts';
import { type AgentAdvertisement, isAgentRebooted } from '../../wire/agent-advertisement.ts';

export type DiscoveredAgent = {
  readonly address: Ipv4Address;
  /** The source of the frame: frames for the agent go there. */
  readonly mac: MacAddress;
  readonly advertisement: AgentAdvertisement;
  readonly expiresAtMs: number;
};

export type AgentNews = {
  /** `changed`: it offers something else than before. */
  readonly kind: 'agentFound' | 'agentChanged' | 'agentRebooted' | 'agentLost';
  readonly agent: DiscoveredAgent;
};

/** What a station wants of a foreign agent. */
export type AgentNeeds = {
  readonly lifetimeSeconds: number;
  readonly greEncapsulation: boolean;
  readonly reverseTunneling: boolean;
  /** The agent that it is registered with. */
  readonly present: Ipv4Address | undefined;
  /** Agents that refused it, and until when they are not asked. */
  readonly refusedBy: ReadonlyMap<Ipv4Address, number>;
};

export class Agents {
  readonly #byAddress = new Map<Ipv4Address, DiscoveredAgent>();

  get size(): number {
    return this.#byAddress.size;
  }

  all(): Iterable<DiscoveredAgent> {
    return this.#byAddress.values();
  }

  get(address: Ipv4Address): DiscoveredAgent | undefined {
    return this.#byAddress.get(address);
  }

  /** Takes in what was advertised; RFC 1256 §4.1: with lifetime 0 an agent says that it ends. */
  heard(
    address: Ipv4Address,
    mac: MacAddress,
    advertisement: AgentAdvertisement,
    nowMs: number,
  ): AgentNews | undefined {
    const before = this.#byAddress.get(address);
    const agent = { address, mac, advertisement, expiresAtMs: nowMs + advertisement.lifetimeSeconds * 1000 };
    if (advertisement.lifetimeSeconds === 0) {
      this.#byAddress.delete(address);
      return before === undefined ? undefined : { kind: 'agentLost', agent: before };
    }
    this.#byAddress.set(address, agent);
    if (before === undefined) return { kind: 'agentFound', agent };
    // Another MAC address at the same IP address is another box, which knows nobody.
    const isAnotherBox = before.mac !== mac;
    if (isAnotherBox || isAgentRebooted(before.advertisement.sequenceNumber, advertisement.sequenceNumber)) {
      return { kind: 'agentRebooted', agent };
    }
    return isSameOffer(before.advertisement, advertisement) ? undefined : { kind: 'agentChanged', agent };
  }

  nextExpiry(): number | undefined {
    let earliest: number | undefined;
    for (const { expiresAtMs } of this.#byAddress.values()) {
      if (earliest === undefined || expiresAtMs < earliest) earliest = expiresAtMs;
    }
    return earliest;
  }

  /** Takes out those that have not been heard for too long. */
  takeExpired(nowMs: number): AgentNews[] {
    const lost = [...this.#byAddress.values()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
    for (const { address } of lost) this.#byAddress.delete(address);
    return lost.map((agent) => ({ kind: 'agentLost', agent }));
  }

  hasForeignAgent(): boolean {
    for (const agent of this.#byAddress.values()) if (isForeignAgent(agent)) return true;
    return false;
  }

  /** A station stays with its agent as long as that serves; else the best one, and of equals always the same. */
  foreignAgentFor(needs: AgentNeeds, nowMs: number): DiscoveredAgent | undefined {
    let best: DiscoveredAgent | undefined;
    for (const agent of this.#byAddress.values()) {
      const isPresent = agent.address === needs.present;
      const isRefusing = (needs.refusedBy.get(agent.address) ?? Number.NEGATIVE_INFINITY) > nowMs;
      // RFC 5944 §2.1.1: busy, it takes no additional mobile nodes.
      const isClosed = agent.advertisement.busy && !isPresent;
      if (!isForeignAgent(agent) || isRefusing || isClosed) continue;
      if (isPresent) return agent;
      if (best === undefined || isBetter(agent, best, needs)) best = agent;
    }
    return best;
  }

  /** The home agent of this subnet. */
  homeAgentOf(prefix: Prefix): DiscoveredAgent | undefined {
    let first: DiscoveredAgent | undefined;
    for (const agent of this.#byAddress.values()) {
      if (!agent.advertisement.homeAgent || !contains(prefix, agent.address)) continue;
      if (first === undefined || agent.address < first.address) first = agent;
    }
    return first;
  }
}

/** One of those advertised, rather the wanted one. The home agent's own is none: a tunnel to itself, which agents refuse. */
export function careOfAddressOf(
  agent: DiscoveredAgent,
  homeAgent: Ipv4Address,
  wanted: Ipv4Address | undefined,
): Ipv4Address | undefined {
  const usable = agent.advertisement.careOfAddresses.filter((address) => isUnicast(address) && address !== homeAgent);
  return usable.find((address) => address === wanted) ?? usable[0];
}

/** One that can relay at all: some routers set the flag before they have a care-of address. */
function isForeignAgent({ advertisement }: DiscoveredAgent): boolean {
  const { foreignAgent, careOfAddresses, registrationLifetimeSeconds } = advertisement;
  return foreignAgent && registrationLifetimeSeconds > 0 && careOfAddresses.some(isUnicast);
}

function isBetter(agent: DiscoveredAgent, other: DiscoveredAgent, needs: AgentNeeds): boolean {
  const [merit, otherMerit] = [agent, other].map((each) => meritOf(each, needs));
  if (merit === undefined || otherMerit === undefined) return false;
  return merit === otherMerit ? agent.address < other.address : merit > otherMerit;
}

/** A missing reverse tunnel may cost the connection, another encapsulation nothing; a lifetime above the one wanted adds nothing. */
function meritOf({ advertisement }: DiscoveredAgent, needs: AgentNeeds): number {
  const reverse = needs.reverseTunneling && advertisement.reverseTunneling ? 0x2_0000 : 0;
  const gre = needs.greEncapsulation && advertisement.greEncapsulation ? 0x1_0000 : 0;
  return reverse + gre + Math.min(advertisement.registrationLifetimeSeconds, needs.lifetimeSeconds);
}

function isSameOffer(a: AgentAdvertisement, b: AgentAdvertisement): boolean {
  return (
    a.busy === b.busy &&
    a.foreignAgent === b.foreignAgent &&
    a.homeAgent === b.homeAgent &&
    a.greEncapsulation === b.greEncapsulation &&
    a.reverseTunneling === b.reverseTunneling &&
    a.registrationLifetimeSeconds === b.registrationLifetimeSeconds &&
    a.careOfAddresses.length === b.careOfAddresses.length &&
    a.careOfAddresses.every((address, index) => address === b.careOfAddresses[index])
  );
}

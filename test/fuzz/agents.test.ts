// Two foreign agents and a home agent on a network that loses messages, doubles them, delivers them late and in another
// order, and changes octets; mobile nodes that walk between them; agents that restart. Whatever comes, what an agent wishes of
// the kernel is what its table has, nothing is there that no node has asked for, and in the end nothing is left.

import { expect, test } from 'vitest';
import { formatIpv4, type Ipv4Address } from '../../src/octets/address.ts';
import { formatHex } from '../../src/octets/octets.ts';
import type { ForeignAgentEffect } from '../../src/roles/foreign-agent/events.ts';
import { ForeignAgent } from '../../src/roles/foreign-agent/foreign-agent.ts';
import { HomeAgent, type HomeAgentEffect } from '../../src/roles/home-agent/home-agent.ts';
import { AgentAssociations } from '../../src/roles/security-associations.ts';
import { identificationAt } from '../../src/wire/identification.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeMobileIpMessage, type MobileIpMessage } from '../../src/wire/mobile-ip-message.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { digests } from '../digests.ts';
import {
  agentAssociations,
  configuration,
  FOREIGN_AGENT,
  foreignHome,
  HOME_AGENT,
  OTHER_FOREIGN_AGENT,
} from '../roles/home-agent/scene.ts';
import { request } from '../roles/messages.ts';
import { at, EPOCH_UNIX_MS } from '../roles/moments.ts';
import { Chance, SEED } from './mutation.ts';

const STEPS = 1500;
const NODES = [77, 78, 79, 80].map((number) => ip(`10.1.0.${number}`));
const LIFETIME_SECONDS = 30;
const HOME_SETTINGS = {
  ...configuration,
  agentAssociations,
  longestLifetimeSeconds: LIFETIME_SECONDS,
  mostBindings: 3,
};

type Sent = { readonly octets: Uint8Array; readonly source: Ipv4Address; readonly destination: Ipv4Address };

/** What the kernel was told of each home address, by an agent. */
class Wishes {
  readonly #where = new Map<Ipv4Address, string>();

  wanted(homeAddress: Ipv4Address, where: string): void {
    this.#where.set(homeAddress, where);
  }

  unwanted(homeAddress: Ipv4Address): void {
    this.#where.delete(homeAddress);
  }

  rows(): string[] {
    return [...this.#where].map(([homeAddress, where]) => `${formatIpv4(homeAddress)} ${where}`).sort();
  }
}

class Chaos {
  readonly chance = new Chance(SEED);
  readonly wishes = { home: new Wishes(), foreign: new Map<Ipv4Address, Wishes>() };
  readonly asked = new Set<string>();
  home = new HomeAgent(HOME_SETTINGS, digests, () => 0);
  readonly foreign = new Map<Ipv4Address, ForeignAgent>();
  #onTheWay: Sent[] = [];
  #lastIdentification = 0n;
  nowMs = 0;

  constructor() {
    for (const address of [FOREIGN_AGENT, OTHER_FOREIGN_AGENT]) {
      this.foreign.set(address, newForeignAgent(address));
      this.wishes.foreign.set(address, new Wishes());
    }
  }

  step(): void {
    this.nowMs += this.chance.below(400);
    this.#deadlines();
    switch (this.chance.below(8)) {
      case 0:
      case 1:
        return this.#ask();
      case 2:
        if (this.chance.below(50) === 0) this.#restart();
        return;
      default:
        return this.#deliver();
    }
  }

  /** All that is on the way is lost, and time passes. */
  end(): void {
    this.#onTheWay = [];
    for (let count = 0; count < 100; count++) {
      this.nowMs += 1000;
      this.#deadlines();
    }
  }

  #ask(): void {
    const homeAddress = NODES[this.chance.below(NODES.length)] ?? HOME_AGENT;
    const careOfAddress = this.chance.below(2) === 0 ? FOREIGN_AGENT : OTHER_FOREIGN_AGENT;
    const fields = {
      homeAddress,
      careOfAddress,
      homeAgent: HOME_AGENT,
      lifetimeSeconds: this.chance.below(4) === 0 ? 0 : LIFETIME_SECONDS,
      greEncapsulation: this.chance.below(3) === 0,
      reverseTunneling: this.chance.below(3) !== 0,
      identification: this.#identification(),
    };
    this.asked.add(`${formatIpv4(homeAddress)} ${formatIpv4(careOfAddress)}`);
    const agent = this.foreign.get(careOfAddress);
    const genuine = request(fields);
    for (const octets of this.#versions(genuine.octets)) {
      const message = decoded(octets);
      if (message?.kind !== 'registrationRequest' || agent === undefined) continue;
      const link = {
        mac: mac(`02:00:00:00:00:${(homeAddress & 0xff).toString(16)}`),
        interfaceIndex: 5,
        interfaceName: 'br-lan',
        sourceAddress: homeAddress,
        sourcePort: 434,
        destinationAddress: careOfAddress,
      };
      const event = { kind: 'requestReceived', request: message, link, timeToLive: 255 } as const;
      this.#fromForeign(careOfAddress, agent.handle(event, at(this.nowMs)));
    }
  }

  #identification(): bigint {
    const wanted = identificationAt(EPOCH_UNIX_MS + this.nowMs);
    this.#lastIdentification = wanted > this.#lastIdentification ? wanted : this.#lastIdentification + 1n;
    return this.#lastIdentification;
  }

  /** As it is, and perhaps also changed. */
  #versions(octets: Uint8Array): Uint8Array[] {
    return this.chance.below(4) === 0 ? [this.chance.mutated(octets), octets] : [octets];
  }

  #deliver(): void {
    const index = this.chance.below(this.#onTheWay.length);
    const sent = this.#onTheWay[index];
    if (sent === undefined) return;
    // One of four stays on the way and comes once more.
    if (this.chance.below(4) !== 0) this.#onTheWay.splice(index, 1);
    if (this.chance.below(5) === 0) return;
    for (const octets of this.#versions(sent.octets)) this.#arrives({ ...sent, octets });
  }

  #arrives({ octets, source, destination }: Sent): void {
    const message = decoded(octets);
    if (message === undefined) return;
    const arrival = { sourceAddress: source, sourcePort: 434, destinationAddress: destination };
    const agent = this.foreign.get(destination);
    const now = at(this.nowMs);
    if (agent === undefined) return this.#fromHome(this.#toHome(message, arrival));
    if (message.kind === 'registrationReply') {
      this.#fromForeign(
        destination,
        agent.handle({ kind: 'replyReceived', reply: message, sourceAddress: source }, now),
      );
    } else if (message.kind === 'registrationRevocation') {
      this.#fromForeign(destination, agent.handle({ kind: 'revocationReceived', revocation: message, arrival }, now));
    }
  }

  #toHome(
    message: MobileIpMessage,
    arrival: { sourceAddress: Ipv4Address; sourcePort: number; destinationAddress: Ipv4Address },
  ) {
    const now = at(this.nowMs);
    switch (message.kind) {
      case 'registrationRequest':
        return this.home.handle(
          { kind: 'requestReceived', request: message, arrival: { ...arrival, sourceMac: undefined } },
          now,
        );
      case 'registrationRevocation':
        return this.home.handle({ kind: 'revocationReceived', revocation: message, arrival }, now);
      case 'revocationAcknowledgment':
        return this.home.handle({ kind: 'revocationAcknowledged', acknowledgment: message, arrival }, now);
      case 'registrationReply':
        return [];
    }
  }

  #fromHome(effects: readonly HomeAgentEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'bindingWanted') this.wishes.home.wanted(effect.binding.homeAddress, whereOf(effect.binding));
      if (effect.kind === 'bindingUnwanted') this.wishes.home.unwanted(effect.binding.homeAddress);
      if ('destinationPort' in effect) this.#onTheWay.push(effect);
    }
  }

  #fromForeign(address: Ipv4Address, effects: readonly ForeignAgentEffect[]): void {
    const wishes = this.wishes.foreign.get(address);
    for (const effect of effects) {
      if (effect.kind === 'visitorWanted') wishes?.wanted(effect.visitor.homeAddress, whereOf(effect.visitor));
      if (effect.kind === 'visitorUnwanted') wishes?.unwanted(effect.visitor.homeAddress);
      if (effect.kind === 'requestRelayed' || effect.kind === 'revocationAcknowledgmentSent')
        this.#onTheWay.push(effect);
    }
  }

  #deadlines(): void {
    const due = { kind: 'deadlineReached' } as const;
    this.#fromHome(this.home.handle(due, at(this.nowMs)));
    for (const [address, agent] of this.foreign) this.#fromForeign(address, agent.handle(due, at(this.nowMs)));
  }

  /** The kernel keeps what it has; the next agent knows what was written down. */
  #restart(): void {
    const now = at(this.nowMs);
    const rows = JSON.parse(JSON.stringify([...this.home.snapshot(now)]));
    this.home = new HomeAgent(HOME_SETTINGS, digests, () => 0);
    this.#fromHome(this.home.restore(rows, now));
    for (const [address, agent] of this.foreign) {
      const visits = JSON.parse(JSON.stringify([...agent.snapshot(now)]));
      const next = newForeignAgent(address);
      this.foreign.set(address, next);
      this.#fromForeign(address, next.restore(visits, now));
    }
  }
}

function newForeignAgent(address: Ipv4Address): ForeignAgent {
  const withHomeAgent = { ...foreignHome, kind: 'foreign-home', start: HOME_AGENT, end: HOME_AGENT } as const;
  return new ForeignAgent(
    {
      careOfAddresses: [address],
      ownAddresses: [address],
      links: new Map([['br-lan', { interfaceIndex: 5, address, prefix: prefix('10.9.0.0/24') }]]),
      longestLifetimeSeconds: 1800,
      mostVisitors: 3,
      isGreServed: true,
      agentAssociations: new AgentAssociations([withHomeAgent]),
    },
    digests,
  );
}

type Tunnel = {
  readonly careOfAddress: Ipv4Address;
  readonly encapsulation: string;
  readonly reverseTunneling: boolean;
};

function whereOf({ careOfAddress, encapsulation, reverseTunneling }: Tunnel): string {
  return `${formatIpv4(careOfAddress)} ${encapsulation}${reverseTunneling ? ' both ways' : ''}`;
}

function rowsOf(table: Iterable<Tunnel & { readonly homeAddress: Ipv4Address }>): string[] {
  return Array.from(table, (row) => `${formatIpv4(row.homeAddress)} ${whereOf(row)}`).sort();
}

function decoded(octets: Uint8Array): MobileIpMessage | undefined {
  try {
    return decodeMobileIpMessage(octets);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw new Error(`FUZZ_SEED=${SEED}, octets ${formatHex(octets)}`, { cause: error });
  }
}

test('agents on a network that does everything wrong keep kernel and tables in step, and nothing for ever', () => {
  const chaos = new Chaos();
  const seen = { bindings: 0, visitors: 0 };
  for (let step = 0; step < STEPS; step++) {
    const context = `FUZZ_SEED=${SEED} step ${step}`;
    chaos.step();
    const bindings = rowsOf(chaos.home.bindings());
    expect(bindings, context).toEqual(chaos.wishes.home.rows());
    expect(bindings.length, context).toBeLessThanOrEqual(3);
    for (const row of bindings) expect(chaos.asked, context).toContain(row.split(' ').slice(0, 2).join(' '));
    seen.bindings += bindings.length;
    for (const [address, agent] of chaos.foreign) {
      const visitors = rowsOf(agent.visitors());
      expect(visitors, context).toEqual(chaos.wishes.foreign.get(address)?.rows());
      expect(visitors.length, context).toBeLessThanOrEqual(3);
      for (const row of visitors) expect(chaos.asked, context).toContain(row.split(' ').slice(0, 2).join(' '));
      seen.visitors += visitors.length;
    }
  }
  // It was about something.
  expect(Math.min(seen.bindings, seen.visitors)).toBeGreaterThan(STEPS / 8);
  chaos.end();
  expect([...chaos.home.bindings()]).toEqual([]);
  for (const agent of chaos.foreign.values()) expect([...agent.visitors()]).toEqual([]);
  expect(chaos.home.nextDeadline()).toBeUndefined();
});

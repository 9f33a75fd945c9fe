// RADIUS in the daemon: from the configuration to the client, from what the client finds to departures, reports and plain
// words about each server.

import type { Network } from '../clients/network.ts';
import { RadiusClient, type RadiusEffect, type RadiusServerRow } from '../clients/radius-client.ts';
import type { Config } from '../config/config.ts';
import { formatIpv4, type Ipv4Address } from '../octets/address.ts';
import type { Report } from '../roles/report.ts';
import type { Moment } from '../roles/role.ts';
import type { FetchedAssociations } from '../roles/security-associations.ts';
import type { Arrival, Departure, Host } from '../runtime/runtime.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import { decodeRadiusMessage } from '../wire/radius.ts';
import { decodeOrMalformed } from './inbound.ts';
import type { LogLine } from './report-text.ts';
import type { ServersDesk } from './servers.ts';

export type RadiusOutput =
  | { readonly kind: 'departs'; readonly departure: Departure }
  | { readonly kind: 'known'; readonly homeAddress: Ipv4Address }
  /** A server does not answer. */
  | { readonly kind: 'silent'; readonly address: Ipv4Address }
  | { readonly kind: 'report'; readonly report: Report };

/** As after nearly every arrival. */
const NOTHING: readonly RadiusOutput[] = [];

export type RadiusArrival = Extract<Arrival, { readonly kind: `radius${string}` }>;

export class Radius {
  readonly #client: RadiusClient;
  readonly #desk: ServersDesk;
  #isOpen = false;
  /** By their addresses, of those that were configured by name. */
  #hostNames = new Map<Ipv4Address, string>();

  constructor({ digests, random }: Host, desk: ServersDesk) {
    this.#client = new RadiusClient(digests, random);
    this.#desk = desk;
  }

  /** Where the roles find what was fetched. */
  get associations(): FetchedAssociations {
    return this.#client;
  }

  configured({ main, radiusServers }: Config, network: Network): RadiusOutput[] {
    const servers = main.isEnabled ? radiusServers : [];
    const [nasAddress] = network.ownAddresses();
    const outputs: RadiusOutput[] = [];
    this.#hostNames.clear();
    const addressed = servers.flatMap(({ server, port, secret, timeoutSeconds, retries }) => {
      if (server.kind === 'hostName') return [];
      if (server.hostName !== undefined) this.#hostNames.set(server.address, server.hostName);
      return [{ address: server.address, port, secret, timeoutMs: timeoutSeconds * 1000, tries: retries + 1 }];
    });
    const isWanted = addressed.length > 0;
    if (isWanted && !this.#isOpen) outputs.push({ kind: 'departs', departure: { kind: 'radiusOpen' } });
    if (!isWanted && this.#isOpen) outputs.push({ kind: 'departs', departure: { kind: 'radiusClose' } });
    this.#isOpen = isWanted;
    const before = this.#client.servers();
    outputs.push(...this.#outputs(this.#client.configure(addressed, nasAddress)));
    // What was said of servers that are asked no more, or in another way, is over.
    const now = this.#client.servers();
    for (const row of before) {
      if (!now.some((other) => partOf(other) === partOf(row) && other.state === row.state)) {
        this.#desk.problems.end(partOf(row), '');
      }
    }
    return outputs;
  }

  arrived(arrival: RadiusArrival, { monotonicMs }: Moment): readonly RadiusOutput[] {
    if (arrival.kind === 'radiusUnreachable') {
      return this.#outputs(this.#client.unreachable(arrival.address, arrival.port, monotonicMs));
    }
    const message = decodeOrMalformed(() => decodeRadiusMessage(arrival.octets));
    if ('kind' in message) {
      this.#desk.counters.add('malformed.radius');
      return [];
    }
    return this.#outputs(this.#client.received(message, arrival, monotonicMs));
  }

  /** Asks the servers for what the roles looked for and did not find. */
  ask({ monotonicMs }: Moment): readonly RadiusOutput[] {
    return this.#outputs(this.#client.ask(monotonicMs));
  }

  nextDeadline(): number | undefined {
    return this.#client.nextDeadline();
  }

  deadlineReached({ monotonicMs }: Moment): readonly RadiusOutput[] {
    return this.#outputs(this.#client.deadlineReached(monotonicMs));
  }

  rows(): PlainTable[] {
    return this.#client.servers().map(({ address, state }) => {
      const name = this.#hostNames.get(address);
      return { server: formatIpv4(address), ...(name === undefined ? {} : { name }), state };
    });
  }

  #outputs(effects: readonly RadiusEffect[]): readonly RadiusOutput[] {
    return effects.length === 0 ? NOTHING : effects.flatMap((effect) => this.#output(effect));
  }

  #output(effect: RadiusEffect): RadiusOutput[] {
    switch (effect.kind) {
      case 'send': {
        const { octets, address, port } = effect;
        return [{ kind: 'departs', departure: { kind: 'radiusSend', octets, address, port } }];
      }
      case 'outdated':
        return [{ kind: 'known', homeAddress: effect.homeAddress }];
      case 'answered': {
        const { homeAddress, hasKey } = effect;
        const report: Report = { kind: hasKey ? 'associationFetched' : 'associationRefused', homeAddress };
        return [
          { kind: 'report', report },
          { kind: 'known', homeAddress },
        ];
      }
      case 'unusable': {
        const { homeAddress, fault } = effect;
        return [{ kind: 'report', report: { kind: 'associationUnusable', homeAddress, fault } }];
      }
      case 'discarded':
        this.#desk.counters.add(`radiusDiscarded.${effect.reason}`);
        return [];
      case 'serverChanged':
        return [...this.#lines(this.#serverChanged(effect.row)), ...silentOnes(effect.row)];
    }
  }

  #lines(lines: readonly LogLine[]): RadiusOutput[] {
    return this.#desk.log.lines(lines).map((departure) => ({ kind: 'departs', departure }));
  }

  #serverChanged(row: RadiusServerRow): LogLine[] {
    const { problems } = this.#desk;
    if (row.state === 'answers') return problems.end(partOf(row), `${nameOf(row)} answers`);
    return problems.begin(partOf(row), `${nameOf(row)} ${STATE_TEXT[row.state]}; new stations wait for their keys`);
  }
}

const STATE_TEXT: Readonly<Record<RadiusServerRow['state'], string>> = {
  unasked: 'was not asked yet',
  answers: 'answers',
  silent: 'does not answer: is it running, is this router one of its clients, and is the secret the same',
  unreachable: "is not there: nothing listens on its port; start it, or set 'option port'",
  wrongSecret: "has another secret than we: write in 'option secret' what it has for this router",
};

function silentOnes({ address, state }: RadiusServerRow): RadiusOutput[] {
  return state === 'silent' || state === 'unreachable' ? [{ kind: 'silent', address }] : [];
}

function nameOf({ address, port }: RadiusServerRow): string {
  return `RADIUS server ${formatIpv4(address)} port ${port}`;
}

function partOf(row: RadiusServerRow): string {
  return `radius ${nameOf(row)}`;
}

// The servers that the daemon asks: name servers for the addresses of host names, and RADIUS servers, which may have been
// named so, for keys.

import type { Network } from '../clients/network.ts';
import type { Config } from '../config/config.ts';
import type { Ipv4Address } from '../octets/address.ts';
import { earlier } from '../roles/expiring-table.ts';
import type { Moment } from '../roles/role.ts';
import type { Host } from '../runtime/runtime.ts';
import { HostNames, type HostNamesOutput, type NamesArrival } from './host-names.ts';
import type { Log } from './log.ts';
import type { Problems } from './problems.ts';
import { Radius, type RadiusArrival, type RadiusOutput } from './radius.ts';
import type { Counters } from './status.ts';

export type ServersDesk = { readonly problems: Problems; readonly counters: Counters; readonly log: Log };

export type ServersOutput = HostNamesOutput | Exclude<RadiusOutput, { readonly kind: 'silent' }>;

export class Servers {
  readonly radius: Radius;
  readonly #names: HostNames;
  #written: Config;

  constructor(host: Host, desk: ServersDesk, config: Config) {
    this.radius = new Radius(host, desk);
    this.#names = new HostNames(host.random, desk);
    this.#written = config;
  }

  /** The configuration, with addresses in place of host names as far as they are known. */
  get config(): Config {
    return this.#names.applied(this.#written);
  }

  configurationRead(config: Config, { monotonicMs }: Moment): ServersOutput[] {
    this.#written = config;
    return this.#names.configured(config, monotonicMs);
  }

  configured(network: Network, now: Moment): ServersOutput[] {
    return this.#radiusSaid(this.radius.configured(this.config, network), now);
  }

  arrived(arrival: NamesArrival | RadiusArrival, now: Moment): ServersOutput[] {
    switch (arrival.kind) {
      case 'radiusReceived':
      case 'radiusUnreachable':
        return this.#radiusSaid(this.radius.arrived(arrival, now), now);
      default:
        return this.#names.arrived(arrival, now.monotonicMs);
    }
  }

  /** Asks for what the roles looked for and did not find. */
  ask(now: Moment): ServersOutput[] {
    return this.#radiusSaid(this.radius.ask(now), now);
  }

  /** Who has this address does not answer. */
  silent(address: Ipv4Address, { monotonicMs }: Moment): ServersOutput[] {
    return this.#names.silent(address, monotonicMs);
  }

  nextDeadline(): number | undefined {
    return earlier(this.radius.nextDeadline(), this.#names.nextDeadline());
  }

  deadlineReached(now: Moment): ServersOutput[] {
    return [
      ...this.#names.deadlineReached(now.monotonicMs),
      ...this.#radiusSaid(this.radius.deadlineReached(now), now),
    ];
  }

  #radiusSaid(outputs: readonly RadiusOutput[], { monotonicMs }: Moment): ServersOutput[] {
    return outputs.flatMap((output): ServersOutput[] =>
      output.kind === 'silent' ? this.#names.silent(output.address, monotonicMs) : [output],
    );
  }
}

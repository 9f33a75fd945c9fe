// Registration Requests that wait at the home agent for the key of their mobile node: of each node the last one, for that is
// the one whose reply is still awaited.

import type { Ipv4Address } from '../octets/address.ts';
import { type HomeAgentConfiguration, homeNetworkOf } from '../roles/home-agent/configuration.ts';
import type { HomeAgentEvent } from '../roles/home-agent/home-agent.ts';

/** More at once are made up: each is of another address of our own networks. */
const MOST_REQUESTS = 1000;

export class AwaitedRequests {
  readonly #requests = new Map<Ipv4Address, HomeAgentEvent>();

  /** Whether the home agent gets it later. Nobody's server is asked for addresses that are no home addresses here. */
  hold(event: HomeAgentEvent, configuration: HomeAgentConfiguration): boolean {
    if (event.kind !== 'requestReceived') return false;
    const { homeAddress } = event.request;
    if (homeNetworkOf(homeAddress, configuration) === undefined) return false;
    if (!configuration.associations.isAwaited(homeAddress)) return false;
    if (this.#requests.size < MOST_REQUESTS || this.#requests.has(homeAddress)) this.#requests.set(homeAddress, event);
    return true;
  }

  take(homeAddress: Ipv4Address): HomeAgentEvent | undefined {
    const event = this.#requests.get(homeAddress);
    this.#requests.delete(homeAddress);
    return event;
  }
}

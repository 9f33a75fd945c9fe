// Asks the kernel for this box's links and addresses, hears of their changes, and asks which of our addresses leads to
// another box.

import type { Ipv4Address } from '../octets/address.ts';
import { Malformed } from '../wire/malformed.ts';
import type { NetlinkMessage } from '../wire/netlink.ts';
import { decodeRouteMessage, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_LINK } from '../wire/rtnetlink.ts';
import { encodeAddressesDump } from '../wire/rtnetlink-address.ts';
import { encodeLinksDump } from '../wire/rtnetlink-link.ts';
import { encodeRouteQuery, PMIP_PROTOCOL, type Route } from '../wire/rtnetlink-route.ts';
import { type HostConventions, NetlinkClient, type NetlinkEvent } from './netlink-client.ts';
import { Network } from './network.ts';

type Purpose =
  | { readonly kind: 'links' | 'addresses' }
  | { readonly kind: 'source'; readonly destination: Ipv4Address };

export type NetworkEffect =
  | { readonly kind: 'send'; readonly octets: Uint8Array }
  /** Links or addresses are others than before; said for the first time when both are known. */
  | { readonly kind: 'changed' }
  /** A route has changed: the answers to `askSource` may be others now. */
  | { readonly kind: 'routesChanged' }
  /** A route of ours has gone, by our own wish or that of somebody else. */
  | { readonly kind: 'ownRouteGone'; readonly route: Route }
  /** Undefined where no route leads there. */
  | { readonly kind: 'sourceKnown'; readonly destination: Ipv4Address; readonly source: Ipv4Address | undefined }
  /** What cannot be read is passed over: one odd link is not to hide the others. */
  | { readonly kind: 'malformed' };

export const NETWORK_GROUPS: readonly number[] = [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE];

export class NetworkClient {
  readonly network = new Network();
  readonly #netlink: NetlinkClient<Purpose>;
  readonly #littleEndian: boolean;
  #isKnown = false;

  constructor(conventions: HostConventions) {
    this.#netlink = new NetlinkClient(conventions);
    this.#littleEndian = conventions.littleEndian;
  }

  /** Whether the first dumps are done. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  start(): NetworkEffect[] {
    return [this.#send(this.#netlink.dump(encodeLinksDump(this.#littleEndian), { kind: 'links' }))];
  }

  /** Notifications were lost: everything is asked for anew. */
  overrun(): NetworkEffect[] {
    this.#netlink.overrun();
    return this.start();
  }

  askSource(destination: Ipv4Address): NetworkEffect[] {
    const query = encodeRouteQuery({ destination }, this.#littleEndian);
    return [this.#send(this.#netlink.request([query], { kind: 'source', destination }))];
  }

  received(octets: Uint8Array): NetworkEffect[] {
    return this.#netlink.received(octets).flatMap((event) => this.#handle(event));
  }

  #handle(event: NetlinkEvent<Purpose>): NetworkEffect[] {
    switch (event.kind) {
      case 'dumped':
        return this.#dumped(event.purpose, event.messages);
      case 'notified':
        return this.#notified(event.message);
      case 'acknowledged':
        return event.purpose.kind === 'source' ? [this.#source(event.purpose.destination, event.messages)] : [];
      case 'refused': {
        const { purpose } = event;
        return purpose.kind === 'source'
          ? [{ kind: 'sourceKnown', destination: purpose.destination, source: undefined }]
          : [];
      }
      case 'unknown':
        return [];
      case 'malformed':
        return [{ kind: 'malformed' }];
    }
  }

  #dumped(purpose: Purpose, messages: readonly NetlinkMessage[]): NetworkEffect[] {
    if (purpose.kind === 'links') this.network.forget();
    const effects: NetworkEffect[] = [];
    for (const message of messages) {
      const decoded = this.#decoded(message);
      if (decoded === 'malformed') effects.push({ kind: 'malformed' });
      else if (decoded !== undefined) this.network.apply(decoded);
    }
    if (purpose.kind === 'links') {
      const dump = this.#netlink.dump(encodeAddressesDump(this.#littleEndian), { kind: 'addresses' });
      return [...effects, this.#send(dump)];
    }
    this.#isKnown = true;
    return [...effects, { kind: 'changed' }];
  }

  #notified(message: NetlinkMessage): NetworkEffect[] {
    const decoded = this.#decoded(message);
    if (decoded === undefined) return [];
    if (decoded === 'malformed') return [{ kind: 'malformed' }];
    if (decoded.kind === 'route') return routeNews(decoded);
    return this.network.apply(decoded) && this.#isKnown ? [{ kind: 'changed' }] : [];
  }

  #source(destination: Ipv4Address, messages: readonly NetlinkMessage[]): NetworkEffect {
    for (const message of messages) {
      const decoded = this.#decoded(message);
      if (typeof decoded === 'object' && decoded.kind === 'route')
        return { kind: 'sourceKnown', destination, source: decoded.route.preferredSource };
    }
    return { kind: 'sourceKnown', destination, source: undefined };
  }

  #decoded(message: NetlinkMessage): ReturnType<typeof decodeRouteMessage> | 'malformed' {
    try {
      return decodeRouteMessage(message, this.#littleEndian);
    } catch (error) {
      if (error instanceof Malformed) return 'malformed';
      throw error;
    }
  }

  #send(octets: Uint8Array): NetworkEffect {
    return { kind: 'send', octets };
  }
}

/** Of what we do ourselves the kernel tells us, too: each binding and each visitor has a route. They lead to no other box. */
function routeNews({ route, removed }: { readonly route: Route; readonly removed: boolean }): NetworkEffect[] {
  if (route.protocol !== PMIP_PROTOCOL) return [{ kind: 'routesChanged' }];
  return removed ? [{ kind: 'ownRouteGone', route }] : [];
}

// The DHCP requests that were said again on a home link, while a server may still refuse them. It refuses by broadcast
// (RFC 2131 §4.3.2), which ends at the home link; the mobile node that asked must hear it, for its lease is another's.

import type { Ipv4Address } from '../../octets/address.ts';
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, type DhcpReply, type DhcpRequest } from '../../wire/dhcp.ts';
import { encodeUdpPacket } from '../../wire/frames.ts';

/** Servers answer at once, but those that ask whether an address is in use. */
const KEPT_MS = 10_000;
const MOST_REQUESTS = 1024;
const TIME_TO_LIVE = 64;

type Repeated = { readonly homeAddress: Ipv4Address; readonly untilMs: number };
type Identity = Pick<DhcpRequest, 'transactionId' | 'clientMac'>;

export class RepeatedRequests {
  readonly #requests = new Map<string, Repeated>();

  add(request: Identity, homeAddress: Ipv4Address, nowMs: number): void {
    const key = keyOf(request);
    this.#requests.delete(key);
    this.#requests.set(key, { homeAddress, untilMs: nowMs + KEPT_MS });
    for (const [oldest, { untilMs }] of this.#requests) {
      if (untilMs > nowMs && this.#requests.size <= MOST_REQUESTS) return;
      this.#requests.delete(oldest);
    }
  }

  /** The home address of the one that this answers, once. */
  take(reply: Identity, nowMs: number): Ipv4Address | undefined {
    const key = keyOf(reply);
    const repeated = this.#requests.get(key);
    this.#requests.delete(key);
    return repeated !== undefined && repeated.untilMs > nowMs ? repeated.homeAddress : undefined;
  }
}

/** The reply, as the server would send it to a client that has its address. */
export function refusalPacket(reply: DhcpReply, server: Ipv4Address, homeAddress: Ipv4Address): Uint8Array {
  return encodeUdpPacket({
    source: server,
    destination: homeAddress,
    sourcePort: DHCP_SERVER_PORT,
    destinationPort: DHCP_CLIENT_PORT,
    timeToLive: TIME_TO_LIVE,
    octets: reply.octets,
  });
}

function keyOf({ transactionId, clientMac }: Identity): string {
  return `${transactionId} ${clientMac}`;
}

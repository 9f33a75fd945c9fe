// Stations with a Mobile IP stack of their own: they ask for agents (RFC 5944 §2.4) or register themselves (§3.3), and a
// proxy would only get in their way. What is known of one is kept over its roams, for it may not say so again at once.

import type { MacAddress } from '../../octets/address.ts';
import type { Frame } from '../../wire/frames.ts';
import { REGISTRATION_PORT } from '../../wire/registration.ts';

/** RFC 1256 §3: an Agent Solicitation is a Router Solicitation. */
const ROUTER_SOLICITATION = 10;
const KEPT_MS = 3_600_000;
const MOST_STATIONS = 256;

/** Whether it is said to mobility agents. */
export function isSaidToAgents({ payload }: Frame): boolean {
  if (payload.kind !== 'ipv4') return false;
  const { icmp, udp } = payload.ipv4;
  return icmp?.[0] === ROUTER_SOLICITATION || udp?.destinationPort === REGISTRATION_PORT;
}

export class OwnMobileIp {
  readonly #heardAtMs = new Map<MacAddress, number>();

  heard(mac: MacAddress, nowMs: number): void {
    this.#heardAtMs.delete(mac);
    this.#heardAtMs.set(mac, nowMs);
    if (this.#heardAtMs.size <= MOST_STATIONS) return;
    for (const oldest of this.#heardAtMs.keys()) {
      this.#heardAtMs.delete(oldest);
      return;
    }
  }

  has(mac: MacAddress, nowMs: number): boolean {
    return nowMs - (this.#heardAtMs.get(mac) ?? Number.NEGATIVE_INFINITY) < KEPT_MS;
  }
}

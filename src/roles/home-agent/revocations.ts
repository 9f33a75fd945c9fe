// Registration Revocations that the home agent sends (RFC 3543 §4.2.2.1): said again with a new identifier, after twice
// the time each, until the foreign agent acknowledges or the binding would have ended anyhow.

import { nextRevocationTimestamp } from '../../wire/revocation-support.ts';
import { Deadlines } from '../deadlines.ts';
import type { Moment } from '../role.ts';
import type { MobilityBinding, RevocationTerms } from './mobility-binding.ts';

/** RFC 3543 §3.3: no two messages about a binding within a second, the reply that made it included. */
const LEAST_INTERVAL_MS = 1000;

/** A binding that both agents agreed to revoke. */
export type RevokedBinding = MobilityBinding & { readonly revocation: RevocationTerms };

export type Revocation = {
  readonly binding: RevokedBinding;
  /** The mobile node is to be told by the foreign agent. */
  readonly inform: boolean;
  /** All that were sent: an acknowledgment may be of an earlier one. */
  readonly identifiers: readonly number[];
};

export class Revocations {
  readonly #unanswered = new Map<string, Revocation>();
  readonly #times = new Deadlines<string>();

  get size(): number {
    return this.#unanswered.size;
  }

  nextDeadline(): number | undefined {
    return this.#times.earliest();
  }

  /** The first one is due at once, or as soon as the binding's last reply is a second old. */
  begin(binding: RevokedBinding, inform: boolean, nowMs: number): void {
    const key = keyOf(binding);
    this.#unanswered.set(key, { binding, inform, identifiers: [] });
    this.#times.set(key, Math.max(nowMs, binding.acceptedAtMs + LEAST_INTERVAL_MS));
  }

  /** What this foreign agent has not yet acknowledged for this mobile node. */
  get(peer: Peer): Revocation | undefined {
    return this.#unanswered.get(keyOf(peer));
  }

  /** It has been acknowledged, or the mobile node is there again: it must not be repeated. */
  end(peer: Peer): void {
    this.#unanswered.delete(keyOf(peer));
    this.#times.clear(keyOf(peer));
  }

  /** What is to be sent now, each with its newest identifier last, and what has been said in vain. */
  due(now: Moment): { readonly sent: Revocation[]; readonly ended: Revocation[] } {
    const sent: Revocation[] = [];
    const ended: Revocation[] = [];
    for (;;) {
      const key = this.#times.takeDue(now.monotonicMs);
      if (key === undefined) return { sent, ended };
      const revocation = this.#unanswered.get(key);
      if (revocation === undefined) continue;
      if (revocation.binding.expiresAtMs <= now.monotonicMs) {
        this.#unanswered.delete(key);
        ended.push(revocation);
      } else {
        sent.push(this.#again(key, revocation, now));
      }
    }
  }

  #again(key: string, revocation: Revocation, now: Moment): Revocation {
    const { binding, identifiers } = revocation;
    const identifier = nextRevocationTimestamp(identifiers.at(-1) ?? binding.revocation.ownTimestamp, now.unixMs);
    const again = { ...revocation, identifiers: [...identifiers, identifier] };
    this.#unanswered.set(key, again);
    const waitMs = LEAST_INTERVAL_MS * 2 ** identifiers.length;
    this.#times.set(key, Math.min(now.monotonicMs + waitMs, binding.expiresAtMs));
    return again;
  }
}

type Peer = Pick<MobilityBinding, 'homeAddress' | 'sourceAddress'>;

function keyOf({ homeAddress, sourceAddress }: Peer): string {
  return `${homeAddress} ${sourceAddress}`;
}

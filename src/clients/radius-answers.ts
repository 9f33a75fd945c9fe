// What RADIUS servers have said of home addresses: keys, or that there is none. Old answers go on to hold until there is
// a new one, so that a server that has gone harms nobody who is known.

import type { Ipv4Address } from '../octets/address.ts';
import type { SecurityAssociation } from '../wire/authentication.ts';

type Answer = { readonly associations: readonly SecurityAssociation[]; readonly staleAtMs: number };

/** Each takes about 0.4 KiB. */
const MOST_ANSWERS = 5000;
/** What a server refused may be entered there a moment later. */
const REFUSAL_MS = 300_000;

export class RadiusAnswers {
  /** The last used comes last. */
  readonly #answers = new Map<Ipv4Address, Answer>();
  /** When each refusal is to be asked for again; all last equally long, so the first comes first. */
  readonly #refusals = new Map<Ipv4Address, number>();
  readonly #asked = new Set<Ipv4Address>();

  /** No associations: the server has none. Undefined: nothing is known yet. Either way, somebody wants to know. */
  find(homeAddress: Ipv4Address): readonly SecurityAssociation[] | undefined {
    this.#asked.add(homeAddress);
    return this.#answers.get(homeAddress)?.associations;
  }

  addresses(): Ipv4Address[] {
    return [...this.#answers.keys()];
  }

  /** The addresses that somebody wanted to know of since this was last called, and that a server must be asked for. */
  takeAsked(nowMs: number): Ipv4Address[] {
    const asked: Ipv4Address[] = [];
    for (const homeAddress of this.#asked) {
      const answer = this.#answers.get(homeAddress);
      if (answer !== undefined) this.#put(homeAddress, answer);
      if (answer === undefined || answer.staleAtMs <= nowMs) asked.push(homeAddress);
    }
    this.#asked.clear();
    return asked;
  }

  /** Whether that is other than what was known. */
  store(homeAddress: Ipv4Address, associations: readonly SecurityAssociation[], ageMs: number, nowMs: number): boolean {
    const before = this.#answers.get(homeAddress);
    const isRefusal = associations.length === 0;
    const staleAtMs = nowMs + (isRefusal ? REFUSAL_MS : ageMs);
    this.#put(homeAddress, { associations, staleAtMs });
    this.#refusals.delete(homeAddress);
    if (isRefusal) this.#refusals.set(homeAddress, staleAtMs);
    return before === undefined || JSON.stringify(before.associations) !== JSON.stringify(associations);
  }

  nextDeadline(): number | undefined {
    for (const staleAtMs of this.#refusals.values()) return staleAtMs;
    return undefined;
  }

  /** Refusals whose time is over: whoever still wants to know asks again. */
  takeStaleRefusals(nowMs: number): Ipv4Address[] {
    const stale: Ipv4Address[] = [];
    for (const [homeAddress, staleAtMs] of this.#refusals) {
      if (staleAtMs > nowMs) break;
      this.#refusals.delete(homeAddress);
      stale.push(homeAddress);
    }
    return stale;
  }

  /** Other servers may say something else. */
  makeStale(): void {
    for (const [homeAddress, answer] of this.#answers)
      this.#answers.set(homeAddress, { ...answer, staleAtMs: Number.NEGATIVE_INFINITY });
    this.#refusals.clear();
  }

  clear(): void {
    this.#answers.clear();
    this.#refusals.clear();
    this.#asked.clear();
  }

  #put(homeAddress: Ipv4Address, answer: Answer): void {
    this.#answers.delete(homeAddress);
    this.#answers.set(homeAddress, answer);
    if (this.#answers.size <= MOST_ANSWERS) return;
    for (const oldest of this.#answers.keys()) {
      this.#answers.delete(oldest);
      this.#refusals.delete(oldest);
      return;
    }
  }
}

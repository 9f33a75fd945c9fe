// One RADIUS server as the client sees it: its questions by their identifiers (RFC 2865 §3: one octet), and whether it
// answers.

import type { Ipv4Address } from '../octets/address.ts';

export type RadiusServer = {
  readonly address: Ipv4Address;
  readonly port: number;
  readonly secret: Uint8Array;
  readonly timeoutMs: number;
  /** How often a question is sent before the next server gets it. */
  readonly tries: number;
};

/** `wrongSecret`: it answers, but signs with another secret than ours. `unreachable`: ICMP says that nobody listens there. */
export type RadiusServerState = 'unasked' | 'answers' | 'silent' | 'unreachable' | 'wrongSecret';

export type RadiusQuestion = {
  readonly homeAddress: Ipv4Address;
  readonly identifier: number;
  readonly authenticator: Uint8Array;
  readonly octets: Uint8Array;
  readonly attempt: number;
  readonly askedAtMs: number;
  readonly retryAtMs: number;
};

/** RFC 2865 has 256 identifiers; a server that answers needs few at once, and one comes round again after a long time. */
const MOST_QUESTIONS = 64;
const IDENTIFIERS = 256;
/** One that does not answer is left alone so long; then a single question finds out. */
const SILENCE_MS = 30_000;

export class AskedServer {
  readonly server: RadiusServer;
  state: RadiusServerState = 'unasked';
  /** It has put a Message-Authenticator into an answer: from then on one without is not believed (CVE-2024-3596). */
  hasSigned = false;
  /** An answer came that was signed with another secret. */
  hasOtherSecret = false;
  answeredAtMs = Number.NEGATIVE_INFINITY;
  readonly #questions = new Map<number, RadiusQuestion>();
  #leftAloneUntilMs = Number.NEGATIVE_INFINITY;
  #lastIdentifier: number;

  constructor(server: RadiusServer, firstIdentifier: number) {
    this.server = server;
    this.#lastIdentifier = firstIdentifier;
  }

  get questions(): Iterable<RadiusQuestion> {
    return this.#questions.values();
  }

  /** `busy`: worth waiting for. `aside`: the next server may be faster. */
  readiness(nowMs: number): 'ready' | 'busy' | 'aside' {
    if (this.#leftAloneUntilMs > nowMs) return 'aside';
    if (this.state === 'unasked' || this.state === 'answers') {
      return this.#questions.size < MOST_QUESTIONS ? 'ready' : 'busy';
    }
    return this.#questions.size === 0 ? 'ready' : 'aside';
  }

  newIdentifier(): number {
    do this.#lastIdentifier = (this.#lastIdentifier + 1) % IDENTIFIERS;
    while (this.#questions.has(this.#lastIdentifier));
    return this.#lastIdentifier;
  }

  put(question: RadiusQuestion): void {
    this.#questions.set(question.identifier, question);
  }

  question(identifier: number): RadiusQuestion | undefined {
    return this.#questions.get(identifier);
  }

  delete(identifier: number): void {
    this.#questions.delete(identifier);
  }

  answered(nowMs: number): void {
    this.state = 'answers';
    this.answeredAtMs = nowMs;
    this.hasOtherSecret = false;
    this.#leftAloneUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** Gives its questions back. */
  failed(state: RadiusServerState, nowMs: number): RadiusQuestion[] {
    this.state = state;
    this.hasOtherSecret = false;
    this.#leftAloneUntilMs = nowMs + SILENCE_MS;
    const questions = [...this.#questions.values()];
    this.#questions.clear();
    return questions;
  }

  /** When a question is to be repeated, or, where some wait, when this server may be asked again. */
  nextDeadline(areSomeWaiting: boolean, nowMs: number): number | undefined {
    let earliest = areSomeWaiting && this.#leftAloneUntilMs > nowMs ? this.#leftAloneUntilMs : undefined;
    for (const { retryAtMs } of this.#questions.values()) {
      if (earliest === undefined || retryAtMs < earliest) earliest = retryAtMs;
    }
    return earliest;
  }
}

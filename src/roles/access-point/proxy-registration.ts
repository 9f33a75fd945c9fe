// One registration on a station's behalf (RFC 5944 §3.6): send, repeat, renew, give up. It knows nothing of frames, agents'
// MAC addresses or other stations: it turns moments and replies into requests and outcomes.

import type { Ipv4Address } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { appendAuthentication } from '../../wire/authentication.ts';
import { EXTENSION, findExtension } from '../../wire/extensions.ts';
import { readForeignAgentError } from '../../wire/foreign-agent-error.ts';
import { identificationAfter, identificationAt, isLater, lowBits, unixMsOf } from '../../wire/identification.ts';
import { CODE, encodeRegistrationRequest, isAccepted, type RegistrationReply } from '../../wire/registration.ts';
import type { DiscardReason } from '../report.ts';
import type { Moment, Random } from '../role.ts';
import { type Denial, isUnreachable, retryAfterMs } from './concessions.ts';
import type { GivenNonces } from './given-nonces.ts';
import type { RegistrationTerms } from './registration-terms.ts';
import { isSignedByHomeAgent, saysThatKeysDiffer, whyNotTrusted } from './reply-authentication.ts';
import type { RequestAllowance } from './request-allowance.ts';

type Phase =
  /** Wants to be sent, but not before this time. */
  | { readonly kind: 'postponed'; readonly sendAtMs: number }
  | {
      readonly kind: 'waiting';
      readonly identification: bigint;
      readonly attempt: number;
      readonly resynchronizations: number;
      readonly sentAtMs: number;
      readonly retryAtMs: number;
      /** How often the station was asked in vain whether it is still here. */
      readonly doubts: number;
    }
  | {
      readonly kind: 'registered';
      readonly renewAtMs: number;
      readonly expiresAtMs: number;
      readonly grantedSeconds: number;
    }
  | { readonly kind: 'refused'; readonly code: number; readonly retryAtMs: number; readonly isDoubted: boolean }
  | { readonly kind: 'ended' };

type Waiting = Extract<Phase, { readonly kind: 'waiting' }>;

export type RegistrationOutcome =
  | { readonly kind: 'send'; readonly octets: Uint8Array; readonly attempt: number }
  | { readonly kind: 'accepted'; readonly lifetimeSeconds: number; readonly elapsedMs: number }
  | { readonly kind: 'denied'; readonly denial: Denial }
  | { readonly kind: 'discarded'; readonly reason: DiscardReason; readonly code?: number }
  | { readonly kind: 'resynchronized'; readonly offsetMs: number }
  /** The home agent wants a nonce of its own back, and has said which. */
  | { readonly kind: 'nonceGiven' }
  /** Time to renew, if the station is still there: `send` renews. */
  | { readonly kind: 'renewalDue' }
  /** Time to ask again, if the station is still there: `confirmed` asks. */
  | { readonly kind: 'confirmationDue' }
  | { readonly kind: 'unanswered' }
  /** That was said before. */
  | { readonly kind: 'stillUnanswered' };

/** What an Identification counts in a millisecond. */
const UNITS_PER_MS = 2 ** 32 / 1000;

/** How far each home agent's clock is from ours, and the last Identification it was sent: shared by all stations. */
export class HomeAgentClocks {
  readonly #random: Random;
  readonly #offsetsMs = new Map<Ipv4Address, number>();
  readonly #last = new Map<Ipv4Address, bigint>();

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Strictly rising for each home agent, even within one millisecond. What a clock does not tell is random (RFC 5944
   * §5.7.1): replies are matched by the low bits, and two access points may ask in the same millisecond of any second.
   */
  identification(homeAgent: Ipv4Address, unixMs: number): bigint {
    const time = identificationAt(unixMs + (this.#offsetsMs.get(homeAgent) ?? 0));
    const wanted = identificationAfter(time, BigInt(Math.floor(this.#random() * UNITS_PER_MS)));
    const last = this.#last.get(homeAgent);
    const identification = last === undefined || isLater(wanted, last) ? wanted : identificationAfter(last);
    this.#last.set(homeAgent, identification);
    return identification;
  }

  resynchronize(homeAgent: Ipv4Address, theirUnixMs: number, unixMs: number): number {
    const offsetMs = Math.round(theirUnixMs - unixMs);
    // Their time comes with our own low bits: the next request needs other ones, to tell its reply from this.
    this.#offsetsMs.set(homeAgent, offsetMs + 1);
    this.#last.delete(homeAgent);
    return offsetMs;
  }
}

/** RFC 5944 §3.6.3: never sooner than a second, doubling. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 32_000;
/** After this many requests without any answer the operator is told; it goes on trying. */
const ATTEMPTS_BEFORE_REPORT = 3;
/** A visit whose end nobody acknowledges ends with its lifetime anyway. */
const MOST_FAREWELL_ATTEMPTS = 4;
/** At home, all packets go astray until then: it is tried as long as a binding of the usual lifetime lasts. */
const MOST_ATTEMPTS_AT_HOME = 23;
/** Renewed between 70 and 90 % of the lifetime: time enough for three tries, and no bursts. */
const RENEWAL_SHARE = 0.8;
const RENEWAL_JITTER = 0.1;

/** What all registrations of an access point share. */
export type RegistrationTools = {
  readonly clocks: HomeAgentClocks;
  readonly nonces: GivenNonces;
  readonly digests: Digests;
  readonly random: Random;
};

export class ProxyRegistration {
  readonly terms: RegistrationTerms;
  readonly #clocks: HomeAgentClocks;
  readonly #nonces: GivenNonces;
  readonly #digests: Digests;
  readonly #random: Random;
  readonly #allowance: RequestAllowance;
  #phase: Phase = { kind: 'ended' };

  constructor(terms: RegistrationTerms, allowance: RequestAllowance, tools: RegistrationTools) {
    this.terms = terms;
    this.#allowance = allowance;
    this.#clocks = tools.clocks;
    this.#nonces = tools.nonces;
    this.#digests = tools.digests;
    this.#random = tools.random;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Sends the first request, or a renewal; later, where too many went out of late. */
  send(now: Moment): RegistrationOutcome[] {
    const sendAtMs = this.#allowance.nextAtMs(now.monotonicMs);
    if (sendAtMs <= now.monotonicMs) return [this.#send(1, 0, now)];
    this.postpone(sendAtMs);
    return [];
  }

  /** Will be sent then. */
  postpone(sendAtMs: number): void {
    this.#phase = { kind: 'postponed', sendAtMs };
  }

  /** Is to be renewed then, if that is sooner than its lifetime demands. */
  renewAt(atMs: number): void {
    if (this.#phase.kind !== 'registered') return;
    this.#phase = { ...this.#phase, renewAtMs: Math.min(atMs, this.#phase.renewAtMs) };
  }

  /** The agents have it no more, by what they say themselves. */
  makeVoid(now: Moment): void {
    if (this.#phase.kind === 'registered') this.#phase = { ...this.#phase, expiresAtMs: now.monotonicMs };
  }

  nextDeadline(): number | undefined {
    switch (this.#phase.kind) {
      case 'postponed':
        return this.#phase.sendAtMs;
      case 'waiting':
      case 'refused':
        return this.#phase.retryAtMs;
      case 'registered':
        return this.#phase.renewAtMs;
      case 'ended':
        return undefined;
    }
  }

  deadlineReached(now: Moment): RegistrationOutcome[] {
    const deadline = this.nextDeadline();
    if (deadline === undefined || deadline > now.monotonicMs) return [];
    switch (this.#phase.kind) {
      case 'postponed':
        return this.send(now);
      case 'waiting':
        if (this.#isFarewell) return this.#retry(this.#phase, now);
        return this.#doubt(this.#phase, now);
      case 'refused':
        this.#phase = { ...this.#phase, isDoubted: true, retryAtMs: now.monotonicMs + LONGEST_RETRY_MS };
        return [{ kind: 'confirmationDue' }];
      case 'registered':
        // Asked again in a second, until it is renewed or the station turns out to be gone.
        this.#phase = { ...this.#phase, renewAtMs: now.monotonicMs + FIRST_RETRY_MS };
        return [{ kind: 'renewalDue' }];
      case 'ended':
        return [];
    }
  }

  /**
   * The station is still here. Without its word nothing is asked for again: a station may leave without one, and what is
   * said for it here would then fetch its packets back from where it is.
   */
  confirmed(now: Moment): RegistrationOutcome[] {
    const phase = this.#phase;
    if (phase.kind === 'waiting' && phase.doubts > 0) {
      return this.#retry(phase, now);
    }
    return phase.kind === 'refused' && phase.isDoubted ? [this.#send(1, 0, now)] : [];
  }

  #doubt(phase: Waiting, now: Moment): RegistrationOutcome[] {
    const doubts = phase.doubts + 1;
    this.#phase = { ...phase, doubts, retryAtMs: now.monotonicMs + backOffMs(phase.attempt + doubts - 1) };
    return [{ kind: 'confirmationDue' }];
  }

  /** Ends a visit by its care-of address, and so no other one's. */
  get #isFarewell(): boolean {
    const { lifetimeSeconds, careOfAddress, homeAddress } = this.terms;
    return lifetimeSeconds === 0 && careOfAddress !== homeAddress;
  }

  /** RFC 5944 §3.6.2: the authenticator of a home agent's reply counts; a foreign agent's denial (64 to 127) has none. */
  replyReceived(reply: RegistrationReply, now: Moment): RegistrationOutcome[] {
    const phase = this.#phase;
    if (phase.kind !== 'waiting' || lowBits(phase.identification) !== lowBits(reply.identification)) {
      return [{ kind: 'discarded', reason: 'noPendingRequest' }];
    }
    const reason = whyNotTrusted(reply, this.terms, this.#digests);
    if (reason !== undefined) {
      return [{ kind: 'discarded', reason, ...(saysThatKeysDiffer(reply) ? { code: reply.code } : {}) }];
    }
    if (this.#isByNonces && isSignedByHomeAgent(reply)) this.#nonces.given(this.terms, reply.identification);
    // RFC 4636 §4: the home agent may have accepted what the foreign agent did not let through.
    const error = findExtension(reply.extensions, EXTENSION.foreignAgentError);
    const errorCode = error === undefined ? undefined : readForeignAgentError(error);
    if (errorCode !== undefined) return this.#denied({ ...reply, code: errorCode }, now);
    // RFC 5944 §3.4: accepted with lifetime 0 says that the node is deregistered. Who asked for more is denied by that.
    const isEnded = reply.lifetimeSeconds === 0 && this.terms.lifetimeSeconds > 0;
    if (isAccepted(reply.code)) {
      if (!isEnded) return this.#accepted(reply, phase.sentAtMs, now);
      return this.#denied({ ...reply, code: CODE.homeAgentReasonUnspecified }, now);
    }
    if (reply.code === CODE.identificationMismatch) return this.#resynchronize(reply, phase, now);
    // An agent that says so only passes on that nobody answered: the next try stays where it was.
    if (isUnreachable(reply.code)) return [{ kind: 'unanswered' }];
    return this.#denied(reply, now);
  }

  #denied({ code, lifetimeSeconds, homeAgent }: Denial, now: Moment): RegistrationOutcome[] {
    // A deregistration is not tried again: the lifetime ends the binding, and the station may long be elsewhere.
    const isDeregistering = this.terms.lifetimeSeconds === 0;
    const retryAtMs = now.monotonicMs + retryAfterMs(code);
    this.#phase = isDeregistering ? { kind: 'ended' } : { kind: 'refused', code, retryAtMs, isDoubted: false };
    return [{ kind: 'denied', denial: { code, lifetimeSeconds, homeAgent } }];
  }

  #retry(phase: Waiting, now: Moment): RegistrationOutcome[] {
    const attempt = phase.attempt + 1;
    const mostAttempts = this.#isFarewell ? MOST_FAREWELL_ATTEMPTS : MOST_ATTEMPTS_AT_HOME;
    if (this.terms.lifetimeSeconds === 0 && attempt > mostAttempts) {
      this.#phase = { kind: 'ended' };
      return [{ kind: 'unanswered' }];
    }
    // A reply that is lost takes a nonce with it, so there may be another one with each try; a clock is set right by once.
    const resynchronizations = this.#isByNonces ? 0 : phase.resynchronizations;
    const sent = this.#send(attempt, resynchronizations, now, phase.identification);
    if (attempt <= ATTEMPTS_BEFORE_REPORT) return [sent];
    return [{ kind: attempt === ATTEMPTS_BEFORE_REPORT + 1 ? 'unanswered' : 'stillUnanswered' }, sent];
  }

  #send(attempt: number, resynchronizations: number, now: Moment, unanswered?: bigint): RegistrationOutcome {
    const { homeAddress, homeAgent, careOfAddress, lifetimeSeconds } = this.terms;
    const { greEncapsulation, reverseTunneling } = this.terms;
    const identification = this.#identification(now, unanswered);
    this.#allowance.spend(now.monotonicMs, identification);
    this.#phase = {
      kind: 'waiting',
      identification,
      attempt,
      resynchronizations,
      sentAtMs: now.monotonicMs,
      retryAtMs: now.monotonicMs + backOffMs(attempt),
      doubts: 0,
    };
    const request = encodeRegistrationRequest({
      simultaneousBindings: false,
      broadcastDatagrams: false,
      decapsulationByMobileNode: false,
      minimalEncapsulation: false,
      greEncapsulation,
      reverseTunneling,
      lifetimeSeconds,
      homeAddress,
      homeAgent,
      careOfAddress,
      identification,
    });
    return { kind: 'send', octets: this.#signed(request), attempt };
  }

  /** RFC 5944 §3.6.1.3: for the home agent, then for the foreign agent where a key is shared with that. */
  #signed(request: Uint8Array): Uint8Array {
    const { association, foreignAgentAssociation: shared } = this.terms;
    const octets = appendAuthentication(request, EXTENSION.mobileHomeAuthentication, association, this.#digests);
    if (shared === undefined) return octets;
    return appendAuthentication(octets, EXTENSION.mobileForeignAuthentication, shared, this.#digests);
  }

  /** RFC 5944 §3.6.3: by timestamps each request has a new one; by nonces what nobody answered is sent again as it was. */
  #identification(now: Moment, unanswered: bigint | undefined): bigint {
    if (!this.#isByNonces) return this.#clocks.identification(this.terms.homeAgent, now.unixMs);
    const isUsable = unanswered !== undefined && this.#nonces.isUsable(this.terms, unanswered);
    return isUsable ? unanswered : this.#nonces.identification(this.terms);
  }

  get #isByNonces(): boolean {
    return this.terms.association.replayProtection === 'nonce';
  }

  #accepted(reply: RegistrationReply, sentAtMs: number, now: Moment): RegistrationOutcome[] {
    // RFC 5944 §3.6.2: a lifetime above the one asked for counts as the one asked for; it began when the request was sent.
    const lifetimeSeconds = Math.min(reply.lifetimeSeconds, this.terms.lifetimeSeconds);
    const lifetimeMs = lifetimeSeconds * 1000;
    const share = RENEWAL_SHARE + RENEWAL_JITTER * (2 * this.#random() - 1);
    this.#phase =
      lifetimeSeconds === 0
        ? { kind: 'ended' }
        : {
            kind: 'registered',
            renewAtMs: sentAtMs + lifetimeMs * share,
            expiresAtMs: sentAtMs + lifetimeMs,
            grantedSeconds: lifetimeSeconds,
          };
    return [{ kind: 'accepted', lifetimeSeconds, elapsedMs: now.monotonicMs - sentAtMs }];
  }

  /** Code 133: the high bits say what would be right; the corrected request goes out at once, but only once. */
  #resynchronize(reply: RegistrationReply, phase: Waiting, now: Moment): RegistrationOutcome[] {
    const outcome: RegistrationOutcome = this.#isByNonces ? { kind: 'nonceGiven' } : this.#followClock(reply, now);
    const { resynchronizations } = phase;
    if (resynchronizations > 0) return [outcome];
    return [outcome, this.#send(this.#isByNonces ? phase.attempt : 1, resynchronizations + 1, now)];
  }

  #followClock({ identification }: RegistrationReply, now: Moment): RegistrationOutcome {
    const theirUnixMs = unixMsOf(identification);
    const offsetMs = this.#clocks.resynchronize(this.terms.homeAgent, theirUnixMs, now.unixMs);
    return { kind: 'resynchronized', offsetMs };
  }
}

/** After this many requests. */
function backOffMs(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS);
}

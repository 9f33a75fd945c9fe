// The sessions that others have with this authoritative access point: access points, and other authoritative ones. A
// session counts when its first message has come, which nobody can make who only has old messages.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import type { MapHeader, MapMessage } from '../../wire/subnet-map.ts';
import { encodeMapMessage, helloKey, isSignedWith, sessionKey, tagOf } from '../../wire/subnet-map-keys.ts';
import { Deadlines } from '../deadlines.ts';
import { randomNumber } from '../map-call.ts';
import { MapLink } from '../map-link.ts';
import { RateLimit } from '../rate-limit.ts';
import type { MapDiscardReason } from '../report.ts';
import type { Random } from '../role.ts';
import { type Knowledge, Teller } from './teller.ts';

export type Caller = {
  readonly name: MacAddress;
  readonly isAuthority: boolean;
  readonly teller: Teller;
  /** When the whole map was told, or found to be there. */
  comparedAtMs: number;
  /** Whether it has said to have another map than ours. */
  hasOthers: boolean;
};

export type CallerHeard =
  | { readonly kind: 'discarded'; readonly reason: MapDiscardReason }
  | { readonly kind: 'message'; readonly caller: Caller }
  /** It said that it knows nothing of its session. */
  | { readonly kind: 'left' }
  | { readonly kind: 'reply'; readonly octets: Uint8Array };

export type CallerMessage = { readonly link: MapLink; readonly octets: Uint8Array };

type Waiting = { readonly link: MapLink; readonly nonce: bigint };
type Origin = { readonly sourceAddress: Ipv4Address; readonly destinationAddress: Ipv4Address | undefined };

/** An access point says something three times in this. */
export const SILENCE_MS = 100_000;
const WAITING_MS = 30_000;
/** A second; what is refused cannot be known to be from anybody. */
const MOST_REFUSALS = 100;

export class Callers {
  readonly #callers = new Map<number, Caller>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #refusals = new RateLimit();
  /** Those that may have something to say or to wait for since they were looked at: a thousand are not, each time. */
  readonly #touched = new Set<Caller>();
  readonly #deadlines = new Deadlines<Caller>();
  readonly #own: MacAddress;
  readonly #secret: Uint8Array;
  readonly #most: number;
  readonly #tools: { readonly digests: Digests; readonly random: Random };

  constructor(
    terms: { readonly own: MacAddress; readonly secret: Uint8Array; readonly most: number },
    tools: { readonly digests: Digests; readonly random: Random },
  ) {
    this.#own = terms.own;
    this.#secret = terms.secret;
    this.#most = terms.most;
    this.#tools = tools;
  }

  all(): Iterable<Caller> {
    return this.#callers.values();
  }

  /** The session of an access point. */
  accessPoint(name: MacAddress): Caller | undefined {
    return this.#callers.get(keyOf(name, false));
  }

  recordChanged(reporter: MacAddress): void {
    for (const caller of this.#callers.values()) if (!caller.isAuthority) this.#tellOf(reporter, caller);
  }

  /** It is told to those that may have a word of this reporter which we never had, and which this one outdoes. */
  recordChangedForOthers(reporter: MacAddress): void {
    for (const caller of this.#callers.values()) {
      if (!caller.isAuthority && caller.hasOthers) this.#tellOf(reporter, caller);
    }
  }

  /** Only this access point is told. */
  recordChangedFor(name: MacAddress, reporter: MacAddress): void {
    const caller = this.accessPoint(name);
    if (caller !== undefined) this.#tellOf(reporter, caller);
  }

  #tellOf(reporter: MacAddress, caller: Caller): void {
    caller.teller.recordChanged(reporter);
    this.#touched.add(caller);
  }

  stationChangedFor(name: MacAddress, mac: MacAddress): void {
    const caller = this.accessPoint(name);
    if (caller === undefined) return;
    caller.teller.stationChanged(mac);
    this.#touched.add(caller);
  }

  /** What access points are to be told and is not under way. */
  say(knowledge: Knowledge, nowMs: number): CallerMessage[] {
    const messages: CallerMessage[] = [];
    for (const caller of this.#touched) {
      const { link } = caller.teller;
      const isPresent = this.#isPresent(caller);
      const said = caller.isAuthority || !isPresent ? [] : caller.teller.say(knowledge, nowMs);
      for (const octets of said) messages.push({ link, octets });
      const deadline = isPresent ? link.nextDeadline() : undefined;
      if (deadline === undefined) this.#deadlines.clear(caller);
      else this.#deadlines.set(caller, deadline);
    }
    this.#touched.clear();
    return messages;
  }

  /** What has not been answered for long enough. */
  repeat(nowMs: number): CallerMessage[] {
    const messages: CallerMessage[] = [];
    for (let due = this.#deadlines.takeDue(nowMs); due !== undefined; due = this.#deadlines.takeDue(nowMs)) {
      const { link } = due.teller;
      if (this.#isPresent(due)) for (const octets of link.repeat(nowMs)) messages.push({ link, octets });
      this.#touched.add(due);
    }
    return messages;
  }

  nextDeadline(): number | undefined {
    return this.#deadlines.earliest();
  }

  heard(message: MapMessage, origin: Origin, nowMs: number): CallerHeard {
    switch (message.body.kind) {
      case 'hello':
        return this.#hello(message, origin, nowMs);
      case 'refusal':
        return this.#refusal(message, message.body.tag);
      case 'challenge':
        return { kind: 'discarded', reason: 'unknownSession' };
      default: {
        const heard = this.#message(message, origin, nowMs);
        if (heard.kind === 'message') this.#touched.add(heard.caller);
        return heard;
      }
    }
  }

  /** Those that have been silent for too long; they are forgotten. */
  takeSilent(nowMs: number): void {
    for (const [key, { teller }] of this.#callers) {
      if (nowMs - teller.link.lastHeardMs > SILENCE_MS) this.#callers.delete(key);
    }
    for (const [key, { link }] of this.#waiting) {
      if (nowMs - link.lastHeardMs > WAITING_MS) this.#waiting.delete(key);
    }
  }

  #isPresent(caller: Caller): boolean {
    return this.#callers.get(keyOf(caller.name, caller.isAuthority)) === caller;
  }

  /** The same hello again, as one whose challenge was lost, gets the same challenge. */
  #hello({ header, octets }: MapMessage, origin: Origin, nowMs: number): CallerHeard {
    const { digests, random } = this.#tools;
    const key = helloKey(this.#secret, digests);
    if (!isSignedWith(key, octets, digests)) return { kind: 'discarded', reason: 'badAuthenticator' };
    const { sender, isOfAuthority, session: nonce } = header;
    const at = keyOf(sender, isOfAuthority);
    const present = this.#callers.get(at);
    if (present !== undefined && isElsewhere(present, origin.sourceAddress, nowMs)) {
      return { kind: 'discarded', reason: 'nameTaken' };
    }
    let waiting = this.#waiting.get(at);
    if (waiting?.nonce !== nonce) {
      const isKnown = this.#callers.has(at) || this.#waiting.has(at);
      const count = this.#callers.size + this.#waiting.size;
      if (!isKnown && count >= 2 * this.#most) return { kind: 'discarded', reason: 'tableFull' };
      waiting = { link: this.#newLink(header, origin, randomNumber(random), nowMs), nonce };
      this.#waiting.set(at, waiting);
    }
    const { session } = waiting.link.terms;
    const answer = { sender: this.#own, isOfCalled: true, isOfAuthority, session: nonce, sequence: 0 };
    return { kind: 'reply', octets: encodeMapMessage(answer, { kind: 'challenge', session }, key, digests) };
  }

  #newLink(
    { sender, isOfAuthority, session: nonce }: MapHeader,
    origin: Origin,
    session: bigint,
    nowMs: number,
  ): MapLink {
    const { digests } = this.#tools;
    const key = sessionKey(this.#secret, { caller: sender, called: this.#own, nonce, session }, digests);
    const { sourceAddress: address, destinationAddress: source } = origin;
    const ends = { own: this.#own, peer: sender, address, source, isOfCalled: true, isOfAuthority };
    return new MapLink({ ...ends, session, key }, digests, nowMs);
  }

  #refusal({ header, octets }: MapMessage, tag: Uint8Array): CallerHeard {
    const { digests } = this.#tools;
    if (!isSignedWith(helloKey(this.#secret, digests), octets, digests)) {
      return { kind: 'discarded', reason: 'badAuthenticator' };
    }
    const at = keyOf(header.sender, header.isOfAuthority);
    if (!this.#callers.get(at)?.teller.link.isRefusedBy(tag)) return { kind: 'discarded', reason: 'unknownSession' };
    this.#callers.delete(at);
    return { kind: 'left' };
  }

  #message(message: MapMessage, { sourceAddress }: Origin, nowMs: number): CallerHeard {
    const { header } = message;
    const at = keyOf(header.sender, header.isOfAuthority);
    const caller = this.#callers.get(at);
    const waiting = this.#waiting.get(at);
    if (caller !== undefined && caller.teller.link.terms.session === header.session) {
      const reason = caller.teller.link.whyDiscarded(message, sourceAddress, nowMs);
      return reason === undefined ? { kind: 'message', caller } : { kind: 'discarded', reason };
    }
    if (waiting === undefined || waiting.link.terms.session !== header.session) return this.#unknown(message, nowMs);
    const reason = waiting.link.whyDiscarded(message, sourceAddress, nowMs);
    if (reason !== undefined) return { kind: 'discarded', reason };
    if (caller === undefined && this.#callers.size >= this.#most) return { kind: 'discarded', reason: 'tableFull' };
    this.#waiting.delete(at);
    const isAuthority = header.isOfAuthority;
    const teller = new Teller(waiting.link, isAuthority ? 'stations' : 'moved');
    const fresh: Caller = {
      name: header.sender,
      isAuthority,
      teller,
      comparedAtMs: Number.NEGATIVE_INFINITY,
      hasOthers: false,
    };
    this.#callers.set(at, fresh);
    return { kind: 'message', caller: fresh };
  }

  #unknown({ header, octets }: MapMessage, nowMs: number): CallerHeard {
    if (!this.#refusals.take(MOST_REFUSALS, nowMs)) return { kind: 'discarded', reason: 'rateLimited' };
    const { digests } = this.#tools;
    const { isOfAuthority, session } = header;
    const answer = { sender: this.#own, isOfCalled: true, isOfAuthority, session, sequence: 0 };
    const body = { kind: 'refusal', tag: tagOf(octets) } as const;
    return { kind: 'reply', octets: encodeMapMessage(answer, body, helloKey(this.#secret, digests), digests) };
  }
}

/** Two boxes of one name would push each other out; the one that was first stays, until it is silent. */
function isElsewhere({ teller }: Caller, address: Ipv4Address, nowMs: number): boolean {
  return teller.link.address !== address && nowMs - teller.link.lastHeardMs < SILENCE_MS / 2;
}

function keyOf(name: MacAddress, isAuthority: boolean): number {
  return name * 2 + (isAuthority ? 1 : 0);
}

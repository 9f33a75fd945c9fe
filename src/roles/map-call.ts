// Calling an authoritative access point: hello, challenge, and then a session, which begins anew when the other has
// forgotten it.

import { type Ipv4Address, isGroupMac, type MacAddress } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import type { MapMessage } from '../wire/subnet-map.ts';
import { encodeMapMessage, helloKey, isSignedWith, sessionKey } from '../wire/subnet-map-keys.ts';
import { MapLink } from './map-link.ts';
import { randomWord } from './random-word.ts';
import type { MapDiscardReason } from './report.ts';
import type { Random } from './role.ts';

export type CallTerms = {
  readonly own: MacAddress;
  readonly address: Ipv4Address;
  readonly isOfAuthority: boolean;
  readonly secret: Uint8Array;
};

export type CallTools = { readonly digests: Digests; readonly random: Random };

export type Heard =
  | { readonly kind: 'discarded'; readonly reason: MapDiscardReason }
  /** The session stands. */
  | { readonly kind: 'opened'; readonly link: MapLink }
  /** The other has forgotten the session: call again. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'message'; readonly link: MapLink };

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 16_000;

export class MapCall {
  readonly terms: CallTerms;
  readonly #tools: CallTools;
  #nonce = 0n;
  #attempt = 0;
  #retryAtMs = 0;
  #link: MapLink | undefined;

  constructor(terms: CallTerms, tools: CallTools) {
    this.terms = terms;
    this.#tools = tools;
  }

  get link(): MapLink | undefined {
    return this.#link;
  }

  /** How often has been asked without an answer. */
  attempts(): number {
    return this.#link?.attempts() ?? this.#attempt;
  }

  call(nowMs: number): Uint8Array[] {
    this.#link = undefined;
    this.#nonce = randomNumber(this.#tools.random);
    this.#attempt = 0;
    return [this.#hello(nowMs)];
  }

  nextDeadline(): number | undefined {
    return this.#link === undefined ? this.#retryAtMs : this.#link.nextDeadline();
  }

  repeat(nowMs: number): Uint8Array[] {
    if (this.#link !== undefined) return this.#link.repeat(nowMs);
    return nowMs >= this.#retryAtMs ? [this.#hello(nowMs)] : [];
  }

  /** Whether a message of the called side can be about this call. */
  isOf({ session }: MapMessage['header']): boolean {
    return session === (this.#link?.terms.session ?? this.#nonce);
  }

  heard(message: MapMessage, source: Ipv4Address, nowMs: number): Heard {
    const { body, octets } = message;
    switch (body.kind) {
      case 'challenge':
        return this.#challenged(message, body.session, nowMs);
      case 'refusal': {
        if (!this.#isSignedHello(octets)) return { kind: 'discarded', reason: 'badAuthenticator' };
        if (!this.#link?.isRefusedBy(body.tag)) return { kind: 'discarded', reason: 'unknownSession' };
        return { kind: 'refused' };
      }
      default: {
        if (this.#link === undefined) return { kind: 'discarded', reason: 'unknownSession' };
        const reason = this.#link.whyDiscarded(message, source, nowMs);
        return reason === undefined ? { kind: 'message', link: this.#link } : { kind: 'discarded', reason };
      }
    }
  }

  #hello(nowMs: number): Uint8Array {
    this.#attempt += 1;
    this.#retryAtMs = nowMs + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#attempt - 1));
    const { own, isOfAuthority, secret } = this.terms;
    const header = { sender: own, isOfCalled: false, isOfAuthority, session: this.#nonce, sequence: 0 };
    const { digests } = this.#tools;
    return encodeMapMessage(header, { kind: 'hello' }, helloKey(secret, digests), digests);
  }

  #challenged({ header, octets }: MapMessage, session: bigint, nowMs: number): Heard {
    if (this.#link !== undefined || header.session !== this.#nonce || isGroupMac(header.sender)) {
      return { kind: 'discarded', reason: 'unknownSession' };
    }
    if (!this.#isSignedHello(octets)) return { kind: 'discarded', reason: 'badAuthenticator' };
    const { own, address, isOfAuthority, secret } = this.terms;
    const { digests } = this.#tools;
    const peer = header.sender;
    const key = sessionKey(secret, { caller: own, called: peer, nonce: this.#nonce, session }, digests);
    const terms = { own, peer, address, source: undefined, isOfCalled: false, isOfAuthority, session, key };
    this.#link = new MapLink(terms, digests, nowMs);
    return { kind: 'opened', link: this.#link };
  }

  #isSignedHello(octets: Uint8Array): boolean {
    return isSignedWith(helloKey(this.terms.secret, this.#tools.digests), octets, this.#tools.digests);
  }
}

export function randomNumber(random: Random): bigint {
  const half = () => BigInt(randomWord(random));
  return (half() << 32n) | half();
}

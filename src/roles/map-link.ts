// One end of a session of the Subnet Map Exchange: signs and numbers what goes out, checks what comes in, and repeats what
// has not been answered. What the messages mean is not known here.

import type { Ipv4Address, MacAddress } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import { equalInConstantTime } from '../octets/octets.ts';
import type { MapBody, MapMessage } from '../wire/subnet-map.ts';
import { encodeMapMessage, isSignedWith, tagOf } from '../wire/subnet-map-keys.ts';
import type { MapDiscardReason } from './report.ts';

export type LinkTerms = {
  readonly own: MacAddress;
  readonly peer: MacAddress;
  readonly address: Ipv4Address;
  /** Our address that the peer has called; undefined: any will do. */
  readonly source: Ipv4Address | undefined;
  /** Whether we were called. */
  readonly isOfCalled: boolean;
  readonly isOfAuthority: boolean;
  readonly session: bigint;
  readonly key: Uint8Array;
};

/** Only these are repeated until they are answered. */
export type Delivered = 'report' | 'records' | 'comparison' | 'stations' | 'moved';

type Delivery = {
  readonly build: (nowMs: number) => MapBody;
  readonly attempt: number;
  readonly retryAtMs: number;
  readonly sequences: readonly number[];
};

/** A round trip in a large network takes less; what is lost costs no more than this. */
const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 16_000;
/** An answer to one of the latest tries counts. */
const MOST_TRIES_REMEMBERED = 8;

export class MapLink {
  readonly terms: LinkTerms;
  address: Ipv4Address;
  lastHeardMs: number;
  readonly #digests: Digests;
  readonly #deliveries = new Map<Delivered, Delivery>();
  #sent = 0;
  #received = 0;
  #lastTag: Uint8Array = new Uint8Array();

  constructor(terms: LinkTerms, digests: Digests, nowMs: number) {
    this.terms = terms;
    this.address = terms.address;
    this.lastHeardMs = nowMs;
    this.#digests = digests;
  }

  /** Undefined: the message is the peer's, of this session, and new. */
  whyDiscarded({ header, octets }: MapMessage, source: Ipv4Address, nowMs: number): MapDiscardReason | undefined {
    const { peer, session, key, isOfCalled, isOfAuthority } = this.terms;
    const isOfPeer =
      header.sender === peer && header.isOfCalled !== isOfCalled && header.isOfAuthority === isOfAuthority;
    if (!isOfPeer || header.session !== session) return 'unknownSession';
    if (!isSignedWith(key, octets, this.#digests)) return 'badAuthenticator';
    if (header.sequence <= this.#received) return 'replayed';
    this.#received = header.sequence;
    this.lastHeardMs = nowMs;
    // Addresses change, by DHCP for one; what the peer has signed comes from where it is now.
    this.address = source;
    return undefined;
  }

  /** Says something once. */
  say(body: MapBody): Uint8Array {
    const { own, isOfCalled, isOfAuthority, session, key } = this.terms;
    this.#sent += 1;
    const header = { sender: own, isOfCalled, isOfAuthority, session, sequence: this.#sent };
    const octets = encodeMapMessage(header, body, key, this.#digests);
    this.#lastTag = tagOf(octets);
    return octets;
  }

  /** Says something until it is answered; `build` is asked again for each try. */
  deliver(kind: Delivered, build: (nowMs: number) => MapBody, nowMs: number): Uint8Array {
    return this.#try(kind, { build, attempt: 0, retryAtMs: 0, sequences: [] }, nowMs);
  }

  isDelivering(kind: Delivered): boolean {
    return this.#deliveries.has(kind);
  }

  /** What this answers; undefined where nothing waits for it. */
  answered(acknowledged: number): Delivered | undefined {
    for (const [kind, { sequences }] of this.#deliveries) {
      if (!sequences.includes(acknowledged)) continue;
      this.#deliveries.delete(kind);
      return kind;
    }
    return undefined;
  }

  /** Whether the peer says that it does not know the session of what we have just said. */
  isRefusedBy(tag: Uint8Array): boolean {
    return equalInConstantTime(tag, this.#lastTag);
  }

  /** How often the least answered message was sent. */
  attempts(): number {
    let most = 0;
    for (const { attempt } of this.#deliveries.values()) most = Math.max(most, attempt);
    return most;
  }

  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { retryAtMs } of this.#deliveries.values()) {
      if (earliest === undefined || retryAtMs < earliest) earliest = retryAtMs;
    }
    return earliest;
  }

  repeat(nowMs: number): Uint8Array[] {
    const due = [...this.#deliveries].filter(([, { retryAtMs }]) => retryAtMs <= nowMs);
    return due.map(([kind, delivery]) => this.#try(kind, delivery, nowMs));
  }

  #try(kind: Delivered, { build, attempt, sequences }: Delivery, nowMs: number): Uint8Array {
    const octets = this.say(build(nowMs));
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
    this.#deliveries.set(kind, {
      build,
      attempt: attempt + 1,
      retryAtMs: nowMs + waitMs,
      sequences: [...sequences, this.#sent].slice(-MOST_TRIES_REMEMBERED),
    });
    return octets;
  }
}

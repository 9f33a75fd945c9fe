// The sessions that this authoritative access point has with the others: it tells them what it has heard itself, and
// compares with them.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import type { MapMessage } from '../../wire/subnet-map.ts';
import { earlier } from '../expiring-table.ts';
import { MapCall } from '../map-call.ts';
import type { MapDiscardReason, Report } from '../report.ts';
import type { Random } from '../role.ts';
import { type Knowledge, Teller } from './teller.ts';

const COMPARISON_INTERVAL_MS = 30_000;
/** Where the other one has found a difference, ours is not made more often than this. */
const LEAST_BETWEEN_COMPARISONS_MS = 1000;
/** After so many tries without an answer it is said to be lost. */
const ATTEMPTS_UNTIL_LOST = 4;

type Other = {
  readonly call: MapCall;
  teller: Teller | undefined;
  compareAtMs: number;
  comparedAtMs: number;
  isLost: boolean;
};

type Message = { readonly destination: Ipv4Address; readonly octets: Uint8Array };

export type OtherHeard = {
  readonly discarded?: MapDiscardReason;
  /** Who has said it. */
  readonly heard?: MacAddress;
  readonly difference?: { readonly teller: Teller; readonly buckets: readonly number[]; readonly isSettled: boolean };
  readonly sent: readonly Message[];
  readonly reports: readonly Report[];
};

export type OtherSilence = {
  readonly messages: readonly Message[];
  readonly reports: readonly Report[];
  /** Who was asked once more, and has not answered for a while. */
  readonly silent: readonly Ipv4Address[];
};

export class OtherAuthorities {
  readonly #others = new Map<Ipv4Address, Other>();
  readonly #terms: { readonly own: MacAddress; readonly secret: Uint8Array };
  readonly #tools: { readonly digests: Digests; readonly random: Random };

  constructor(
    terms: { readonly own: MacAddress; readonly secret: Uint8Array },
    tools: { readonly digests: Digests; readonly random: Random },
  ) {
    this.#terms = terms;
    this.#tools = tools;
  }

  *all(): Iterable<{ readonly address: Ipv4Address; readonly answers: boolean }> {
    for (const [address, { teller, isLost }] of this.#others)
      yield { address, answers: teller !== undefined && !isLost };
  }

  configured(addresses: readonly Ipv4Address[], nowMs: number): Message[] {
    for (const address of [...this.#others.keys()]) if (!addresses.includes(address)) this.#others.delete(address);
    return addresses.flatMap((address) => {
      if (this.#others.has(address)) return [];
      const call = new MapCall({ ...this.#terms, address, isOfAuthority: true }, this.#tools);
      this.#others.set(address, { call, teller: undefined, compareAtMs: 0, comparedAtMs: 0, isLost: false });
      return call.call(nowMs).map((octets) => ({ destination: address, octets }));
    });
  }

  recordChanged(reporter: MacAddress): void {
    for (const { teller } of this.#others.values()) teller?.recordChanged(reporter);
  }

  stationChanged(mac: MacAddress): void {
    for (const { teller } of this.#others.values()) teller?.stationChanged(mac);
  }

  /** The other one has found that we differ. */
  compareSoon(name: MacAddress, nowMs: number): void {
    for (const other of this.#others.values()) {
      if (other.teller?.link.terms.peer !== name) continue;
      other.compareAtMs = Math.min(
        other.compareAtMs,
        Math.max(nowMs, other.comparedAtMs + LEAST_BETWEEN_COMPARISONS_MS),
      );
    }
  }

  heard(message: MapMessage, sourceAddress: Ipv4Address, nowMs: number): OtherHeard {
    for (const [address, other] of this.#others) {
      if (!other.call.isOf(message.header)) continue;
      return this.#heard(address, other, message, sourceAddress, nowMs);
    }
    return { discarded: 'unknownSession', sent: [], reports: [] };
  }

  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { call, teller, compareAtMs } of this.#others.values()) {
      earliest = earlier(earliest, call.nextDeadline());
      if (teller !== undefined && !teller.link.isDelivering('comparison')) earliest = earlier(earliest, compareAtMs);
    }
    return earliest;
  }

  deadlineReached(nowMs: number): OtherSilence {
    const messages: Message[] = [];
    const reports: Report[] = [];
    const silent: Ipv4Address[] = [];
    for (const [address, other] of this.#others) {
      const repeated = other.call.repeat(nowMs);
      for (const octets of repeated) messages.push({ destination: address, octets });
      if (repeated.length === 0 || other.call.attempts() < ATTEMPTS_UNTIL_LOST) continue;
      silent.push(address);
      if (other.isLost) continue;
      other.isLost = true;
      reports.push({ kind: 'authorityLost', address });
    }
    return { messages, reports, silent };
  }

  say(knowledge: Knowledge, comparison: () => Uint8Array, nowMs: number): Message[] {
    const messages: Message[] = [];
    for (const [destination, other] of this.#others) {
      const { teller } = other;
      if (teller === undefined) continue;
      for (const octets of teller.say(knowledge, nowMs)) messages.push({ destination, octets });
      if (nowMs < other.compareAtMs || teller.link.isDelivering('comparison')) continue;
      other.compareAtMs = nowMs + COMPARISON_INTERVAL_MS * (0.9 + 0.2 * this.#tools.random());
      other.comparedAtMs = nowMs;
      const build = () => ({ kind: 'comparison', digests: comparison() }) as const;
      messages.push({ destination, octets: teller.link.deliver('comparison', build, nowMs) });
    }
    return messages;
  }

  #heard(
    address: Ipv4Address,
    other: Other,
    message: MapMessage,
    sourceAddress: Ipv4Address,
    nowMs: number,
  ): OtherHeard {
    const heard = other.call.heard(message, sourceAddress, nowMs);
    switch (heard.kind) {
      case 'discarded':
        return { discarded: heard.reason, sent: [], reports: [] };
      case 'refused': {
        other.teller = undefined;
        const sent = other.call.call(nowMs).map((octets) => ({ destination: address, octets }));
        return { sent, reports: [] };
      }
      case 'opened':
        other.teller = new Teller(heard.link, 'stations');
        other.compareAtMs = nowMs;
        other.isLost = false;
        return { heard: heard.link.terms.peer, sent: [], reports: [{ kind: 'authorityReached', address }] };
      case 'message':
        return this.#answered(address, other, message);
    }
  }

  #answered(address: Ipv4Address, other: Other, { body, header }: MapMessage): OtherHeard {
    const { teller } = other;
    const reports: Report[] = other.isLost ? [{ kind: 'authorityReached', address }] : [];
    other.isLost = false;
    const outcome = { heard: header.sender, sent: [], reports };
    if (teller === undefined) return outcome;
    if (body.kind === 'difference' && teller.link.answered(body.acknowledged) !== undefined) {
      return { ...outcome, difference: { teller, buckets: body.buckets, isSettled: body.isSettled } };
    }
    if (body.kind !== 'acknowledgment') return outcome;
    const kind = teller.link.answered(body.acknowledged);
    if (kind !== undefined) teller.answered(kind);
    return outcome;
  }
}

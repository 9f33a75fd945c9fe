// The records of the subnet map as one box has them, of each reporter the one that counts, and digests over them for
// comparing with another box. Access points and authoritative access points keep the same table.

import type { MacAddress } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import { viewOf } from '../octets/octets.ts';
import { BUCKETS, DIGEST_LENGTH } from '../wire/subnet-map.ts';
import { encodeRecord, type MapRecord, type RecordState } from '../wire/subnet-map-records.ts';

type Kept = {
  readonly record: MapRecord;
  /** Its first 64 bits, as a number: an array for each takes more memory than the record. */
  readonly digest: bigint;
  /** Of what a reader of the map sees; undefined where that is nothing. */
  readonly shownDigest: bigint | undefined;
  readonly deletedAtMs: number;
};

export type Merging =
  | { readonly kind: 'taken'; readonly isShown: boolean }
  /** It is the one that is here, or an older one. */
  | { readonly kind: 'known' }
  | { readonly kind: 'full' };

const STATE_RANK: Record<RecordState, number> = { deleted: 0, gone: 1, present: 2 };
/** Longer than boxes that are switched off for the night come back with what they knew. */
const DELETED_KEPT_MS = 24 * 3600 * 1000;
/** What a reader sees begins behind custodian, version and state; the reporter stands before them. */
const REPORTER_LENGTH = 6;
const SHOWN_OFFSET = 23;

export class MapRecords {
  readonly #records = new Map<MacAddress, Kept>();
  readonly #buckets = new Uint8Array(BUCKETS * DIGEST_LENGTH);
  #summary = 0n;
  readonly #digests: Digests;
  readonly #most: number;

  constructor(digests: Digests, most: number) {
    this.#digests = digests;
    this.#most = most;
  }

  get size(): number {
    return this.#records.size;
  }

  get(reporter: MacAddress): MapRecord | undefined {
    return this.#records.get(reporter)?.record;
  }

  *all(): Iterable<MapRecord> {
    for (const { record } of this.#records.values()) yield record;
  }

  reporters(): MacAddress[] {
    return [...this.#records.keys()];
  }

  /**
   * Takes a record in if it counts more than what is here. The same version in other words can only be after a loss of
   * memory: those who keep the map choose the same one of the two, who reads it believes whoever tells it now.
   */
  merge(record: MapRecord, nowMs: number, atTie: 'oneOfThem' | 'new' = 'oneOfThem'): Merging {
    const before = this.#records.get(record.reporter);
    if (before !== undefined && compareVersions(record, before.record) < 0) return { kind: 'known' };
    if (before === undefined && this.#records.size >= this.#most && !this.#forgetOldestDeleted())
      return { kind: 'full' };
    const after = this.#keep(record, nowMs);
    if (before !== undefined && compareVersions(record, before.record) === 0) {
      const isKept = atTie === 'oneOfThem' && after.digest < before.digest;
      if (after.digest === before.digest || isKept) return { kind: 'known' };
    }
    this.#replace(record.reporter, before, after);
    return { kind: 'taken', isShown: before?.shownDigest !== after.shownDigest };
  }

  remove(reporter: MacAddress): void {
    this.#replace(reporter, this.#records.get(reporter), undefined);
  }

  /** Over what readers see, but for some. */
  summary(without: Iterable<MacAddress> = []): Uint8Array {
    let summary = this.#summary;
    for (const reporter of without) summary ^= this.#records.get(reporter)?.shownDigest ?? 0n;
    const octets = new Uint8Array(DIGEST_LENGTH);
    viewOf(octets).setBigUint64(0, summary);
    return octets;
  }

  /** Over all records, by reporter. */
  comparison(): Uint8Array {
    return this.#buckets.slice();
  }

  /** In which of these buckets we have something else. */
  differingBuckets(comparison: Uint8Array): number[] {
    const [own, others] = [viewOf(this.#buckets), viewOf(comparison)];
    const differing: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const at = bucket * DIGEST_LENGTH;
      if (own.getBigUint64(at) !== others.getBigUint64(at)) differing.push(bucket);
    }
    return differing;
  }

  reportersIn(buckets: readonly number[]): MacAddress[] {
    return this.reporters().filter((reporter) => buckets.includes(bucketOf(reporter)));
  }

  forgetDeleted(nowMs: number): void {
    for (const [reporter, { deletedAtMs }] of this.#records) {
      if (nowMs - deletedAtMs > DELETED_KEPT_MS) this.remove(reporter);
    }
  }

  #forgetOldestDeleted(): boolean {
    let oldest: Kept | undefined;
    for (const kept of this.#records.values()) {
      if (kept.record.state === 'deleted' && !(kept.deletedAtMs >= (oldest?.deletedAtMs ?? Infinity))) oldest = kept;
    }
    if (oldest !== undefined) this.remove(oldest.record.reporter);
    return oldest !== undefined;
  }

  #keep(record: MapRecord, nowMs: number): Kept {
    const octets = encodeRecord(record);
    const isDeleted = record.state === 'deleted';
    const shown = octets.slice(SHOWN_OFFSET - REPORTER_LENGTH);
    shown.set(octets.subarray(0, REPORTER_LENGTH));
    return {
      record,
      digest: this.#digest(octets),
      shownDigest: isDeleted || record.claims.length === 0 ? undefined : this.#digest(shown),
      deletedAtMs: isDeleted ? nowMs : Number.POSITIVE_INFINITY,
    };
  }

  #replace(reporter: MacAddress, before: Kept | undefined, after: Kept | undefined): void {
    // The same again takes it out.
    const [view, at] = [viewOf(this.#buckets), bucketOf(reporter) * DIGEST_LENGTH];
    view.setBigUint64(at, view.getBigUint64(at) ^ (before?.digest ?? 0n) ^ (after?.digest ?? 0n));
    this.#summary ^= (before?.shownDigest ?? 0n) ^ (after?.shownDigest ?? 0n);
    if (after === undefined) this.#records.delete(reporter);
    else this.#records.set(reporter, after);
  }

  #digest(octets: Uint8Array): bigint {
    return viewOf(this.#digests.digest('sha256', octets)).getBigUint64(0);
  }
}

/** Above 0 where `a` counts more. */
export function compareVersions(a: MapRecord, b: MapRecord): number {
  return (
    a.generation - b.generation ||
    a.revision - b.revision ||
    STATE_RANK[a.state] - STATE_RANK[b.state] ||
    a.custodian - b.custodian
  );
}

function bucketOf(reporter: MacAddress): number {
  return reporter % BUCKETS;
}

// The records of the subnet map as one box has them, of each reporter the one that counts, and digests over them for
// comparing with another box. Access points and authoritative access points keep the same table.

import type { MacAddress } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import { formatHex, viewOf } from '../octets/octets.ts';
import { BUCKETS, DIGEST_LENGTH } from '../wire/subnet-map.ts';
import { encodeRecord, type MapRecord, type RecordState } from '../wire/subnet-map-records.ts';

type Kept = {
  readonly record: MapRecord;
  readonly digest: Uint8Array;
  /** Of what a reader of the map sees; undefined where that is nothing. */
  readonly shownDigest: Uint8Array | undefined;
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
  readonly #summary = new Uint8Array(DIGEST_LENGTH);
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

  /** Takes a record in if it counts more than what is here. */
  merge(record: MapRecord, nowMs: number): Merging {
    const before = this.#records.get(record.reporter);
    if (before !== undefined && compareVersions(record, before.record) < 0) return { kind: 'known' };
    if (before === undefined && this.#records.size >= this.#most && !this.#forgetOldestDeleted())
      return { kind: 'full' };
    const after = this.#keep(record, nowMs);
    if (before !== undefined && compareVersions(record, before.record) === 0) {
      // The same version in other words can only be after a loss of memory; all choose the same one of the two.
      if (formatHex(after.digest) <= formatHex(before.digest)) return { kind: 'known' };
    }
    this.#replace(record.reporter, before, after);
    return { kind: 'taken', isShown: !areSame(before?.shownDigest, after.shownDigest) };
  }

  remove(reporter: MacAddress): void {
    this.#replace(reporter, this.#records.get(reporter), undefined);
  }

  /** Over what readers see, but for some. */
  summary(without: Iterable<MacAddress> = []): Uint8Array {
    const summary = this.#summary.slice();
    for (const reporter of without) {
      const digest = this.#records.get(reporter)?.shownDigest;
      if (digest !== undefined) combine(summary, digest);
    }
    return summary;
  }

  /** Over all records, by reporter. */
  comparison(): Uint8Array {
    return this.#buckets.slice();
  }

  /** In which of these buckets we have something else. */
  differingBuckets(comparison: Uint8Array): number[] {
    const differing: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const at = bucket * DIGEST_LENGTH;
      if (!areSame(comparison.subarray(at, at + DIGEST_LENGTH), this.#bucket(bucket))) differing.push(bucket);
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
    for (const kept of [before, after]) {
      if (kept === undefined) continue;
      combine(this.#bucket(bucketOf(reporter)), kept.digest);
      if (kept.shownDigest !== undefined) combine(this.#summary, kept.shownDigest);
    }
    if (after === undefined) this.#records.delete(reporter);
    else this.#records.set(reporter, after);
  }

  #bucket(bucket: number): Uint8Array {
    return this.#buckets.subarray(bucket * DIGEST_LENGTH, (bucket + 1) * DIGEST_LENGTH);
  }

  #digest(octets: Uint8Array): Uint8Array {
    return this.#digests.digest('sha256', octets).slice(0, DIGEST_LENGTH);
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

/** The same again takes it out. */
function combine(sum: Uint8Array, digest: Uint8Array): void {
  const [a, b] = [viewOf(sum), viewOf(digest)];
  a.setBigUint64(0, a.getBigUint64(0) ^ b.getBigUint64(0));
}

function areSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return viewOf(a).getBigUint64(0) === viewOf(b).getBigUint64(0);
}

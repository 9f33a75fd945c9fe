// What an authoritative access point does about records whose access points are silent: it calls them gone, takes over those
// of another authoritative one that is silent itself, and deletes what no home agent answers for.

import type { MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import type { MapClaim, MapRecord } from '../../wire/subnet-map-records.ts';
import type { MapRecords } from '../map-records.ts';
import type { Moment, Random } from '../role.ts';
import { SILENCE_MS } from './callers.ts';
import type { AuthorityEffect } from './events.ts';
import { HomeAgentWatch, type Verdict } from './home-agent-watch.ts';

/** An authoritative access point that is silent for so long has lost its access points to others, or they are gone. */
const CUSTODIAN_SILENCE_MS = 180_000;
/** Until then the access points of before a restart have called again. */
const CANDIDATES_AFTER_MS = 60_000;
const MOST_REVISION = 0xffff;

export class Custody {
  readonly watch: HomeAgentWatch;
  readonly #own: MacAddress;
  readonly #records: MapRecords;
  /** When each access point and each other authoritative one was heard last. */
  readonly #heardMs = new Map<MacAddress, number>();
  /** Of before a restart. */
  readonly #candidates = new Map<MacAddress, MapRecord>();
  readonly #nextRoundMs = new Map<MacAddress, number>();
  #candidatesAtMs = 0;

  constructor(own: MacAddress, records: MapRecords, tools: { readonly digests: Digests; readonly random: Random }) {
    this.#own = own;
    this.#records = records;
    this.watch = new HomeAgentWatch(tools.digests, tools.random);
  }

  heard(name: MacAddress, nowMs: number): void {
    this.#heardMs.set(name, nowMs);
  }

  isHeard(name: MacAddress, nowMs: number): boolean {
    return nowMs - (this.#heardMs.get(name) ?? Number.NEGATIVE_INFINITY) <= SILENCE_MS;
  }

  remember(record: MapRecord, nowMs: number): void {
    this.#candidates.set(record.reporter, record);
    this.#candidatesAtMs = nowMs + CANDIDATES_AFTER_MS;
  }

  /** What an access point had reported before a restart of ours; 0 where nothing is remembered. */
  rememberedGeneration(reporter: MacAddress): number {
    return this.#candidates.get(reporter)?.generation ?? 0;
  }

  /** The next version of a record, by us. */
  superseding(record: MapRecord, changes: Partial<MapRecord>, least = record.revision): MapRecord {
    return { ...record, ...changes, custodian: this.#own, revision: Math.min(MOST_REVISION, least + 1) };
  }

  /** Goes over all records; gives the new versions of those whose state changes. */
  review({ monotonicMs: nowMs }: Moment): MapRecord[] {
    const changed: MapRecord[] = [];
    const answered = new Set<string>();
    for (const record of this.#records.all()) {
      if (record.state === 'present') for (const claim of record.claims) answered.add(claimKey(claim));
    }
    for (const record of this.#records.all()) {
      const next = this.#reviewed(record, answered, nowMs);
      if (next !== undefined) changed.push(next);
    }
    this.#reviewCandidates(answered, nowMs);
    for (const [name, heardMs] of this.#heardMs) {
      if (nowMs - heardMs > 10 * CUSTODIAN_SILENCE_MS) this.#heardMs.delete(name);
    }
    return changed;
  }

  /** What follows from home agents that have answered, or not. */
  judged(now: Moment): { readonly effects: AuthorityEffect[]; readonly changed: MapRecord[] } {
    const { effects, verdicts } = this.watch.deadlineReached(now);
    const changed: MapRecord[] = [];
    for (const verdict of verdicts) {
      const { lost, next } = this.#judge(verdict, now.monotonicMs);
      effects.push(...lost);
      if (next !== undefined) changed.push(next);
    }
    return { effects, changed };
  }

  #judge({ record, alive, dead }: Verdict, nowMs: number): { lost: AuthorityEffect[]; next: MapRecord | undefined } {
    const { reporter } = record;
    const isCandidate = this.#candidates.delete(reporter);
    const present = this.#records.get(reporter);
    // Somebody has heard of the access point since.
    if (isCandidate ? present !== undefined : present !== record) return { lost: [], next: undefined };
    const lost = dead.flatMap(({ network, homeAgents: [homeAgent] }): AuthorityEffect[] =>
      homeAgent === undefined ? [] : [{ kind: 'report', report: { kind: 'homeAgentLost', homeAgent, network } }],
    );
    if (alive.length > 0) this.#nextRoundMs.set(reporter, this.watch.nextRoundMs(nowMs));
    const isAsBefore = isCandidate ? alive.length === 0 : alive.length > 0 && dead.length === 0;
    if (isAsBefore) return { lost, next: undefined };
    const state = alive.length === 0 ? 'deleted' : 'gone';
    return { lost, next: this.superseding(record, { state, claims: alive }) };
  }

  #reviewed(record: MapRecord, answered: Set<string>, nowMs: number): MapRecord | undefined {
    const { reporter, custodian, state } = record;
    if (state === 'deleted') return undefined;
    if (custodian !== this.#own) {
      this.watch.end(reporter);
      const isSilent = this.#silenceOf(custodian, nowMs) > CUSTODIAN_SILENCE_MS;
      return isSilent ? this.superseding(record, { state: 'gone' }) : undefined;
    }
    if (state === 'present') {
      this.watch.end(reporter);
      return this.#silenceOf(reporter, nowMs) > SILENCE_MS ? this.superseding(record, { state: 'gone' }) : undefined;
    }
    // What another access point says, present or gone, need not be said twice.
    const claims = record.claims.filter((claim) => !answered.has(claimKey(claim)));
    for (const claim of claims) answered.add(claimKey(claim));
    if (claims.length === 0) return this.superseding(record, { state: 'deleted', claims: [] });
    if (claims.length < record.claims.length) return this.superseding(record, { claims });
    if (!this.watch.isWatching(reporter) && nowMs >= (this.#nextRoundMs.get(reporter) ?? 0)) {
      this.watch.begin(record, nowMs);
    }
    return undefined;
  }

  #reviewCandidates(answered: ReadonlySet<string>, nowMs: number): void {
    if (nowMs < this.#candidatesAtMs) return;
    for (const [reporter, record] of this.#candidates) {
      const claims = record.claims.filter((claim) => !answered.has(claimKey(claim)));
      if (this.#records.get(reporter) !== undefined || claims.length === 0) this.#candidates.delete(reporter);
      else if (!this.watch.isWatching(reporter)) this.watch.begin({ ...record, claims }, nowMs);
    }
  }

  /** Silence of one that was never heard begins when it is first asked for. */
  #silenceOf(name: MacAddress, nowMs: number): number {
    const heardMs = this.#heardMs.get(name);
    if (heardMs === undefined) this.#heardMs.set(name, nowMs);
    return heardMs === undefined ? 0 : nowMs - heardMs;
  }
}

function claimKey({ network, homeAgents }: MapClaim): string {
  return `${network.network}/${network.length} ${homeAgents.join()}`;
}

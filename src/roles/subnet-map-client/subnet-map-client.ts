// The access point's side of the Subnet Map Exchange (wire/subnet-map.ts): it reports its own home agents to the first
// authoritative access point that answers, gets the map from it, and keeps the last good one whatever becomes of them.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { formatHex } from '../../octets/octets.ts';
import type { MapBody, MapMessage } from '../../wire/subnet-map.ts';
import { encodeMapMessage, helloKey, tagOf } from '../../wire/subnet-map-keys.ts';
import { encodeClaims, type MapClaim, type MapRecord } from '../../wire/subnet-map-records.ts';
import { earlier } from '../expiring-table.ts';
import { MapCall } from '../map-call.ts';
import type { MapLink } from '../map-link.ts';
import { compareVersions, MapRecords } from '../map-records.ts';
import { type MapRow, mapRows } from '../map-rows.ts';
import { RateLimit } from '../rate-limit.ts';
import type { MapDiscardReason, Report } from '../report.ts';
import type { Moment, Random, Role } from '../role.ts';
import { AttachedStations } from './attached-stations.ts';
import type { SubnetMapClientConfiguration, SubnetMapClientEffect, SubnetMapClientEvent } from './events.ts';
import { nextGeneration } from './generation.ts';

/** An authoritative access point counts an access point as gone after three of them. */
const REPORT_INTERVAL_MS = 30_000;
const REPORT_JITTER = 0.1;
/** After this many unanswered tries, which take three seconds, the next one is asked. */
const MOST_ATTEMPTS = 3;
/** Between two rounds in which none answered. */
const FIRST_REST_MS = 2000;
const LONGEST_REST_MS = 30_000;
/** A second; what is refused cannot be known to be from anybody. */
const MOST_REFUSALS = 10;
/** Of two boxes with one name each would outdo the other without end. */
const LEAST_OUTDOING_MS = 10_000;
const OUTDONE_AGAIN_MS = 30_000;
/** What the present one does not know, but a former one did, is kept for so long. */
const UNLISTED_KEPT_MS = 3_600_000;

export class SubnetMapClient implements Role<SubnetMapClientEvent, SubnetMapClientEffect> {
  readonly #tools: { readonly digests: Digests; readonly random: Random };
  readonly #stations = new AttachedStations();
  #configuration: SubnetMapClientConfiguration | undefined;
  #records: MapRecords;
  #rows: readonly MapRow[] | undefined;
  #call: MapCall | undefined;
  #turn = 0;
  #rests = 0;
  /** Sessions that ended before a report was acknowledged in them. */
  #refused = 0;
  #restUntilMs: number | undefined;
  #reportAtMs = Number.POSITIVE_INFINITY;
  #generation = 0;
  #outdoneAtMs = Number.NEGATIVE_INFINITY;
  /** While a whole map comes: what was in it. */
  #listed: Set<MacAddress> | undefined;
  /** What the present authoritative access point does not know, and since when. */
  readonly #unlistedSinceMs = new Map<MacAddress, number>();
  #told: readonly MacAddress[] = [];
  readonly #refusals = new RateLimit();

  constructor(digests: Digests, random: Random) {
    this.#tools = { digests, random };
    this.#records = new MapRecords(digests, 0);
  }

  /** What was learned, in the order of the networks. */
  rows(): readonly MapRow[] {
    this.#rows ??= mapRows(this.#records.all());
    return this.#rows;
  }

  /** To be kept over a restart. */
  records(): Iterable<MapRecord> {
    return this.#records.all();
  }

  /** The same, to be looked up. */
  table(): Pick<MapRecords, 'get' | 'size'> {
    return this.#records;
  }

  /** The authoritative access point that is asked now, and whether it answers. */
  authority(): { readonly address: Ipv4Address; readonly answers: boolean } | undefined {
    const call = this.#call;
    return call && { address: call.terms.address, answers: call.link !== undefined };
  }

  isOf(header: MapMessage['header']): boolean {
    return !header.isOfAuthority && this.#call?.isOf(header) === true;
  }

  handle(event: SubnetMapClientEvent, now: Moment): SubnetMapClientEffect[] {
    const effects = this.#handle(event, now);
    if (this.#configuration !== undefined) effects.push(...this.#say(now));
    return effects;
  }

  nextDeadline(): number | undefined {
    if (this.#configuration === undefined) return undefined;
    if (this.#restUntilMs !== undefined) return this.#restUntilMs;
    const link = this.#call?.link;
    const reportAtMs = link === undefined || link.isDelivering('report') ? undefined : this.#reportAtMs;
    return earlier(this.#call?.nextDeadline(), reportAtMs);
  }

  #handle(event: SubnetMapClientEvent, now: Moment): SubnetMapClientEffect[] {
    switch (event.kind) {
      case 'configured':
        return this.#configured(event.configuration, now);
      case 'mapMessageReceived':
        return this.#heard(event.message, event.sourceAddress, now);
      case 'mapRestored':
        return this.#restored(event.records, now);
      case 'stationAttached':
        this.#stations.attached(event.mac, now.monotonicMs);
        return [];
      case 'stationIdentified':
        this.#stations.identified(event.mac, event.homeAddress, event.gatewayMac);
        return [];
      case 'stationLeft':
        this.#stations.left(event.mac);
        if (!this.#configuration?.isDirectoryUsed) this.#stations.forgetLeft();
        return [];
      case 'deadlineReached':
        return this.#deadlineReached(now);
    }
  }

  #configured(after: SubnetMapClientConfiguration | undefined, now: Moment): SubnetMapClientEffect[] {
    const before = this.#configuration;
    this.#configuration = after;
    if (!after?.isDirectoryUsed) this.#stations.forgetLeft();
    if (after === undefined) return this.#forgetAll();
    if (before?.mostRecords !== after.mostRecords) this.#resize(after.mostRecords, now.monotonicMs);
    const isSame = before?.accessPoint === after.accessPoint && areSameOctets(before.secret, after.secret);
    const called = this.#call?.terms.address;
    if (!isSame || called === undefined || !after.authorities.includes(called)) return this.#turnTo(0, now);
    this.#turn = after.authorities.indexOf(called);
    if (!areSameClaims(before.claims, after.claims)) this.#reportAnew(now);
    return [];
  }

  #forgetAll(): SubnetMapClientEffect[] {
    const hadRows = this.rows().length > 0;
    this.#call = undefined;
    this.#restUntilMs = undefined;
    this.#records = new MapRecords(this.#tools.digests, 0);
    this.#unlistedSinceMs.clear();
    this.#rows = undefined;
    return hadRows ? [{ kind: 'mapChanged' }] : [];
  }

  #resize(mostRecords: number, nowMs: number): void {
    const records = [...this.#records.all()];
    this.#records = new MapRecords(this.#tools.digests, mostRecords);
    for (const record of records) this.#records.merge(record, nowMs);
  }

  /** Nothing that has been heard since is outdone by what was remembered. */
  #restored(records: readonly MapRecord[], now: Moment): SubnetMapClientEffect[] {
    const own = this.#configuration?.accessPoint;
    if (own === undefined) return [];
    let isShown = false;
    for (const record of records) {
      if (record.reporter === own) this.#generation = Math.max(this.#generation, record.generation);
      const merging = this.#records.merge(record, now.monotonicMs);
      if (merging.kind === 'taken' && merging.isShown) isShown = true;
    }
    return this.#changed(isShown);
  }

  #turnTo(turn: number, now: Moment): SubnetMapClientEffect[] {
    const configuration = this.#configuration;
    const address = configuration?.authorities[turn];
    this.#turn = turn;
    this.#restUntilMs = undefined;
    this.#call = undefined;
    if (configuration === undefined || address === undefined) return [];
    const { accessPoint: own, secret } = configuration;
    this.#call = new MapCall({ own, address, isOfAuthority: false, secret }, this.#tools);
    return this.#sent(this.#call.call(now.monotonicMs));
  }

  #heard(message: MapMessage, sourceAddress: Ipv4Address, now: Moment): SubnetMapClientEffect[] {
    if (this.#call === undefined || !this.isOf(message.header)) return this.#refuse(message, sourceAddress, now);
    const heard = this.#call.heard(message, sourceAddress, now.monotonicMs);
    switch (heard.kind) {
      case 'discarded':
        return [discarded(sourceAddress, heard.reason)];
      case 'refused':
        this.#refused += 1;
        if (this.#refused > MOST_ATTEMPTS) return this.#giveUp(this.#call, now);
        return this.#sent(this.#call.call(now.monotonicMs));
      case 'opened':
        return this.#opened(now);
      case 'message':
        return this.#said(heard.link, message, now);
    }
  }

  /** Who still tells us the map in a session of before is told that it is over, so that it does not go on for long. */
  #refuse({ header, body, octets }: MapMessage, sourceAddress: Ipv4Address, now: Moment): SubnetMapClientEffect[] {
    const effects = [discarded(sourceAddress, 'unknownSession')];
    const configuration = this.#configuration;
    const isRefusable = body.kind === 'records' || body.kind === 'moved';
    if (configuration === undefined || !isRefusable || !this.#refusals.take(MOST_REFUSALS, now.monotonicMs))
      return effects;
    const { accessPoint: sender, secret } = configuration;
    const { digests } = this.#tools;
    const { isOfAuthority, session } = header;
    const answer = { sender, isOfCalled: false, isOfAuthority, session, sequence: 0 };
    const refusal = { kind: 'refusal', tag: tagOf(octets) } as const;
    const sent = encodeMapMessage(answer, refusal, helloKey(secret, digests), digests);
    return [...effects, { kind: 'mapMessageSent', destination: sourceAddress, octets: sent }];
  }

  #opened(now: Moment): SubnetMapClientEffect[] {
    this.#rests = 0;
    this.#listed = undefined;
    this.#generation = nextGeneration(this.#generation, now.unixMs);
    this.#reportAtMs = now.monotonicMs;
    this.#stations.tellAll();
    return [reported({ kind: 'authorityReached', address: this.#call?.terms.address ?? (0 as Ipv4Address) })];
  }

  #said(link: MapLink, { body, header: { sequence } }: MapMessage, now: Moment): SubnetMapClientEffect[] {
    switch (body.kind) {
      case 'acknowledgment':
        link.answered(body.acknowledged);
        this.#refused = 0;
        return body.generation > this.#generation ? this.#outdone(body.generation, now) : [];
      case 'records':
        return [...this.#acknowledge(link, sequence), ...this.#recordsReceived(body, now)];
      case 'answer':
        return this.#answered(link, body);
      case 'moved': {
        const told = this.#configuration?.isDirectoryUsed ? body.stations : [];
        const moved = told.filter((station) => this.#stations.hasMoved(station, now.monotonicMs));
        const effects = moved.flatMap(({ mac, accessPoint }): SubnetMapClientEffect[] => [
          ...this.#placeTold('stationMovedTo', mac, accessPoint),
          { kind: 'stationMoved', mac },
        ]);
        return [...this.#acknowledge(link, sequence), ...effects];
      }
      default:
        return [];
    }
  }

  #answered(link: MapLink, body: Extract<MapBody, { readonly kind: 'answer' }>): SubnetMapClientEffect[] {
    if (link.answered(body.acknowledged) === undefined) return [];
    this.#stations.acknowledged(this.#told);
    return body.stations.flatMap(({ mac, homeAddress, gatewayMac, accessPoint }): SubnetMapClientEffect[] => {
      if (homeAddress === undefined || !this.#stations.isUnidentified(mac)) return [];
      return [
        ...this.#placeTold('stationCameFrom', mac, accessPoint),
        { kind: 'stationHinted', mac, homeAddress, gatewayMac },
      ];
    });
  }

  #placeTold(
    kind: 'stationCameFrom' | 'stationMovedTo',
    mac: MacAddress,
    accessPoint: MacAddress,
  ): SubnetMapClientEffect[] {
    const peer = this.#records.get(accessPoint)?.address;
    const isOther = accessPoint !== this.#configuration?.accessPoint;
    return isOther && peer !== undefined ? [reported({ kind, mac, peer })] : [];
  }

  #recordsReceived(body: Extract<MapBody, { readonly kind: 'records' }>, now: Moment): SubnetMapClientEffect[] {
    const effects: SubnetMapClientEffect[] = [];
    if (body.begins) this.#listed = new Set();
    let isShown = false;
    for (const record of body.records) {
      this.#listed?.add(record.reporter);
      isShown = this.#take(record, now, effects) || isShown;
    }
    if (body.ends && this.#listed !== undefined) {
      if (body.isSettled) this.#noteUnlisted(this.#listed, now.monotonicMs);
      this.#listed = undefined;
    }
    return [...effects, ...this.#changed(isShown)];
  }

  #take(record: MapRecord, now: Moment, effects: SubnetMapClientEffect[]): boolean {
    const held = this.#records.get(record.reporter);
    if (held === undefined || compareVersions(record, held) >= 0) this.#unlistedSinceMs.delete(record.reporter);
    else this.#isUnlisted(record.reporter, now.monotonicMs);
    if (record.reporter === this.#configuration?.accessPoint && this.#isWrongOfUs(record)) {
      effects.push(...this.#outdone(record.generation, now));
    }
    const merging = this.#records.merge(record, now.monotonicMs, 'new');
    if (merging.kind === 'full') effects.push(reported({ kind: 'subnetMapFull' }));
    return merging.kind === 'taken' && merging.isShown;
  }

  #isWrongOfUs({ generation, state, claims }: MapRecord): boolean {
    if (generation !== this.#generation) return generation > this.#generation;
    return state !== 'present' || !areSameClaims(claims, this.#configuration?.claims ?? []);
  }

  /** Somebody has a later report of ours than we have made: after a loss of memory, or of a box with our name. */
  #outdone(generation: number, now: Moment): SubnetMapClientEffect[] {
    const own = this.#configuration?.accessPoint;
    const isAgain = now.monotonicMs - this.#outdoneAtMs < OUTDONE_AGAIN_MS;
    this.#outdoneAtMs = now.monotonicMs;
    this.#generation = Math.max(this.#generation, generation);
    this.#reportAnew(now, isAgain ? LEAST_OUTDOING_MS : 0);
    if (!isAgain || own === undefined) return [];
    const address = this.#call?.terms.address ?? (0 as Ipv4Address);
    return [reported({ kind: 'accessPointNameTaken', accessPoint: own, address })];
  }

  #reportAnew({ monotonicMs, unixMs }: Moment, delayMs = 0): void {
    this.#generation = nextGeneration(this.#generation, unixMs);
    this.#reportAtMs = Math.min(this.#reportAtMs, monotonicMs + delayMs);
    if (delayMs > 0) this.#reportAtMs = monotonicMs + delayMs;
  }

  /** A former one may know more than the present one, so what it does not list is not forgotten at once. */
  #noteUnlisted(listed: ReadonlySet<MacAddress>, nowMs: number): void {
    for (const { reporter } of this.#records.all()) {
      if (!listed.has(reporter)) this.#isUnlisted(reporter, nowMs);
    }
  }

  /** Or known in an older version only, as after a loss of memory and with a clock that was set back. */
  #isUnlisted(reporter: MacAddress, nowMs: number): void {
    if (!this.#unlistedSinceMs.has(reporter)) this.#unlistedSinceMs.set(reporter, nowMs);
  }

  #forgetOld(nowMs: number): SubnetMapClientEffect[] {
    const before = this.#records.size;
    this.#records.forgetDeleted(nowMs);
    for (const [reporter, sinceMs] of this.#unlistedSinceMs) {
      if (nowMs - sinceMs < UNLISTED_KEPT_MS) continue;
      this.#unlistedSinceMs.delete(reporter);
      this.#records.remove(reporter);
    }
    return this.#changed(this.#records.size !== before);
  }

  #deadlineReached(now: Moment): SubnetMapClientEffect[] {
    const { monotonicMs } = now;
    const call = this.#call;
    if (call === undefined) return [];
    if (this.#restUntilMs !== undefined) return monotonicMs < this.#restUntilMs ? [] : this.#turnTo(0, now);
    const deadline = call.nextDeadline();
    if (deadline === undefined || deadline > monotonicMs) return [];
    if (call.attempts() < MOST_ATTEMPTS) return this.#sent(call.repeat(monotonicMs));
    return this.#giveUp(call, now);
  }

  #giveUp(call: MapCall, now: Moment): SubnetMapClientEffect[] {
    const { monotonicMs } = now;
    const authorities = this.#configuration?.authorities.length ?? 0;
    this.#refused = 0;
    const { address } = call.terms;
    const effects: SubnetMapClientEffect[] = [{ kind: 'authoritySilent', address }];
    if (call.link !== undefined) effects.push(reported({ kind: 'authorityLost', address }));
    if (this.#turn + 1 < authorities) return [...effects, ...this.#turnTo(this.#turn + 1, now)];
    if (call.link !== undefined && authorities > 1) return [...effects, ...this.#turnTo(0, now)];
    this.#call = new MapCall(call.terms, this.#tools);
    this.#restUntilMs = monotonicMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.#rests) * this.#jitter();
    this.#rests += 1;
    return effects;
  }

  /** Whatever is to be said and not under way. */
  #say(now: Moment): SubnetMapClientEffect[] {
    const link = this.#call?.link;
    const configuration = this.#configuration;
    if (link === undefined || configuration === undefined || this.#restUntilMs !== undefined) return [];
    const { monotonicMs } = now;
    const effects: SubnetMapClientEffect[] = [];
    if (monotonicMs >= this.#reportAtMs && !link.isDelivering('report')) {
      effects.push(...this.#forgetOld(monotonicMs));
      this.#reportAtMs = monotonicMs + REPORT_INTERVAL_MS * this.#jitter();
      effects.push(...this.#sent([link.deliver('report', () => this.#report(), monotonicMs)]));
    }
    if (configuration.isDirectoryUsed && this.#stations.hasNews() && !link.isDelivering('stations')) {
      const told = this.#stations.takeNews();
      this.#told = told;
      const build = (nowMs: number): MapBody => {
        return { kind: 'stations', stations: this.#stations.told(told, configuration.accessPoint, nowMs) };
      };
      effects.push(...this.#sent([link.deliver('stations', build, monotonicMs)]));
    }
    return effects;
  }

  #report(): MapBody {
    const summary = this.#records.summary(this.#unlistedSinceMs.keys());
    return { kind: 'report', generation: this.#generation, summary, claims: this.#configuration?.claims ?? [] };
  }

  #acknowledge(link: MapLink, sequence: number): SubnetMapClientEffect[] {
    return this.#sent([link.say({ kind: 'acknowledgment', acknowledged: sequence, generation: 0 })]);
  }

  #sent(messages: readonly Uint8Array[]): SubnetMapClientEffect[] {
    const destination = this.#call?.link?.address ?? this.#call?.terms.address;
    if (destination === undefined) return [];
    return messages.map((octets) => ({ kind: 'mapMessageSent', destination, octets }));
  }

  #changed(isShown: boolean): SubnetMapClientEffect[] {
    if (!isShown) return [];
    this.#rows = undefined;
    return [{ kind: 'mapChanged' }];
  }

  #jitter(): number {
    return 1 + REPORT_JITTER * (2 * this.#tools.random() - 1);
  }
}

function areSameClaims(a: readonly MapClaim[], b: readonly MapClaim[]): boolean {
  return areSameOctets(encodeClaims(a), encodeClaims(b));
}

function areSameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return formatHex(a) === formatHex(b);
}

function discarded(sourceAddress: Ipv4Address, reason: MapDiscardReason): SubnetMapClientEffect {
  return reported({ kind: 'mapMessageDiscarded', sourceAddress, reason });
}

function reported(report: Report): SubnetMapClientEffect {
  return { kind: 'report', report };
}

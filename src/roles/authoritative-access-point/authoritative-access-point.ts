// The authoritative access point (wire/subnet-map.ts): keeps the subnet map for the access points that call it, tells them of
// each change, compares with the other authoritative ones, and knows which access point serves which station.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { formatHex } from '../../octets/octets.ts';
import type { RegistrationReply } from '../../wire/registration.ts';
import type { MapBody, MapMessage } from '../../wire/subnet-map.ts';
import { encodeClaims, type MapClaim, type MapRecord } from '../../wire/subnet-map-records.ts';
import type { MapStation } from '../../wire/subnet-map-stations.ts';
import { earlier } from '../expiring-table.ts';
import type { MapLink } from '../map-link.ts';
import { compareVersions, MapRecords } from '../map-records.ts';
import type { MapDiscardReason, Report } from '../report.ts';
import type { Moment, Random, Role } from '../role.ts';
import { type Caller, Callers, SILENCE_MS } from './callers.ts';
import { Custody } from './custody.ts';
import type { AuthorityConfiguration, AuthorityEffect, AuthorityEvent } from './events.ts';
import { OtherAuthorities } from './other-authorities.ts';
import { StationDirectory } from './station-directory.ts';
import type { Knowledge } from './teller.ts';

/** How often all records are gone over. */
const REVIEW_INTERVAL_MS = 10_000;
/** A map that differs although all was told: an access point may know more than we do, for a while. */
const LEAST_BETWEEN_WHOLE_MAPS_MS = 300_000;

type Received = Extract<AuthorityEvent, { readonly kind: 'mapMessageReceived' }>;
type Tools = { readonly digests: Digests; readonly random: Random };

/** All that is there while this box is authoritative. */
type Office = {
  readonly configuration: AuthorityConfiguration;
  readonly records: MapRecords;
  readonly callers: Callers;
  readonly others: OtherAuthorities;
  readonly custody: Custody;
  readonly directory: StationDirectory;
  readonly settledAtMs: number;
};

export class AuthoritativeAccessPoint implements Role<AuthorityEvent, AuthorityEffect> {
  readonly #tools: Tools;
  #office: Office | undefined;
  #reviewAtMs = 0;
  #isSettled = false;

  constructor(digests: Digests, random: Random) {
    this.#tools = { digests, random };
  }

  /** Whether this box is authoritative now. */
  get isInOffice(): boolean {
    return this.#office !== undefined;
  }

  records(): Iterable<MapRecord> {
    return this.#office?.records.all() ?? [];
  }

  /** The access points that are served here, and when each was heard last. */
  *accessPoints(): Iterable<{
    readonly name: MacAddress;
    readonly address: Ipv4Address;
    readonly lastHeardMs: number;
  }> {
    for (const { name, isAuthority, teller } of this.#office?.callers.all() ?? []) {
      if (!isAuthority) yield { name, address: teller.link.address, lastHeardMs: teller.link.lastHeardMs };
    }
  }

  /** The other authoritative access points, and whether they answer. */
  otherAuthorities(): Iterable<{ readonly address: Ipv4Address; readonly answers: boolean }> {
    return this.#office?.others.all() ?? [];
  }

  /** Whether this answers a question of ours. */
  isAwaiting(reply: RegistrationReply, sourceAddress: Ipv4Address): boolean {
    return this.#office?.custody.watch.isAwaiting(reply, sourceAddress) === true;
  }

  stationCount(): number {
    return this.#office?.directory.size ?? 0;
  }

  handle(event: AuthorityEvent, now: Moment): AuthorityEffect[] {
    if (event.kind === 'configured') return this.#configured(event.configuration, now);
    const office = this.#office;
    if (office === undefined) return event.kind === 'mapMessageReceived' ? [discarded(event, 'notServed')] : [];
    const effects = this.#handle(office, event, now);
    return [...effects, ...this.#say(office, now)];
  }

  nextDeadline(): number | undefined {
    const office = this.#office;
    if (office === undefined) return undefined;
    let earliest: number | undefined = earlier(this.#reviewAtMs, office.custody.watch.nextDeadline());
    earliest = earlier(earliest, office.others.nextDeadline());
    return earlier(earliest, office.callers.nextDeadline());
  }

  #configured(configuration: AuthorityConfiguration | undefined, now: Moment): AuthorityEffect[] {
    const before = this.#office;
    const isSame = before !== undefined && configuration !== undefined && areSame(before.configuration, configuration);
    if (isSame) {
      this.#office = { ...before, configuration };
      return this.#sentToOthers(before.others.configured(configuration.otherAuthorities, now.monotonicMs));
    }
    this.#office = configuration && this.#newOffice(configuration, now);
    if (this.#office === undefined || configuration === undefined) return [];
    return this.#sentToOthers(this.#office.others.configured(configuration.otherAuthorities, now.monotonicMs));
  }

  #newOffice(configuration: AuthorityConfiguration, { monotonicMs }: Moment): Office {
    const { accessPoint: own, secret, mostRecords, mostStations } = configuration;
    const records = new MapRecords(this.#tools.digests, mostRecords);
    this.#isSettled = false;
    this.#reviewAtMs = monotonicMs + REVIEW_INTERVAL_MS;
    return {
      configuration,
      records,
      callers: new Callers({ own, secret, most: mostRecords }, this.#tools),
      others: new OtherAuthorities({ own, secret }, this.#tools),
      custody: new Custody(own, records, this.#tools),
      directory: new StationDirectory(mostStations),
      settledAtMs: monotonicMs + SILENCE_MS,
    };
  }

  #handle(office: Office, event: Exclude<AuthorityEvent, { kind: 'configured' }>, now: Moment): AuthorityEffect[] {
    switch (event.kind) {
      case 'mapMessageReceived':
        return event.message.header.isOfCalled ? this.#heardOther(office, event, now) : this.#heard(office, event, now);
      case 'mapRestored':
        return this.#restored(office, event.records, now);
      case 'replyReceived':
        office.custody.watch.replyReceived(event.reply, event.sourceAddress);
        return [];
      case 'deadlineReached':
        return this.#deadlineReached(office, now);
    }
  }

  #restored(office: Office, records: readonly MapRecord[], now: Moment): AuthorityEffect[] {
    for (const record of records) {
      if (record.reporter === office.configuration.accessPoint) continue;
      if (record.state === 'deleted') this.#merge(office, record, now, undefined);
      else office.custody.remember(record, now.monotonicMs);
    }
    return [];
  }

  #heard(office: Office, event: Received, now: Moment): AuthorityEffect[] {
    const { message, sourceAddress, destinationAddress } = event;
    const heard = office.callers.heard(message, event, now.monotonicMs);
    switch (heard.kind) {
      case 'discarded':
        return [discarded(event, heard.reason)];
      case 'left':
        return [];
      case 'reply':
        return [
          { kind: 'mapMessageSent', destination: sourceAddress, source: destinationAddress, octets: heard.octets },
        ];
      case 'message': {
        const { caller } = heard;
        office.custody.heard(caller.name, now.monotonicMs);
        return this.#said(office, caller, message, now);
      }
    }
  }

  #said(office: Office, caller: Caller, message: MapMessage, now: Moment): AuthorityEffect[] {
    const { body, header } = message;
    const { link } = caller.teller;
    switch (body.kind) {
      case 'report':
        return caller.isAuthority ? [] : this.#reported(office, caller, body, header.sequence, now);
      case 'stations':
        return this.#stationsReceived(office, caller, body.stations, header.sequence, now);
      case 'acknowledgment': {
        const kind = link.answered(body.acknowledged);
        if (kind !== undefined) caller.teller.answered(kind);
        return [];
      }
      case 'records':
        if (!caller.isAuthority) return [];
        return [...acknowledged(link, header.sequence, 0), ...this.#recordsReceived(office, body, now)];
      case 'comparison':
        return caller.isAuthority ? this.#compared(office, caller, body.digests, header.sequence, now) : [];
      default:
        return [];
    }
  }

  #reported(
    office: Office,
    caller: Caller,
    report: Extract<MapBody, { readonly kind: 'report' }>,
    sequence: number,
    now: Moment,
  ): AuthorityEffect[] {
    const { name: reporter, teller } = caller;
    const known = office.records.get(reporter);
    const remembered = office.custody.rememberedGeneration(reporter);
    const effects = this.#takeReport(office, caller, report, known, now);
    const after = office.records.get(reporter);
    // A report of the same number in other words is none of the one that made the first.
    const isOutdone = after !== undefined && after.generation === report.generation && !isOf(report, after);
    // Readers of the map may have what we had before a restart: the reporter goes above that, too.
    const highest = Math.max(remembered, (after?.generation ?? 0) + (isOutdone ? 1 : 0));
    effects.push(...acknowledged(teller.link, sequence, highest));
    const isFirst = caller.comparedAtMs === Number.NEGATIVE_INFINITY;
    const isDue = isFirst || (teller.isAtRest() && now.monotonicMs - caller.comparedAtMs > LEAST_BETWEEN_WHOLE_MAPS_MS);
    caller.hasOthers = formatHex(report.summary) !== formatHex(office.records.summary());
    if (!caller.hasOthers) caller.comparedAtMs = now.monotonicMs;
    else if (isDue) {
      caller.comparedAtMs = now.monotonicMs;
      teller.tellWhole(office.records.reporters());
    }
    return effects;
  }

  #takeReport(
    office: Office,
    { name: reporter, teller }: Caller,
    report: Extract<MapBody, { readonly kind: 'report' }>,
    known: MapRecord | undefined,
    now: Moment,
  ): AuthorityEffect[] {
    const { generation, claims } = report;
    const { address } = teller.link;
    const custodian = office.configuration.accessPoint;
    if (known === undefined || generation > known.generation) {
      const record: MapRecord = { reporter, address, custodian, generation, revision: 0, state: 'present', claims };
      const isNew = known?.state !== 'present';
      const joined: AuthorityEffect[] = isNew
        ? [{ kind: 'report', report: { kind: 'accessPointJoined', accessPoint: reporter, address } }]
        : [];
      return [...joined, ...this.#merge(office, record, now, undefined)];
    }
    const isRight = known.state === 'present' && known.custodian === custodian && known.address === address;
    if (generation < known.generation || isRight || !isOf(report, known)) return [];
    return this.#merge(office, office.custody.superseding(known, { state: 'present', address }), now, undefined);
  }

  /** Takes a record in; whoever reads the map is told, and the other authoritative ones if it is not from one of them. */
  #merge(office: Office, record: MapRecord, now: Moment, from: 'other' | undefined): AuthorityEffect[] {
    const before = office.records.get(record.reporter);
    const merging = office.records.merge(record, now.monotonicMs);
    if (merging.kind === 'full') return [{ kind: 'report', report: { kind: 'subnetMapFull' } }];
    if (merging.kind === 'known') return [];
    // What says nothing to us may end what readers have from another one, or from before we lost our memory.
    const isEnd = record.claims.length === 0 && record.generation > (before?.generation ?? 0);
    if (merging.isShown || isEnd) office.callers.recordChanged(record.reporter);
    else office.callers.recordChangedForOthers(record.reporter);
    if (from === undefined) office.others.recordChanged(record.reporter);
    return [];
  }

  #recordsReceived(
    office: Office,
    { records }: Extract<MapBody, { readonly kind: 'records' }>,
    now: Moment,
  ): AuthorityEffect[] {
    return records.flatMap((record) => this.#recordReceived(office, record, now));
  }

  /** Of an access point that we hear ourselves, nobody tells us that it is gone. */
  #recordReceived(office: Office, record: MapRecord, now: Moment): AuthorityEffect[] {
    const { records, custody, configuration } = office;
    const known = records.get(record.reporter);
    if (known !== undefined && compareVersions(record, known) <= 0) return [];
    const caller = office.callers.accessPoint(record.reporter);
    const isHeard = caller !== undefined && custody.isHeard(record.reporter, now.monotonicMs);
    const isOurs = known?.state === 'present' && known.custodian === configuration.accessPoint;
    if (isHeard && isOurs && record.generation === known.generation) {
      return this.#merge(office, custody.superseding(known, {}, record.revision), now, undefined);
    }
    // It may object, if that is not what it has reported.
    office.callers.recordChangedFor(record.reporter, record.reporter);
    return this.#merge(office, record, now, 'other');
  }

  #compared(office: Office, caller: Caller, digests: Uint8Array, sequence: number, now: Moment): AuthorityEffect[] {
    const buckets = office.records.differingBuckets(digests);
    const { link } = caller.teller;
    const body: MapBody = { kind: 'difference', acknowledged: sequence, isSettled: this.#isSettled, buckets };
    // It will tell us what it has; what we have it learns by our own comparison.
    if (buckets.length > 0) office.others.compareSoon(caller.name, now.monotonicMs);
    return [sent(link, link.say(body))];
  }

  #stationsReceived(
    office: Office,
    caller: Caller,
    stations: readonly MapStation[],
    sequence: number,
    now: Moment,
  ): AuthorityEffect[] {
    const { link } = caller.teller;
    const { directory, configuration } = office;
    const answers: MapStation[] = [];
    for (const station of configuration.isDirectoryKept ? stations : []) {
      // An access point speaks for itself; what another authoritative one says, it has heard from one.
      if (!caller.isAuthority && station.accessPoint !== caller.name) continue;
      const { isNews, cameFrom, movedFrom } = directory.take(station, now.monotonicMs);
      const answer = station.asks ? directory.stationOf(station.mac, now.monotonicMs) : undefined;
      if (answer?.homeAddress !== undefined) answers.push({ ...answer, accessPoint: cameFrom ?? answer.accessPoint });
      if (isNews && !caller.isAuthority) office.others.stationChanged(station.mac);
      if (movedFrom !== undefined) office.callers.stationChangedFor(movedFrom, station.mac);
    }
    if (caller.isAuthority) return acknowledged(link, sequence, 0);
    return [sent(link, link.say({ kind: 'answer', acknowledged: sequence, stations: answers }))];
  }

  #heardOther(office: Office, event: Received, now: Moment): AuthorityEffect[] {
    const outcome = office.others.heard(event.message, event.sourceAddress, now.monotonicMs);
    if (outcome.discarded !== undefined) return [discarded(event, outcome.discarded)];
    if (outcome.heard !== undefined) office.custody.heard(outcome.heard, now.monotonicMs);
    if (outcome.difference !== undefined) {
      const { teller, buckets, isSettled } = outcome.difference;
      this.#isSettled ||= isSettled && buckets.length === 0;
      for (const reporter of office.records.reportersIn(buckets)) teller.recordChanged(reporter);
    }
    return [
      ...outcome.reports.map((report) => ({ kind: 'report', report }) as const),
      ...this.#sentToOthers(outcome.sent),
    ];
  }

  #deadlineReached(office: Office, now: Moment): AuthorityEffect[] {
    const { monotonicMs } = now;
    const effects: AuthorityEffect[] = [];
    if (monotonicMs >= office.settledAtMs) this.#isSettled = true;
    if (monotonicMs >= this.#reviewAtMs) {
      this.#reviewAtMs = monotonicMs + REVIEW_INTERVAL_MS;
      office.callers.takeSilent(monotonicMs);
      office.records.forgetDeleted(monotonicMs);
      office.directory.forgetOld(monotonicMs, (name) => office.records.get(name)?.state === 'present');
      for (const record of office.custody.review(now)) effects.push(...this.#stateChanged(office, record, now));
    }
    const { effects: asked, changed } = office.custody.judged(now);
    effects.push(...asked, ...changed.flatMap((record) => this.#merge(office, record, now, undefined)));
    for (const { link, octets } of office.callers.repeat(monotonicMs)) effects.push(sent(link, octets));
    const { messages, reports, silent } = office.others.deadlineReached(monotonicMs);
    effects.push(...this.#sentToOthers(messages), ...reports.map((report) => ({ kind: 'report', report }) as const));
    effects.push(...silent.map((address) => ({ kind: 'authoritySilent', address }) as const));
    return effects;
  }

  #stateChanged(office: Office, record: MapRecord, now: Moment): AuthorityEffect[] {
    const { reporter: accessPoint, address } = record;
    const isLost = office.records.get(accessPoint)?.state === 'present' && record.state === 'gone';
    const report: Report = { kind: 'accessPointLost', accessPoint, address };
    return [...(isLost ? [{ kind: 'report', report } as const] : []), ...this.#merge(office, record, now, undefined)];
  }

  #say(office: Office, { monotonicMs }: Moment): AuthorityEffect[] {
    const knowledge: Knowledge = {
      isSettled: this.#isSettled,
      recordOf: (reporter) => office.records.get(reporter),
      stationOf: (mac, nowMs) => office.directory.stationOf(mac, nowMs),
    };
    const effects = office.callers.say(knowledge, monotonicMs).map(({ link, octets }) => sent(link, octets));
    const comparison = () => office.records.comparison();
    return [...effects, ...this.#sentToOthers(office.others.say(knowledge, comparison, monotonicMs))];
  }

  #sentToOthers(
    messages: readonly { readonly destination: Ipv4Address; readonly octets: Uint8Array }[],
  ): AuthorityEffect[] {
    return messages.map((message) => ({ kind: 'mapMessageSent', source: undefined, ...message }));
  }
}

function acknowledged(link: MapLink, sequence: number, generation: number): AuthorityEffect[] {
  return [sent(link, link.say({ kind: 'acknowledgment', acknowledged: sequence, generation }))];
}

function sent(link: MapLink, octets: Uint8Array): AuthorityEffect {
  return { kind: 'mapMessageSent', destination: link.address, source: link.terms.source, octets };
}

/** Whether a report says what the record has. */
function isOf({ claims }: { readonly claims: readonly MapClaim[] }, record: MapRecord): boolean {
  return formatHex(encodeClaims(claims)) === formatHex(encodeClaims(record.claims));
}

/** Whether what is known can be kept. */
function areSame(a: AuthorityConfiguration, b: AuthorityConfiguration): boolean {
  return (
    a.accessPoint === b.accessPoint &&
    formatHex(a.secret) === formatHex(b.secret) &&
    a.mostRecords === b.mostRecords &&
    a.mostStations === b.mostStations
  );
}

function discarded({ sourceAddress }: Received, reason: MapDiscardReason): AuthorityEffect {
  return { kind: 'report', report: { kind: 'mapMessageDiscarded', sourceAddress, reason } };
}

// Keeps the kernel at the wished state: devices, routes, neighbours, rules, and the tables of nf_tables. It sends nothing
// itself: what to send comes out, what was received goes in. Repeating a wish does nothing; a changed one is replaced
// without a gap; after a restart or a lost answer the kernel is surveyed, and only the differences are made.
//
// It wants two sockets of its own, without notification groups. Who notices that an interface came or went, or that
// a table or a route is gone (`hasLostTable`, `hasLostRoute`), calls `reconcile`: the kernel silently drops the routes and
// neighbours of an interface that goes away.

import type { Ipv4Address } from '../octets/address.ts';
import { unlessMalformed } from '../wire/malformed.ts';
import { type Count, decodeCounter } from '../wire/nftables.ts';
import { decodeLink } from '../wire/rtnetlink-link.ts';
import type { Route } from '../wire/rtnetlink-route.ts';
import {
  isFleeting,
  isNetfilterItem,
  isSameItem,
  type KernelItem,
  orderOfMaking,
  resolvedItem,
  routeItem,
  tableItem,
} from './kernel-items.ts';
import { explainForeignLink, explainRefusal } from './kernel-refusals.ts';
import { KernelRequests, type Purpose } from './kernel-requests.ts';
import { type KernelProtocol, KernelSurvey } from './kernel-survey.ts';
import type { Wish } from './kernel-wishes.ts';
import type { HostConventions, NetlinkEvent } from './netlink-client.ts';
import { removedPmipTables } from './pmip-tables.ts';
import { type Asked, type Change, type Making, WishedItems } from './wished-items.ts';

export type KernelOutput =
  /** One send on the socket of this protocol. */
  | { readonly kind: 'send'; readonly protocol: KernelProtocol; readonly octets: Uint8Array }
  /** The kernel has all of it. */
  | { readonly kind: 'established'; readonly wish: Wish }
  /** Told once, until the wish is repeated or the next `reconcile`. */
  | { readonly kind: 'failed'; readonly wish: Wish; readonly errnoName: string; readonly reason: string }
  /** Something unwanted is still there; the next `reconcile` tries again. */
  | { readonly kind: 'notRemoved'; readonly what: string; readonly errnoName: string; readonly reason: string }
  /** The kernel is as wished, but for what `failed` told. */
  | { readonly kind: 'reconciled'; readonly made: number; readonly removed: number }
  /** The answer to `count`: what came out of tunnels and belonged to no binding and no visitor, since the table exists. */
  | { readonly kind: 'counted'; readonly notAdmitted: Count }
  | { readonly kind: 'malformed'; readonly protocol: KernelProtocol; readonly why: string };

type Refusal = { readonly errnoName: string; readonly message: string | undefined };

/** Surveys in a row because the kernel turned out not to be as we thought. */
const REPAIRS_LIMIT = 2;
/** Where there is no table, nothing was dropped. */
const NOTHING_COUNTED: Count = { packets: 0, octets: 0 };
/** No packet of a connection has it: 127.0.0.0. */
const NOBODYS_ADDRESS = 0x7f00_0000 as Ipv4Address;
const GONE_ALREADY = ['ENOENT', 'ESRCH', 'ENODEV', 'EADDRNOTAVAIL'];
/** What nf_tables says when a set or table does not hold what we thought. */
const NOT_AS_THOUGHT = ['ENOENT', 'EEXIST', 'EBUSY'];

export class KernelState {
  readonly #littleEndian: boolean;
  readonly #requests: KernelRequests;
  readonly #wished = new WishedItems();
  readonly #tunnelIndexes = new Map<string, number>();
  /** Unwanted, but perhaps still in the kernel. */
  readonly #leftOver = new Set<string>();
  #survey: KernelSurvey | undefined;
  /** Keys of what changed while the kernel was surveyed: what the survey says of them is old. */
  readonly #touched = new Set<string>();
  #sweeps = false;
  /** What the survey led to, while it is not all answered. */
  #applied: { readonly made: number; readonly removed: number } | undefined;
  #again: { readonly sweep: boolean } | undefined;
  #repairs = 0;
  #hasAskedForConnections = false;

  constructor(conventions: HostConventions) {
    this.#littleEndian = conventions.littleEndian;
    this.#requests = new KernelRequests(conventions);
  }

  /** Everything asked was answered. */
  get isIdle(): boolean {
    return this.#requests.isIdle;
  }

  wanted(wishes: readonly Wish[]): KernelOutput[] {
    return this.#perform(this.#wished.want(wishes));
  }

  unwanted(keys: readonly string[]): KernelOutput[] {
    return this.#perform(this.#wished.unwant(keys));
  }

  /**
   * Surveys the kernel, makes what is missing, and ends with `reconciled`. With `sweep`, what is ours there and wished by
   * nobody is removed: not to be asked for before the roles have found their visitors again. What is fleeting goes at once.
   */
  reconcile(options: { readonly sweep: boolean }): KernelOutput[] {
    if (this.#survey !== undefined || this.#applied !== undefined) {
      this.#again = { sweep: options.sweep || this.#again?.sweep === true };
      return [];
    }
    return this.#startSurvey(options.sweep);
  }

  /** For a stop by the user: nothing is wished any more, and all that is ours goes. Ends with `reconciled`. */
  removeAll(): KernelOutput[] {
    this.#wished.clear();
    this.#requests.dropQueued();
    return this.reconcile({ sweep: true });
  }

  /** Asks for the counters; ends with `counted`. */
  count(): KernelOutput[] {
    return [this.#requests.count()];
  }

  /** Tracked connections of an address that has moved are forgotten, where the kernel can do that. */
  forgetConnections(address: Ipv4Address): KernelOutput[] {
    this.#requests.forgetConnections(address);
    return this.#requests.askConnections();
  }

  /** One datagram from the socket of this protocol. */
  received(protocol: KernelProtocol, octets: Uint8Array): KernelOutput[] {
    const outputs: KernelOutput[] = [];
    for (const event of this.#requests.received(protocol, octets)) this.#handle(protocol, event, outputs);
    return this.#goOn(outputs);
  }

  /** The socket lost answers (ENOBUFS): the kernel is surveyed to see what was done. */
  overrun(protocol: KernelProtocol): KernelOutput[] {
    const outputs: KernelOutput[] = [];
    this.#loseAnswers(protocol, outputs);
    return this.#goOn(outputs);
  }

  /** A `send` could not be done, or the socket could not be opened: everything outstanding on it has failed. */
  sendFailed(protocol: KernelProtocol, errnoName: string): KernelOutput[] {
    const outputs: KernelOutput[] = [];
    for (const purpose of this.#requests.giveUp(protocol)) {
      this.#refused(protocol, purpose, { errnoName, message: undefined }, outputs);
    }
    return this.#goOn(outputs);
  }

  /** By the news of nf_tables: somebody else has removed a table of ours, with all that was in it. */
  hasLostTable(news: Uint8Array): boolean {
    return removedPmipTables(news, this.#littleEndian).some((table) => this.#wished.has(tableItem(table).key));
  }

  /** By the news of rtnetlink: somebody else has removed a route that is wished. */
  hasLostRoute(route: Route): boolean {
    return this.#wished.has(routeItem(route, undefined).key);
  }

  #perform(change: Change): KernelOutput[] {
    const makes = inOrder(change.makes, ({ item }) => orderOfMaking(item));
    const removes = inOrder(change.removes, (item) => -orderOfMaking(item));
    if (this.#survey !== undefined) {
      for (const { entry } of makes) this.#touched.add(entry.key);
      for (const { key } of removes) this.#touched.add(key);
    }
    for (const making of makes) {
      this.#leftOver.delete(making.entry.key);
      this.#makeByRoute(making);
    }
    for (const item of removes) {
      if (item.kind === 'link') this.#tunnelIndexes.delete(item.link.name);
      this.#requests.queueRemoving(item);
    }
    const sends = this.#requests.sendQueued();
    sends.push(...this.#requests.sendBatches(makes, removes));
    return sends;
  }

  /** A route waits until its tunnel device exists. */
  #makeByRoute({ entry, item }: Asked): void {
    if (isNetfilterItem(item)) return;
    const device = item.kind === 'route' ? item.device : undefined;
    const interfaceIndex = device === undefined ? undefined : this.#tunnelIndexes.get(device);
    entry.state = device !== undefined && interfaceIndex === undefined ? 'waiting' : 'asked';
    if (entry.state === 'asked') this.#requests.queueMaking({ entry, item }, item, interfaceIndex);
  }

  #handle(protocol: KernelProtocol, event: NetlinkEvent<Purpose>, outputs: KernelOutput[]): void {
    switch (event.kind) {
      case 'acknowledged':
        this.#acknowledged(protocol, event, outputs);
        break;
      case 'dumped':
        if (event.purpose.kind === 'connections') outputs.push(...this.#requests.connectionsAnswered(event.messages));
        else this.#survey?.answered(protocol, event.messages, event.interrupted);
        outputs.push(...this.#askOn(protocol));
        break;
      case 'refused':
        this.#refused(protocol, event.purpose, event, outputs);
        break;
      case 'malformed':
        outputs.push({ kind: 'malformed', protocol, why: event.why });
        this.#loseAnswers(protocol, outputs);
        break;
      case 'unknown':
      case 'notified':
        break;
    }
  }

  #acknowledged(
    protocol: KernelProtocol,
    event: Extract<NetlinkEvent<Purpose>, { kind: 'acknowledged' }>,
    outputs: KernelOutput[],
  ): void {
    const { purpose, messages } = event;
    switch (purpose.kind) {
      case 'make':
        if (purpose.step === 'query') this.#linkAnswered(purpose.asked, messages[0]?.payload, outputs);
        else if (purpose.step === 'only') this.#made(purpose.asked, outputs);
        break;
      case 'batch':
        for (const asked of purpose.makes) this.#made(asked, outputs);
        break;
      case 'survey':
        this.#survey?.answered(protocol, messages, false);
        outputs.push(...this.#askOn(protocol));
        break;
      case 'count': {
        const [message] = messages;
        const notAdmitted = message && unlessMalformed(() => decodeCounter(message, this.#littleEndian));
        outputs.push({ kind: 'counted', notAdmitted: notAdmitted ?? NOTHING_COUNTED });
        break;
      }
      case 'remove':
      case 'connections':
      case 'disconnect':
        break;
    }
  }

  /** The tunnel device exists: what waited for its index can be made. */
  #linkAnswered(asked: Asked, payload: Uint8Array | undefined, outputs: KernelOutput[]): void {
    const { entry, item } = asked;
    if (item.kind !== 'link' || entry.state === 'failed') return;
    const link = payload && unlessMalformed(() => decodeLink(payload, this.#littleEndian));
    if (link?.kind !== item.link.encapsulation) {
      const reason = explainForeignLink(item.link.name, link?.kind);
      for (const wish of this.#wished.failed(asked))
        outputs.push({ kind: 'failed', wish, errnoName: 'EEXIST', reason });
      return;
    }
    this.#tunnelIndexes.set(link.name, link.index);
    this.#made(asked, outputs);
    for (const piece of this.#wished.pieces()) {
      if (piece.entry.state === 'waiting') this.#makeByRoute(piece);
    }
  }

  #made(asked: Asked, outputs: KernelOutput[]): void {
    for (const wish of this.#wished.made(asked)) outputs.push({ kind: 'established', wish });
  }

  #refused(protocol: KernelProtocol, purpose: Purpose, refusal: Refusal, outputs: KernelOutput[]): void {
    switch (purpose.kind) {
      case 'make':
        this.#makeRefused(purpose, refusal, outputs);
        break;
      case 'remove':
        this.#removeRefused(purpose.item, refusal, outputs);
        break;
      case 'batch':
        this.#batchRefused(purpose, refusal, outputs);
        break;
      case 'survey':
        this.#survey?.refused(protocol);
        outputs.push(...this.#askOn(protocol));
        break;
      case 'connections':
        outputs.push(...this.#requests.connectionsAnswered([]), ...this.#askOn(protocol));
        break;
      case 'count':
        outputs.push({ kind: 'counted', notAdmitted: NOTHING_COUNTED });
        break;
      case 'disconnect':
        break;
    }
  }

  #makeRefused(purpose: Extract<Purpose, { kind: 'make' }>, refusal: Refusal, outputs: KernelOutput[]): void {
    const { asked, step } = purpose;
    // A device or a rule that is there already is what we want.
    if (refusal.errnoName === 'EEXIST' && step === 'create') return;
    if (refusal.errnoName === 'EEXIST' && asked.item.kind === 'rule') {
      this.#made(asked, outputs);
      return;
    }
    // After a device could not be created, the further steps only tell that it is not there.
    if (asked.item.kind === 'link' && asked.entry.state === 'failed') return;
    const lostItsTunnel = asked.item.kind === 'route' && asked.item.device !== undefined;
    if (lostItsTunnel && refusal.errnoName === 'ENODEV' && this.#repair('route', outputs)) return;
    this.#failed(asked, refusal, outputs);
  }

  #removeRefused(item: KernelItem, refusal: Refusal, outputs: KernelOutput[]): void {
    const { errnoName, message } = refusal;
    if (GONE_ALREADY.includes(errnoName)) return;
    this.#leftOver.add(item.key);
    outputs.push({ kind: 'notRemoved', what: item.key, errnoName, reason: explainRefusal(item, errnoName, message) });
  }

  /** Nothing of a refused batch was done. */
  #batchRefused(purpose: Extract<Purpose, { kind: 'batch' }>, refusal: Refusal, outputs: KernelOutput[]): void {
    for (const item of purpose.removes) this.#leftOver.add(item.key);
    for (const { item } of purpose.makes) this.#touched.delete(item.key);
    if (NOT_AS_THOUGHT.includes(refusal.errnoName) && this.#repair('netfilter', outputs)) return;
    for (const asked of purpose.makes) this.#failed(asked, refusal, outputs);
    if (purpose.makes.length > 0) return;
    for (const item of purpose.removes) this.#removeRefused(item, refusal, outputs);
  }

  #failed(asked: Asked, refusal: Refusal, outputs: KernelOutput[]): void {
    const { errnoName, message } = refusal;
    const reason = explainRefusal(asked.item, errnoName, message);
    for (const wish of this.#wished.failed(asked)) outputs.push({ kind: 'failed', wish, errnoName, reason });
  }

  #loseAnswers(protocol: KernelProtocol, outputs: KernelOutput[]): void {
    const lost = this.#requests.giveUp(protocol);
    for (const purpose of lost) {
      if (purpose.kind === 'remove') this.#leftOver.add(purpose.item.key);
      if (purpose.kind === 'batch') for (const item of purpose.removes) this.#leftOver.add(item.key);
    }
    this.#touched.clear();
    if (this.#repair(protocol, outputs)) {
      if (lost.some(({ kind }) => kind === 'count')) outputs.push(this.#requests.count());
      return;
    }
    const refusal = { errnoName: 'ENOBUFS', message: 'its answers were lost' };
    for (const purpose of lost) this.#refused(protocol, purpose, refusal, outputs);
  }

  /** The kernel is not as we thought: looks again. False where that was tried often enough. */
  #repair(protocol: KernelProtocol, outputs: KernelOutput[]): boolean {
    if (this.#repairs >= REPAIRS_LIMIT) return false;
    this.#repairs += 1;
    if (this.#survey === undefined) {
      const sweep = this.#applied !== undefined && this.#sweeps;
      this.#applied = undefined;
      outputs.push(...this.#startSurvey(sweep));
    } else if (this.#requests.isSurveying(protocol)) {
      this.#again = { sweep: this.#again?.sweep === true };
    } else {
      this.#survey.restart(protocol);
      outputs.push(...this.#askOn(protocol));
    }
    return true;
  }

  #startSurvey(sweep: boolean): KernelOutput[] {
    this.#sweeps = sweep;
    this.#touched.clear();
    this.#survey = new KernelSurvey(this.#littleEndian);
    return [...this.#askOn('route'), ...this.#askOn('netfilter')];
  }

  #askOn(protocol: KernelProtocol): KernelOutput[] {
    const step = this.#survey?.step(protocol);
    return step === undefined || this.#requests.isSurveying(protocol) ? [] : this.#requests.survey(protocol, step);
  }

  #goOn(outputs: KernelOutput[]): KernelOutput[] {
    const survey = this.#survey;
    if (survey?.isComplete) {
      this.#survey = undefined;
      outputs.push(...this.#apply(survey));
    }
    outputs.push(...this.#requests.sendQueued(), ...this.#requests.askConnections());
    if (this.#applied !== undefined && this.#survey === undefined && this.isIdle) {
      const again = this.#again;
      if (again === undefined) outputs.push({ kind: 'reconciled', ...this.#applied }, ...this.#askOnceForConnections());
      else outputs.push(...this.#startSurvey(again.sweep));
      this.#applied = undefined;
      this.#again = undefined;
      this.#repairs = 0;
    }
    return outputs;
  }

  /**
   * When it is first asked for connections, the kernel loads what it needs for that, and lets us wait so long: not in the
   * middle of the first roam.
   */
  #askOnceForConnections(): KernelOutput[] {
    if (this.#hasAskedForConnections) return [];
    this.#hasAskedForConnections = true;
    return this.forgetConnections(NOBODYS_ADDRESS);
  }

  /** Makes and removes what the survey shows to be different from the wishes. */
  #apply(survey: KernelSurvey): KernelOutput[] {
    this.#learnTunnels(survey);
    const outputs: KernelOutput[] = [];
    const makes: Making[] = [];
    // The rules of a table are not surveyed: they are put in anew, which is no news to anybody.
    const refreshes: Making[] = [];
    for (const { entry, item } of this.#wished.pieces()) {
      if (this.#touched.has(item.key)) continue;
      const seen = survey.seen(item.key);
      if (seen !== undefined && item.kind === 'table') {
        refreshes.push({ entry, item, replaces: true });
      } else if (seen !== undefined && this.#isAsSeen(item, seen)) {
        this.#made({ entry, item }, outputs);
      } else {
        this.#wished.retried(entry);
        makes.push({ entry, item, replaces: seen !== undefined });
      }
    }
    const removes = this.#surplus(survey);
    this.#leftOver.clear();
    this.#applied = { made: makes.length, removed: removes.length };
    return [...outputs, ...this.#perform({ makes: [...refreshes, ...makes], removes })];
  }

  #learnTunnels(survey: KernelSurvey): void {
    this.#tunnelIndexes.clear();
    for (const [name, index] of survey.tunnelIndexes) this.#tunnelIndexes.set(name, index);
  }

  #isAsSeen(item: KernelItem, seen: KernelItem): boolean {
    const resolved = resolvedItem(item, this.#tunnelIndexes);
    return resolved !== undefined && isSameItem(resolved, seen);
  }

  #surplus(survey: KernelSurvey): KernelItem[] {
    const surplus: KernelItem[] = [];
    for (const item of survey.allSeen()) {
      if (this.#wished.has(item.key) || this.#touched.has(item.key)) continue;
      if (this.#sweeps || this.#leftOver.has(item.key) || isFleeting(item)) surplus.push(item);
    }
    return surplus;
  }
}

/** Most changes are in order as they come. */
function inOrder<Part>(parts: readonly Part[], orderOf: (part: Part) => number): readonly Part[] {
  let before = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    const order = orderOf(part);
    if (order < before) return [...parts].sort((a, b) => orderOf(a) - orderOf(b));
    before = order;
  }
  return parts;
}

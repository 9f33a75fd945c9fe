// The Subnet Map Exchange in the simulator: access points, some of which are authoritative, and the network between them. Time
// jumps from one event to the next, and everything is decided by the seed.

import { formatIpv4, type Ipv4Address, type MacAddress } from '../../src/octets/address.ts';
import { equalInConstantTime } from '../../src/octets/octets.ts';
import { AuthoritativeAccessPoint } from '../../src/roles/authoritative-access-point/authoritative-access-point.ts';
import type { AuthorityEffect, AuthorityEvent } from '../../src/roles/authoritative-access-point/events.ts';
import { Deadlines } from '../../src/roles/deadlines.ts';
import { earlier } from '../../src/roles/expiring-table.ts';
import { compareVersions } from '../../src/roles/map-records.ts';
import type { Moment, Random } from '../../src/roles/role.ts';
import type { SubnetMapClientEffect, SubnetMapClientEvent } from '../../src/roles/subnet-map-client/events.ts';
import { SubnetMapClient } from '../../src/roles/subnet-map-client/subnet-map-client.ts';
import {
  decodeRegistrationReply,
  decodeRegistrationRequest,
  encodeRegistrationReply,
} from '../../src/wire/registration.ts';
import { decodeMapMessage, type MapMessage } from '../../src/wire/subnet-map.ts';
import { encodeClaims, type MapClaim, type MapRecord } from '../../src/wire/subnet-map-records.ts';
import { digests } from '../digests.ts';
import { seededRandom } from '../random.ts';
import { EPOCH_UNIX_MS } from '../roles/moments.ts';
import { Agenda } from './agenda.ts';
import { FAIR_WEATHER, type Weather } from './backbone.ts';
import { siteOf } from './plan.ts';

const SECRET = Uint8Array.from({ length: 16 }, (_, index) => 0x10 + index);
/** UDP over IPv4. */
const HEADERS_OCTETS = 28;
/** The map is written to the disk when it has not changed for a moment. */
const KEEP_AFTER_MS = 1000;
const HOME_AGENT_ANSWERS_AFTER_MS = 5;
const MOST_COPIES = 16;

export type MapPacket = { readonly from: MapBox; readonly to: MapBox; readonly octets: Uint8Array };

export type MapWatcher = {
  /** Of these reporters the box may have other records from now on; undefined: of any. */
  informed?(box: MapBox, reporters: readonly MacAddress[] | undefined): void;
  mapChanged?(box: MapBox): void;
  /** Its memory was lost, or what it had on disk was older. */
  begunAnew?(box: MapBox): void;
  hinted?(box: MapBox, mac: MacAddress, homeAddress: Ipv4Address): void;
  moved?(box: MapBox, mac: MacAddress): void;
  /** A box starts, stops, or says what its home agents are now. */
  happened?(box: MapBox, what: string): void;
  stepped?(): void;
};

export class MapWorld {
  readonly boxes: readonly MapBox[];
  readonly random: Random;
  weather: Weather = FAIR_WEATHER;
  readonly cuts = new Set<string>();
  messages = 0;
  octets = 0;
  steps = 0;
  /** What was said, for whoever repeats it. */
  readonly recorded: MapPacket[] = [];
  isRecording = false;
  readonly #agenda = new Agenda();
  readonly #alarms = new Deadlines<MapBox>();
  readonly #boxOf = new Map<Ipv4Address, MapBox>();
  readonly #watchers: MapWatcher[] = [];
  /** A thousand boxes need not have a thousand copies of each record. */
  readonly #copies = new Map<MacAddress, MapRecord[]>();
  #nowMs = 0;

  /** The first boxes are the authoritative ones. */
  constructor(boxes: number, authorities: number, seed: number) {
    this.random = seededRandom(seed);
    this.boxes = Array.from({ length: boxes }, (_, index) => {
      return new MapBox(this, index + 1, authorities, seededRandom(seed * 1013 + index + 1));
    });
    for (const box of this.boxes) {
      this.#boxOf.set(box.address, box);
      this.#boxOf.set(box.homeAgent, box);
    }
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Until what it gives back is called. */
  watch(watcher: MapWatcher): () => void {
    this.#watchers.push(watcher);
    return () => this.#watchers.splice(this.#watchers.indexOf(watcher), 1);
  }

  tell(act: (watcher: MapWatcher) => void): void {
    for (const watcher of this.#watchers) act(watcher);
  }

  after(delayMs: number, happen: () => void): void {
    this.#agenda.add(this.#nowMs + delayMs, happen);
  }

  alarmMoved(box: MapBox): void {
    const atMs = box.alarmAtMs();
    if (atMs === undefined) this.#alarms.clear(box);
    else this.#alarms.set(box, atMs);
  }

  wait(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const alarmAtMs = this.#alarms.earliest() ?? Number.POSITIVE_INFINITY;
      const eventAtMs = this.#agenda.nextAtMs() ?? Number.POSITIVE_INFINITY;
      const atMs = Math.min(alarmAtMs, eventAtMs);
      if (atMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      if (eventAtMs <= alarmAtMs) this.#agenda.take()?.();
      else this.#alarms.takeDue(this.#nowMs)?.alarm();
      this.steps += 1;
      this.tell((watcher) => watcher.stepped?.());
    }
    this.#nowMs = endMs;
  }

  /** The first copy of a record that was ever made. */
  shared(record: MapRecord): MapRecord {
    const copies = this.#copies.get(record.reporter) ?? [];
    this.#copies.set(record.reporter, copies);
    const copy = copies.find((other) => isSameRecord(other, record));
    if (copy === undefined) copies.unshift(record);
    // Late ones come, but not for long.
    if (copies.length > MOST_COPIES) copies.pop();
    return copy ?? record;
  }

  isCut(a: MapBox, b: MapBox): boolean {
    return this.cuts.has(`${a.number} ${b.number}`) || this.cuts.has(`${b.number} ${a.number}`);
  }

  send(from: MapBox, destination: Ipv4Address, octets: Uint8Array): void {
    const to = this.#boxOf.get(destination);
    if (to === undefined) return;
    const packet = { from, to, octets };
    if (to === from) return this.after(0, () => to.receive(packet));
    this.messages += 1;
    this.octets += octets.length + HEADERS_OCTETS;
    if (this.isRecording) this.#record(packet);
    const { lossShare, doublingShare, delayMs, jitterMs, lateShare, lateMs } = this.weather;
    const copies = this.random() < doublingShare ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.random() < lossShare) continue;
      const late = this.random() < lateShare ? this.random() * lateMs : 0;
      this.after(Math.round(delayMs + this.random() * jitterMs + late), () => this.deliver(packet));
    }
  }

  deliver(packet: MapPacket): void {
    if (!this.isCut(packet.from, packet.to)) packet.to.receive(packet);
  }

  /** Whether a home agent lives; it answers as ours do. */
  probe(asker: MapBox, homeAgent: Ipv4Address, octets: Uint8Array): void {
    const { homeAddress, identification } = decodeRegistrationRequest(octets);
    this.after(HOME_AGENT_ANSWERS_AFTER_MS, () => {
      const box = this.#boxOf.get(homeAgent);
      if (box === undefined || !box.isRunning || this.isCut(asker, box)) return;
      const fields = { code: 129, lifetimeSeconds: 0, homeAddress, homeAgent, identification };
      const reply = decodeRegistrationReply(encodeRegistrationReply(fields));
      asker.authority({ kind: 'replyReceived', reply, sourceAddress: homeAgent });
    });
  }

  #record(packet: MapPacket): void {
    this.recorded.push(packet);
    if (this.recorded.length > 500) this.recorded.splice(0, 250);
  }
}

export class MapBox {
  readonly number: number;
  readonly name: MacAddress;
  readonly address: Ipv4Address;
  /** By its network; another one by its second address, when it has changed its mind. */
  readonly homeAgent: Ipv4Address;
  clockErrorMs = 0;
  claims: readonly MapClaim[];
  client: SubnetMapClient;
  role: AuthoritativeAccessPoint;
  isRunning = false;
  kept: readonly MapRecord[] = [];
  readonly #world: MapWorld;
  readonly #authorities: readonly Ipv4Address[];
  readonly #random: Random;
  #isKeeping = false;
  #bootedAtMs = 0;

  constructor(world: MapWorld, number: number, authorities: number, random: Random) {
    const site = siteOf(number);
    this.#world = world;
    this.#random = random;
    this.number = number;
    this.name = site.routerMac;
    this.address = site.backboneAddress;
    this.homeAgent = site.routerAddress;
    this.claims = [this.usualClaim()];
    this.#authorities = Array.from({ length: authorities }, (_, index) => siteOf(index + 1).backboneAddress);
    this.client = new SubnetMapClient(digests, random);
    this.role = new AuthoritativeAccessPoint(digests, random);
  }

  get isAuthority(): boolean {
    return this.#authorities.includes(this.address);
  }

  usualClaim(homeAgent = siteOf(this.number).routerAddress): MapClaim {
    const { network, routerMac } = siteOf(this.number);
    return { network, homeAgents: [homeAgent], gatewayMac: routerMac };
  }

  now(): Moment {
    const { nowMs } = this.#world;
    return { monotonicMs: nowMs - this.#bootedAtMs, unixMs: EPOCH_UNIX_MS + nowMs + this.clockErrorMs };
  }

  alarmAtMs(): number | undefined {
    const deadline = this.isRunning ? earlier(this.client.nextDeadline(), this.role.nextDeadline()) : undefined;
    return deadline === undefined ? undefined : Math.ceil(deadline) + this.#bootedAtMs;
  }

  /** `remembers`: what it had on its disk. */
  start(remembers: boolean): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.#world.tell((watcher) => watcher.happened?.(this, remembers ? 'starts' : 'starts without its memory'));
    this.#bootedAtMs = this.#world.nowMs;
    this.client = new SubnetMapClient(digests, this.#random);
    this.role = new AuthoritativeAccessPoint(digests, this.#random);
    this.#world.tell((watcher) => watcher.begunAnew?.(this));
    this.configure();
    if (!remembers) this.kept = [];
    this.authority({ kind: 'mapRestored', records: this.kept });
    this.#world.tell((watcher) => watcher.informed?.(this, undefined));
    this.hear({ kind: 'mapRestored', records: this.kept });
  }

  stop(): void {
    this.isRunning = false;
    this.#world.tell((watcher) => watcher.happened?.(this, 'stops'));
    this.#world.alarmMoved(this);
  }

  /** Says what it is now. */
  configure(): void {
    const agents = this.claims.flatMap(({ homeAgents }) => homeAgents.map(formatIpv4));
    this.#world.tell((watcher) => watcher.happened?.(this, `claims ${agents.join(', ') || 'nothing'}`));
    const common = { accessPoint: this.name, secret: SECRET, mostRecords: 2000 };
    const otherAuthorities = this.#authorities.filter((address) => address !== this.address);
    const office = { ...common, otherAuthorities, isDirectoryKept: true, mostStations: 20_000 };
    this.authority({ kind: 'configured', configuration: this.isAuthority ? office : undefined });
    const authorities = this.isAuthority ? [this.address] : this.#authorities;
    this.hear({
      kind: 'configured',
      configuration: { ...common, authorities, claims: this.claims, isDirectoryUsed: true },
    });
  }

  hear(event: SubnetMapClientEvent): void {
    if (!this.isRunning) return;
    for (const effect of this.client.handle(event, this.now())) this.#act(effect);
    this.#world.alarmMoved(this);
  }

  authority(event: AuthorityEvent): void {
    if (!this.isRunning) return;
    for (const effect of this.role.handle(event, this.now())) this.#act(effect);
    this.#world.alarmMoved(this);
  }

  receive({ octets, from }: MapPacket): void {
    const decoded = decodeMapMessage(octets.slice());
    if (decoded.kind === 'otherVersion') return;
    const message = this.#shared(decoded);
    const { isOfCalled, isOfAuthority } = message.header;
    const sourceAddress = from.address;
    if (isOfCalled && !isOfAuthority) return this.hear({ kind: 'mapMessageReceived', message, sourceAddress });
    const destinationAddress = from === this ? undefined : this.address;
    this.authority({ kind: 'mapMessageReceived', message, sourceAddress, destinationAddress });
  }

  #shared(message: MapMessage): MapMessage {
    const { body } = message;
    if (body.kind !== 'records') return message;
    const records = body.records.map((record) => this.#world.shared(record));
    this.#world.tell((watcher) =>
      watcher.informed?.(
        this,
        records.map(({ reporter }) => reporter),
      ),
    );
    return { ...message, body: { ...body, records } };
  }

  alarm(): void {
    this.hear({ kind: 'deadlineReached' });
    this.authority({ kind: 'deadlineReached' });
  }

  #act(effect: SubnetMapClientEffect | AuthorityEffect): void {
    switch (effect.kind) {
      case 'mapMessageSent':
        return this.#world.send(this, effect.destination, effect.octets);
      case 'homeAgentProbed':
        return this.#world.probe(this, effect.homeAgent, effect.octets);
      case 'mapChanged':
        this.#keepSoon();
        return this.#world.tell((watcher) => watcher.mapChanged?.(this));
      case 'stationHinted':
        return this.#world.tell((watcher) => watcher.hinted?.(this, effect.mac, effect.homeAddress));
      case 'stationMoved':
        return this.#world.tell((watcher) => watcher.moved?.(this, effect.mac));
      case 'authoritySilent':
      case 'report':
        return;
    }
  }

  #keepSoon(): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    this.#world.after(KEEP_AFTER_MS, () => {
      this.#isKeeping = false;
      if (this.isRunning) this.kept = [...this.client.records()];
    });
  }
}

function isSameRecord(a: MapRecord, b: MapRecord): boolean {
  if (compareVersions(a, b) !== 0 || a.address !== b.address) return false;
  const [claims, others] = [encodeClaims(a.claims), encodeClaims(b.claims)];
  return equalInConstantTime(claims, others);
}

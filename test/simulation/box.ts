// A box of the simulation: the roles of one daemon behind its switchboard, and what is around them on the machine: two
// clocks, a kernel that has what was wished for, hostapd's list of stations, a file that outlives the daemon.

import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { decodedFrame } from '../../src/daemon/inbound.ts';
import { decodeKeptState } from '../../src/daemon/kept-state.ts';
import type { RoleConfigurations } from '../../src/daemon/role-configurations.ts';
import { Switchboard, type SwitchboardEffect } from '../../src/daemon/switchboard.ts';
import type { Ipv4Address, MacAddress } from '../../src/octets/address.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import type { Report } from '../../src/roles/report.ts';
import type { Moment, Random } from '../../src/roles/role.ts';
import { SubnetMap } from '../../src/roles/subnet-map.ts';
import type { Datagram, Departure } from '../../src/runtime/runtime.ts';
import { keptText } from '../daemon/kept-text.ts';
import { digests } from '../digests.ts';
import { EPOCH_UNIX_MS } from '../roles/moments.ts';
import { type BoxPlan, BRIDGE, boxMac } from './plan.ts';

/** As the daemon has it. */
const SWEEP_AFTER_MS = 60_000;
const KEEP_MS = 1000;
const KEEP_MS_PER_ROW = 5;

export type RegistrationSent = Extract<Departure, { readonly kind: 'registrationSend' }>;

/** What happens in a box, for whoever watches. */
export type News =
  | { readonly kind: 'report'; readonly report: Report }
  /** The kernel has this now, or no longer. */
  | { readonly kind: 'kernelGot' | 'kernelLost'; readonly wish: Wish }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'started' | 'stopped' | 'killed' | 'failed' };

/** What a box has around it. */
export type Surroundings = {
  nowMs(): number;
  datagramSent(box: Box, message: RegistrationSent): void;
  linkFrameSent(box: Box, octets: Uint8Array): void;
  stationFrameSent(box: Box, interfaceName: string, octets: Uint8Array): void;
  told(box: Box, news: News): void;
  alarmMoved(box: Box): void;
};

type Association = { readonly mac: MacAddress; readonly interfaceName: string };

export class Box {
  readonly plan: BoxPlan;
  readonly name: string;
  readonly mac: MacAddress;
  readonly addresses: readonly Ipv4Address[];
  readonly kernel = new Map<string, Wish>();
  readonly #surroundings: Surroundings;
  readonly #configuration: RoleConfigurations;
  readonly #random: Random;
  /** What the daemon that runs now has wished for. */
  readonly wished = new Map<string, Wish>();
  readonly #unidentified = new Map<string, ReadonlySet<MacAddress>>();
  /** What hostapd would say if it were asked. */
  readonly #associations = new Map<string, Association>();
  #switchboard: Switchboard | undefined;
  #isUp = true;
  #bootedAtMs = 0;
  #clockErrorMs = 0;
  #kept: string | undefined;
  #revision = 0;
  #keepAtMs: number | undefined;
  #rowsKept = 0;
  #sweepAtMs: number | undefined;

  constructor(plan: BoxPlan, configuration: RoleConfigurations, surroundings: Surroundings, random: Random) {
    this.plan = plan;
    this.name = plan.name;
    this.mac = boxMac(plan);
    this.addresses = configuration.homeAgent.addresses;
    this.#configuration = configuration;
    this.#surroundings = surroundings;
    this.#random = random;
  }

  /** The roles; undefined while the daemon does not run. */
  get switchboard(): Switchboard | undefined {
    return this.#switchboard;
  }

  get isRunning(): boolean {
    return this.#switchboard !== undefined;
  }

  /** Whether the machine runs. */
  get isUp(): boolean {
    return this.#isUp;
  }

  get isRouter(): boolean {
    return this.plan.position === 0;
  }

  get clockErrorMs(): number {
    return this.#clockErrorMs;
  }

  /** The wall clock jumps. */
  setClock(clockErrorMs: number): void {
    this.#clockErrorMs = clockErrorMs;
  }

  now(): Moment {
    const nowMs = this.#surroundings.nowMs();
    return { monotonicMs: nowMs - this.#bootedAtMs, unixMs: EPOCH_UNIX_MS + nowMs + this.#clockErrorMs };
  }

  /** In the world's time; a host's timers have milliseconds, and are never early. */
  alarmAtMs(): number | undefined {
    const deadline = this.#switchboard?.nextDeadline();
    const times = [deadline, this.#keepAtMs, this.#sweepAtMs].filter((time) => time !== undefined);
    if (this.#switchboard === undefined || times.length === 0) return undefined;
    return Math.ceil(Math.min(...times)) + this.#bootedAtMs;
  }

  start(): void {
    if (this.#switchboard !== undefined) return;
    if (!this.#isUp) this.#bootedAtMs = this.#surroundings.nowMs();
    this.#isUp = true;
    const now = this.now();
    this.#switchboard = new Switchboard(unconfigured(this.#configuration), {
      digests,
      random: this.#random,
      conventions: { littleEndian: true, errnoNumbers: 'generic' },
    });
    this.#revision = this.#switchboard.revision();
    this.#sweepAtMs = now.monotonicMs + SWEEP_AFTER_MS;
    this.#surroundings.told(this, { kind: 'started' });
    this.#do((roles) => roles.configured(this.#configuration, now));
    this.#do((roles) =>
      roles.restore(decodeKeptState(this.#kept === undefined ? undefined : utf8Octets(this.#kept)), now),
    );
    for (const { mac, interfaceName } of [...this.#associations.values()]) {
      this.#do((roles) =>
        roles.toAccessPoint({ kind: 'stationAttached', mac, interfaceName, bridge: BRIDGE }, this.now()),
      );
    }
  }

  /** The daemon dies; what it told the kernel stays there. */
  kill(): void {
    if (this.#switchboard === undefined) return;
    this.#end();
    this.#surroundings.told(this, { kind: 'killed' });
  }

  /** The machine fails until it is started again: nothing stays, and its stations are without a network. */
  fail(): void {
    this.#end();
    this.#forgetKernel();
    this.#associations.clear();
    this.#kept = undefined;
    this.#isUp = false;
    this.#surroundings.told(this, { kind: 'failed' });
  }

  /** The user stops it. */
  stop(): void {
    if (this.#switchboard === undefined) return;
    this.#do((roles) => roles.stopped(this.now()));
    this.#end();
    this.#forgetKernel();
    this.#kept = keptText({ bindings: [], visitors: [] }).text;
    this.#surroundings.told(this, { kind: 'stopped' });
  }

  alarm(): void {
    const { monotonicMs } = this.now();
    this.#do((roles) => roles.deadlineReached(this.now()));
    if (this.#keepAtMs !== undefined && this.#keepAtMs <= monotonicMs) this.#keep();
    if (this.#sweepAtMs !== undefined && this.#sweepAtMs <= monotonicMs) this.#sweep();
    this.#surroundings.alarmMoved(this);
  }

  /** hostapd has let a station in; it prunes what it has of it on its other radios. */
  stationAttached(mac: MacAddress, interfaceName: string): void {
    const others = [...this.#associations.values()].filter((other) => other.mac === mac);
    this.#associations.set(`${mac} ${interfaceName}`, { mac, interfaceName });
    this.#do((roles) =>
      roles.toAccessPoint({ kind: 'stationAttached', mac, interfaceName, bridge: BRIDGE }, this.now()),
    );
    for (const other of others)
      if (other.interfaceName !== interfaceName) this.stationDetached(mac, other.interfaceName);
  }

  /** hostapd says that a station has gone; it says so once. */
  stationDetached(mac: MacAddress, interfaceName: string): void {
    if (!this.#associations.delete(`${mac} ${interfaceName}`)) return;
    this.#do((roles) => roles.toAccessPoint({ kind: 'stationDetached', mac, interfaceName }, this.now()));
  }

  isAssociated(mac: MacAddress, interfaceName: string): boolean {
    return this.#associations.has(`${mac} ${interfaceName}`);
  }

  /** A frame that a station sends; the packet socket delivers ARP, and everything from who has no address yet. */
  stationFrameReceived(interfaceName: string, octets: Uint8Array): void {
    const frame = decodedFrame(octets);
    if (!('payload' in frame)) return;
    if (frame.payload.kind !== 'arp' && !this.#unidentified.get(interfaceName)?.has(frame.source)) return;
    this.#do((roles) => roles.toAccessPoint({ kind: 'frameReceived', interfaceName, frame }, this.now()));
  }

  datagramReceived(datagram: Datagram): void {
    this.#do((roles) => roles.registrationReceived(datagram, this.now()));
  }

  unreachable(address: Ipv4Address, icmpCode: number): void {
    this.#do((roles) => roles.agentUnreachable({ address, icmpType: 3, icmpCode }, this.now()));
  }

  /** A frame that comes over the wire of its site. */
  linkFrameReceived(octets: Uint8Array): void {
    this.#do((roles) =>
      this.isRouter
        ? roles.linkFrameReceived(BRIDGE, octets, this.now())
        : roles.portFrameReceived(BRIDGE, octets, this.now()),
    );
  }

  #do(act: (roles: Switchboard) => readonly SwitchboardEffect[]): void {
    if (this.#switchboard === undefined) return;
    for (const effect of act(this.#switchboard)) this.#effect(effect);
    const isKept = this.#switchboard.revision() === this.#revision || this.#keepAtMs !== undefined;
    if (!isKept) this.#keepAtMs = this.now().monotonicMs + KEEP_MS + KEEP_MS_PER_ROW * this.#rowsKept;
    this.#surroundings.alarmMoved(this);
  }

  #effect(effect: SwitchboardEffect): void {
    switch (effect.kind) {
      case 'departs':
        return this.#depart(effect.departure);
      case 'wanted':
        // Nobody speaks DHCP here: what a server may hear is no matter.
        for (const wish of effect.wishes) if (wish.kind !== 'dhcpLocal') this.#wanted(wish);
        return;
      case 'unwanted':
        for (const key of effect.keys) this.#unwanted(key);
        return;
      case 'filterWanted':
        this.#unidentified.set(effect.interfaceName, new Set(effect.unidentified));
        return;
      case 'report':
      case 'malformed':
        return this.#surroundings.told(this, effect);
    }
  }

  #depart(departure: Departure): void {
    switch (departure.kind) {
      case 'registrationSend':
        return this.#surroundings.datagramSent(this, departure);
      case 'linkFrameSend':
        return this.#surroundings.linkFrameSent(this, departure.octets);
      case 'frameSend':
        return this.#surroundings.stationFrameSent(this, departure.interfaceName, departure.octets);
      default:
        throw new Error(`a switchboard is not expected to say ${departure.kind}`);
    }
  }

  #wanted(wish: Wish): void {
    const key = wishKey(wish);
    const before = this.kernel.get(key);
    this.wished.set(key, wish);
    this.kernel.set(key, wish);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(wish)) return;
    this.#surroundings.told(this, { kind: 'kernelGot', wish });
  }

  #unwanted(key: string): void {
    const wish = this.kernel.get(key);
    this.wished.delete(key);
    if (wish === undefined) return;
    this.kernel.delete(key);
    this.#surroundings.told(this, { kind: 'kernelLost', wish });
  }

  #keep(): void {
    this.#keepAtMs = undefined;
    if (this.#switchboard === undefined) return;
    const { text, rows } = keptText(this.#switchboard.snapshot(this.now()));
    this.#revision = this.#switchboard.revision();
    this.#rowsKept = rows;
    this.#kept = text;
  }

  /** What a former daemon left, and nobody has wished for since, goes. */
  #sweep(): void {
    this.#sweepAtMs = undefined;
    for (const key of [...this.kernel.keys()]) if (!this.wished.has(key)) this.#unwanted(key);
  }

  #end(): void {
    this.#switchboard = undefined;
    this.wished.clear();
    this.#unidentified.clear();
    this.#keepAtMs = undefined;
    this.#sweepAtMs = undefined;
    this.#surroundings.alarmMoved(this);
  }

  #forgetKernel(): void {
    for (const key of [...this.kernel.keys()]) this.#unwanted(key);
  }
}

/** What a daemon knows before it has read anything. */
function unconfigured(configuration: RoleConfigurations): RoleConfigurations {
  return {
    ...configuration,
    accessPoint: { ...configuration.accessPoint, bridges: new Map(), subnetMap: new SubnetMap([]) },
    agentLinks: new Map(),
    advertisedLinks: [],
  };
}

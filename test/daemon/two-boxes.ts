// Whole daemons without a machine: each box has a kernel, a bus with a hostapd, and radios; between the boxes is a backbone
// that carries datagrams, and around them are stations that roam. Time passes only in `wait`, and everything is decided by
// the order of events: the same calls give the same world.

import { Daemon } from '../../src/daemon/daemon.ts';
import { contains, formatMac, type Ipv4Address, type MacAddress, type Prefix } from '../../src/octets/address.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import type { Arrival, Datagram, Departure, LogLevel } from '../../src/runtime/runtime.ts';
import { type ArpMessage, decodeFrame, encodeArpFrame, type Frame } from '../../src/wire/frames.ts';
import type { Instruction } from '../../src/wire/packet-filter.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { digests } from '../digests.ts';
import { at } from '../roles/moments.ts';
import { run } from '../wire/classic-bpf.ts';
import { Bus } from './bus.ts';
import { FakeBss } from './fake-hostapd.ts';
import { FakeKernel } from './fake-kernel.ts';

export type LogEntry = { readonly level: LogLevel; readonly text: string };
export type RegistrationSent = Extract<Departure, { readonly kind: 'registrationSend' }> & { readonly box: string };

type Event = { readonly atMs: number; readonly happen: () => void };

const BACKBONE_DELAY_MS = 5;
const REGISTRATION_PORT = 434;
const LIMIT_OF_EVENTS = 100_000;

export class World {
  readonly boxes: Box[] = [];
  /** Every registration message that went over the backbone. */
  readonly carried: RegistrationSent[] = [];
  /** What the backbone loses. */
  loses: (message: RegistrationSent) => boolean = () => false;
  #events: Event[] = [];
  #now = 0;

  get now(): number {
    return this.#now;
  }

  /** A router with the network 10.N.0.0/24, whose address on the backbone is 10.255.N.2. */
  addBox(number: number, how: { readonly littleEndian?: boolean } = {}): Box {
    const box = new Box(this, number, how.littleEndian ?? true);
    this.boxes.push(box);
    return box;
  }

  after(delayMs: number, happen: () => void): void {
    this.#events.push({ atMs: this.#now + delayMs, happen });
  }

  /** Lets time pass, with all that happens meanwhile. */
  wait(ms: number): void {
    const endMs = this.#now + ms;
    for (let count = 0; count < LIMIT_OF_EVENTS; count++) {
      const alarm = this.#nextAlarm();
      const event = this.#events.reduce<Event | undefined>(
        (first, other) => (first === undefined || other.atMs < first.atMs ? other : first),
        undefined,
      );
      const atMs = Math.min(alarm?.atMs ?? Number.POSITIVE_INFINITY, event?.atMs ?? Number.POSITIVE_INFINITY);
      if (atMs > endMs) {
        this.#now = endMs;
        return;
      }
      this.#now = Math.max(this.#now, atMs);
      if (event !== undefined && event.atMs === atMs) {
        this.#events = this.#events.filter((other) => other !== event);
        event.happen();
      } else {
        alarm?.happen();
      }
    }
    throw new Error(`no rest in sight after ${LIMIT_OF_EVENTS} events`);
  }

  carry(message: RegistrationSent): void {
    this.carried.push(message);
    if (this.loses(message)) return;
    const receiver = this.boxes.find((box) => box.addresses.includes(message.destination));
    this.after(BACKBONE_DELAY_MS, () => receiver?.datagramArrived(message));
  }

  #nextAlarm(): Event | undefined {
    let first: Event | undefined;
    for (const box of this.boxes) {
      for (const alarm of box.alarms()) {
        if (first === undefined || alarm.atMs < first.atMs) first = alarm;
      }
    }
    return first;
  }
}

export class Box {
  readonly name: string;
  readonly world: World;
  readonly network: Prefix;
  readonly gateway: Ipv4Address;
  readonly backbone: Ipv4Address;
  readonly addresses: readonly Ipv4Address[];
  readonly bridgeMac: MacAddress;
  readonly bus: Bus;
  readonly kernel: FakeKernel;
  readonly bsses = new Map<string, FakeBss>();
  readonly log: LogEntry[] = [];
  /** What left the daemon for other places than the kernel, the bus and the log. */
  readonly departures: Departure[] = [];
  readonly stations = new Map<MacAddress, Station>();
  exitStatus: number | undefined;
  /** What the daemon asked to keep over its restart. */
  state: Uint8Array | undefined;
  readonly #filters = new Map<string, readonly Instruction[]>();
  #daemon: Daemon;
  #connection: number | undefined;
  #arrivals: Arrival[] = [];
  #isBusy = false;
  readonly #littleEndian: boolean;

  constructor(world: World, number: number, littleEndian: boolean) {
    this.world = world;
    this.name = `ap${number}`;
    this.network = prefix(`10.${number}.0.0/24`);
    this.gateway = ip(`10.${number}.0.1`);
    this.backbone = ip(`10.255.${number}.2`);
    this.addresses = [this.gateway, this.backbone];
    this.bridgeMac = mac(`02:00:00:00:${number.toString().padStart(2, '0')}:01`);
    this.bus = new Bus(number);
    this.#littleEndian = littleEndian;
    this.kernel = this.#newKernel();
    this.#daemon = this.#newDaemon();
  }

  /** The interface of a BSS, in the bridge; hostapd shows it on the bus. */
  addBss(interfaceName: string, ssid = 'PMIP'): FakeBss {
    const index = 10 + this.bsses.size;
    this.kernel.addLink({ index, name: interfaceName, master: 4, mac: (this.bridgeMac + index) as MacAddress });
    const bssid = formatMac((this.bridgeMac + index) as MacAddress);
    const bss = new FakeBss(this.bus, () => this.world.now, { interfaceName, facts: { bssid, ssid, freq: 5180 } });
    this.bsses.set(interfaceName, bss);
    this.#notify();
    return bss;
  }

  start(configuration: string | undefined): void {
    this.arrive({ kind: 'stateRead', octets: this.state });
    this.reload(configuration);
    this.arrive({ kind: 'started' });
  }

  reload(configuration: string | undefined): void {
    this.arrive({ kind: 'configuration', octets: configuration === undefined ? undefined : utf8Octets(configuration) });
  }

  /** The daemon is killed; what it told the kernel stays there. */
  kill(): void {
    if (this.#connection !== undefined) this.bus.disconnect(this.#connection);
    this.#connection = undefined;
    this.#filters.clear();
    this.exitStatus = undefined;
    this.#daemon = this.#newDaemon();
  }

  arrive(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    if (this.#isBusy || this.exitStatus !== undefined) return;
    this.#isBusy = true;
    for (let next = this.#arrivals.shift(); next !== undefined; next = this.#arrivals.shift()) {
      for (const departure of this.#daemon.handle(next, at(this.world.now))) this.#depart(departure);
    }
    this.#isBusy = false;
  }

  /** Octets of a frame that a station sends, as the packet socket of the interface sees them. */
  stationFrame(interfaceName: string, octets: Uint8Array): void {
    const filter = this.#filters.get(interfaceName);
    if (filter === undefined) return;
    const length = Math.min(octets.length, run(filter, octets));
    if (length > 0) this.arrive({ kind: 'frameReceived', interfaceName, octets: octets.slice(0, length) });
  }

  /** The BSSes whose stations' frames the daemon reads. */
  served(): string[] {
    return [...this.#filters.keys()].filter((interfaceName) => this.bsses.has(interfaceName)).sort();
  }

  datagramArrived(message: RegistrationSent): void {
    const datagram: Datagram = {
      octets: message.octets.slice(),
      sourceAddress: message.source,
      sourcePort: REGISTRATION_PORT,
      destinationAddress: message.destination,
      interfaceIndex: 3,
      timeToLive: 63,
    };
    this.arrive({ kind: 'registrationReceived', datagram });
  }

  linesOf(level: LogLevel): string[] {
    return this.log.filter((entry) => entry.level === level).map(({ text }) => text);
  }

  alarms(): Event[] {
    const alarms: Event[] = [];
    const deadline = this.exitStatus === undefined ? this.#daemon.nextDeadline() : undefined;
    if (deadline !== undefined) alarms.push({ atMs: deadline, happen: () => this.arrive({ kind: 'alarm' }) });
    for (const bss of this.bsses.values()) {
      const atMs = bss.nextDeadline();
      if (atMs !== undefined) alarms.push({ atMs, happen: () => bss.deadlineReached() });
    }
    return alarms;
  }

  #depart(departure: Departure): void {
    switch (departure.kind) {
      case 'log':
        this.log.push({ level: departure.level, text: departure.text });
        break;
      case 'exit':
        this.exitStatus = departure.status;
        break;
      case 'ubusConnect':
        this.#connectBus();
        break;
      case 'ubusSend':
        if (this.#connection !== undefined) this.bus.send(this.#connection, departure.octets);
        break;
      case 'ubusDisconnect':
        if (this.#connection !== undefined) this.bus.disconnect(this.#connection);
        this.#connection = undefined;
        break;
      case 'netlinkSend':
        for (const octets of this.kernel.received(departure.channel, departure.octets)) {
          this.arrive({ kind: 'netlinkReceived', channel: departure.channel, octets });
        }
        this.#notify();
        break;
      case 'registrationSend':
        // Without a source the kernel chooses the one of the way out.
        this.world.carry({ ...departure, source: departure.source || this.backbone, box: this.name });
        break;
      case 'framesOpen':
        this.#filters.set(departure.interfaceName, departure.filter);
        break;
      case 'framesClose':
        this.#filters.delete(departure.interfaceName);
        break;
      case 'stateWrite':
        this.state = utf8Octets([...departure.text].join(''));
        break;
      case 'frameSend':
        this.#toStation(departure.interfaceName, departure.octets);
        break;
      default:
        this.departures.push(departure);
    }
  }

  #connectBus(): void {
    this.bus.connect({
      onConnected: (connection) => {
        this.#connection = connection;
        this.arrive({ kind: 'ubusConnected' });
      },
      onOctets: (octets) => this.arrive({ kind: 'ubusReceived', octets }),
      onEnd: (why) => {
        this.#connection = undefined;
        this.arrive({ kind: 'ubusDisconnected', why });
      },
    });
  }

  #toStation(interfaceName: string, octets: Uint8Array): void {
    const frame = decodeFrame(octets);
    const station = this.stations.get(frame.destination);
    if (station?.interfaceName === interfaceName && station.box === this) station.received.push(frame);
  }

  #notify(): void {
    for (const octets of this.kernel.takeNotifications()) {
      this.arrive({ kind: 'netlinkReceived', channel: 'network', octets });
    }
  }

  #newDaemon(): Daemon {
    const conventions = {
      littleEndian: this.#littleEndian,
      errnoNumbers: this.#littleEndian ? 'generic' : 'mips',
    } as const;
    return new Daemon({ digests, random: () => 0.5, conventions });
  }

  #newKernel(): FakeKernel {
    const kernel = new FakeKernel(this.#littleEndian);
    kernel.addLink({ index: 1, name: 'lo' });
    kernel.addLink({ index: 3, name: 'wan', mac: (this.bridgeMac + 0x10) as MacAddress });
    kernel.addLink({ index: 4, name: 'br-lan', kind: 'bridge', mac: this.bridgeMac });
    kernel.addAddress({ index: 1, address: ip('127.0.0.1'), prefixLength: 8 });
    kernel.addAddress({ index: 3, address: this.backbone, prefixLength: 24 });
    kernel.addAddress({ index: 4, address: this.gateway, prefixLength: 24 });
    kernel.sourceTo = (destination) => (contains(this.network, destination) ? this.gateway : this.backbone);
    kernel.takeNotifications();
    return kernel;
  }
}

/** A client with WPA2: what hostapd tells of it, and the frames it sends. */
export class Station {
  readonly mac: MacAddress;
  readonly address: Ipv4Address;
  readonly received: Frame[] = [];
  box: Box | undefined;
  interfaceName: string | undefined;

  constructor(macText: string, address: string) {
    this.mac = mac(macText);
    this.address = ip(address);
  }

  /** Associates here, without a word to the access point where it was. */
  associate(box: Box, interfaceName: string): void {
    const before = this.box === box ? this.#bss() : undefined;
    this.box = box;
    this.interfaceName = interfaceName;
    box.stations.set(this.mac, this);
    const data = { address: formatMac(this.mac), ifname: interfaceName };
    this.#bss()?.notify('assoc', data);
    before?.notify('disassoc', { address: data.address });
    before?.stations.delete(data.address);
    this.#bss()?.stations.set(data.address, { auth: true, assoc: true, authorized: true });
    this.#bss()?.notify('sta-authorized', { ...data, 'auth-alg': 'open' });
  }

  /** Associates, asks for its gateway at home, and goes on for two seconds. */
  comeTo(box: Box, interfaceName: string): void {
    this.associate(box, interfaceName);
    this.askFor((((this.address & 0xffffff00) | 1) >>> 0) as Ipv4Address);
    box.world.wait(2000);
  }

  leave(): void {
    const bss = this.#bss();
    const address = formatMac(this.mac);
    bss?.stations.delete(address);
    bss?.notify('deauth', { address });
    bss?.notify('disassoc', { address });
    this.box?.stations.delete(this.mac);
    this.box = undefined;
    this.interfaceName = undefined;
  }

  /** Asks by ARP, as it does for its gateway when it begins to send. */
  askFor(target: Ipv4Address): void {
    const arp: ArpMessage = {
      operation: 'request',
      senderMac: this.mac,
      senderAddress: this.address,
      targetMac: 0 as MacAddress,
      targetAddress: target,
    };
    this.#send(encodeArpFrame(0xffffffffffff as MacAddress, this.mac, arp));
  }

  /** Tells its address when asked, as before a renewal. */
  answerArp(): void {
    for (const { payload, source } of this.received.splice(0)) {
      if (payload.kind !== 'arp' || payload.arp.operation !== 'request') continue;
      if (payload.arp.targetAddress !== this.address) continue;
      const arp: ArpMessage = {
        operation: 'reply',
        senderMac: this.mac,
        senderAddress: this.address,
        targetMac: source,
        targetAddress: payload.arp.senderAddress,
      };
      this.#send(encodeArpFrame(source, this.mac, arp));
    }
  }

  #send(octets: Uint8Array): void {
    if (this.interfaceName !== undefined) this.box?.stationFrame(this.interfaceName, octets);
  }

  #bss(): FakeBss | undefined {
    return this.interfaceName === undefined ? undefined : this.box?.bsses.get(this.interfaceName);
  }
}

export type Roamed = { readonly world: World; readonly home: Box; readonly visited: Box; readonly phone: Station };

/** Two routers, and a phone of the first that is with the second. `addBsses`: what the second one has besides. */
export function roamed(addBsses: (visited: Box) => void = () => {}): Roamed {
  const world = new World();
  const [home, visited] = [world.addBox(1), world.addBox(2)];
  for (const box of [home, visited]) {
    box.addBss('phy0-ap0');
    box.start(usualConfiguration([1, 2]));
  }
  addBsses(visited);
  world.wait(1000);
  const phone = new Station('02:00:00:00:02:00', '10.1.0.77');
  phone.comeTo(visited, 'phy0-ap0');
  return { world, home, visited, phone };
}

/** A configuration in which every box of `numbers` is home and foreign agent, with one key for all stations. */
export function usualConfiguration(numbers: readonly number[], changes: Readonly<Record<string, string>> = {}): string {
  const main = Object.entries({ enabled: '1', log_level: 'debug', ...changes });
  return [
    "config pmip 'main'",
    ...main.map(([name, value]) => `\toption ${name} '${value}'`),
    "config bridge 'lan'",
    "\toption device 'br-lan'",
    "\tlist ssid 'PMIP'",
    ...numbers.flatMap((number) => [
      'config secure_node',
      `\toption start '10.${number}.0.2'`,
      `\toption end '10.${number}.0.254'`,
      "\toption spi '102'",
      "\toption ascii '0987654'",
      "\toption algorithm 'hmac-md5'",
      'config subnet',
      `\toption network '10.${number}.0.0/24'`,
      `\toption home_agent '10.${number}.0.1'`,
      `\toption gateway_mac '02:00:00:00:${number.toString().padStart(2, '0')}:01'`,
    ]),
    '',
  ].join('\n');
}

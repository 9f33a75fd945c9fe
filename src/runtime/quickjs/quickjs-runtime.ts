// The host on the router: QuickJS's loop, its clocks and timers, and the descriptors of quickjs-ffi. It carries arrivals to
// the daemon and departures into the world, and turns what the world refuses into arrivals.

import * as os from 'os';
import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import type { Daemon } from '../../daemon/daemon.ts';
import type { Ipv4Address } from '../../octets/address.ts';
import type { Moment } from '../../roles/role.ts';
import { NETLINK_NETFILTER, NETLINK_RECEIVE_LENGTH, NETLINK_ROUTE } from '../../wire/netlink.ts';
import type { Arrival, Datagram, Departure, FailedPart, NetlinkChannel } from '../runtime.ts';
import { readFile, replaceFile } from './files.ts';
import { StreamSocket } from './stream-socket.ts';
import { errnoNameOf, failureOf } from './system-error.ts';
import { SystemLog } from './system-log.ts';

/** No frame and no registration message is longer; what is, makes no sense. */
const RECEIVE_LENGTH = 4096;
/** Messages taken from one socket before the others have their turn. */
const RECEIVE_BURST = 64;
/** The longest sleep that QuickJS's timers hold. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;
const HOSTS_PATH = '/etc/hosts';
const RESOLVER_PATH = '/etc/resolv.conf';
/** Some block whole lists of hosts by that file; who is looked for stands at its beginning. */
const MOST_NAME_OCTETS = 65_536;
/** sysexits.h, EX_SOFTWARE. */
const EXIT_SOFTWARE = 70;
/** QuickJS has no name for it; the number is the same on every Linux. */
const SIGHUP = 1;

/** Servers that are asked by UDP; each kind has a socket. */
type Asked = 'radius' | 'dns';

/** `log`: logd's socket, where the log goes there. */
export type Paths = {
  readonly configuration: string;
  readonly state: string;
  readonly map: string;
  readonly log?: string | undefined;
};

export class QuickJsRuntime {
  readonly #daemon: Daemon;
  readonly #paths: Paths;
  readonly #log: SystemLog;
  readonly #buffer = new Uint8Array(RECEIVE_LENGTH);
  readonly #netlinkBuffer = new Uint8Array(NETLINK_RECEIVE_LENGTH);
  readonly #netlink = new Map<NetlinkChannel, number>();
  readonly #frameSockets = new Map<string, number>();
  readonly #groupSockets = new Map<string, number>();
  readonly #linkSockets = new Map<number, number>();
  readonly #questions = new Map<Asked, number>();
  #ubus: StreamSocket | undefined;
  #registration: number | undefined;
  #map: number | undefined;
  #packets: number | undefined;
  #timer: os.Timer | undefined;
  #timerAtMs: number | undefined;
  #arrivals: Arrival[] = [];
  #isBusy = false;
  /** The alarm is set once after all of them. */
  #isInBurst = false;

  constructor(daemon: Daemon, paths: Paths) {
    this.#daemon = daemon;
    this.#paths = paths;
    this.#log = new SystemLog(paths.log);
  }

  run(): void {
    os.signal(os.SIGTERM, () => this.#arrive({ kind: 'stopRequested' }));
    os.signal(os.SIGINT, () => this.#arrive({ kind: 'stopRequested' }));
    os.signal(os.SIGUSR1, () => this.#arrive({ kind: 'restartRequested' }));
    os.signal(SIGHUP, () => this.#readConfiguration());
    this.#arrive({ kind: 'stateRead', octets: readFile(this.#paths.state) });
    this.#arrive({ kind: 'mapRead', octets: readFile(this.#paths.map) });
    this.#readConfiguration();
    this.#arrive({ kind: 'started' });
  }

  #readConfiguration(): void {
    this.#arrive({ kind: 'configuration', octets: readFile(this.#paths.configuration) });
  }

  #readNameFiles(): void {
    const [hosts, resolverConfiguration] = [HOSTS_PATH, RESOLVER_PATH].map((path) => readFile(path, MOST_NAME_OCTETS));
    this.#arrive({ kind: 'nameFiles', hosts, resolverConfiguration });
  }

  /** One arrival at a time: what a departure brings about waits until all departures before it are done. */
  #arrive(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#arrivals.shift(); next !== undefined; next = this.#arrivals.shift()) {
        for (const departure of this.#daemon.handle(next, moment())) this.#depart(departure);
      }
    } catch (error) {
      endInError(error, this.#log);
    }
    this.#isBusy = false;
    if (!this.#isInBurst) this.#setAlarm();
  }

  #depart(departure: Departure): void {
    switch (departure.kind) {
      case 'log':
        return this.#log.write(departure.level, departure.text);
      case 'exit':
        return std.exit(departure.status);
      case 'configurationRead':
        return this.#readConfiguration();
      case 'ubusConnect':
        return this.#connectUbus(departure.path);
      case 'ubusSend':
        return this.#ubus?.send(departure.octets);
      case 'ubusDisconnect':
        return this.#ubus?.close();
      case 'netlinkOpen':
        return this.#openNetlink(departure.channel, departure.groups);
      case 'netlinkSend':
        return this.#sendNetlink(departure.channel, departure.octets);
      case 'registrationOpen':
        return this.#openRegistration(departure.port);
      case 'registrationClose':
        return this.#closeRegistration();
      case 'registrationSend':
        return this.#sendRegistration(departure);
      case 'radiusOpen':
        return this.#openQuestions('radius');
      case 'radiusClose':
        return this.#closeQuestions('radius');
      case 'radiusSend':
        return this.#sendQuestion('radius', departure);
      case 'nameFilesRead':
        return this.#readNameFiles();
      case 'dnsOpen':
        return this.#openQuestions('dns');
      case 'dnsClose':
        return this.#closeQuestions('dns');
      case 'dnsSend':
        return this.#sendQuestion('dns', departure);
      case 'packetSend':
        return this.#sendPacket(departure.octets, departure.destination);
      case 'mapOpen':
        return this.#openMap(departure.port);
      case 'mapClose':
        if (this.#map !== undefined) close(this.#map);
        this.#map = undefined;
        return;
      case 'mapSend':
        return this.#sendMap(departure);
      case 'mapWrite':
        return this.#try({ kind: 'mapFile' }, () => replaceFile(this.#paths.map, departure.octets));
      case 'groupsJoin':
        return this.#joinGroups(departure.interfaceName, departure.multicastGroups);
      case 'groupsLeave':
        return this.#leaveGroups(departure.interfaceName);
      case 'stateWrite':
        return this.#try({ kind: 'state' }, () => replaceFile(this.#paths.state, departure.text));
      case 'framesOpen':
        return this.#openFrames(departure);
      case 'framesClose':
        return this.#closeFrames(departure.interfaceName);
      case 'frameSend':
        return this.#sendFrame(departure.interfaceName, departure.octets);
      case 'linkFrameSend':
        return this.#sendLinkFrame(departure.interfaceIndex, departure.octets);
    }
  }

  #connectUbus(path: string): void {
    try {
      this.#ubus = new StreamSocket(ffi.unixConnect(path), {
        onOctets: (octets) => this.#arrive({ kind: 'ubusReceived', octets }),
        onEnd: (why) => this.#arrive({ kind: 'ubusDisconnected', why }),
      });
      this.#arrive({ kind: 'ubusConnected' });
    } catch (error) {
      this.#arrive({ kind: 'ubusDisconnected', why: `${path}: ${errnoNameOf(error)}` });
    }
  }

  #openNetlink(channel: NetlinkChannel, groups: readonly number[]): void {
    this.#try({ kind: 'netlink', channel }, () => {
      const protocol = channel === 'netfilter' || channel === 'tables' ? NETLINK_NETFILTER : NETLINK_ROUTE;
      const descriptor = ffi.netlinkOpen(protocol, groups);
      this.#netlink.set(channel, descriptor);
      this.#watch(descriptor, { kind: 'netlink', channel }, () => this.#receiveNetlink(channel, descriptor));
    });
  }

  #receiveNetlink(channel: NetlinkChannel, descriptor: number): Arrival | undefined {
    try {
      const length = ffi.receive(descriptor, this.#netlinkBuffer);
      if (length === undefined) return undefined;
      return { kind: 'netlinkReceived', channel, octets: this.#netlinkBuffer.slice(0, length) };
    } catch (error) {
      if (errnoNameOf(error) !== 'ENOBUFS') throw error;
      return { kind: 'netlinkOverrun', channel };
    }
  }

  #sendNetlink(channel: NetlinkChannel, octets: Uint8Array): void {
    const descriptor = this.#netlink.get(channel);
    if (descriptor === undefined) {
      const failure = { code: 'EBADF', message: 'its socket could not be opened' };
      return this.#arrive({ kind: 'failed', part: { kind: 'netlink', channel }, failure });
    }
    this.#try({ kind: 'netlink', channel }, () => ffi.send(descriptor, octets));
  }

  #openRegistration(port: number): void {
    this.#try({ kind: 'registrationSocket' }, () => {
      const descriptor = ffi.udpOpen({ port, broadcast: true, receiveErrors: true });
      this.#registration = descriptor;
      this.#watch(descriptor, { kind: 'registrationSocket' }, () => this.#receiveRegistration(descriptor));
    });
  }

  #receiveRegistration(descriptor: number): Arrival | undefined {
    // What ICMP said of a datagram comes before all datagrams, and would come as an error of receiving.
    const refusal = ffi.udpReceiveError(descriptor);
    if (refusal !== undefined) {
      const address = refusal.address as Ipv4Address;
      const { icmpType, icmpCode } = refusal;
      return { kind: 'registrationUnreachable', address, icmpType, icmpCode };
    }
    const datagram = this.#receiveDatagram(descriptor);
    return datagram && { kind: 'registrationReceived', datagram };
  }

  #receiveDatagram(descriptor: number): Datagram | undefined {
    const facts = ffi.udpReceive(descriptor, this.#buffer);
    if (facts === undefined) return undefined;
    return {
      octets: this.#buffer.slice(0, facts.length),
      sourceAddress: facts.sourceAddress as Ipv4Address,
      sourcePort: facts.sourcePort,
      destinationAddress: facts.destinationAddress as Ipv4Address,
      interfaceIndex: facts.interfaceIndex,
      timeToLive: facts.timeToLive,
    };
  }

  #closeRegistration(): void {
    if (this.#registration === undefined) return;
    close(this.#registration);
    this.#registration = undefined;
  }

  #sendRegistration(message: Extract<Departure, { kind: 'registrationSend' }>): void {
    const descriptor = this.#registration;
    if (descriptor === undefined) return;
    const { octets, destination, destinationPort, source, interfaceIndex } = message;
    const link = interfaceIndex === undefined ? {} : { interfaceIndex };
    const to = { address: destination, port: destinationPort, sourceAddress: source, ...link };
    this.#try({ kind: 'registrationSend', destination }, () => ffi.udpSend(descriptor, octets, to));
  }

  /** On a port that the kernel chooses: only who was asked has anything to say there. */
  #openQuestions(of: Asked): void {
    this.#try({ kind: `${of}Socket` }, () => {
      const descriptor = ffi.udpOpen({ port: 0, receiveErrors: true });
      this.#questions.set(of, descriptor);
      this.#watch(descriptor, { kind: `${of}Socket` }, () => this.#receiveAnswer(of, descriptor));
    });
  }

  #receiveAnswer(of: Asked, descriptor: number): Arrival | undefined {
    // What the last answer brought about may have closed the socket.
    if (this.#questions.get(of) !== descriptor) return undefined;
    const refusal = ffi.udpReceiveError(descriptor);
    if (refusal !== undefined) {
      return { kind: `${of}Unreachable`, address: refusal.address as Ipv4Address, port: refusal.port };
    }
    const datagram = this.#receiveDatagram(descriptor);
    return datagram && { kind: `${of}Received`, ...datagram };
  }

  #closeQuestions(of: Asked): void {
    const descriptor = this.#questions.get(of);
    if (descriptor === undefined) return;
    this.#questions.delete(of);
    close(descriptor);
  }

  #sendQuestion(of: Asked, { octets, address, port }: Extract<Departure, { kind: `${Asked}Send` }>): void {
    const descriptor = this.#questions.get(of);
    if (descriptor === undefined) return;
    this.#try({ kind: `${of}Send` }, () => ffi.udpSend(descriptor, octets, { address, port }));
  }

  #sendPacket(octets: Uint8Array, destination: Ipv4Address): void {
    this.#try({ kind: 'packet', destination }, () => {
      this.#packets ??= ffi.ipv4Open();
      ffi.ipv4Send(this.#packets, octets, destination);
    });
  }

  #openMap(port: number): void {
    this.#try({ kind: 'mapSocket' }, () => {
      const descriptor = ffi.udpOpen({ port });
      this.#map = descriptor;
      this.#watch(descriptor, { kind: 'mapSocket' }, () => {
        // What the last message brought about may have closed the socket.
        const datagram = this.#map === descriptor ? this.#receiveDatagram(descriptor) : undefined;
        return datagram && { kind: 'mapReceived', datagram };
      });
    });
  }

  #sendMap({ octets, source, destination, destinationPort: port }: Extract<Departure, { kind: 'mapSend' }>): void {
    const descriptor = this.#map;
    if (descriptor === undefined) return;
    const to = { address: destination, port, ...(source === undefined ? {} : { sourceAddress: source }) };
    this.#try({ kind: 'mapSend', destination }, () => ffi.udpSend(descriptor, octets, to));
  }

  /** A socket that hears nothing but its membership. */
  #joinGroups(interfaceName: string, multicastGroups: readonly Ipv4Address[]): void {
    if (this.#groupSockets.has(interfaceName)) return;
    this.#try({ kind: 'groups', interfaceName }, () => {
      this.#groupSockets.set(interfaceName, ffi.icmpOpen({ interfaceName, multicastGroups }));
    });
  }

  #leaveGroups(interfaceName: string): void {
    const descriptor = this.#groupSockets.get(interfaceName);
    if (descriptor === undefined) return;
    this.#groupSockets.delete(interfaceName);
    ffi.close(descriptor);
  }

  #openFrames(wanted: Extract<Departure, { kind: 'framesOpen' }>): void {
    const { interfaceName, interfaceIndex, filter } = wanted;
    this.#try({ kind: 'frames', interfaceName }, () => {
      const present = this.#frameSockets.get(interfaceName);
      if (present !== undefined) return ffi.packetSetFilter(present, filter);
      const descriptor = ffi.packetOpen({ interfaceIndex, filter });
      this.#frameSockets.set(interfaceName, descriptor);
      const part = { kind: 'frames', interfaceName } as const;
      this.#watch(descriptor, part, () => this.#receiveFrame(interfaceName, descriptor));
    });
  }

  #receiveFrame(interfaceName: string, descriptor: number): Arrival | undefined {
    // What the last frame brought about may have closed the socket.
    if (this.#frameSockets.get(interfaceName) !== descriptor) return undefined;
    const facts = ffi.packetReceive(descriptor, this.#buffer);
    if (facts === undefined) return undefined;
    return { kind: 'frameReceived', interfaceName, octets: this.#buffer.slice(0, facts.length) };
  }

  #closeFrames(interfaceName: string): void {
    const descriptor = this.#frameSockets.get(interfaceName);
    if (descriptor === undefined) return;
    this.#frameSockets.delete(interfaceName);
    close(descriptor);
  }

  #sendFrame(interfaceName: string, octets: Uint8Array): void {
    const descriptor = this.#frameSockets.get(interfaceName);
    if (descriptor === undefined) return;
    this.#try({ kind: 'frames', interfaceName }, () => ffi.packetSend(descriptor, octets));
  }

  /** A socket for each link that frames were sent on: they are few, and it receives nothing. */
  #sendLinkFrame(interfaceIndex: number, octets: Uint8Array): void {
    this.#try({ kind: 'linkFrame', interfaceIndex }, () => {
      const descriptor = this.#linkSockets.get(interfaceIndex) ?? ffi.packetOpen({ interfaceIndex, filter: NOTHING });
      this.#linkSockets.set(interfaceIndex, descriptor);
      ffi.packetSend(descriptor, octets);
    });
  }

  /** Takes what waits at a descriptor whenever something does, but lets the others have their turn. */
  #watch(descriptor: number, part: FailedPart, receiveOne: () => Arrival | undefined): void {
    os.setReadHandler(descriptor, () => {
      this.#isInBurst = true;
      this.#try(part, () => {
        for (let count = 0; count < RECEIVE_BURST; count++) {
          const arrival = receiveOne();
          if (arrival === undefined) return;
          this.#arrive(arrival);
        }
      });
      this.#isInBurst = false;
      this.#setAlarm();
    });
  }

  #try(part: FailedPart, act: () => unknown): void {
    try {
      act();
    } catch (error) {
      this.#arrive({ kind: 'failed', part, failure: failureOf(error) });
    }
  }

  /** One timer, for the earliest deadline. */
  #setAlarm(): void {
    const deadline = this.#daemon.nextDeadline();
    if (deadline === this.#timerAtMs) return;
    if (this.#timer !== undefined) os.clearTimeout(this.#timer);
    this.#timerAtMs = deadline;
    this.#timer = undefined;
    if (deadline === undefined) return;
    // Rounded up, or it would wake a moment too early, for nothing.
    const sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, Math.ceil(deadline - os.now())));
    this.#timer = os.setTimeout(() => this.#wake(), sleepMs);
  }

  #wake(): void {
    this.#timer = undefined;
    this.#timerAtMs = undefined;
    this.#arrive({ kind: 'alarm' });
  }
}

/** A program that lets no frame in. */
const NOTHING: readonly ffi.BpfInstruction[] = [[6, 0, 0, 0]];

function moment(): Moment {
  return { monotonicMs: os.now(), unixMs: Date.now() };
}

function close(descriptor: number): void {
  os.setReadHandler(descriptor, null);
  ffi.close(descriptor);
}

/** A fault of ours: the state may be half changed, so the daemon ends, and procd starts it again. */
function endInError(error: unknown, log: SystemLog): never {
  const stack = error instanceof Error ? `\n${error.stack}` : '';
  log.write('error', `an error in pmip itself, please report it: ${error}${stack}`);
  return std.exit(EXIT_SOFTWARE);
}

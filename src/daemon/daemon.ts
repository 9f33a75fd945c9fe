// The daemon as a whole: an arrival goes in, departures come out of the same call. It keeps the bus, the kernel and the
// configuration in step with the roles, which do the work.

import { type Bss, HostapdClient, type HostapdEffect, type HostapdPurpose } from '../clients/hostapd-client.ts';
import { type KernelOutput, KernelState } from '../clients/kernel-state.ts';
import type { Wish } from '../clients/kernel-wishes.ts';
import { NetworkClient, type NetworkEffect } from '../clients/network-client.ts';
import { type Config, readConfig } from '../config/config.ts';
import { formatProblem } from '../config/problem.ts';
import { earlier } from '../roles/expiring-table.ts';
import type { Report } from '../roles/report.ts';
import type { Moment } from '../roles/role.ts';
import type { Arrival, Departure, FailedPart, Failure, Host, LogLevel, NetlinkChannel } from '../runtime/runtime.ts';
import { UbusClient } from '../ubus-js/client.ts';
import type { UbusEffect } from '../ubus-js/effects.ts';
import { REGISTRATION_PORT } from '../wire/registration.ts';
import { BusDesk, type DeskEffect } from './bus-desk.ts';
import type { Sources } from './bus-object.ts';
import { failureNews } from './failures.ts';
import { FrameSockets } from './frame-sockets.ts';
import { HomeAgentRoutes } from './home-agent-routes.ts';
import { stationFrameArrival } from './inbound.ts';
import { Log } from './log.ts';
import { type Learned, NOTHING_LEARNED } from './map-inputs.ts';
import { movedAddress, NETLINK_SOCKETS } from './outbound.ts';
import { Problems } from './problems.ts';
import type { LogLine } from './report-text.ts';
import { type RoleConfigurations, roleConfigurations } from './role-configurations.ts';
import { Servers, type ServersOutput } from './servers.ts';
import { notServed, serviceFault } from './service-rule.ts';
import { StandingWishes } from './standing-wishes.ts';
import { StateKeeper } from './state-keeper.ts';
import { Counters } from './status.ts';
import { Switchboard, type SwitchboardEffect } from './switchboard.ts';
import { RETRY_MS, SETTLE_MS, STOP_MS, SWEEP_AFTER_MS, Timers } from './timers.ts';
import { kernelTroubles, ubusTroubles } from './troubles.ts';
import { wiredPorts } from './wired-ports.ts';

type Timer = 'settle' | 'sweep' | 'exit' | 'keep';

export class Daemon {
  readonly #ubus = new UbusClient<HostapdPurpose>();
  readonly #hostapd = new HostapdClient(this.#ubus);
  readonly #desk = new BusDesk(this.#ubus);
  readonly #network: NetworkClient;
  readonly #servers: Servers;
  readonly #kernel: KernelState;
  readonly #switchboard: Switchboard;
  readonly #keeper: StateKeeper;
  readonly #counters = new Counters();
  readonly #problems = new Problems();
  readonly #log = new Log();
  readonly #homeAgentRoutes = new HomeAgentRoutes();
  #learned: Learned = NOTHING_LEARNED;
  readonly #frameSockets = new FrameSockets();
  readonly #timers = new Timers<Timer>();
  #config: Config = readConfig('').config;
  readonly #standing = new StandingWishes(this.#hostapd, this.#frameSockets);
  #isGreServed = true;
  #isStopping = false;
  #startedAtMs = 0;
  #now: Moment = { monotonicMs: 0, unixMs: 0 };
  #departures: Departure[] = [];

  constructor(host: Host) {
    this.#network = new NetworkClient(host.conventions);
    this.#kernel = new KernelState(host.conventions);
    const desk = { problems: this.#problems, counters: this.#counters, log: this.#log };
    this.#servers = new Servers(host, desk, this.#config);
    this.#switchboard = new Switchboard(this.#roleConfigurations(), host);
    this.#keeper = new StateKeeper(this.#switchboard);
  }

  handle(arrival: Arrival, now: Moment): Departure[] {
    this.#departures = [];
    this.#now = now;
    this.#arrived(arrival, now);
    this.#serversOutputs(this.#servers.ask(now), now);
    const { isBehind, waitMs } = this.#keeper;
    if (isBehind && !this.#timers.has('keep')) this.#timers.set('keep', now.monotonicMs + waitMs);
    return this.#departures;
  }

  nextDeadline(): number | undefined {
    const bus = earlier(this.#ubus.nextDeadline(), this.#hostapd.nextDeadline());
    const clients = earlier(bus, this.#servers.nextDeadline());
    return earlier(earlier(clients, this.#timers.earliest()), this.#switchboard.nextDeadline());
  }

  #arrived(arrival: Arrival, now: Moment): void {
    switch (arrival.kind) {
      case 'started':
        return this.#started(now);
      case 'configuration':
        return this.#configurationRead(arrival.octets, now);
      case 'stateRead':
        return this.#keeper.read(arrival.octets);
      case 'registrationUnreachable':
        return this.#effects(this.#switchboard.agentUnreachable(arrival, now));
      case 'alarm':
        return this.#alarm(now);
      case 'stopRequested':
        return this.#stop(now);
      case 'restartRequested':
        return this.#leave(now);
      case 'ubusConnected':
        return this.#ubusEffects(this.#ubus.connected(now.monotonicMs), now);
      case 'ubusReceived':
        return this.#ubusEffects(this.#ubus.received(arrival.octets, now.monotonicMs), now);
      case 'ubusDisconnected':
        return this.#ubusEffects(this.#ubus.disconnected(arrival.why, now.monotonicMs), now);
      case 'netlinkReceived':
        return this.#netlinkArrived(arrival.channel, arrival.octets, now);
      case 'netlinkOverrun':
        return this.#netlinkArrived(arrival.channel, undefined, now);
      case 'mapRead':
      case 'mapReceived':
        return this.#effects(this.#switchboard.mapArrived(arrival, now));
      case 'registrationReceived':
        return this.#effects(this.#switchboard.registrationReceived(arrival.datagram, now));
      case 'frameReceived':
        return this.#frameReceived(arrival.interfaceName, arrival.octets, now);
      case 'failed':
        return this.#failed(arrival.part, arrival.failure);
      default:
        return this.#serversOutputs(this.#servers.arrived(arrival, now), now);
    }
  }

  #started(now: Moment): void {
    for (const each of NETLINK_SOCKETS) this.#depart(each);
    this.#networkEffects(this.#network.start(), now);
    this.#startedAtMs = now.monotonicMs;
    this.#ubusEffects(this.#desk.open(now), now);
    this.#ubusEffects(this.#ubus.start(), now);
  }

  #configurationRead(octets: Uint8Array | undefined, now: Moment): void {
    const { config, problems } = readConfig(octets ?? '');
    const missing = 'there is no /etc/config/pmip: install the package again, or write one';
    const texts = octets === undefined ? [missing] : problems.map((problem) => formatProblem(problem));
    this.#log.least = config.main.logLevel;
    this.#serversOutputs(this.#servers.configurationRead(config, now), now);
    this.#logLines(this.#problems.replace('configuration', texts));
    if (!config.main.isEnabled) this.#say('notice', "disabled: set 'option enabled 1' in 'config pmip main'");
    this.#configurationKnown(now);
  }

  /** Anew when a host that is named in it has another address. */
  #configurationKnown(now: Moment): void {
    this.#config = this.#servers.config;
    this.#askSources(now);
    this.#configure(now);
  }

  /** Brings the roles in step with the configuration and the network; doing it again changes nothing. */
  #configure(now: Moment): void {
    const { isKnown, network } = this.#network;
    if (!isKnown || this.#isStopping) return;
    this.#serversOutputs(this.#servers.configured(network, now), now);
    const configurations = this.#roleConfigurations();
    this.#logLines(this.#problems.replace('bridge', configurations.faults));
    this.#keepStandingWishes(now);
    this.#effects(this.#switchboard.configured(configurations, now));
    // Bindings and visitors of before a restart, as soon as it is known which of them can still be served.
    const former = this.#config.main.isEnabled ? this.#keeper.takeUp() : undefined;
    if (former !== undefined) this.#effects(this.#switchboard.restore(former, now));
    const ports = wiredPorts(this.#config, network, this.#hostapd.bsses());
    for (const each of this.#frameSockets.hear(configurations, ports)) this.#depart(each);
    for (const bss of this.#hostapd.bsses()) this.#serve(bss, now);
  }

  #roleConfigurations(): RoleConfigurations {
    const { sources, isCutOff } = this.#homeAgentRoutes;
    const fetched = this.#servers.radius.associations;
    const surroundings = { sources, isCutOff, isGreServed: this.#isGreServed, fetched, learned: this.#learned };
    return roleConfigurations(this.#config, { network: this.#network.network, ...surroundings });
  }

  #keepStandingWishes(now: Moment): void {
    const wasRunning = !this.#standing.isEmpty;
    const { wanted, unwanted } = this.#standing.replace(this.#config, this.#network.network);
    this.#kernelOutputs([...this.#kernel.unwanted(unwanted), ...this.#kernel.wanted(wanted)]);
    if (wanted.length === 0 && wasRunning) this.#depart({ kind: 'registrationClose' });
    if (wanted.length === 0 || wasRunning) return;
    this.#depart({ kind: 'registrationOpen', port: REGISTRATION_PORT });
    this.#timers.set('sweep', now.monotonicMs + SWEEP_AFTER_MS);
  }

  /** A station is served where the switch is on for the bridge, its radio and its SSID. */
  #serve(bss: Bss, now: Moment): void {
    const { interfaceName } = bss;
    const bridge = this.#network.network.masterOf(interfaceName);
    const interfaceIndex = this.#network.network.interfaceIndex(interfaceName);
    const section = this.#config.bridges.find(({ device }) => device === bridge);
    const isBridgeServed = bridge !== undefined && this.#switchboard.configurations.accessPoint.bridges.has(bridge);
    if (section === undefined || !isBridgeServed || interfaceIndex === undefined || serviceFault(section, bss)) {
      return this.#stopServing(interfaceName, now);
    }
    if (this.#frameSockets.hearsStations(interfaceName)) return;
    this.#say('notice', `serving ${interfaceName} (SSID '${bss.ssid}') on ${bridge}`);
    const place = { interfaceName, interfaceIndex, bridge };
    for (const departure of this.#frameSockets.hearStations(place)) this.#depart(departure);
    this.#keepStandingWishes(now);
    for (const mac of this.#hostapd.stations(interfaceName)) {
      this.#effects(this.#switchboard.toAccessPoint({ kind: 'stationAttached', mac, interfaceName, bridge }, now));
    }
  }

  #stopServing(interfaceName: string, now: Moment): void {
    if (!this.#frameSockets.hearsStations(interfaceName)) return;
    for (const mac of this.#hostapd.stations(interfaceName)) {
      this.#effects(this.#switchboard.toAccessPoint({ kind: 'stationDetached', mac, interfaceName }, now));
    }
    for (const departure of this.#frameSockets.close(interfaceName)) this.#depart(departure);
    this.#keepStandingWishes(now);
  }

  #alarm(now: Moment): void {
    const { monotonicMs } = now;
    this.#ubusEffects(this.#ubus.deadlineReached(monotonicMs), now);
    this.#hostapdEffects(this.#hostapd.deadlineReached(monotonicMs), now);
    this.#effects(this.#switchboard.deadlineReached(now));
    this.#serversOutputs(this.#servers.deadlineReached(now), now);
    if (this.#timers.takeDue('keep', monotonicMs)) this.#depart({ kind: 'stateWrite', text: this.#keeper.state(now) });
    if (this.#timers.takeDue('settle', monotonicMs)) {
      this.#configure(now);
      this.#askSources(now);
      this.#kernelOutputs(this.#kernel.reconcile({ sweep: false }));
    }
    if (this.#timers.takeDue('exit', monotonicMs)) this.#depart({ kind: 'exit', status: 1 });
    if (this.#timers.takeDue('sweep', monotonicMs)) this.#kernelOutputs(this.#kernel.reconcile({ sweep: true }));
  }

  /** Stopped by its user, pmip takes away all it made; the end of the last survey is the end of the process. */
  #stop(now: Moment): void {
    if (this.#isStopping) return this.#depart({ kind: 'exit', status: 0 });
    this.#isStopping = true;
    this.#say('notice', 'stopping: taking back what the kernel was given');
    this.#ubusEffects(this.#ubus.stop(now.monotonicMs), now);
    this.#timers.set('exit', now.monotonicMs + STOP_MS);
    this.#depart({ kind: 'stateWrite', text: this.#keeper.stateOfStopped(now) });
    this.#effects(this.#switchboard.stopped(now));
    this.#kernelOutputs(this.#kernel.removeAll());
  }

  /** The kernel keeps all that it was given: traffic goes on until the next daemon takes it up. Others may come meanwhile. */
  #leave(now: Moment): void {
    this.#kernelOutputs(this.#kernel.unwanted(this.#standing.barriers()));
    this.#depart({ kind: 'stateWrite', text: this.#keeper.state(now) });
    this.#effects(this.#switchboard.map.keep(now));
    this.#say('notice', 'leaving: what the kernel was given stays for the next daemon');
    this.#depart({ kind: 'exit', status: 0 });
  }

  #ubusEffects(effects: readonly UbusEffect<HostapdPurpose>[], now: Moment): void {
    for (const effect of effects) this.#ubusEffect(effect, now);
  }

  #ubusEffect(effect: UbusEffect<HostapdPurpose>, now: Moment): void {
    const path = this.#config.main.ubusSocket;
    switch (effect.kind) {
      case 'connect':
        return this.#depart({ kind: 'ubusConnect', path });
      case 'send':
        return this.#depart({ kind: 'ubusSend', octets: effect.octets });
      case 'disconnect':
        return this.#depart({ kind: 'ubusDisconnect' });
      case 'ready':
        this.#logLines(ubusTroubles(effect, this.#problems));
        return this.#hostapdEffects(this.#hostapd.ready(now.monotonicMs), now);
      case 'lost':
      case 'objectRefused':
        return this.#logLines(ubusTroubles(effect, this.#problems));
      case 'invoked':
        return this.#deskEffects(this.#desk.invoked(effect, this.#sourcesOfStatus(), now));
      case 'ignored':
        return this.#counters.add('ubusIgnored');
      default:
        return this.#hostapdEffects(this.#hostapd.handle(effect, now.monotonicMs), now);
    }
  }

  #deskEffects(effects: readonly DeskEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'ubus') this.#ubusEffects(effect.effects, this.#now);
      else if (effect.kind === 'countWanted') this.#kernelOutputs(this.#kernel.count());
      else if (effect.kind === 'reloadWanted') this.#depart({ kind: 'configurationRead' });
      else this.#effects(this.#switchboard.cleared(effect.homeAddress, this.#now));
    }
  }

  #sourcesOfStatus(): Sources {
    return {
      config: this.#config,
      network: this.#network.network,
      startedAtMs: this.#startedAtMs,
      hostapd: this.#hostapd,
      switchboard: this.#switchboard,
      counters: this.#counters,
      problems: this.#problems,
      radius: this.#servers.radius,
      isServed: (interfaceName) => this.#frameSockets.hearsStations(interfaceName),
    };
  }

  #hostapdEffects(effects: readonly HostapdEffect[], now: Moment): void {
    for (const effect of effects) this.#hostapdEffect(effect, now);
  }

  #hostapdEffect(effect: HostapdEffect, now: Moment): void {
    switch (effect.kind) {
      case 'ubus':
        return this.#ubusEffects(effect.effects, now);
      case 'bssFound':
        return this.#configure(now);
      case 'bssGone':
        return this.#stopServing(effect.interfaceName, now);
      case 'stationAttached':
      case 'stationDetached': {
        const { kind, mac, interfaceName } = effect;
        const bridge = this.#network.network.masterOf(interfaceName);
        if (bridge === undefined || !this.#frameSockets.hearsStations(interfaceName)) {
          return this.#effects(notServed(effect));
        }
        return this.#effects(this.#switchboard.toAccessPoint({ kind, mac, interfaceName, bridge }, now));
      }
    }
  }

  /** Without octets: the socket has lost some. */
  #netlinkArrived(channel: NetlinkChannel, octets: Uint8Array | undefined, now: Moment): void {
    if (channel === 'network') {
      this.#networkEffects(octets ? this.#network.received(octets) : this.#network.overrun(), now);
    } else if (channel !== 'tables') {
      this.#kernelOutputs(octets ? this.#kernel.received(channel, octets) : this.#kernel.overrun(channel));
    } else if (!octets || this.#kernel.hasLostTable(octets)) {
      // Who stops OpenWrt's firewall stops everybody's.
      this.#timers.set('settle', now.monotonicMs + SETTLE_MS);
    }
  }

  #networkEffects(effects: readonly NetworkEffect[], now: Moment): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.#depart({ kind: 'netlinkSend', channel: 'network', octets: effect.octets });
          break;
        case 'changed':
        case 'routesChanged':
          this.#homeAgentRoutes.networkChanged();
          this.#timers.set('settle', now.monotonicMs + SETTLE_MS);
          if (effect.kind === 'changed') this.#configure(now);
          break;
        case 'ownRouteGone':
          if (this.#kernel.hasLostRoute(effect.route)) this.#timers.set('settle', now.monotonicMs + SETTLE_MS);
          break;
        case 'sourceKnown':
          this.#sourceKnown(effect, now);
          break;
        default:
          this.#counters.add('malformed.netlink');
      }
    }
  }

  #askSources(now: Moment): void {
    if (!this.#network.isKnown) return;
    const { homeAgents: learned, authorities } = this.#switchboard.map.destinations();
    const wanted = { homeAgents: [...this.#config.subnets.map(({ homeAgent }) => homeAgent), ...learned], authorities };
    for (const address of this.#homeAgentRoutes.toAsk(wanted, this.#network.network, this.#problems)) {
      this.#networkEffects(this.#network.askSource(address), now);
    }
  }

  #sourceKnown({ destination, source }: Extract<NetworkEffect, { kind: 'sourceKnown' }>, now: Moment): void {
    const { isNews, lines } = this.#homeAgentRoutes.known(destination, source, this.#problems);
    this.#logLines(lines);
    if (isNews) this.#configure(now);
  }

  #kernelOutputs(outputs: readonly KernelOutput[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          this.#depart({ kind: 'netlinkSend', channel: output.protocol, octets: output.octets });
          break;
        case 'established':
        case 'failed':
        case 'notRemoved':
        case 'malformed':
          this.#logLines(kernelTroubles(output, this.#problems, this.#counters));
          if ('wish' in output) this.#wishAnswered(output.wish, output.kind === 'established');
          break;
        case 'counted':
          this.#deskEffects(this.#desk.counted(output.notAdmitted, this.#sourcesOfStatus()));
          break;
        case 'reconciled':
          if (this.#isStopping) this.#depart({ kind: 'exit', status: 0 });
          break;
      }
    }
  }

  /** A kernel without gre: our agents then say so, and nobody is promised a tunnel that cannot be. */
  #wishAnswered(wish: Wish, isEstablished: boolean): void {
    const { monotonicMs } = this.#now;
    if (!isEstablished && !this.#timers.has('settle')) this.#timers.set('settle', monotonicMs + RETRY_MS);
    if (wish.kind !== 'tunnelDevice' || wish.encapsulation !== 'gre' || this.#isGreServed === isEstablished) return;
    this.#isGreServed = isEstablished;
    this.#timers.set('settle', monotonicMs);
  }

  #frameReceived(interfaceName: string, octets: Uint8Array, now: Moment): void {
    const socket = this.#frameSockets.get(interfaceName);
    switch (socket?.hears) {
      case 'mobileNodes':
        return this.#effects(this.#switchboard.linkFrameReceived(interfaceName, octets, now));
      case 'agents':
        return this.#effects(this.#switchboard.portFrameReceived(socket.bridge, octets, now));
      case 'stations': {
        const event = stationFrameArrival(octets, interfaceName);
        if (event.kind === 'malformed') return this.#counters.add('malformed.frame');
        return this.#effects(this.#switchboard.toAccessPoint(event, now));
      }
      case undefined:
        return;
    }
  }

  #effects(effects: readonly SwitchboardEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'departs':
          this.#depart(effect.departure);
          break;
        case 'wanted':
          this.#kernelOutputs(this.#kernel.wanted(effect.wishes));
          break;
        case 'unwanted':
          this.#kernelOutputs(this.#kernel.unwanted(effect.keys));
          break;
        case 'report':
          this.#reported(effect.report);
          break;
        case 'malformed':
          this.#counters.add(`malformed.${effect.what ?? 'registration'}`);
          break;
        case 'mapChanged':
          this.#learned = this.#switchboard.map.learned();
          this.#timers.set('settle', this.#now.monotonicMs + SETTLE_MS);
          break;
        case 'authoritySilent':
          this.#serversOutputs(this.#servers.silent(effect.address, this.#now), this.#now);
          break;
        case 'filterWanted':
          for (const each of this.#frameSockets.filter(effect)) this.#depart(each);
          break;
      }
    }
  }

  #serversOutputs(outputs: readonly ServersOutput[], now: Moment): void {
    for (const output of outputs) {
      if (output.kind === 'known') this.#effects(this.#switchboard.associationKnown(output.homeAddress, now));
      else if (output.kind === 'hostsChanged') this.#configurationKnown(now);
      else this.#effects([output]);
    }
  }

  #reported(report: Report): void {
    this.#counters.count(report);
    this.#ubusEffects(this.#desk.reported(report, this.#now), this.#now);
    for (const departure of this.#log.report(report, this.#now.monotonicMs)) this.#depart(departure);
    const address = movedAddress(report);
    if (address !== undefined) this.#kernelOutputs(this.#kernel.forgetConnections(address));
  }

  #failed(part: FailedPart, failure: Failure): void {
    if (part.kind === 'netlink' && (part.channel === 'route' || part.channel === 'netfilter')) {
      this.#kernelOutputs(this.#kernel.sendFailed(part.channel, failure.code));
    }
    const news = failureNews(part, failure);
    if (news.kind === 'count') this.#counters.add(news.name);
    else this.#logLines(this.#problems.begin(news.part, news.text));
  }

  #logLines(lines: readonly LogLine[]): void {
    for (const departure of this.#log.lines(lines)) this.#depart(departure);
  }

  #say(level: LogLevel, text: string): void {
    this.#logLines([{ level, text }]);
  }

  #depart(departure: Departure): void {
    this.#departures.push(departure);
  }
}

// What can be seen of this router: files of /proc and /etc, the kernel's links, hostapd and the daemon on ubus, and whether
// other home agents answer.

import * as os from 'os';
import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { NetworkClient, type NetworkEffect } from '../clients/network-client.ts';
import type { Config } from '../config/config.ts';
import { readUci, type UciSection } from '../config/uci.ts';
import { broadcastOf, type Ipv4Address, type Prefix } from '../octets/address.ts';
import { readFile } from '../runtime/quickjs/files.ts';
import { quickJsHost } from '../runtime/quickjs/quickjs-host.ts';
import { identificationAt } from '../wire/identification.ts';
import { NETLINK_RECEIVE_LENGTH, NETLINK_ROUTE } from '../wire/netlink.ts';
import { encodeRegistrationRequest, REGISTRATION_PORT } from '../wire/registration.ts';
import { askBus } from './bus-facts.ts';
import { type Facts, type FirewallFacts, KERNEL_MODULES, type KernelModule } from './check.ts';

const RULES = ['input', 'forward', 'srcnat'].map((chain) => `/usr/share/nftables.d/chain-pre/${chain}/50-pmip.nft`);
const STARTS_AT_BOOT = '/etc/rc.d/S90pmip';
const KERNEL_PATIENCE_MS = 1000;
/** A busy router may take a while, and is no less there. */
const PROBE_PATIENCE_MS = 3000;
const PROBE_AGAIN_MS = 1000;
const RECEIVE_LENGTH = 2048;

export function gatherFacts(
  config: Config,
  configurationProblems: readonly string[],
  done: (facts: Facts) => void,
): void {
  const { network, sources } = askKernel(config);
  const own = network.ownAddresses();
  const others = config.subnets.filter(({ homeAgent }) => !own.includes(homeAgent));
  const devices = [...sources.values()].flatMap((source) => network.deviceOf(source) ?? []);
  const immediate = {
    config,
    configurationProblems,
    network,
    installer: exists('/usr/bin/apk') || exists('/sbin/apk') ? 'apk add' : 'opkg install',
    missingModules: missingModules(),
    isForwarding: numberIn('/proc/sys/net/ipv4/ip_forward') === 1,
    reversePathFilters: numbersOf(['all', 'pmip0', 'pmip1'], (name) => `/proc/sys/net/ipv4/conf/${name}/rp_filter`),
    mtus: numbersOf([...new Set(devices)], (name) => `/sys/class/net/${name}/mtu`),
    unixMs: Date.now(),
    isNtpOff: sectionsOf('system').some(
      (section) => section.type === 'timeserver' && option(section, 'enabled') === '0',
    ),
    firewall: firewallFacts(),
    isStartedAtBoot: exists(STARTS_AT_BOOT) || !exists('/etc/rc.d'),
  } as const;
  askBus(config.main.ubusSocket, (onBus) => {
    askHomeAgents(others, sources, (homeAgents) => done({ ...immediate, ...onBus, homeAgents }));
  });
}

/** Links and addresses, and our address on the way to each home agent. */
function askKernel(config: Config): { network: NetworkClient['network']; sources: Map<Ipv4Address, Ipv4Address> } {
  const client = new NetworkClient(quickJsHost().conventions);
  const sources = new Map<Ipv4Address, Ipv4Address>();
  const homeAgents = [...new Set(config.subnets.map(({ homeAgent }) => homeAgent))];
  const descriptor = ffi.netlinkOpen(NETLINK_ROUTE, []);
  const buffer = new Uint8Array(NETLINK_RECEIVE_LENGTH);
  let awaited = homeAgents.length;
  const perform = (effects: readonly NetworkEffect[]) => {
    for (const effect of effects) {
      if (effect.kind === 'send') ffi.send(descriptor, effect.octets);
      if (effect.kind === 'changed') for (const homeAgent of homeAgents) perform(client.askSource(homeAgent));
      if (effect.kind !== 'sourceKnown') continue;
      awaited -= 1;
      if (effect.source !== undefined) sources.set(effect.destination, effect.source);
    }
  };
  perform(client.start());
  const endMs = os.now() + KERNEL_PATIENCE_MS;
  while ((!client.isKnown || awaited > 0) && os.now() < endMs) {
    const length = ffi.receive(descriptor, buffer);
    if (length === undefined) os.sleep(1);
    else perform(client.received(buffer.slice(0, length)));
  }
  ffi.close(descriptor);
  return { network: client.network, sources };
}

/** Loaded, built in, or a file that the kernel would load. */
function missingModules(): Set<KernelModule> {
  const release = textIn('/proc/sys/kernel/osrelease').trim();
  const folder = `/lib/modules/${release}`;
  const lists = ['dep', 'builtin'].map((name) => textIn(`${folder}/modules.${name}`)).join('\n');
  const isThere = (name: KernelModule) => {
    // The daemon has made its devices with them.
    if ((name === 'ipip' && exists('/sys/class/net/pmip0')) || (name === 'ip_gre' && exists('/sys/class/net/pmip1'))) {
      return true;
    }
    if (exists(`/sys/module/${name}`) || exists(`${folder}/${name}.ko`)) return true;
    return new RegExp(`(^|/)${name}\\.ko`, 'm').test(lists);
  };
  return new Set(KERNEL_MODULES.filter((name) => !isThere(name)));
}

function firewallFacts(): FirewallFacts | undefined {
  const sections = sectionsOf('firewall');
  if (!exists('/sbin/fw4') && sections.length === 0) return undefined;
  const defaults = sections.find(({ type }) => type === 'defaults');
  return {
    isOffloading: option(defaults, 'flow_offloading') === '1',
    includesFiles: option(defaults, 'auto_includes') !== '0',
    missingFiles: RULES.filter((path) => !exists(path)),
    masquerades: sections.some((section) => section.type === 'zone' && option(section, 'masq') === '1'),
  };
}

type Other = { readonly network: Prefix; readonly homeAgent: Ipv4Address };

/**
 * The question that Cisco's access points ask, and ours answer to anybody: a deregistration of the network's broadcast
 * address. Whatever the answer says, it says that a home agent is there.
 */
function askHomeAgents(
  others: readonly Other[],
  sources: ReadonlyMap<Ipv4Address, Ipv4Address>,
  done: (states: Facts['homeAgents']) => void,
): void {
  const states = new Map<Ipv4Address, 'answers' | 'silent' | 'noRoute'>();
  for (const { homeAgent } of others) states.set(homeAgent, sources.has(homeAgent) ? 'silent' : 'noRoute');
  const asked = others.filter(({ homeAgent }) => states.get(homeAgent) === 'silent');
  if (asked.length === 0) return done(states);
  const descriptor = ffi.udpOpen({ port: 0 });
  const buffer = new Uint8Array(RECEIVE_LENGTH);
  const finish = () => {
    os.setReadHandler(descriptor, null);
    os.clearTimeout(again);
    os.clearTimeout(end);
    ffi.close(descriptor);
    done(states);
  };
  const ask = () => {
    for (const other of asked) if (states.get(other.homeAgent) === 'silent') sendProbe(descriptor, other, sources);
  };
  const again = os.setTimeout(ask, PROBE_AGAIN_MS);
  const end = os.setTimeout(finish, PROBE_PATIENCE_MS);
  os.setReadHandler(descriptor, () => {
    for (let answer = received(descriptor, buffer); answer !== undefined; answer = received(descriptor, buffer)) {
      if (states.has(answer)) states.set(answer, 'answers');
    }
    if (![...states.values()].includes('silent')) finish();
  });
  ask();
}

function sendProbe(
  descriptor: number,
  { network, homeAgent }: Other,
  sources: ReadonlyMap<Ipv4Address, Ipv4Address>,
): void {
  const careOfAddress = sources.get(homeAgent) ?? homeAgent;
  const octets = encodeRegistrationRequest({
    simultaneousBindings: false,
    broadcastDatagrams: false,
    decapsulationByMobileNode: false,
    minimalEncapsulation: false,
    greEncapsulation: false,
    reverseTunneling: false,
    lifetimeSeconds: 0,
    homeAddress: broadcastOf(network),
    homeAgent,
    careOfAddress,
    identification: identificationAt(Date.now()),
  });
  try {
    ffi.udpSend(descriptor, octets, { address: homeAgent, port: REGISTRATION_PORT });
  } catch {
    // Unreachable: it stays silent.
  }
}

/** Who has answered; undefined when nothing more waits. */
function received(descriptor: number, buffer: Uint8Array): Ipv4Address | undefined {
  try {
    return ffi.udpReceive(descriptor, buffer)?.sourceAddress as Ipv4Address | undefined;
  } catch {
    return undefined;
  }
}

function sectionsOf(name: string): readonly UciSection[] {
  return readUci(readFile(`/etc/config/${name}`) ?? '').sections;
}

function option(section: UciSection | undefined, name: string): string | undefined {
  const found = section?.options.get(name);
  return found?.kind === 'option' ? found.value : undefined;
}

function numbersOf(names: readonly string[], pathOf: (name: string) => string): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const name of names) {
    const value = numberIn(pathOf(name));
    if (value !== undefined) numbers.set(name, value);
  }
  return numbers;
}

function numberIn(path: string): number | undefined {
  const text = textIn(path).trim();
  return text === '' ? undefined : Number(text);
}

/** Also of files of /proc, in which std.loadFile finds nothing. */
function textIn(path: string): string {
  const file = std.open(path, 'r');
  const text = file?.readAsString() ?? '';
  file?.close();
  return text;
}

function exists(path: string): boolean {
  return os.stat(path)[1] === 0;
}

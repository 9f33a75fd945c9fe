// What `pmip check` makes of the facts of a router: what is wrong, and the command that mends it.

import type { LinkFault, Network } from '../clients/network.ts';
import type { Config } from '../config/config.ts';
import { broadcastOf, contains, formatIpv4, formatPrefix, type Ipv4Address, type Prefix } from '../octets/address.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';

export type Finding = {
  readonly part: string;
  /** A note is for who likes to know; only what is wrong counts. */
  readonly verdict: 'ok' | 'note' | 'wrong';
  readonly text: string;
  /** The command, or the commands, that mend it. */
  readonly remedy?: string;
};

/** What can be seen of a router. Undefined: it cannot be seen. */
export type Facts = {
  readonly config: Config;
  /** As the daemon logs them. */
  readonly configurationProblems: readonly string[];
  /** The words that install a package here. */
  readonly installer: 'apk add' | 'opkg install';
  readonly missingModules: ReadonlySet<KernelModule>;
  readonly isForwarding: boolean;
  readonly network: Network;
  /** rp_filter of `all`, and of our tunnel devices that exist. */
  readonly reversePathFilters: ReadonlyMap<string, number>;
  /** MTU of the interfaces that lead to other home agents. */
  readonly mtus: ReadonlyMap<string, number>;
  /** /proc/uptime and the date are enough to see a clock that was never set. */
  readonly unixMs: number;
  readonly isNtpOff: boolean;
  readonly firewall: FirewallFacts | undefined;
  /** The BSSs of hostapd; undefined without ubusd. */
  readonly bsses: readonly { readonly interfaceName: string; readonly ssid: string }[] | undefined;
  /** The daemon's own word; undefined while it is down. */
  readonly daemon: { readonly status: PlainTable; readonly agents: readonly PlainTable[] } | undefined;
  readonly isStartedAtBoot: boolean;
  readonly homeAgents: ReadonlyMap<Ipv4Address, 'answers' | 'silent' | 'noRoute'>;
};

export const KERNEL_MODULES = [
  'ipip',
  'ip_gre',
  'nf_tables',
  'nft_meta_bridge',
  'nft_dup_netdev',
  'nf_conntrack_netlink',
] as const;

export type KernelModule = (typeof KERNEL_MODULES)[number];

export type FirewallFacts = {
  readonly isOffloading: boolean;
  readonly includesFiles: boolean;
  /** Of our nftables.d files. */
  readonly missingFiles: readonly string[];
  /** Devices and networks of the zones that have masquerading. */
  readonly masquerades: boolean;
};

/** Before this the software did not exist: a clock that shows it was never set. */
const EARLIEST_UNIX_MS = Date.UTC(2025, 0, 1);
const KERNEL_PACKAGES: Readonly<Record<KernelModule, string>> = {
  ipip: 'kmod-ipip',
  ip_gre: 'kmod-gre',
  nf_tables: 'kmod-nft-core',
  nft_meta_bridge: 'kmod-nft-bridge',
  nft_dup_netdev: 'kmod-nft-netdev',
  nf_conntrack_netlink: 'kmod-nf-conntrack-netlink',
};
const KERNEL_LACKS: Readonly<Record<KernelModule, string>> = {
  ipip: 'the kernel has no ipip tunnels: nothing can be tunnelled',
  ip_gre: 'the kernel has no gre tunnels',
  nf_tables: 'the kernel has no nftables: tunnels cannot be guarded',
  nft_meta_bridge: 'the kernel has no nftables for bridges: visitors that keep their old gateway are not heard',
  nft_dup_netdev: 'the kernel cannot keep broadcasts of visitors and of others in one BSS apart',
  nf_conntrack_netlink: 'the kernel cannot forget the connections of a station that has moved',
};
const CAN_BE_DONE_WITHOUT: readonly KernelModule[] = ['nft_dup_netdev', 'nf_conntrack_netlink'];
const LINK_FAULTS: Readonly<Record<LinkFault, string>> = {
  noSuchDevice: 'there is no such device',
  noEthernet: 'it is no Ethernet link',
  noAddress: 'it has no IPv4 address with a subnet',
};
const STRICT = 1;
/** An ordinary packet and the header of the smaller tunnel are longer than what passes here. */
const FULL_MTU = 1500;
const COMMIT = 'uci commit pmip; reload_config';

export function findings(facts: Facts): Finding[] {
  return [
    ...configurationFindings(facts),
    ...kernelFindings(facts),
    ...bridgeFindings(facts),
    ...hostapdFindings(facts),
    ...firewallFindings(facts),
    ...clockFindings(facts),
    ...keyFindings(facts),
    ...agentFindings(facts),
    ...daemonFindings(facts),
  ];
}

/** Also what `pmip check --configuration` shows alone. */
export function configurationFindings({ configurationProblems }: Pick<Facts, 'configurationProblems'>): Finding[] {
  const part = 'configuration';
  return orFine(
    part,
    '/etc/config/pmip can be read, and no option of it is wrong',
    configurationProblems.map((text) => wrong(part, text)),
  );
}

function kernelFindings({ config, missingModules, installer, isForwarding, reversePathFilters }: Facts): Finding[] {
  const part = 'kernel';
  const found: Finding[] = [];
  for (const module of missingModules) {
    const isNeeded = module === 'ip_gre' ? config.main.tunnel === 'gre' : !CAN_BE_DONE_WITHOUT.includes(module);
    const remedy = `${installer} ${KERNEL_PACKAGES[module]}`;
    found.push({ part, verdict: isNeeded ? 'wrong' : 'note', text: KERNEL_LACKS[module], remedy });
  }
  if (!isForwarding && config.bridges.some(({ isHomeAgent, isForeignAgent }) => isHomeAgent || isForeignAgent)) {
    found.push(wrong(part, 'this box does not forward packets', 'sysctl -w net.ipv4.ip_forward=1'));
  }
  const [general = 0, ...ofTunnels] = [reversePathFilters.get('all'), ...tunnelFilters(reversePathFilters)];
  if (
    [general, ...ofTunnels].includes(STRICT) &&
    !(ofTunnels.length > 0 && ofTunnels.every((value) => value > STRICT))
  ) {
    const text = 'the strict reverse path filter drops what comes out of tunnels (rp_filter 1)';
    const settings = ['all', 'default', 'pmip0', 'pmip1'].map((name) => `net.ipv4.conf.${name}.rp_filter=2`);
    found.push(wrong(part, text, `sysctl -e -w ${settings.join(' ')}`));
  }
  return orFine(part, 'tunnels, nftables for bridges, forwarding', found);
}

function tunnelFilters(filters: Facts['reversePathFilters']): number[] {
  return ['pmip0', 'pmip1'].map((name) => filters.get(name)).filter((value) => value !== undefined);
}

function bridgeFindings({ config, network }: Facts): Finding[] {
  const part = 'bridges';
  const found: Finding[] = [];
  const served = config.bridges.filter(({ isEnabled }) => isEnabled);
  if (served.length === 0) {
    const commands = 'uci set pmip.lan=bridge; uci set pmip.lan.device=br-lan; uci add_list pmip.lan.ssid=SSID';
    found.push(wrong(part, "no 'config bridge' is enabled: nobody is served", `${commands}; ${COMMIT}`));
  }
  for (const { name, device, ssids, ports } of served) {
    const link = network.link(device);
    const section = `pmip.${name}`;
    if (typeof link === 'string') {
      found.push(wrong(part, `${section}, device ${device}: ${LINK_FAULTS[link]}`, bridgeRemedy(link, section)));
    }
    const present = network.portsOf(device).map((port) => port.name);
    for (const port of ports.filter((each) => !present.includes(each))) {
      const text = `${section} names port ${port}, which ${device} does not have`;
      found.push(wrong(part, text, `uci del_list ${section}.port=${port}; ${COMMIT}`));
    }
    if (ssids.length === 0) {
      found.push(
        wrong(part, `${section} names no SSID: no station is served`, `uci add_list ${section}.ssid=SSID; ${COMMIT}`),
      );
    }
  }
  const names = served.map(({ device }) => device);
  return orFine(part, `${names.join(', ')}: there, with an address`, found);
}

function bridgeRemedy(fault: LinkFault, section: string): string {
  if (fault !== 'noAddress') return `uci set ${section}.device=br-lan; ${COMMIT}`;
  return 'uci set network.lan.proto=static; uci set network.lan.ipaddr=ADDRESS/LENGTH; uci commit network; reload_config';
}

function hostapdFindings({ config, bsses, installer }: Facts): Finding[] {
  const part = 'hostapd';
  if (bsses === undefined)
    return [wrong(part, 'ubusd does not answer: no station can be seen', '/etc/init.d/ubus restart')];
  if (bsses.length === 0) {
    const text = 'no hostapd is on ubus: is Wi-Fi switched on, and is wpad one of OpenWrt?';
    return [wrong(part, text, `wifi up; or: ${installer} wpad`)];
  }
  const found: Finding[] = [];
  for (const { name, isEnabled, ssids } of config.bridges) {
    for (const ssid of isEnabled ? ssids : []) {
      if (bsses.some((bss) => bss.ssid === ssid)) continue;
      const there = [...new Set(bsses.map((bss) => `'${bss.ssid}'`))].join(', ');
      found.push(wrong(part, `pmip.${name}: no BSS has the SSID '${ssid}'; there are ${there}`, 'uci show wireless'));
    }
  }
  return orFine(part, `on ubus with ${bsses.map(({ interfaceName }) => interfaceName).join(', ')}`, found);
}

function firewallFindings({ firewall, config, installer }: Facts): Finding[] {
  const part = 'firewall';
  if (firewall === undefined)
    return [note(part, 'this router has no fw4: see that port 434 and IP protocols 4 and 47 get in')];
  const { isOffloading, includesFiles, missingFiles, masquerades } = firewall;
  const found: Finding[] = [];
  const reload = 'uci commit firewall; /etc/init.d/firewall reload';
  if (isOffloading) {
    const text = 'flow offloading is on: the connections of a station that roams go on in the wrong way';
    found.push(wrong(part, text, `uci set firewall.@defaults[0].flow_offloading=0; ${reload}`));
  }
  if (!includesFiles) {
    const text = 'auto_includes is off: the rules of pmip are not in the firewall';
    found.push(wrong(part, text, `uci set firewall.@defaults[0].auto_includes=1; ${reload}`));
  }
  for (const path of missingFiles) {
    const again = installer === 'apk add' ? 'apk fix --reinstall pmip' : 'opkg install --force-reinstall pmip';
    found.push(
      wrong(part, `${path} is missing: tunnels and registrations are refused`, `${again}; /etc/init.d/firewall reload`),
    );
  }
  if (masquerades && config.main.reverseTunnel === '0') {
    const text = 'the way out masquerades, and without a reverse tunnel visitors lose their connections there';
    found.push(wrong(part, text, `uci set pmip.main.reverse_tunnel=auto; ${COMMIT}`));
  }
  return orFine(part, 'rules of pmip in place, no flow offloading', found);
}

function clockFindings({ unixMs, isNtpOff }: Facts): Finding[] {
  const part = 'clock';
  const found: Finding[] = [];
  const ntp = 'uci set system.ntp.enabled=1; uci commit system; /etc/init.d/sysntpd restart';
  const shown = new Date(unixMs).toISOString().slice(0, 16).replace('T', ' ');
  if (unixMs < EARLIEST_UNIX_MS) {
    const text = `it shows ${shown} and was never set: registrations carry the time`;
    found.push(wrong(part, text, isNtpOff ? ntp : '/etc/init.d/sysntpd restart'));
  } else if (isNtpOff) {
    found.push({
      part,
      verdict: 'note',
      text: 'NTP is off: a clock that runs away costs a round trip more',
      remedy: ntp,
    });
  }
  return orFine(part, `${shown} UTC`, found);
}

/** Which of the networks' addresses no key covers. */
function keyFindings({ config, network }: Facts): Finding[] {
  const part = 'keys';
  const found: Finding[] = [];
  if (config.main.authoritativeAccessPoints.length > 0 && config.main.subnetMapKey === undefined) {
    const text = "there is 'list aap' without 'option aap_key': the subnet map is not exchanged";
    found.push(wrong(part, text, `uci set pmip.main.aap_key=SECRET; ${COMMIT}`));
  }
  const own = config.bridges.map(({ device }) => network.link(device));
  const networks = own.flatMap((link) => (typeof link === 'string' ? [] : [link.prefix]));
  for (const row of config.subnets) {
    if (!networks.some((prefix) => formatPrefix(prefix) === formatPrefix(row.network))) networks.push(row.network);
  }
  for (const prefix of config.radiusServers.length > 0 ? [] : networks) {
    const gap = uncovered(prefix, config, network.ownAddresses());
    if (gap === undefined) continue;
    const whole = gap.first <= prefix.network + 2 && gap.last >= broadcastOf(prefix) - 2;
    const range = whole ? formatPrefix(prefix) : `${formatIpv4(gap.first)} to ${formatIpv4(gap.last)}`;
    const text = `no 'config secure_node' covers ${range}: stations with these addresses are not proxied`;
    const values = { start: formatIpv4(gap.first), end: formatIpv4(gap.last), spi: '100', hex: 'KEY' };
    const sets = Object.entries(values).map(([name, value]) => `uci set pmip.@secure_node[-1].${name}=${value}`);
    const remedy = ['uci add pmip secure_node', ...sets, COMMIT].join('; ');
    found.push({ part, verdict: whole ? 'wrong' : 'note', text, remedy });
  }
  const covered = networks.length === 0 ? 'there is no network to cover' : 'every network is covered';
  const source = config.radiusServers.length > 0 ? 'RADIUS has those that are not here' : covered;
  return orFine(part, source, found);
}

/** The first range of a network's host addresses without a key; the home agents' own need none. */
function uncovered(
  prefix: Prefix,
  { secureNodes, subnets }: Config,
  own: readonly Ipv4Address[],
): { readonly first: Ipv4Address; readonly last: Ipv4Address } | undefined {
  const ranges = secureNodes.map(({ start, end }) => ({ start: start as number, end: end as number }));
  for (const address of [...own, ...subnets.map(({ homeAgent }) => homeAgent)]) {
    if (contains(prefix, address)) ranges.push({ start: address, end: address });
  }
  const sorted = ranges.sort((a, b) => a.start - b.start);
  const last = broadcastOf(prefix) - 1;
  let next = prefix.network + 1;
  for (const { start, end } of sorted) {
    if (start > next) break;
    next = Math.max(next, end + 1);
  }
  if (next > last) return undefined;
  const following = sorted.find(({ start }) => start > next)?.start ?? last + 1;
  return { first: next as Ipv4Address, last: Math.min(last, following - 1) as Ipv4Address };
}

function agentFindings({ config, homeAgents, mtus, daemon, network }: Facts): Finding[] {
  const part = 'agents';
  const found: Finding[] = [];
  if (config.subnets.length === 0 && config.main.authoritativeAccessPoints.length === 0) {
    const commands = 'uci add_list pmip.main.aap=ADDRESS; uci set pmip.main.aap_key=SECRET';
    found.push(wrong(part, "no subnet map: neither 'list aap' nor a 'config subnet'", `${commands}; ${COMMIT}`));
  }
  for (const [address, state] of homeAgents) {
    const name = formatIpv4(address);
    if (state === 'noRoute') found.push(wrong(part, `no route leads to home agent ${name}`, `ip route get ${name}`));
    if (state === 'silent') {
      const text = `home agent ${name} does not answer on UDP port 434`;
      found.push(wrong(part, text, `on that router: pmip check; on the way: ping ${name}`));
    }
  }
  for (const [name, octets] of mtus) {
    if (octets >= FULL_MTU) continue;
    const text = `${name} has an MTU of ${octets}: full packets go through the tunnels in two parts`;
    found.push({ part, verdict: 'note', text, remedy: `uci add_list dhcp.lan.dhcp_option=26,${octets - 24}` });
  }
  for (const { isEnabled, isForeignAgent, device, name } of config.bridges) {
    if (daemon === undefined || !isEnabled || isForeignAgent || typeof network.link(device) === 'string') continue;
    if (daemon.agents.some((agent) => agent.bridge === device && agent.foreign_agent === true)) continue;
    found.push(
      wrong(part, `no foreign agent advertises on ${device}`, `uci set pmip.${name}.foreign_agent=1; ${COMMIT}`),
    );
  }
  found.push(...silentAuthorities(daemon?.status));
  const answering = [...homeAgents].filter(([, state]) => state === 'answers').map(([address]) => formatIpv4(address));
  return orFine(
    part,
    answering.length === 0 ? 'no other home agent is named' : `${answering.join(', ')} answers`,
    found,
  );
}

/** As the daemon sees them; what it calls a problem is said with the others. */
function silentAuthorities({ authorities, problems }: PlainTable = {}): Finding[] {
  const rows = Array.isArray(authorities) ? (authorities as PlainTable[]) : [];
  const silent = rows.filter(({ state }) => state === 'silent').map(({ address }) => String(address));
  return silent
    .filter((address) => !JSON.stringify(problems ?? []).includes(address))
    .map((address) => {
      const text = `authoritative access point ${address} does not answer`;
      return wrong('agents', text, `on that router: pmip check; on the way: ping ${address}`);
    });
}

function daemonFindings({ config, daemon, isStartedAtBoot }: Facts): Finding[] {
  const part = 'daemon';
  const found: Finding[] = [];
  if (!config.main.isEnabled) {
    found.push(wrong(part, 'pmip is disabled', `uci set pmip.main.enabled=1; ${COMMIT}`));
  }
  if (config.main.isPaused) {
    found.push({ part, verdict: 'note', text: 'pmip is paused', remedy: `uci set pmip.main.paused=0; ${COMMIT}` });
  }
  if (!isStartedAtBoot) {
    found.push({ part, verdict: 'note', text: 'it is not started at boot', remedy: '/etc/init.d/pmip enable' });
  }
  if (daemon === undefined) found.push(wrong(part, 'it does not run', '/etc/init.d/pmip start; logread -e pmip'));
  const problems = Array.isArray(daemon?.status.problems) ? daemon.status.problems : [];
  // What stands in the file was found above.
  for (const problem of problems) {
    if (!String(problem).startsWith('/etc/config/pmip')) found.push(wrong(part, String(problem)));
  }
  return orFine(part, 'it runs, and knows of no problem', found);
}

function wrong(part: string, text: string, remedy?: string): Finding {
  return { part, verdict: 'wrong', text, ...(remedy === undefined ? {} : { remedy }) };
}

function note(part: string, text: string): Finding {
  return { part, verdict: 'note', text };
}

function orFine(part: string, text: string, found: readonly Finding[]): Finding[] {
  return found.length > 0 ? [...found] : [{ part, verdict: 'ok', text }];
}

// Bridges and BSSs as `pmip status` shows them: served, or why not and what to do about it.

import type { Bss } from '../clients/hostapd-client.ts';
import type { LinkFault, Network } from '../clients/network.ts';
import type { Bridge, Config } from '../config/config.ts';
import { formatIpv4, formatPrefix } from '../octets/address.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import { FAULT_TEXT } from './role-configurations.ts';
import { type ServiceFault, serviceFault } from './service-rule.ts';
import type { Switchboard } from './switchboard.ts';
import { wiredPorts } from './wired-ports.ts';

type Sources = {
  readonly config: Config;
  readonly network: Network;
  readonly switchboard: Switchboard;
  readonly hostapd: { bsses(): Bss[] };
  readonly isServed: (interfaceName: string) => boolean;
};

type PortReason = 'portNotChosen' | 'noSuchPort';
type BridgeReason = LinkFault | 'disabled' | 'bridgeDisabled' | 'paused' | 'noBridge' | 'noGateway';
type BssReason = ServiceFault | 'disabled' | 'notInBridge' | 'bridgeNotConfigured' | 'bridgeNotServed' | 'starting';

const BRIDGE_REASONS: Readonly<Record<BridgeReason, string>> = {
  ...FAULT_TEXT,
  disabled: 'pmip is disabled: uci set pmip.main.enabled=1',
  bridgeDisabled: "this bridge is switched off: set its 'option enabled 1'",
  paused: 'proxying is paused: uci set pmip.main.paused=0',
  noBridge: 'it is no bridge: the agents use it, but stations are served on bridges alone',
  noGateway: 'no route leads to any home agent: give this box a gateway',
};

const BSS_REASONS: Readonly<Record<BssReason, string>> = {
  disabled: BRIDGE_REASONS.disabled,
  notInBridge: 'it is in no bridge: put its network on one',
  bridgeNotConfigured: "no 'config bridge' names its bridge",
  bridgeNotServed: 'its bridge is not served',
  radioNotChosen: "its radio is not in 'list radio' of the bridge",
  ssidNotChosen: "its SSID is not in 'list ssid' of the bridge",
  ssidWithVlans: 'its stations are put into VLANs: give those an SSID of their own, without',
  repeater:
    'the network behind it is reached by Wi-Fi: only an access point with a wired uplink, or none, can serve it',
  starting: 'the daemon is about to begin',
};

const PORT_REASONS: Readonly<Record<PortReason, string>> = {
  portNotChosen: "it is not in 'list port' of the bridge: nothing is said to agents behind it, or heard of them",
  noSuchPort: "the bridge has no port of this name: correct its 'list port'",
};

export function bridgeRows(sources: Sources): PlainTable[] {
  return sources.config.bridges.map((section) => {
    const { device, isHomeAgent, isForeignAgent } = section;
    const link = sources.network.link(device);
    const reason = bridgeReason(section, sources);
    const isGateway = isHomeAgent || isForeignAgent;
    return {
      device,
      ...(typeof link === 'string'
        ? {}
        : {
            address: formatIpv4(link.address),
            network: formatPrefix(link.prefix),
            ...(isGateway ? { gateway: formatIpv4(link.address) } : {}),
          }),
      home_agent: isHomeAgent,
      foreign_agent: isForeignAgent,
      ...(reason === undefined ? SERVED : notServed(reason, BRIDGE_REASONS[reason])),
    };
  });
}

export function bssRows(sources: Sources): PlainTable[] {
  return sources.hostapd.bsses().map((bss) => {
    const { interfaceName, ssid, frequencyMHz, radio } = bss;
    const reason = sources.isServed(interfaceName) ? undefined : bssReason(bss, sources);
    return {
      interface: interfaceName,
      ...(radio === undefined ? {} : { radio }),
      ssid,
      frequency_mhz: frequencyMHz,
      ...(reason === undefined ? SERVED : notServed(reason, BSS_REASONS[reason])),
    };
  });
}

/** Wired ports; one that is served takes part. */
export function portRows({ config, network, hostapd }: Pick<Sources, 'config' | 'network' | 'hostapd'>): PlainTable[] {
  return wiredPorts(config, network, hostapd.bsses()).map(({ bridge, name, interfaceIndex, takesPart }) => {
    const reason = interfaceIndex === undefined ? 'noSuchPort' : 'portNotChosen';
    return { port: name, bridge, ...(takesPart ? SERVED : notServed(reason, PORT_REASONS[reason])) };
  });
}

const SERVED = { served: true } as const;

function notServed(reason: string, reason_text: string): PlainTable {
  return { served: false, reason, reason_text };
}

function bridgeReason(
  { device, isEnabled }: Bridge,
  { config, network, switchboard }: Sources,
): BridgeReason | undefined {
  if (!config.main.isEnabled) return 'disabled';
  if (!isEnabled) return 'bridgeDisabled';
  const link = network.link(device);
  if (typeof link === 'string') return link;
  if (!link.isBridge) return 'noBridge';
  if (config.main.isPaused) return 'paused';
  return switchboard.configurations.accessPoint.bridges.has(device) ? undefined : 'noGateway';
}

function bssReason(bss: Bss, { config, network, switchboard }: Sources): BssReason {
  if (!config.main.isEnabled) return 'disabled';
  const bridge = network.masterOf(bss.interfaceName);
  if (bridge === undefined) return 'notInBridge';
  const section = config.bridges.find(({ device }) => device === bridge);
  if (section === undefined) return 'bridgeNotConfigured';
  if (!switchboard.configurations.accessPoint.bridges.has(bridge)) return 'bridgeNotServed';
  return serviceFault(section, bss) ?? 'starting';
}

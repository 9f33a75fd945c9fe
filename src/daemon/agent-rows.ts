// The mobility agents of each bridge, and the tunnels to other agents, as `pmip agents` and `pmip tunnels` show them.

import { formatIpv4, type Ipv4Address } from '../octets/address.ts';
import type { DiscoveredAgent } from '../roles/access-point/agents.ts';
import type { AdvertisedLink } from '../roles/agent-advertising.ts';
import type { Visitor } from '../roles/foreign-agent/visitor-list.ts';
import type { MobilityBinding } from '../roles/home-agent/mobility-binding.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import { remainingSeconds } from './status.ts';
import type { Switchboard } from './switchboard.ts';

/** Those of this box first, then those that were found on the links. */
export function agentRows(switchboard: Switchboard, monotonicMs: number): PlainTable[] {
  const { advertisedLinks, accessPoint } = switchboard.configurations;
  const own = advertisedLinks.filter(({ isHomeAgent, foreignAgent }) => isHomeAgent || foreignAgent !== undefined);
  const { isBusy } = switchboard.foreignAgent;
  const found = [...accessPoint.bridges.keys()].flatMap((bridge) =>
    Array.from(switchboard.accessPoint.agents(bridge), (agent) => foundAgentRow(bridge, agent, monotonicMs)),
  );
  return [...own.map((link) => ownAgentRow(link, isBusy)), ...found];
}

function ownAgentRow(link: AdvertisedLink, isBusy: boolean): PlainTable {
  const { foreignAgent } = link;
  return {
    bridge: link.interfaceName,
    address: formatIpv4(link.address),
    local: true,
    home_agent: link.isHomeAgent,
    foreign_agent: foreignAgent !== undefined,
    busy: foreignAgent !== undefined && isBusy,
    gre: link.isGreServed,
    reverse_tunnel: foreignAgent?.isReverseTunnelServed ?? false,
    care_of_addresses: foreignAgent?.careOfAddresses.map(formatIpv4) ?? [],
    registration_lifetime_seconds: link.longestLifetimeSeconds,
  };
}

function foundAgentRow(bridge: string, agent: DiscoveredAgent, monotonicMs: number): PlainTable {
  const { advertisement } = agent;
  return {
    bridge,
    address: formatIpv4(agent.address),
    local: false,
    home_agent: advertisement.homeAgent,
    foreign_agent: advertisement.foreignAgent,
    busy: advertisement.busy,
    gre: advertisement.greEncapsulation,
    reverse_tunnel: advertisement.reverseTunneling,
    care_of_addresses: advertisement.careOfAddresses.map(formatIpv4),
    registration_lifetime_seconds: advertisement.registrationLifetimeSeconds,
    ...remainingSeconds(agent.expiresAtMs, monotonicMs),
  };
}

type TunnelEnd = { readonly encapsulation: string; readonly local: Ipv4Address; readonly remote: Ipv4Address };
type Tunnel = TunnelEnd & { bindings: number; visitors: number };

/** The kernel has one device for all peers; a tunnel here is a pair of ends with something in it. */
export function tunnelRows(bindings: Iterable<MobilityBinding>, visitors: Iterable<Visitor>): PlainTable[] {
  const tunnels = new Map<string, Tunnel>();
  function between({ encapsulation, local, remote }: TunnelEnd): Tunnel {
    const key = `${encapsulation} ${local} ${remote}`;
    const tunnel = tunnels.get(key) ?? { encapsulation, local, remote, bindings: 0, visitors: 0 };
    tunnels.set(key, tunnel);
    return tunnel;
  }
  for (const { encapsulation, homeAgent, careOfAddress } of bindings) {
    between({ encapsulation, local: homeAgent, remote: careOfAddress }).bindings += 1;
  }
  for (const { encapsulation, homeAgent, careOfAddress } of visitors) {
    between({ encapsulation, local: careOfAddress, remote: homeAgent }).visitors += 1;
  }
  return Array.from(tunnels.values(), (tunnel) => ({
    ...tunnel,
    local: formatIpv4(tunnel.local),
    remote: formatIpv4(tunnel.remote),
  }));
}

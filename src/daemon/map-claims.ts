// What this access point reports to the subnet map: of each of its bridges the network, and who its home agent is.

import type { Network, NetworkLink } from '../clients/network.ts';
import type { Config } from '../config/config.ts';
import { contains, formatPrefix, type Ipv4Address, type MacAddress } from '../octets/address.ts';
import type { DiscoveredAgent } from '../roles/access-point/agents.ts';
import { type MapClaim, MOST_CLAIMS, MOST_HOME_AGENTS } from '../wire/subnet-map-records.ts';

export type ClaimSurroundings = {
  readonly network: Network;
  /** Where others reach this box; undefined: at the address of the bridge. */
  readonly ownAddress: Ipv4Address | undefined;
  /** The agents that were found on a bridge. */
  readonly agentsOn: (bridge: string) => Iterable<DiscoveredAgent>;
};

/** The bridges that take part, in the order of the configuration. */
export function servedLinks(
  { main, bridges }: Config,
  network: Network,
): { link: NetworkLink; isHomeAgent: boolean }[] {
  if (!main.isEnabled) return [];
  return bridges.flatMap(({ device, isEnabled, isHomeAgent }) => {
    const link = isEnabled ? network.link(device) : 'noSuchDevice';
    return typeof link === 'string' ? [] : [{ link, isHomeAgent }];
  });
}

/** The name of this box in the map: its first bridge's MAC address. */
export function accessPointName(config: Config, network: Network): MacAddress | undefined {
  return servedLinks(config, network)[0]?.link.mac;
}

/**
 * `before`: what was claimed of each network. A home agent that was found and does not advertise any more stays claimed
 * until another one is found: a router that starts again takes longer than its advertisements live.
 */
export function mapClaims(
  config: Config,
  surroundings: ClaimSurroundings,
  before: ReadonlyMap<string, MapClaim>,
): MapClaim[] {
  const claims = servedLinks(config, surroundings.network).flatMap(({ link, isHomeAgent }): MapClaim[] => {
    const { prefix: network, device, mac } = link;
    const { ownAddress = link.address } = surroundings;
    if (isHomeAgent) return [{ network, homeAgents: [ownAddress], gatewayMac: mac }];
    const found = [...surroundings.agentsOn(device)]
      .filter(({ advertisement, address }) => advertisement.homeAgent && contains(network, address))
      .sort((a, b) => a.address - b.address);
    const [first] = found;
    const former = before.get(formatPrefix(network));
    if (first === undefined) return former === undefined ? [] : [former];
    const homeAgents = found.slice(0, MOST_HOME_AGENTS).map(({ address }) => address);
    return [{ network, homeAgents, gatewayMac: first.mac }];
  });
  return claims.filter(({ network: { length } }) => length >= 8 && length <= 30).slice(0, MOST_CLAIMS);
}

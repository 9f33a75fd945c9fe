// What `subnet_map` of the ubus object shows: fixed rows, those of our own bridges, those that others report, and who claims
// something else; at an authoritative access point also who calls it.

import type { Config } from '../config/config.ts';
import { formatIpv4, formatMac, formatPrefix } from '../octets/address.ts';
import type { SubnetMapRow } from '../roles/subnet-map.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import type { MapDesk } from './map-desk.ts';
import { conflictText } from './subnet-map-text.ts';

type Shown = Pick<MapDesk, 'learned' | 'claims' | 'accessPoints'>;

export function subnetMapOf(config: Config, map: Shown, nowMs: number): PlainTable {
  const own = new Map(Array.from(map.claims(), (claim) => [formatPrefix(claim.network), claim]));
  const fixed = config.subnets.map((row) => ({ ...rowOf(row), origin: 'static' }));
  const fixedNetworks = new Set(config.subnets.map(({ network }) => formatPrefix(network)));
  const learned = map.learned().rows.map((row): PlainTable => {
    const { homeAgent, network, reporters, conflicts } = row;
    const network4 = formatPrefix(network);
    const isOwn = own.get(network4)?.homeAgents[0] === homeAgent;
    own.delete(network4);
    const overruled = fixedNetworks.has(network4) ? 'a static row of this network counts instead' : undefined;
    const conflict = [overruled, conflictText(conflicts)].filter((text) => text !== undefined).join('; ');
    return {
      ...rowOf(row),
      origin: isOwn ? 'local' : 'learned',
      reporters: reporters.map(formatIpv4),
      ...(conflict === '' ? {} : { conflict }),
    };
  });
  // Not reported yet, or to nobody.
  const unreported = [...own.values()].filter(({ network }) => !fixedNetworks.has(formatPrefix(network)));
  const local = unreported.flatMap(({ network, homeAgents: [homeAgent], gatewayMac }): PlainTable[] =>
    homeAgent === undefined ? [] : [{ ...rowOf({ network, homeAgent, gatewayMac }), origin: 'local' }],
  );
  const accessPoints = map.accessPoints(nowMs);
  return {
    rows: [...fixed, ...local, ...learned],
    ...(accessPoints === undefined ? {} : { access_points: accessPoints }),
  };
}

function rowOf({ network, homeAgent, otherHomeAgents, gatewayMac }: SubnetMapRow): PlainTable {
  return {
    network: formatPrefix(network),
    home_agent: formatIpv4(homeAgent),
    ...(otherHomeAgents === undefined ? {} : { other_home_agents: otherHomeAgents.map(formatIpv4) }),
    ...(gatewayMac === undefined ? {} : { gateway_mac: formatMac(gatewayMac) }),
  };
}

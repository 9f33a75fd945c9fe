// What the host is told around each event because stations are now others than before: whose DHCP is for the server here,
// whose replies are for us, which interfaces are kept from what, and whose frames are to be heard.

import type { AccessPointEffect } from './effects.ts';
import type { Stations } from './stations.ts';

/** Replies are kept from a station before its request goes out, and until its last registration has ended. */
export function withStationEffects(effects: readonly AccessPointEffect[], stations: Stations): AccessPointEffect[] {
  const replies = stations.awaitingReplies.takeChanges();
  const locals = stations.servedLocally.takeChanges();
  const mobileNodes = stations.census.withMobileNodes.takeChanges();
  const visitors = stations.census.ofVisitorsOnly.takeChanges();
  const mixed = stations.census.takeMixed();
  return [
    ...locals.wanted.map((mac): AccessPointEffect => ({ kind: 'dhcpLocalWanted', mac })),
    ...locals.unwanted.map((mac): AccessPointEffect => ({ kind: 'dhcpLocalUnwanted', mac })),
    ...replies.wanted.map((mac): AccessPointEffect => ({ kind: 'replyInterceptionWanted', mac })),
    ...mixed.unwanted.map((interfaceName): AccessPointEffect => ({ kind: 'broadcastCopiesUnwanted', interfaceName })),
    ...visitors.unwanted.map((interfaceName): AccessPointEffect => ({ kind: 'barrierUnwanted', interfaceName })),
    ...mobileNodes.wanted.map((interfaceName): AccessPointEffect => ({ kind: 'advertisementsWanted', interfaceName })),
    ...effects,
    ...replies.unwanted.map((mac): AccessPointEffect => ({ kind: 'replyInterceptionUnwanted', mac })),
    ...visitors.wanted.map((interfaceName): AccessPointEffect => ({ kind: 'barrierWanted', interfaceName })),
    ...[...mixed.wanted].map(([interfaceName, others]): AccessPointEffect => {
      return { kind: 'broadcastCopiesWanted', interfaceName, others };
    }),
    ...mobileNodes.unwanted.map(
      (interfaceName): AccessPointEffect => ({ kind: 'advertisementsUnwanted', interfaceName }),
    ),
    ...stations.takeChangedInterfaces().map((interfaceName): AccessPointEffect => {
      return { kind: 'filterWanted', interfaceName, unidentified: stations.unidentified(interfaceName) };
    }),
  ];
}

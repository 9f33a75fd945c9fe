// Reports of the Subnet Map Exchange as lines of the log, and what its rows say of each other.

import { formatIpv4, formatMac, formatPrefix } from '../octets/address.ts';
import type { MapClaimant } from '../roles/map-rows.ts';
import type { MapDiscardReason, Report } from '../roles/report.ts';
import type { LogLine } from './report-text.ts';

export type SubnetMapReport = Extract<
  Report,
  {
    readonly kind:
      | 'mapMessageDiscarded'
      | `authority${string}`
      | `accessPoint${string}`
      | 'homeAgentLost'
      | 'subnetMapFull';
  }
>;

const DISCARDED: Record<MapDiscardReason, string> = {
  badAuthenticator: "its tag is wrong: is 'aap_key' the same on both",
  replayed: 'it has come before, or behind a later one',
  unknownSession: 'it is of no session that is known here',
  otherVersion: 'it is of another version of pmip: update the older one',
  notServed: "this box is not authoritative: no address of it is in its 'list aap'",
  nameTaken: 'another access point has its name: two bridges have one MAC address',
  rateLimited: 'there were too many',
  tableFull: 'there are too many access points',
};

export function subnetMapLine(report: SubnetMapReport): LogLine {
  switch (report.kind) {
    case 'mapMessageDiscarded': {
      const from = formatIpv4(report.sourceAddress);
      // What comes twice or too late is a matter of course in a network.
      const isUsual = report.reason === 'replayed' || report.reason === 'unknownSession';
      const text = `subnet map message from ${from} discarded: ${DISCARDED[report.reason]}`;
      return { level: isUsual ? 'info' : 'warning', text };
    }
    case 'authorityReached':
      return notice(`authoritative access point ${formatIpv4(report.address)} answers`);
    case 'authorityLost':
      return {
        level: 'warning',
        text: `authoritative access point ${formatIpv4(report.address)} does not answer any more: the map is kept`,
      };
    case 'accessPointJoined':
      return notice(`access point ${formatIpv4(report.address)} (${formatMac(report.accessPoint)}) has joined the map`);
    case 'accessPointLost':
      return notice(`access point ${formatIpv4(report.address)} (${formatMac(report.accessPoint)}) is silent`);
    case 'homeAgentLost': {
      const network = formatPrefix(report.network);
      return notice(`no access point and no home agent at ${formatIpv4(report.homeAgent)} is left for ${network}`);
    }
    case 'accessPointNameTaken': {
      const name = formatMac(report.accessPoint);
      return {
        level: 'warning',
        text: `another access point reports as ${name} too: two bridges have one MAC address`,
      };
    }
    case 'subnetMapFull':
      return { level: 'warning', text: 'the subnet map is full: an access point was left out' };
  }
}

/** For whoever must choose which of them is wrong. */
export function conflictText(conflicts: readonly MapClaimant[]): string | undefined {
  if (conflicts.length === 0) return undefined;
  const claims = conflicts.map(({ network, homeAgent, reporters }) => {
    const by = reporters.map(formatIpv4).join(', ');
    return `${formatPrefix(network)} of home agent ${formatIpv4(homeAgent)}, reported by ${by}`;
  });
  return `also claimed: ${claims.join('; ')}`;
}

function notice(text: string): LogLine {
  return { level: 'notice', text };
}

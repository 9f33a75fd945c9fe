// A station as the access point sees it: where it is attached, and how its mobility stands.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { NotProxiedReason } from '../report.ts';
import type { SubnetMapRow } from '../subnet-map.ts';
import { type Concessions, NO_CONCESSIONS } from './concessions.ts';
import type { HeldDhcp } from './dhcp-keeping.ts';
import type { MobilityQuestion } from './mobility-decision.ts';
import type { ProxyRegistration } from './proxy-registration.ts';
import { RequestAllowance } from './request-allowance.ts';

export type Mobility =
  | { readonly kind: 'unidentified' }
  /** In its own subnet; the registration is the deregistration that ends what may be left of its journey. */
  | { readonly kind: 'home'; readonly address: Ipv4Address; readonly registration: ProxyRegistration | undefined }
  | {
      readonly kind: 'away';
      readonly address: Ipv4Address;
      readonly row: SubnetMapRow;
      readonly registration: ProxyRegistration;
      readonly concessions: Concessions;
      /** Unanswered ARP probes since the renewal became due. */
      readonly probes: number;
    }
  | { readonly kind: 'notProxied'; readonly address: Ipv4Address; readonly reason: NotProxiedReason };

export type Attachment =
  | { readonly kind: 'attached' }
  /** A detach that is not yet believed: a roam between two BSS looks like a departure for a moment. */
  | { readonly kind: 'leaving'; readonly atMs: number }
  | { readonly kind: 'gone' };

export type Station = {
  readonly mac: MacAddress;
  /** The interface of its BSS, and the bridge that this belongs to. */
  readonly interfaceName: string;
  readonly bridge: string;
  readonly attachment: Attachment;
  readonly mobility: Mobility;
  /** The deregistration that follows a visit. */
  readonly farewell: ProxyRegistration | undefined;
  /** The address that it claimed last although another station, or itself with another one, is served. */
  readonly refusedAddress: Ipv4Address | undefined;
  /** When it was last seen here with the address that it has; not since it came last. */
  readonly addressSeenAtMs: number | undefined;
  /** Its address is known by what another access point told of it, and no frame has shown it yet. */
  readonly isHinted: boolean;
  /** It speaks to mobility agents by itself. */
  readonly hasOwnMobileIp: boolean;
  readonly allowance: RequestAllowance;
  /** When it last asked for a new address, by DHCP; undefined once it has one. */
  readonly discoveredAtMs: number | undefined;
  /** What it said to a DHCP server and is to go home once it is registered. */
  readonly heldDhcp: HeldDhcp | undefined;
};

export function newStation(mac: MacAddress, interfaceName: string, bridge: string): Station {
  return {
    mac,
    interfaceName,
    bridge,
    attachment: { kind: 'attached' },
    mobility: { kind: 'unidentified' },
    farewell: undefined,
    refusedAddress: undefined,
    addressSeenAtMs: undefined,
    isHinted: false,
    hasOwnMobileIp: false,
    allowance: new RequestAllowance(),
    discoveredAtMs: undefined,
    heldDhcp: undefined,
  };
}

export function addressOf(station: Station): Ipv4Address | undefined {
  return station.mobility.kind === 'unidentified' ? undefined : station.mobility.address;
}

/** A key, an agent or a route may yet be found for a visitor that has none. */
const PASSING_REASONS: readonly NotProxiedReason[] = [
  'securityAssociationAwaited',
  'noForeignAgent',
  'noCareOfAddress',
];

export function isRegistered({ mobility }: Station): boolean {
  return mobility.kind === 'away' && mobility.registration.phase.kind === 'registered';
}

/** Whether this network's DHCP server has to do with it. */
export function isServedLocally({ attachment, mobility, discoveredAtMs }: Station): boolean {
  if (attachment.kind === 'gone') return false;
  switch (mobility.kind) {
    case 'home':
      return true;
    case 'away':
      return false;
    case 'notProxied':
      return !PASSING_REASONS.includes(mobility.reason);
    case 'unidentified':
      return discoveredAtMs !== undefined;
  }
}

/** The registrations of this station that may still get a reply or want a deadline. */
export function registrationsOf(station: Station): ProxyRegistration[] {
  const { mobility, farewell } = station;
  const present = mobility.kind === 'home' || mobility.kind === 'away' ? mobility.registration : undefined;
  return [present, farewell].filter((registration) => registration !== undefined);
}

/** Whether a reply for this station is to come over the wire, where the station would get it too. */
export function awaitsReplyFromWire(station: Station): boolean {
  return registrationsOf(station).some(({ terms, phase }) => !terms.agent.isLocal && phase.kind !== 'ended');
}

/** What is to be decided when this station has this address. */
export function questionOf({ bridge, mobility }: Station, address: Ipv4Address): MobilityQuestion {
  if (mobility.kind !== 'away') return { bridge, address, concessions: NO_CONCESSIONS, present: undefined };
  const { concessions, registration } = mobility;
  return { bridge, address, concessions, present: registration.terms.agent.address };
}

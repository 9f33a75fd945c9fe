// The visitor list as plain rows, for whoever keeps them over a restart. Times are those of the wall clock there, for the
// monotonic one begins anew. A row that comes back is believed as little as a message: what it says must still be so.

import {
  formatIpv4,
  formatMac,
  type Ipv4Address,
  isGroupMac,
  isUnicast,
  parseIpv4,
  parseMac,
} from '../../octets/address.ts';
import type { TunnelEncapsulation } from '../../wire/rtnetlink-link.ts';
import { formatIdentification, isCount, isRecord, readIdentification } from '../kept-rows.ts';
import type { Moment } from '../role.ts';
import type { ForeignAgentSettings } from './configuration.ts';
import type { NegotiatedRevocation, Visitor, VisitorLink } from './visitor-list.ts';

/** Plain data: addresses as people write them, the Identification in hexadecimal. */
export type VisitorRow = {
  readonly kind: 'visitor';
  readonly homeAddress: string;
  readonly homeAgent: string;
  readonly careOfAddress: string;
  readonly identification: string;
  readonly requestedLifetimeSeconds: number;
  readonly lifetimeSeconds: number;
  readonly expiresAtUnixMs: number;
  readonly reverseTunneling: boolean;
  readonly encapsulatingDelivery: boolean;
  readonly encapsulation: TunnelEncapsulation;
  readonly revocation: NegotiatedRevocation | null;
  readonly interfaceName: string;
  readonly mac: string;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
};

const LONGEST_LIFETIME_SECONDS = 0xffff;
const LAST_PORT = 0xffff;
const LAST_TIMESTAMP = 0xffffffff;

export function visitorRow(visitor: Visitor, now: Moment): VisitorRow {
  const { link } = visitor;
  return {
    kind: 'visitor',
    homeAddress: formatIpv4(visitor.homeAddress),
    homeAgent: formatIpv4(visitor.homeAgent),
    careOfAddress: formatIpv4(visitor.careOfAddress),
    identification: formatIdentification(visitor.identification),
    requestedLifetimeSeconds: visitor.requestedLifetimeSeconds,
    lifetimeSeconds: visitor.lifetimeSeconds,
    expiresAtUnixMs: now.unixMs + visitor.expiresAtMs - now.monotonicMs,
    reverseTunneling: visitor.reverseTunneling,
    encapsulatingDelivery: visitor.encapsulatingDelivery,
    encapsulation: visitor.encapsulation,
    revocation: visitor.revocation ?? null,
    interfaceName: link.interfaceName,
    mac: formatMac(link.mac),
    sourceAddress: formatIpv4(link.sourceAddress),
    sourcePort: link.sourcePort,
    destinationAddress: formatIpv4(link.destinationAddress),
  };
}

/** Undefined: no such row, or one that has expired or is served no more. */
export function readVisitorRow(row: unknown, settings: ForeignAgentSettings, now: Moment): Visitor | undefined {
  if (!isRecord(row) || row.kind !== 'visitor') return undefined;
  const homeAddress = readAddress(row.homeAddress);
  const homeAgent = readAddress(row.homeAgent);
  const careOfAddress = readAddress(row.careOfAddress);
  const identification = readIdentification(row.identification);
  const revocation = readRevocation(row.revocation);
  const link = readLink(row, settings);
  const { requestedLifetimeSeconds, lifetimeSeconds, encapsulation, reverseTunneling, encapsulatingDelivery } = row;
  if (homeAddress === undefined || homeAgent === undefined || careOfAddress === undefined) return undefined;
  if (identification === undefined || revocation === 'nonsense' || link === undefined) return undefined;
  if (!isCount(requestedLifetimeSeconds, LONGEST_LIFETIME_SECONDS)) return undefined;
  if (!isCount(lifetimeSeconds, settings.longestLifetimeSeconds)) return undefined;
  if (typeof reverseTunneling !== 'boolean' || typeof encapsulatingDelivery !== 'boolean') return undefined;
  if (!isServed(encapsulation, settings)) return undefined;
  const expiresAtMs = readExpiry(row.expiresAtUnixMs, lifetimeSeconds, now);
  if (!settings.careOfAddresses.includes(careOfAddress) || expiresAtMs === undefined) return undefined;
  if (settings.ownAddresses.includes(homeAddress) || settings.ownAddresses.includes(homeAgent)) return undefined;
  return {
    ...{ homeAddress, homeAgent, careOfAddress, identification, requestedLifetimeSeconds, lifetimeSeconds },
    ...{ reverseTunneling, encapsulatingDelivery, encapsulation, revocation, link, expiresAtMs },
  };
}

/** The interface is known by its name: its number is another one after the machine was started anew. */
function readLink(row: Readonly<Record<string, unknown>>, settings: ForeignAgentSettings): VisitorLink | undefined {
  const { interfaceName, sourcePort } = row;
  const mac = typeof row.mac === 'string' ? parseMac(row.mac) : undefined;
  const sourceAddress = parsed(row.sourceAddress);
  const destinationAddress = parsed(row.destinationAddress);
  const visited = typeof interfaceName === 'string' ? settings.links.get(interfaceName) : undefined;
  if (typeof interfaceName !== 'string' || visited === undefined) return undefined;
  if (mac === undefined || mac === 0 || isGroupMac(mac)) return undefined;
  if (sourceAddress === undefined || destinationAddress === undefined || !isCount(sourcePort, LAST_PORT))
    return undefined;
  return { mac, interfaceIndex: visited.interfaceIndex, interfaceName, sourceAddress, sourcePort, destinationAddress };
}

/** A wall clock that was set back in the meantime must not make a visit longer than it was granted. */
function readExpiry(expiresAtUnixMs: unknown, lifetimeSeconds: number, now: Moment): number | undefined {
  if (typeof expiresAtUnixMs !== 'number' || !Number.isFinite(expiresAtUnixMs)) return undefined;
  const remainingMs = Math.min(expiresAtUnixMs - now.unixMs, lifetimeSeconds * 1000);
  return remainingMs > 0 ? now.monotonicMs + remainingMs : undefined;
}

function isServed(encapsulation: unknown, settings: ForeignAgentSettings): encapsulation is TunnelEncapsulation {
  return encapsulation === 'ipip' || (encapsulation === 'gre' && settings.isGreServed);
}

function readRevocation(value: unknown): NegotiatedRevocation | undefined | 'nonsense' {
  if (value === null) return undefined;
  if (!isRecord(value)) return 'nonsense';
  const { homeAgentTimestamp, isInformNegotiated } = value;
  if (!isCount(homeAgentTimestamp, LAST_TIMESTAMP) || typeof isInformNegotiated !== 'boolean') return 'nonsense';
  return { homeAgentTimestamp, isInformNegotiated };
}

function readAddress(value: unknown): Ipv4Address | undefined {
  const address = parsed(value);
  return address !== undefined && isUnicast(address) ? address : undefined;
}

function parsed(value: unknown): Ipv4Address | undefined {
  return typeof value === 'string' ? parseIpv4(value) : undefined;
}

// The home agent's state as plain rows, for whoever keeps them over a restart. Times are those of the wall clock there, for
// the monotonic one begins anew. A row that comes back is believed as little as a message: what it says must still be so.

import { formatIpv4, type Ipv4Address, isUnicast, parseIpv4 } from '../../octets/address.ts';
import { INFINITE_LIFETIME } from '../../wire/registration.ts';
import type { TunnelEncapsulation } from '../../wire/rtnetlink-link.ts';
import { formatIdentification, isCount, isRecord, readIdentification } from '../kept-rows.ts';
import type { Moment } from '../role.ts';
import { type HomeAgentSettings, homeNetworkOf } from './configuration.ts';
import type { MobilityBinding, RevocationTerms } from './mobility-binding.ts';

/** Plain data: addresses in dotted decimal, the Identification in hexadecimal. */
export type BindingRow = {
  readonly kind: 'binding';
  readonly homeAddress: string;
  readonly careOfAddress: string;
  readonly homeAgent: string;
  readonly sourceAddress: string;
  readonly lifetimeSeconds: number;
  /** null: never. */
  readonly expiresAtUnixMs: number | null;
  readonly acceptedAtUnixMs: number;
  readonly identification: string;
  readonly encapsulation: TunnelEncapsulation;
  readonly reverseTunneling: boolean;
  readonly revocation: RevocationTerms | null;
};

/** The last accepted Identification of a mobile node, bound or not: nothing older may be accepted after the restart. */
export type IdentificationRow = {
  readonly kind: 'identification';
  readonly homeAddress: string;
  readonly identification: string;
};

export type HomeAgentRow = BindingRow | IdentificationRow;

const LAST_TIMESTAMP = 0xffffffff;

export function bindingRow(binding: MobilityBinding, now: Moment): BindingRow {
  const { expiresAtMs } = binding;
  return {
    kind: 'binding',
    homeAddress: formatIpv4(binding.homeAddress),
    careOfAddress: formatIpv4(binding.careOfAddress),
    homeAgent: formatIpv4(binding.homeAgent),
    sourceAddress: formatIpv4(binding.sourceAddress),
    lifetimeSeconds: binding.lifetimeSeconds,
    expiresAtUnixMs: Number.isFinite(expiresAtMs) ? now.unixMs + expiresAtMs - now.monotonicMs : null,
    acceptedAtUnixMs: binding.acceptedAtUnixMs,
    identification: formatIdentification(binding.identification),
    encapsulation: binding.encapsulation,
    reverseTunneling: binding.reverseTunneling,
    revocation: binding.revocation ?? null,
  };
}

export function identificationRow(homeAddress: Ipv4Address, identification: bigint): IdentificationRow {
  return {
    kind: 'identification',
    homeAddress: formatIpv4(homeAddress),
    identification: formatIdentification(identification),
  };
}

/** Undefined: no such row, or one that has expired or is served no more. */
export function readBindingRow(row: unknown, settings: HomeAgentSettings, now: Moment): MobilityBinding | undefined {
  if (!isRecord(row) || row.kind !== 'binding') return undefined;
  const homeAddress = readAddress(row.homeAddress);
  const careOfAddress = readAddress(row.careOfAddress);
  const homeAgent = readAddress(row.homeAgent);
  const sourceAddress = readAddress(row.sourceAddress);
  const identification = readIdentification(row.identification);
  const revocation = readTerms(row.revocation);
  const { lifetimeSeconds, acceptedAtUnixMs, encapsulation, reverseTunneling } = row;
  if (homeAddress === undefined || careOfAddress === undefined || sourceAddress === undefined) return undefined;
  if (homeAgent === undefined || identification === undefined || revocation === 'nonsense') return undefined;
  if (!isCount(lifetimeSeconds, INFINITE_LIFETIME) || !isTime(acceptedAtUnixMs)) return undefined;
  if ((encapsulation !== 'ipip' && encapsulation !== 'gre') || typeof reverseTunneling !== 'boolean') return undefined;
  const network = homeNetworkOf(homeAddress, settings);
  const expiresAtMs = readExpiry(row.expiresAtUnixMs, lifetimeSeconds, now);
  if (network === undefined || !settings.addresses.includes(homeAgent) || expiresAtMs === undefined) return undefined;
  if (settings.addresses.includes(careOfAddress) || careOfAddress === homeAddress) return undefined;
  return {
    ...{ homeAddress, careOfAddress, homeAgent, sourceAddress, lifetimeSeconds, expiresAtMs, identification },
    // How long ago by the other clock says how long ago by this one; what lies in the future was accepted just now.
    acceptedAtMs: now.monotonicMs - Math.max(0, now.unixMs - acceptedAtUnixMs),
    ...{ acceptedAtUnixMs, encapsulation, reverseTunneling, revocation, interfaceIndex: network.interfaceIndex },
  };
}

export function readIdentificationRow(
  row: unknown,
): { readonly homeAddress: Ipv4Address; readonly identification: bigint } | undefined {
  if (!isRecord(row) || row.kind !== 'identification') return undefined;
  const homeAddress = readAddress(row.homeAddress);
  const identification = readIdentification(row.identification);
  return homeAddress === undefined || identification === undefined ? undefined : { homeAddress, identification };
}

/** A wall clock that was set back in the meantime must not make a binding longer than it was granted. */
function readExpiry(expiresAtUnixMs: unknown, lifetimeSeconds: number, now: Moment): number | undefined {
  if (expiresAtUnixMs === null) return lifetimeSeconds === INFINITE_LIFETIME ? Number.POSITIVE_INFINITY : undefined;
  if (!isTime(expiresAtUnixMs)) return undefined;
  const remainingMs = Math.min(expiresAtUnixMs - now.unixMs, lifetimeSeconds * 1000);
  return remainingMs > 0 ? now.monotonicMs + remainingMs : undefined;
}

function readAddress(value: unknown): Ipv4Address | undefined {
  const address = typeof value === 'string' ? parseIpv4(value) : undefined;
  return address !== undefined && isUnicast(address) ? address : undefined;
}

function readTerms(value: unknown): RevocationTerms | undefined | 'nonsense' {
  if (value === null) return undefined;
  if (!isRecord(value)) return 'nonsense';
  const { isInformNegotiated, foreignTimestamp, ownTimestamp } = value;
  if (typeof isInformNegotiated !== 'boolean' || !isCount(foreignTimestamp, LAST_TIMESTAMP)) return 'nonsense';
  return isCount(ownTimestamp, LAST_TIMESTAMP) ? { isInformNegotiated, foreignTimestamp, ownTimestamp } : 'nonsense';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

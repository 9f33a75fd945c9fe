// What `pmip status` and the ubus object show: counters of everything reported, and the tables of the roles as plain
// values. Keys never enter here.

import { formatIpv4, formatMac } from '../octets/address.ts';
import { addressOf, type Station } from '../roles/access-point/station.ts';
import type { Visitor } from '../roles/foreign-agent/visitor-list.ts';
import type { MobilityBinding } from '../roles/home-agent/mobility-binding.ts';
import type { Report } from '../roles/report.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import { codeText } from '../wire/registration.ts';
import { NOT_PROXIED_TEXT } from './report-text.ts';
import type { StationPast } from './station-history.ts';

/** How often each kind of thing was reported, and each code given. */
export class Counters {
  readonly #counts = new Map<string, number>();

  count(report: Report): void {
    this.add(report.kind);
    if ('code' in report) this.add(`${report.kind}.${report.code}`);
    if ('reason' in report) this.add(`${report.kind}.${report.reason}`);
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  plain(): PlainTable {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** `past` and `ssid` are not the access point's to know. */
export function stationRow(
  station: Station,
  past: Partial<StationPast> & { readonly ssid?: string | undefined },
  monotonicMs: number,
): PlainTable {
  const { mac, interfaceName, attachment, mobility } = station;
  const address = addressOf(station);
  const { ssid, learnedBy, roams, lastOutageMs } = past;
  return {
    mac: formatMac(mac),
    interface: interfaceName,
    ...(ssid === undefined ? {} : { ssid }),
    attached: attachment.kind === 'attached',
    ...(address === undefined ? {} : { address: formatIpv4(address) }),
    mobility: mobility.kind === 'unidentified' ? 'unknown' : mobility.kind,
    ...mobilityFields(station, monotonicMs),
    ...(learnedBy === undefined || address === undefined ? {} : { learned_by: learnedBy }),
    ...(roams === undefined ? {} : { roams }),
    ...(lastOutageMs === undefined ? {} : { last_outage_ms: Math.round(lastOutageMs) }),
  };
}

function mobilityFields({ mobility }: Station, monotonicMs: number): PlainTable {
  if (mobility.kind === 'notProxied') {
    return { reason: mobility.reason, reason_text: NOT_PROXIED_TEXT[mobility.reason] };
  }
  if (mobility.kind !== 'away') return {};
  const { terms, phase } = mobility.registration;
  return {
    home_agent: formatIpv4(terms.homeAgent),
    care_of_address: formatIpv4(terms.careOfAddress),
    registration: phase.kind,
    ...(phase.kind === 'refused' ? { code: phase.code, reason_text: codeText(phase.code) } : {}),
    ...(phase.kind === 'registered' ? remainingSeconds(phase.expiresAtMs, monotonicMs) : {}),
  };
}

export function visitorRow(visitor: Visitor, monotonicMs: number): PlainTable {
  return {
    home_address: formatIpv4(visitor.homeAddress),
    home_agent: formatIpv4(visitor.homeAgent),
    care_of_address: formatIpv4(visitor.careOfAddress),
    mac: formatMac(visitor.link.mac),
    interface: visitor.link.interfaceName,
    encapsulation: visitor.encapsulation,
    reverse_tunnel: visitor.reverseTunneling,
    ...remainingSeconds(visitor.expiresAtMs, monotonicMs),
  };
}

export function bindingRow(binding: MobilityBinding, monotonicMs: number): PlainTable {
  return {
    home_address: formatIpv4(binding.homeAddress),
    care_of_address: formatIpv4(binding.careOfAddress),
    home_agent: formatIpv4(binding.homeAgent),
    encapsulation: binding.encapsulation,
    reverse_tunnel: binding.reverseTunneling,
    ...remainingSeconds(binding.expiresAtMs, monotonicMs),
  };
}

/** Nothing of what never ends: RFC 5944 §3.3, lifetime 0xffff. */
export function remainingSeconds(atMs: number, monotonicMs: number): PlainTable {
  if (!Number.isFinite(atMs)) return {};
  return { remaining_seconds: Math.max(0, Math.round((atMs - monotonicMs) / 1000)) };
}

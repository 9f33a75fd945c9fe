// What happened to each station and where it roamed, so that "why is this phone not proxied" has an answer: the last facts, kept as data, and
// put into words only when somebody asks. A home agent knows only addresses: so there are trails of addresses too.

import { formatIpv4, formatMac, type Ipv4Address, type MacAddress, parseIpv4, parseMac } from '../octets/address.ts';
import type { Report } from '../roles/report.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import { ROUTINE } from './log.ts';
import { reportLine } from './report-text.ts';
import { Arrivals, roamRows } from './roams.ts';

/** The same fact again and again, as of a forger's packets, is one with a number. */
type Fact = {
  readonly report: Report;
  atMs: number;
  times: number;
  /** Facts of two trails may have the same time. */
  order: number;
};
/** A MAC address, or an IPv4 address below zero: with every renewal text would be made for nothing. */
type TrailKey = number;
type Trail = { readonly facts: Fact[]; readonly arrivals: Arrivals; address: Ipv4Address | undefined };

const MOST_FACTS = 32;
/** About 5 KiB each when full. The one that has heard nothing for longest goes first. */
const MOST_TRAILS = 256;

/** Anybody can bring these about with any address, or they say little: they are noted only of what is known already. */
const MINOR: readonly Report['kind'][] = [
  ...ROUTINE,
  'requestDenied',
  'requestDiscarded',
  'revocationDiscarded',
  'replyDiscarded',
  'probeAnswered',
];

export class Trails {
  readonly #trails = new Map<TrailKey, Trail>();
  readonly #macOf = new Map<Ipv4Address, MacAddress>();
  #noted = 0;

  /** `outageMs`: of the outage that has ended by it. */
  reported(report: Report, nowMs: number, outageMs?: number): void {
    const mac = 'mac' in report ? report.mac : undefined;
    const address = addressIn(report);
    const key = mac ?? (address && keyOfAddress(address));
    if (key === undefined) return;
    const isKnown = this.#trails.has(key) || (address !== undefined && this.#macOf.has(address));
    if (MINOR.includes(report.kind) && !isKnown) return;
    const trail = this.#trails.get(key) ?? { facts: [], arrivals: new Arrivals(), address: undefined };
    // Put in anew it is the youngest.
    this.#trails.delete(key);
    this.#trails.set(key, trail);
    if (mac !== undefined && address !== undefined) {
      trail.address = address;
      this.#macOf.set(address, mac);
    }
    trail.arrivals.reported(report, nowMs);
    if (outageMs !== undefined) trail.arrivals.outageEnded(outageMs);
    add(trail.facts, report, nowMs, this.#noted++);
    if (this.#trails.size > MOST_TRAILS) this.#forgetOldest();
  }

  /** Undefined where the text is neither a MAC nor an IPv4 address; what never was here has no events. */
  answer(station: string, nowMs: number): PlainTable | undefined {
    const givenMac = parseMac(station);
    const givenAddress = parseIpv4(station);
    if (givenMac === undefined && givenAddress === undefined) return undefined;
    const mac = givenMac ?? (givenAddress && this.#macOf.get(givenAddress));
    const ofStation = mac === undefined ? undefined : this.#trails.get(mac);
    const address = givenAddress ?? ofStation?.address;
    const ofAddress = address === undefined ? undefined : this.#trails.get(keyOfAddress(address));
    const known = [ofStation, ofAddress].filter((trail) => trail !== undefined);
    const facts = known.flatMap((trail) => trail.facts).sort((a, b) => a.order - b.order);
    const arrivals = known.map((trail) => trail.arrivals);
    return {
      ...(mac === undefined ? {} : { mac: formatMac(mac) }),
      ...(address === undefined ? {} : { address: formatIpv4(address) }),
      events: facts.slice(-MOST_FACTS).map((fact) => ({
        seconds_ago: Math.max(0, Math.round((nowMs - fact.atMs) / 1000)),
        text: textOf(fact),
      })),
      roams: roamRows(arrivals, nowMs),
    };
  }

  #forgetOldest(): void {
    for (const [key, { address }] of this.#trails) {
      this.#trails.delete(key);
      if (address !== undefined && this.#macOf.get(address) === key) this.#macOf.delete(address);
      return;
    }
  }
}

function keyOfAddress(address: Ipv4Address): TrailKey {
  return -1 - address;
}

function addressIn(report: Report): Ipv4Address | undefined {
  if ('homeAddress' in report) return report.homeAddress;
  return 'mac' in report && 'address' in report ? report.address : undefined;
}

function add(facts: Fact[], report: Report, atMs: number, order: number): void {
  const last = facts.at(-1);
  if (last !== undefined && isSame(last.report, report)) {
    last.atMs = atMs;
    last.order = order;
    last.times += 1;
    return;
  }
  facts.push({ report, atMs, times: 1, order });
  if (facts.length > MOST_FACTS) facts.shift();
}

/** Of one kind all have the same fields. */
function isSame(one: Report, other: Report): boolean {
  if (one.kind !== other.kind) return false;
  const a: Readonly<Record<string, unknown>> = one;
  const b: Readonly<Record<string, unknown>> = other;
  for (const name in a) if (a[name] !== b[name]) return false;
  return true;
}

function textOf({ report, times }: Fact): string {
  const { text } = reportLine(report);
  return times === 1 ? text : `${text} (${times} times)`;
}

// What happened to each station and where it roamed, so that "why is this phone not proxied" has an answer: the last facts, kept as data, and
// put into words only when somebody asks. A home agent knows only addresses: so there are trails of addresses too.

import { formatIpv4, formatMac, type Ipv4Address, type MacAddress, parseIpv4, parseMac } from '../octets/address.ts';
import type { Report } from '../roles/report.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
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
type Trail = { readonly facts: Fact[]; readonly arrivals: Arrivals; address: Ipv4Address | undefined };

const MOST_FACTS = 32;
/** About 5 KiB each when full. The one that has heard nothing for longest goes first. */
const MOST_TRAILS = 256;

/** Anybody can bring these about with any address: they are noted only of what is known already. */
const PROVOKED: readonly Report['kind'][] = [
  'requestDenied',
  'requestDiscarded',
  'revocationDiscarded',
  'replyDiscarded',
  'probeAnswered',
];

export class Trails {
  readonly #trails = new Map<string, Trail>();
  readonly #macOf = new Map<Ipv4Address, MacAddress>();
  #noted = 0;

  /** `outageMs`: of the outage that has ended by it. */
  reported(report: Report, nowMs: number, outageMs?: number): void {
    const mac = 'mac' in report ? report.mac : undefined;
    const address = addressIn(report);
    const key = mac === undefined ? address && formatIpv4(address) : formatMac(mac);
    if (key === undefined) return;
    const isKnown = this.#trails.has(key) || (address !== undefined && this.#macOf.has(address));
    if (PROVOKED.includes(report.kind) && !isKnown) return;
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
    add(trail.facts, { report, atMs: nowMs, times: 1, order: this.#noted++ });
    if (this.#trails.size > MOST_TRAILS) this.#forgetOldest();
  }

  /** Undefined where the text is neither a MAC nor an IPv4 address; what never was here has no events. */
  answer(station: string, nowMs: number): PlainTable | undefined {
    const givenMac = parseMac(station);
    const givenAddress = parseIpv4(station);
    if (givenMac === undefined && givenAddress === undefined) return undefined;
    const mac = givenMac ?? (givenAddress && this.#macOf.get(givenAddress));
    const ofStation = mac === undefined ? undefined : this.#trails.get(formatMac(mac));
    const address = givenAddress ?? ofStation?.address;
    const ofAddress = address === undefined ? undefined : this.#trails.get(formatIpv4(address));
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
      if (address !== undefined && this.#macOf.get(address) === parseMac(key)) this.#macOf.delete(address);
      return;
    }
  }
}

function addressIn(report: Report): Ipv4Address | undefined {
  if ('homeAddress' in report) return report.homeAddress;
  return 'mac' in report && 'address' in report ? report.address : undefined;
}

function add(facts: Fact[], fact: Fact): void {
  const last = facts.at(-1);
  if (last !== undefined && isSame(last.report, fact.report)) {
    Object.assign(last, { ...fact, times: last.times + 1 });
    return;
  }
  facts.push(fact);
  if (facts.length > MOST_FACTS) facts.shift();
}

function isSame(a: Report, b: Report): boolean {
  const values: unknown[] = Object.values(b);
  return a.kind === b.kind && Object.values(a).every((value, index) => value === values[index]);
}

function textOf({ report, times }: Fact): string {
  const { text } = reportLine(report);
  return times === 1 ? text : `${text} (${times} times)`;
}

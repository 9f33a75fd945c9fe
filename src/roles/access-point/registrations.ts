// The registrations of stations: begun, renewed, given to another agent, ended; and what their outcomes mean for the
// station's frames. Which stations are there and where they are at home is decided elsewhere.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import { CODE, type RegistrationReply } from '../../wire/registration.ts';
import type { Report } from '../report.ts';
import type { Moment } from '../role.ts';
import { homeAgentsOf } from '../subnet-map.ts';
import {
  type Concessions,
  type Denial,
  forAnotherAgent,
  NO_CONCESSIONS,
  remedies,
  shunning,
  turningToNext,
} from './concessions.ts';
import type { AccessPointEffect } from './effects.ts';
import { arpProbe } from './gateway-illusion.ts';
import type { MobilityDecision } from './mobility-decision.ts';
import { ProxyRegistration, type RegistrationOutcome, type RegistrationTools } from './proxy-registration.ts';
import { interception, reported, sentRequest } from './registration-effects.ts';
import { areSameTerms, isSameAgent, type RegistrationTerms } from './registration-terms.ts';
import { isRegistered, questionOf, registrationsOf, type Station } from './station.ts';
import type { Stations } from './stations.ts';
import type { Surroundings } from './surroundings.ts';

/** A sleeping phone answers late; one that has roamed away never. */
const MOST_PROBES = 5;
/** What a foreign agent says of a silent home agent is also what the silence of both means. */
const NO_ANSWER = { code: CODE.registrationTimeout, lifetimeSeconds: 0 } as const;

type AwayDecision = Extract<MobilityDecision, { readonly kind: 'away' }>;
type NewTerms = { readonly terms: RegistrationTerms; readonly concessions: Concessions };

export class Registrations {
  readonly #stations: Stations;
  readonly #surroundings: Surroundings;
  readonly #tools: RegistrationTools;

  constructor(stations: Stations, surroundings: Surroundings, tools: RegistrationTools) {
    this.#stations = stations;
    this.#surroundings = surroundings;
    this.#tools = tools;
  }

  /** Registers a visitor, now. */
  begin(station: Station, { row, terms }: AwayDecision, now: Moment): AccessPointEffect[] {
    const { mac } = station;
    const registration = this.#registration(station, terms);
    const { homeAddress: address } = terms;
    const mobility = { kind: 'away', address, row, registration, concessions: NO_CONCESSIONS, probes: 0 } as const;
    this.#stations.update(mac, { mobility, farewell: undefined, refusedAddress: undefined });
    return this.#send(mac, registration, now, now.monotonicMs);
  }

  /** It may have gone to another access point without a word: what it answers when it is asked identifies it. */
  identifyAnew(station: Station, address: Ipv4Address): AccessPointEffect[] {
    this.#stations.update(station.mac, { mobility: { kind: 'unidentified' } });
    return this.#probe(station, address);
  }

  /** Ends what may be left of a journey; without terms there is nobody to tell. */
  beginAtHome(
    station: Station,
    address: Ipv4Address,
    terms: RegistrationTerms | undefined,
    now: Moment,
    atMs = now.monotonicMs,
  ): AccessPointEffect[] {
    const { mac } = station;
    const registration = terms === undefined ? undefined : this.#registration(station, terms);
    this.#stations.update(mac, { mobility: { kind: 'home', address, registration }, refusedAddress: undefined });
    if (registration === undefined) return [];
    // The end of all bindings includes the one that a farewell to the same address would end.
    if (station.farewell?.terms.homeAddress === address) this.#stations.update(mac, { farewell: undefined });
    return this.#send(mac, registration, now, atMs);
  }

  /** Registers a visitor once more, by what its agent offers now. */
  renew(station: Station, now: Moment, atMs = now.monotonicMs): AccessPointEffect[] {
    const { mac, mobility } = station;
    if (mobility.kind !== 'away') return [];
    const next = this.#termsWith(station, mobility.concessions, now);
    const registration = next === undefined ? mobility.registration : this.#replace(station, next);
    return this.#send(mac, registration, now, atMs);
  }

  /**
   * Its agent has forgotten a visitor, or is lost. One that is registered is asked first whether it is still here: a
   * station that has gone to another access point without a word must not be fetched back.
   */
  registerAnew(station: Station, now: Moment, atMs = now.monotonicMs): AccessPointEffect[] {
    const { mac, mobility } = station;
    if (mobility.kind !== 'away') return [];
    const { registration, concessions, probes } = mobility;
    if (registration.phase.kind === 'refused') return this.renew(station, now, atMs);
    if (!isRegistered(station)) {
      // What was asked a moment ago is repeated anyway, unless it is to be asked of somebody else.
      return this.#termsWith(station, concessions, now) === undefined ? [] : this.renew(station, now, atMs);
    }
    if (probes > 0) return [];
    registration.renewAt(atMs);
    return this.#outcomes(mac, registration, registration.deadlineReached(now), now);
  }

  /** Registers a visitor with another agent, if there is one; undefined if not. */
  moveOn(station: Station, now: Moment, atMs = now.monotonicMs): AccessPointEffect[] | undefined {
    const { mobility } = station;
    if (mobility.kind !== 'away') return undefined;
    const next = this.#termsWith(station, mobility.concessions, now);
    if (next === undefined || isSameAgent(next.terms.agent, mobility.registration.terms.agent)) return undefined;
    return this.registerAnew(station, now, atMs);
  }

  /** Its agent has no room for this visitor any more: from now on any other is better. */
  shunAgent({ mac, mobility }: Station, now: Moment): void {
    if (mobility.kind !== 'away') return;
    const { address } = mobility.registration.terms.agent;
    const concessions = shunning(address, mobility.concessions, now.monotonicMs);
    this.#stations.update(mac, { mobility: { ...mobility, concessions } });
  }

  /** The foreign agent has ended this visit: it begins anew if the station is still here, and is forgotten if not. */
  madeVoid(homeAddress: Ipv4Address, now: Moment): AccessPointEffect[] {
    const station = this.#stations.byAddress(homeAddress);
    if (station === undefined) return [];
    const { mac, mobility } = station;
    if (station.farewell?.terms.homeAddress === homeAddress) this.#stations.update(mac, { farewell: undefined });
    if (mobility.kind !== 'away' || mobility.registration.phase.kind !== 'registered') return [];
    mobility.registration.makeVoid(now);
    return [
      { kind: 'report', report: { kind: 'registrationVoided', mac, homeAddress } },
      ...interception(mobility.registration.terms, mac, 'interceptionUnwanted'),
      ...this.registerAnew(station, now),
    ];
  }

  /** A station that had to be confirmed, before it is registered again or asked for again, has spoken. */
  stationHeard(station: Station, now: Moment): AccessPointEffect[] {
    const { mobility, mac } = station;
    if (mobility.kind !== 'away' && mobility.kind !== 'home') return [];
    const { registration } = mobility;
    if (mobility.kind === 'home' || mobility.probes === 0) {
      return registration === undefined ? [] : this.#outcomes(mac, registration, registration.confirmed(now), now);
    }
    this.#stations.update(mac, { mobility: { ...mobility, probes: 0 } });
    return this.renew(this.#stations.get(mac) ?? station, now);
  }

  /**
   * Ends what was done for a visitor; its registration is taken back at the home agent. Not so where the station may have
   * gone to another access point on this link: its agent, and so its binding, would be the same there.
   */
  end(station: Station, now: Moment, isHere = station.attachment.kind === 'attached'): AccessPointEffect[] {
    const { mobility, mac } = station;
    this.#stations.update(mac, { mobility: { kind: 'unidentified' } });
    if (mobility.kind !== 'away') return [];
    const { terms, phase } = mobility.registration;
    const effects = interception(terms, mac, 'interceptionUnwanted');
    // What has run out or is void has no binding behind it; the one there is now may be another access point's.
    const isOver = phase.kind === 'registered' && phase.expiresAtMs <= now.monotonicMs;
    if (isOver || !(isHere || terms.agent.isLocal)) return effects;
    const farewell = this.#registration(station, { ...terms, lifetimeSeconds: 0 });
    this.#stations.update(mac, { farewell });
    return [...effects, ...this.#send(mac, farewell, now, now.monotonicMs)];
  }

  /**
   * The address has gone over to another station, as when a client changes its MAC address. What was registered for the
   * former holder must not be taken back after the new one's registration: to the home agent the two are the same.
   */
  supersede(holder: Station, address: Ipv4Address): AccessPointEffect[] {
    const { mac, mobility, farewell } = holder;
    const isItsOwn = mobility.kind !== 'unidentified' && mobility.address === address;
    this.#stations.update(mac, {
      mobility: isItsOwn ? { kind: 'unidentified' } : mobility,
      farewell: farewell?.terms.homeAddress === address ? undefined : farewell,
    });
    if (!isItsOwn || mobility.kind !== 'away') return [];
    return interception(mobility.registration.terms, mac, 'interceptionUnwanted');
  }

  /** `sourceAddress`: where a reply from the wire came from; undefined for one by an agent of this box. */
  replyReceived(reply: RegistrationReply, sourceAddress: Ipv4Address | undefined, now: Moment): AccessPointEffect[] {
    const { homeAddress } = reply;
    const station = this.#stations.byAddress(homeAddress);
    const registration = station && registrationsOf(station).find(({ terms }) => terms.homeAddress === homeAddress);
    if (station === undefined || registration === undefined) {
      return [{ kind: 'report', report: { kind: 'replyDiscarded', homeAddress, reason: 'noPendingRequest' } }];
    }
    const { agent } = registration.terms;
    if (sourceAddress !== (agent.isLocal ? undefined : agent.address)) {
      return [{ kind: 'report', report: { kind: 'replyDiscarded', homeAddress, reason: 'notFromAgent' } }];
    }
    return this.#outcomes(station.mac, registration, registration.replyReceived(reply, now), now);
  }

  deadlineReached(station: Station, now: Moment): AccessPointEffect[] {
    return registrationsOf(station).flatMap((registration) =>
      this.#outcomes(station.mac, registration, registration.deadlineReached(now), now),
    );
  }

  #registration({ allowance }: Station, terms: RegistrationTerms): ProxyRegistration {
    return new ProxyRegistration(terms, allowance, this.#tools);
  }

  #send(mac: MacAddress, registration: ProxyRegistration, now: Moment, atMs: number): AccessPointEffect[] {
    if (atMs <= now.monotonicMs) return this.#outcomes(mac, registration, registration.send(now), now);
    registration.postpone(atMs);
    this.#stations.update(mac, {});
    return [];
  }

  /** Other terms than those it has; of an agent that is not the present one, without what the present one was conceded. */
  #termsWith(station: Station, concessions: Concessions, now: Moment): NewTerms | undefined {
    if (station.mobility.kind !== 'away') return undefined;
    const { registration, address } = station.mobility;
    const question = { ...questionOf(station, address), concessions };
    const decision = this.#surroundings.decide(question, now.monotonicMs);
    if (decision?.kind !== 'away') return undefined;
    if (decision.terms.agent.address === registration.terms.agent.address) {
      return areSameTerms(decision.terms, registration.terms) ? undefined : { terms: decision.terms, concessions };
    }
    const unburdened = forAnotherAgent(concessions);
    const anew = this.#surroundings.decide({ ...question, concessions: unburdened }, now.monotonicMs);
    return anew?.kind === 'away' ? { terms: anew.terms, concessions: unburdened } : undefined;
  }

  #replace(station: Station, { terms, concessions }: NewTerms): ProxyRegistration {
    const registration = this.#registration(station, terms);
    if (station.mobility.kind === 'away') {
      this.#stations.update(station.mac, { mobility: { ...station.mobility, registration, concessions } });
    }
    return registration;
  }

  #outcomes(
    mac: MacAddress,
    registration: ProxyRegistration,
    outcomes: readonly RegistrationOutcome[],
    now: Moment,
  ): AccessPointEffect[] {
    const effects: AccessPointEffect[] = [];
    for (const outcome of outcomes) {
      const station = this.#stations.get(mac);
      // An outcome may have put another registration in its place: nothing of this one counts any more.
      if (station === undefined || !registrationsOf(station).includes(registration)) break;
      effects.push(...this.#outcome(station, registration, outcome, now));
    }
    // A registration changes from within: stored again, its new deadline counts.
    this.#stations.update(mac, {});
    return effects;
  }

  #outcome(
    station: Station,
    registration: ProxyRegistration,
    outcome: RegistrationOutcome,
    now: Moment,
  ): AccessPointEffect[] {
    const { mac } = station;
    const { terms } = registration;
    switch (outcome.kind) {
      case 'send':
        return sentRequest(mac, terms, outcome.octets, outcome.attempt);
      case 'accepted': {
        const isRegistered = outcome.lifetimeSeconds > 0;
        const wanted = isRegistered ? interception(terms, mac, 'interceptionWanted') : [];
        return [reported(mac, terms, outcome), ...wanted];
      }
      case 'denied': {
        const remedy = this.#remedy(station, registration, outcome.denial, now);
        const ending = terms.lifetimeSeconds === 0 ? [] : interception(terms, mac, 'interceptionUnwanted');
        return [reported(mac, terms, outcome), ...(remedy ?? ending)];
      }
      case 'discarded':
      case 'resynchronized':
      case 'nonceGiven':
        return [reported(mac, terms, outcome)];
      case 'unanswered': {
        const { homeAgent } = terms;
        const remedy = this.#remedy(station, registration, { ...NO_ANSWER, homeAgent }, now);
        return [reported(mac, terms, outcome), ...(remedy ?? [])];
      }
      case 'stillUnanswered':
        return this.#turnToNextHomeAgent(station, registration, now);
      case 'renewalDue':
        return this.#confirm(station, now);
      case 'confirmationDue':
        return this.#probe(station, terms.homeAddress);
    }
  }

  /** Asks at once for something else, or of somebody else; undefined where there is nothing to try. */
  #remedy(
    station: Station,
    registration: ProxyRegistration,
    denial: Denial,
    now: Moment,
  ): AccessPointEffect[] | undefined {
    const { mac, mobility } = station;
    if (mobility.kind !== 'away' || mobility.registration !== registration) return undefined;
    const ways = { concessions: mobility.concessions, homeAgents: homeAgentsOf(mobility.row) };
    for (const concessions of remedies(denial, registration.terms, ways, now.monotonicMs)) {
      const next = this.#termsWith(station, concessions, now);
      if (next !== undefined) return this.#send(mac, this.#replace(station, next), now, now.monotonicMs);
    }
    return undefined;
  }

  #turnToNextHomeAgent(station: Station, { terms }: ProxyRegistration, now: Moment): AccessPointEffect[] {
    const { mac, mobility } = station;
    if (mobility.kind !== 'away' || mobility.registration.terms !== terms) return [];
    const concessions = turningToNext(terms, mobility.concessions, homeAgentsOf(mobility.row), now.monotonicMs);
    const next = concessions === undefined ? undefined : this.#termsWith(station, concessions, now);
    return next === undefined ? [] : this.#send(mac, this.#replace(station, next), now, now.monotonicMs);
  }

  /** RFC 5563 §4.1: before a renewal the proxy makes sure that the station is still there. Any ARP from it will do. */
  #confirm(station: Station, now: Moment): AccessPointEffect[] {
    const { mobility, mac } = station;
    if (mobility.kind !== 'away') return [];
    if (mobility.probes < MOST_PROBES) {
      this.#stations.update(mac, { mobility: { ...mobility, probes: mobility.probes + 1 } });
      return this.#probe(station, mobility.address);
    }
    const report: Report = { kind: 'stationSilent', mac, address: mobility.address };
    return [{ kind: 'report', report }, ...this.end(station, now, false)];
  }

  #probe({ mac, interfaceName, bridge }: Station, address: Ipv4Address): AccessPointEffect[] {
    const service = this.#surroundings.service(bridge);
    if (service === undefined) return [];
    return [{ kind: 'stationFrameSent', interfaceName, octets: arpProbe(mac, service.mac, address) }];
  }
}

// Agents come and go as stations do: what an access point does when one is found, lost, or has forgotten its visitors.

import type { Moment } from '../role.ts';
import type { AdvertisementReceived, DiscoveryNews } from './agent-discovery.ts';
import { consequenceOf } from './agent-news.ts';
import type { AgentNews } from './agents.ts';
import type { AccessPointEffect } from './effects.ts';
import type { Registrations } from './registrations.ts';
import { addressOf, questionOf, type Station } from './station.ts';
import type { Stations } from './stations.ts';
import type { Surroundings } from './surroundings.ts';

/** An agent that has lost all its visitors gets them back one by one: many keep only a few requests pending. */
const PACE_MS = 20;

export class AgentWatch {
  readonly #stations: Stations;
  readonly #surroundings: Surroundings;
  readonly #registrations: Registrations;

  constructor(stations: Stations, surroundings: Surroundings, registrations: Registrations) {
    this.#stations = stations;
    this.#surroundings = surroundings;
    this.#registrations = registrations;
  }

  advertisementReceived(event: AdvertisementReceived, now: Moment): AccessPointEffect[] {
    const { sourceAddress, destinationAddress, advertisement } = event;
    const visitor = this.#stations.byAddress(destinationAddress);
    const agent = visitor?.mobility.kind === 'away' ? visitor.mobility.registration.terms.agent : undefined;
    const isForVisitor = visitor !== undefined && agent?.address === sourceAddress && !agent.isLocal;
    if (isForVisitor && advertisement.kind === 'agentAdvertisement' && advertisement.sequenceNumber === 0) {
      // RFC 3543 §4.1: so an agent tells one mobile node, and no other, that it has its registration no more.
      if (advertisement.busy) this.#registrations.shunAgent(visitor, now);
      return this.#registrations.madeVoid(destinationAddress, now);
    }
    const news = this.#surroundings.discovery.advertisementReceived(event, now.monotonicMs);
    return news.flatMap((each) => this.#discoveryNews(each, now));
  }

  deadlineReached(now: Moment): AccessPointEffect[] {
    const news = this.#surroundings.discovery.deadlineReached(now.monotonicMs);
    return news.flatMap((each) => this.#discoveryNews(each, now));
  }

  #discoveryNews(news: DiscoveryNews, now: Moment): AccessPointEffect[] {
    const { bridge, kind } = news;
    switch (kind) {
      case 'solicitationDue': {
        const solicitation = { kind: 'solicitationSent', bridge } as const;
        return news.isVain
          ? [{ kind: 'report', report: { kind: 'noAgentAnswers', bridge } }, solicitation]
          : [solicitation];
      }
      case 'tooManyAgents':
        return [{ kind: 'report', report: { kind, bridge, address: news.address } }];
      case 'agentChanged':
        return this.#followAgent(news, bridge, now);
      default: {
        const { address } = news.agent;
        return [{ kind: 'report', report: { kind, bridge, address } }, ...this.#followAgent(news, bridge, now)];
      }
    }
  }

  #followAgent(news: AgentNews, bridge: string, now: Moment): AccessPointEffect[] {
    const effects: AccessPointEffect[] = [];
    let atMs = now.monotonicMs;
    for (const station of [...this.#stations.all()]) {
      if (station.bridge !== bridge || station.attachment.kind === 'gone') continue;
      const followed = this.#follows(news, station, now, atMs);
      if (followed === undefined) continue;
      effects.push(...followed);
      atMs += PACE_MS;
    }
    return effects;
  }

  /** Undefined: the news change nothing for this station. */
  #follows(news: AgentNews, station: Station, now: Moment, atMs: number): AccessPointEffect[] | undefined {
    const { bridge, mobility } = station;
    const address = mobility.kind === 'away' ? mobility.registration.terms.agent.address : undefined;
    const agents = this.#surroundings.discovery.agents(bridge);
    const isServed = address !== undefined && agents?.get(address) !== undefined;
    switch (consequenceOf(news, station, isServed)) {
      case 'nothing':
        return undefined;
      case 'registerAnew':
        return this.#registrations.registerAnew(station, now, atMs);
      case 'leave':
        this.#registrations.shunAgent(station, now);
        return this.#registrations.registerAnew(this.#stations.get(station.mac) ?? station, now, atMs);
      case 'moveOn':
        return this.#registrations.moveOn(station, now, atMs);
      case 'decideAnew':
        return this.#decideAnew(station, now, atMs);
    }
  }

  #decideAnew(station: Station, now: Moment, atMs: number): AccessPointEffect[] | undefined {
    const address = addressOf(station);
    if (address === undefined) return undefined;
    const decision = this.#surroundings.decide(questionOf(station, address), now.monotonicMs);
    if (decision?.kind === 'away') return this.#registrations.identifyAnew(station, address);
    if (decision?.kind !== 'home' || decision.terms === undefined) return undefined;
    return this.#registrations.beginAtHome(station, address, decision.terms, now, atMs);
  }
}

// What news of an agent means for a station on its link (RFC 5944 §2.4.4, §2.4.5).

import type { AgentNews } from './agents.ts';
import type { Station } from './station.ts';

export type Consequence =
  /** Register once more with its agent, which has forgotten it or offers something else. */
  | 'renew'
  /** Register with another agent, if there is one. */
  | 'moveOn'
  /** What could not be decided without an agent can be now. */
  | 'decideAnew'
  | 'nothing';

/** `isServed`: its present agent is still known. */
export function consequenceOf(news: AgentNews, { mobility }: Station, isServed: boolean): Consequence {
  const { kind, agent } = news;
  const isLost = kind === 'agentLost';
  if (mobility.kind === 'notProxied') {
    const lacksAgent = mobility.reason === 'noForeignAgent' || mobility.reason === 'noCareOfAddress';
    return lacksAgent && !isLost ? 'decideAnew' : 'nothing';
  }
  if (mobility.kind === 'home') {
    return mobility.registration === undefined && agent.advertisement.homeAgent && !isLost ? 'decideAnew' : 'nothing';
  }
  if (mobility.kind !== 'away' || mobility.registration.terms.agent.isLocal) return 'nothing';
  const { terms, phase } = mobility.registration;
  const isRefused = phase.kind === 'refused';
  if (terms.agent.address !== agent.address) return !isLost && (isRefused || !isServed) ? 'moveOn' : 'nothing';
  if (isLost) return 'moveOn';
  const isUnchanged = kind === 'agentChanged' && agent.advertisement.careOfAddresses.includes(terms.careOfAddress);
  return isUnchanged && !isRefused ? 'nothing' : 'renew';
}

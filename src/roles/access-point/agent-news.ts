// What news of an agent means for a station on its link (RFC 5944 §2.4.2, §2.4.4).

import type { AgentNews } from './agents.ts';
import type { ProxyRegistration } from './proxy-registration.ts';
import type { Station } from './station.ts';

export type Consequence =
  /** Register once more with its agent, which has forgotten it or offers something else. */
  | 'registerAnew'
  /** Register with another agent, if there is one. */
  | 'moveOn'
  /** The same, and rather not with its own (RFC 3543 §4.1). */
  | 'leave'
  /** What could not be decided without an agent can be now. */
  | 'decideAnew'
  | 'nothing';

/** `isServed`: its present agent is still known. */
export function consequenceOf(news: AgentNews, { mobility }: Station, isServed: boolean): Consequence {
  switch (mobility.kind) {
    case 'unidentified':
      return 'nothing';
    case 'notProxied': {
      const lacksAgent = mobility.reason === 'noForeignAgent' || mobility.reason === 'noCareOfAddress';
      return lacksAgent && news.kind !== 'agentLost' ? 'decideAnew' : 'nothing';
    }
    case 'home': {
      const isMissed = mobility.registration === undefined && news.agent.advertisement.homeAgent;
      return isMissed && news.kind !== 'agentLost' ? 'decideAnew' : 'nothing';
    }
    case 'away':
      return mobility.registration.terms.agent.isLocal ? 'nothing' : ofVisitor(news, mobility.registration, isServed);
  }
}

function ofVisitor({ kind, agent }: AgentNews, { terms, phase }: ProxyRegistration, isServed: boolean): Consequence {
  const isRefused = phase.kind === 'refused';
  if (terms.agent.address !== agent.address) {
    return kind !== 'agentLost' && (isRefused || !isServed) ? 'moveOn' : 'nothing';
  }
  switch (kind) {
    case 'agentLost':
      return 'moveOn';
    case 'agentFound':
      return 'registerAnew';
    case 'agentRebooted':
      return agent.advertisement.busy ? 'leave' : 'registerAnew';
    case 'agentChanged': {
      const isReachable = agent.advertisement.careOfAddresses.includes(terms.careOfAddress);
      return isReachable && !isRefused ? 'nothing' : 'registerAnew';
    }
  }
}

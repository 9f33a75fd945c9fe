// What the access point knows of its surroundings: what it was told, and the agents that it has found.

import type { Random } from '../role.ts';
import { AgentDiscovery } from './agent-discovery.ts';
import type { AccessPointConfiguration, BridgeService } from './configuration.ts';
import {
  decideMobility,
  isRenewalEnough,
  isSameDecision,
  type MobilityDecision,
  type MobilityQuestion,
} from './mobility-decision.ts';

export class Surroundings {
  readonly discovery: AgentDiscovery;
  #configuration: AccessPointConfiguration;

  constructor(configuration: AccessPointConfiguration, random: Random) {
    this.discovery = new AgentDiscovery(random);
    this.#configuration = configuration;
    this.discovery.configure(configuration.bridges, configuration.mostAgents, 0);
  }

  get mostStations(): number {
    return this.#configuration.mostStations;
  }

  get isDhcpStrict(): boolean {
    return this.#configuration.dhcp === 'strict';
  }

  configure(configuration: AccessPointConfiguration, nowMs: number): void {
    this.#configuration = configuration;
    this.discovery.configure(configuration.bridges, configuration.mostAgents, nowMs);
  }

  service(bridge: string): BridgeService | undefined {
    return this.#configuration.bridges.get(bridge);
  }

  /** Undefined: the bridge is not served. */
  decide(question: MobilityQuestion, nowMs: number, configuration = this.#configuration): MobilityDecision | undefined {
    const service = configuration.bridges.get(question.bridge);
    const agents = this.discovery.agents(question.bridge);
    return service && decideMobility(question, { service, agents }, configuration, nowMs);
  }

  /** What another configuration would decide, and whether that is the same as now. */
  decideBy(
    configuration: AccessPointConfiguration,
    question: MobilityQuestion,
    nowMs: number,
  ): { readonly decision: MobilityDecision; readonly change: 'none' | 'renewal' | 'other' } | undefined {
    const before = this.decide(question, nowMs);
    const decision = this.decide(question, nowMs, configuration);
    if (decision === undefined) return undefined;
    if (before === undefined) return { decision, change: 'other' };
    if (isSameDecision(before, decision)) return { decision, change: 'none' };
    return { decision, change: isRenewalEnough(before, decision) ? 'renewal' : 'other' };
  }
}

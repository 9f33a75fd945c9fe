// What the foreign agent tells an operator, as effects.

import type { Ipv4Address } from '../../octets/address.ts';
import type { DiscardReason, Report } from '../report.ts';
import type { ForeignAgentEffect } from './events.ts';

export function report(told: Report): ForeignAgentEffect {
  return { kind: 'report', report: told };
}

export function denied(homeAddress: Ipv4Address, code: number): ForeignAgentEffect {
  return report({ kind: 'requestDenied', by: 'foreignAgent', homeAddress, code });
}

export function discarded(homeAddress: Ipv4Address, reason: DiscardReason): ForeignAgentEffect {
  return report({ kind: 'requestDiscarded', by: 'foreignAgent', homeAddress, reason });
}

export function replyDiscarded(homeAddress: Ipv4Address, reason: DiscardReason): ForeignAgentEffect {
  return report({ kind: 'replyDiscarded', homeAddress, reason });
}

export function revocationDiscarded(homeAddress: Ipv4Address, reason: DiscardReason): ForeignAgentEffect {
  return report({ kind: 'revocationDiscarded', by: 'foreignAgent', homeAddress, reason });
}

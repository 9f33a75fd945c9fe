import { expect, test } from 'vitest';
import { ForeignAgentCounters } from '../../../src/roles/foreign-agent/counters.ts';

test('all counters are there from the beginning, at zero', () => {
  const counts = new ForeignAgentCounters().counts();
  expect(Object.keys(counts)).toHaveLength(14);
  expect(new Set(Object.values(counts))).toEqual(new Set([0]));
});

test.each([
  [64, 'faReasonUnspecified'],
  [65, 'faAdmProhibited'],
  [66, 'faInsufficientResource'],
  [67, 'faMNAuthenticationFailure'],
  [68, 'faHAAuthenticationFailure'],
  [69, 'faRegLifetimeTooLong'],
  [70, 'faPoorlyFormedRequests'],
  [71, 'faPoorlyFormedReplies'],
  [72, 'faEncapsulationUnavailable'],
  [80, 'faHAUnreachable'],
  [81, 'faHAUnreachable'],
  [82, 'faHAUnreachable'],
  [88, 'faHAUnreachable'],
] as const)('denial %i counts as %s and as nothing else', (code, name) => {
  const counters = new ForeignAgentCounters();
  counters.denied(code);
  expect(Object.entries(counters.counts()).filter(([, count]) => count > 0)).toEqual([[name, 1]]);
});

test('a code that the MIB does not know counts nowhere', () => {
  const counters = new ForeignAgentCounters();
  counters.denied(76);
  expect(new Set(Object.values(counters.counts()))).toEqual(new Set([0]));
});

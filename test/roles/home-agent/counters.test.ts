import { expect, test } from 'vitest';
import { HomeAgentCounters } from '../../../src/roles/home-agent/counters.ts';
import { request } from '../messages.ts';
import { agentWith, ask, drain, fromHome } from './scene.ts';

test('all counters begin with 0, and each request counts once more as a deregistration if it is one', () => {
  const counters = new HomeAgentCounters();
  expect(new Set(Object.values(counters.counts()))).toEqual(new Set([0]));
  counters.requestReceived(request());
  counters.requestReceived(request({ lifetimeSeconds: 0 }));
  expect(counters.counts()).toMatchObject({ haRegRequestsReceived: 2, haDeRegRequestsReceived: 1 });
});

test.each([
  [0, 'haRegistrationAccepted'],
  [1, 'haMultiBindingUnsupported'],
  [128, 'haReasonUnspecified'],
  [129, 'haAdmProhibited'],
  [130, 'haInsufficientResource'],
  [131, 'haMNAuthenticationFailure'],
  [132, 'haFAAuthenticationFailure'],
  [133, 'haIDMismatch'],
  [134, 'haPoorlyFormedRequest'],
  [135, 'haTooManyBindings'],
  [136, 'haUnknownHA'],
] as const)('code %i counts as %s', (code, name) => {
  const counters = new HomeAgentCounters();
  counters.replySent(request(), code);
  const counted = Object.entries(counters.counts()).filter(([, count]) => count > 0);
  expect(counted.sort()).toEqual(
    [
      [name, 1],
      ['haRegRepliesSent', 1],
    ].sort(),
  );
});

test('a code that the MIB does not know counts as a reply', () => {
  const counters = new HomeAgentCounters();
  counters.replySent(request({ lifetimeSeconds: 0 }), 137);
  const counted = Object.entries(counters.counts()).filter(([, count]) => count > 0);
  expect(counted.sort()).toEqual(
    [
      ['haDeRegRepliesSent', 1],
      ['haRegRepliesSent', 1],
    ].sort(),
  );
});

test('a home agent counts what it does', () => {
  const agent = agentWith();
  ask(agent, 0);
  drain(agent, 5000);
  ask(agent, 6000, { greEncapsulation: true });
  ask(agent, 7000, { lifetimeSeconds: 0, careOfAddress: fromHome.sourceAddress }, fromHome);
  expect(agent.counts()).toMatchObject({
    haRegRequestsReceived: 3,
    haDeRegRequestsReceived: 1,
    haRegRepliesSent: 3,
    haDeRegRepliesSent: 1,
    haRegistrationAccepted: 2,
    haGratuitiousARPsSent: 4,
  });
});

// Each MUST of RFC 5944 about several bindings of one home address at once, that a home agent plays.

import { describe, expect, test } from 'vitest';
import {
  addressesBound,
  agentWith,
  ask,
  FOREIGN_AGENT,
  HOME_ADDRESS,
  OTHER_FOREIGN_AGENT,
  replyOf,
} from '../roles/home-agent/scene.ts';

const codeOf = (...request: Parameters<typeof ask>) => replyOf(ask(...request)).code;

describe('§3.8.2.2 Simultaneous Mobility Bindings', () => {
  test('with the S bit the previous entries are retained, and without it they are removed', () => {
    const agent = agentWith({ areSimultaneousBindingsServed: true });
    ask(agent, 0);
    expect(codeOf(agent, 1000, { careOfAddress: OTHER_FOREIGN_AGENT, simultaneousBindings: true })).toBe(0);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.2.0.1', '10.1.0.77 at 10.3.0.1']);
    expect(codeOf(agent, 2000)).toBe(0);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.2.0.1']);
  });

  test('of simultaneous entries lifetime 0 deletes the one that is named, or all', () => {
    for (const [careOfAddress, left] of [
      [FOREIGN_AGENT, ['10.1.0.77 at 10.3.0.1']],
      [OTHER_FOREIGN_AGENT, ['10.1.0.77 at 10.2.0.1']],
      [HOME_ADDRESS, []],
    ] as const) {
      const agent = agentWith({ areSimultaneousBindingsServed: true });
      ask(agent, 0);
      ask(agent, 1000, { careOfAddress: OTHER_FOREIGN_AGENT, simultaneousBindings: true });
      expect(codeOf(agent, 2000, { lifetimeSeconds: 0, careOfAddress })).toBe(0);
      expect(addressesBound(agent)).toEqual(left);
    }
  });

  test('without simultaneous bindings all previous entries are removed, and the S bit is answered with code 1', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(codeOf(agent, 1000, { careOfAddress: OTHER_FOREIGN_AGENT, simultaneousBindings: true })).toBe(1);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
  });
});

// What the home agent keeps over a restart.

import { describe, expect, test } from 'vitest';
import { identificationAt } from '../../../src/wire/identification.ts';
import { ip } from '../../addresses.ts';
import { kindsOf, reportsOf, request } from '../messages.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';
import { addressesBound, agentWith, ask, fromForeignAgent, replyOf } from './scene.ts';

describe('over a restart', () => {
  const restarted = (agent: ReturnType<typeof agentWith>, ms: number, changes = {}) => {
    const rows: unknown[] = JSON.parse(JSON.stringify([...agent.snapshot(at(ms))]));
    const next = agentWith(changes);
    // The monotonic clock begins anew, the other one goes on.
    const now = { monotonicMs: 50, unixMs: EPOCH_UNIX_MS + ms + 2000 };
    return { next, effects: next.restore(rows, now) };
  };

  test('bindings go on for what is left of their lifetime, and the kernel is told', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 60 });
    const { next, effects } = restarted(agent, 10_000);
    expect(kindsOf(effects)).toEqual(['bindingWanted', 'bindingsRestored']);
    expect([...next.bindings()]).toMatchObject([{ expiresAtMs: 50 + 48_000, lifetimeSeconds: 60, interfaceIndex: 7 }]);
  });

  test('what was accepted before is not accepted again', () => {
    const agent = agentWith();
    ask(agent, 0);
    ask(agent, 1000, { lifetimeSeconds: 0 });
    const { next } = restarted(agent, 1000);
    const replayed = request({ identification: identificationAt(EPOCH_UNIX_MS) });
    const event = { kind: 'requestReceived', request: replayed, arrival: fromForeignAgent } as const;
    const effects = next.handle(event, { monotonicMs: 60, unixMs: EPOCH_UNIX_MS + 3010 });
    expect(replyOf(effects).code).toBe(133);
  });

  test('what has expired in between, or has no room, is left out and counted', () => {
    const agent = agentWith();
    ask(agent, 0, { lifetimeSeconds: 11 });
    ask(agent, 1, { homeAddress: ip('10.1.0.78') });
    ask(agent, 2, { homeAddress: ip('10.1.0.79') });
    const { next, effects } = restarted(agent, 10_000, { mostBindings: 1 });
    expect(addressesBound(next)).toEqual(['10.1.0.78 at 10.2.0.1']);
    expect(reportsOf(effects)).toEqual([{ kind: 'bindingsRestored', restored: 1, refused: 2 }]);
  });

  test('the revision changes with each change of what must be kept, and with nothing else', () => {
    const agent = agentWith();
    const revisions = [agent.revision];
    const note = () => revisions.push(agent.revision);
    ask(agent, 0, { greEncapsulation: true });
    note();
    ask(agent, 1);
    note();
    agent.handle({ kind: 'deadlineReached' }, at(5000));
    note();
    ask(agent, 6000, { lifetimeSeconds: 5 });
    note();
    agent.handle({ kind: 'deadlineReached' }, at(11_000));
    note();
    expect(revisions.map((revision, index) => revision !== revisions[index - 1])).toEqual([
      true,
      false,
      true,
      false,
      true,
      true,
    ]);
  });
});

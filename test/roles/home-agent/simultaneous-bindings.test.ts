import { describe, expect, test } from 'vitest';
import type { HomeAgent } from '../../../src/roles/home-agent/home-agent.ts';
import type { RequestFields } from '../../../src/wire/registration.ts';
import { ip } from '../../addresses.ts';
import { kindsOf, only, request } from '../messages.ts';
import { at } from '../moments.ts';
import {
  addressesBound,
  agentWith,
  agentWithKeys,
  announcementsIn,
  ask,
  configuration,
  drain,
  fromForeignAgent,
  fromHome,
  fromOtherForeignAgent,
  HOME_ADDRESS,
  OTHER_FOREIGN_AGENT,
  receive,
  relayed,
  replyOf,
  withSupport,
} from './scene.ts';

const serving = { areSimultaneousBindingsServed: true };
const BESIDE: Partial<RequestFields> = { careOfAddress: OTHER_FOREIGN_AGENT, simultaneousBindings: true };
const BOTH = ['10.1.0.77 at 10.2.0.1', '10.1.0.77 at 10.3.0.1'];

function withTwo(agent: HomeAgent = agentWith(serving)): HomeAgent {
  ask(agent, 0, { simultaneousBindings: true });
  ask(agent, 1000, BESIDE);
  expect(addressesBound(agent)).toEqual(BOTH);
  return agent;
}

describe('a request with the S bit', () => {
  test('adds copies, says nothing on the home link, and gets code 0', () => {
    const agent = agentWith(serving);
    expect(replyOf(ask(agent, 0, { simultaneousBindings: true })).code).toBe(0);
    const effects = ask(agent, 1000, BESIDE);
    expect(kindsOf(effects)).toEqual(['copiesWanted', 'bindingCreated', 'replySent']);
    expect(replyOf(effects).code).toBe(0);
  });

  test('renews either binding and leaves the other', () => {
    const agent = withTwo();
    for (const [ms, fields] of [
      [2000, { simultaneousBindings: true }],
      [3000, BESIDE],
    ] as const) {
      expect(kindsOf(ask(agent, ms, fields))).toEqual(['bindingRenewed', 'replySent']);
    }
    expect(addressesBound(agent)).toEqual(BOTH);
  });

  test('for a third care-of address gets code 135 and changes nothing', () => {
    const agent = withTwo();
    const effects = ask(agent, 2000, { ...BESIDE, careOfAddress: ip('10.4.0.1') });
    expect([replyOf(effects).code, kindsOf(effects)]).toEqual([135, ['replySent', 'requestDenied']]);
    expect(addressesBound(agent)).toEqual(BOTH);
  });

  test('with another encapsulation than the first is accepted alone, with code 1', () => {
    const agent = agentWith({ ...serving, isGreServed: true });
    ask(agent, 0);
    const effects = ask(agent, 1000, { ...BESIDE, greEncapsulation: true });
    expect(replyOf(effects).code).toBe(1);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
  });

  test('finds no room in a full table', () => {
    const agent = agentWith({ ...serving, mostBindings: 1 });
    ask(agent, 0);
    expect(replyOf(ask(agent, 1000, BESIDE)).code).toBe(130);
    expect(replyOf(ask(agent, 2000, { careOfAddress: OTHER_FOREIGN_AGENT })).code).toBe(0);
  });
});

describe('the end of one of two', () => {
  test('by its lifetime leaves the other, to which the route leads then', () => {
    const agent = agentWith(serving);
    ask(agent, 0, { lifetimeSeconds: 10 });
    ask(agent, 1000, BESIDE);
    expect(kindsOf(drain(agent, 10_000)).slice(-3)).toEqual(['bindingWanted', 'copiesUnwanted', 'bindingExpired']);
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
  });

  test('by a deregistration of its care-of address says nothing on the home link', () => {
    const effects = ask(withTwo(), 2000, { ...BESIDE, lifetimeSeconds: 0 });
    expect(kindsOf(effects)).toEqual(['copiesUnwanted', 'bindingDeregistered', 'replySent']);
  });
});

test('a node that is back at home has neither any more', () => {
  const agent = withTwo();
  const effects = ask(agent, 2000, { lifetimeSeconds: 0, careOfAddress: HOME_ADDRESS }, fromHome);
  expect(addressesBound(agent)).toEqual([]);
  expect(announcementsIn(effects).map(({ claims }) => claims)).toEqual(['10.1.0.77 is at 02:11:22:33:44:55']);
});

test('the operator clears both', () => {
  const agent = withTwo();
  agent.handle({ kind: 'cleared', homeAddress: HOME_ADDRESS }, at(2000));
  expect([addressesBound(agent), agent.nextDeadline()]).toEqual([[], undefined]);
});

test('when they are served no more, the former ends', () => {
  const agent = withTwo();
  const effects = agent.handle({ kind: 'configured', configuration }, at(2000));
  expect(kindsOf(effects)).toEqual(['bindingWanted', 'copiesUnwanted', 'bindingCleared']);
  expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
});

describe('over a restart', () => {
  const rowsOf = () => [...withTwo().snapshot(at(2000))];
  test('both are kept', () => {
    const next = agentWith(serving);
    expect(kindsOf(next.restore(rowsOf(), at(2000)))).toEqual(['bindingWanted', 'copiesWanted', 'bindingsRestored']);
    expect(addressesBound(next)).toEqual(BOTH);
  });

  test('one is kept where two are served no more', () => {
    const next = agentWith();
    expect(only(next.restore(rowsOf(), at(2000)), 'report')).toMatchObject([{ report: { restored: 1, refused: 1 } }]);
    expect(addressesBound(next)).toEqual(['10.1.0.77 at 10.2.0.1']);
  });
});

describe('revocation', () => {
  const registered = (agent: HomeAgent, ms: number, fields: Partial<RequestFields>, arrival = fromForeignAgent) => {
    const identification = request().identification + (BigInt(ms) << 22n);
    return receive(agent, ms, relayed(request({ ...fields, identification }), withSupport(100)), arrival);
  };

  test('is of those bindings only that a request has ended', () => {
    const agent = agentWithKeys(serving);
    registered(agent, 0, { simultaneousBindings: true });
    registered(agent, 1000, BESIDE, fromOtherForeignAgent);
    expect(only(drain(agent, 5000), 'revocationSent')).toEqual([]);
    registered(agent, 6000, { careOfAddress: OTHER_FOREIGN_AGENT }, fromOtherForeignAgent);
    const sent = only(drain(agent, 8000), 'revocationSent');
    expect(new Set(sent.map(({ destination }) => destination))).toEqual(new Set([ip('10.2.0.1')]));
    expect(addressesBound(agent)).toEqual(['10.1.0.77 at 10.3.0.1']);
  });
});

import { describe, expect, test } from 'vitest';
import {
  forAnotherAgent,
  isOfForeignAgent,
  isUnreachable,
  NO_CONCESSIONS,
  remedies,
  retryAfterMs,
  shunning,
  turningToNext,
} from '../../../src/roles/access-point/concessions.ts';
import { ip } from '../../addresses.ts';
import { HOME_AGENT, terms } from './scene.ts';

const elsewhere = { ...NO_CONCESSIONS, refusedBy: new Map([[terms.agent.address, 61_000]]) };
const ALL_CODES = Array.from({ length: 256 }, (_, code) => code);

function remediesOf(code: number, given: Partial<typeof terms> = {}, conceded = {}, reply = {}) {
  const denial = { code, lifetimeSeconds: 0, homeAgent: HOME_AGENT, ...reply };
  const ways = { concessions: { ...NO_CONCESSIONS, ...conceded }, homeAgents: [HOME_AGENT] };
  return remedies(denial, { ...terms, ...given }, ways, 1000);
}

describe('a denial', () => {
  test('69 is met with the lifetime that it offers, and once that is asked for, with another agent', () => {
    const shorter = { ...NO_CONCESSIONS, longestLifetimeSeconds: 300 };
    expect(remediesOf(69, {}, {}, { lifetimeSeconds: 300 })).toEqual([shorter, elsewhere]);
    for (const lifetimeSeconds of [0, 600, 601]) {
      expect(remediesOf(69, {}, {}, { lifetimeSeconds })).toEqual([elsewhere]);
    }
  });

  test.each([
    [72, true, [elsewhere]],
    [139, true, []],
    [72, false, [elsewhere]],
    [139, false, []],
  ] as const)('%i to gre: %s is met with the other encapsulation, once', (code, greEncapsulation, afterwards) => {
    const other = { ...NO_CONCESSIONS, greEncapsulation: !greEncapsulation };
    expect(remediesOf(code, { greEncapsulation })).toEqual([other, ...afterwards]);
    expect(remediesOf(code, {}, { greEncapsulation: !greEncapsulation })).toEqual([...afterwards]);
  });

  test.each([
    [74, true, false, [elsewhere]],
    [75, false, true, [elsewhere]],
    [137, true, false, []],
    [138, false, true, []],
  ] as const)('%i with reverse tunnel: %s is met by asking with: %s, once', (code, asked, next, afterwards) => {
    const other = { ...NO_CONCESSIONS, reverseTunneling: next };
    expect(remediesOf(code, { reverseTunneling: asked })).toEqual([other, ...afterwards]);
    expect(remediesOf(code, { reverseTunneling: next }, { reverseTunneling: next })).toEqual([...afterwards]);
  });

  test('136 is met by asking the home agent that it names, once, if that can be one', () => {
    const homeAgent = ip('10.1.0.9');
    const unservedBy = new Map([[HOME_AGENT, 61_000]]);
    expect(remediesOf(136, {}, {}, { homeAgent })).toEqual([{ ...NO_CONCESSIONS, homeAgent, unservedBy }]);
    const conceded = { homeAgent, unservedBy };
    expect(remediesOf(136, { homeAgent }, conceded, { homeAgent: ip('10.1.0.10') })).toEqual([]);
    expect(remediesOf(136, {}, {}, { homeAgent: ip('255.255.255.255') })).toEqual([]);
  });

  test('of a foreign agent, or by its fault, is met with another one; of what it cannot read and of home agents not', () => {
    const plain = ALL_CODES.filter((code) => ![72, 74, 75].includes(code));
    const served = plain.filter((code) => remediesOf(code, {}, { reverseTunneling: true }).length > 0);
    const expected = plain.filter((code) => (code >= 64 && code <= 127 && code !== 70) || code === 132 || code === 194);
    expect(served.filter((code) => code < 137 || code > 139)).toEqual(
      [...expected.filter((code) => code !== 136), 136].sort((a, b) => a - b),
    );
    for (const code of expected)
      expect(remediesOf(code, {}, { reverseTunneling: true }).at(-1)?.refusedBy).toEqual(elsewhere.refusedBy);
  });
});

test('an agent is left alone for a minute, with those before it as long as theirs lasts', () => {
  const before = {
    ...NO_CONCESSIONS,
    refusedBy: new Map([
      [ip('10.2.0.7'), 900],
      [ip('10.2.0.8'), 1100],
    ]),
  };
  expect([...shunning(ip('10.2.0.9'), before, 1000).refusedBy]).toEqual([
    [ip('10.2.0.8'), 1100],
    [ip('10.2.0.9'), 61_000],
  ]);
});

test('what was conceded to one agent does not hold for the next, what the home agent said does', () => {
  const conceded = {
    longestLifetimeSeconds: 60,
    greEncapsulation: true,
    reverseTunneling: false,
    homeAgent: ip('10.1.0.9'),
    nextHomeAgent: ip('10.1.0.8'),
    refusedBy: elsewhere.refusedBy,
    unservedBy: new Map([[HOME_AGENT, 61_000]]),
  };
  const { homeAgent, nextHomeAgent, unservedBy } = conceded;
  expect(forAnotherAgent(conceded)).toEqual({ ...elsewhere, homeAgent, nextHomeAgent, unservedBy });
});

test('of several home agents the first that was not left alone within a minute is next', () => {
  const [second, third] = [ip('10.1.0.2'), ip('10.1.0.3')];
  const turned = (unservedBy: readonly [typeof second, number][], present = HOME_AGENT) => {
    const concessions = { ...NO_CONCESSIONS, longestLifetimeSeconds: 60, unservedBy: new Map(unservedBy) };
    return turningToNext({ ...terms, homeAgent: present }, concessions, [HOME_AGENT, second, third], 1000);
  };
  expect(turned([])).toEqual({
    ...NO_CONCESSIONS,
    nextHomeAgent: second,
    unservedBy: new Map([[HOME_AGENT, 61_000]]),
  });
  expect(turned([[HOME_AGENT, 1001]], second)?.nextHomeAgent).toBe(third);
  expect(turned([[HOME_AGENT, 1000]], second)?.nextHomeAgent).toBe(HOME_AGENT);
  expect(
    turned([
      [second, 2000],
      [third, 2000],
    ]),
  ).toBeUndefined();
});

test('the next try is a minute later, or ten where somebody cannot read the request', () => {
  expect(ALL_CODES.filter((code) => retryAfterMs(code) !== 60_000)).toEqual([70, 134]);
  expect(retryAfterMs(70)).toBe(600_000);
});

test('codes are sorted as RFC 5944 §3.4 does', () => {
  expect(ALL_CODES.filter(isUnreachable)).toEqual([78, 80, 81, 82, 83, 84, 85, 86, 87, 88]);
  expect(ALL_CODES.filter((code) => !isOfForeignAgent(code) && code >= 64 && code < 128)).toEqual([]);
  expect(ALL_CODES.filter((code) => isOfForeignAgent(code) && (code < 64 || code > 127))).toEqual([194]);
});

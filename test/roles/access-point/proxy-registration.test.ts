import { describe, expect, test } from 'vitest';
import { GivenNonces } from '../../../src/roles/access-point/given-nonces.ts';
import { HomeAgentClocks, ProxyRegistration } from '../../../src/roles/access-point/proxy-registration.ts';
import { RequestAllowance } from '../../../src/roles/access-point/request-allowance.ts';
import { appendForeignAgentError } from '../../../src/wire/foreign-agent-error.ts';
import { identificationAt, isLater, lowBits } from '../../../src/wire/identification.ts';
import { decodeRegistrationReply, decodeRegistrationRequest } from '../../../src/wire/registration.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { seededRandom } from '../../random.ts';
import { reply } from '../messages.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';
import { terms } from './scene.ts';

const registrationWith = (
  changes: Partial<typeof terms> = {},
  random = () => 0.5,
  allowance = new RequestAllowance(),
) =>
  new ProxyRegistration({ ...terms, ...changes }, allowance, {
    ...{ clocks: new HomeAgentClocks(() => 0), nonces: new GivenNonces(seededRandom(1)), digests, random },
  });

function identificationOf(outcomes: ReturnType<ProxyRegistration['send']>): bigint {
  const sent = outcomes.find((outcome) => outcome.kind === 'send');
  if (sent?.kind !== 'send') throw new Error('nothing sent');
  return decodeRegistrationRequest(sent.octets).identification;
}

describe('the clocks of home agents', () => {
  test('no two requests have the same identification, not within a millisecond and not when our clock goes back', () => {
    const clocks = new HomeAgentClocks(() => 0);
    const moments = [0, 0, 0, 5, 4, -3_600_000, 6];
    const identifications = moments.map((ms) => clocks.identification(terms.homeAgent, EPOCH_UNIX_MS + ms));
    for (const [index, identification] of identifications.entries()) {
      const before = identifications[index - 1];
      if (before !== undefined) expect(isLater(identification, before)).toBe(true);
    }
  });

  test('what they do not tell is random', () => {
    const [least, most] = [0, 0.999_999].map((number) =>
      new HomeAgentClocks(() => number).identification(terms.homeAgent, EPOCH_UNIX_MS),
    );
    expect(least).toBe(identificationAt(EPOCH_UNIX_MS));
    expect(most).toBeGreaterThan(identificationAt(EPOCH_UNIX_MS + 0.99));
    expect(most).toBeLessThan(identificationAt(EPOCH_UNIX_MS + 1));
  });

  test('each home agent has one of its own', () => {
    const clocks = new HomeAgentClocks(() => 0);
    expect(clocks.resynchronize(terms.homeAgent, EPOCH_UNIX_MS + 60_000, EPOCH_UNIX_MS)).toBe(60_000);
    expect(clocks.identification(terms.homeAgent, EPOCH_UNIX_MS)).toBe(identificationAt(EPOCH_UNIX_MS + 60_001));
    expect(clocks.identification(ip('10.9.0.1'), EPOCH_UNIX_MS)).toBe(identificationAt(EPOCH_UNIX_MS));
  });

  test('after a clock was followed the low bits are others than before', () => {
    const clocks = new HomeAgentClocks(() => 0);
    const refused = clocks.identification(terms.homeAgent, EPOCH_UNIX_MS);
    clocks.resynchronize(terms.homeAgent, EPOCH_UNIX_MS + 60_000, EPOCH_UNIX_MS);
    const next = clocks.identification(terms.homeAgent, EPOCH_UNIX_MS);
    expect(lowBits(next)).not.toBe(lowBits(refused));
  });

  test('a clock that turns out to be behind ours is followed back', () => {
    const clocks = new HomeAgentClocks(() => 0);
    clocks.identification(terms.homeAgent, EPOCH_UNIX_MS);
    clocks.resynchronize(terms.homeAgent, EPOCH_UNIX_MS - 60_000, EPOCH_UNIX_MS);
    expect(clocks.identification(terms.homeAgent, EPOCH_UNIX_MS)).toBe(identificationAt(EPOCH_UNIX_MS - 59_999));
  });

  test('they go on on the day in 2036 on which the seconds begin again', () => {
    const clocks = new HomeAgentClocks(() => 0);
    const before = Date.parse('2036-02-07T06:28:15Z');
    clocks.identification(terms.homeAgent, before);
    expect(clocks.identification(terms.homeAgent, before + 2000)).toBe(identificationAt(before + 2000));
  });
});

test('before it is sent, a registration wants nothing and expects nothing', () => {
  const registration = registrationWith();
  expect(registration.phase).toEqual({ kind: 'ended' });
  expect(registration.nextDeadline()).toBeUndefined();
  expect(registration.deadlineReached(at(0))).toEqual([]);
  expect(registration.replyReceived(reply(), at(0))).toEqual([{ kind: 'discarded', reason: 'noPendingRequest' }]);
});

test.each([
  [0, 420_000],
  [0.5, 480_000],
  [0.999_999, 540_000],
])('with the random number %d a lifetime of ten minutes is renewed after %i ms', (number, renewAtMs) => {
  const registration = registrationWith({}, () => number);
  const identification = identificationOf(registration.send(at(0)));
  registration.replyReceived(reply({ identification }), at(50));
  expect(Math.abs((registration.nextDeadline() ?? 0) - renewAtMs)).toBeLessThan(1);
  expect(registration.phase).toMatchObject({ kind: 'registered', expiresAtMs: 600_000, grantedSeconds: 600 });
});

test('the lifetime counts from the request, the answer time is told', () => {
  const registration = registrationWith();
  const identification = identificationOf(registration.send(at(1000)));
  expect(registration.replyReceived(reply({ identification }), at(1800))).toEqual([
    { kind: 'accepted', lifetimeSeconds: 600, elapsedMs: 800 },
  ]);
  expect(registration.nextDeadline()).toBe(481_000);
});

test('a due renewal asks every second until somebody sends it', () => {
  const registration = registrationWith();
  const identification = identificationOf(registration.send(at(0)));
  registration.replyReceived(reply({ identification }), at(10));
  expect(registration.deadlineReached(at(480_000))).toEqual([{ kind: 'renewalDue' }]);
  expect(registration.deadlineReached(at(480_999))).toEqual([]);
  expect(registration.deadlineReached(at(481_000))).toEqual([{ kind: 'renewalDue' }]);
  expect(registration.send(at(481_500))).toMatchObject([{ kind: 'send', attempt: 1 }]);
});

test.each([80, 81, 82, 88, 78])('code %i only says that nobody answered', (code) => {
  const registration = registrationWith();
  const identification = identificationOf(registration.send(at(0)));
  const unreachable = reply({ code, identification, lifetimeSeconds: 0 }, { signedWith: 'none' });
  expect(registration.replyReceived(unreachable, at(10))).toEqual([{ kind: 'unanswered' }]);
  expect(registration.phase.kind).toBe('waiting');
  expect(registration.nextDeadline()).toBe(1000);
});

test("a foreign agent's error behind an accepted reply is a denial (RFC 4636)", () => {
  const registration = registrationWith();
  const identification = identificationOf(registration.send(at(0)));
  const accepted = reply({ identification, lifetimeSeconds: 600 });
  const refused = decodeRegistrationReply(appendForeignAgentError(accepted.octets, 68));
  expect(registration.replyReceived(refused, at(10))).toMatchObject([{ kind: 'denied', denial: { code: 68 } }]);
  expect(registration.phase.kind).not.toBe('registered');
});

test('a denied deregistration is over', () => {
  const registration = registrationWith({ lifetimeSeconds: 0 });
  const identification = identificationOf(registration.send(at(0)));
  const denial = reply({ code: 129, identification, lifetimeSeconds: 0 });
  expect(registration.replyReceived(denial, at(10))).toMatchObject([{ kind: 'denied', denial: { code: 129 } }]);
  expect(registration.phase).toEqual({ kind: 'ended' });
});

test('an accepted deregistration is over', () => {
  const registration = registrationWith({ lifetimeSeconds: 0 });
  const identification = identificationOf(registration.send(at(0)));
  const accepted = registration.replyReceived(reply({ identification, lifetimeSeconds: 0 }), at(10));
  expect(accepted).toEqual([{ kind: 'accepted', lifetimeSeconds: 0, elapsedMs: 10 }]);
  expect(registration.nextDeadline()).toBeUndefined();
});

test.each([true, false])('gre and the reverse tunnel are asked for as the terms say: %s', (isWanted) => {
  const registration = registrationWith({ greEncapsulation: isWanted, reverseTunneling: isWanted });
  const [sent] = registration.send(at(0));
  if (sent?.kind !== 'send') throw new Error('nothing sent');
  expect(decodeRegistrationRequest(sent.octets)).toMatchObject({
    greEncapsulation: isWanted,
    reverseTunneling: isWanted,
    minimalEncapsulation: false,
  });
});

describe('a registration that is sent too often', () => {
  test('waits for its turn, and then goes out by itself', () => {
    const registration = registrationWith();
    for (let count = 0; count < 4; count++) expect(registration.send(at(0))).toMatchObject([{ kind: 'send' }]);
    expect(registration.send(at(0))).toEqual([]);
    expect(registration.phase).toEqual({ kind: 'postponed', sendAtMs: 1000 });
    expect(registration.nextDeadline()).toBe(1000);
    expect(registration.deadlineReached(at(999))).toEqual([]);
    expect(registration.deadlineReached(at(1000))).toMatchObject([{ kind: 'send', attempt: 1 }]);
  });

  test('shares its allowance with the others of the station', () => {
    const allowance = new RequestAllowance();
    for (let count = 0; count < 4; count++) registrationWith({}, () => 0.5, allowance).send(at(0));
    expect(registrationWith({}, () => 0.5, allowance).send(at(0))).toEqual([]);
  });
});

test('a postponed registration is sent then, and expects no reply before', () => {
  const registration = registrationWith();
  registration.postpone(500);
  expect(registration.replyReceived(reply(), at(1))).toEqual([{ kind: 'discarded', reason: 'noPendingRequest' }]);
  expect(registration.deadlineReached(at(499))).toEqual([]);
  expect(registration.deadlineReached(at(500))).toMatchObject([{ kind: 'send' }]);
});

describe('a registration that is doubted', () => {
  const registered = () => {
    const registration = registrationWith();
    const identification = identificationOf(registration.send(at(0)));
    registration.replyReceived(reply({ identification }), at(10));
    return registration;
  };

  test('is to be renewed sooner than its lifetime demands, never later', () => {
    const registration = registered();
    registration.renewAt(5000);
    registration.renewAt(9000);
    expect(registration.phase).toMatchObject({ kind: 'registered', expiresAtMs: 600_000 });
    expect(registration.deadlineReached(at(4999))).toEqual([]);
    expect(registration.deadlineReached(at(5000))).toEqual([{ kind: 'renewalDue' }]);
    expect(registration.nextDeadline()).toBe(6000);
  });

  test('or void has run out', () => {
    const registration = registered();
    registration.makeVoid(at(5000));
    expect(registration.phase).toMatchObject({ kind: 'registered', expiresAtMs: 5000 });
  });

  test('while it is asked for waits for the answer', () => {
    const registration = registrationWith();
    registration.send(at(0));
    registration.renewAt(5);
    registration.makeVoid(at(5));
    expect(registration.phase.kind).toBe('waiting');
    expect(registration.nextDeadline()).toBe(1000);
  });
});

test.each([
  [129, 60_000],
  [70, 600_000],
  [134, 600_000],
])('after a denial with code %i the next try is %i ms later', (code, laterMs) => {
  const registration = registrationWith();
  const identification = identificationOf(registration.send(at(0)));
  const denied = registration.replyReceived(reply({ code, identification, lifetimeSeconds: 0 }), at(10));
  expect(denied).toEqual([{ kind: 'denied', denial: { code, lifetimeSeconds: 0, homeAgent: terms.homeAgent } }]);
  expect(registration.nextDeadline()).toBe(10 + laterMs);
});

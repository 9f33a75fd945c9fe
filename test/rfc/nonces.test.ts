// RFC 5944 §5.7.2, replay protection by nonces: as the home agent, and as what an access point does for a mobile node. It is
// chosen for each security association.
//
// Not tested here, and why:
// §5.7.2 Where the random numbers come from (RFC 4086): the host's; without the key, to know the next one helps nobody.

import { describe, expect, test } from 'vitest';
import { GivenNonces } from '../../src/roles/access-point/given-nonces.ts';
import { HomeAgentClocks, ProxyRegistration } from '../../src/roles/access-point/proxy-registration.ts';
import { RequestAllowance } from '../../src/roles/access-point/request-allowance.ts';
import { SecurityAssociations } from '../../src/roles/security-associations.ts';
import { highHalf, identificationOf, lowHalf } from '../../src/wire/identification.ts';
import { decodeRegistrationRequest, type RequestFields } from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { seededRandom } from '../random.ts';
import { terms } from '../roles/access-point/scene.ts';
import { addressesBound, agentWith, ask, HOME_ADDRESS, receive, replyOf } from '../roles/home-agent/scene.ts';
import { association, isSigned, kindsOf, reply, request } from '../roles/messages.ts';
import { at } from '../roles/moments.ts';

const byNonces = { ...association, replayProtection: 'nonce' } as const;

describe('the home agent', () => {
  const agentByNonces = () =>
    agentWith({
      associations: new SecurityAssociations([{ ...byNonces, start: ip('10.1.0.0'), end: ip('10.1.0.255') }]),
    });
  const answered = (agent: ReturnType<typeof agentByNonces>, ms: number, fields: Partial<RequestFields>) =>
    replyOf(ask(agent, ms, fields));
  /** With a nonce that it can have from nowhere. */
  const refused = (agent: ReturnType<typeof agentByNonces>) => answered(agent, 0, { identification: 1n });

  test('a request with another nonce than the one given is refused with code 133, and brings a new one', () => {
    const agent = agentByNonces();
    const first = refused(agent);
    expect(first.code).toBe(133);
    const again = answered(agent, 1000, { identification: identificationOf(highHalf(first.identification) ^ 1, 2) });
    expect(again.code).toBe(133);
    expect(highHalf(again.identification)).not.toBe(highHalf(first.identification));
    expect(addressesBound(agent)).toEqual([]);
    expect(isSigned(again)).toBe(true);
  });

  test('with the nonce of the reply the next request is accepted, whatever the reply said and whenever it comes', () => {
    const agent = agentByNonces();
    let { identification } = refused(agent);
    for (const [ms, fields, code] of [
      [1000, {}, 0],
      [86_400_000, { careOfAddress: ip('10.3.0.1') }, 0],
      [86_400_500, { greEncapsulation: true }, 139],
      [86_401_000, { lifetimeSeconds: 0, careOfAddress: HOME_ADDRESS }, 0],
    ] as const) {
      const next = answered(agent, ms, {
        identification: identificationOf(highHalf(identification), ms % 7),
        ...fields,
      });
      expect(next.code).toBe(code);
      identification = next.identification;
    }
  });

  test('every reply has a new nonce in its high bits and the low bits of its request', () => {
    const agent = agentByNonces();
    const seen = new Set<number>();
    let nonce = 1;
    for (let index = 0; index < 20; index++) {
      const { identification } = answered(agent, index * 1000, {
        identification: identificationOf(nonce, 100 + index),
      });
      expect(lowHalf(identification)).toBe(100 + index);
      nonce = highHalf(identification);
      seen.add(nonce);
    }
    expect(seen.size).toBe(20);
  });

  test('an accepted request that is sent again is refused, and changes nothing', () => {
    const agent = agentByNonces();
    const nonce = highHalf(refused(agent).identification);
    const message = request({ identification: identificationOf(nonce, 5) });
    expect(replyOf(receive(agent, 1000, message)).code).toBe(0);
    const bound = [...agent.bindings()];
    expect(replyOf(receive(agent, 2000, message)).code).toBe(133);
    expect([...agent.bindings()]).toEqual(bound);
  });

  test('a request with the right nonce and a wrong authenticator uses nothing up', () => {
    const agent = agentByNonces();
    const nonce = highHalf(refused(agent).identification);
    const forged = request(
      { identification: identificationOf(nonce, 5) },
      { signedWith: { ...association, key: new Uint8Array(16) } },
    );
    const answer = replyOf(receive(agent, 1000, forged));
    expect(answer.code).toBe(131);
    expect(answered(agent, 2000, { identification: identificationOf(nonce, 6) }).code).toBe(0);
  });

  test('another association of the same home agent goes on by timestamps', () => {
    const range = { start: ip('10.1.0.0'), end: ip('10.1.0.255') };
    const agent = agentWith({
      associations: new SecurityAssociations([
        { ...association, ...range },
        { ...byNonces, start: HOME_ADDRESS, end: HOME_ADDRESS },
      ]),
    });
    expect(replyOf(ask(agent, 0)).code).toBe(133);
    expect(replyOf(ask(agent, 0, { homeAddress: ip('10.1.0.78') })).code).toBe(0);
  });
});

describe('for a mobile node', () => {
  const tools = () => ({
    ...{ clocks: new HomeAgentClocks(() => 0), nonces: new GivenNonces(seededRandom(1)), digests, random: () => 0.5 },
  });
  const registrationWith = (shared = tools()) =>
    new ProxyRegistration({ ...terms, association: byNonces }, new RequestAllowance(), shared);

  function sentBy(outcomes: ReturnType<ProxyRegistration['send']>): bigint {
    const sent = outcomes.find((outcome) => outcome.kind === 'send');
    if (sent?.kind !== 'send') throw new Error('nothing sent');
    return decodeRegistrationRequest(sent.octets).identification;
  }
  const replyTo = (identification: bigint, nonce: number, code = 0) =>
    reply({
      code,
      lifetimeSeconds: code === 0 ? 600 : 0,
      identification: identificationOf(nonce, lowHalf(identification)),
    });

  test('after code 133 it asks again at once, with the nonce of the refusal and new low bits', () => {
    const registration = registrationWith();
    const first = sentBy(registration.send(at(0)));
    const outcomes = registration.replyReceived(replyTo(first, 4711, 133), at(10));
    expect(kindsOf(outcomes)).toEqual(['nonceGiven', 'send']);
    const second = sentBy(outcomes);
    expect(highHalf(second)).toBe(4711);
    expect(lowHalf(second)).not.toBe(lowHalf(first));
  });

  test('the nonce of an accepted reply, and of any other that the home agent signed, is that of the next request', () => {
    for (const code of [0, 129]) {
      const shared = tools();
      const registration = registrationWith(shared);
      registration.replyReceived(replyTo(sentBy(registration.send(at(0))), 815, code), at(10));
      expect(highHalf(sentBy(registrationWith(shared).send(at(20_000))))).toBe(815);
    }
  });

  test('what nobody has signed with its key gives no nonce', () => {
    const shared = tools();
    const registration = registrationWith(shared);
    const first = sentBy(registration.send(at(0)));
    const fields = { lifetimeSeconds: 0, identification: identificationOf(666, lowHalf(first)) };
    const wrongKey = { ...association, key: new Uint8Array(16) };
    registration.replyReceived(reply({ ...fields, code: 133 }, { signedWith: wrongKey }), at(10));
    registration.replyReceived(reply({ ...fields, code: 66 }, { signedWith: 'none' }), at(20));
    expect(highHalf(sentBy(registrationWith(shared).send(at(20_000))))).toBe(highHalf(first));
  });

  test('§3.6.3: what is unanswered is sent again unchanged', () => {
    const registration = registrationWith();
    const first = sentBy(registration.send(at(0)));
    registration.deadlineReached(at(1000));
    expect(sentBy(registration.confirmed(at(1100)))).toBe(first);
  });

  test('but not what was refused: then it has the latest nonce', () => {
    const registration = registrationWith();
    const second = sentBy(registration.replyReceived(replyTo(sentBy(registration.send(at(0))), 1, 133), at(10)));
    expect(kindsOf(registration.replyReceived(replyTo(second, 2, 133), at(20)))).toEqual(['nonceGiven']);
    registration.deadlineReached(at(1010));
    expect(highHalf(sentBy(registration.confirmed(at(1100))))).toBe(2);
  });

  test('and each further try that is refused for its nonce is made again at once, with the new one', () => {
    const registration = registrationWith();
    const second = sentBy(registration.replyReceived(replyTo(sentBy(registration.send(at(0))), 1, 133), at(10)));
    registration.replyReceived(replyTo(second, 2, 133), at(20));
    registration.deadlineReached(at(1010));
    const third = sentBy(registration.confirmed(at(1100)));
    expect(highHalf(sentBy(registration.replyReceived(replyTo(third, 3, 133), at(1110))))).toBe(3);
    // It is the same try: the next one comes two seconds later, not one.
    expect(registration.nextDeadline()).toBe(3110);
  });
});

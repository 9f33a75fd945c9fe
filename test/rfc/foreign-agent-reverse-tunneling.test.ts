// Each MUST of RFC 3024 that a foreign agent plays. Not tested here, and why:
// - §4.2.2, §5.1.1, §5.1.2: packets of a visitor are encapsulated to its home agent. The kernel does, by the wishes that
//   src/daemon/outbound.ts makes of what is checked here; the lab shows the packets.
// - §5.2: broadcasts and multicasts of a visitor are not reverse tunneled: the kernel does not route what its tunnel brings.
// - §3.4: a mobile node accepts codes 70 and 134. A mobile node's.

import { describe, expect, test } from 'vitest';
import { EXTENSION } from '../../src/wire/extensions.ts';
import { decodeRegistrationRequest } from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { agentWith, answer, ask, careOfAddress, homeAgent, toldTo } from '../roles/foreign-agent/scene.ts';
import { kindsOf, only } from '../roles/messages.ts';

const codeOf = (...asked: Parameters<typeof ask> extends [unknown, unknown, ...infer Rest] ? Rest : never) =>
  toldTo(ask(agentWith(), 0, ...asked))[0]?.code;

describe('RFC 3024 §3', () => {
  test('§3.3: the delivery style extension is not relayed and not answered with', () => {
    const agent = agentWith();
    const [relayed] = only(ask(agent, 0, {}, { laterExtensions: '8200' }), 'requestRelayed');
    const types = relayed && decodeRegistrationRequest(relayed.octets).extensions.map(({ type }) => type);
    expect(types).toEqual([EXTENSION.mobileHomeAuthentication]);
    const told = toldTo(answer(agent, 1))[0];
    expect(told?.extensions.map(({ type }) => type)).toEqual([EXTENSION.mobileHomeAuthentication]);
  });

  test('§3.3: a delivery style without flag T is poorly formed', () => {
    expect(codeOf({ reverseTunneling: false }, { laterExtensions: '8200' })).toBe(70);
  });

  test('§3.4: a reverse tunnel that we do not offer is denied with code 74, not with code 70', () => {
    expect(toldTo(ask(agentWith({ reverseTunnel: 'refused' }), 0))[0]?.code).toBe(74);
  });

  test('§3.4: encapsulating delivery by a tunnel that is not ours is denied with code 79', () => {
    expect(codeOf({ decapsulationByMobileNode: true }, { laterExtensions: '8200' })).toBe(79);
  });
});

describe('RFC 3024 §4.2.1', () => {
  test('an encapsulation that we do not have is denied with code 72', () => {
    expect([codeOf({ minimalEncapsulation: true }), codeOf({ greEncapsulation: true })]).toEqual([72, 72]);
  });

  test('without flag T where the reverse tunnel is mandatory: code 75', () => {
    const agent = agentWith({ reverseTunnel: 'required' });
    expect(toldTo(ask(agent, 0, { reverseTunneling: false }))[0]?.code).toBe(75);
  });

  test.each([1, 64, 254])('with flag T and a time to live of %i: code 76', (timeToLive) => {
    expect(codeOf({}, { timeToLive })).toBe(76);
  });

  test('with flag T and a time to live of 255 it is relayed', () => {
    expect(kindsOf(ask(agentWith(), 0, {}, { timeToLive: 255 }))).toEqual(['requestRelayed']);
  });

  test('code 76 is sent once a second in all, whoever asks', () => {
    const agent = agentWith();
    const distant = (ms: number, node: string) =>
      toldTo(ask(agent, ms, { homeAddress: ip(node) }, { timeToLive: 1 })).map(({ code }) => code);
    expect(distant(0, '10.1.0.10')).toEqual([76]);
    expect(distant(999, '10.1.0.11')).toEqual([]);
    expect(distant(1000, '10.1.0.12')).toEqual([76]);
  });
});

describe('RFC 3024 §4.2.2', () => {
  test.each([true, false])('the visitor list says whether the reverse tunnel was granted: %s', (reverseTunneling) => {
    const agent = agentWith();
    ask(agent, 0, { reverseTunneling });
    const [wanted] = only(answer(agent, 1), 'visitorWanted');
    expect(wanted?.visitor.reverseTunneling).toBe(reverseTunneling);
  });

  test.each([
    ['', false],
    ['8200', true],
  ])('the visitor list says which delivery style is expected: extensions "%s"', (laterExtensions, encapsulating) => {
    const agent = agentWith();
    ask(agent, 0, {}, { laterExtensions });
    const [wanted] = only(answer(agent, 1), 'visitorWanted');
    expect(wanted?.visitor.encapsulatingDelivery).toBe(encapsulating);
  });

  test('a visitor that asks for the other delivery style is served anew', () => {
    const agent = agentWith();
    ask(agent, 0);
    answer(agent, 1);
    ask(agent, 2000, { identification: 5n }, { laterExtensions: '8200' });
    expect(kindsOf(answer(agent, 2001, { identification: 5n }))).toEqual([
      'visitorUnwanted',
      'visitorWanted',
      'visitorMoved',
      'replyRelayed',
    ]);
  });

  test('§5.1.2: the tunnel leads from the care-of address that was asked for to the home agent of the reply', () => {
    const agent = agentWith();
    ask(agent, 0);
    expect(only(answer(agent, 1), 'visitorWanted')[0]?.visitor).toMatchObject({ careOfAddress, homeAgent });
  });

  test('§1.2: it is of the kind that the forward tunnel is', () => {
    const agent = agentWith({ isGreServed: true });
    ask(agent, 0, { greEncapsulation: true });
    expect(only(answer(agent, 1), 'visitorWanted')[0]?.visitor.encapsulation).toBe('gre');
  });
});

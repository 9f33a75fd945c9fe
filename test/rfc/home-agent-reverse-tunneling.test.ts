// Each MUST of RFC 3024 that a home agent plays.
//
// Not tested here, and why:
// §4.3.2 Each packet out of a reverse tunnel is checked (outer source, inner source, encapsulation), silently discarded or
//        decapsulated and forwarded: the kernel does it, by what the binding says; the lab's scenarios send such packets.
// §3.4, §4.2 The rest is the foreign agent's and the mobile node's.

import { describe, expect, test } from 'vitest';
import {
  addressesBound,
  agentWith,
  agentWithKeys,
  ask,
  isSignedByUs,
  receive,
  relayed,
  replyOf,
} from '../roles/home-agent/scene.ts';
import { kindsOf, request } from '../roles/messages.ts';

const T = { reverseTunneling: true };
const noT = { reverseTunneling: false };

describe('§3.4 New Registration Reply Codes', () => {
  test('a reverse tunnel that is unavailable is denied with code 137, not 134', () => {
    const agent = agentWith({ reverseTunnel: 'refused' });
    expect(replyOf(ask(agent, 0, T)).code).toBe(137);
    expect(addressesBound(agent)).toEqual([]);
    expect(replyOf(ask(agent, 1, noT)).code).toBe(0);
  });

  test('where a reverse tunnel is mandatory, a request without the T bit is denied with code 138', () => {
    const agent = agentWith({ reverseTunnel: 'required' });
    expect(replyOf(ask(agent, 0, noT)).code).toBe(138);
    expect(replyOf(ask(agent, 1, T)).code).toBe(0);
  });

  test.each([
    ['minimal encapsulation', { minimalEncapsulation: true }],
    ['GRE', { greEncapsulation: true }],
  ])('§3.4, §4.3.1: an unsupported form of tunneling is denied with code 139: %s', (_what, fields) => {
    expect(replyOf(ask(agentWith(), 0, { ...T, ...fields })).code).toBe(139);
  });
});

describe('§4 Changes in Protocol Behavior', () => {
  test('who shares an association with us must use it: code 132 without, and our reply has it', () => {
    expect(replyOf(receive(agentWithKeys(), 0, request(T))).code).toBe(132);
    expect(isSignedByUs(replyOf(receive(agentWithKeys(), 0, relayed(request(T)))))).toBe(true);
  });

  test('a request without an admissible authentication is dropped', () => {
    expect(kindsOf(receive(agentWith(), 0, request(T, { signedWith: 'none' })))).toEqual(['requestDiscarded']);
  });
});

describe('§4.3.1 Receiving Registration Requests from the Foreign Agent', () => {
  test('the forward tunnel is looked at first: code 139 before code 137', () => {
    const agent = agentWith({ reverseTunnel: 'refused' });
    expect(replyOf(ask(agent, 0, { ...T, greEncapsulation: true })).code).toBe(139);
  });

  test('the binding says that a reverse tunnel was granted, and the encapsulation', () => {
    const agent = agentWith({ isGreServed: true });
    ask(agent, 0, { ...T, greEncapsulation: true });
    expect([...agent.bindings()]).toMatchObject([{ reverseTunneling: true, encapsulation: 'gre' }]);
    ask(agent, 1000, noT);
    expect([...agent.bindings()]).toMatchObject([{ reverseTunneling: false, encapsulation: 'ipip' }]);
  });
});

describe('§4.3.2 Sending Registration Replies to the Foreign Agent', () => {
  test('a valid request is answered', () => {
    expect(replyOf(ask(agentWith(), 0, T)).code).toBe(0);
  });
});

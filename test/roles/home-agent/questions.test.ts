// What the home agent answers to anybody, and to a node that is back home while it is still bound.

import { describe, expect, test } from 'vitest';
import { BROADCAST_MAC } from '../../../src/octets/address.ts';
import { decodeFrame } from '../../../src/wire/frames.ts';
import { identificationAt } from '../../../src/wire/identification.ts';
import { decodeRegistrationReply, type RequestFields } from '../../../src/wire/registration.ts';
import { ip } from '../../addresses.ts';
import { association, isSigned, kindsOf, only, reportsOf, request } from '../messages.ts';
import { EPOCH_UNIX_MS } from '../moments.ts';
import { agentWith, ask, fromForeignAgent, fromHome, OUR_MAC, receive, replyOf } from './scene.ts';

describe('questions that are answered to anybody', () => {
  const unsigned = (fields: Partial<RequestFields>) => request(fields, { signedWith: 'none' });
  const alive = { homeAddress: ip('10.1.0.255'), careOfAddress: ip('10.1.0.255'), lifetimeSeconds: 0 };

  test.each([
    ['of the home network', ip('10.1.0.255')],
    ['of all networks', ip('255.255.255.255')],
  ])('discovery by the broadcast address %s gets code 136 and our address, unsigned', (_what, homeAgent) => {
    const effects = receive(agentWith(), 0, unsigned({ homeAgent }), {
      ...fromForeignAgent,
      destinationAddress: homeAgent,
    });
    expect(kindsOf(effects)).toEqual(['replySent', 'probeAnswered']);
    const reply = replyOf(effects);
    expect(reply).toMatchObject({ code: 136, homeAgent: ip('10.1.0.1'), extensions: [] });
    expect(reply.identification).toBe(identificationAt(EPOCH_UNIX_MS));
    expect(only(effects, 'replySent')[0]).toMatchObject({ source: ip('10.1.0.1'), destination: ip('10.2.0.1') });
  });

  test('who signs the question gets a signed answer', () => {
    const effects = ask(agentWith(), 0, { homeAgent: ip('10.1.0.255') });
    expect(replyOf(effects).code).toBe(136);
    expect(isSigned(replyOf(effects))).toBe(true);
  });

  test('who signs it wrong gets an unsigned one', () => {
    const wrongKey = { ...association, key: new Uint8Array(16) };
    const effects = receive(agentWith(), 0, request({ homeAgent: ip('10.1.0.255') }, { signedWith: wrongKey }));
    expect(replyOf(effects).extensions).toEqual([]);
  });

  test('discovery for a network that is not ours is not answered', () => {
    const question = unsigned({ homeAgent: ip('255.255.255.255'), homeAddress: ip('10.9.0.77') });
    expect(kindsOf(receive(agentWith(), 0, question))).toEqual(['requestDiscarded']);
  });

  test('whether we live, asked in the name of the broadcast address, gets code 129', () => {
    const effects = receive(agentWith(), 0, unsigned(alive));
    expect(kindsOf(effects)).toEqual(['replySent', 'probeAnswered']);
    expect(replyOf(effects)).toMatchObject({ code: 129, homeAgent: ip('10.1.0.1'), extensions: [] });
  });

  test('a registration of the broadcast address is none of them', () => {
    const effects = receive(agentWith(), 0, unsigned({ ...alive, lifetimeSeconds: 600 }));
    expect(reportsOf(effects)).toMatchObject([{ kind: 'requestDiscarded', reason: 'missingSecurityExtension' }]);
  });

  test('they leave no trace and are answered so many times a second', () => {
    const agent = agentWith({ mostProbesPerSecond: 2 });
    const kinds = (ms: number) => kindsOf(receive(agent, ms, unsigned(alive)));
    expect([kinds(0), kinds(1), kinds(2)].map(([first]) => first)).toEqual([
      'replySent',
      'replySent',
      'requestDiscarded',
    ]);
    expect(kinds(502)[0]).toBe('replySent');
    expect(agent.nextDeadline()).toBeUndefined();
    expect(agent.revision).toBe(0);
  });
});

describe('a refusal to a node that is back home', () => {
  const fromHomeDenied = () => {
    const agent = agentWith();
    ask(agent, 0);
    const stale = identificationAt(EPOCH_UNIX_MS - 60_000);
    return { agent, fields: { lifetimeSeconds: 0, careOfAddress: ip('10.1.0.77'), identification: stale } };
  };

  test('also comes as a frame of the home link, for the tunnel would take the datagram away', () => {
    const { agent, fields } = fromHomeDenied();
    const [sent] = only(ask(agent, 1000, fields, fromHome), 'replySent');
    expect(sent?.homeLinkFrame?.interfaceIndex).toBe(7);
    const { destination, source, payload } = decodeFrame(sent?.homeLinkFrame?.octets ?? new Uint8Array());
    expect([destination, source]).toEqual([fromHome.sourceMac, OUR_MAC]);
    const { ipv4 } = payload.kind === 'ipv4' ? payload : { ipv4: undefined };
    expect(ipv4).toMatchObject({ source: ip('10.1.0.1'), destination: ip('10.1.0.77') });
    expect(ipv4?.udp).toMatchObject({ sourcePort: 434, destinationPort: 434, octets: sent?.octets });
    expect(decodeRegistrationReply(sent?.octets ?? new Uint8Array()).code).toBe(133);
  });

  test('goes to everybody there where the MAC address of the node is unknown', () => {
    const { agent, fields } = fromHomeDenied();
    const [sent] = only(ask(agent, 1000, fields, { ...fromHome, sourceMac: undefined }), 'replySent');
    expect(decodeFrame(sent?.homeLinkFrame?.octets ?? new Uint8Array()).destination).toBe(BROADCAST_MAC);
  });

  test('an acceptance has ended the binding, so the datagram finds its way', () => {
    const agent = agentWith();
    ask(agent, 0);
    const effects = ask(agent, 1000, { lifetimeSeconds: 0, careOfAddress: ip('10.1.0.77') }, fromHome);
    expect(only(effects, 'replySent')[0]?.homeLinkFrame).toBeUndefined();
  });
});

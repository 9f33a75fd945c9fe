import { describe, expect, test } from 'vitest';
import type { HomeAgent } from '../../../src/roles/home-agent/home-agent.ts';
import { decodeDhcpReply, decodeDhcpRequest } from '../../../src/wire/dhcp.ts';
import { ip } from '../../addresses.ts';
import * as recorded from '../../wire/dhcp-recordings.ts';
import { DNSMASQ_REFUSAL } from '../../wire/dhcp-refusal-recording.ts';
import { kindsOf, only } from '../messages.ts';
import { at } from '../moments.ts';
import { agentWith, ask } from './scene.ts';

describe('DHCP out of a tunnel', () => {
  const renewing = decodeDhcpRequest(recorded.UDHCPC_RENEWING);
  const homeAddress = ip('10.1.0.134');
  const hear = (agent: HomeAgent, ms: number) =>
    kindsOf(agent.handle({ kind: 'dhcpReceived', request: renewing, sourceAddress: homeAddress }, at(ms)));

  test('of a mobile node that is bound is said on its home link; without a binding it is not', () => {
    const agent = agentWith();
    expect(hear(agent, 0)).toEqual(['dhcpNotRepeated']);
    ask(agent, 1, { homeAddress });
    expect(hear(agent, 2)).toEqual(['dhcpRepeated', 'dhcpRepeated']);
  });

  test('that a server refuses is refused to the mobile node, while it is bound, and nothing else that a server says', () => {
    const agent = agentWith();
    const answer = (ms: number, reply = decodeDhcpReply(DNSMASQ_REFUSAL)) =>
      agent.handle({ kind: 'dhcpAnswered', reply, sourceAddress: ip('10.1.0.1') }, at(ms));
    ask(agent, 0, { homeAddress });
    expect(answer(1)).toEqual([]);
    hear(agent, 2);
    expect(answer(3, { ...decodeDhcpReply(DNSMASQ_REFUSAL), type: 5 })).toEqual([]);
    const effects = answer(4);
    expect(kindsOf(effects)).toEqual(['dhcpRefused', 'packetSent']);
    expect(only(effects, 'packetSent')).toMatchObject([{ destination: homeAddress }]);
    hear(agent, 5);
    agent.handle({ kind: 'cleared', homeAddress }, at(6));
    expect(answer(7)).toEqual([]);
  });

  test('is said so many times a second and no more', () => {
    const agent = agentWith({ mostDhcpPerSecond: 2 });
    ask(agent, 0, { homeAddress });
    const lengths = [1, 2, 3, 4, 1500].map((ms) => hear(agent, ms).length);
    expect(lengths).toEqual([2, 2, 1, 1, 2]);
  });
});

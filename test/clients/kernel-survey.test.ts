import { describe, expect, test } from 'vitest';
import { chainItem, elementItem, linkItem, routeItem, ruleItem, tableItem } from '../../src/clients/kernel-items.ts';
import { type KernelProtocol, KernelSurvey } from '../../src/clients/kernel-survey.ts';
import { TUNNEL_LINKS } from '../../src/clients/kernel-wishes.ts';
import { interfaceChain, NETDEV_CHAINS } from '../../src/clients/pmip-netdev-table.ts';
import { PMIP_SETS, PMIP_TABLES } from '../../src/clients/pmip-sets.ts';
import { decodeNetlinkMessages, type NetlinkMessage } from '../../src/wire/netlink.ts';
import { encodeChain } from '../../src/wire/nftables.ts';
import { encodeTunnelLink } from '../../src/wire/rtnetlink-link.ts';
import { encodeRouteAddition, type Route } from '../../src/wire/rtnetlink-route.ts';
import { encodeRuleAddition } from '../../src/wire/rtnetlink-rule.ts';
import { ip, prefix } from '../addresses.ts';
import { hex, overwritten } from '../hex.ts';
import { BRIDGE_LINK, ELEMENTS, message, NEIGHBOUR, PROXY_NEIGHBOUR } from '../wire/netlink-recordings.ts';

/** And the chains of one table. */
const NETFILTER_STEPS = Object.keys(PMIP_TABLES).length + Object.keys(PMIP_SETS).length + 1;

const ROUTE: Route = {
  destination: prefix('10.1.0.77/32'),
  table: 254,
  priority: 433,
  protocol: 43,
  scope: 253,
  type: 1,
  interfaceIndex: 4,
  gateway: undefined,
  preferredSource: undefined,
  encapsulation: undefined,
};
const RULE = { source: prefix('10.1.0.0/24'), inputInterface: 'br-lan', table: 7, priority: 434, protocol: 43 };
const KEY = hex('020000000005 0000 0a01004d');
const INDEX_AT = 4;
const FLAGS_AT = 8;

/** The same message with another type: what the kernel tells has the layout of what makes it. */
function told(encoded: Uint8Array): NetlinkMessage {
  const [decoded] = decodeNetlinkMessages(encoded, true);
  if (decoded === undefined) throw new Error('no message');
  return decoded;
}

function tunnelLink(index: string, flags: string): NetlinkMessage {
  const { type, payload } = told(encodeTunnelLink(TUNNEL_LINKS.ipip, true));
  return message(type, overwritten(overwritten(payload, INDEX_AT, hex(index)), FLAGS_AT, hex(flags)));
}

/** Answers every step with the same messages: each step reads what it knows. */
function complete(survey: KernelSurvey, protocol: KernelProtocol, messages: readonly NetlinkMessage[]): number {
  let steps = 0;
  for (; survey.step(protocol) !== undefined; steps++) survey.answered(protocol, messages, false);
  return steps;
}

test('what makes no sense is passed over, and the survey goes on', () => {
  const survey = new KernelSurvey(true);
  const { type, payload } = told(encodeRuleAddition(RULE, true));
  const odd = message(type, payload.subarray(0, payload.length - 2));
  complete(survey, 'route', [odd, told(encodeRuleAddition(RULE, true))]);
  complete(survey, 'netfilter', [message(0xa0c, ELEMENTS.subarray(0, ELEMENTS.length - 3))]);
  expect(survey.allSeen().filter(({ kind }) => kind === 'rule')).toEqual([ruleItem(RULE)]);
});

describe('what is ours is known', () => {
  test('by the protocol mark of routes, neighbours and rules', () => {
    const survey = new KernelSurvey(true);
    const ofOthers = [
      told(encodeRouteAddition({ ...ROUTE, destination: prefix('10.9.0.0/16'), protocol: 4 }, true)),
      told(encodeRuleAddition({ ...RULE, protocol: 0 }, true)),
      message(28, overwritten(NEIGHBOUR, NEIGHBOUR.length - 4, hex('00'))),
    ];
    const ours = [
      told(encodeRouteAddition(ROUTE, true)),
      told(encodeRuleAddition(RULE, true)),
      message(28, NEIGHBOUR),
      message(28, PROXY_NEIGHBOUR),
    ];
    expect(complete(survey, 'route', [...ofOthers, ...ours])).toBe(5);
    expect(survey.allSeen().map(({ key }) => key)).toEqual([
      routeItem(ROUTE, undefined).key,
      ruleItem(RULE).key,
      `neighbour ${ip('10.1.0.78')} 4`,
      `proxyNeighbour ${ip('10.1.0.79')} 4`,
    ]);
  });

  test('by the name and the kind of a tunnel device, whose index is learnt', () => {
    const survey = new KernelSurvey(true);
    complete(survey, 'route', [message(16, BRIDGE_LINK), tunnelLink('09000000', '01000000')]);
    expect(survey.allSeen()).toEqual([linkItem(TUNNEL_LINKS.ipip)]);
    expect([...survey.tunnelIndexes]).toEqual([['pmip0', 9]]);
  });

  test('and a device that is down is not like the one that is wished', () => {
    const survey = new KernelSurvey(true);
    complete(survey, 'route', [tunnelLink('09000000', '00000000')]);
    expect(survey.seen('link pmip0')).toMatchObject({ link: { mtuOctets: 0 } });
  });

  test('by our tables and what is in their sets', () => {
    const survey = new KernelSurvey(true);
    expect(complete(survey, 'netfilter', [message(0xa0c, ELEMENTS)])).toBe(NETFILTER_STEPS);
    expect(survey.seen(tableItem('bridge').key)).toEqual(tableItem('bridge'));
    const data = hex('020000000001');
    expect(survey.seen(elementItem('visitors', { key: KEY }).key)).toEqual(elementItem('visitors', { key: KEY, data }));
  });
});

test('chains of interfaces are known, those that they lead to and those of other tables are not', () => {
  const survey = new KernelSurvey(true);
  const chains = [
    interfaceChain('phy0-ap0'),
    { ...interfaceChain('phy1-ap0'), table: { family: 'netdev', name: 'other' } as const },
  ];
  const told = [
    ...chains.map((chain) => encodeChain(chain, true)),
    ...NETDEV_CHAINS.map((chain) => encodeChain(chain, true)),
  ];
  complete(
    survey,
    'netfilter',
    told.flatMap((octets) => decodeNetlinkMessages(octets, true)),
  );
  expect(survey.allSeen().filter(({ kind }) => kind === 'chain')).toEqual([chainItem('phy0-ap0')]);
});

describe('the survey goes on', () => {
  test('when the kernel has no such table', () => {
    const survey = new KernelSurvey(true);
    for (let steps = 0; steps < NETFILTER_STEPS; steps++) survey.refused('netfilter');
    expect([survey.isComplete, survey.step('netfilter'), survey.allSeen()]).toEqual([false, undefined, []]);
    complete(survey, 'route', []);
    expect(survey.isComplete).toBe(true);
  });

  test('with the same dump after an interruption, but not for ever', () => {
    const survey = new KernelSurvey(true);
    const first = survey.step('route');
    survey.answered('route', [], true);
    survey.answered('route', [], true);
    expect(survey.step('route')).toBe(first);
    survey.answered('route', [], true);
    expect(survey.step('route')).not.toBe(first);
  });

  test('from the beginning where an answer was lost, without what was seen there', () => {
    const survey = new KernelSurvey(true);
    complete(survey, 'route', [told(encodeRuleAddition(RULE, true)), tunnelLink('09000000', '01000000')]);
    complete(survey, 'netfilter', []);
    survey.restart('route');
    expect([survey.isComplete, survey.seen(ruleItem(RULE).key), survey.tunnelIndexes.size]).toEqual([
      false,
      undefined,
      0,
    ]);
    expect(survey.seen(tableItem('inet').key)).toBeDefined();
    expect(complete(survey, 'route', [])).toBe(5);
  });
});

import { describe, expect, test } from 'vitest';
import * as items from '../../src/clients/kernel-items.ts';
import { itemsOf, TUNNEL_LINKS } from '../../src/clients/kernel-wishes.ts';
import { decodeNetlinkMessages } from '../../src/wire/netlink.ts';
import { decodeRouteMessage } from '../../src/wire/rtnetlink.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { hex } from '../hex.ts';

const NEIGHBOUR = { address: ip('10.1.0.77'), interfaceIndex: 4, mac: mac('02:00:00:00:00:77') };
const RULE = { source: prefix('10.1.0.0/24'), inputInterface: 'br-lan', table: 7, priority: 434, protocol: 43 };
const ROUTE = {
  destination: prefix('10.1.0.77/32'),
  table: 254,
  priority: 434,
  protocol: 43,
  scope: 253,
  type: 1,
  interfaceIndex: undefined,
  gateway: undefined,
  preferredSource: undefined,
  encapsulation: { source: ip('10.255.1.2'), destination: ip('10.255.2.2'), timeToLive: 64 },
};
const INDEXES = new Map([['pmip0', 9]]);
const KEY = hex('00010203');

const ONE_OF_EACH: items.KernelItem[] = [
  items.linkItem(TUNNEL_LINKS.ipip),
  items.routeItem(ROUTE, 'pmip0'),
  items.neighbourItem(NEIGHBOUR),
  items.proxyNeighbourItem(NEIGHBOUR),
  items.ruleItem(RULE),
  items.tableItem('bridge'),
  items.tableItem('inet'),
  items.elementItem('visitors', { key: KEY, data: hex('01') }),
  items.elementItem('bindings', { key: KEY }),
];

test('no two kinds of items share a key', () => {
  expect(new Set(ONE_OF_EACH.map(({ key }) => key)).size).toBe(ONE_OF_EACH.length);
});

describe('an item is the same', () => {
  test.each(ONE_OF_EACH)('as itself: $key', (item) => {
    expect(items.isSameItem(item, { ...item })).toBe(true);
  });

  test.each<[string, items.KernelItem, items.KernelItem]>([
    [
      'a route with another end of the tunnel',
      items.routeItem(ROUTE, 'pmip0'),
      items.routeItem({ ...ROUTE, encapsulation: { ...ROUTE.encapsulation, destination: ip('10.255.3.2') } }, 'pmip0'),
    ],
    [
      'a route without a tunnel',
      items.routeItem(ROUTE, 'pmip0'),
      items.routeItem({ ...ROUTE, encapsulation: undefined }, 'pmip0'),
    ],
    ['a route by another device', items.routeItem(ROUTE, 'pmip0'), items.routeItem(ROUTE, 'pmip1')],
    [
      'a route by another interface',
      items.routeItem({ ...ROUTE, interfaceIndex: 4 }, undefined),
      items.routeItem({ ...ROUTE, interfaceIndex: 5 }, undefined),
    ],
    [
      'a neighbour with another MAC address',
      items.neighbourItem(NEIGHBOUR),
      items.neighbourItem({ ...NEIGHBOUR, mac: mac('02:00:00:00:00:78') }),
    ],
    [
      'an element with other data',
      items.elementItem('visitors', { key: KEY, data: hex('01') }),
      items.elementItem('visitors', { key: KEY, data: hex('02') }),
    ],
    [
      'a device with another MTU',
      items.linkItem(TUNNEL_LINKS.ipip),
      items.linkItem({ ...TUNNEL_LINKS.ipip, mtuOctets: 1280 }),
    ],
  ])('but not as %s', (_what, item, other) => {
    expect(item.key).toBe(other.key);
    expect(items.isSameItem(item, other)).toBe(false);
  });
});

test('a route waits for the index of its device, and then is like what the kernel tells of it', () => {
  const route = items.routeItem(ROUTE, 'pmip0');
  if (route.kind !== 'route') throw new Error('no route');
  expect(items.resolvedItem(route, new Map())).toBeUndefined();
  const resolved = items.resolvedItem(route, INDEXES);
  const told = items.routeItem({ ...ROUTE, interfaceIndex: 9 }, undefined);
  expect(resolved && items.isSameItem(resolved, told)).toBe(true);
});

test('the order of making has the neighbour before the route, and the route before what draws packets into it', () => {
  const kinds = [...ONE_OF_EACH]
    .reverse()
    .sort((a, b) => items.orderOfMaking(a) - items.orderOfMaking(b))
    .map(({ kind }) => kind);
  expect(kinds).toEqual([
    'link',
    'neighbour',
    'route',
    'proxyNeighbour',
    'rule',
    'table',
    'table',
    'element',
    'element',
  ]);
});

test('what rtnetlink makes belongs to no table', () => {
  expect(ONE_OF_EACH.map(items.tableOf)).toEqual([...Array(5).fill(undefined), 'bridge', 'inet', 'bridge', 'inet']);
});

test('each item is made, and removed by the message that undoes it', () => {
  for (const item of ONE_OF_EACH) {
    if (items.isNetfilterItem(item)) continue;
    const [making = hex('')] =
      item.kind === 'link' ? items.encodeLinkMaking(item, false) : [items.encodeMaking(item, 9, false)];
    const [made] = decodeNetlinkMessages(making, false);
    const [removed] = decodeNetlinkMessages(items.encodeRemoving(item, false), false);
    expect(removed?.type).toBe((made?.type ?? 0) + 1);
    expect(made && decodeRouteMessage(made, false)?.removed).toBe(false);
  }
});

test('an element is made and removed in its own set', () => {
  const [, mac77] = itemsOf({
    kind: 'interception',
    mac: mac('02:00:00:00:00:77'),
    homeAddress: ip('10.1.0.77'),
    agentMac: mac('02:00:00:00:00:01'),
    local: false,
  });
  if (mac77?.kind !== 'element') throw new Error('no element');
  const making = items.encodeElementMaking(mac77, true);
  const removing = items.encodeElementRemoving(mac77, true);
  // Header, family, table name, set name, elements: alike but for the type and the flags of the message.
  expect(making.subarray(16)).toEqual(removing.subarray(16));
  expect([making[4], removing[4]]).toEqual([0x0c, 0x0e]);
});

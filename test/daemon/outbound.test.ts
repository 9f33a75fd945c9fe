import { describe, expect, test } from 'vitest';
import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { COPY_PLACES } from '../../src/clients/pmip-sets.ts';
import {
  bindingWish,
  copiesWish,
  interceptionWish,
  interfaceWish,
  movedAddress,
  NETLINK_SOCKETS,
  visitorWishes,
  watchedWishes,
} from '../../src/daemon/outbound.ts';
import { MOST_OTHERS } from '../../src/roles/access-point/interface-census.ts';
import type { Visitor } from '../../src/roles/foreign-agent/visitor-list.ts';
import type { MobilityBinding } from '../../src/roles/home-agent/mobility-binding.ts';
import { SubnetMap } from '../../src/roles/subnet-map.ts';
import { ip, mac, prefix } from '../addresses.ts';

const PHONE = mac('02:00:00:00:02:00');
const terms = {
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.1.0.1'),
  careOfAddress: ip('10.255.2.2'),
  encapsulation: 'gre',
} as const;
const MAP = new SubnetMap([{ network: prefix('10.1.0.0/24'), homeAgent: ip('10.1.0.1'), gatewayMac: undefined }]);

/** As far as wishes depend on it. */
function binding(reverseTunneling: boolean): MobilityBinding {
  return { ...terms, reverseTunneling, interfaceIndex: 4 } as unknown as MobilityBinding;
}

function visitor(reverseTunneling: boolean, homeAddress = terms.homeAddress): Visitor {
  const link = { mac: PHONE, interfaceIndex: 4, interfaceName: 'br-lan' };
  return { ...terms, homeAddress, reverseTunneling, link } as unknown as Visitor;
}

function kinds(wishes: readonly Wish[]): string[] {
  return wishes.map(({ kind }) => kind);
}

test('what an interface keeps from its stations, or lets through, is a wish of its own', () => {
  const interfaceName = 'phy0-ap0';
  const barrier = { kind: 'broadcastsKept', interfaceName };
  const advertisements = { kind: 'advertisementsHeard', interfaceName };
  const kindsOfEffects = [
    'barrierWanted',
    'barrierUnwanted',
    'advertisementsWanted',
    'advertisementsUnwanted',
  ] as const;
  const wishes = kindsOfEffects.map((kind) => interfaceWish({ kind, interfaceName }));
  expect(wishes).toEqual([barrier, barrier, advertisements, advertisements]);
});

test('copies of broadcasts are for the others in their places, and there are as many places as there may be others', () => {
  const others = [PHONE, undefined];
  const wanted = interfaceWish({ kind: 'broadcastCopiesWanted', interfaceName: 'phy0-ap0', others });
  expect(wanted).toEqual({ kind: 'broadcastsCopied', interfaceName: 'phy0-ap0', others });
  const unwanted = interfaceWish({ kind: 'broadcastCopiesUnwanted', interfaceName: 'phy0-ap0' });
  expect(watchedWishes('phy0-ap0').map(wishKey)).toContain(wishKey(unwanted));
  expect(wishKey(unwanted)).toBe(wishKey(wanted));
  expect(COPY_PLACES).toBe(MOST_OTHERS);
});

test('a binding is one wish, with the address that its home router has', () => {
  expect([false, true].map((reverseTunneling) => bindingWish(binding(reverseTunneling), ip('10.1.0.1')))).toEqual([
    { kind: 'binding', ...terms, interfaceIndex: 4, reverseTunneling: false, source: ip('10.1.0.1') },
    { kind: 'binding', ...terms, interfaceIndex: 4, reverseTunneling: true, source: ip('10.1.0.1') },
  ]);
});

test('the second of two bindings has copies, and its reverse tunnel', () => {
  expect([false, true].map((reverseTunneling) => copiesWish(binding(reverseTunneling)))).toEqual([
    { kind: 'homeCopy', ...terms, reverseTunneling: false },
    { kind: 'homeCopy', ...terms, reverseTunneling: true },
  ]);
});

describe('a visitor', () => {
  test('is let out of the tunnel, and has a route on its link', () => {
    expect(visitorWishes(visitor(false), MAP, 'gre')).toEqual([
      { kind: 'visitorTunnel', homeAddress: terms.homeAddress, homeAgent: terms.homeAgent, encapsulation: 'gre' },
      { kind: 'visitorRoute', homeAddress: terms.homeAddress, interfaceIndex: 4, mac: PHONE },
    ]);
  });

  test('with a reverse tunnel shares it and its rule with all of its home network', () => {
    const wishes = visitorWishes(visitor(true), MAP, 'gre');
    expect(kinds(wishes)).toEqual(['visitorTunnel', 'visitorRoute', 'reverseTunnel', 'reverseRule']);
    const other = visitorWishes(visitor(true, ip('10.1.0.78')), MAP, 'gre');
    const keys = new Set(wishes.map(wishKey));
    expect(kinds(other.filter((wish) => keys.has(wishKey(wish))))).toEqual(['reverseTunnel', 'reverseRule']);
    expect(wishes[3]).toMatchObject({ source: prefix('10.1.0.0/24'), inputInterface: 'br-lan' });
  });

  test('with another encapsulation than most has a rule of its own, before that of the network, into its own tunnel', () => {
    const rules = (['gre', 'ipip'] as const).map((usual) => visitorWishes(visitor(true), MAP, usual)[3]);
    expect(rules).toMatchObject([
      { source: prefix('10.1.0.0/24'), encapsulation: 'gre', priority: 434 },
      { source: { network: terms.homeAddress, length: 32 }, encapsulation: 'gre', priority: 433 },
    ]);
  });

  test('with another home agent than most of its network has a rule of its own', () => {
    const map = new SubnetMap(MAP.rows().map((row) => ({ ...row, homeAgent: ip('10.1.0.200') })));
    expect(visitorWishes(visitor(true), map, 'gre')[3]).toMatchObject({
      source: { network: terms.homeAddress, length: 32 },
      homeAgent: terms.homeAgent,
      priority: 433,
    });
  });

  test('with encapsulating delivery is reverse tunneled by what it sends in a tunnel, and by nothing else', () => {
    const { homeAddress, homeAgent, careOfAddress } = terms;
    const source = { network: homeAddress, length: 32 };
    expect(visitorWishes({ ...visitor(true), encapsulatingDelivery: true }, MAP, 'gre').slice(2)).toEqual([
      { kind: 'deliveryTunnel', homeAddress, encapsulation: 'gre' },
      { kind: 'reverseTunnel', homeAgent, careOfAddress, encapsulation: 'gre' },
      { kind: 'reverseRule', source, inputInterface: 'pmip1', homeAgent, encapsulation: 'gre', priority: 433 },
      { kind: 'directRule', source, inputInterface: 'br-lan', priority: 433 },
    ]);
  });

  test('from a network that nobody knows has a rule of its own', () => {
    const rule = visitorWishes(visitor(true), new SubnetMap([]), 'gre')[3];
    expect(rule).toMatchObject({ source: { network: terms.homeAddress, length: 32 } });
  });
});

test('an interception is of one station and address, and says whether the agent is this box', () => {
  const effect = {
    kind: 'interceptionWanted',
    mac: PHONE,
    homeAddress: ip('10.1.0.77'),
    agentMac: PHONE,
    isLocal: true,
  } as const;
  expect(interceptionWish(effect)).toEqual({
    kind: 'interception',
    mac: PHONE,
    homeAddress: ip('10.1.0.77'),
    agentMac: PHONE,
    local: true,
  });
  const unwanted = { ...effect, kind: 'interceptionUnwanted' } as const;
  expect(wishKey(interceptionWish(unwanted))).toBe(wishKey(interceptionWish(effect)));
});

test('packets of an address take another way when it is bound, moves, visits, or comes home; not when it is renewed', () => {
  const node = {
    homeAddress: ip('10.1.0.77'),
    careOfAddress: ip('10.255.2.2'),
    homeAgent: ip('10.1.0.1'),
    lifetimeSeconds: 60,
  };
  for (const kind of [
    'bindingCreated',
    'bindingMoved',
    'bindingDeregistered',
    'visitorAdded',
    'visitorDeregistered',
  ] as const) {
    expect(movedAddress({ kind, ...node })).toBe(node.homeAddress);
  }
  for (const kind of ['bindingRenewed', 'visitorRenewed'] as const)
    expect(movedAddress({ kind, ...node })).toBeUndefined();
});

test('the kernel is heard on four sockets, of which two hear unasked', () => {
  const heard = NETLINK_SOCKETS.map((each) => each.kind === 'netlinkOpen' && [each.channel, each.groups.length > 0]);
  expect(Object.fromEntries(heard.map((each) => each || []))).toEqual({
    network: true,
    tables: true,
    route: false,
    netfilter: false,
  });
});

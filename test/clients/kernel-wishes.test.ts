import { describe, expect, test } from 'vitest';
import { itemsOf, type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { ip, mac, prefix } from '../addresses.ts';

const TUNNEL = { homeAgent: ip('10.255.1.2'), careOfAddress: ip('10.255.2.2'), encapsulation: 'ipip' } as const;
const BINDING: Wish = {
  kind: 'binding',
  homeAddress: ip('10.1.0.77'),
  interfaceIndex: 4,
  reverseTunneling: false,
  ...TUNNEL,
};
const HOME_COPY: Wish = { kind: 'homeCopy', homeAddress: ip('10.1.0.77'), reverseTunneling: false, ...TUNNEL };
const REVERSE_TUNNEL: Wish = { kind: 'reverseTunnel', ...TUNNEL };
const VISITOR_ROUTE: Wish = {
  kind: 'visitorRoute',
  homeAddress: ip('10.1.0.77'),
  interfaceIndex: 4,
  mac: mac('02:00:00:00:00:77'),
};
const INTERCEPTION: Wish = {
  kind: 'interception',
  mac: mac('02:00:00:00:00:77'),
  homeAddress: ip('10.1.0.77'),
  agentMac: mac('02:00:00:00:00:01'),
  local: true,
};

function itemKeys(wish: Wish): string[] {
  return itemsOf(wish).map(({ key }) => key);
}

describe('the key of a wish', () => {
  test('stays when the wish changes', () => {
    const changes: [Wish, Wish][] = [
      [BINDING, { ...BINDING, careOfAddress: ip('10.255.3.2'), encapsulation: 'gre' }],
      [VISITOR_ROUTE, { ...VISITOR_ROUTE, interfaceIndex: 5, mac: mac('02:00:00:00:00:78') }],
      [REVERSE_TUNNEL, { ...REVERSE_TUNNEL, careOfAddress: ip('10.255.3.2') }],
      [INTERCEPTION, { ...INTERCEPTION, agentMac: mac('02:00:00:00:00:02'), local: false }],
    ];
    for (const [before, after] of changes) expect(wishKey(after)).toBe(wishKey(before));
  });

  test('differs between wishes that can be held together', () => {
    const wishes: Wish[] = [
      BINDING,
      { ...BINDING, homeAddress: ip('10.1.0.78') },
      HOME_COPY,
      VISITOR_ROUTE,
      { kind: 'deliveryTunnel', homeAddress: ip('10.1.0.77'), encapsulation: 'ipip' },
      REVERSE_TUNNEL,
      { kind: 'tunnelDevice', encapsulation: 'ipip' },
      { kind: 'tunnelDevice', encapsulation: 'gre' },
      { kind: 'bridgeTable' },
      { kind: 'mssClamp' },
      INTERCEPTION,
      { ...INTERCEPTION, homeAddress: ip('10.1.0.78') },
      ...['br-lan', 'br-guest'].flatMap((inputInterface) =>
        ['10.1.0.0/24', '10.1.0.0/16'].map((source): Wish => {
          return {
            kind: 'reverseRule',
            source: prefix(source),
            inputInterface,
            homeAgent: TUNNEL.homeAgent,
            priority: 434,
          };
        }),
      ),
    ];
    expect(new Set(wishes.map(wishKey)).size).toBe(wishes.length);
  });
});

describe('what a wish is made of', () => {
  test('copies take a route of their own, which a rule for the tunnel device leads to', () => {
    const items = itemsOf(HOME_COPY);
    expect(items.map(({ kind }) => kind)).toEqual(['link', 'route', 'rule', 'table', 'element']);
    expect(items[1]).toMatchObject({
      device: 'pmip0',
      route: {
        destination: prefix('10.1.0.77/32'),
        table: 434,
        encapsulation: { source: TUNNEL.homeAgent, destination: TUNNEL.careOfAddress },
      },
    });
    const rule = { source: prefix('0.0.0.0/0'), inputInterface: undefined, outputInterface: 'pmip0', table: 434 };
    expect(items[2]).toMatchObject({ rule });
    expect(items[4]).toMatchObject({ set: 'copied_addresses' });
    // Of two bindings, what comes by either reverse tunnel is let out.
    const admitted = itemsOf({ ...HOME_COPY, reverseTunneling: true });
    expect(admitted.map(({ kind }) => kind)).toEqual([
      ...['link', 'route', 'rule', 'link', 'table', 'element', 'table', 'element'],
    ]);
    expect(admitted[5]).toMatchObject({ set: 'bindings' });
  });

  test('the rule for copies into gre tunnels is another than for ipip', () => {
    const rules = [HOME_COPY, { ...HOME_COPY, encapsulation: 'gre' as const }].map((wish) => itemsOf(wish)[2]?.key);
    expect(new Set(rules).size).toBe(2);
  });

  test('a binding is a route into its tunnel before the proxy entry that draws packets to it', () => {
    expect(itemKeys(BINDING)).toEqual([
      'link pmip0',
      `route ${ip('10.1.0.77')}/32 254 434`,
      `proxyNeighbour ${ip('10.1.0.77')} 4`,
    ]);
  });

  test('with a reverse tunnel it lets packets out of it, and without one it does not', () => {
    const element = 'element bindings 2f0000000aff02020a01004d';
    const gre: Wish = { ...BINDING, encapsulation: 'gre' };
    expect(itemKeys({ ...gre, reverseTunneling: true } as Wish)).toEqual(
      expect.arrayContaining(['table inet', element]),
    );
    expect(itemKeys(gre).filter((key) => key.startsWith('element'))).toEqual([]);
  });

  test('a route into a tunnel needs the device, and has both ends of the tunnel', () => {
    const [device, route] = itemsOf(BINDING);
    expect(device).toMatchObject({ kind: 'link', link: { name: 'pmip0', mtuOctets: 1480 } });
    expect(route).toMatchObject({
      device: 'pmip0',
      route: {
        destination: prefix('10.1.0.77/32'),
        table: 254,
        protocol: 43,
        encapsulation: { source: TUNNEL.homeAgent, destination: TUNNEL.careOfAddress, timeToLive: 64 },
      },
    });
  });

  test.each([
    ['ipip', 0x0aff0102, { name: 'pmip0', mtuOctets: 1480 }],
    ['gre', 0xf500fefd, { name: 'pmip1', mtuOctets: 1476 }],
  ] as const)(
    'a reverse tunnel by %s is the default route of a table of the home agent',
    (encapsulation, table, link) => {
      const [device, route] = itemsOf({ ...REVERSE_TUNNEL, encapsulation } as Wish);
      expect(device).toMatchObject({ link });
      expect(route).toMatchObject({
        device: link.name,
        route: {
          destination: prefix('0.0.0.0/0'),
          table,
          encapsulation: { source: TUNNEL.careOfAddress, destination: TUNNEL.homeAgent },
        },
      });
      const { homeAgent } = TUNNEL;
      const source = prefix('10.1.0.0/24');
      const rule: Wish = {
        kind: 'reverseRule',
        source,
        inputInterface: 'br-lan',
        homeAgent,
        encapsulation,
        priority: 434,
      };
      expect(itemsOf(rule)).toMatchObject([{ rule: { table } }]);
    },
  );

  test('a visitor of its own home agent is reached on the link before the tunnel', () => {
    const priorities = [VISITOR_ROUTE, BINDING].map((wish) => {
      const route = itemsOf(wish).find(({ kind }) => kind === 'route');
      return route?.kind === 'route' ? route.route.priority : undefined;
    });
    expect(priorities).toEqual([433, 434]);
  });

  test('an interception needs the table; that the agent is this host is an element more', () => {
    expect(itemKeys(INTERCEPTION)).toEqual([
      'table bridge',
      'element visitor_macs 020000000077',
      'element home_addresses 0a01004d',
      'element visitors 02000000007700000a01004d',
      'element local_visitors 02000000007700000a01004d',
    ]);
    expect(itemKeys({ ...INTERCEPTION, local: false })).toHaveLength(4);
  });

  test('what may come out of a tunnel is an element of the set for its direction', () => {
    const { homeAddress, homeAgent, encapsulation } = { ...TUNNEL, homeAddress: ip('10.1.0.77') };
    expect(itemKeys({ kind: 'deliveryTunnel', homeAddress, encapsulation: 'gre' })).toEqual([
      'link pmip1',
      'table inet',
      'element bindings 2f0000000a01004d0a01004d',
    ]);
    expect(itemKeys({ kind: 'visitorTunnel', homeAddress, homeAgent, encapsulation })).toEqual([
      'link pmip0',
      'table inet',
      'element visits 040000000aff01020a01004d',
      'element visitor_addresses 0a01004d',
    ]);
    expect(itemKeys({ kind: 'tunnelAdmission' })).toEqual([
      'table inet',
      'element checked_tunnels 706d6970300000000000000000000000',
      'element checked_tunnels 706d6970310000000000000000000000',
    ]);
  });

  test('replies to a station are kept from it by its MAC address', () => {
    expect(itemKeys({ kind: 'replyInterception', mac: mac('02:00:00:00:00:77') })).toEqual([
      'table bridge',
      'element registered_macs 020000000077',
    ]);
  });

  test('what of DHCP is let through, kept and taken out of tunnels is an element of its set', () => {
    expect(itemKeys({ kind: 'bridgeTable', dhcpInterfaces: ['phy0-ap0'] })).toEqual([
      'table bridge',
      'element dhcp_interfaces 706879302d6170300000000000000000',
    ]);
    expect(itemKeys({ kind: 'dhcpLocal', mac: mac('02:00:00:00:00:77') })).toEqual([
      'table bridge',
      'element dhcp_locals 020000000077',
    ]);
    const of = { ownAddresses: [ip('10.1.0.1')], homeInterfaces: ['br-lan'] };
    expect(itemKeys({ kind: 'tunnelAdmission', ...of }).slice(-2)).toEqual([
      'element own_addresses 0a010001',
      'element home_interfaces 62722d6c616e00000000000000000000',
    ]);
  });

  test('where stations are, which ports take no part, and what reaches whom are elements too', () => {
    const ports = { stationInterfaces: ['phy0-ap0'], otherPorts: ['eth1'] };
    expect(itemKeys({ kind: 'bridgeTable', ...ports })).toEqual([
      'table bridge',
      'element station_interfaces 706879302d6170300000000000000000',
      'element other_ports 65746831000000000000000000000000',
    ]);
    expect(itemKeys({ kind: 'advertisementsHeard', interfaceName: 'phy0-ap0' })).toEqual([
      'table bridge',
      'element mobile_node_interfaces 706879302d6170300000000000000000',
    ]);
    expect(itemKeys({ kind: 'broadcastsKept', interfaceName: 'phy0-ap0' })).toEqual([
      'table bridge',
      'element visitor_interfaces 706879302d6170300000000000000000',
    ]);
  });

  test('copies of broadcasts: an element for each place that is taken, and the chain that draws them last', () => {
    const others = [undefined, mac('02:00:00:00:00:77')];
    expect(itemKeys({ kind: 'broadcastsCopied', interfaceName: 'phy0-ap0', others })).toEqual([
      'table netdev',
      'element copies 706879302d617030000000000000000000000001',
      'element others 020000000077',
      'element places 020000000077000000000001',
      'chain phy0-ap0',
    ]);
  });

  test('the other wishes are one piece each', () => {
    const rule: Wish = {
      kind: 'reverseRule',
      source: prefix('10.1.0.0/24'),
      inputInterface: 'br-lan',
      homeAgent: TUNNEL.homeAgent,
      priority: 434,
    };
    const { source, inputInterface, priority } = rule;
    const direct: Wish = { kind: 'directRule', source, inputInterface, priority };
    const kinds = [rule, direct, { kind: 'mssClamp' } as const, { kind: 'bridgeTable' } as const].map((wish) =>
      itemsOf(wish).map(({ kind }) => kind),
    );
    expect(kinds).toEqual([['rule'], ['rule'], ['table'], ['table']]);
  });
});

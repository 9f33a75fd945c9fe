// The kernel state against the kernel itself; iproute2 and nft are the judges of what it made. The interfaces are those of
// the runner (`left`, `right`) and a bridge. A kernel without ipip and gre (a container's) is held to its refusal instead.

import * as ffi from 'quickjs-ffi';
import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { NetlinkClient } from '../../src/clients/netlink-client.ts';
import { type Ipv4Address, type MacAddress, prefixOf } from '../../src/octets/address.ts';
import { NETLINK_RECEIVE_LENGTH, NETLINK_ROUTE } from '../../src/wire/netlink.ts';
import { decodeRouteMessage } from '../../src/wire/rtnetlink.ts';
import { encodeAddressesDump } from '../../src/wire/rtnetlink-address.ts';
import { encodeLinkQuery, encodeLinksDump } from '../../src/wire/rtnetlink-link.ts';
import { encodeRouteQuery, encodeRouteReplacement } from '../../src/wire/rtnetlink-route.ts';
import { check, holds, run, same } from './harness.ts';
import {
  AGENT_MAC,
  address,
  binding,
  bridgeIndex,
  CARE_OF_ADDRESS,
  CONVENTIONS,
  close,
  elements,
  encapsulatingRoutes,
  HOME_ADDRESS,
  HOME_AGENT,
  HOME_AGENT_TABLE,
  hasTunnels,
  interception,
  ip,
  kinds,
  mac,
  openHost,
  reverseRule,
  routes,
  STATION,
  settle,
  shell,
  visitorRoute,
  withHost,
} from './kernel-host.ts';

check(
  'a visitor gets a permanent neighbour and a route to the link, and neither when it is no longer wanted',
  withHost((host) => {
    const told = settle(host, host.state.wanted([visitorRoute(STATION)]));
    same(kinds(told), [`established visitorRoute ${HOME_ADDRESS}`]);
    same(routes('main'), [['10.1.0.77', 'br-lan', 'link', 433]]);
    same(ip('neigh show dev br-lan', ['dst', 'lladdr', 'state', 'protocol']), [
      ['10.1.0.77', '02:00:00:00:00:77', ['PERMANENT'], '43'],
    ]);
    same(host.state.wanted([visitorRoute(STATION)]), []);
    same(settle(host, host.state.unwanted([wishKey(visitorRoute(STATION))])), []);
    same(routes('main'), []);
    same(ip('neigh show dev br-lan', ['dst']), []);
  }),
);

check(
  'a visitor with another MAC address, or on another link, takes the place of the one before',
  withHost((host) => {
    settle(host, host.state.wanted([visitorRoute(STATION)]));
    settle(host, host.state.wanted([visitorRoute(AGENT_MAC)]));
    same(ip('neigh show dev br-lan', ['dst', 'lladdr']), [['10.1.0.77', '02:00:00:00:00:01']]);
    settle(host, host.state.wanted([visitorRoute(AGENT_MAC, ffi.interfaceIndex('left'))]));
    same(routes('main'), [['10.1.0.77', 'left', 'link', 433]]);
    same(ip('neigh show dev br-lan', ['dst']), []);
    same(ip('neigh show dev left nud permanent', ['dst']).flat().sort(), ['10.1.0.77', '10.9.0.99']);
  }),
);

check(
  'ARP for a mobile node that is away is answered by proxy',
  withHost((host) => {
    const wish = binding(CARE_OF_ADDRESS);
    settle(host, host.state.wanted([wish]));
    same(ip('neigh show proxy', ['dst', 'dev', 'protocol']), [['10.1.0.77', 'br-lan', '43']]);
    settle(host, host.state.unwanted([wishKey(wish)]));
    same(ip('neigh show proxy', ['dst']), []);
  }),
);

check(
  'a rule leads what comes from the home network into the table of the home agent; another home agent replaces it',
  withHost((host) => {
    const rules = () => ip('rule show', ['priority', 'src', 'srclen', 'iif', 'table', 'protocol']).slice(1, -2);
    settle(host, host.state.wanted([reverseRule(HOME_AGENT)]));
    same(rules(), [[434, '10.1.0.0', 24, 'br-lan', HOME_AGENT_TABLE, '43']]);
    settle(host, host.state.wanted([reverseRule(CARE_OF_ADDRESS)]));
    same(rules(), [[434, '10.1.0.0', 24, 'br-lan', '184484354', '43']]);
    settle(host, host.state.unwanted([wishKey(reverseRule(CARE_OF_ADDRESS))]));
    same(rules(), []);
  }),
);

check(
  'a route that vanished with its interface is made again by reconciling',
  withHost((host) => {
    settle(host, host.state.wanted([visitorRoute(STATION)]));
    shell('ip link set br-lan down && ip link set br-lan up');
    same(routes('main'), []);
    const told = settle(host, host.state.reconcile({ sweep: false }));
    same(told.at(-1), { kind: 'reconciled', made: 2, removed: 0 });
    same(routes('main'), [['10.1.0.77', 'br-lan', 'link', 433]]);
    same(settle(host, host.state.reconcile({ sweep: true })), [{ kind: 'reconciled', made: 0, removed: 0 }]);
  }),
);

check('a new daemon leaves what the one before made until it sweeps, and then keeps only what it wishes itself', () => {
  const before = openHost();
  const all = [visitorRoute(STATION), reverseRule(HOME_AGENT), interception(AGENT_MAC, true), { kind: 'mssClamp' }];
  settle(before, before.state.wanted(all as Wish[]));
  close(before);
  withHost((host) => {
    settle(host, host.state.wanted([visitorRoute(STATION), { kind: 'bridgeTable' }]));
    settle(host, host.state.reconcile({ sweep: false }));
    same(elements('visitors'), '02:00:00:00:00:77 . 10.1.0.77 : 02:00:00:00:00:01');
    const told = settle(host, host.state.reconcile({ sweep: true }));
    // The table of the clamp, the rule, three elements.
    same(told, [{ kind: 'reconciled', made: 0, removed: 6 }]);
    same(elements('visitors'), '');
    same(routes('main'), [['10.1.0.77', 'br-lan', 'link', 433]]);
    same(ip('rule show', ['priority']).length, 3);
    holds(shell('nft list tables') === 'table bridge pmip\n', 'the clamp is gone');
  })();
  same([routes('main'), shell('nft list ruleset')], [[], '']);
});

check(
  'a thousand visitors are made in sends that lose no answer, and are gone after removeAll',
  withHost((host) => {
    const wishes = Array.from({ length: 1000 }, (_, index): Wish[] => {
      const homeAddress = (address('10.1.0.0') + index) as Ipv4Address;
      const station = (mac('02:00:00:01:00:00') + index) as MacAddress;
      return [
        { kind: 'visitorRoute', homeAddress, interfaceIndex: bridgeIndex, mac: station },
        { kind: 'interception', mac: station, homeAddress, agentMac: AGENT_MAC, local: true },
      ];
    }).flat();
    same(settle(host, host.state.wanted(wishes)).length, 2000);
    same(routes('main').length, 1000);
    same(elements('visitors').split(',').length, 1000);
    const told = settle(host, host.state.reconcile({ sweep: true }));
    same(told.slice(-3), [{ kind: 'reconciled', made: 0, removed: 0 }]);
    settle(host, host.state.removeAll());
    same([routes('main'), shell('nft list ruleset')], [[], '']);
  }),
);

check(
  'a device of our name that is no tunnel is left alone, and said to be in the way',
  withHost((host) => {
    shell('ip link add name pmip0 type bridge');
    const told = settle(host, host.state.wanted([{ kind: 'tunnelDevice', encapsulation: 'ipip' }]));
    const failed = told.find((output) => output.kind === 'failed');
    if (hasTunnels) {
      const reason = 'an interface named pmip0 is in the way (bridge): rename or remove it';
      same(failed?.kind === 'failed' && failed.reason, reason);
    }
    same(ip('link show pmip0', ['ifname']), [['pmip0']]);
    shell('ip link del pmip0');
  }),
);

check(
  'an encapsulating route is read by ip as it was meant, and a query tells the source address',
  withHost(() => {
    const left = ffi.interfaceIndex('left');
    const socket = ffi.netlinkOpen(NETLINK_ROUTE, []);
    const client = new NetlinkClient<string>(CONVENTIONS);
    const buffer = new Uint8Array(NETLINK_RECEIVE_LENGTH);
    const ask = (octets: Uint8Array) => {
      ffi.send(socket, octets);
      const events = [];
      for (let length = ffi.receive(socket, buffer); length !== undefined; length = ffi.receive(socket, buffer)) {
        events.push(...client.received(buffer.slice(0, length)));
      }
      return events;
    };
    const encapsulation = { source: HOME_AGENT, destination: CARE_OF_ADDRESS, timeToLive: 64 };
    const route = {
      destination: prefixOf(HOME_ADDRESS, 32),
      table: HOME_AGENT,
      priority: 0,
      protocol: 43,
      scope: 253,
      type: 1,
      interfaceIndex: left,
      gateway: undefined,
      preferredSource: undefined,
      encapsulation,
    };
    same(
      ask(client.request([encodeRouteReplacement(route, CONVENTIONS.littleEndian)], 'route'))[0]?.kind,
      'acknowledged',
    );
    same(
      encapsulatingRoutes(`table ${HOME_AGENT_TABLE}`),
      '10.1.0.77 encap ip id 0 src 10.255.1.2 dst 10.255.2.2 ttl 64 tos 0 dev left scope link',
    );
    const query = encodeRouteQuery({ destination: address('10.9.0.99') }, CONVENTIONS.littleEndian);
    const [answer] = ask(client.request([query], 'query'));
    const [message] = answer?.kind === 'acknowledged' ? answer.messages : [];
    const decoded = message && decodeRouteMessage(message, CONVENTIONS.littleEndian);
    same(decoded?.kind === 'route' && [decoded.route.preferredSource, decoded.route.interfaceIndex], [
      address('10.9.0.1'),
      left,
    ]);
    const [refused] = ask(client.request([encodeLinkQuery('absent', CONVENTIONS.littleEndian)], 'link'));
    same(refused?.kind === 'refused' && refused.errnoName, 'ENODEV');
    const [links] = ask(client.dump(encodeLinksDump(CONVENTIONS.littleEndian), 'links'));
    const names = (links?.kind === 'dumped' ? links.messages : []).map((entry) => {
      const link = decodeRouteMessage(entry, CONVENTIONS.littleEndian);
      return link?.kind === 'link' ? [link.link.name, link.link.mtuOctets, link.link.kind ?? null] : [];
    });
    same(
      names.find(([name]) => name === 'br-lan'),
      ['br-lan', 1500, 'bridge'],
    );
    const [addresses] = ask(client.dump(encodeAddressesDump(CONVENTIONS.littleEndian), 'addresses'));
    const found = (addresses?.kind === 'dumped' ? addresses.messages : []).map((entry) => {
      const held = decodeRouteMessage(entry, CONVENTIONS.littleEndian);
      return held?.kind === 'address' ? [held.address.address, held.address.prefixLength] : [];
    });
    same(
      found.some(([held, length]) => held === address('10.2.0.1') && length === 24),
      true,
    );
    ffi.close(socket);
  }),
);

if (hasTunnels) {
  check(
    'a mobile node that is away is behind a tunnel device that carries all tunnels, and a new care-of address replaces it',
    withHost((host) => {
      const told = settle(host, host.state.wanted([binding(CARE_OF_ADDRESS)]));
      same(kinds(told), [`established binding ${HOME_ADDRESS}`]);
      const device = ip('link show pmip0', ['mtu', 'flags', 'linkinfo'])[0] as [
        number,
        string[],
        { info_data: object },
      ];
      same([device[0], device[1].includes('UP')], [1480, true]);
      same((device[2].info_data as { external?: unknown }).external, true);
      const shown = (careOfAddress: string) =>
        `10.1.0.77 encap ip id 0 src 10.255.1.2 dst ${careOfAddress} ttl 64 tos 0 dev pmip0 scope link metric 434`;
      same(encapsulatingRoutes('table main'), shown('10.255.2.2'));
      settle(host, host.state.wanted([binding(address('10.255.3.2'))]));
      same(encapsulatingRoutes('table main'), shown('10.255.3.2'));
      settle(host, host.state.wanted([{ kind: 'tunnelDevice', encapsulation: 'gre' }]));
      same(ip('link show pmip1', ['mtu']), [[1476]]);
      shell('ip link del pmip0');
      settle(host, host.state.reconcile({ sweep: false }));
      same(encapsulatingRoutes('table main'), shown('10.255.3.2'));
      settle(host, host.state.unwanted([wishKey(binding(CARE_OF_ADDRESS))]));
      same(
        [encapsulatingRoutes('table main'), ip('link show type ipip', ['ifname']).flat().includes('pmip0')],
        ['', false],
      );
    }),
  );
} else {
  check(
    'a kernel without ipip is said to lack kmod-ipip, once for each wish, and everything else goes on',
    withHost((host) => {
      const told = settle(host, host.state.wanted([binding(CARE_OF_ADDRESS), visitorRoute(STATION)]));
      same(kinds(told), ['failed', `established visitorRoute ${HOME_ADDRESS}`]);
      const failed = told.find((output) => output.kind === 'failed');
      same(failed?.kind === 'failed' && [failed.errnoName, failed.reason], [
        'EOPNOTSUPP',
        'the kernel has no ipip tunnels: install kmod-ipip',
      ]);
      const again = settle(host, host.state.reconcile({ sweep: false }));
      same(kinds(again), ['failed', 'reconciled']);
    }),
  );
}

await run();

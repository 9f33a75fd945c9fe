// The kernel state against the kernel itself; iproute2 and nft are the judges of what it made. The interfaces are those of
// the runner (`left`, `right`) and a bridge. A kernel without ipip and gre (a container's) is held to its refusal instead.

import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import type { KernelOutput } from '../../src/clients/kernel-state.ts';
import { KernelState } from '../../src/clients/kernel-state.ts';
import type { KernelProtocol } from '../../src/clients/kernel-survey.ts';
import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { NetlinkClient } from '../../src/clients/netlink-client.ts';
import { type Ipv4Address, type MacAddress, parseIpv4, parseMac, prefixOf } from '../../src/octets/address.ts';
import { NETLINK_NETFILTER, NETLINK_RECEIVE_LENGTH, NETLINK_ROUTE } from '../../src/wire/netlink.ts';
import { decodeRouteMessage } from '../../src/wire/rtnetlink.ts';
import { encodeAddressesDump } from '../../src/wire/rtnetlink-address.ts';
import { encodeLinkQuery, encodeLinksDump } from '../../src/wire/rtnetlink-link.ts';
import { encodeRouteQuery, encodeRouteReplacement } from '../../src/wire/rtnetlink-route.ts';
import { check, holds, run, same } from './harness.ts';

declare module 'std' {
  export function popen(command: string, mode: string): File | null;
}

const CONVENTIONS = {
  littleEndian: new Uint8Array(new Uint16Array([1]).buffer)[0] === 1,
  errnoNumbers: 'generic',
} as const;

const HOME_ADDRESS = address('10.1.0.77');
const HOME_AGENT = address('10.255.1.2');
const CARE_OF_ADDRESS = address('10.255.2.2');
const STATION = mac('02:00:00:00:00:77');
const AGENT_MAC = mac('02:00:00:00:00:01');
const HOME_AGENT_TABLE = '184484098';

type Host = {
  readonly state: KernelState;
  readonly sockets: Readonly<Record<KernelProtocol, number>>;
};

function address(text: string): Ipv4Address {
  return parseIpv4(text) ?? (0 as Ipv4Address);
}

function mac(text: string): MacAddress {
  return parseMac(text) ?? (0 as MacAddress);
}

/** What a command prints; its standard error too. */
function shell(command: string): string {
  const pipe = std.popen(`{ ${command}; } 2>&1`, 'r');
  const output = pipe?.readAsString() ?? '';
  pipe?.close();
  return output;
}

/** What `ip -j` prints, with only these fields of each row. */
function ip(command: string, fields: readonly string[]): unknown[] {
  const output = shell(`ip -j -d ${command}`).trim();
  const rows = JSON.parse(output === '' ? '[]' : output) as Record<string, unknown>[];
  return rows.map((row) => fields.map((field) => row[field]));
}

function routes(table: string): unknown[] {
  return ip(`route show table ${table} proto 43`, ['dst', 'dev', 'scope', 'metric']);
}

/** As text: in JSON the `dst` of the outer header hides that of the route. */
function encapsulatingRoutes(which: string): string {
  return shell(`ip route show ${which} proto 43`).replace(/\s+/g, ' ').trim();
}

function bridgeTable(): string {
  return shell('nft list table bridge pmip').replace(/packets \d+ bytes \d+/g, 'packets N bytes N');
}

function elements(set: string): string {
  const output = shell(`nft list set bridge pmip ${set} || nft list map bridge pmip ${set}`);
  return /elements = \{([^}]*)\}/.exec(output)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
}

function openHost(): Host {
  return {
    state: new KernelState(CONVENTIONS),
    sockets: {
      route: ffi.netlinkOpen(NETLINK_ROUTE, []),
      netfilter: ffi.netlinkOpen(NETLINK_NETFILTER, []),
    },
  };
}

function close(host: Host): void {
  ffi.close(host.sockets.route);
  ffi.close(host.sockets.netfilter);
}

/** Does the sends, hands in the answers, and gives all that was told, until nothing is outstanding. */
function settle(host: Host, first: readonly KernelOutput[]): KernelOutput[] {
  const told: KernelOutput[] = [];
  let outputs = first;
  while (outputs.length > 0) {
    const next: KernelOutput[] = [];
    for (const output of outputs) {
      if (output.kind === 'send') next.push(...exchange(host, output.protocol, output.octets));
      else told.push(output);
    }
    outputs = next;
  }
  holds(host.state.isIdle, 'everything is answered');
  return told;
}

/** Netlink answers within the send; a dump goes on while it is read. */
function exchange(host: Host, protocol: KernelProtocol, octets: Uint8Array): KernelOutput[] {
  const socket = host.sockets[protocol];
  const buffer = new Uint8Array(NETLINK_RECEIVE_LENGTH);
  const outputs: KernelOutput[] = [];
  same(ffi.send(socket, octets), octets.length);
  for (;;) {
    const length = ffi.receive(socket, buffer);
    if (length === undefined) return outputs;
    outputs.push(...host.state.received(protocol, buffer.slice(0, length)));
  }
}

/** Runs the body with a host whose state is removed afterwards. */
function withHost(body: (host: Host) => void): () => void {
  return () => {
    const host = openHost();
    try {
      body(host);
    } finally {
      settle(host, host.state.removeAll());
      close(host);
    }
  };
}

function kinds(told: readonly KernelOutput[]): string[] {
  return told.map((output) => (output.kind === 'established' ? `established ${wishKey(output.wish)}` : output.kind));
}

const bridgeIndex = (() => {
  shell('ip link add name br-lan type bridge && ip link set br-lan up && ip address add 10.2.0.1/24 dev br-lan');
  return ffi.interfaceIndex('br-lan');
})();
const hasTunnels = shell('ip link add name probe type ipip external && ip link del probe') === '';

const visitorRoute = (station: MacAddress, interfaceIndex = bridgeIndex): Wish => ({
  kind: 'visitorRoute',
  homeAddress: HOME_ADDRESS,
  interfaceIndex,
  mac: station,
});
const interception = (agentMac: MacAddress, local: boolean, homeAddress = HOME_ADDRESS): Wish => ({
  kind: 'interception',
  mac: STATION,
  homeAddress,
  agentMac,
  local,
});
const reverseRule = (homeAgent: Ipv4Address): Wish => ({
  kind: 'reverseRule',
  source: prefixOf(HOME_ADDRESS, 24),
  inputInterface: 'br-lan',
  homeAgent,
  priority: 434,
});
const homeRoute = (careOfAddress: Ipv4Address): Wish => ({
  kind: 'homeRoute',
  homeAddress: HOME_ADDRESS,
  careOfAddress,
  homeAgent: HOME_AGENT,
  encapsulation: 'ipip',
});

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
    const wish: Wish = { kind: 'proxyNeighbour', homeAddress: HOME_ADDRESS, interfaceIndex: bridgeIndex };
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
  'nft prints the bridge table as it would have made it',
  withHost((host) => {
    same(kinds(settle(host, host.state.wanted([{ kind: 'bridgeTable' }]))), ['established bridgeTable']);
    const expected = `table bridge pmip {
	set local_visitors {
		type ether_addr . ipv4_addr
	}

	map visitors {
		type ether_addr . ipv4_addr : ether_addr
	}

	set visitor_macs {
		type ether_addr
	}

	chain prerouting {
		type filter hook prerouting priority dstnat; policy accept;
		meta protocol arp ether saddr @visitor_macs counter packets N bytes N drop
		ether saddr . ip saddr @local_visitors counter packets N bytes N meta pkttype set host
		ether daddr set ether saddr . ip saddr map @visitors counter packets N bytes N
	}
}
`;
    same(bridgeTable(), expected);
  }),
);

check(
  'an interception is three elements; another agent replaces them, and a second address of the station shares its MAC',
  withHost((host) => {
    settle(host, host.state.wanted([interception(AGENT_MAC, true)]));
    same(elements('visitors'), '02:00:00:00:00:77 . 10.1.0.77 : 02:00:00:00:00:01');
    same(elements('local_visitors'), '02:00:00:00:00:77 . 10.1.0.77');
    same(elements('visitor_macs'), '02:00:00:00:00:77');
    settle(host, host.state.wanted([interception(mac('02:00:00:00:00:02'), false)]));
    same(elements('visitors'), '02:00:00:00:00:77 . 10.1.0.77 : 02:00:00:00:00:02');
    same(elements('local_visitors'), '');
    const second = interception(AGENT_MAC, false, address('10.1.0.78'));
    settle(host, host.state.wanted([{ kind: 'bridgeTable' }, second]));
    settle(host, host.state.unwanted([wishKey(interception(AGENT_MAC, true))]));
    same(elements('visitors'), '02:00:00:00:00:77 . 10.1.0.78 : 02:00:00:00:00:01');
    same(elements('visitor_macs'), '02:00:00:00:00:77');
    settle(host, host.state.unwanted([wishKey(second)]));
    same([elements('visitors'), elements('visitor_macs')], ['', '']);
  }),
);

check(
  'nft prints the table that clamps the segment size as it would have made it',
  withHost((host) => {
    same(kinds(settle(host, host.state.wanted([{ kind: 'mssClamp' }]))), ['established mssClamp']);
    const clamp = 'tcp flags syn / syn,rst counter packets 0 bytes 0 tcp option maxseg size set rt mtu';
    const expected = `table inet pmip {
	chain forward {
		type filter hook forward priority mangle; policy accept;
		iifname "pmip0" ${clamp}
		oifname "pmip0" ${clamp}
		iifname "pmip1" ${clamp}
		oifname "pmip1" ${clamp}
	}
}
`;
    same(shell('nft list table inet pmip'), expected);
  }),
);

check(
  'a table that somebody deleted is made again with all its elements when the next change finds it gone',
  withHost((host) => {
    settle(host, host.state.wanted([interception(AGENT_MAC, true)]));
    shell('nft flush ruleset');
    const second = interception(AGENT_MAC, false, address('10.1.0.78'));
    const told = settle(host, host.state.wanted([second]));
    same(kinds(told).at(-1), 'reconciled');
    const both = '02:00:00:00:00:77 . 10.1.0.77 : 02:00:00:00:00:01, 02:00:00:00:00:77 . 10.1.0.78 : 02:00:00:00:00:01';
    same(elements('visitors').split(', ').sort().join(', '), both);
    same(elements('visitor_macs'), '02:00:00:00:00:77');
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
    same(told, [{ kind: 'reconciled', made: 0, removed: 5 }]);
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
      const told = settle(host, host.state.wanted([homeRoute(CARE_OF_ADDRESS)]));
      same(kinds(told), [`established homeRoute ${HOME_ADDRESS}`]);
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
      settle(host, host.state.wanted([homeRoute(address('10.255.3.2'))]));
      same(encapsulatingRoutes('table main'), shown('10.255.3.2'));
      settle(host, host.state.wanted([{ kind: 'tunnelDevice', encapsulation: 'gre' }]));
      same(ip('link show pmip1', ['mtu']), [[1476]]);
      shell('ip link del pmip0');
      settle(host, host.state.reconcile({ sweep: false }));
      same(encapsulatingRoutes('table main'), shown('10.255.3.2'));
      settle(host, host.state.unwanted([wishKey(homeRoute(CARE_OF_ADDRESS))]));
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
      const told = settle(host, host.state.wanted([homeRoute(CARE_OF_ADDRESS), visitorRoute(STATION)]));
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

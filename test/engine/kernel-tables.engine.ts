// Our nf_tables tables against the kernel itself; nft is the judge of what was made.

import { type Wish, wishKey } from '../../src/clients/kernel-wishes.ts';
import { check, holds, run, same } from './harness.ts';
import {
  AGENT_MAC,
  address,
  bridgeTable,
  close,
  elements,
  HOME_ADDRESS,
  interception,
  kinds,
  mac,
  openHost,
  STATION,
  settle,
  shell,
  withHost,
} from './kernel-host.ts';

const CLAMP = 'tcp flags syn / syn,rst counter packets 0 bytes 0 tcp option maxseg size set';
const GROUP = 'ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00';
const ORDINARY = 'oifname @station_interfaces oifname != @mobile_node_interfaces';
const OUTER = 'meta l4proto . ip saddr';
/** In the byte order of this machine. */
const NINTH_PLACE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? '0x09000000' : '0x00000009';
const EGRESS_RULES = [
  'typeof oifname . meta mark : @nh,48,48',
  'typeof @nh,48,48',
  'typeof @nh,48,48 . meta mark',
  'type filter hook egress device "left" priority filter; policy accept;',
  'meta protocol 0x0001 goto within/bss',
  'goto from/bridge',
  '@ll,0,48 & 0x10000000000 != 0x10000000000 accept',
  'meta protocol != ip meta protocol != arp accept',
  '@nh,0,48 & 0x10000000000 != 0x10000000000 accept',
  '@nh,96,16 != 0x800 @nh,96,16 != 0x806 accept',
  '@nh,48,48 != @others counter packets 0 bytes 0 drop',
];
const BRIDGE_TABLE = `table bridge pmip {
	set local_visitors {
		type ether_addr . ipv4_addr
	}

	map visitors {
		type ether_addr . ipv4_addr : ether_addr
	}

	set visitor_macs {
		type ether_addr
	}

	set registered_macs {
		type ether_addr
	}

	set dhcp_interfaces {
		type ifname
	}

	set dhcp_locals {
		type ether_addr
		size 4096
		flags dynamic
	}

	set other_ports {
		type ifname
	}

	set station_interfaces {
		type ifname
	}

	set mobile_node_interfaces {
		type ifname
	}

	set visitor_interfaces {
		type ifname
	}

	set home_addresses {
		type ipv4_addr
	}

	chain prerouting {
		type filter hook prerouting priority dstnat; policy accept;
		iifname @dhcp_interfaces udp dport 67 @th,1984,24 0x350101 add @dhcp_locals { ether saddr }
		iifname @dhcp_interfaces ip daddr 255.255.255.255 udp dport 67 ether saddr != @dhcp_locals counter packets N bytes N drop
		meta protocol arp ether saddr @visitor_macs counter packets N bytes N drop
		ether saddr . ip saddr @local_visitors counter packets N bytes N meta pkttype set host
		ether daddr set ether saddr . ip saddr map @visitors counter packets N bytes N accept
		iifname @station_interfaces ip saddr @home_addresses counter packets N bytes N drop
	}

	chain input {
		type filter hook input priority -300; policy accept;
		icmp type router-solicitation iifname @other_ports counter packets N bytes N drop
		udp dport 434 iifname @other_ports counter packets N bytes N drop
	}

	chain forward {
		type filter hook forward priority -300; policy accept;
		ether daddr @registered_macs udp sport 434 counter packets N bytes N drop
	}

	chain output {
		type filter hook output priority -300; policy accept;
		icmp type router-advertisement oifname @other_ports counter packets N bytes N drop
		icmp type router-solicitation oifname @other_ports counter packets N bytes N drop
	}

	chain postrouting {
		type filter hook postrouting priority -300; policy accept;
		${GROUP} icmp type router-advertisement @th,32,8 0x0 @th,64,8 0x10 ${ORDINARY} counter packets N bytes N drop
		${GROUP} icmp type router-advertisement @th,32,8 0x1 @th,128,8 0x10 ${ORDINARY} counter packets N bytes N drop
		icmp type router-advertisement ether daddr @registered_macs counter packets N bytes N drop
		${GROUP} oifname @visitor_interfaces meta protocol ip counter packets N bytes N drop
		${GROUP} oifname @visitor_interfaces meta protocol arp counter packets N bytes N drop
	}
}
`;
const INET_TABLE = `table inet pmip {
	counter not_admitted {
		packets 0 bytes 0
	}

	set bindings {
		typeof ${OUTER} . @nh,256,32
	}

	set visits {
		typeof ${OUTER} . @nh,256,32
	}

	set visitor_addresses {
		type ipv4_addr
	}

	set checked_tunnels {
		type ifname
		elements = { "pmip0",
			     "pmip1" }
	}

	set own_addresses {
		type ipv4_addr
	}

	set home_interfaces {
		type ifname
	}

	chain input {
		type filter hook input priority mangle; policy accept;
		meta l4proto ipencap @nh,0,8 0x45 ${OUTER} . @nh,256,32 @bindings meta priority set 434:0
		meta l4proto ipencap @nh,0,8 0x45 ${OUTER} . @nh,288,32 @visits meta priority set 434:0
		meta l4proto gre @nh,0,8 0x45 @nh,160,32 0x800 ${OUTER} . @nh,288,32 @bindings meta priority set 434:0
		meta l4proto gre @nh,0,8 0x45 @nh,160,32 0x800 ${OUTER} . @nh,320,32 @visits meta priority set 434:0
	}

	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		iifname @checked_tunnels meta priority != 434:0 counter name "not_admitted" drop
		iifname @checked_tunnels ip daddr @own_addresses udp dport 67 counter packets 0 bytes 0 udp dport set 434
		iifname @home_interfaces ip daddr 255.255.255.255 udp dport 68 @th,1984,24 0x350106 counter packets 0 bytes 0 udp dport set 434
		iifname @checked_tunnels meta priority set none
	}

	chain forward {
		type filter hook forward priority mangle; policy accept;
		iifname "pmip0" ${CLAMP} rt mtu
		oifname "pmip0" ${CLAMP} rt mtu
		iifname "pmip1" ${CLAMP} rt mtu
		oifname "pmip1" ${CLAMP} rt mtu
		oifname != "pmip0" oifname != "pmip1" ip saddr @visitor_addresses ${CLAMP} 1436
	}

	chain postrouting {
		type filter hook postrouting priority mangle; policy accept;
		oifname @checked_tunnels ip frag-off & 16384 == 0 meta priority set 435:0
	}

	chain output {
		type filter hook output priority mangle; policy accept;
		meta priority 435:0 ip frag-off set ip frag-off & 49151 meta priority set none
	}
}
`;

check(
  'nft prints the bridge table as it would have made it',
  withHost((host) => {
    same(kinds(settle(host, host.state.wanted([{ kind: 'bridgeTable' }]))), ['established bridgeTable']);
    same(bridgeTable(), BRIDGE_TABLE);
  }),
);

check(
  'an interception is four elements; another agent replaces them, and a second address of the station shares its MAC',
  withHost((host) => {
    settle(host, host.state.wanted([interception(AGENT_MAC, true)]));
    same(elements('visitors'), '02:00:00:00:00:77 . 10.1.0.77 : 02:00:00:00:00:01');
    same(elements('local_visitors'), '02:00:00:00:00:77 . 10.1.0.77');
    same(elements('visitor_macs'), '02:00:00:00:00:77');
    same(elements('home_addresses'), '10.1.0.77');
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
  'nft prints the table that checks tunnels and clamps segments as it would have made it, and can load it again',
  withHost((host) => {
    const wishes: Wish[] = [{ kind: 'mssClamp' }, { kind: 'tunnelAdmission' }];
    same(kinds(settle(host, host.state.wanted(wishes))), ['established mssClamp', 'established tunnelAdmission']);
    const inOrder = (text: string) => text.replace('"pmip1",\n\t\t\t     "pmip0"', '"pmip0",\n\t\t\t     "pmip1"');
    same(inOrder(shell('nft list table inet pmip')), INET_TABLE);
    same(shell('nft list ruleset >$$.nft; nft flush ruleset; nft -f $$.nft; rm $$.nft'), '');
    same(inOrder(shell('nft list table inet pmip')), INET_TABLE);
  }),
);

check(
  'so it does with the table of copies of broadcasts; who comes and goes is an element, and the chain goes first',
  withHost((host) => {
    const copied = (...others: (typeof STATION | undefined)[]): Wish => {
      return { kind: 'broadcastsCopied', interfaceName: 'left', others };
    };
    const list = () => shell('nft list table netdev pmip');
    same(kinds(settle(host, host.state.wanted([copied(STATION)]))), ['established broadcastsCopied left']);
    const made = list();
    const rules = made.split('\n').map((line) => line.trim());
    const isAnother = '@nh,48,48 . meta mark != @places';
    for (const place of ['0x00000000', NINTH_PLACE]) {
      const copy = (header: string) => `${header},0,48 set oifname . meta mark map @copies dup to oif`;
      holds(rules.includes(`meta mark set ${place} ${copy('@ll')}`), 'copies from the bridge');
      holds(rules.includes(`meta mark set ${place} ${isAnother} ${copy('@nh')}`), 'copies within the BSS');
    }
    for (const rule of EGRESS_RULES) holds(rules.includes(rule), rule);
    same(shell('nft list ruleset >$$.nft; nft flush ruleset; nft -f $$.nft; rm $$.nft'), '');
    same(list(), made);
    settle(host, host.state.wanted([copied(undefined, STATION)]));
    same(list().match(/elements = .*/g)?.length, 3);
    const next = openHost();
    settle(next, next.state.reconcile({ sweep: false }));
    close(next);
    holds(!list().includes('hook egress'), 'a former daemon has no chain left');
    settle(host, host.state.reconcile({ sweep: false }));
    holds(list().includes('hook egress'), 'the chain is back');
    settle(host, host.state.unwanted([wishKey(copied())]));
    same(shell('nft list tables netdev'), '');
  }),
);

check(
  'the counter of what was not admitted is asked for, and keeps its count when the table is put in anew',
  withHost((host) => {
    settle(host, host.state.wanted([{ kind: 'tunnelAdmission' }]));
    // No packet comes out of a tunnel here: the counter is made to count others.
    shell('nft add rule inet pmip input counter name not_admitted');
    shell('ping -c 1 10.9.0.1');
    const [before] = settle(host, host.state.count());
    holds(before?.kind === 'counted' && before.notAdmitted.packets >= 2, 'both packets of the ping were counted');
    shell('nft delete chain inet pmip forward');
    settle(host, host.state.reconcile({ sweep: false }));
    same(settle(host, host.state.count()), [before]);
    holds(shell('nft list chain inet pmip forward').includes('pmip1'), 'the rules are back');
  }),
);

check(
  'replies are intercepted for the stations that are told, and no others',
  withHost((host) => {
    const wish: Wish = { kind: 'replyInterception', mac: STATION };
    settle(host, host.state.wanted([{ kind: 'bridgeTable' }, wish]));
    same(elements('registered_macs'), '02:00:00:00:00:77');
    settle(host, host.state.unwanted([wishKey(wish)]));
    same(elements('registered_macs'), '');
  }),
);

check(
  'a barrier that nobody wishes goes with the first survey; what else a former daemon has left waits for the sweep',
  withHost((host) => {
    const wishes: Wish[] = [
      { kind: 'broadcastsKept', interfaceName: 'left' },
      { kind: 'advertisementsHeard', interfaceName: 'left' },
    ];
    settle(host, host.state.wanted(wishes));
    same([elements('visitor_interfaces'), elements('mobile_node_interfaces')], ['"left"', '"left"']);
    const next = openHost();
    settle(next, next.state.reconcile({ sweep: false }));
    close(next);
    same([elements('visitor_interfaces'), elements('mobile_node_interfaces')], ['', '"left"']);
  }),
);

check(
  'the connections of an address that moved are forgotten, those of others are not',
  withHost((host) => {
    shell('nft add table ip track');
    shell("nft 'add chain ip track output { type filter hook output priority 0; }'");
    shell('nft add rule ip track output ct state new counter');
    shell('ip address add 10.1.0.77/32 dev lo && ip address add 10.1.0.78/32 dev lo');
    shell('ping -c 1 -I 10.1.0.77 127.0.0.1; ping -c 1 10.1.0.77; ping -c 1 -I 10.1.0.78 127.0.0.1');
    const tracked = () => shell('cat /proc/net/nf_conntrack').match(/src=10\.1\.0\.7[78] dst=127/g);
    same(tracked()?.sort(), ['src=10.1.0.77 dst=127', 'src=10.1.0.78 dst=127']);
    settle(host, host.state.forgetConnections(HOME_ADDRESS));
    same(tracked(), ['src=10.1.0.78 dst=127']);
    holds(!shell('cat /proc/net/nf_conntrack').includes('10.1.0.77'), 'neither those to it');
    shell('ip address del 10.1.0.77/32 dev lo; ip address del 10.1.0.78/32 dev lo; nft delete table ip track');
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

await run();

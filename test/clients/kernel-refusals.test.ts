import { expect, test } from 'vitest';
import { chainItem, elementItem, linkItem, tableItem } from '../../src/clients/kernel-items.ts';
import { explainForeignLink, explainRefusal } from '../../src/clients/kernel-refusals.ts';
import { itemsOf, TUNNEL_LINKS } from '../../src/clients/kernel-wishes.ts';
import { ip, mac } from '../addresses.ts';
import { hex } from '../hex.ts';

const [, TUNNEL_ROUTE] = itemsOf({
  kind: 'binding',
  homeAddress: ip('10.1.0.77'),
  careOfAddress: ip('10.255.2.2'),
  homeAgent: ip('10.255.1.2'),
  encapsulation: 'gre',
  interfaceIndex: 4,
  reverseTunneling: false,
});
const [, VISITOR_ROUTE] = itemsOf({
  kind: 'visitorRoute',
  homeAddress: ip('10.1.0.77'),
  interfaceIndex: 4,
  mac: mac('02:00:00:00:00:05'),
});
const WITHOUT_NFTABLES = 'the kernel cannot check tunnels and clamp TCP segments by nftables: install kmod-nft-core';
const WITHOUT_NETDEV =
  'the kernel cannot keep the broadcasts of visitors and of others in one BSS apart: install kmod-nft-netdev (OpenWrt 24.10 or later)';
const WITHOUT_COPIES =
  'the kernel cannot send copies to a second care-of address by nftables: install kmod-nft-dup-inet';
const ELEMENT = elementItem('visitors', { key: hex('00') });

test.each([
  [linkItem(TUNNEL_LINKS.ipip), 'EOPNOTSUPP', 'the kernel has no ipip tunnels: install kmod-ipip'],
  [linkItem(TUNNEL_LINKS.gre), 'EOPNOTSUPP', 'the kernel has no gre tunnels: install kmod-gre'],
  [tableItem('bridge'), 'EOPNOTSUPP', 'the kernel has no nftables for bridges: install kmod-nft-bridge'],
  [chainItem('phy0-ap0'), 'EOPNOTSUPP', WITHOUT_NETDEV],
  [tableItem('netdev'), 'ENOENT', WITHOUT_NETDEV],
  [ELEMENT, 'ENOENT', 'the kernel has no nftables for bridges: install kmod-nft-bridge'],
  [tableItem('inet'), 'ENOENT', WITHOUT_NFTABLES],
  [elementItem('bindings', { key: hex('00') }), 'ENOENT', WITHOUT_NFTABLES],
  [tableItem('ip'), 'ENOENT', WITHOUT_COPIES],
  [TUNNEL_ROUTE, 'EOPNOTSUPP', 'the kernel cannot send routes through a tunnel: it was built without CONFIG_LWTUNNEL'],
  [VISITOR_ROUTE, 'ENODEV', 'the interface is gone: it is made again when the interface is back'],
  [VISITOR_ROUTE, 'ENETDOWN', 'the interface is down: it is made again when the interface is up'],
  [VISITOR_ROUTE, 'EPERM', 'the kernel does not let pmip change the network: run it as root or with CAP_NET_ADMIN'],
])('%o refused with %s is told with what to do', (item, errnoName, reason) => {
  expect(item && explainRefusal(item, errnoName, 'words of the kernel')).toBe(reason);
});

test('a refusal without an explanation keeps the words of the kernel', () => {
  const refused = (message: string | undefined) => explainRefusal(ELEMENT, 'EINVAL', message);
  expect([refused('Invalid key'), refused(undefined)]).toEqual([
    'the kernel refused it with EINVAL: Invalid key',
    'the kernel refused it with EINVAL',
  ]);
});

test('a device in the way is named with its kind', () => {
  expect(explainForeignLink('pmip0', 'bridge')).toBe(
    'an interface named pmip0 is in the way (bridge): rename or remove it',
  );
});

import { describe, expect, test } from 'vitest';
import * as sets from '../../src/clients/pmip-sets.ts';
import { encodeCounter, encodeSet } from '../../src/wire/nftables.ts';
import { ip, mac } from '../addresses.ts';
import { hex } from '../hex.ts';
import { body } from '../wire/netlink-recordings.ts';
import * as recordedOfDhcp from '../wire/nftables-recordings-of-dhcp.ts';
import * as recordedOfPorts from '../wire/nftables-recordings-of-ports.ts';
import * as recorded from '../wire/nftables-recordings-of-tunnels.ts';

describe('keys', () => {
  test('a joined key pads the MAC address to words', () => {
    const key = sets.macAndAddressKey(mac('02:00:00:00:00:05'), ip('10.1.0.77'));
    expect(key).toEqual(hex('020000000005 0000 0a01004d'));
    expect(sets.macKey(mac('02:00:00:00:00:05'))).toEqual(hex('020000000005'));
  });

  test('the end of a tunnel is the encapsulation, the outer source and the home address', () => {
    const end = { outerSource: ip('10.255.2.2'), homeAddress: ip('10.1.0.77') };
    expect(sets.tunnelEndKey({ ...end, encapsulation: 'ipip' })).toEqual(hex('04000000 0aff0202 0a01004d'));
    expect(sets.tunnelEndKey({ ...end, encapsulation: 'gre' })).toEqual(hex('2f000000 0aff0202 0a01004d'));
  });

  test('an address is four octets, and the name of an interface as long as the kernel has it', () => {
    expect(sets.addressKey(ip('10.1.0.77'))).toEqual(hex('0a01004d'));
    expect(sets.interfaceNameKey('pmip0')).toEqual(hex('706d697030 0000000000000000000000'));
  });
});

test('a set is in the table that its rules are in', () => {
  for (const set of Object.keys(sets.PMIP_SETS) as sets.PmipSet[]) {
    expect(sets.PMIP_SETS[set]).toMatchObject({ name: set, table: { family: sets.tableOfSet(set) } });
  }
});

test('no two sets of a table have the same number, by which the rules of a batch find them', () => {
  for (const of of [sets.BRIDGE_SETS, sets.INET_SETS]) {
    const numbers = Object.values(of).map(({ id }) => id);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test('the sets whose keys nft could not read by their type are those of nft, with its notes', () => {
  expect(body(encodeSet(sets.PMIP_SETS.bindings, true))).toEqual(recorded.NFT_BINDINGS_SET);
  const ofDevices = body(encodeSet(sets.PMIP_SETS.checked_tunnels, true));
  expect(ofDevices).toEqual(recorded.NFT_CHECKED_TUNNELS_SET);
  const ofHome = body(encodeSet(sets.PMIP_SETS.home_interfaces, true));
  expect(ofHome).toEqual(recordedOfDhcp.NFT_HOME_INTERFACES_SET);
  const ofInterfaces = [
    sets.PMIP_SETS.dhcp_interfaces,
    sets.PMIP_SETS.other_ports,
    sets.PMIP_SETS.station_interfaces,
    sets.PMIP_SETS.mobile_node_interfaces,
    sets.PMIP_SETS.visitor_interfaces,
  ];
  expect(ofInterfaces.map((set) => body(encodeSet(set, true)))).toEqual([
    recordedOfDhcp.NFT_DHCP_INTERFACES_SET,
    recordedOfPorts.NFT_OTHER_PORTS_SET,
    recordedOfPorts.NFT_STATION_INTERFACES_SET,
    recordedOfPorts.NFT_MOBILE_NODE_INTERFACES_SET,
    recordedOfPorts.NFT_VISITOR_INTERFACES_SET,
  ]);
});

test('the set that a rule puts elements in is that of nft, with its limit, but for notes', () => {
  const ours = body(encodeSet(sets.PMIP_SETS.dhcp_locals, true));
  const nft = recordedOfDhcp.NFT_DHCP_LOCALS_SET;
  expect(nft.subarray(0, ours.length)).toEqual(ours);
  expect(Array.from(nft.subarray(ours.length + 2, ours.length + 4))).toEqual([13, 0]);
});

test('the counter is that of nft', () => {
  expect(body(encodeCounter(sets.NOT_ADMITTED, true))).toEqual(recorded.NFT_COUNTER);
});

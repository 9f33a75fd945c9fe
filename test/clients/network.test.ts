import { describe, expect, test } from 'vitest';
import { Network } from '../../src/clients/network.ts';
import type { InterfaceAddress } from '../../src/wire/rtnetlink-address.ts';
import type { Link } from '../../src/wire/rtnetlink-link.ts';
import { ip, mac, prefix } from '../addresses.ts';

const BRIDGE_MAC = mac('02:00:00:00:01:01');

function link(changes: Partial<Link> & Pick<Link, 'index' | 'name'>, removed = false) {
  const rest = { isUp: true, flags: 1, mtuOctets: 1500, mac: BRIDGE_MAC, master: undefined, kind: undefined };
  return { kind: 'link', removed, link: { ...rest, ...changes } } as const;
}

function address(interfaceIndex: number, text: string, changes: Partial<InterfaceAddress> = {}, removed = false) {
  const [host = '', length] = text.split('/');
  const rest = { broadcast: undefined, label: undefined, isSecondary: false };
  const given = { interfaceIndex, address: ip(host), prefixLength: Number(length), ...rest, ...changes };
  return { kind: 'address', removed, address: given } as const;
}

const BRIDGE = { index: 4, name: 'br-lan', kind: 'bridge' };

describe('a link', () => {
  test('with an address is known with its subnet', () => {
    const network = new Network();
    network.apply(link(BRIDGE));
    network.apply(address(4, '10.1.0.1/24'));
    expect(network.link('br-lan')).toEqual({
      device: 'br-lan',
      interfaceIndex: 4,
      isBridge: true,
      mac: BRIDGE_MAC,
      address: ip('10.1.0.1'),
      prefix: prefix('10.1.0.0/24'),
    });
  });

  test('that is not there, has no Ethernet address or no subnet says so', () => {
    const network = new Network();
    expect(network.link('br-lan')).toBe('noSuchDevice');
    network.apply(link({ ...BRIDGE, mac: undefined }));
    expect(network.link('br-lan')).toBe('noEthernet');
    network.apply(link(BRIDGE));
    expect(network.link('br-lan')).toBe('noAddress');
    network.apply(address(5, '10.1.0.1/24'));
    expect(network.link('br-lan')).toBe('noAddress');
  });

  test('takes its first address that has a subnet: not a secondary one, nor one of a point-to-point link', () => {
    const network = new Network();
    network.apply(link(BRIDGE));
    network.apply(address(4, '10.9.0.1/32'));
    network.apply(address(4, '10.8.0.1/31'));
    network.apply(address(4, '10.1.0.2/24', { isSecondary: true }));
    network.apply(address(4, '10.1.0.1/24'));
    network.apply(address(4, '10.2.0.1/24'));
    expect(network.link('br-lan')).toMatchObject({ address: ip('10.1.0.1') });
  });

  test('that loses its address takes the next', () => {
    const network = new Network();
    network.apply(link(BRIDGE));
    network.apply(address(4, '10.1.0.1/24'));
    network.apply(address(4, '10.2.0.1/24'));
    network.apply(address(4, '10.1.0.1/24', {}, true));
    expect(network.link('br-lan')).toMatchObject({ prefix: prefix('10.2.0.0/24') });
  });

  test('that is renamed is known under its new name', () => {
    const network = new Network();
    network.apply(link({ index: 4, name: 'eth9' }));
    expect(network.apply(link(BRIDGE))).toBe(true);
    expect([network.interfaceIndex('eth9'), network.interfaceIndex('br-lan')]).toEqual([undefined, 4]);
    expect(network.interfaceName(4)).toBe('br-lan');
  });
});

describe('a port', () => {
  test('has its bridge as master, as long as it is in it', () => {
    const network = new Network();
    network.apply(link(BRIDGE));
    network.apply(link({ index: 10, name: 'phy0-ap0', master: 4 }));
    expect(network.masterOf('phy0-ap0')).toBe('br-lan');
    expect(network.portsOf('br-lan')).toEqual([{ name: 'phy0-ap0', interfaceIndex: 10 }]);
    network.apply(link({ index: 10, name: 'phy0-ap0' }));
    expect(network.masterOf('phy0-ap0')).toBeUndefined();
    expect(network.portsOf('br-lan')).toEqual([]);
  });

  test('of a bridge that is not known has no master', () => {
    const network = new Network();
    network.apply(link({ index: 10, name: 'phy0-ap0', master: 4 }));
    expect(network.masterOf('phy0-ap0')).toBeUndefined();
    expect(network.masterOf('none')).toBeUndefined();
    expect(network.portsOf('none')).toEqual([]);
  });
});

describe('a message is news', () => {
  test('where name, MAC address, bridge or state of a link are others', () => {
    const network = new Network();
    expect(network.apply(link(BRIDGE))).toBe(true);
    expect(network.apply(link(BRIDGE))).toBe(false);
    expect(network.apply(link({ ...BRIDGE, mtuOctets: 1400, flags: 3 }))).toBe(false);
    for (const change of [{ mac: mac('02:00:00:00:09:09') }, { master: 7 }, { isUp: false }, { name: 'br-x' }]) {
      network.apply(link(BRIDGE));
      expect(network.apply(link({ ...BRIDGE, ...change }))).toBe(true);
    }
  });

  test('where a link or an address comes or goes', () => {
    const network = new Network();
    expect(network.apply(address(4, '10.1.0.1/24'))).toBe(true);
    expect(network.apply(address(4, '10.1.0.1/24'))).toBe(false);
    expect(network.apply(address(4, '10.1.0.1/24', {}, true))).toBe(true);
    expect(network.apply(address(4, '10.1.0.1/24', {}, true))).toBe(false);
    expect(network.apply(link(BRIDGE, true))).toBe(false);
    network.apply(link(BRIDGE));
    expect(network.apply(link(BRIDGE, true))).toBe(true);
  });
});

test('our own addresses are all but the loopback ones', () => {
  const network = new Network();
  network.apply(address(1, '127.0.0.1/8'));
  network.apply(address(3, '10.255.1.2/24'));
  network.apply(address(4, '10.1.0.1/24'));
  network.apply(address(4, '10.1.0.2/24', { isSecondary: true }));
  expect(network.ownAddresses()).toEqual([ip('10.255.1.2'), ip('10.1.0.1'), ip('10.1.0.2')]);
});

test('what was forgotten is unknown', () => {
  const network = new Network();
  network.apply(link(BRIDGE));
  network.apply(address(4, '10.1.0.1/24'));
  network.forget();
  expect(network.link('br-lan')).toBe('noSuchDevice');
  expect(network.ownAddresses()).toEqual([]);
});

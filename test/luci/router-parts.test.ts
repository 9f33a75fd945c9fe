import { expect, test } from 'vitest';
import { routerParts } from '../../luci/src/router-parts.ts';
import { formatIpv4, formatPrefix } from '../../src/octets/address.ts';
import { INTERFACES, NETWORK, WIRELESS } from '../browser/stored-configuration.ts';

const sections = (stored: typeof WIRELESS) =>
  stored.map(({ type, name = 'cfg1', options }) => ({ '.type': type, '.name': name, ...options }));
const parts = routerParts(sections(WIRELESS), sections(NETWORK), INTERFACES);

test('radios have their band beside their name', () => {
  expect(parts.radios).toEqual([
    { value: 'radio0', label: 'radio0 (2.4 GHz)' },
    { value: 'radio1', label: 'radio1 (5 GHz)' },
  ]);
});

test('only what is an access point has stations', () => {
  expect(parts.wireless.map(({ ssid }) => ssid)).toEqual(['tsunami', 'tsunami', 'guests']);
});

test('bridges and their ports are those of the network configuration', () => {
  expect([parts.bridges, parts.ports]).toEqual([['br-lan'], ['lan1', 'lan2']]);
});

test('networks are those that are up with an IPv4 address, loopback aside', () => {
  expect(parts.networks.map(({ name, address, prefix }) => [name, formatIpv4(address), formatPrefix(prefix)])).toEqual([
    ['lan', '10.1.0.1', '10.1.0.0/24'],
    ['wan', '192.168.50.1', '192.168.50.0/24'],
  ]);
});

test('a router that has nothing of it, or says odd things, has no parts', () => {
  const odd = [
    { '.type': 'wifi-iface', '.name': 'x', ssid: ['a', 'b'] },
    { '.type': 'device', '.name': 'y', type: 'bridge' },
  ];
  expect(
    routerParts(odd, odd, [
      {},
      { interface: 'lan', device: 'br', 'ipv4-address': [{ address: 'nonsense', mask: 24 }] },
    ]),
  ).toEqual({
    radios: [],
    wireless: [],
    bridges: [],
    ports: [],
    networks: [],
  });
});

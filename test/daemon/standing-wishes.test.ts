import { expect, test } from 'vitest';
import { type Standing, StandingWishes } from '../../src/daemon/standing-wishes.ts';
import { ip } from '../addresses.ts';

const STANDING: Standing = {
  main: { isEnabled: true, dhcp: 'keep' },
  stationInterfaces: ['phy0-ap0'],
  ports: [
    { bridge: 'br-lan', name: 'eth0', interfaceIndex: 5, takesPart: true },
    { bridge: 'br-lan', name: 'eth1', interfaceIndex: 6, takesPart: false },
    { bridge: 'br-lan', name: 'eth9', interfaceIndex: undefined, takesPart: false },
  ],
  ownAddresses: [ip('10.1.0.1'), ip('10.255.1.2')],
  bridges: [
    { device: 'br-lan', isEnabled: true, isHomeAgent: true },
    { device: 'br-guest', isEnabled: true, isHomeAgent: false },
    { device: 'br-old', isEnabled: false, isHomeAgent: true },
  ],
};

test('what stands whoever visits: devices for both encapsulations, and the tables', () => {
  const { wanted, unwanted } = new StandingWishes().replace(STANDING);
  const kinds = ['tunnelDevice', 'tunnelDevice', 'bridgeTable', 'tunnelAdmission', 'mssClamp'];
  expect(wanted.map(({ kind }) => kind)).toEqual(kinds);
  expect(unwanted).toEqual([]);
});

test('DHCP is kept on the interfaces of stations, and taken out of tunnels at every address of this box', () => {
  const { wanted } = new StandingWishes().replace(STANDING);
  expect(wanted).toContainEqual(expect.objectContaining({ kind: 'bridgeTable', dhcpInterfaces: ['phy0-ap0'] }));
  const { ownAddresses } = STANDING;
  expect(wanted).toContainEqual({ kind: 'tunnelAdmission', ownAddresses, homeInterfaces: ['br-lan'] });
  const strict = new StandingWishes().replace({ ...STANDING, main: { isEnabled: true, dhcp: 'strict' } });
  const bridgeTable = { kind: 'bridgeTable', stationInterfaces: ['phy0-ap0'], dhcpInterfaces: [] };
  expect(strict.wanted).toContainEqual(expect.objectContaining(bridgeTable));
});

test('of the wired ports, those that exist and do not take part are kept from agents', () => {
  const { wanted } = new StandingWishes().replace(STANDING);
  expect(wanted).toContainEqual(expect.objectContaining({ kind: 'bridgeTable', otherPorts: ['eth1'] }));
});

test('switched off, all that stood is gone', () => {
  const standing = new StandingWishes();
  expect(standing.isEmpty).toBe(true);
  const { wanted } = standing.replace(STANDING);
  expect(standing.isEmpty).toBe(false);
  const off = standing.replace({ ...STANDING, main: { isEnabled: false, dhcp: 'keep' } });
  expect(off.wanted).toEqual([]);
  expect(off.unwanted).toHaveLength(wanted.length);
  expect(standing.isEmpty).toBe(true);
});

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { StandingWishes } from '../../src/daemon/standing-wishes.ts';
import { ip } from '../addresses.ts';

const PORTS = ['eth0', 'eth1', 'phy0-ap0'].map((name, index) => ({ name, interfaceIndex: 5 + index }));
const OWN_ADDRESSES = [ip('10.1.0.1'), ip('10.255.1.2')];
const network = { portsOf: (bridge: string) => (bridge === 'br-lan' ? PORTS : []), ownAddresses: () => OWN_ADDRESSES };
const BRIDGES = `config bridge lan
	option device br-lan
	list port eth0
	list port eth9
config bridge guest
	option device br-guest
	option home_agent 0
config bridge old
	option enabled 0
	option device br-old
`;

function newStanding(): StandingWishes {
  const bsses = () => [{ interfaceName: 'phy0-ap0' }];
  return new StandingWishes({ bsses }, { stationInterfaces: () => ['phy0-ap0'] });
}

function wanted(standing = newStanding(), main = 'option enabled 1') {
  const { config } = readConfig(`config pmip main\n\t${main}\n${BRIDGES}`);
  return standing.replace(config, network);
}

test('what stands whoever visits: devices for both encapsulations, and the tables', () => {
  const kinds = ['tunnelDevice', 'tunnelDevice', 'bridgeTable', 'tunnelAdmission', 'mssClamp'];
  expect(wanted().wanted.map(({ kind }) => kind)).toEqual(kinds);
  expect(wanted().unwanted).toEqual([]);
});

test('DHCP is kept on the interfaces of stations, but not where it ends a visit', () => {
  const kept = { kind: 'bridgeTable', stationInterfaces: ['phy0-ap0'], dhcpInterfaces: ['phy0-ap0'] };
  expect(wanted().wanted).toContainEqual(expect.objectContaining(kept));
  const strict = wanted(newStanding(), 'option enabled 1\n\toption dhcp strict');
  expect(strict.wanted).toContainEqual(expect.objectContaining({ ...kept, dhcpInterfaces: [] }));
});

test('DHCP is taken out of tunnels at every address of this box, and refusals on the links of home networks', () => {
  const admission = { kind: 'tunnelAdmission', ownAddresses: OWN_ADDRESSES, homeInterfaces: ['br-lan'] };
  expect(wanted().wanted).toContainEqual(admission);
});

test('of the wired ports, those that exist and do not take part are kept from agents', () => {
  expect(wanted().wanted).toContainEqual(expect.objectContaining({ kind: 'bridgeTable', otherPorts: ['eth1'] }));
});

test('switched off, all that stood is gone', () => {
  const standing = newStanding();
  expect(standing.isEmpty).toBe(true);
  const { length } = wanted(standing).wanted;
  expect(standing.isEmpty).toBe(false);
  const off = wanted(standing, 'option enabled 0');
  expect([off.wanted.length, off.unwanted.length, standing.isEmpty]).toEqual([0, length, true]);
});

test('barriers are those of the interfaces of stations', () => {
  expect(newStanding().barriers()).toEqual(['broadcastsKept phy0-ap0', 'broadcastsCopied phy0-ap0']);
});

import { describe, expect, test } from 'vitest';
import { Network } from '../../src/clients/network.ts';
import { ip, prefix } from '../addresses.ts';
import { BRIDGE_MAC, configured, routerNetwork } from './router.ts';
import { usualConfiguration } from './two-boxes.ts';

const USUAL = usualConfiguration([1, 2]);
const inBridge = (option: string) => USUAL.replace("device 'br-lan'", `device 'br-lan'\n\t${option}`);

describe('by the usual configuration', () => {
  const { accessPoint, foreignAgent, homeAgent, advertisedLinks, agentLinks, faults } = configured(USUAL);

  test('nothing is wrong', () => {
    expect(faults).toEqual([]);
  });

  test('the access point serves its bridge, with the agents of this box', () => {
    const self = { mac: BRIDGE_MAC, address: ip('10.1.0.1') };
    expect([...accessPoint.bridges.keys()]).toEqual(['br-lan']);
    expect(accessPoint.bridges.get('br-lan')).toMatchObject({
      interfaceIndex: 4,
      ...self,
      prefix: prefix('10.1.0.0/24'),
      foreignAgent: { ...self, isLocal: true },
      homeAgent: self,
    });
  });

  test('the access point knows where home agents are, and its address on the way to them', () => {
    expect(accessPoint.subnetMap.lookup(ip('10.2.0.77'))?.homeAgent).toBe(ip('10.2.0.1'));
    expect(accessPoint.careOfAddresses.get(ip('10.2.0.1'))).toBe(ip('10.255.1.2'));
    expect(accessPoint.associations.forNode(ip('10.2.0.77'))).toMatchObject({ spi: 0x102, algorithm: 'hmac-md5' });
  });

  test('the agents answer to every address of this box, but not to the loopback one', () => {
    const own = [ip('10.255.1.2'), ip('10.1.0.1')];
    expect([...homeAgent.addresses].sort()).toEqual([...own].sort());
    expect([...foreignAgent.careOfAddresses].sort()).toEqual([...own].sort());
  });

  test('the home agent serves the bridge’s subnet, and keys are the same for both sides', () => {
    expect(homeAgent.homeNetworks).toMatchObject([
      { prefix: prefix('10.1.0.0/24'), interfaceIndex: 4, mac: BRIDGE_MAC },
    ]);
    expect(homeAgent.associations.bySpi(ip('10.1.0.77'), 0x102)).toBeDefined();
  });

  test('the bridge is advertised, and mobile nodes are heard on it', () => {
    expect(advertisedLinks).toMatchObject([
      { interfaceName: 'br-lan', address: ip('10.1.0.1'), prefixLength: 24, intervalSeconds: 10, isHomeAgent: true },
    ]);
    expect(agentLinks.get('br-lan')).toMatchObject({ interfaceName: 'br-lan', interfaceIndex: 4, mac: BRIDGE_MAC });
  });
});

test('what is disabled does nothing', () => {
  const { accessPoint, foreignAgent, homeAgent, advertisedLinks, agentLinks } = configured(
    usualConfiguration([1, 2], { enabled: '0' }),
  );
  expect([accessPoint.bridges.size, homeAgent.homeNetworks, foreignAgent.careOfAddresses]).toEqual([0, [], []]);
  expect([advertisedLinks, agentLinks.size]).toEqual([[], 0]);
  expect(configured(inBridge("option enabled '0'")).accessPoint.bridges.size).toBe(0);
});

test('what is paused proxies nobody, and goes on as agent', () => {
  const { accessPoint, homeAgent, advertisedLinks } = configured(usualConfiguration([1, 2], { paused: '1' }));
  expect([accessPoint.bridges.size, homeAgent.homeNetworks.length, advertisedLinks.length]).toEqual([0, 1, 1]);
});

test('a box that is no home agent has no home network, and looks for one on the link', () => {
  const { accessPoint, homeAgent } = configured(inBridge("option home_agent '0'"));
  expect(homeAgent.homeNetworks).toEqual([]);
  expect(accessPoint.bridges.get('br-lan')?.homeAgent).toBeUndefined();
});

test('a box that is no foreign agent has no care-of address, and looks for one on the link', () => {
  const { accessPoint, foreignAgent, advertisedLinks } = configured(inBridge("option foreign_agent '0'"));
  expect(foreignAgent.careOfAddresses).toEqual([]);
  expect(accessPoint.bridges.get('br-lan')?.foreignAgent).toBeUndefined();
  expect(advertisedLinks[0]?.foreignAgent).toBeUndefined();
});

test('a care-of address of one’s own is used and advertised', () => {
  const { accessPoint, advertisedLinks } = configured(inBridge("option care_of_address '10.255.1.9'"));
  expect(accessPoint.bridges.get('br-lan')?.careOfAddress).toBe(ip('10.255.1.9'));
  expect(advertisedLinks[0]?.foreignAgent?.careOfAddresses).toEqual([ip('10.255.1.9')]);
});

test.each([
  ['0', 'never'],
  ['1', 'always'],
  ['auto', 'whereOffered'],
])('reverse_tunnel %s is %s', (value, meaning) => {
  const { accessPoint } = configured(usualConfiguration([1, 2], { reverse_tunnel: value }));
  expect(accessPoint.reverseTunneling).toBe(meaning);
});

test('a kernel without gre is known to all who could promise it', () => {
  const { foreignAgent, homeAgent, advertisedLinks } = configured(USUAL, { isGreServed: false });
  expect([foreignAgent.isGreServed, homeAgent.isGreServed, advertisedLinks[0]?.isGreServed]).toEqual([
    false,
    false,
    false,
  ]);
});

describe('a bridge that cannot be served is a fault in plain words, and the others are served', () => {
  const second = `${USUAL}config bridge 'other'\n\toption device 'DEVICE'\n`;

  test.each([
    ['br-other', 'there is no such device'],
    ['lo', 'it is no Ethernet link'],
    ['eth0', 'it has no IPv4 address'],
  ])('%s: %s', (device, words) => {
    const { accessPoint, faults } = configured(second.replace('DEVICE', device));
    expect([...accessPoint.bridges.keys()]).toEqual(['br-lan']);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`bridge 'other', device '${device}' is not served: ${words}`);
  });

  test('a chosen port that the bridge has not is one too', () => {
    const { accessPoint, faults } = configured(USUAL.replace("'br-lan'", "'br-lan'\n\tlist port eth9"));
    expect([...accessPoint.bridges.keys()]).toEqual(['br-lan']);
    expect(faults).toEqual(["bridge 'lan', 'list port eth9': br-lan has no such port"]);
  });

  test('a link that is no bridge has agents, but no stations', () => {
    const { accessPoint, agentLinks, faults } = configured(second.replace('DEVICE', 'wan'));
    expect([...accessPoint.bridges.keys()]).toEqual(['br-lan']);
    expect([...agentLinks.keys()]).toEqual(['br-lan', 'wan']);
    expect(faults).toEqual([]);
  });
});

test('before the kernel has told anything, every bridge is a fault and nothing is served', () => {
  const { accessPoint, homeAgent, faults } = configured(USUAL, { network: new Network() });
  expect([accessPoint.bridges.size, homeAgent.addresses, faults.length]).toEqual([0, [], 1]);
});

test('the same configuration and network give the same once more', () => {
  const network = routerNetwork();
  expect(configured(USUAL, { network })).toEqual(configured(USUAL, { network }));
});

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { accessPointName, mapClaims } from '../../src/daemon/map-claims.ts';
import { formatPrefix } from '../../src/octets/address.ts';
import type { DiscoveredAgent } from '../../src/roles/access-point/agents.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { agentAdvertisementOf } from '../roles/access-point/scene.ts';
import { BRIDGE_MAC, routerNetwork } from './router.ts';

const MAIN = "config pmip main\n\toption enabled 1\nconfig bridge lan\n\toption device 'br-lan'\n";
const config = (more = '') => readConfig(`${MAIN}${more}`).config;
const network = routerNetwork();
const OTHER_MAC = mac('02:00:00:00:0a:01');

function agent(address: string, homeAgent = true): DiscoveredAgent {
  return { address: ip(address), mac: OTHER_MAC, advertisement: agentAdvertisementOf({ homeAgent }), expiresAtMs: 1 };
}

const claimsWith = (agents: readonly DiscoveredAgent[], before = new Map()) =>
  mapClaims(config('\toption home_agent 0\n'), { network, ownAddress: undefined, agentsOn: () => agents }, before);

test('the home agent of this box is named by the address that others reach, else by that of the bridge', () => {
  const surroundings = { network, agentsOn: () => [] };
  const claim = { network: prefix('10.1.0.0/24'), homeAgents: [ip('10.255.1.2')], gatewayMac: BRIDGE_MAC };
  expect(mapClaims(config(), { ...surroundings, ownAddress: ip('10.255.1.2') }, new Map())).toEqual([claim]);
  expect(mapClaims(config(), { ...surroundings, ownAddress: undefined }, new Map())).toEqual([
    { ...claim, homeAgents: [ip('10.1.0.1')] },
  ]);
});

test('home agents that were found on the bridge are named in the order of their addresses; no other agents are', () => {
  const found = [agent('10.1.0.9'), agent('10.1.0.8'), agent('10.1.0.7', false), agent('10.9.0.1')];
  expect(claimsWith(found)).toEqual([
    { network: prefix('10.1.0.0/24'), homeAgents: [ip('10.1.0.8'), ip('10.1.0.9')], gatewayMac: OTHER_MAC },
  ]);
});

test('one that does not advertise any more stays named until another is found', () => {
  expect(claimsWith([])).toEqual([]);
  const before = new Map(claimsWith([agent('10.1.0.9')]).map((claim) => [formatPrefix(claim.network), claim]));
  expect(claimsWith([], before)).toMatchObject([{ homeAgents: [ip('10.1.0.9')] }]);
  expect(claimsWith([agent('10.1.0.8')], before)).toMatchObject([{ homeAgents: [ip('10.1.0.8')] }]);
});

test('the name of the box is the MAC address of its first bridge; without one it has none', () => {
  expect(accessPointName(config(), network)).toBe(BRIDGE_MAC);
  expect(accessPointName(config('\toption enabled 0\n'), network)).toBeUndefined();
});

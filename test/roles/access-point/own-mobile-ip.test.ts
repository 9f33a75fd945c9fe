import { expect, test } from 'vitest';
import type { MacAddress } from '../../../src/octets/address.ts';
import { isSaidToAgents, OwnMobileIp } from '../../../src/roles/access-point/own-mobile-ip.ts';
import { ip } from '../../addresses.ts';
import { arpRequest, packet, STATION } from './scene.ts';

const datagram = (destinationPort: number) =>
  packet(ip('10.1.0.77'), STATION, { sourcePort: 434, destinationPort, octets: new Uint8Array(24) });

test('a registration request is said to agents; other datagrams, other packets and ARP are not', () => {
  expect(isSaidToAgents(datagram(434))).toBe(true);
  expect(isSaidToAgents(datagram(435))).toBe(false);
  expect(isSaidToAgents(packet(ip('10.1.0.77')))).toBe(false);
  expect(isSaidToAgents(arpRequest({ address: ip('10.1.0.77') }))).toBe(false);
});

test('of more stations than there is room for, those are known that were heard last', () => {
  const known = new OwnMobileIp();
  for (let number = 0; number < 300; number++) known.heard((STATION + number) as MacAddress, number);
  expect(known.has(STATION, 300)).toBe(false);
  expect(known.has((STATION + 299) as MacAddress, 300)).toBe(true);
});

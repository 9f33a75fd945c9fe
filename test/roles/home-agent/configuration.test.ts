import { describe, expect, test } from 'vitest';
import {
  homeNetworkOf,
  networkOfBroadcast,
  ownAddressIn,
  settingsOf,
} from '../../../src/roles/home-agent/configuration.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { configuration } from './scene.ts';

const network = (text: string, interfaceIndex: number) => ({
  prefix: prefix(text),
  interfaceIndex,
  mac: mac('02:00:00:00:00:01'),
});
const two = {
  ...configuration,
  addresses: [ip('10.1.0.1'), ip('10.4.0.1')],
  homeNetworks: [network('10.1.0.0/24', 1), network('10.4.0.0/22', 2)],
};

describe('home networks', () => {
  test.each([
    ['10.1.0.77', 1],
    ['10.4.3.200', 2],
    ['10.4.3.255', undefined],
    ['10.4.0.255', 2],
    ['10.4.0.1', undefined],
    ['10.2.0.77', undefined],
  ])('%s is at home on interface %s', (address, interfaceIndex) => {
    expect(homeNetworkOf(ip(address), two)?.interfaceIndex).toBe(interfaceIndex);
  });

  test('a network is found by its broadcast address, and no other of its addresses', () => {
    expect(networkOfBroadcast(ip('10.4.3.255'), two)?.interfaceIndex).toBe(2);
    expect(networkOfBroadcast(ip('10.4.0.255'), two)).toBeUndefined();
  });

  test('we are known there by our address of that network, if we have one', () => {
    expect(ownAddressIn(network('10.4.0.0/22', 2), two)).toBe(ip('10.4.0.1'));
    expect(ownAddressIn(network('10.9.0.0/24', 3), two)).toBeUndefined();
  });
});

test('what the configuration does not say is as usual, and what it says holds', () => {
  expect(settingsOf(two)).toMatchObject({ isGreServed: false, reverseTunnel: 'offered', replayToleranceSeconds: 7 });
  expect(settingsOf({ ...two, isGreServed: true })).toMatchObject({ isGreServed: true, mostBindings: 3 });
});

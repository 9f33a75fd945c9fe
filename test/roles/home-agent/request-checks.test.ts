import { describe, expect, test } from 'vitest';
import type { HomeAgentConfiguration } from '../../../src/roles/home-agent/home-agent.ts';
import { checkAuthentication, checkRequest, homeNetworkOf } from '../../../src/roles/home-agent/request-checks.ts';
import { SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { association, request } from '../messages.ts';

const everywhere = { start: ip('0.0.0.0'), end: ip('255.255.255.255') };
const newKey = { ...association, spi: 0x200, key: new Uint8Array(16).fill(7) };
const network = (text: string, interfaceIndex: number) => ({
  prefix: prefix(text),
  interfaceIndex,
  mac: mac('02:00:00:00:00:01'),
});
const configuration: HomeAgentConfiguration = {
  addresses: [ip('10.1.0.1'), ip('10.4.0.1')],
  homeNetworks: [network('10.1.0.0/24', 1), network('10.4.0.0/22', 2)],
  associations: new SecurityAssociations([
    { ...association, ...everywhere },
    { ...newKey, ...everywhere },
  ]),
  longestLifetimeSeconds: 600,
  mostBindings: 10,
};

describe('authentication', () => {
  test('each of two keys of a node is checked by its own SPI, while keys are changed', () => {
    for (const signedWith of [association, newKey]) {
      const checked = checkAuthentication(request({}, { signedWith }), configuration, digests);
      expect(checked).toMatchObject({ kind: 'association', isAuthentic: true, association: { spi: signedWith.spi } });
    }
  });

  test('the SPI of one key with the other key is not authentic', () => {
    const signedWith = { ...newKey, spi: association.spi };
    expect(checkAuthentication(request({}, { signedWith }), configuration, digests)).toMatchObject({
      isAuthentic: false,
    });
  });

  test('extensions that the node has signed, and later ones that may be skipped, do not disturb', () => {
    const extended = request({}, { signedExtensions: '8305 6140622e63 00', laterExtensions: 'fe02 abcd 00' });
    expect(checkAuthentication(extended, configuration, digests)).toMatchObject({ isAuthentic: true });
  });
});

describe('home networks', () => {
  test.each([
    ['10.1.0.77', 1],
    ['10.4.3.200', 2],
    ['10.4.3.255', undefined],
    ['10.4.0.255', 2],
    ['10.4.0.1', undefined],
    ['10.2.0.77', undefined],
  ])('%s is at home on interface %s', (address, interfaceIndex) => {
    expect(homeNetworkOf(request({ homeAddress: ip(address) }), configuration)?.interfaceIndex).toBe(interfaceIndex);
  });
});

test('a sensible request passes every check', () => {
  expect(checkRequest(request(), configuration)).toBe(0);
});

test('a deregistration may name any care-of address', () => {
  for (const careOfAddress of ['10.1.0.77', '10.1.0.1', '0.0.0.0', '10.9.0.1']) {
    expect(checkRequest(request({ lifetimeSeconds: 0, careOfAddress: ip(careOfAddress) }), configuration)).toBe(0);
  }
});

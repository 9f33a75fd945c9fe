import { describe, expect, test } from 'vitest';
import { UNSPECIFIED_ADDRESS } from '../../../src/octets/address.ts';
import { repeatedDhcp } from '../../../src/roles/home-agent/dhcp-repeating.ts';
import { DHCP_TYPE, decodeDhcpRequest } from '../../../src/wire/dhcp.ts';
import { ip } from '../../addresses.ts';
import * as recorded from '../../wire/dhcp-recordings.ts';
import { configuration } from './scene.ts';

const RECORDED: Record<string, Uint8Array> = recorded;

const HOME_ADDRESS = ip('10.1.0.134');
const renewing = decodeDhcpRequest(recorded.UDHCPC_RENEWING);
const [network] = configuration.homeNetworks;

function repeated(request: typeof renewing, homeAddress = HOME_ADDRESS) {
  const message = repeatedDhcp(request, homeAddress, configuration);
  return message && { ...message, octets: decodeDhcpRequest(message.octets) };
}

describe('on the home link is said', () => {
  test.each(['UDHCPC_RENEWING', 'NETWORKD_RENEWING', 'DHCLIENT_RELEASE', 'NETWORKD_RELEASE'] as const)(
    '%s as it came, from our address there',
    (name) => {
      const request = decodeDhcpRequest(RECORDED[name] ?? new Uint8Array(0));
      const { interfaceIndex } = network ?? {};
      expect(repeated(request)).toEqual({ octets: request, source: ip('10.1.0.1'), interfaceIndex });
    },
  );

  test('INIT-REBOOT as by a client that has its address', () => {
    const { octets } = repeated(decodeDhcpRequest(recorded.DHCLIENT_INIT_REBOOT)) ?? {};
    expect(octets).toMatchObject({ clientAddress: HOME_ADDRESS, requestedAddress: undefined });
  });
});

test.each([
  ['of another address than its own', renewing, ip('10.1.0.5')],
  ['of an address that is no home address here', { ...renewing, clientAddress: ip('10.9.0.5') }, ip('10.9.0.5')],
  ['without any', { ...renewing, clientAddress: UNSPECIFIED_ADDRESS }, HOME_ADDRESS],
  ['that a relay agent has passed on', { ...renewing, relayAddress: ip('10.2.0.1') }, HOME_ADDRESS],
  ['DISCOVER', { ...renewing, type: DHCP_TYPE.discover }, HOME_ADDRESS],
  ['DECLINE', { ...renewing, type: DHCP_TYPE.decline }, HOME_ADDRESS],
])('DHCP is not said there: %s', (_what, request, homeAddress) => {
  expect(repeated(request, homeAddress)).toBeUndefined();
});

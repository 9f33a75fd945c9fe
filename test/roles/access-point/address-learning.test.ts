import { expect, test } from 'vitest';
import { addressEvidence, addressInDhcp } from '../../../src/roles/access-point/address-learning.ts';
import { DHCP_TYPE, decodeDhcpRequest } from '../../../src/wire/dhcp.ts';
import { decodeFrame } from '../../../src/wire/frames.ts';
import { ip } from '../../addresses.ts';
import { hex } from '../../hex.ts';
import * as recorded from '../../wire/dhcp-recordings.ts';
import { AWAY, arpRequest, OTHER, packet } from './scene.ts';

test('the sender of ARP and the source of IPv4 are evidence', () => {
  expect(addressEvidence(arpRequest({ address: AWAY }))).toEqual({ address: AWAY, learnedBy: 'arp' });
  expect(addressEvidence(arpRequest({ address: AWAY, operation: 'reply' }))).toEqual({
    address: AWAY,
    learnedBy: 'arp',
  });
  expect(addressEvidence(packet(AWAY))).toEqual({ address: AWAY, learnedBy: 'ipv4' });
});

test('an ARP sender that is not the sender of the frame is none', () => {
  expect(addressEvidence(arpRequest({ address: AWAY, claimedMac: OTHER }))).toBeUndefined();
});

test.each(['0.0.0.0', '127.0.0.1', '169.254.1.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'])(
  '%s is no evidence, for no station can have it',
  (text) => {
    expect(addressEvidence(arpRequest({ address: ip(text) }))).toBeUndefined();
    expect(addressEvidence(packet(ip(text)))).toBeUndefined();
  },
);

test('the first packet of a DHCP client without an address is none (as scapy writes it)', () => {
  const discover = hex(
    'ffffffffffff 021122334455 0800',
    '45 00 0020 0001 0000 40 11 7acd 00000000 ffffffff',
    '0044 0043 000c f84e 01010600',
  );
  expect(addressEvidence(decodeFrame(discover))).toBeUndefined();
});

test('the address that a DHCP client has, or had and wants again, is evidence (RFC 2131 §4.3.2)', () => {
  const address = ip('10.1.0.134');
  expect(addressInDhcp(decodeDhcpRequest(recorded.DHCLIENT_INIT_REBOOT))).toBe(address);
  expect(addressInDhcp(decodeDhcpRequest(recorded.NETWORKD_RENEWING))).toBe(address);
  expect(addressInDhcp({ ...decodeDhcpRequest(recorded.NETWORKD_RENEWING), type: DHCP_TYPE.inform })).toBe(address);
});

test('one that it has not yet, or gives back, is none', () => {
  for (const octets of [recorded.UDHCPC_DISCOVER, recorded.UDHCPC_SELECTING, recorded.DHCPCD_RELEASE]) {
    expect(addressInDhcp(decodeDhcpRequest(octets))).toBeUndefined();
  }
  const renewing = decodeDhcpRequest(recorded.UDHCPC_RENEWING);
  expect(addressInDhcp({ ...renewing, clientAddress: ip('0.0.0.0') })).toBeUndefined();
  expect(addressInDhcp({ ...renewing, clientAddress: ip('169.254.7.7') })).toBeUndefined();
});

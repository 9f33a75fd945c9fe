import { expect, test } from 'vitest';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeInterfaceAddress, encodeAddressesDump } from '../../src/wire/rtnetlink-address.ts';
import { ip } from '../addresses.ts';
import { hex, overwritten } from '../hex.ts';
import { ADDRESS, body, typeAndFlags } from './netlink-recordings.ts';

test('a recorded address', () => {
  expect(decodeInterfaceAddress(ADDRESS, true)).toEqual({
    interfaceIndex: 4,
    address: ip('10.2.0.1'),
    prefixLength: 24,
    broadcast: undefined,
    label: 'br-lan',
    isSecondary: false,
  });
});

test('on a point-to-point link the local address counts, not that of the peer', () => {
  const pointToPoint = hex('02 20 81 00 00000007 00080001 0a000002 00080002 0a000001 00080004 0a0000ff');
  expect(decodeInterfaceAddress(pointToPoint, false)).toMatchObject({
    interfaceIndex: 7,
    address: ip('10.0.0.1'),
    broadcast: ip('10.0.0.255'),
    isSecondary: true,
  });
});

test('a prefix longer than 32 is malformed, and an address of IPv6 is left out', () => {
  expect(() => decodeInterfaceAddress(overwritten(ADDRESS, 1, hex('21')), true)).toThrow(Malformed);
  expect(decodeInterfaceAddress(overwritten(ADDRESS, 0, hex('0a 40')), true)).toBeUndefined();
});

test('all IPv4 addresses are asked for', () => {
  const dump = encodeAddressesDump(false);
  expect(body(dump)).toEqual(hex('02000000 00000000'));
  expect(typeAndFlags(dump, false)).toEqual([22, 0x301]);
});

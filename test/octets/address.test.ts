import { describe, expect, test } from 'vitest';
import {
  BROADCAST_MAC,
  broadcastOf,
  contains,
  formatIpv4,
  formatMac,
  formatPrefix,
  type Ipv4Address,
  isGroupMac,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnicast,
  LIMITED_BROADCAST,
  type MacAddress,
  maskOf,
  parseIpv4,
  parseMac,
  prefixOf,
  readMac,
  UNSPECIFIED_ADDRESS,
  writeMac,
} from '../../src/octets/address.ts';
import { viewOf } from '../../src/octets/octets.ts';
import { ip, mac } from '../addresses.ts';
import { windowed } from '../hex.ts';

describe('IPv4 addresses', () => {
  test.each([
    ['0.0.0.0', 0],
    ['10.1.0.77', 0x0a01004d],
    ['127.255.255.255', 0x7fffffff],
    ['128.0.0.0', 0x80000000],
    ['255.255.255.255', 0xffffffff],
  ])('%s is an unsigned number and comes back as the same text', (text, number) => {
    expect(parseIpv4(text)).toBe(number);
    expect(formatIpv4(number as Ipv4Address)).toBe(text);
  });

  test.each([
    '',
    '10.1.0',
    '10.1.0.77.1',
    '10.1.0.256',
    '10.1.0.010',
    '10.1.0.00',
    '10.1.0.-1',
    '10.1.0.1 ',
    ' 10.1.0.1',
    '10.1.0.1\n',
    '10.1..1',
    '0x0a.1.0.1',
    '10.1.0.1e1',
    '10.1.0.1234',
    '١٠.1.0.1',
  ])('%j is no address', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  });

  test.each([
    ['0.0.0.0', false],
    ['0.1.2.3', false],
    ['1.0.0.1', true],
    ['10.1.0.77', true],
    ['126.255.255.255', true],
    ['127.0.0.1', false],
    ['169.253.0.1', true],
    ['169.254.0.1', false],
    ['169.255.0.1', true],
    ['192.168.1.1', true],
    ['223.255.255.254', true],
    ['224.0.0.1', false],
    ['239.255.255.255', false],
    ['240.0.0.1', false],
    ['255.255.255.255', false],
  ])('whether a station can have %s: %s', (text, expected) => {
    expect(isUnicast(ip(text))).toBe(expected);
  });

  test('multicast, link-local and loopback end where the next range begins', () => {
    expect(
      ['223.255.255.255', '224.0.0.0', '239.255.255.255', '240.0.0.0'].map((text) => isMulticast(ip(text))),
    ).toEqual([false, true, true, false]);
    expect(['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'].map((t) => isLinkLocal(ip(t)))).toEqual(
      [false, true, true, false],
    );
    expect(['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'].map((t) => isLoopback(ip(t)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isMulticast(LIMITED_BROADCAST)).toBe(false);
    expect(isUnicast(UNSPECIFIED_ADDRESS)).toBe(false);
  });
});

describe('prefixes', () => {
  test.each([
    ['192.168.200.9', 24, '192.168.200.0/24', '192.168.200.255'],
    ['10.1.2.3', 8, '10.0.0.0/8', '10.255.255.255'],
    ['10.1.2.3', 0, '0.0.0.0/0', '255.255.255.255'],
    ['223.1.2.3', 1, '128.0.0.0/1', '255.255.255.255'],
    ['10.1.2.3', 31, '10.1.2.2/31', '10.1.2.3'],
    ['200.1.2.3', 32, '200.1.2.3/32', '200.1.2.3'],
  ])('%s with %i bits lies in %s, whose broadcast address is %s', (address, length, text, broadcast) => {
    const prefix = prefixOf(ip(address), length);
    expect(formatPrefix(prefix)).toBe(text);
    expect(formatIpv4(broadcastOf(prefix))).toBe(broadcast);
    expect(contains(prefix, ip(address))).toBe(true);
    expect(contains(prefix, prefix.network)).toBe(true);
    expect(contains(prefix, broadcastOf(prefix))).toBe(true);
  });

  test('the addresses beside a prefix are not in it', () => {
    const prefix = prefixOf(ip('192.168.200.0'), 24);
    expect(contains(prefix, ip('192.168.199.255'))).toBe(false);
    expect(contains(prefix, ip('192.168.201.0'))).toBe(false);
  });

  test('a mask is unsigned at every length', () => {
    for (let length = 0; length <= 32; length++) expect(maskOf(length)).toBe(2 ** 32 - 2 ** (32 - length));
  });
});

describe('MAC addresses', () => {
  test.each([
    ['00:00:00:00:00:00', 0],
    ['02:11:22:33:44:55', 0x021122334455],
    ['ff:ff:ff:ff:ff:ff', BROADCAST_MAC],
  ])('%s is a number and comes back as the same text', (text, number) => {
    expect(parseMac(text)).toBe(number);
    expect(formatMac(number as MacAddress)).toBe(text);
  });

  test('capital letters are read and small ones written', () => {
    expect(formatMac(mac('0A:BC:DE:F0:12:34'))).toBe('0a:bc:de:f0:12:34');
  });

  test.each([
    '',
    '02:11:22:33:44',
    '02:11:22:33:44:55:66',
    '2:11:22:33:44:55',
    '02-11-22-33-44-55',
    '02:11:22:33:44:5g',
  ])('%j is no MAC address', (text) => {
    expect(parseMac(text)).toBeUndefined();
  });

  test('a group address has the lowest bit of its first octet set', () => {
    expect(isGroupMac(BROADCAST_MAC)).toBe(true);
    expect(isGroupMac(mac('01:00:5e:00:00:01'))).toBe(true);
    expect(isGroupMac(mac('33:33:00:00:00:01'))).toBe(true);
    expect(isGroupMac(mac('02:11:22:33:44:55'))).toBe(false);
    expect(isGroupMac(mac('fe:ff:ff:ff:ff:ff'))).toBe(false);
  });

  test.each(['ff:ff:ff:ff:ff:ff', '02:11:22:33:44:55', 'fe:dc:ba:98:76:54', '00:00:ff:ff:ff:ff', '80:00:00:00:00:00'])(
    '%s is written and read at any place of a buffer, and nothing beside it is touched',
    (text) => {
      const octets = windowed(new Uint8Array(10).fill(0xaa));
      writeMac(viewOf(octets), 2, mac(text));
      expect(readMac(viewOf(octets), 2)).toBe(parseMac(text));
      expect([octets[0], octets[1], octets[8], octets[9]]).toEqual([0xaa, 0xaa, 0xaa, 0xaa]);
    },
  );
});

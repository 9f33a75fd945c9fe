import { describe, expect, test } from 'vitest';
import { addressInHosts, readResolverConfiguration } from '../../src/clients/resolver-files.ts';
import { utf8Octets } from '../../src/octets/octets.ts';
import { ip } from '../addresses.ts';

const resolvers = (text: string) => readResolverConfiguration(utf8Octets(text));

describe('/etc/resolv.conf', () => {
  test('of OpenWrt', () => {
    expect(resolvers('search lan\nnameserver 127.0.0.1\nnameserver ::1\n')).toEqual({
      nameServers: [ip('127.0.0.1')],
      searchDomains: ['lan'],
    });
  });

  test('with comments, options, more servers than count, and two lines of which the last counts', () => {
    const text = `; by hand
# nameserver 192.0.2.9
domain old.example
search Campus.Example. b..d lan
  nameserver\t192.0.2.1  # the first
nameserver 192.0.2.2
nameserver 0.0.0.0
nameserver
options edns0
nameserver 192.0.2.3
nameserver 192.0.2.4`;
    expect(resolvers(text)).toEqual({
      nameServers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(ip),
      searchDomains: ['campus.example', 'lan'],
    });
  });

  test('that is not there', () => {
    expect(readResolverConfiguration(undefined)).toEqual({ nameServers: [], searchDomains: [] });
  });
});

describe('/etc/hosts', () => {
  const file = utf8Octets(`127.0.0.1 localhost
127.0.1.1\tap1.campus ap1
::1 localhost ap2
10.255.2.2  AP2.Campus. ap2 # ap9
# 10.255.9.9 ap9
fe80::1 ap3
10.255.3.2 ap3
10.255.3.3 ap3
nonsense ap4\n`);
  test.each([
    ['ap2', '10.255.2.2'],
    ['ap2.campus', '10.255.2.2'],
    ['ap3', '10.255.3.2'],
    ['localhost', '127.0.0.1'],
    ['ap1', undefined],
    ['ap4', undefined],
    ['ap9', undefined],
    ['10.255.3.2', undefined],
  ])('has %s at %s', (name, address) => {
    expect(addressInHosts(file, name)).toBe(address === undefined ? undefined : ip(address));
  });

  test('that is not there', () => {
    expect(addressInHosts(undefined, 'localhost')).toBeUndefined();
  });
});

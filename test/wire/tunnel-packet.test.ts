import { expect, test } from 'vitest';
import { internetChecksum } from '../../src/octets/octets.ts';
import { encodeTunnelPacket } from '../../src/wire/tunnel-packet.ts';
import { ip } from '../addresses.ts';
import { hex } from '../hex.ts';

const ends = { source: ip('10.255.2.2'), destination: ip('10.255.1.2') };
const inner = hex('45 00 0015 0000 0000 40 11 0000 0a01004d 0a010001 ee');

test('IP within IP: protocol 4, and the packet behind the header (RFC 2003 §3.1; the header as scapy writes it)', () => {
  const octets = encodeTunnelPacket({ ...ends, encapsulation: 'ipip', inner });
  expect(octets).toEqual(
    hex('45 00 0029 0000 0000 40 04 61d0 0aff0202 0aff0102', '4500001500000000401100000a01004d0a010001ee'),
  );
  expect(internetChecksum(octets.subarray(0, 20))).toBe(0);
});

test('GRE: protocol 47, no flags, and the type of IPv4 (RFC 2784 §2)', () => {
  const octets = encodeTunnelPacket({ ...ends, encapsulation: 'gre', inner });
  expect(octets.subarray(0, 10)).toEqual(hex('45 00 002d 0000 0000 40 2f'));
  expect(internetChecksum(octets.subarray(0, 20))).toBe(0);
  expect(octets.subarray(20, 24)).toEqual(hex('0000 0800'));
  expect(octets.subarray(24)).toEqual(inner);
});

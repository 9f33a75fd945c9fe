import { describe, expect, test } from 'vitest';
import {
  decodeLink,
  encodeLinkChange,
  encodeLinkQuery,
  encodeLinkRemoval,
  encodeLinksDump,
  encodeTunnelLink,
} from '../../src/wire/rtnetlink-link.ts';
import { mac } from '../addresses.ts';
import { hex } from '../hex.ts';
import { BRIDGE_FAMILY_LINK, BRIDGE_LINK, BYTE_ORDERS, body, PORT_LINK, typeAndFlags } from './netlink-recordings.ts';

const IPIP = { name: 'pmip0', encapsulation: 'ipip', mtuOctets: 1480 } as const;
const GRE = { name: 'pmip1', encapsulation: 'gre', mtuOctets: 1476 } as const;

describe('tunnel devices', () => {
  test('`ip link add pmip0 mtu 1480 up type ipip external` sends the same octets', () => {
    const octets = encodeTunnelLink(IPIP, true);
    expect(body(octets)).toEqual(
      hex(
        '0000 0000 00000000 01000000 01000000 08000400 c8050000 0a000300 706d697030000000',
        '1c001200 08000100 69706970 10000200 05000900 00000000 04001300',
      ),
    );
    // iproute2 asks for an acknowledgement (0x605); here the client does.
    expect(typeAndFlags(octets)).toEqual([0x10, 0x601]);
  });

  test('`ip link add pmip1 mtu 1476 up type gre external` sends the same octets', () => {
    expect(body(encodeTunnelLink(GRE, true))).toEqual(
      hex(
        '0000 0000 00000000 01000000 01000000 08000400 c4050000 0a000300 706d697031000000',
        '14001200 07000100 67726500 08000200 04001200',
      ),
    );
  });

  test('a device is changed by its name, where iproute2 looks up the index first', () => {
    expect(body(encodeLinkChange({ name: 'br-lan', mtuOctets: 1480 }, true))).toEqual(
      hex('0000 0000 00000000 01000000 01000000 08000400 c8050000 0b000300 62722d6c616e0000'),
    );
  });

  test('a device is removed and asked for by its name', () => {
    const removal = encodeLinkRemoval('pmip0', true);
    expect(body(removal)).toEqual(hex('00000000 00000000 00000000 00000000 0a000300 706d697030000000'));
    expect(typeAndFlags(removal)).toEqual([0x11, 1]);
    const query = encodeLinkQuery('veth0', true);
    // Statistics are not wanted (8), where iproute2 wants those of virtual functions too (9) and puts the mask first.
    expect(body(query)).toEqual(hex('00000000 00000000 00000000 00000000 0a000300 7665746830000000 08001d00 08000000'));
    expect(typeAndFlags(encodeLinksDump(true))).toEqual([0x12, 0x301]);
  });

  test.each(BYTE_ORDERS)('what is encoded $order is decoded $order', ({ littleEndian }) => {
    expect(decodeLink(body(encodeTunnelLink(GRE, littleEndian)), littleEndian)).toEqual({
      index: 0,
      name: 'pmip1',
      isUp: true,
      flags: 1,
      mtuOctets: 1476,
      mac: undefined,
      master: undefined,
      kind: 'gre',
    });
  });
});

describe('links of the kernel', () => {
  test('a recorded bridge', () => {
    expect(decodeLink(BRIDGE_LINK, true)).toEqual({
      index: 4,
      name: 'br-lan',
      isUp: true,
      flags: 0x11043,
      mtuOctets: 1500,
      mac: mac('9a:56:6f:58:8d:19'),
      master: undefined,
      kind: 'bridge',
    });
  });

  test('a recorded port of the bridge', () => {
    expect(decodeLink(PORT_LINK, true)).toMatchObject({ index: 2, name: 'veth1', master: 4, kind: 'veth' });
  });

  test('what the bridge says of its port is not a link', () => {
    expect(decodeLink(BRIDGE_FAMILY_LINK, true)).toBeUndefined();
  });
});

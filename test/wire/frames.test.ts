import { describe, expect, test } from 'vitest';
import type { Ipv4Address } from '../../src/octets/address.ts';
import { formatHex, internetChecksum, join } from '../../src/octets/octets.ts';
import { type ArpMessage, decodeFrame, encodeArpFrame, encodeUdpFrame } from '../../src/wire/frames.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { ip, mac } from '../addresses.ts';
import { hex, overwritten, windowed } from '../hex.ts';

const station = mac('02:11:22:33:44:55');
const agent = mac('02:aa:bb:cc:dd:ee');
const broadcast = mac('ff:ff:ff:ff:ff:ff');

// All frames below are as the scapy library writes them; tshark finds them in order.

const whoHas = hex(
  'ffffffffffff 021122334455 0806', //     Ethernet: everybody, station, ARP
  '0001 0800 06 04 0001', //               Ethernet, IPv4, address lengths, request
  '021122334455 0a01004d', //              sender 10.1.0.77
  '000000000000 0a010001', //              target 10.1.0.1
);
const isAt = hex(
  '021122334455 02aabbccddee 0806', //     Ethernet: station, agent, ARP
  '0001 0800 06 04 0002', //               reply
  '02aabbccddee 0a010001', //              sender 10.1.0.1
  '021122334455 0a01004d', //              target 10.1.0.77
  '000000000000000000000000000000000000', // padded to the least length of Ethernet
);
const registration = hex('01020258 0a01004d 0a010001 0a020001 e8fe8a0080000001');
const requestFrame = hex(
  '02aabbccddee 021122334455 0800', //     Ethernet: agent, station, IPv4
  '45 00 0034 0000 0000 ff 11 a768', //    length 52, TTL 255, UDP
  '0a01004d 0a020001', //                  10.1.0.77 to 10.2.0.1
  '01b2 01b2 0020 d34b', //                port 434 to 434, length 32
  '01020258 0a01004d 0a010001 0a020001 e8fe8a0080000001',
);
const replyWithoutChecksum = hex(
  '021122334455 02aabbccddee 0800',
  '45 00 0030 0007 0000 40 11 6666',
  '0a020001 0a01004d',
  '01b2 01b2 001c 0000', //                checksum 0: none
  '0300012c 0a01004d 0a010001 e8fe8a0080000001',
);
const withOptions = hex(
  '02aabbccddee 021122334455 0800',
  '46 00 0025 0009 0000 40 11 1964', //    header of 6 words
  '0a01004d c0000209',
  '94040000', //                           Router Alert
  '1388 0035 000d dbed',
  '68656c6c6f', //                         hello
);
const firstFragment = hex(
  '02aabbccddee 021122334455 0800',
  '45 00 002c 1234 2000 40 11 7c36', //    more fragments, offset 0
  '0a01004d c0000209',
  '1388 0035 0030 b610',
  '78787878787878787878787878787878',
);
const lastFragment = hex(
  '02aabbccddee 021122334455 0800',
  '45 00 002c 1234 0003 40 11 9c33', //    offset 24 octets
  '0a01004d c0000209',
  '787878787878787878787878787878787878787878787878',
);
const tcp = hex(
  '02aabbccddee 021122334455 0800',
  '45 00 0028 000a 4000 40 06 6e6f', //    do not fragment, TCP
  '0a01004d c0000209',
  '9c40 0050 00000001 00000000 5002 2000 26fa 0000',
);
const ipv6 = hex(
  '333300000001 021122334455 86dd',
  '60000000 0008 3a ff',
  'fe800000000000000000000000000001 ff020000000000000000000000000001',
  '8500 7d37 00000000',
);
const tagged = hex(
  '02aabbccddee 021122334455 8100 0005 0800',
  '4500001c00010000401166800a01004d0a020001 000100020008eb8a',
);

const arpRequest: ArpMessage = {
  operation: 'request',
  senderMac: station,
  senderAddress: ip('10.1.0.77'),
  targetMac: mac('00:00:00:00:00:00'),
  targetAddress: ip('10.1.0.1'),
};

describe('an ARP frame', () => {
  test('a request is read', () => {
    expect(decodeFrame(windowed(whoHas))).toEqual({
      destination: broadcast,
      source: station,
      payload: { kind: 'arp', arp: arpRequest },
    });
  });

  test('a reply is read, and padding behind it counts for nothing', () => {
    expect(decodeFrame(isAt)).toEqual({
      destination: station,
      source: agent,
      payload: {
        kind: 'arp',
        arp: {
          operation: 'reply',
          senderMac: agent,
          senderAddress: ip('10.1.0.1'),
          targetMac: station,
          targetAddress: ip('10.1.0.77'),
        },
      },
    });
  });

  test('what was read is written as the same octets', () => {
    for (const octets of [whoHas, isAt]) {
      const { destination, source, payload } = decodeFrame(octets);
      if (payload.kind !== 'arp') throw new Error(payload.kind);
      expect(formatHex(encodeArpFrame(destination, source, payload.arp))).toBe(formatHex(octets.subarray(0, 42)));
    }
  });

  test('cut at any length it is malformed', () => {
    for (let length = 0; length < whoHas.length; length++) {
      expect(() => decodeFrame(whoHas.subarray(0, length)), `${length} octets`).toThrow(Malformed);
    }
  });

  test.each([
    ['hardware that is not Ethernet', 14, '0006'],
    ['a protocol that is not IPv4', 16, '86dd'],
    ['longer hardware addresses', 18, '08'],
    ['longer protocol addresses', 19, '10'],
    ['operation 0', 20, '0000'],
    ['operation 3, of RARP', 20, '0003'],
  ])('with %s it is malformed', (_what, offset, digits) => {
    expect(() => decodeFrame(overwritten(whoHas, offset, hex(digits)))).toThrow(Malformed);
  });
});

describe('an IPv4 frame', () => {
  test('with UDP is read down to the datagram', () => {
    expect(decodeFrame(windowed(requestFrame))).toEqual({
      destination: agent,
      source: station,
      payload: {
        kind: 'ipv4',
        ipv4: {
          source: ip('10.1.0.77'),
          destination: ip('10.2.0.1'),
          timeToLive: 255,
          protocol: 17,
          udp: { sourcePort: 434, destinationPort: 434, octets: registration },
        },
      },
    });
  });

  test('with a UDP checksum of 0 is read: the sender made none', () => {
    expect(udpOf(replyWithoutChecksum)?.octets.length).toBe(20);
  });

  test('with options in its header is read behind them', () => {
    expect(udpOf(withOptions)).toEqual({ sourcePort: 5000, destinationPort: 53, octets: hex('68656c6c6f') });
  });

  test('padding of Ethernet is no part of the datagram', () => {
    expect(udpOf(join([withOptions, new Uint8Array(9)]))?.octets).toEqual(hex('68656c6c6f'));
  });

  test('a UDP length below that of the packet cuts the datagram', () => {
    expect(udpOf(overwritten(withOptions, 42, hex('000a')))?.octets).toEqual(hex('6865'));
  });

  test.each([
    ['a first fragment', firstFragment],
    ['a later fragment', lastFragment],
    ['a packet of TCP', tcp],
  ])('%s tells its addresses and has no datagram', (_what, octets) => {
    const { payload } = decodeFrame(octets);
    expect(payload).toMatchObject({ kind: 'ipv4', ipv4: { source: ip('10.1.0.77'), destination: ip('192.0.2.9') } });
    expect(udpOf(octets)).toBeUndefined();
  });

  test('cut within its headers it is malformed, cut behind them it still tells its addresses', () => {
    for (let length = 0; length < requestFrame.length; length++) {
      const cut = requestFrame.subarray(0, length);
      if (length < 34) expect(() => decodeFrame(cut), `${length} octets`).toThrow(Malformed);
      else {
        expect(decodeFrame(cut).payload).toMatchObject({ kind: 'ipv4', ipv4: { source: ip('10.1.0.77') } });
        expect(udpOf(cut)).toBeUndefined();
      }
    }
  });

  test.each([
    ['version 6', 14, '65'],
    ['version 0', 14, '05'],
    ['a header of 16 octets', 14, '44'],
    ['a total length below that of its header', 16, '0013'],
    ['a UDP length of 7', 38, '0007'],
    ['a UDP length behind its end', 38, '0021'],
    ['no room for a UDP header', 16, '001b'],
  ])('with %s it is malformed', (_what, offset, digits) => {
    expect(() => decodeFrame(overwritten(requestFrame, offset, hex(digits)))).toThrow(Malformed);
  });
});

describe('other frames', () => {
  test.each([
    ['IPv6', ipv6, 0x86dd],
    ['one with a VLAN tag', tagged, 0x8100],
    ['one of IEEE 802.3 with a length', hex('ffffffffffff 021122334455 0003 aaaa03'), 3],
    ['an Ethernet header and nothing else', hex('ffffffffffff 021122334455 888e'), 0x888e],
  ])('%s is neither ARP nor IPv4', (_what, octets, etherType) => {
    expect(decodeFrame(octets)).toMatchObject({ source: station, payload: { kind: 'other', etherType } });
  });
});

describe('a UDP frame is written', () => {
  const frame = {
    destinationMac: agent,
    sourceMac: station,
    source: ip('10.1.0.77'),
    destination: ip('10.2.0.1'),
    sourcePort: 434,
    destinationPort: 434,
    timeToLive: 255,
    octets: registration,
  };

  test('as scapy writes it, both checksums included', () => {
    expect(formatHex(encodeUdpFrame(frame))).toBe(formatHex(requestFrame));
  });

  test('with checksum ffff where the sum is zero, for 0 would say that there is none (RFC 768)', () => {
    const written = encodeUdpFrame({ ...frame, octets: hex('e825') });
    expect(formatHex(written)).toBe(
      formatHex(
        hex(
          '02aabbccddee 021122334455 0800',
          '45 00 001e 0000 0000 ff 11 a77e 0a01004d 0a020001',
          '01b2 01b2 000a ffff e825',
        ),
      ),
    );
  });

  test('with good checksums at every length and with the highest addresses', () => {
    for (let length = 0; length < 64; length++) {
      const source = ip('255.255.255.254');
      const octets = encodeUdpFrame({ ...frame, source, octets: new Uint8Array(length).fill(0xf1) });
      expect(internetChecksum(octets.subarray(14, 34))).toBe(0);
      const pseudoHeader = join([octets.subarray(26, 34), hex('0011'), octets.subarray(38, 40)]);
      const total = ~internetChecksum(pseudoHeader) & 0xffff;
      expect(internetChecksum(octets.subarray(34), total)).toBe(0);
      expect(udpOf(octets)?.octets.length).toBe(length);
    }
  });
});

function udpOf(octets: Uint8Array) {
  const { payload } = decodeFrame(octets);
  return payload.kind === 'ipv4' ? payload.ipv4.udp : undefined;
}

test('addresses with their highest bit set are read unsigned', () => {
  const { payload } = decodeFrame(overwritten(whoHas, 28, hex('c0a80107')));
  expect(payload).toMatchObject({ arp: { senderAddress: 0xc0a80107 as Ipv4Address } });
});

import { describe, expect, test } from 'vitest';
import type { MacAddress } from '../../src/octets/address.ts';
import { join, viewOf } from '../../src/octets/octets.ts';
import { agentFilter, MOST_UNIDENTIFIED_STATIONS, stationFilter } from '../../src/wire/packet-filter.ts';
import { mac } from '../addresses.ts';
import { hex } from '../hex.ts';
import { run } from './classic-bpf.ts';

/** What the kernel takes (BPF_MAXINSNS). */
const MOST_INSTRUCTIONS = 4096;

const stations = (count: number) =>
  Array.from({ length: count }, (_, index) => (0x02_00_00_00_00_00 + index) as MacAddress);
const frameFrom = (source: MacAddress, etherType: number) => {
  const octets = join([hex('ffffffffffff 000000000000 0000'), new Uint8Array(46)]);
  const view = viewOf(octets);
  view.setUint16(6, Math.floor(source / 2 ** 32));
  view.setUint32(8, source % 2 ** 32);
  view.setUint16(12, etherType);
  return octets;
};

describe.each([0, 1, 2, 250, 300])('with %i unidentified stations', (count) => {
  const unidentified = stations(count);
  const heard = Math.min(count, MOST_UNIDENTIFIED_STATIONS);
  const program = stationFilter(unidentified);
  const stranger = mac('fe:ff:ff:ff:ff:ff');

  test('the kernel takes the program', () => {
    expect(program.length).toBeLessThanOrEqual(MOST_INSTRUCTIONS);
    for (const instruction of program) {
      const [code, jumpTrue, jumpFalse, operand] = instruction;
      expect([code <= 0xffff, jumpTrue <= 255, jumpFalse <= 255, operand >= 0 && operand <= 0xffffffff]).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
    expect(program.at(-1)?.[0]).toBe(0x06);
  });

  test('ARP is kept whole, whoever sends it', () => {
    for (const source of [stranger, ...unidentified]) {
      expect(run(program, frameFrom(source, 0x0806))).toBeGreaterThanOrEqual(60);
    }
  });

  test('IPv4 is kept from these stations, as many as there is room for, and from no other', () => {
    const kept = unidentified.filter((source) => run(program, frameFrom(source, 0x0800)) >= 1514);
    expect(kept).toEqual(unidentified.slice(0, heard));
    expect(run(program, frameFrom(stranger, 0x0800))).toBe(0);
  });

  test('what this box sends is not kept', () => {
    for (const source of [stranger, ...unidentified.slice(0, 3)]) {
      for (const etherType of [0x0800, 0x0806]) {
        expect(run(program, frameFrom(source, etherType), { packetType: 4 })).toBe(0);
      }
    }
  });

  test('what is said to mobility agents is kept, whoever says it', () => {
    const said = ['11 0000 0a010063 0a020001 ffff 01b2 0020 0000', '01 0000 0a010063 e000000b 0a00 f5ff 00000000'];
    for (const rest of said) {
      const frame = hex(`021122334455 020000000a01 0800 4500 0040 0000 0000 01 ${rest} ${'00'.repeat(20)}`);
      expect(run(program, frame)).toBeGreaterThanOrEqual(1514);
    }
    const other = hex(`021122334455 020000000a01 0800 4500 0040 0000 0000 01 11 0000 0a010063 0a020001 ffff 01b3 0020`);
    expect(run(program, other)).toBe(0);
  });

  test('nothing else is kept, of these stations neither', () => {
    for (const etherType of [0x86dd, 0x8100, 0x888e, 0x0003, 0x0000, 0xffff]) {
      for (const source of [stranger, ...unidentified.slice(0, 3)]) {
        expect(run(program, frameFrom(source, etherType))).toBe(0);
      }
    }
  });

  test('a frame too short for its Ethernet header is dropped', () => {
    const frame = frameFrom(unidentified[0] ?? stranger, 0x0800);
    for (let length = 0; length < 14; length++) expect(run(program, frame.subarray(0, length))).toBe(0);
  });
});

describe('DHCP', () => {
  const program = stationFilter([]);
  const ipv4 = (rest: string, header = '45', fragment = '0000', protocol = '11') =>
    hex(
      `ffffffffffff 021122334455 0800 ${header} 00 0150 0000 ${fragment} 40 ${protocol} 0000 00000000 ffffffff ${rest}`,
    );

  test.each([
    ['to a server', ipv4('0044 0043 0138 0000')],
    ['from another port', ipv4('c000 0043 0138 0000')],
    ['with options in its IP header', ipv4('94040000 0044 0043 0138', '46')],
  ])('%s is kept whole, whoever sends it', (_what, frame) => {
    expect(run(program, frame)).toBeGreaterThanOrEqual(1514);
  });

  test.each([
    ['of a server', ipv4('0043 0044 0138 0000')],
    ['to port 67 by TCP', ipv4('0044 0043 0138 0000', '45', '0000', '06')],
    ['in a later fragment', ipv4('0044 0043 0138 0000', '45', '0001')],
    ['that ends before its ports', ipv4('0044 00')],
  ])('%s is not', (_what, frame) => {
    expect(run(program, frame)).toBe(0);
  });
});

test('all 48 bits of the source address count', () => {
  const station = mac('02:11:22:33:44:55');
  const program = stationFilter([station]);
  expect(run(program, frameFrom(station, 0x0800))).toBeGreaterThan(0);
  for (let bit = 0; bit < 48; bit++) {
    const isSet = Math.floor(station / 2 ** bit) % 2 === 1;
    const neighbour = (station + (isSet ? -1 : 1) * 2 ** bit) as MacAddress;
    expect(run(program, frameFrom(neighbour, 0x0800)), `bit ${bit}`).toBe(0);
  }
});

test('a station whose address has its highest bits set is found too', () => {
  const station = mac('fe:ff:ff:ff:ff:ff');
  expect(run(stationFilter([station]), frameFrom(station, 0x0800))).toBeGreaterThan(0);
});

describe('of a wired port', () => {
  const program = agentFilter();
  const AROUND = '0a0200fe 0a01004d';
  const packet = (rest: string, fragment = '0000', protocol = '11', header = '45') =>
    hex(`021122334455 020000000a01 0800 ${header} 00 0040 0000 ${fragment} 01 ${protocol} 0000 ${AROUND} ${rest}`);
  const advertisement = packet('09 00 8abe 01 02 001e', '0000', '01');
  const reply = packet('01b2 01b2 0020 0000 03');

  test('the kernel takes the program', () => {
    expect(program.every(([code, , , operand]) => code <= 0xffff && operand >= 0 && operand <= 0xffffffff)).toBe(true);
    expect(program.at(-1)?.[0]).toBe(0x06);
  });

  test.each([
    ['a router advertisement', advertisement],
    ['one with options in its IP header', packet('94040000 09 10 8abe', '0000', '01', '46')],
    ['one with as many options as there can be', packet(`${'01'.repeat(40)} 09 00 8abe`, '0000', '01', '4f')],
    ['a registration reply, to whatever port', packet('01b2 c000 0020 0000 03')],
    ['one with options in its IP header', packet('94040000 01b2 01b2 0020', '0000', '11', '46')],
    ['one that must not be fragmented', packet('01b2 01b2 0020', '4000')],
  ])('%s is kept whole', (_what, frame) => {
    expect(run(program, frame)).toBeGreaterThanOrEqual(1514);
  });

  test.each([
    ['a router solicitation', packet('0a 00 f5ff', '0000', '01')],
    ['an echo request', packet('08 00 f5ff', '0000', '01')],
    ['a registration request, to port 434 from another one', packet('c000 01b2 0020 0000 01')],
    ['TCP from port 434', packet('01b2 01b2 0020', '0000', '06')],
    ['what looks like a reply where the IP options are', packet('01b2 01b2 c000 c000', '0000', '11', '46')],
    ['a later fragment', packet('01b2 01b2 0020', '0001')],
    ['ARP', frameFrom(mac('02:00:00:00:0a:01'), 0x0806)],
    ['IPv6', frameFrom(mac('02:00:00:00:0a:01'), 0x86dd)],
  ])('%s is not', (_what, frame) => {
    expect(run(program, frame)).toBe(0);
  });

  test('what this box sends itself is not, nor what has a VLAN tag', () => {
    for (const frame of [advertisement, reply]) {
      for (const received of [0, 1, 2, 3]) expect(run(program, frame, { packetType: received })).toBeGreaterThan(0);
      expect(run(program, frame, { packetType: 4 })).toBe(0);
      expect(run(program, frame, { isVlanTagged: 1 })).toBe(0);
    }
  });

  test('a frame that ends too soon is not', () => {
    for (let length = 0; length < 35; length++) expect(run(program, advertisement.subarray(0, length))).toBe(0);
    for (let length = 0; length < 36; length++) expect(run(program, reply.subarray(0, length))).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import type { MacAddress } from '../../src/octets/address.ts';
import { join, viewOf } from '../../src/octets/octets.ts';
import { type Instruction, MOST_UNIDENTIFIED_STATIONS, stationFilter } from '../../src/wire/packet-filter.ts';
import { mac } from '../addresses.ts';
import { hex } from '../hex.ts';

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

/** Classic BPF as the kernel runs it, as far as these programs go; a load behind the end drops the frame. */
function run(program: readonly Instruction[], frame: Uint8Array): number {
  const view = viewOf(frame);
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const instruction = program[at];
    if (instruction === undefined) throw new Error(`the program runs on behind its end, to ${at}`);
    const [code, jumpTrue, jumpFalse, operand] = instruction;
    switch (code) {
      case 0x28:
        if (operand + 2 > frame.length) return 0;
        accumulator = view.getUint16(operand);
        break;
      case 0x20:
        if (operand + 4 > frame.length) return 0;
        accumulator = view.getUint32(operand);
        break;
      case 0x15:
        at += accumulator === operand ? jumpTrue : jumpFalse;
        break;
      case 0x06:
        return operand;
      default:
        throw new Error(`instruction ${code}`);
    }
  }
}

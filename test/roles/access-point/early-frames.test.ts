import { expect, test } from 'vitest';
import type { MacAddress } from '../../../src/octets/address.ts';
import { EarlyFrames } from '../../../src/roles/access-point/early-frames.ts';
import type { Frame } from '../../../src/wire/frames.ts';

function frameOf(source: number): Frame {
  return {
    source: source as MacAddress,
    destination: 0 as MacAddress,
    payload: { kind: 'other', etherType: 0x88cc },
  };
}

test('a frame that came before its station is there when the station comes, once', () => {
  const frames = new EarlyFrames<Frame>();
  const frame = frameOf(1);
  frames.keep(frame.source, frame, 'phy0-ap0', 1000);
  expect(frames.take(frame.source, 'phy0-ap0', 1500)).toBe(frame);
  expect(frames.take(frame.source, 'phy0-ap0', 1500)).toBeUndefined();
});

test('a frame of another interface, or of long ago, is not taken for the station', () => {
  const frames = new EarlyFrames<Frame>();
  frames.keep(1 as MacAddress, frameOf(1), 'phy0-ap0', 1000);
  expect(frames.take(1 as MacAddress, 'phy1-ap0', 1000)).toBeUndefined();
  frames.keep(1 as MacAddress, frameOf(1), 'phy0-ap0', 1000);
  expect(frames.take(1 as MacAddress, 'phy0-ap0', 3001)).toBeUndefined();
});

test('of many sources the latest sixty-four are kept', () => {
  const frames = new EarlyFrames<Frame>();
  for (let source = 0; source < 100; source++) frames.keep(source as MacAddress, frameOf(source), 'phy0-ap0', 0);
  expect(frames.take(35 as MacAddress, 'phy0-ap0', 0)).toBeUndefined();
  expect(frames.take(36 as MacAddress, 'phy0-ap0', 0)?.source).toBe(36);
});

// Classic BPF as the kernel runs it, as far as our programs go.

import { viewOf } from '../../src/octets/octets.ts';
import type { Instruction } from '../../src/wire/packet-filter.ts';

/** What the kernel knows of a frame besides its octets. */
type Ancillary = { readonly packetType?: number; readonly isVlanTagged?: number };

/** How many octets of the frame the program keeps. A load behind the end drops the frame. */
export function run(program: readonly Instruction[], frame: Uint8Array, ancillary: Ancillary = {}): number {
  const view = viewOf(frame);
  let accumulator = 0;
  let index = 0;
  for (let at = 0; ; at++) {
    const instruction = program[at];
    if (instruction === undefined) throw new Error(`the program runs on behind its end, to ${at}`);
    const [code, jumpTrue, jumpFalse, operand] = instruction;
    switch (code) {
      case 0x30:
      case 0x28:
      case 0x20:
      case 0x50:
      case 0x48: {
        const value = loaded(view, code, code >= 0x40 ? index + operand : operand, ancillary);
        if (value === undefined) return 0;
        accumulator = value;
        break;
      }
      case 0xb1:
        if (operand >= frame.length) return 0;
        index = (view.getUint8(operand) & 15) * 4;
        break;
      case 0x15:
        at += accumulator === operand ? jumpTrue : jumpFalse;
        break;
      case 0x45:
        at += (accumulator & operand) !== 0 ? jumpTrue : jumpFalse;
        break;
      case 0x06:
        return operand;
      default:
        throw new Error(`instruction ${code}`);
    }
  }
}

function loaded(view: DataView, code: number, offset: number, ancillary: Ancillary): number | undefined {
  if (offset === 0xffff_f004) return ancillary.packetType ?? 0;
  if (offset === 0xffff_f030) return ancillary.isVlanTagged ?? 0;
  const octets = code === 0x20 ? 4 : code === 0x28 || code === 0x48 ? 2 : 1;
  if (offset + octets > view.byteLength) return undefined;
  if (octets === 4) return view.getUint32(offset);
  return octets === 2 ? view.getUint16(offset) : view.getUint8(offset);
}

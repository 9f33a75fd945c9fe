// What the agents remember as the whole text that is written, and how many rows are in it.

import { encodeKeptState, type Remembered } from '../../src/daemon/kept-state.ts';

export function keptText(remembered: Remembered): { text: string; rows: number } {
  const pieces = encodeKeptState(remembered);
  let text = '';
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) return { text, rows: piece.value };
    text += piece.value;
  }
}

// The number of a report, which must be higher than that of any report of ours that anybody may still have. After a loss of
// memory the clock's seconds are higher where the clock was right both times; where it was not, others tell their number.

const HIGHEST = 0xffffffff;

export function nextGeneration(last: number, unixMs: number): number {
  return Math.min(HIGHEST, Math.max(last + 1, Math.floor(unixMs / 1000)));
}

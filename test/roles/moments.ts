import type { Moment } from '../../src/roles/role.ts';

/** What the wall clock shows when the monotonic one shows 0: 2023-11-14T22:13:20Z. */
export const EPOCH_UNIX_MS = 1_700_000_000_000;

/** A moment on both clocks. */
export function at(monotonicMs: number, clockErrorMs = 0): Moment {
  return { monotonicMs, unixMs: EPOCH_UNIX_MS + monotonicMs + clockErrorMs };
}

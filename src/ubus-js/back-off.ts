// Waiting times that double from attempt to attempt, up to a limit.

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5000;

/** How long to wait after this many failures in a row. */
export function backOffMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.min(Math.max(failures - 1, 0), 16), LONGEST_DELAY_MS);
}

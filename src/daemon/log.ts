// What of all that happens is said: from a level on, and never so often that whoever sends nonsense fills the log.

import type { Report } from '../roles/report.ts';
import type { Departure, LogLevel } from '../runtime/runtime.ts';
import { type LogLine, reportLine } from './report-text.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warning', 'notice', 'info', 'debug'];

/** Anybody can bring these about, with every packet. They are counted all the same. */
const PROVOKED: readonly Report['kind'][] = [
  'requestDenied',
  'requestDiscarded',
  'revocationDiscarded',
  'replyDiscarded',
  'mapMessageDiscarded',
  'associationRefused',
  'associationUnusable',
  'stationNotProxied',
];
/** They come with every renewal, and are said at level info: where that is not logged, no text is made of them. */
export const ROUTINE: readonly Report['kind'][] = ['bindingRenewed', 'visitorRenewed'];
const WINDOW_MS = 10_000;
const MOST_LINES_IN_WINDOW = 10;

type Window = { readonly beganAtMs: number; readonly lines: number };

export class Log {
  readonly #windows = new Map<Report['kind'], Window>();
  #least: LogLevel = 'notice';

  set least(level: LogLevel) {
    this.#least = level;
  }

  lines(lines: readonly LogLine[]): Departure[] {
    const said = lines.filter(({ level }) => this.#isSaid(level));
    return said.map(({ level, text }) => ({ kind: 'log', level, text }));
  }

  report(report: Report, nowMs: number): Departure[] {
    if (ROUTINE.includes(report.kind) && !this.#isSaid('info')) return [];
    if (!PROVOKED.includes(report.kind)) return this.lines([reportLine(report)]);
    const window = this.#windows.get(report.kind);
    const isNew = window === undefined || nowMs - window.beganAtMs >= WINDOW_MS;
    const lines = isNew ? 1 : window.lines + 1;
    this.#windows.set(report.kind, { beganAtMs: isNew ? nowMs : window.beganAtMs, lines });
    if (lines > MOST_LINES_IN_WINDOW) return [];
    if (lines < MOST_LINES_IN_WINDOW) return this.lines([reportLine(report)]);
    const text = `${report.kind}: more of these are counted, but not said for a while`;
    return this.lines([reportLine(report), { level: reportLine(report).level, text }]);
  }

  #isSaid(level: LogLevel): boolean {
    return LEVELS.indexOf(level) <= LEVELS.indexOf(this.#least);
  }
}

// Lines of the log: to standard error, or by their level to logd's socket, as syslog(3) does; where that cannot be had,
// to standard error all the same.

import * as ffi from 'quickjs-ffi';
import * as std from 'std';
import { utf8Octets } from '../../octets/octets.ts';
import type { LogLevel } from '../runtime.ts';

export const LOG_SOCKET_PATH = '/dev/log';
/** syslog.h: LOG_DAEMON, and the levels. */
const FACILITY = 3 << 3;
const PRIORITIES: Readonly<Record<LogLevel, number>> = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 };

export class SystemLog {
  readonly #path: string | undefined;
  #descriptor: number | undefined;

  /** Without a path: to standard error alone. */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  write(level: LogLevel, text: string): void {
    // logd may have been started anew since the last line.
    if (this.#path !== undefined && (this.#isSent(level, text) || this.#isSent(level, text))) return;
    // Whoever reads it there, procd for one, puts it into the same log, under the name of the engine.
    std.err.puts(`${this.#path === undefined ? '' : 'pmip: '}${level}: ${text}\n`);
    std.err.flush();
  }

  #isSent(level: LogLevel, text: string): boolean {
    try {
      this.#descriptor ??= ffi.unixDatagram(null, this.#path ?? null);
      const priority = `<${FACILITY + PRIORITIES[level]}>pmip: `;
      return ffi.send(this.#descriptor, utf8Octets(priority + text.replaceAll('\n', ' '))) > 0;
    } catch {
      if (this.#descriptor !== undefined) ffi.close(this.#descriptor);
      this.#descriptor = undefined;
      return false;
    }
  }
}

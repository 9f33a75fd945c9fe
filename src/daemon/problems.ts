// What is wrong now, in plain words, for `pmip status`; each is logged when it begins and when it ends.

import type { LogLine } from './report-text.ts';

export class Problems {
  readonly #byPart = new Map<string, string>();

  all(): string[] {
    return [...this.#byPart.values()];
  }

  /** A part of the daemon cannot do its work. The same words again are no news. */
  begin(part: string, text: string): LogLine[] {
    if (this.#byPart.get(part) === text) return [];
    this.#byPart.set(part, text);
    return [{ level: 'warning', text }];
  }

  end(part: string, text: string): LogLine[] {
    return this.#byPart.delete(part) ? [{ level: 'notice', text }] : [];
  }

  /** Makes these the problems of all parts that begin with `prefix`. */
  replace(prefix: string, texts: readonly string[]): LogLine[] {
    const parts = new Map(texts.map((text) => [`${prefix} ${text}`, text]));
    for (const part of this.#byPart.keys()) {
      if (part.startsWith(`${prefix} `) && !parts.has(part)) this.#byPart.delete(part);
    }
    return [...parts].flatMap(([part, text]) => this.begin(part, text));
  }
}

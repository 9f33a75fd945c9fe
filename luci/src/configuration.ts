// The package `pmip` as the browser has it, saved or not, checked by the daemon's own reader of the file.

import { readConfig } from '../../src/config/config.ts';
import { readValue } from '../../src/config/config-values.ts';
import type { OptionRow } from '../../src/config/options.ts';
import type { Problem } from '../../src/config/problem.ts';
import type { UciOption, UciSection } from '../../src/config/uci.ts';
import { byteString } from '../../src/config/uci-words.ts';
import { formatUci } from '../../src/config/uci-writer.ts';
import { allowedWords } from './option-words.ts';
import { phrase } from './phrase.ts';

export function configurationProblems(sections: readonly UciSectionValues[]): readonly Problem[] {
  return readConfig(formatUci(sections.map(uciSection))).problems;
}

/** What is wrong, without the line: what stands in the browser has none. */
export function problemText({ section, option, value, message }: Problem): string {
  const place = [section, option].filter((part) => part !== undefined).join('.');
  const shown = value === undefined ? place : `${place} '${value}'`;
  return shown === '' ? message : `${shown}: ${message}`;
}

/** True, or what would be right. */
export function checkValue(option: OptionRow, text: string): true | string {
  if (readValue(option.value, byteString(new TextEncoder().encode(text))) !== undefined) return true;
  return phrase(_('Allowed is %1'), allowedWords(option.value));
}

function uciSection(values: UciSectionValues): UciSection {
  const options = new Map<string, UciOption>();
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('.')) continue;
    const common = { line: 0, replacedLines: [] };
    if (Array.isArray(value)) options.set(name, { kind: 'list', values: value, ...common });
    else if (typeof value === 'string') options.set(name, { kind: 'option', value, ...common });
  }
  const { '.name': id, '.type': type, '.anonymous': isAnonymous } = values;
  return { type, name: isAnonymous === true ? undefined : id, id, line: 0, options };
}

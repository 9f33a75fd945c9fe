// One section read by its row of the table of options: typed values, and a report of whatever is not as the row says.

import { utf8Text } from '../octets/octets.ts';
import { allowedText, isSplitBySpace, readValue, type ValueOf } from './config-values.ts';
import type { OptionRow, SectionRow } from './options.ts';
import type { Report } from './problem.ts';
import type { UciOption, UciSection } from './uci.ts';
import { octetsOf } from './uci-words.ts';

type OptionValue<Row extends OptionRow> = Row extends { mostItems: number }
  ? readonly ValueOf<Row['value']>[]
  : Row extends { default: string } | { isRequired: true }
    ? ValueOf<Row['value']>
    : ValueOf<Row['value']> | undefined;

/** The values of a section by the properties that its rows name. */
export type SectionValues<Section extends SectionRow> = {
  readonly [Row in Section['options'][number] as Row['property']]: OptionValue<Row>;
};

/** Undefined where an option that the section cannot be without is missing or wrong. */
export function readSection<Row extends SectionRow>(
  row: Row,
  section: UciSection,
  report: Report,
): SectionValues<Row> | undefined {
  const values: Record<string, unknown> = {};
  let isUsable = true;
  for (const option of row.options) {
    const written = section.options.get(option.name);
    const value =
      option.mostItems === undefined ? readOne(option, written, report) : readItems(option, written, report);
    values[option.property] = value;
    if (value === undefined && isSpoilt(option, written)) isUsable = false;
    if (option.isRequired && written === undefined) reportMissing(option, section, report);
  }
  reportUnknown(row, section, report);
  return isUsable ? (values as SectionValues<Row>) : undefined;
}

function isSpoilt(option: OptionRow, written: UciOption | undefined): boolean {
  return option.isRequired === true || (option.spoilsSection === true && written !== undefined);
}

/** As text for a person; nothing of a key. */
export function shownValue(option: OptionRow, text: string): string | undefined {
  return option.isSecret ? undefined : utf8Text(octetsOf(text));
}

function readOne(option: OptionRow, written: UciOption | undefined, report: Report): unknown {
  const fallback = option.default === undefined ? undefined : readValue(option.value, option.default);
  if (written === undefined) return fallback;
  const texts = textsOf(written);
  const text = texts.at(-1) ?? '';
  const place = { line: written.line, option: option.name, value: shownValue(option, text) };
  if (texts.length > 1)
    report({ ...place, message: `${texts.length} values where one is allowed; the last one counts` });
  if (written.replacedLines.length > 0) report({ ...place, message: repeatedText(written) });
  const value = readValue(option.value, text);
  if (value !== undefined) return value;
  report({ ...place, message: `allowed is ${allowedText(option.value)}; ${insteadText(option)}` });
  return fallback;
}

function readItems(option: OptionRow, written: UciOption | undefined, report: Report): unknown[] {
  if (written === undefined) return [];
  const items: unknown[] = [];
  const seen = new Set<string>();
  for (const text of itemTextsOf(option, written)) {
    const place = { line: written.line, option: option.name, value: shownValue(option, text) };
    const value = readValue(option.value, text);
    if (value === undefined) {
      report({ ...place, message: `allowed is ${allowedText(option.value)}; this item is left out` });
    } else if (seen.has(text)) {
      report({ ...place, message: 'given twice; the first one counts' });
    } else if (items.length === option.mostItems) {
      report({ ...place, message: `at most ${option.mostItems} are allowed; this one is left out` });
    } else {
      items.push(value);
    }
    seen.add(text);
  }
  if (written.replacedLines.length > 0) {
    report({ line: written.line, option: option.name, value: undefined, message: repeatedText(written) });
  }
  return items;
}

function textsOf(written: UciOption): readonly string[] {
  return written.kind === 'list' ? written.values : [written.value];
}

/** `option` where a list is meant has one item, or several between spaces. */
function itemTextsOf(option: OptionRow, written: UciOption): readonly string[] {
  if (written.kind === 'list' || !isSplitBySpace(option.value)) return textsOf(written);
  return written.value.split(/[ \t\n]+/).filter((item) => item !== '');
}

function repeatedText(written: UciOption): string {
  return `given before on line ${written.replacedLines.join(', ')}; the last one counts`;
}

function insteadText(option: OptionRow): string {
  if (option.default !== undefined) return `'${option.default}' is used`;
  return option.isRequired || option.spoilsSection ? 'the section is left out' : 'the option is left out';
}

function reportMissing(option: OptionRow, section: UciSection, report: Report): void {
  const message = `missing: ${allowedText(option.value)}; the section is left out`;
  report({ line: section.line, option: option.name, value: undefined, message });
}

/** The value of an unknown option is not shown: it may be a key behind a mistyped name. */
function reportUnknown(row: SectionRow, section: UciSection, report: Report): void {
  const names = row.options.map((option) => option.name);
  for (const [name, option] of section.options) {
    if (names.includes(name)) continue;
    const message = `unknown option; ${row.type} has ${names.join(', ')}`;
    report({ line: option.line, option: name, value: undefined, message });
  }
}

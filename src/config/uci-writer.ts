// UCI sections as text: the file as libuci commits it, and the lines of `uci show`. Byte strings in and out, as uci.ts.

import type { UciOption, UciSection } from './uci.ts';

/** What `uci commit` writes; comments of the file that was read are lost. */
export function formatUci(sections: readonly UciSection[]): string {
  let text = '';
  for (const section of sections) {
    text += `\nconfig ${escapeQuotes(section.type)}${section.name === undefined ? '' : ` ${quote(section.name)}`}\n`;
    for (const [name, option] of section.options) {
      if (option.kind === 'option') text += `\toption ${name} ${quote(option.value)}\n`;
      else for (const value of option.values) text += `\tlist ${name} ${quote(value)}\n`;
    }
  }
  return `${text}\n`;
}

/** What `uci show PACKAGE` prints: each section as `@type[index]` or by its name, and its options. */
export function showUci(packageName: string, sections: readonly UciSection[], delimiter = ' '): string {
  const references = sectionReferences(sections);
  return sections.map((section) => showSection(packageName, section, references.get(section), delimiter)).join('');
}

/** `reference` stands for the section's id where it is given. */
export function showSection(packageName: string, section: UciSection, reference = section.id, delimiter = ' '): string {
  let text = `${packageName}.${reference}=${section.type}\n`;
  for (const [name, option] of section.options) {
    text += `${packageName}.${reference}.${name}=${showValue(option, delimiter)}\n`;
  }
  return text;
}

export function showValue(option: UciOption, delimiter = ' '): string {
  return option.kind === 'option' ? quote(option.value) : option.values.map(quote).join(delimiter);
}

/** How `uci show` calls each section: the index counts named sections of the type too. */
export function sectionReferences(sections: readonly UciSection[]): ReadonlyMap<UciSection, string> {
  const counts = new Map<string, number>();
  const references = new Map<UciSection, string>();
  for (const section of sections) {
    const index = counts.get(section.type) ?? 0;
    counts.set(section.type, index + 1);
    references.set(section, section.name ?? `@${section.type}[${index}]`);
  }
  return references;
}

export function quote(value: string): string {
  return `'${escapeQuotes(value)}'`;
}

function escapeQuotes(value: string): string {
  return value.replaceAll("'", "'\\''");
}

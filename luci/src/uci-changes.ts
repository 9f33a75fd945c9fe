// Brings sections into the package `pmip` that LuCI has loaded; saving and applying are left to the caller.

import type { WantedSection } from './pairing.ts';

export function putSections(wanted: readonly WantedSection[]): void {
  for (const section of wanted) putSection(section);
}

function putSection({ type, name, same, options, lists = {} }: WantedSection): void {
  const found = uci.sections('pmip', type).find((candidate) => isSame(candidate, same));
  const id = found?.['.name'] ?? uci.add('pmip', type, name);
  for (const [option, value] of Object.entries({ ...same, ...options })) uci.set('pmip', id, option, value);
  for (const [option, items] of Object.entries(lists)) {
    uci.set('pmip', id, option, [...new Set([...itemsOf(found?.[option]), ...items])]);
  }
}

function isSame(candidate: UciSectionValues, same: Readonly<Record<string, string>>): boolean {
  return Object.entries(same).every(([option, value]) => candidate[option] === value);
}

function itemsOf(value: UciSectionValues[string]): readonly string[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? [value] : [];
}

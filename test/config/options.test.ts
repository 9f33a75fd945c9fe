import { describe, expect, test } from 'vitest';
import { readValue } from '../../src/config/config-values.ts';
import { SECTIONS } from '../../src/config/options.ts';
import { isUciName, isUciType } from '../../src/config/uci.ts';

const rows = SECTIONS.flatMap((section) =>
  section.options.map((option) => ({ title: `${section.type}.${option.name}`, ...option })),
);

describe('the table of options', () => {
  test('names no section, option or property twice', () => {
    expect(new Set(SECTIONS.map((section) => section.type)).size).toBe(SECTIONS.length);
    for (const section of SECTIONS) {
      expect(new Set(section.options.map((option) => option.name)).size).toBe(section.options.length);
      expect(new Set(section.options.map((option) => option.property)).size).toBe(section.options.length);
    }
  });

  test('uses only names that uci takes', () => {
    expect(SECTIONS.filter((section) => !isUciType(section.type))).toEqual([]);
    expect(rows.filter((row) => !isUciName(row.name))).toEqual([]);
  });

  test.each(rows.filter((row) => row.default !== undefined))('$title has a default of its own kind', (row) => {
    expect(readValue(row.value, row.default ?? '')).not.toBeUndefined();
    expect(row.isRequired).toBeUndefined();
    expect(row.mostItems).toBeUndefined();
  });

  test.each(rows)('$title explains itself in one sentence of one line', (row) => {
    expect(row.help).toMatch(/^[A-Za-z0-9][^\n]{5,118}\.$/);
  });

  test('keeps every key and secret out of sight', () => {
    const secrets = rows.filter((row) => ['asciiKey', 'hexKey', 'secret'].includes(row.value.kind));
    expect(secrets).toHaveLength(6);
    expect(secrets.filter((row) => !row.isSecret)).toEqual([]);
  });

  test('puts the unit of a number at the end of its property', () => {
    for (const row of rows) {
      const unit = row.value.kind === 'integer' ? row.value.unit : undefined;
      expect(row.property.endsWith('Seconds')).toBe(unit === 'seconds');
    }
  });
});

// Answers of the daemon as tables that a person likes to read.

import type { Plain, PlainTable } from '../ubus-js/blobmsg.ts';

/** Single values as a list, rows of the same kind as a table with aligned columns. */
export function formatAnswer(answer: PlainTable): string {
  const parts: string[] = [];
  const values = Object.entries(answer).filter(([, value]) => !Array.isArray(value));
  const width = Math.max(0, ...values.map(([name]) => name.length));
  if (values.length > 0)
    parts.push(values.map(([name, value]) => `${title(name).padEnd(width)}  ${text(value)}\n`).join(''));
  for (const [name, rows] of Object.entries(answer)) {
    if (Array.isArray(rows)) parts.push(formatRows(name, rows));
  }
  return parts.join('\n');
}

function formatRows(name: string, rows: readonly Plain[]): string {
  const heading = `${title(name)} (${rows.length})\n`;
  if (!rows.every(isTable)) return heading + rows.map((row) => `  ${text(row)}\n`).join('');
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns.map(title), ...rows.map((row) => columns.map((column) => text(row[column] ?? '-')))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const format = (line: readonly string[]) => line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ');
  return heading + (rows.length === 0 ? '' : lines.map((line) => `  ${format(line).trimEnd()}\n`).join(''));
}

function title(name: string): string {
  return name.replaceAll('_', ' ');
}

function text(value: Plain): string {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** An SSID may hold any octets: what would end the line or drive the terminal is written as its number. */
function printable(value: string): string {
  return value.replaceAll(/\p{Cc}/gu, (character) => {
    const number = character.charCodeAt(0).toString(16);
    return `\\x${number.padStart(2, '0')}`;
  });
}

function isTable(value: Plain): value is PlainTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

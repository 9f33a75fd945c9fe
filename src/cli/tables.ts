// Rows as a table that a person likes to read: aligned by what is printed, colours where there is a terminal.

import type { Plain, PlainTable } from '../ubus-js/blobmsg.ts';

export type Colour = 'good' | 'middling' | 'bad' | 'heading' | 'faint';
/** Puts colour around a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;
export type Cell = string | { readonly text: string; readonly colour: Colour };
export type Column = {
  readonly heading: string;
  readonly cell: (row: PlainTable) => Cell;
  /** Numbers stand under each other by their ends. */
  readonly isNumber?: true;
};

const COLOUR_CODES: Readonly<Record<Colour, number>> = { good: 32, middling: 33, bad: 31, heading: 1, faint: 2 };

export const paintTerminal: Paint = (colour, text) => `\x1b[${COLOUR_CODES[colour]}m${text}\x1b[0m`;
export const paintNothing: Paint = (_colour, text) => text;

/** A column in which nothing stands is left out; without rows there is no table. */
export function formatTable(columns: readonly Column[], rows: readonly PlainTable[], paint: Paint): string {
  const table = columns.map(({ heading, cell, isNumber }) => {
    const cells = rows.map((row) => cell(row)).map((each) => (typeof each === 'string' ? { text: each } : each));
    const width = Math.max(widthOf(heading), ...cells.map(({ text }) => widthOf(text)));
    return { heading, cells, width, isNumber, isEmpty: cells.every(({ text }) => text === '') };
  });
  const shown = table.filter(({ isEmpty }) => !isEmpty);
  const lineOf = (cellOf: (column: (typeof shown)[number]) => { text: string; colour?: Colour } | undefined) => {
    const cells = shown.map((column, index) => {
      const { text, colour } = cellOf(column) ?? { text: '' };
      const blanks = ' '.repeat(column.width - widthOf(text));
      const painted = colour === undefined ? text : paint(colour, text);
      if (column.isNumber) return blanks + painted;
      return index === shown.length - 1 ? painted : painted + blanks;
    });
    return `  ${cells.join('  ')}`.trimEnd();
  };
  const heading = lineOf((column) => ({ text: column.heading, colour: 'faint' }));
  return [heading, ...rows.map((_, index) => lineOf(({ cells }) => cells[index]))].map((line) => `${line}\n`).join('');
}

/** An SSID may hold any octets: what would end the line or drive the terminal is written as its number. */
export function printable(value: Plain | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const number = character.charCodeAt(0).toString(16);
    return `\\x${number.padStart(2, '0')}`;
  });
}

/** The two largest units that say something. */
export function formatDuration(seconds: number): string {
  const units = [
    { name: 'd', length: 86_400 },
    { name: 'h', length: 3600 },
    { name: 'min', length: 60 },
    { name: 's', length: 1 },
  ];
  const first = units.findIndex(({ length }) => seconds >= length);
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const { name, length } of units.slice(first === -1 ? -1 : first).slice(0, 2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 || parts.length === 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}

/** By characters; a letter of double width is beyond it. */
function widthOf(text: string): number {
  return [...text].length;
}

// Which rows of a table are shown, and in what order: those with the text that is looked for, by the column that was
// chosen, and no more than a browser draws at once without stuttering.

import { type Cell, cellText, type Row, type Table } from './tables.ts';

export type Order = { readonly column: number; readonly isDescending: boolean };
export type Choice = { readonly text: string; readonly order: Order | undefined; readonly mostRows: number };

export const MOST_ROWS = 100;

export function chosenRows(table: Table, { text, order, mostRows }: Choice): { rows: readonly Row[]; left: number } {
  const wanted = text.trim().toLowerCase();
  const found =
    wanted === ''
      ? [...table.rows]
      : table.rows.filter(({ cells }) => cells.some((cell) => cellText(cell).toLowerCase().includes(wanted)));
  if (order !== undefined) {
    const sign = order.isDescending ? -1 : 1;
    found.sort((a, b) => sign * compare(a.cells[order.column], b.cells[order.column]));
  }
  return { rows: found.slice(0, mostRows), left: Math.max(0, found.length - mostRows) };
}

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** By the numbers in it, so that 10.1.0.9 stands before 10.1.0.10. */
function compare(a: Cell | undefined, b: Cell | undefined): number {
  const [first, second] = [numberOf(a), numberOf(b)];
  if (first !== undefined || second !== undefined) return (first ?? -1) - (second ?? -1);
  return words.compare(a === undefined ? '' : cellText(a), b === undefined ? '' : cellText(b));
}

function numberOf(cell: Cell | undefined): number | undefined {
  return typeof cell === 'object' && cell.kind === 'number' ? cell.value : undefined;
}

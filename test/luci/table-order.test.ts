import './english.ts';
import { expect, test } from 'vitest';
import { chosenRows, MOST_ROWS } from '../../luci/src/table-order.ts';
import type { Cell, Table } from '../../luci/src/tables.ts';

const table = (cells: readonly (readonly Cell[])[]): Table => ({
  id: 'stations',
  title: '',
  columns: ['a', 'b'],
  rows: cells.map((row, index) => ({ key: String(index), cells: row })),
  whenEmpty: '',
});
const number = (value: number | undefined): Cell => ({ kind: 'number', value, text: String(value ?? '') });
const keys = (of: Table, choice: Partial<Parameters<typeof chosenRows>[1]>) =>
  chosenRows(of, { text: '', order: undefined, mostRows: MOST_ROWS, ...choice }).rows.map(({ key }) => key);

test('addresses are ordered by their numbers', () => {
  const addresses = table([['10.1.0.10'], ['10.1.0.9'], ['10.1.0.100']]);
  expect(keys(addresses, { order: { column: 0, isDescending: false } })).toEqual(['1', '0', '2']);
});

test('numbers are ordered as such, those that are missing first', () => {
  const numbers = table([[number(9)], [number(undefined)], [number(10)]]);
  expect(keys(numbers, { order: { column: 0, isDescending: true } })).toEqual(['2', '0', '1']);
});

test('a text is found in any column, whatever its case', () => {
  const station: Cell = { kind: 'station', key: 'k', text: "Anna's phone" };
  expect(
    keys(
      table([
        ['x', station],
        ['y', 'z'],
      ]),
      { text: ' anna' },
    ),
  ).toEqual(['0']);
});

test('what is more than may be shown is counted', () => {
  const many = table(Array.from({ length: 7 }, (_, index) => [String(index)]));
  expect(chosenRows(many, { text: '', order: undefined, mostRows: 5 })).toMatchObject({ left: 2 });
  expect(chosenRows(many, { text: '6', order: undefined, mostRows: 5 })).toMatchObject({ left: 0 });
});

import './english.ts';
import { expect, test } from 'vitest';
import { cellText, outageText, TABLES, tableOf } from '../../luci/src/tables.ts';
import { twoAccessPoints } from '../browser/answers.ts';
import { answersWith } from './answers.ts';

const daemon = twoAccessPoints();
const of = (method: string, name: string) => ((daemon[method]?.({}) ?? {}) as Record<string, never>)[name];
const answers = answersWith({
  stations: of('stations', 'stations') ?? [],
  visitors: of('visitors', 'visitors') ?? [],
  bindings: of('bindings', 'bindings') ?? [],
  agents: of('agents', 'agents') ?? [],
  map: of('subnet_map', 'rows') ?? [],
  counters: daemon.counters?.({}) as Record<string, number>,
});

test.each(TABLES)('each row of the table of %s has a cell for each column, and a key of its own', (id) => {
  for (const mayClear of [true, false]) {
    const { columns, rows } = tableOf(id, answers, mayClear);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ cells }) => cells.length)).toEqual(rows.map(() => columns.length));
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  }
});

test.each(TABLES)('the table of %s says what it means that it is empty', (id) => {
  expect(tableOf(id, answersWith({}), true)).toMatchObject({ rows: [], whenEmpty: expect.stringMatching(/\.$/) });
});

test('a registration can be ended only by who may', () => {
  const clears = (mayClear: boolean) =>
    tableOf('bindings', answers, mayClear)
      .rows.flatMap(({ cells }) => cells)
      .filter((cell) => typeof cell === 'object' && cell.kind === 'clear');
  expect([clears(true).length, clears(false).length]).toEqual([1, 0]);
});

test('a conflict of the map stands beside where the row is from', () => {
  const map = [{ network: '10.1.0.0/24', home_agent: '10.1.0.1', origin: 'learned', conflict: 'two home agents' }];
  expect(tableOf('map', answersWith({ map }), false).rows[0]?.cells.map(cellText)).toContain(
    'learned; two home agents',
  );
});

test('counters may be numbers, or tables of the kernel', () => {
  const { rows } = tableOf('counters', answersWith({ counters: { b: 2, a: { dropped: 1 } } }), false);
  expect(rows.map(({ cells }) => cells.map(cellText))).toEqual([
    ['a', '{"dropped":1}'],
    ['b', '2'],
  ]);
});

test('an outage below ten milliseconds has a digit more', () => {
  expect([outageText(7.44), outageText(23.4)]).toEqual(['7.4 ms', '23 ms']);
});

// A table as LuCI's themes draw them: `data-title` is what a phone shows beside each cell.

import { glyph } from './drawing-card.ts';
import { element, svgElement } from './element.ts';
import { phrase } from './phrase.ts';
import type { StationState } from './station-places.ts';
import { type Choice, chosenRows } from './table-order.ts';
import { type Cell, cellText, type Table } from './tables.ts';

export function tableView(table: Table, choice: Choice): HTMLElement {
  const { rows, left } = chosenRows(table, choice);
  const isEmpty = table.rows.length === 0;
  return element(
    'div',
    { 'data-key': `table ${table.id}`, role: 'tabpanel', 'aria-label': table.title },
    element(
      'table',
      { class: 'table cbi-section-table' },
      element(
        'tr',
        { class: 'tr table-titles', 'data-key': 'titles' },
        ...table.columns.map((title, index) => heading(title, index, choice)),
      ),
      ...rows.map(({ key, cells }, index) =>
        element(
          'tr',
          { class: `tr cbi-rowstyle-${(index % 2) + 1}`, 'data-key': `row ${key}` },
          ...cells.map((cell, column) => cellView(cell, table.columns[column] ?? '')),
        ),
      ),
      rows.length === 0 &&
        element(
          'tr',
          { class: 'tr placeholder', 'data-key': 'placeholder' },
          element(
            'td',
            { class: 'td', colspan: table.columns.length },
            element('em', {}, isEmpty ? table.whenEmpty : _('No row has this text.')),
          ),
        ),
    ),
    left > 0 &&
      element(
        'button',
        { class: 'btn cbi-button', type: 'button', 'data-act': 'all' },
        phrase(_('Show %1 more rows'), left),
      ),
  );
}

/** Sorts when pressed. */
function heading(title: string, column: number, { order }: Choice): HTMLElement {
  const isSorted = order?.column === column;
  const direction = order?.isDescending ? 'descending' : 'ascending';
  return element(
    'th',
    { class: 'th', scope: 'col', 'aria-sort': isSorted && direction },
    title !== '' &&
      element(
        'button',
        { class: 'pmip-sort', type: 'button', 'data-sort': column },
        title,
        isSorted && (order.isDescending ? ' ▾' : ' ▴'),
      ),
  );
}

/** IPv4 and MAC addresses, networks: not broken into two lines. */
const ADDRESS = /^[\da-f.:/]{7,18}$/i;

function cellView(cell: Cell, title: string): HTMLElement {
  const isAddress = ADDRESS.test(cellText(cell));
  const attributes = { class: isAddress ? 'td pmip-address' : 'td', 'data-title': title };
  return cell === '' ? element('td', attributes) : element('td', attributes, cellContent(cell));
}

function cellContent(cell: Cell): Node | string {
  if (typeof cell === 'string') return cell;
  switch (cell.kind) {
    case 'station':
      return element('button', { class: 'pmip-open', type: 'button', 'data-station': cell.key }, cell.text);
    case 'state':
      return stateMark(cell.state, cell.text, cell.isPending);
    case 'number':
      return cell.text;
    case 'clear': {
      const label = phrase(_('End the registration of %1'), cell.homeAddress);
      return element(
        'button',
        {
          class: 'btn cbi-button cbi-button-remove',
          type: 'button',
          'data-clear': cell.homeAddress,
          'aria-label': label,
          title: label,
        },
        _('End it'),
      );
    }
  }
}

/** The shape that the drawing has for a state, and its words. */
export function stateMark(state: StationState, text: string, isPending = false): HTMLElement {
  const shape = svgElement(
    'svg',
    { width: 14, height: 14, viewBox: '-7 -7 14 14', 'aria-hidden': 'true' },
    glyph(state, 5, isPending),
  );
  return element('span', { class: 'pmip-mark' }, shape, text);
}

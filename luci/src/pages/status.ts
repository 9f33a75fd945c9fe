'require view';
'require poll';
'require rpc';
'require ui';
'require uci';

// The status page. One function draws all of it from the daemon's last answers and from what the user has chosen; the page
// that is shown is brought up to date from what it draws.

import { networkOf } from '../access-points.ts';
import type { Answers, BssAnswer, Outcome } from '../answers.ts';
import { drawing } from '../drawing.ts';
import { element, update } from '../element.ts';
import { setPaused } from '../pause.ts';
import { phrase, spanText } from '../phrase.ts';
import { askClear, askStatus } from '../questions.ts';
import { StationDialog } from '../station-dialog.ts';
import { stationPlaces } from '../station-places.ts';
import styles from '../style.css';
import { type Choice, MOST_ROWS } from '../table-order.ts';
import { stateMark, tableView } from '../table-view.ts';
import { TABLES, type TableId, tableOf } from '../tables.ts';
import { STATES, stateText } from '../words.ts';

const EVERYTHING: Choice = { text: '', order: undefined, mostRows: MOST_ROWS };
/** Before the page is shown it has no width. */
const FIRST_WIDTH = 900;

class StatusPage {
  readonly root = element('div', { class: 'pmip' });
  readonly #mayWrite = L.hasViewPermission() === true;
  #outcome: Outcome;
  #width = FIRST_WIDTH;
  #table: TableId = 'stations';
  #choice = EVERYTHING;
  #dialog: StationDialog | undefined;

  constructor(outcome: Outcome) {
    this.#outcome = outcome;
    this.root.addEventListener('click', (event) => this.#pressed(event));
    this.root.addEventListener('keydown', (event) => this.#keyed(event));
    this.root.addEventListener('input', (event) => this.#typed(event));
    new ResizeObserver(([entry]) => this.#resized(entry?.contentRect.width ?? 0)).observe(this.root);
    this.#draw();
  }

  async refresh(): Promise<void> {
    this.#outcome = await askStatus();
    this.#draw();
    if (this.#dialog?.isOpen) await this.#dialog.refresh(this.#placeOf(this.#dialog.key), this.#bsses());
  }

  #draw(): void {
    update(this.root, element('div', { class: 'pmip' }, element('style', {}, styles), ...this.#content()));
  }

  #content(): HTMLElement[] {
    const outcome = this.#outcome;
    if (outcome.kind !== 'answered') return [element('h2', {}, _('Proxy Mobile IP')), withoutAnswers(outcome)];
    const { answers } = outcome;
    return [
      element('h2', {}, _('Proxy Mobile IP')),
      this.#bar(answers),
      ...problemsView(answers),
      element('div', { 'data-key': 'drawing' }, drawing(networkOf(answers), this.#width)),
      legend(),
      this.#tabs(answers),
      this.#search(),
      tableView(tableOf(this.#table, answers, this.#mayWrite), this.#choice),
    ];
  }

  #bar({ status }: Answers): HTMLElement {
    const isPaused = status.paused === true;
    return element(
      'div',
      { class: 'pmip-bar', 'data-key': 'bar' },
      element('span', {}, summaryText(status)),
      this.#mayWrite &&
        status.enabled === true &&
        element(
          'button',
          { class: 'btn cbi-button', type: 'button', 'data-act': isPaused ? 'resume' : 'pause' },
          isPaused ? _('Resume') : _('Pause'),
        ),
      this.#mayWrite &&
        status.enabled !== true &&
        element(
          'a',
          { class: 'btn cbi-button cbi-button-apply', href: L.url('admin/network/pmip/assistant') },
          _('Set it up'),
        ),
    );
  }

  #tabs(answers: Answers): HTMLElement {
    return element(
      'ul',
      { class: 'cbi-tabmenu pmip-tabs', role: 'tablist', 'data-key': 'tabs' },
      ...TABLES.map((id) => {
        const isChosen = id === this.#table;
        const { title, rows } = tableOf(id, answers, false);
        const link = element(
          'a',
          { role: 'tab', tabindex: 0, 'data-table': id, 'aria-selected': String(isChosen) },
          `${title} `,
          id !== 'counters' && element('span', { class: 'pmip-count' }, String(rows.length)),
        );
        return element('li', { class: isChosen ? 'cbi-tab' : 'cbi-tab-disabled', role: 'presentation' }, link);
      }),
    );
  }

  #search(): HTMLElement {
    return element(
      'div',
      { 'data-key': `search ${this.#table}`, class: 'pmip-find' },
      element('input', {
        class: 'cbi-input-text',
        type: 'search',
        'data-act': 'search',
        placeholder: _('Find in the table…'),
        'aria-label': _('Find in the table…'),
      }),
    );
  }

  #pressed(event: Event): void {
    if (!(event.target instanceof Element)) return;
    const pressed = event.target.closest('[data-station],[data-table],[data-sort],[data-clear],[data-act]');
    const { station, table, sort, clear, act } = (pressed as HTMLElement | SVGElement | null)?.dataset ?? {};
    if (station !== undefined) this.#open(station);
    else if (table !== undefined) this.#chooseTable(table as TableId);
    else if (sort !== undefined) this.#sortBy(Number(sort));
    else if (clear !== undefined) void this.#attempt(() => askClear(clear));
    else if (act === 'all') this.#choose({ mostRows: Number.POSITIVE_INFINITY });
    else if (act === 'pause' || act === 'resume') void this.#attempt(() => setPaused(act === 'pause'));
  }

  /** What is no button of HTML is pressed by these keys too. */
  #keyed(event: KeyboardEvent): void {
    if (!(event.target instanceof Element) || event.target instanceof HTMLButtonElement) return;
    if ((event.key !== 'Enter' && event.key !== ' ') || event.target.closest('[role=button],[role=tab]') === null)
      return;
    event.preventDefault();
    this.#pressed(event);
  }

  #typed({ target }: Event): void {
    if (target instanceof HTMLInputElement && target.dataset.act === 'search') this.#choose({ text: target.value });
  }

  #resized(width: number): void {
    if (width < 1 || Math.abs(width - this.#width) < 1) return;
    this.#width = width;
    this.#draw();
  }

  #open(key: string): void {
    const place = this.#placeOf(key);
    if (place === undefined) return;
    this.#dialog = new StationDialog(place, this.#bsses(), styles);
    void this.#dialog.refresh(place, this.#bsses());
  }

  #bsses(): readonly BssAnswer[] {
    return this.#outcome.kind === 'answered' ? (this.#outcome.answers.status.bss ?? []) : [];
  }

  #placeOf(key: string) {
    if (this.#outcome.kind !== 'answered') return undefined;
    return stationPlaces(this.#outcome.answers).find((place) => place.key === key);
  }

  #chooseTable(table: TableId): void {
    this.#table = table;
    this.#choice = EVERYTHING;
    this.#draw();
  }

  #sortBy(column: number): void {
    const isDescending = this.#choice.order?.column === column && !this.#choice.order.isDescending;
    this.#choose({ order: { column, isDescending } });
  }

  #choose(part: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...part };
    this.#draw();
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      ui.addNotification(null, [element('p', {}, text)], 'error');
    }
    await this.refresh();
  }
}

function summaryText({ enabled, paused, version, uptime_seconds: uptime }: Answers['status']): string {
  const state =
    enabled !== true
      ? _('Switched off: no station is taken in.')
      : paused === true
        ? _('Paused: stations are not proxied; agents and map go on.')
        : _('Running: stations that roam keep their addresses.');
  const details = [
    ...(version === undefined ? [] : [`pmip ${version}`]),
    ...(uptime === undefined ? [] : [phrase(_('up for %1'), spanText(uptime))]),
  ];
  return details.length === 0 ? state : `${state} (${details.join(', ')})`;
}

function problemsView({ status }: Answers): HTMLElement[] {
  const problems = status.problems ?? [];
  if (problems.length === 0) return [];
  return [
    element(
      'div',
      { class: 'alert-message warning', role: 'status', 'data-key': 'problems' },
      element('h4', {}, _('Needs attention')),
      element('ul', {}, ...problems.map((problem) => element('li', {}, String(problem)))),
    ),
  ];
}

function legend(): HTMLElement {
  return element(
    'div',
    { class: 'pmip-legend', 'data-key': 'legend', 'aria-hidden': 'true' },
    ...STATES.map((state) => stateMark(state, stateText(state))),
  );
}

function withoutAnswers(outcome: Exclude<Outcome, { kind: 'answered' }>): HTMLElement {
  switch (outcome.kind) {
    case 'notRunning':
      return alert(
        _('The daemon is not running'),
        _('Nobody answers as pmip on the bus. Start it under System, Startup, or by: /etc/init.d/pmip start'),
      );
    case 'notPermitted':
      return alert(_('Not permitted'), _('This login may not see the state of proxy Mobile IP.'));
    case 'failed':
      return alert(_('No answer'), outcome.text);
  }
}

function alert(title: string, text: string): HTMLElement {
  return element(
    'div',
    { class: 'alert-message warning', role: 'status', 'data-key': 'alert' },
    element('h4', {}, title),
    element('p', {}, text),
  );
}

export const page = view.extend({
  load: () => askStatus(),

  render(outcome: Outcome): HTMLElement {
    const status = new StatusPage(outcome);
    poll.add(() => status.refresh());
    return status.root;
  },

  handleSave: null,
  handleSaveApply: null,
  handleReset: null,
});

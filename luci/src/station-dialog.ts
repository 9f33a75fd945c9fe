// A station opened: what it is, why it is or is not proxied, its roams, and the trail of what happened to it.

import type { BssAnswer, RoamAnswer, TrailAnswer } from './answers.ts';
import { element, update } from './element.ts';
import { agoText, phrase } from './phrase.ts';
import { askTrail } from './questions.ts';
import { isPending, nameOf, type StationPlace } from './station-places.ts';
import { stateMark } from './table-view.ts';
import { outageText } from './tables.ts';
import { learnedText, placeText, standingText, stateText } from './words.ts';

export class StationDialog {
  readonly #key: string;
  readonly #content = element('div', { class: 'pmip' });
  /** The daemon's answer, or why there is none. */
  #trail: TrailAnswer | string | undefined;

  /** `styles`: the dialog stands outside the page. */
  constructor(place: StationPlace, bsses: readonly BssAnswer[], styles: string) {
    this.#key = place.key;
    this.#draw(place, bsses);
    const close = element('button', { class: 'btn cbi-button', type: 'button' }, _('Close'));
    close.addEventListener('click', () => ui.hideModal());
    ui.showModal(
      [nameOf(place)],
      [element('style', {}, styles), this.#content, element('div', { class: 'right' }, close)],
    );
    close.focus();
  }

  get key(): string {
    return this.#key;
  }

  get isOpen(): boolean {
    return document.body.classList.contains('modal-overlay-active') && this.#content.isConnected;
  }

  /** Undefined: it is not here any more; what was last known stays. */
  async refresh(place: StationPlace | undefined, bsses: readonly BssAnswer[]): Promise<void> {
    if (place !== undefined) this.#draw(place, bsses);
    try {
      this.#trail = await askTrail(this.#key);
    } catch (error) {
      this.#trail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    }
    if (place !== undefined) this.#draw(place, bsses);
  }

  #draw(place: StationPlace, bsses: readonly BssAnswer[]): void {
    const trail = this.#trail;
    const isAnswered = typeof trail === 'object';
    update(
      this.#content,
      element(
        'div',
        { class: 'pmip' },
        facts(place),
        ...(isAnswered && trail.roams.length > 0 ? [heading(_('Last roams')), roamsView(trail.roams, bsses)] : []),
        heading(_('What happened, the newest first')),
        trailView(trail),
      ),
    );
  }
}

function facts(place: StationPlace): HTMLElement {
  const { station, mac, address, visitor, binding } = place;
  const careOfAddress = station?.care_of_address ?? visitor?.care_of_address ?? binding?.care_of_address;
  const rows: [string, Node | string | undefined][] = [
    [_('State'), stateMark(place.state, stateText(place.state), isPending(place))],
    [place.state === 'notProxied' ? _('Why it is not proxied') : _('How it stands'), standingText(place)],
    [_('IPv4 address'), address],
    [_('Learned by'), learnedText(station?.learned_by)],
    [_('MAC address'), mac],
    ['SSID', station?.ssid],
    [_('Interface'), station?.interface ?? visitor?.interface],
    [_('Home agent'), station?.home_agent ?? visitor?.home_agent ?? binding?.home_agent],
    [_('Care-of address'), careOfAddress],
    [_('Roams'), roamsText(place)],
  ];
  const shown = rows.filter((row): row is [string, Node | string] => row[1] !== undefined);
  return element(
    'dl',
    { class: 'pmip-facts' },
    ...shown.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}

function roamsText({ station }: StationPlace): string | undefined {
  if (station?.roams === undefined) return undefined;
  const { roams, last_outage_ms: outageMs } = station;
  if (outageMs === undefined) return String(roams);
  return phrase(_('%1, the last with an outage of %2'), roams, outageText(outageMs));
}

function heading(text: string): HTMLElement {
  return element('h5', { 'data-key': text }, text);
}

function roamsView(roams: readonly RoamAnswer[], bsses: readonly BssAnswer[]): HTMLElement {
  return element(
    'ol',
    { class: 'pmip-trail', 'data-key': 'roams' },
    ...[...roams].reverse().map(({ seconds_ago: secondsAgo, from, to, outage_ms: outageMs }) => {
      const [there, here] = [from, to].map((place) => place && placeText(String(place), bsses));
      const journey =
        there === undefined ? phrase(_('to %1'), here ?? '') : phrase(_('from %1 to %2'), there, here ?? '');
      return element(
        'li',
        {},
        element('time', {}, agoText(Number(secondsAgo))),
        element('span', {}, journey),
        outageMs !== undefined &&
          element('span', { class: 'pmip-outage' }, phrase(_('outage %1'), outageText(outageMs))),
      );
    }),
  );
}

function trailView(trail: TrailAnswer | string | undefined): HTMLElement {
  if (trail === undefined) return element('p', { class: 'spinning' }, _('Asking the daemon…'));
  if (typeof trail === 'string') return element('p', {}, phrase(_('There is no trail: %1'), trail));
  if (trail.events.length === 0) return element('p', {}, _('Nothing has happened to it yet.'));
  return element(
    'ol',
    { class: 'pmip-trail', 'data-key': 'trail' },
    ...[...trail.events]
      .reverse()
      .map(({ seconds_ago: secondsAgo, text }) =>
        element('li', {}, element('time', {}, agoText(Number(secondsAgo))), element('span', {}, String(text))),
      ),
  );
}

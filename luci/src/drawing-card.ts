// One access point or agent in the drawing: a card with its name, networks, SSIDs, and its stations as named pills, or as
// dots where there are many.

import type { AccessPoint } from './access-points.ts';
import { svgElement } from './element.ts';
import { cut, phrase } from './phrase.ts';
import { isPending, nameOf, type StationPlace, type StationState } from './station-places.ts';
import { bandText, standingText, stateText } from './words.ts';

const PADDING = 12;
const LINE = 17;
const MOST_PILLS = 12;
const PILL = { height: 26, gap: 6, leastWidth: 128 };
const MOST_DOTS = 120;
/** What is worth a look first: of many stations the last ones are only counted. */
const ORDER: readonly StationState[] = ['notProxied', 'visiting', 'elsewhere', 'unknown', 'home'];
const DOT = 17;
const MOST_SSIDS = 6;
/** Of the small and the bold text, on average; text that is wider is cut short of the card's edge. */
const FONT_WIDTH = 6.4;
const BOLD_WIDTH = 8.6;

/** `title` has more than there is room for. */
type TextLine = { readonly text: string; readonly title?: string; readonly kind: 'title' | 'quiet' | 'ssid' | 'off' };

export type Card = {
  readonly accessPoint: AccessPoint;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly TextLine[];
};

export function cardOf(accessPoint: AccessPoint, width: number): Card {
  const lines = linesOf(accessPoint);
  const count = accessPoint.stations.length;
  const stationsHeight = count === 0 ? 0 : stationGrid(count, width).height + 6;
  return { accessPoint, width, height: 2 * PADDING + lines.length * LINE + stationsHeight - 2, lines };
}

export function drawnCard({ accessPoint, width, height, lines }: Card): SVGElement {
  const { isHere, authority, link } = accessPoint;
  const kind = isHere ? 'pmip-here' : link === undefined ? 'pmip-quiet-card' : '';
  const textWidth = width - 2 * PADDING - (authority === undefined ? 26 : 48);
  return svgElement(
    'g',
    { class: `pmip-card ${kind}`, role: 'group', 'aria-label': lines.map(({ text }) => text).join(', ') },
    svgElement('rect', { width, height, rx: 8 }),
    antenna(width - PADDING - 9, PADDING + 10),
    authority !== undefined && keeperMark(width - PADDING - 36, PADDING + 4, authority),
    ...lines.map(({ text, title, kind }, index) => {
      const most = Math.floor(textWidth / (kind === 'title' ? BOLD_WIDTH : FONT_WIDTH));
      const attributes = { class: `pmip-${kind}`, x: PADDING, y: PADDING + LINE * index + 12 };
      return svgElement('text', attributes, cut(text, most), svgElement('title', {}, title ?? text));
    }),
    ...drawnStations(accessPoint, width, PADDING + lines.length * LINE + 6),
  );
}

function linesOf({ isHere, name, addresses, networks, roles, bsses }: AccessPoint): TextLine[] {
  const [first = '', ...rest] = addresses;
  const title = isHere ? _('This access point') : (name ?? first);
  const shownAddresses = isHere || name !== undefined ? addresses : rest;
  const quiet = [...networks, ...shownAddresses.filter((address) => address !== title)].join(' · ');
  const lines: TextLine[] = [{ text: title, kind: 'title' }];
  if (quiet !== '') lines.push({ text: quiet, kind: 'quiet' });
  const agents = agentsText(roles);
  if (agents !== '') lines.push({ text: agents, kind: 'quiet' });
  for (const bss of bsses.slice(0, MOST_SSIDS)) {
    const band = bandText(bss);
    const label = band === '' ? bss.ssid : `${bss.ssid} (${band})`;
    if (bss.served) lines.push({ text: label, kind: 'ssid' });
    else
      lines.push({
        text: phrase(_('%1: not served'), label),
        ...(bss.reason === undefined ? {} : { title: `${label}: ${bss.reason}` }),
        kind: 'off',
      });
  }
  if (bsses.length > MOST_SSIDS)
    lines.push({ text: phrase(_('%1 more SSIDs'), bsses.length - MOST_SSIDS), kind: 'quiet' });
  return lines;
}

function agentsText({ homeAgent, foreignAgent }: AccessPoint['roles']): string {
  if (homeAgent && foreignAgent) return _('Home agent, foreign agent');
  if (homeAgent) return _('Home agent');
  return foreignAgent ? _('Foreign agent') : '';
}

function stationGrid(count: number, width: number) {
  const room = width - 2 * PADDING;
  if (count <= MOST_PILLS) {
    const columns = Math.max(1, Math.floor((room + PILL.gap) / (PILL.leastWidth + PILL.gap)));
    const pillWidth = (room - PILL.gap * (columns - 1)) / columns;
    return { columns, pillWidth, height: Math.ceil(count / columns) * (PILL.height + PILL.gap) };
  }
  const columns = Math.max(1, Math.floor(room / DOT));
  const rows = Math.ceil(Math.min(count, MOST_DOTS) / columns) + (count > MOST_DOTS ? 1 : 0);
  return { columns, pillWidth: 0, height: rows * DOT + 4 };
}

function drawnStations({ stations }: AccessPoint, width: number, top: number): SVGElement[] {
  const { columns, pillWidth } = stationGrid(stations.length, width);
  const sorted = [...stations].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  if (stations.length <= MOST_PILLS) {
    return sorted.map((place, index) => {
      const x = PADDING + (index % columns) * (pillWidth + PILL.gap);
      return drawnPill(place, pillWidth, x, top + Math.floor(index / columns) * (PILL.height + PILL.gap));
    });
  }
  const dots = sorted.slice(0, MOST_DOTS).map((place, index) => {
    const x = PADDING + (index % columns) * DOT + DOT / 2;
    return button(
      place,
      x,
      top + Math.floor(index / columns) * DOT + DOT / 2,
      glyph(place.state, 5.5, isPending(place)),
    );
  });
  if (stations.length <= MOST_DOTS) return dots;
  const y = top + Math.ceil(MOST_DOTS / columns) * DOT + 13;
  const text = phrase(_('and %1 more, all in the table below'), stations.length - MOST_DOTS);
  return [...dots, svgElement('text', { class: 'pmip-quiet', x: PADDING, y }, text)];
}

function drawnPill(place: StationPlace, width: number, x: number, y: number): SVGElement {
  const most = Math.floor((width - 34) / FONT_WIDTH);
  return button(
    place,
    x,
    y,
    svgElement('rect', { class: 'pmip-pill', width, height: PILL.height, rx: PILL.height / 2 }),
    svgElement('g', { transform: `translate(14 ${PILL.height / 2})` }, glyph(place.state, 5, isPending(place))),
    svgElement('text', { x: 26, y: PILL.height / 2 + 4 }, cut(nameOf(place), most)),
  );
}

function button(place: StationPlace, x: number, y: number, ...content: readonly SVGElement[]): SVGElement {
  const label = [nameOf(place), stateText(place.state), standingText(place)].join(', ');
  return svgElement(
    'g',
    {
      class: 'pmip-station',
      role: 'button',
      tabindex: 0,
      transform: `translate(${x} ${y})`,
      'data-key': `station ${place.key}`,
      'data-station': place.key,
      'aria-label': label,
    },
    svgElement('title', {}, label),
    ...content,
  );
}

/** A shape for each state, so that colour is not needed to tell them apart; hollow while a registration is not settled. */
export function glyph(state: StationState, radius: number, isHollow = false): SVGElement {
  const attributes = { class: `pmip-glyph pmip-${state}${isHollow ? ' pmip-pending' : ''}` };
  const wide = radius * 1.2;
  switch (state) {
    case 'home':
      return svgElement('circle', { ...attributes, r: radius });
    case 'visiting':
      return svgElement('path', { ...attributes, d: `M0 ${-wide}L${wide} 0L0 ${wide}L${-wide} 0z` });
    case 'elsewhere': {
      const half = radius * 0.9;
      return svgElement('rect', { ...attributes, x: -half, y: -half, width: 2 * half, height: 2 * half, rx: 1.5 });
    }
    case 'notProxied':
      return svgElement('path', { ...attributes, d: `M0 ${-wide}L${wide} ${radius}H${-wide}z` });
    case 'unknown':
      return svgElement('circle', { ...attributes, r: radius * 0.8 });
  }
}

function antenna(x: number, y: number): SVGElement {
  return svgElement(
    'g',
    { class: 'pmip-antenna', transform: `translate(${x} ${y})`, 'aria-hidden': 'true' },
    svgElement('circle', { r: 2 }),
    svgElement('path', {
      d: 'M-4.2 -4.2a6 6 0 0 0 0 8.4M4.2 -4.2a6 6 0 0 1 0 8.4M-7 -7a10 10 0 0 0 0 14M7 -7a10 10 0 0 1 0 14',
    }),
  );
}

/** Keeps the subnet map: three lines of a table. */
function keeperMark(x: number, y: number, state: string): SVGElement {
  const label = phrase(_('Keeps the subnet map: %1'), state);
  return svgElement(
    'g',
    { class: 'pmip-keeper', transform: `translate(${x} ${y})`, role: 'img', 'aria-label': label },
    svgElement('title', {}, label),
    svgElement('rect', { width: 13, height: 12, rx: 2 }),
    svgElement('path', { d: 'M0 4h13M0 8h13M4.5 4v8' }),
  );
}

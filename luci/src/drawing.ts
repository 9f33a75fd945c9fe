// The network as an SVG: this access point with its stations, beside it (or below, on a phone) the others, and between them the
// tunnels. Colours are the theme's: everything neutral is its text colour, more or less transparent.

import type { AccessPoint, Network } from './access-points.ts';
import { type Card, cardOf, drawnCard } from './drawing-card.ts';
import { svgElement } from './element.ts';
import { phrase } from './phrase.ts';

/** Below this the others stand under this access point, not beside it. */
const LEAST_WIDTH_SIDE_BY_SIDE = 700;
const LEAST_WIDTH = 260;
/** More are counted, not drawn: the table of the map has them all. */
const MOST_OTHERS = 12;
const MARGIN = 2;
const GAP = 14;
/** On a phone: the line that the tunnels branch from, and the room above a card for what they carry. */
const TRUNK = 14;
const INDENT = 30;
const LABEL_HEIGHT = 24;
const LABEL_FONT_WIDTH = 6.2;

type Placed = { readonly card: Card; readonly x: number; readonly y: number };

export function drawing(network: Network, availableWidth: number): SVGElement {
  const width = Math.max(LEAST_WIDTH, Math.floor(availableWidth));
  const shown = network.others.slice(0, MOST_OTHERS);
  const left = network.others.length - shown.length;
  const { parts, height } =
    width >= LEAST_WIDTH_SIDE_BY_SIDE ? sideBySide(network.here, shown, width) : stacked(network.here, shown, width);
  const noteY = height + GAP + 4;
  return svgElement(
    'svg',
    {
      class: 'pmip-drawing',
      viewBox: `0 0 ${width} ${left > 0 ? noteY + 8 : height + MARGIN}`,
      width: '100%',
      role: 'group',
      'aria-label': _('Drawing of the network: this access point, the others and the stations'),
    },
    ...parts,
    left > 0 &&
      svgElement('text', { class: 'pmip-quiet', x: width - MARGIN, y: noteY, 'text-anchor': 'end' }, moreText(left)),
  );
}

function moreText(count: number): string {
  return phrase(_('%1 more access points and agents are in the map'), count);
}

function sideBySide(here: AccessPoint, others: readonly AccessPoint[], width: number) {
  const isAlone = others.length === 0;
  const hereCard = cardOf(here, Math.floor(width * (isAlone ? 0.6 : 0.42)) - MARGIN);
  const otherWidth = Math.floor(width * 0.36) - MARGIN;
  const cards = others.map((other) => cardOf(other, otherWidth));
  const stackHeight = heightOf(cards, GAP);
  const height = Math.max(hereCard.height, stackHeight) + MARGIN;
  const herePlace = { card: hereCard, x: MARGIN, y: MARGIN + Math.max(0, (stackHeight - hereCard.height) / 2) };
  let y = MARGIN + Math.max(0, (hereCard.height - stackHeight) / 2);
  const places: Placed[] = [];
  for (const card of cards) {
    places.push({ card, x: width - otherWidth - MARGIN, y });
    y += card.height + GAP;
  }
  const links = places.map((place, index) => {
    const start = { x: herePlace.x + hereCard.width, y: herePlace.y + portY(hereCard.height, index, places.length) };
    const end = { x: place.x, y: place.y + place.card.height / 2 };
    const middle = (start.x + end.x) / 2;
    const path = `M${start.x} ${start.y}C${middle} ${start.y} ${middle} ${end.y} ${end.x} ${end.y}`;
    return drawnLink(place.card.accessPoint, path, { x: middle, y: (start.y + end.y) / 2 }, 'middle');
  });
  return { parts: [...links, ...[herePlace, ...places].map(drawnPlace)], height };
}

/** Where on this access point's edge each tunnel ends. */
function portY(height: number, index: number, count: number): number {
  return (height * (index + 1)) / (count + 1);
}

function stacked(here: AccessPoint, others: readonly AccessPoint[], width: number) {
  const hereCard = cardOf(here, width - 2 * MARGIN);
  const places: Placed[] = [];
  let y = MARGIN + hereCard.height;
  for (const other of others) {
    const card = cardOf(other, width - INDENT - MARGIN);
    places.push({ card, x: INDENT, y: y + LABEL_HEIGHT });
    y += LABEL_HEIGHT + card.height;
  }
  const start = MARGIN + hereCard.height;
  const links = places.map((place) => {
    const end = place.y + Math.min(28, place.card.height / 2);
    const path = `M${TRUNK} ${start}V${end - 8}q0 8 8 8H${INDENT}`;
    return drawnLink(place.card.accessPoint, path, { x: INDENT + 2, y: place.y - LABEL_HEIGHT / 2 }, 'start');
  });
  const cards = [{ card: hereCard, x: MARGIN, y: MARGIN }, ...places];
  // The farthest line first, so that a live one lies over the idle ones that share the trunk.
  return { parts: [...links.reverse(), ...cards.map(drawnPlace)], height: y };
}

function heightOf(cards: readonly Card[], gap: number): number {
  return cards.reduce((sum, card) => sum + card.height + gap, cards.length === 0 ? 0 : -gap);
}

function drawnPlace({ card, x, y }: Placed): SVGElement {
  return svgElement(
    'g',
    { 'data-key': `box ${card.accessPoint.key}`, transform: `translate(${x} ${y})` },
    drawnCard(card),
  );
}

function drawnLink(
  other: AccessPoint,
  path: string,
  label: { readonly x: number; readonly y: number },
  anchor: 'start' | 'middle',
): SVGElement {
  const { link } = other;
  const text = link === undefined ? '' : linkText(link);
  const isLive = link !== undefined && link.ours + link.theirs > 0;
  const width = text.length * LABEL_FONT_WIDTH + 14;
  const left = anchor === 'middle' ? label.x - width / 2 : label.x;
  return svgElement(
    'g',
    {
      'data-key': `link ${other.key}`,
      class: `pmip-link${isLive ? ' pmip-live' : ''}${link === undefined ? ' pmip-known' : ''}`,
      role: 'img',
      'aria-label': link === undefined ? phrase(_('%1: no tunnel'), other.key) : `${other.key}: ${text}`,
    },
    svgElement('path', { d: path }),
    isLive && svgElement('path', { class: 'pmip-flow', d: path }),
    text !== '' && svgElement('rect', { class: 'pmip-label', x: left, y: label.y - 9, width, height: 18, rx: 9 }),
    text !== '' && svgElement('text', { x: left + width / 2, y: label.y + 4, 'text-anchor': 'middle' }, text),
  );
}

/** `ipip: 2 away, 1 visiting` */
function linkText({ encapsulation, ours, theirs }: NonNullable<AccessPoint['link']>): string {
  const parts = [
    ...(ours > 0 ? [phrase(_('%1 away'), ours)] : []),
    ...(theirs > 0 ? [phrase(_('%1 visiting'), theirs)] : []),
  ];
  const carried = parts.length === 0 ? _('idle') : parts.join(', ');
  return encapsulation === undefined ? carried : `${encapsulation}: ${carried}`;
}

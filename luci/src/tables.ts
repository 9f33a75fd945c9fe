// The tables below the drawing, as data: titles of columns, and rows of cells. table-view.ts draws them.

import type { AgentAnswer, Answers, MapRowAnswer } from './answers.ts';
import { spanText } from './phrase.ts';
import { isPending, nameOf, type StationPlace, type StationState, stationPlaces } from './station-places.ts';
import { standingText, stateText, yesNo } from './words.ts';

export type Cell =
  | string
  | { readonly kind: 'station'; readonly key: string; readonly text: string }
  | { readonly kind: 'state'; readonly state: StationState; readonly isPending: boolean; readonly text: string }
  /** Sorted by the number. */
  | { readonly kind: 'number'; readonly value: number | undefined; readonly text: string }
  | { readonly kind: 'clear'; readonly homeAddress: string };

export type Row = { readonly key: string; readonly cells: readonly Cell[] };

export type Table = {
  readonly id: TableId;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** What is shown where there are no rows. */
  readonly whenEmpty: string;
};

export const TABLES = ['stations', 'visitors', 'bindings', 'agents', 'map', 'counters'] as const;
export type TableId = (typeof TABLES)[number];

export function tableOf(id: TableId, answers: Answers, mayClear: boolean): Table {
  switch (id) {
    case 'stations':
      return stationsTable(answers);
    case 'visitors':
      return visitorsTable(answers, mayClear);
    case 'bindings':
      return bindingsTable(answers, mayClear);
    case 'agents':
      return agentsTable(answers);
    case 'map':
      return mapTable(answers);
    case 'counters':
      return countersTable(answers);
  }
}

export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  return cell.kind === 'clear' ? '' : cell.text;
}

function stationsTable(answers: Answers): Table {
  const places = stationPlaces(answers).filter(({ station }) => station !== undefined);
  return {
    id: 'stations',
    title: _('Stations'),
    columns: [_('Station'), _('IPv4 address'), _('State'), _('How it stands'), 'SSID', _('Roams'), _('Last outage')],
    rows: places.map(stationRow),
    whenEmpty: _('No station is attached to this access point.'),
  };
}

function stationRow(place: StationPlace): Row {
  const { station, address = '' } = place;
  const { ssid, interface: device = '', roams, last_outage_ms: outageMs } = station ?? {};
  return {
    key: place.key,
    cells: [
      { kind: 'station', key: place.key, text: place.hostName ?? place.mac ?? place.key },
      address,
      { kind: 'state', state: place.state, isPending: isPending(place), text: stateText(place.state) },
      standingText(place),
      ssid === undefined ? device : `${ssid} (${device})`,
      number(roams),
      number(outageMs, outageMs === undefined ? '' : outageText(outageMs)),
    ],
  };
}

export function outageText(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

function visitorsTable(answers: Answers, mayClear: boolean): Table {
  const places = new Map(stationPlaces(answers).map((place) => [place.address, place]));
  return {
    id: 'visitors',
    title: _('Visitors'),
    columns: [
      _('Home address'),
      _('Station'),
      _('Home agent'),
      _('Care-of address'),
      _('Reverse tunnel'),
      _('Remaining'),
      ...(mayClear ? [''] : []),
    ],
    rows: answers.visitors.map((visitor) => ({
      key: visitor.home_address,
      cells: [
        visitor.home_address,
        stationCell(places.get(visitor.home_address), visitor.mac ?? ''),
        visitor.home_agent,
        visitor.care_of_address ?? '',
        yesNo(visitor.reverse_tunnel),
        remaining(visitor.remaining_seconds),
        ...clearCells(visitor.home_address, mayClear),
      ],
    })),
    whenEmpty: _('No station of another network is registered through this foreign agent.'),
  };
}

function bindingsTable(answers: Answers, mayClear: boolean): Table {
  const places = new Map(stationPlaces(answers).map((place) => [place.address, place]));
  return {
    id: 'bindings',
    title: _('Bindings'),
    columns: [
      _('Home address'),
      _('Station'),
      _('Care-of address'),
      _('Home agent'),
      _('Reverse tunnel'),
      _('Remaining'),
      ...(mayClear ? [''] : []),
    ],
    rows: answers.bindings.map((binding) => ({
      key: binding.home_address,
      cells: [
        binding.home_address,
        stationCell(places.get(binding.home_address), ''),
        binding.care_of_address,
        binding.home_agent ?? '',
        yesNo(binding.reverse_tunnel),
        remaining(binding.remaining_seconds),
        ...clearCells(binding.home_address, mayClear),
      ],
    })),
    whenEmpty: _('All stations of this network are at home.'),
  };
}

function stationCell(place: StationPlace | undefined, otherwise: string): Cell {
  return place === undefined
    ? otherwise
    : {
        kind: 'station',
        key: place.key,
        text: place.mac === undefined ? nameOf(place) : (place.hostName ?? place.mac),
      };
}

function agentsTable({ agents }: Answers): Table {
  return {
    id: 'agents',
    title: _('Agents'),
    columns: [
      _('Address'),
      _('Bridge'),
      _('Serves as'),
      _('Offers'),
      _('Care-of addresses'),
      _('Lifetime'),
      _('Remaining'),
    ],
    rows: agents.map((agent) => ({
      key: `${agent.bridge ?? ''} ${agent.address}`,
      cells: [
        agent.local === true ? `${agent.address} (${_('this access point')})` : agent.address,
        agent.bridge ?? '',
        [
          ...(agent.home_agent === true ? [_('home agent')] : []),
          ...(agent.foreign_agent === true ? [_('foreign agent')] : []),
        ].join(', '),
        offersOf(agent),
        (agent.care_of_addresses ?? []).join(', '),
        remaining(agent.registration_lifetime_seconds),
        remaining(agent.remaining_seconds),
      ],
    })),
    whenEmpty: _('No agent has been heard: neither one of this box nor one beside it.'),
  };
}

function offersOf({ busy, gre, reverse_tunnel: reverseTunnel }: AgentAnswer): string {
  const offers = [
    ...(gre === true ? ['gre'] : []),
    ...(reverseTunnel === true ? [_('reverse tunnel')] : []),
    ...(busy === true ? [_('busy: takes no more visitors')] : []),
  ];
  return offers.join(', ');
}

function mapTable({ map }: Answers): Table {
  return {
    id: 'map',
    title: _('Subnet map'),
    columns: [_('Network'), _('Home agent'), _("Gateway's MAC address"), _('Origin'), _('Reported by')],
    rows: map.map((row) => ({
      key: `${row.network} ${row.home_agent}`,
      cells: [
        row.network,
        row.home_agent,
        row.gateway_mac ?? '',
        row.conflict === undefined ? originText(row) : `${originText(row)}; ${row.conflict}`,
        (row.reporters ?? []).join(', '),
      ],
    })),
    whenEmpty: _('The subnet map is empty: no home network is known, so no station can be taken in.'),
  };
}

function originText({ origin }: MapRowAnswer): string {
  switch (origin) {
    case 'local':
      return _('this access point');
    case 'static':
      return _('configuration');
    case 'learned':
      return _('learned');
    default:
      return origin ?? '';
  }
}

function countersTable({ counters }: Answers): Table {
  const names = Object.keys(counters).sort();
  return {
    id: 'counters',
    title: _('Counters'),
    columns: [_('What'), _('How often')],
    rows: names.map((name) => {
      const value = counters[name];
      return { key: name, cells: [name, number(typeof value === 'number' ? value : undefined, plainText(value))] };
    }),
    whenEmpty: _('Nothing has been counted yet.'),
  };
}

function plainText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function remaining(seconds: number | undefined): Cell {
  return number(seconds, seconds === undefined ? '' : spanText(seconds));
}

function number(value: number | undefined, text = value === undefined ? '' : String(value)): Cell {
  return { kind: 'number', value, text };
}

function clearCells(homeAddress: string, mayClear: boolean): Cell[] {
  return mayClear ? [{ kind: 'clear', homeAddress }] : [];
}

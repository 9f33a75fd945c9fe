// Each mobile node once, whatever tells of it (stations of this access point, visitors of its foreign agent, bindings of its home
// agent), with where it is and in what state.

import type { Answers, BindingAnswer, HostHints, StationAnswer, VisitorAnswer } from './answers.ts';

export type StationState = 'home' | 'visiting' | 'elsewhere' | 'notProxied' | 'unknown';

export type StationPlace = {
  /** MAC address where it is known, else the home address; `pmip trail` takes both. */
  readonly key: string;
  readonly mac?: string;
  readonly address?: string;
  /** What the router calls it. */
  readonly hostName?: string;
  readonly state: StationState;
  /** Address of the other access point or agent: where it comes from, or where it is. */
  readonly peer?: string;
  readonly station?: StationAnswer;
  readonly visitor?: VisitorAnswer;
  readonly binding?: BindingAnswer;
};

export function stationPlaces(answers: Answers): StationPlace[] {
  const { hints } = answers;
  const visitors = new Map(answers.visitors.map((visitor) => [visitor.home_address, visitor]));
  const bindings = new Map(answers.bindings.map((binding) => [binding.home_address, binding]));
  const places: StationPlace[] = [];
  for (const station of answers.stations) {
    // One that has gone is a row for a while yet; where it is, its binding tells.
    if (station.attached === false) continue;
    const visitor = visitors.get(station.address ?? '');
    if (station.address !== undefined) {
      visitors.delete(station.address);
      bindings.delete(station.address);
    }
    places.push(ofStation(station, visitor, hints));
  }
  for (const visitor of visitors.values()) {
    bindings.delete(visitor.home_address);
    places.push(ofVisitor(visitor, hints));
  }
  const macs = new Map(answers.stations.map(({ address, mac }) => [address, mac]));
  for (const binding of bindings.values()) places.push(ofBinding(binding, macs.get(binding.home_address), hints));
  return places;
}

/** Visiting, but nobody has accepted its registration. */
export function isPending({ state, station }: StationPlace): boolean {
  return state === 'visiting' && station?.registration !== undefined && station.registration !== 'registered';
}

export function nameOf(place: StationPlace): string {
  return place.hostName ?? place.address ?? place.mac ?? place.key;
}

function ofStation(station: StationAnswer, visitor: VisitorAnswer | undefined, hints: HostHints): StationPlace {
  const peer = station.mobility === 'away' ? (station.home_agent ?? visitor?.home_agent) : undefined;
  return {
    key: station.mac,
    ...named(station.mac, hints),
    ...(station.address === undefined ? {} : { address: station.address }),
    state: stateOf(station),
    ...(peer === undefined ? {} : { peer }),
    station,
    ...(visitor === undefined ? {} : { visitor }),
  };
}

/** A mobile node of an access point that only bridges, or one of another kind of access point. */
function ofVisitor(visitor: VisitorAnswer, hints: HostHints): StationPlace {
  return {
    key: visitor.mac ?? visitor.home_address,
    ...named(visitor.mac, hints),
    address: visitor.home_address,
    state: 'visiting',
    peer: visitor.home_agent,
    visitor,
  };
}

function ofBinding(binding: BindingAnswer, mac: string | undefined, hints: HostHints): StationPlace {
  return {
    key: binding.home_address,
    ...named(mac, hints),
    address: binding.home_address,
    state: 'elsewhere',
    peer: binding.care_of_address,
    binding,
  };
}

function named(mac: string | undefined, hints: HostHints): { mac?: string; hostName?: string } {
  if (mac === undefined) return {};
  const hostName = hints[mac.toUpperCase()]?.name;
  return hostName === undefined || hostName === '' ? { mac } : { mac, hostName };
}

function stateOf({ mobility }: StationAnswer): StationState {
  switch (mobility) {
    case 'home':
    case 'notProxied':
      return mobility;
    case 'away':
      return 'visiting';
    default:
      return 'unknown';
  }
}

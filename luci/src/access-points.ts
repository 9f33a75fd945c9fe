// The drawing's data: this access point, the others it knows of, and what goes on between them. The same box may be known by
// several addresses (as an agent, by its care-of addresses); what belongs together is told by agent advertisements and the map.

import type { Answers, BssAnswer } from './answers.ts';
import { type StationPlace, stationPlaces } from './station-places.ts';

export type AccessPoint = {
  readonly key: string;
  readonly isHere: boolean;
  readonly addresses: readonly string[];
  readonly name?: string;
  /** Home networks that it serves. */
  readonly networks: readonly string[];
  readonly roles: { readonly homeAgent: boolean; readonly foreignAgent: boolean };
  /** Of one that keeps the subnet map: how it answers. */
  readonly authority?: string;
  readonly bsses: readonly BssAnswer[];
  readonly stations: readonly StationPlace[];
  /** Undefined: nothing of ours passes between it and this access point now. */
  readonly link?: Link;
};

export type Link = {
  readonly encapsulation?: string;
  /** Our stations that are there, and its stations that are here. */
  readonly ours: number;
  readonly theirs: number;
};

export type Network = { readonly here: AccessPoint; readonly others: readonly AccessPoint[] };

type Draft = {
  readonly addresses: string[];
  name: string | undefined;
  readonly networks: Set<string>;
  homeAgent: boolean;
  foreignAgent: boolean;
  authority: string | undefined;
  readonly stations: StationPlace[];
  encapsulation: string | undefined;
  isJoined: boolean;
  ours: number;
  theirs: number;
};

export function networkOf(answers: Answers): Network {
  const boxes = new Boxes(ownAddresses(answers));
  addAgents(boxes, answers);
  for (const { address, state, name } of answers.status.authorities ?? []) {
    const box = boxes.of(address);
    box.authority = state;
    box.name ??= name;
  }
  addMap(boxes, answers);
  for (const { remote, encapsulation } of answers.tunnels) {
    const box = boxes.of(remote);
    box.isJoined = true;
    box.encapsulation ??= encapsulation;
  }
  for (const place of stationPlaces(answers)) settle(boxes, place);
  return boxes.network(answers.status.bss ?? []);
}

/** The drafts by each address that they are known by. */
class Boxes {
  readonly #here: Draft;
  readonly #byAddress = new Map<string, Draft>();

  constructor(own: readonly string[]) {
    this.#here = draft();
    for (const address of own) this.#know(this.#here, address);
  }

  get here(): Draft {
    return this.#here;
  }

  of(address: string): Draft {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const box = draft();
    this.#know(box, address);
    return box;
  }

  /** A further address of a box, unless it is another's already. */
  also(box: Draft, address: string): void {
    if (!this.#byAddress.has(address)) this.#know(box, address);
  }

  network(bsses: readonly BssAnswer[]): Network {
    const others = new Set(this.#byAddress.values());
    others.delete(this.#here);
    const rank = (box: AccessPoint) => (box.link === undefined ? 0 : 1 + box.link.ours + box.link.theirs);
    return {
      here: { ...accessPoint(this.#here, true), key: 'here', bsses },
      others: Array.from(others, (box) => accessPoint(box, false)).sort((a, b) => rank(b) - rank(a)),
    };
  }

  #know(box: Draft, address: string): void {
    box.addresses.push(address);
    this.#byAddress.set(address, box);
  }
}

function draft(): Draft {
  return {
    addresses: [],
    name: undefined,
    networks: new Set(),
    homeAgent: false,
    foreignAgent: false,
    authority: undefined,
    stations: [],
    encapsulation: undefined,
    isJoined: false,
    ours: 0,
    theirs: 0,
  };
}

function ownAddresses({ status, agents, map, tunnels }: Answers): string[] {
  const own = new Set<string>();
  for (const { address } of status.bridges ?? []) if (address !== undefined) own.add(address);
  for (const agent of agents) {
    if (agent.local !== true) continue;
    for (const address of [agent.address, ...(agent.care_of_addresses ?? [])]) own.add(address);
  }
  for (const row of map) if (row.origin === 'local') own.add(row.home_agent);
  for (const { local } of tunnels) if (local !== undefined) own.add(local);
  return [...own];
}

function addAgents(boxes: Boxes, { status, agents }: Answers): void {
  for (const bridge of status.bridges ?? []) {
    if (bridge.network !== undefined) boxes.here.networks.add(bridge.network);
    boxes.here.homeAgent ||= bridge.home_agent === true;
    boxes.here.foreignAgent ||= bridge.foreign_agent === true;
  }
  for (const agent of agents) {
    const box = agent.local === true ? boxes.here : boxes.of(agent.address);
    box.homeAgent ||= agent.home_agent === true;
    box.foreignAgent ||= agent.foreign_agent === true;
    for (const address of agent.care_of_addresses ?? []) boxes.also(box, address);
  }
}

function addMap(boxes: Boxes, { map, accessPoints }: Answers): void {
  for (const row of map) {
    const box = boxes.of(row.home_agent);
    box.networks.add(row.network);
    box.homeAgent = true;
    // The only one that reports a network is its own access point, or stands before the same router.
    const [reporter, ...others] = row.reporters ?? [];
    if (reporter !== undefined && others.length === 0) boxes.also(box, reporter);
  }
  for (const { address } of accessPoints) boxes.of(address);
}

function settle(boxes: Boxes, place: StationPlace): void {
  const peer = place.peer === undefined ? boxes.here : boxes.of(place.peer);
  const isElsewhere = place.state === 'elsewhere';
  (isElsewhere ? peer : boxes.here).stations.push(place);
  if (peer === boxes.here) return;
  peer.isJoined = true;
  if (isElsewhere) peer.ours++;
  else peer.theirs++;
}

function accessPoint(box: Draft, isHere: boolean): AccessPoint {
  const { addresses, name, networks, homeAgent, foreignAgent, authority, encapsulation, ours, theirs } = box;
  const link = { ours, theirs, ...(encapsulation === undefined ? {} : { encapsulation }) };
  return {
    key: addresses[0] ?? '',
    isHere,
    addresses,
    ...(name === undefined ? {} : { name }),
    networks: [...networks],
    roles: { homeAgent, foreignAgent },
    ...(authority === undefined ? {} : { authority }),
    bsses: [],
    stations: box.stations,
    ...(box.isJoined && !isHere ? { link } : {}),
  };
}

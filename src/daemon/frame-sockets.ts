// The packet sockets of this box, each for one reason: to hear stations on the interface of a BSS, mobile nodes on a link
// that we are an agent of, or other boxes' agents on a wired port.

import type { Ipv4Address } from '../octets/address.ts';
import type { AccessPointEffect } from '../roles/access-point/effects.ts';
import type { Departure } from '../runtime/runtime.ts';
import { agentFilter, type Instruction, mobileNodeFilter, stationFilter } from '../wire/packet-filter.ts';
import type { RoleConfigurations } from './role-configurations.ts';
import type { WiredPort } from './wired-ports.ts';

export type FrameSocket = {
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  readonly hears: 'stations' | 'mobileNodes' | 'agents';
  /** The bridge that the interface is a port of, or itself. */
  readonly bridge: string;
  readonly filter: readonly Instruction[];
};

type FilterWanted = Extract<AccessPointEffect, { readonly kind: 'filterWanted' }>;

/** All routers (RFC 1256 §3), and all mobility agents (RFC 5944 §2.4): who solicits sends there. */
const AGENT_GROUPS = [0xe0000002 as Ipv4Address, 0xe000000b as Ipv4Address];

export class FrameSockets {
  readonly #open = new Map<string, FrameSocket>();
  readonly #memberships = new Set<string>();

  get(interfaceName: string): FrameSocket | undefined {
    return this.#open.get(interfaceName);
  }

  /** Whether the stations of this interface are served. */
  hearsStations(interfaceName: string): boolean {
    return this.#open.get(interfaceName)?.hears === 'stations';
  }

  stationInterfaces(): string[] {
    return [...this.#open.values()].filter(({ hears }) => hears === 'stations').map((socket) => socket.interfaceName);
  }

  /** Opens the socket, or gives it another filter. */
  open(socket: FrameSocket): Departure[] {
    const { interfaceName, interfaceIndex, filter } = socket;
    const before = this.#open.get(interfaceName);
    this.#open.set(interfaceName, socket);
    const opened: Departure = { kind: 'framesOpen', interfaceName, interfaceIndex, filter };
    // An interface that came back under its name has another index, and the old socket hears nothing any more.
    const isStale = before !== undefined && before.interfaceIndex !== interfaceIndex;
    return isStale ? [{ kind: 'framesClose', interfaceName }, opened] : [opened];
  }

  /** All frames of stations, as long as nobody is known there. */
  hearStations(place: Omit<FrameSocket, 'hears' | 'filter'>): Departure[] {
    return this.open({ ...place, hears: 'stations', filter: stationFilter([]) });
  }

  filter({ interfaceName, unidentified }: Omit<FilterWanted, 'kind'>): Departure[] {
    const socket = this.#open.get(interfaceName);
    return socket?.hears === 'stations' ? this.open({ ...socket, filter: stationFilter(unidentified) }) : [];
  }

  close(interfaceName: string): Departure[] {
    return this.#open.delete(interfaceName) ? [{ kind: 'framesClose', interfaceName }] : [];
  }

  /** Listens to mobile nodes where we are an agent, and to agents behind the chosen ports where we have none of our own. */
  hear(
    { agentLinks, accessPoint }: Pick<RoleConfigurations, 'agentLinks' | 'accessPoint'>,
    ports: readonly WiredPort[],
  ): Departure[] {
    const wanted: FrameSocket[] = [];
    for (const { interfaceName, interfaceIndex } of agentLinks.values()) {
      const filter = mobileNodeFilter();
      wanted.push({ interfaceName, interfaceIndex, bridge: interfaceName, hears: 'mobileNodes', filter });
    }
    for (const { bridge, name: interfaceName, interfaceIndex, takesPart } of ports) {
      const service = accessPoint.bridges.get(bridge);
      const looksForAgents = service?.foreignAgent === undefined || service.homeAgent === undefined;
      if (service === undefined || !looksForAgents || !takesPart || interfaceIndex === undefined) continue;
      wanted.push({ interfaceName, interfaceIndex, bridge, hears: 'agents', filter: agentFilter() });
    }
    return [...this.#replaceOthers(wanted), ...this.#joinGroups([...agentLinks.keys()])];
  }

  /** Makes these the sockets that hear mobile nodes and agents; those of stations stay. */
  #replaceOthers(wanted: readonly FrameSocket[]): Departure[] {
    const departures: Departure[] = [];
    for (const [name, { hears }] of this.#open) {
      const isWanted = wanted.some(({ interfaceName }) => interfaceName === name);
      if (hears !== 'stations' && !isWanted) departures.push(...this.close(name));
    }
    for (const socket of wanted) {
      const before = this.#open.get(socket.interfaceName);
      if (before?.interfaceIndex !== socket.interfaceIndex) departures.push(...this.open(socket));
    }
    return departures;
  }

  /** Without joining, an interface may not let the groups' frames in. */
  #joinGroups(interfaceNames: readonly string[]): Departure[] {
    const left = [...this.#memberships].filter((name) => !interfaceNames.includes(name));
    const joined = interfaceNames.filter((name) => !this.#memberships.has(name));
    for (const name of left) this.#memberships.delete(name);
    for (const name of joined) this.#memberships.add(name);
    return [
      ...left.map((interfaceName): Departure => ({ kind: 'groupsLeave', interfaceName })),
      ...joined.map(
        (interfaceName): Departure => ({ kind: 'groupsJoin', interfaceName, multicastGroups: AGENT_GROUPS }),
      ),
    ];
  }
}

// DHCP of stations whose home is another network (RFC 5563 §6.3). The bridge keeps what they broadcast from the server of
// the network that they visit, which would refuse them their address; it is passed on from here. A visitor's request goes
// home, as soon as it is registered: through the reverse tunnel, as a client sends it that has the address (RFC 2131
// §4.3.2, RENEWING), whatever it was. What a registered visitor sends to its server by unicast takes this way by itself. Its
// RELEASE ends the registration. A station that begins anew, with a DISCOVER, is a local one from then on.
//
// Where home does not answer, the client gets no answer either: RFC 2131 §3.2 lets it go on with its lease.

import { type Ipv4Address, LIMITED_BROADCAST } from '../../octets/address.ts';
import {
  asRebinding,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  DHCP_TYPE,
  type DhcpRequest,
  encodeDhcpRequest,
} from '../../wire/dhcp.ts';
import { encodeUdpFrame, packetOf } from '../../wire/frames.ts';
import { encodeTunnelPacket } from '../../wire/tunnel-packet.ts';
import type { Moment } from '../role.ts';
import type { AccessPointEffect } from './effects.ts';
import type { Registrations } from './registrations.ts';
import { isServedLocally, type Station } from './station.ts';
import type { Stations } from './stations.ts';

/** What a station said to a DHCP server, and to which address. */
export type DhcpHeard = { readonly request: DhcpRequest; readonly destination: Ipv4Address };

export type HeldDhcp = DhcpHeard & { readonly untilMs: number };

/** Longer than a registration takes that is repeated twice; a client that asks longer asks again. */
const HELD_MS = 10_000;
/** A client that began anew may still send from its old address for a while: that is not taken for a change of mind. */
const DISCOVERING_MS = 10_000;
const TIME_TO_LIVE = 64;
const OPTION_MESSAGE_TYPE = 53;

type Visiting = Extract<Station['mobility'], { readonly kind: 'away' }>;

export class DhcpKeeping {
  readonly #stations: Stations;
  readonly #registrations: Registrations;

  constructor(stations: Stations, registrations: Registrations) {
    this.#stations = stations;
    this.#registrations = registrations;
  }

  /** It wants a new address: mobility ends, and this network's server has it. */
  begunAnew(station: Station, heard: DhcpHeard, now: Moment): AccessPointEffect[] {
    const { mac, mobility } = station;
    const isPassed = isServedLocally(station) || opensTheBridge(heard.request);
    const passedOn = isPassed ? [] : leftToServer(station, heard);
    if (mobility.kind === 'home' || mobility.kind === 'notProxied') return passedOn;
    const isNews = mobility.kind === 'away' || station.discoveredAtMs === undefined;
    const effects = this.#registrations.end(station, now);
    this.#stations.update(mac, { discoveredAtMs: now.monotonicMs, heldDhcp: undefined });
    if (isNews) effects.push({ kind: 'report', report: { kind: 'dhcpBegunAnew', mac } });
    return [...effects, ...passedOn];
  }

  /** Anything else, of a station whose address is known by now if it can be; `isKept`: nobody but us has it. */
  received(station: Station, heard: DhcpHeard, isKept: boolean, now: Moment): AccessPointEffect[] {
    const { mobility } = station;
    if (mobility.kind === 'away') return this.#ofVisitor(station, mobility, heard, now);
    if (isServedLocally(station) || station.refusedAddress !== undefined) {
      return isKept ? leftToServer(station, heard) : [];
    }
    // What it lacks may come: a key, an agent, a route.
    return mobility.kind === 'notProxied' ? this.#held(station, mobility.address, heard, now) : [];
  }

  /** There was a reply about this home address: what waited for it goes where it now should. */
  settled(homeAddress: Ipv4Address, now: Moment): AccessPointEffect[] {
    const station = this.#stations.byAddress(homeAddress);
    if (station?.mobility.kind !== 'away' || station.heldDhcp === undefined) return [];
    const { phase } = station.mobility.registration;
    if (phase.kind !== 'registered' && phase.kind !== 'refused') return [];
    const { untilMs, ...heard } = station.heldDhcp;
    this.#stations.update(station.mac, { heldDhcp: undefined });
    if (untilMs <= now.monotonicMs) return [];
    if (phase.kind === 'refused') return leftToServer(station, heard);
    const effects = sentHome(station, station.mobility, heard);
    return heard.request.type === DHCP_TYPE.release ? [...effects, ...this.#released(station, now)] : effects;
  }

  /** Whether an address of another network is still that of before its DISCOVER. */
  isDiscovering({ discoveredAtMs }: Station, now: Moment): boolean {
    return discoveredAtMs !== undefined && now.monotonicMs < discoveredAtMs + DISCOVERING_MS;
  }

  #ofVisitor(station: Station, mobility: Visiting, heard: DhcpHeard, now: Moment): AccessPointEffect[] {
    const { request, destination } = heard;
    const isRelease = request.type === DHCP_TYPE.release;
    if (isRelease && request.clientAddress !== mobility.address) return [];
    // It has found its address in use (RFC 2131 §3.1), and begins anew by itself.
    if (request.type === DHCP_TYPE.decline) return [];
    const phase = mobility.registration.phase.kind;
    if (phase === 'refused') return destination === LIMITED_BROADCAST ? leftToServer(station, heard) : [];
    if (phase !== 'registered') {
      return this.#held(station, mobility.address, heard, now);
    }
    // The bridge has taken it to the agent already.
    if (destination !== LIMITED_BROADCAST) return isRelease ? this.#released(station, now) : [];
    return sentHome(station, mobility, heard);
  }

  #held({ mac }: Station, address: Ipv4Address, heard: DhcpHeard, now: Moment): AccessPointEffect[] {
    this.#stations.update(mac, { heldDhcp: { ...heard, untilMs: now.monotonicMs + HELD_MS } });
    return [{ kind: 'report', report: { kind: 'dhcpHeld', mac, address } }];
  }

  #released(station: Station, now: Moment): AccessPointEffect[] {
    const { mac, mobility } = station;
    if (mobility.kind !== 'away') return [];
    const effects = this.#registrations.end(station, now);
    this.#stations.update(mac, { discoveredAtMs: now.monotonicMs, heldDhcp: undefined });
    return [{ kind: 'report', report: { kind: 'dhcpReleased', mac, address: mobility.address } }, ...effects];
  }
}

/** DISCOVER; or the choice of a server (RFC 2131 §4.3.2, SELECTING) after one that was not heard. */
export function beginsAnew({ type, serverIdentifier }: DhcpRequest): boolean {
  return type === DHCP_TYPE.discover || (type === DHCP_TYPE.request && serverIdentifier !== undefined);
}

/** As the rule of the bridge sees it. */
function opensTheBridge({ type, options }: DhcpRequest): boolean {
  return type === DHCP_TYPE.discover && options[0]?.code === OPTION_MESSAGE_TYPE;
}

/** This network's server gets what the bridge has kept from it. */
function leftToServer({ mac, bridge }: Station, { request }: DhcpHeard): AccessPointEffect[] {
  return [
    { kind: 'report', report: { kind: 'dhcpLeftToServer', mac } },
    { kind: 'dhcpRelayed', bridge, octets: encodeDhcpRequest(request) },
  ];
}

/**
 * To the home agent, which is the server, knows it, or says it on the home link. Over the link to an agent that is another
 * box; where it is this box the packet goes out as the agent would send it.
 */
function sentHome({ mac }: Station, { address, registration }: Visiting, heard: DhcpHeard): AccessPointEffect[] {
  const { agent, homeAgent, careOfAddress, reverseTunneling, greEncapsulation } = registration.terms;
  const destination = heard.destination === LIMITED_BROADCAST ? homeAgent : heard.destination;
  const frame = encodeUdpFrame({
    destinationMac: agent.mac,
    sourceMac: mac,
    source: address,
    destination,
    sourcePort: DHCP_CLIENT_PORT,
    destinationPort: DHCP_SERVER_PORT,
    timeToLive: TIME_TO_LIVE,
    octets: encodeDhcpRequest(asRebinding(heard.request, address)),
  });
  const report: AccessPointEffect = { kind: 'report', report: { kind: 'dhcpSentHome', mac, address } };
  if (!agent.isLocal) return [report, { kind: 'agentFrameSent', bridge: agent.bridge, isLocal: false, octets: frame }];
  const inner = packetOf(frame);
  if (!reverseTunneling) return [report, { kind: 'packetSent', octets: inner, destination }];
  const encapsulation = greEncapsulation ? 'gre' : 'ipip';
  const octets = encodeTunnelPacket({ source: careOfAddress, destination: homeAgent, encapsulation, inner });
  return [report, { kind: 'packetSent', octets, destination: homeAgent }];
}

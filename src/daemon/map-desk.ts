// The Subnet Map Exchange in the daemon: from the configuration and the network to its two roles, from what these say to
// departures, and to the other roles on this box. An authoritative access point talks with itself in octets too.

import { contains, formatIpv4, formatPrefix, type Ipv4Address, type MacAddress } from '../octets/address.ts';
import { AuthoritativeAccessPoint } from '../roles/authoritative-access-point/authoritative-access-point.ts';
import type { AuthorityEffect, AuthorityEvent } from '../roles/authoritative-access-point/events.ts';
import { earlier } from '../roles/expiring-table.ts';
import type { MapRow } from '../roles/map-rows.ts';
import type { Report } from '../roles/report.ts';
import type { Moment } from '../roles/role.ts';
import { homeAgentsOf } from '../roles/subnet-map.ts';
import type { SubnetMapClientEffect, SubnetMapClientEvent } from '../roles/subnet-map-client/events.ts';
import { SubnetMapClient } from '../roles/subnet-map-client/subnet-map-client.ts';
import type { Datagram, Departure, Host } from '../runtime/runtime.ts';
import type { PlainTable } from '../ubus-js/blobmsg.ts';
import type { RegistrationReply } from '../wire/registration.ts';
import { decodeMapMessage, SUBNET_MAP_PORT } from '../wire/subnet-map.ts';
import type { MapClaim, MapRecord } from '../wire/subnet-map-records.ts';
import type { Destinations } from './home-agent-routes.ts';
import { decodeOrMalformed } from './inbound.ts';
import { decodeKeptMap, encodeKeptMap } from './kept-map.ts';
import { accessPointName, type ClaimSurroundings, mapClaims } from './map-claims.ts';
import type { MapInputs } from './map-inputs.ts';

export type MapOutput =
  | { readonly kind: 'departs'; readonly departure: Departure }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'malformed'; readonly why: string; readonly what: 'subnetMap' }
  /** The rows are others than before. */
  | { readonly kind: 'mapChanged' }
  | Extract<SubnetMapClientEffect, { readonly kind: 'stationHinted' | 'stationMoved' | 'authoritySilent' }>;

export type MapArrival =
  | { readonly kind: 'mapReceived'; readonly datagram: Datagram }
  | { readonly kind: 'mapRead'; readonly octets: Uint8Array | undefined };

/** Records of 60 octets; each takes about 1 KiB. */
const MOST_RECORDS = 4096;
const MOST_STATIONS = 20_000;
/** Flash wears out: the first changes after a start are written soon, later ones seldom. */
const KEEP_AFTER_MS = 5000;
const EARLY_WRITES = 5;
const LEAST_BETWEEN_WRITES_MS = 600_000;
const UNSPECIFIED = 0 as Ipv4Address;

export class MapDesk {
  readonly #host: Host;
  readonly #agentsOn: ClaimSurroundings['agentsOn'];
  #inputs: MapInputs | undefined;
  readonly #client: SubnetMapClient;
  readonly #authority: AuthoritativeAccessPoint;
  #own: readonly Ipv4Address[] = [];
  #authorities: readonly Ipv4Address[] = [];
  /** Of those that were configured by name. */
  #names: ReadonlyMap<Ipv4Address, string | undefined> = new Map();
  #claims = new Map<string, MapClaim>();
  #remembered: readonly MapRecord[] | undefined;
  #isOpen = false;
  #writeAtMs: number | undefined;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #writes = 0;

  constructor(host: Host, agentsOn: ClaimSurroundings['agentsOn']) {
    this.#host = host;
    this.#agentsOn = agentsOn;
    this.#client = new SubnetMapClient(host.digests, host.random);
    this.#authority = new AuthoritativeAccessPoint(host.digests, host.random);
  }

  learned(): { readonly rows: readonly MapRow[] } {
    return { rows: this.#client.rows() };
  }

  /** Our own networks. */
  claims(): Iterable<MapClaim> {
    return this.#claims.values();
  }

  /** To whom the way must be known. */
  destinations(): Destinations {
    return { homeAgents: this.#client.rows().flatMap(homeAgentsOf), authorities: this.#peers() };
  }

  #peers(): readonly Ipv4Address[] {
    return this.#authorities.filter((address) => !this.#own.includes(address));
  }

  configured(inputs: MapInputs, now: Moment): MapOutput[] {
    const { config, network } = inputs;
    const hosts = config.main.authoritativeAccessPoints.flatMap((host) => (host.kind === 'address' ? [host] : []));
    const addresses = [...new Set(hosts.map(({ address }) => address))];
    const { subnetMapKey: secret, isStationDirectoryUsed } = config.main;
    const accessPoint = accessPointName(config, network);
    this.#inputs = inputs;
    this.#own = network.ownAddresses();
    this.#authorities = addresses;
    this.#names = new Map(hosts.map(({ address, hostName }) => [address, hostName]));
    const ownAddress = addresses.find((address) => this.#own.includes(address));
    this.#claim(inputs, ownAddress);
    // Some may be known by name only, and none of the names be found yet: the map of before holds until then.
    const isWanted =
      accessPoint !== undefined && secret !== undefined && config.main.authoritativeAccessPoints.length > 0;
    const outputs = this.#open(isWanted);
    if (!isWanted) return [...outputs, ...this.#toBoth(undefined, undefined, now)];
    const common = { accessPoint, secret, mostRecords: MOST_RECORDS };
    const authority = {
      ...common,
      otherAuthorities: this.#peers(),
      isDirectoryKept: isStationDirectoryUsed,
      mostStations: MOST_STATIONS,
    };
    const asked = ownAddress === undefined ? addresses : [ownAddress];
    const claims = [...this.#claims.values()];
    const client = { ...common, authorities: asked, claims, isDirectoryUsed: isStationDirectoryUsed };
    const wasInOffice = this.#authority.isInOffice;
    outputs.push(...this.#toBoth(ownAddress === undefined ? undefined : authority, client, now));
    return [...outputs, ...this.#recall(!wasInOffice && this.#authority.isInOffice, now)];
  }

  arrived(arrival: MapArrival, now: Moment): MapOutput[] {
    if (arrival.kind === 'mapRead') {
      this.#remembered = decodeKeptMap(arrival.octets, this.#host.digests);
      return [];
    }
    const { octets, sourceAddress, destinationAddress } = arrival.datagram;
    return this.#received(octets, sourceAddress, destinationAddress, now);
  }

  /** What the roles report of stations is told to the station directory. */
  reported(report: Report, now: Moment): MapOutput[] {
    switch (report.kind) {
      case 'stationAttached':
        return this.#toClient({ kind: 'stationAttached', mac: report.mac }, now);
      case 'stationHome':
      case 'stationAway': {
        const { mac, address } = report;
        const gatewayMac = this.#gatewayMac(address);
        return this.#toClient({ kind: 'stationIdentified', mac, homeAddress: address, gatewayMac }, now);
      }
      case 'stationDetached':
        return this.#toClient({ kind: 'stationLeft', mac: report.mac }, now);
      case 'agentFound':
      case 'agentRebooted':
        return this.#inputs === undefined ? [] : this.configured(this.#inputs, now);
      default:
        return [];
    }
  }

  /** What a home agent says; undefined where it is no answer to a question of ours. */
  replyReceived(reply: RegistrationReply, sourceAddress: Ipv4Address, now: Moment): MapOutput[] | undefined {
    if (!this.#authority.isAwaiting(reply, sourceAddress)) return undefined;
    return this.#toAuthority({ kind: 'replyReceived', reply, sourceAddress }, now);
  }

  nextDeadline(): number | undefined {
    return earlier(this.#writeAtMs, earlier(this.#client.nextDeadline(), this.#authority.nextDeadline()));
  }

  deadlineReached(now: Moment): MapOutput[] {
    const outputs = [
      ...this.#toClient({ kind: 'deadlineReached' }, now),
      ...this.#toAuthority({ kind: 'deadlineReached' }, now),
    ];
    if (this.#writeAtMs === undefined || this.#writeAtMs > now.monotonicMs) return outputs;
    return [...outputs, ...this.keep(now)];
  }

  /** Writes what has changed since it was written last. */
  keep({ monotonicMs }: Moment): Extract<MapOutput, { readonly kind: 'departs' }>[] {
    if (this.#writeAtMs === undefined) return [];
    this.#writeAtMs = undefined;
    this.#writtenAtMs = monotonicMs;
    this.#writes += 1;
    const octets = encodeKeptMap(this.#client.records(), this.#host.digests);
    return [{ kind: 'departs', departure: { kind: 'mapWrite', octets } }];
  }

  /** For `status`: each authoritative access point, and how it stands with it. */
  authorities(): PlainTable[] {
    const others = new Map([...this.#authority.otherAuthorities()].map(({ address, answers }) => [address, answers]));
    const called = this.#client.authority();
    return this.#authorities.map((address) => {
      const answers = others.get(address) ?? (called?.address === address ? called.answers : undefined);
      const known = answers === undefined ? 'standby' : answers ? 'answers' : 'silent';
      const name = this.#names.get(address);
      const state = this.#own.includes(address) ? 'self' : known;
      return { address: formatIpv4(address), ...(name === undefined ? {} : { name }), state };
    });
  }

  /** The access points that call us; undefined where we are not authoritative. */
  accessPoints(nowMs: number): PlainTable[] | undefined {
    if (!this.#authority.isInOffice) return undefined;
    return Array.from(this.#authority.accessPoints(), ({ address, lastHeardMs }) => {
      return {
        address: formatIpv4(address),
        remaining_seconds: Math.max(0, Math.round((lastHeardMs + 100_000 - nowMs) / 1000)),
      };
    });
  }

  /** The MAC address of the gateway in this network. */
  #gatewayMac(address: Ipv4Address): MacAddress | undefined {
    const row = [...this.#claims.values(), ...this.#client.rows()].find(({ network }) => contains(network, address));
    return row?.gatewayMac;
  }

  /** Home agents of this box are named by the address by which others reach it. */
  #claim(inputs: MapInputs, ownAddress: Ipv4Address | undefined): void {
    const { config, network, sources } = inputs;
    const towards = this.#peers().map((address) => sources.get(address));
    const reachableAt = ownAddress ?? towards.find((address) => address !== undefined);
    const surroundings = { network, ownAddress: reachableAt, agentsOn: this.#agentsOn };
    const claims = mapClaims(config, surroundings, this.#claims);
    this.#claims = new Map(claims.map((claim) => [formatPrefix(claim.network), claim]));
  }

  /** Who becomes an authoritative access point begins with the map that it has. */
  #recall(beginsOffice: boolean, now: Moment): MapOutput[] {
    const remembered = this.#remembered ?? [];
    this.#remembered = undefined;
    const records = remembered.length > 0 ? remembered : [...this.#client.records()];
    return [
      ...(beginsOffice ? this.#toAuthority({ kind: 'mapRestored', records }, now) : []),
      ...(remembered.length > 0 ? this.#toClient({ kind: 'mapRestored', records }, now) : []),
    ];
  }

  #open(isWanted: boolean): MapOutput[] {
    if (isWanted === this.#isOpen) return [];
    this.#isOpen = isWanted;
    const departure: Departure = isWanted ? { kind: 'mapOpen', port: SUBNET_MAP_PORT } : { kind: 'mapClose' };
    return [{ kind: 'departs', departure }];
  }

  #toBoth(
    authority: Extract<AuthorityEvent, { readonly kind: 'configured' }>['configuration'],
    client: Extract<SubnetMapClientEvent, { readonly kind: 'configured' }>['configuration'],
    now: Moment,
  ): MapOutput[] {
    return [
      ...this.#toAuthority({ kind: 'configured', configuration: authority }, now),
      ...this.#toClient({ kind: 'configured', configuration: client }, now),
    ];
  }

  #received(octets: Uint8Array, source: Ipv4Address, destination: Ipv4Address | undefined, now: Moment): MapOutput[] {
    const message = decodeOrMalformed(() => decodeMapMessage(octets));
    if (message.kind === 'malformed') return [{ ...message, what: 'subnetMap' }];
    if (message.kind === 'otherVersion') {
      const report: Report = { kind: 'mapMessageDiscarded', sourceAddress: source, reason: 'otherVersion' };
      return [{ kind: 'report', report }];
    }
    const received = { kind: 'mapMessageReceived', message, sourceAddress: source } as const;
    const isForClient = message.header.isOfCalled && !message.header.isOfAuthority;
    if (isForClient) return this.#toClient(received, now);
    return this.#toAuthority({ ...received, destinationAddress: destination }, now);
  }

  #toClient(event: SubnetMapClientEvent, now: Moment): MapOutput[] {
    return this.#client.handle(event, now).flatMap((effect) => this.#fromClient(effect, now));
  }

  #fromClient(effect: SubnetMapClientEffect, now: Moment): MapOutput[] {
    switch (effect.kind) {
      case 'mapMessageSent':
        return this.#sent(effect.destination, undefined, effect.octets, now);
      case 'mapChanged':
        this.#writeAtMs ??= this.#nextWriteMs(now.monotonicMs);
        return [effect];
      default:
        return [effect];
    }
  }

  #nextWriteMs(nowMs: number): number {
    const soonMs = nowMs + KEEP_AFTER_MS;
    return this.#writes < EARLY_WRITES ? soonMs : Math.max(soonMs, this.#writtenAtMs + LEAST_BETWEEN_WRITES_MS);
  }

  #toAuthority(event: AuthorityEvent, now: Moment): MapOutput[] {
    return this.#authority.handle(event, now).flatMap((effect) => this.#fromAuthority(effect, now));
  }

  #fromAuthority(effect: AuthorityEffect, now: Moment): MapOutput[] {
    switch (effect.kind) {
      case 'mapMessageSent':
        return this.#sent(effect.destination, effect.source, effect.octets, now);
      case 'homeAgentProbed': {
        const { homeAgent: destination, octets } = effect;
        const departure = {
          kind: 'registrationSend',
          octets,
          source: UNSPECIFIED,
          destination,
          destinationPort: 434,
        } as const;
        return [{ kind: 'departs', departure }];
      }
      case 'authoritySilent':
      case 'report':
        return [effect];
    }
  }

  #sent(destination: Ipv4Address, source: Ipv4Address | undefined, octets: Uint8Array, now: Moment): MapOutput[] {
    if (this.#own.includes(destination)) return this.#received(octets, destination, undefined, now);
    return [
      {
        kind: 'departs',
        departure: { kind: 'mapSend', octets, source, destination, destinationPort: SUBNET_MAP_PORT },
      },
    ];
  }
}

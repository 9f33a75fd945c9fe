// Boxes of the Subnet Map Exchange and the network between them: each is an access point, some are authoritative too. Time
// passes only in `wait`, and everything is decided by the order of events.

import type { Ipv4Address, MacAddress } from '../../src/octets/address.ts';
import { AuthoritativeAccessPoint } from '../../src/roles/authoritative-access-point/authoritative-access-point.ts';
import type { AuthorityEffect, AuthorityEvent } from '../../src/roles/authoritative-access-point/events.ts';
import { earlier } from '../../src/roles/expiring-table.ts';
import type { Report } from '../../src/roles/report.ts';
import type { SubnetMapClientEffect, SubnetMapClientEvent } from '../../src/roles/subnet-map-client/events.ts';
import { SubnetMapClient } from '../../src/roles/subnet-map-client/subnet-map-client.ts';
import {
  decodeRegistrationReply,
  decodeRegistrationRequest,
  encodeRegistrationReply,
} from '../../src/wire/registration.ts';
import { decodeMapMessage } from '../../src/wire/subnet-map.ts';
import type { MapClaim, MapRecord } from '../../src/wire/subnet-map-records.ts';
import { ip, mac, prefix } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { seededRandom } from '../random.ts';
import { at } from './moments.ts';

export const SECRET = hex('00112233445566778899aabbccddeeff');
const DELAY_MS = 2;

type Event = { readonly atMs: number; readonly happen: () => void };
type Packet = { readonly source: Ipv4Address; readonly destination: Ipv4Address; readonly octets: Uint8Array };

export class MapNetwork {
  readonly boxes: MapBox[] = [];
  readonly carried: Packet[] = [];
  /** What the network does not let through. */
  loses: (packet: Packet) => boolean = () => false;
  /** Home agents that answer questions. */
  readonly homeAgents = new Set<Ipv4Address>();
  readonly random = seededRandom(7);
  now = 0;
  #events: Event[] = [];

  add(number: number, authorities: readonly number[], claims?: readonly MapClaim[]): MapBox {
    const box = new MapBox(this, number, authorities, claims ?? [claimOf(number)]);
    this.boxes.push(box);
    box.start();
    return box;
  }

  send(packet: Packet): void {
    this.carried.push(packet);
    if (this.loses(packet)) return;
    const receiver = this.boxes.find(({ address }) => address === packet.destination);
    this.after(packet.source === packet.destination ? 0 : DELAY_MS, () => receiver?.receive(packet));
  }

  ask(asker: MapBox, homeAgent: Ipv4Address, octets: Uint8Array): void {
    if (!this.homeAgents.has(homeAgent)) return;
    const request = decodeRegistrationRequest(octets);
    const answer = encodeRegistrationReply({
      code: 129,
      lifetimeSeconds: 0,
      homeAddress: request.homeAddress,
      homeAgent,
      identification: request.identification,
    });
    const reply = decodeRegistrationReply(answer);
    this.after(DELAY_MS, () => asker.authority({ kind: 'replyReceived', reply, sourceAddress: homeAgent }));
  }

  after(delayMs: number, happen: () => void): void {
    this.#events.push({ atMs: this.now + delayMs, happen });
  }

  wait(ms: number): void {
    const endMs = this.now + ms;
    for (let count = 0; count < 1_000_000; count++) {
      const event = this.#events.reduce<Event | undefined>(
        (first, other) => (first === undefined || other.atMs < first.atMs ? other : first),
        undefined,
      );
      let alarm: MapBox | undefined;
      for (const box of this.boxes) {
        const otherMs = alarm?.deadline() ?? Number.POSITIVE_INFINITY;
        if (box.deadline() <= endMs && !(box.deadline() >= otherMs)) alarm = box;
      }
      const atMs = Math.min(event?.atMs ?? Number.POSITIVE_INFINITY, alarm?.deadline() ?? Number.POSITIVE_INFINITY);
      if (atMs > endMs) {
        this.now = endMs;
        return;
      }
      this.now = Math.max(this.now, atMs);
      if (event !== undefined && event.atMs === atMs) {
        this.#events = this.#events.filter((other) => other !== event);
        event.happen();
      } else alarm?.alarm();
    }
    throw new Error('no rest in sight');
  }
}

export class MapBox {
  readonly name: MacAddress;
  readonly reports: Report[] = [];
  readonly effects: SubnetMapClientEffect[] = [];
  readonly #network: MapNetwork;
  readonly #number: number;
  address: Ipv4Address;
  authorities: readonly number[];
  claims: readonly MapClaim[];
  secret = SECRET;
  isDirectoryUsed = true;
  clockErrorMs = 0;
  isOn = true;
  client: SubnetMapClient;
  role: AuthoritativeAccessPoint;

  constructor(network: MapNetwork, number: number, authorities: readonly number[], claims: readonly MapClaim[]) {
    this.#network = network;
    this.#number = number;
    this.name = nameOf(number);
    this.address = addressOf(number);
    this.authorities = authorities;
    this.claims = claims;
    this.client = new SubnetMapClient(digests, network.random);
    this.role = new AuthoritativeAccessPoint(digests, network.random);
  }

  start(): void {
    const { name: accessPoint, secret, authorities, claims, isDirectoryUsed } = this;
    const isAuthority = authorities.includes(this.#number);
    const asked = isAuthority ? [this.address] : authorities.map(addressOf);
    const others = authorities.map(addressOf).filter((address) => address !== this.address);
    this.authority({
      kind: 'configured',
      configuration: isAuthority
        ? {
            accessPoint,
            secret,
            otherAuthorities: others,
            isDirectoryKept: isDirectoryUsed,
            mostRecords: 100,
            mostStations: 100,
          }
        : undefined,
    });
    const configuration = { accessPoint, secret, authorities: asked, claims, isDirectoryUsed, mostRecords: 100 };
    this.hear({ kind: 'configured', configuration });
  }

  /** All it knew is lost but what is on its disk. */
  restart(kept: readonly MapRecord[] = []): void {
    this.isOn = true;
    this.client = new SubnetMapClient(digests, this.#network.random);
    this.role = new AuthoritativeAccessPoint(digests, this.#network.random);
    this.start();
    this.authority({ kind: 'mapRestored', records: kept });
    this.hear({ kind: 'mapRestored', records: kept });
  }

  hear(event: SubnetMapClientEvent): void {
    const effects = this.client.handle(event, at(this.#network.now, this.clockErrorMs));
    this.effects.push(...effects);
    for (const effect of effects) this.#act(effect);
  }

  authority(event: AuthorityEvent): void {
    for (const effect of this.role.handle(event, at(this.#network.now, this.clockErrorMs))) this.#act(effect);
  }

  receive({ octets, source }: Packet): void {
    if (!this.isOn) return;
    const message = decodeMapMessage(octets);
    if (message.kind === 'otherVersion') return;
    const { header } = message;
    const sourceAddress = source;
    const isOfClient = header.isOfCalled && !header.isOfAuthority;
    if (isOfClient) this.hear({ kind: 'mapMessageReceived', message, sourceAddress });
    else this.authority({ kind: 'mapMessageReceived', message, sourceAddress, destinationAddress: this.address });
  }

  deadline(): number {
    if (!this.isOn) return Number.POSITIVE_INFINITY;
    return earlier(this.client.nextDeadline(), this.role.nextDeadline()) ?? Number.POSITIVE_INFINITY;
  }

  alarm(): void {
    this.hear({ kind: 'deadlineReached' });
    this.authority({ kind: 'deadlineReached' });
  }

  /** The networks it knows, with their home agents. */
  map(): string[] {
    return this.client.rows().map(({ network, homeAgent }) => `${(network.network >>> 16) & 255}:${homeAgent & 255}`);
  }

  reported(kind: Report['kind']): Report[] {
    return this.reports.filter((report) => report.kind === kind);
  }

  #act(effect: SubnetMapClientEffect | AuthorityEffect): void {
    if (effect.kind === 'report') this.reports.push(effect.report);
    if (effect.kind === 'homeAgentProbed') this.#network.ask(this, effect.homeAgent, effect.octets);
    if (effect.kind !== 'mapMessageSent') return;
    this.#network.send({ source: this.address, destination: effect.destination, octets: effect.octets });
  }
}

export function nameOf(number: number): MacAddress {
  return mac(`02:00:00:00:${number.toString(16).padStart(2, '0')}:01`);
}

export function addressOf(number: number): Ipv4Address {
  return ip(`192.0.2.${number}`);
}

/** 10.N.0.0/24, whose home agent is 10.N.0.N. */
export function claimOf(number: number): MapClaim {
  const homeAgents = [ip(`10.${number}.0.${number}`)];
  return { network: prefix(`10.${number}.0.0/24`), homeAgents, gatewayMac: nameOf(number) };
}

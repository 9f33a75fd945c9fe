// What happens in a world, in words, a line each: messages between boxes, what kernels get and lose, what roles report.

import { formatIpv4, type Ipv4Address, type MacAddress } from '../../src/octets/address.ts';
import type { Report } from '../../src/roles/report.ts';
import { decodeFrame } from '../../src/wire/frames.ts';
import { Malformed } from '../../src/wire/malformed.ts';
import { decodeMobileIpMessage, type MobileIpMessage } from '../../src/wire/mobile-ip-message.ts';
import { codeText } from '../../src/wire/registration.ts';
import type { Carried } from './backbone.ts';
import type { Box, News } from './box.ts';
import type { Station } from './station.ts';
import { wishText } from './wish-text.ts';
import type { Watcher, World } from './world.ts';

/** What the messages and the kernel tell already. */
const TOLD_OTHERWISE = new Set<Report['kind']>([
  ...(['registrationAccepted', 'bindingCreated', 'bindingMoved', 'bindingRenewed', 'bindingDeregistered'] as const),
  ...(['visitorAdded', 'visitorRenewed', 'visitorMoved', 'visitorDeregistered', 'revocationSent'] as const),
  ...(['stationAttached', 'stationDetached', 'agentFound'] as const),
]);

export class Transcript implements Watcher {
  readonly #world: World;
  readonly #say: (line: string) => void;

  constructor(world: World, say: (line: string) => void) {
    this.#world = world;
    this.#say = say;
  }

  told(box: Box, news: News): void {
    switch (news.kind) {
      case 'kernelGot':
        return this.#line(box.name, `has ${this.#named(wishText(news.wish))}`);
      case 'kernelLost':
        return this.#line(box.name, `has no more ${this.#named(wishText(news.wish))}`);
      case 'report':
        if (!TOLD_OTHERWISE.has(news.report.kind)) this.#line(box.name, this.#reportText(news.report));
        return;
      case 'malformed':
        return this.#line(box.name, `malformed: ${news.why}`);
      default:
        return this.#line(box.name, news.kind);
    }
  }

  sent({ from, message }: Carried): void {
    const to = this.#world.boxOf(message.destination);
    this.#line(`${from.name} -> ${to?.name ?? formatIpv4(message.destination)}`, this.#messageText(message.octets));
  }

  linkFrame(box: Box, octets: Uint8Array): void {
    const { payload, destination } = decodeFrame(octets);
    const udp = payload.kind === 'ipv4' ? payload.ipv4.udp : undefined;
    if (udp !== undefined) this.#line(`${box.name} => ${this.#owner(destination)}`, this.#messageText(udp.octets));
  }

  arriving({ from, isForged, deliveries, message }: Carried, receiver: Box): void {
    if (!isForged && deliveries === 0) return;
    const how = isForged ? 'forged' : 'repeated';
    this.#line(`${from.name} -> ${receiver.name}`, `${how}: ${this.#messageText(message.octets)}`);
  }

  associated(station: Station): void {
    this.#line(station.name, `associates with ${station.place?.box.name} ${station.place?.interfaceName}`);
  }

  #line(who: string, what: string): void {
    this.#say(`${who.padEnd(16)} ${what}`);
  }

  #messageText(octets: Uint8Array): string {
    const message = decoded(octets);
    if (message === undefined) return 'nonsense';
    const station = this.#named(formatIpv4(message.homeAddress));
    switch (message.kind) {
      case 'registrationRequest':
        return `registration request  ${station}  care-of ${this.#named(formatIpv4(message.careOfAddress))}  lifetime ${message.lifetimeSeconds}`;
      case 'registrationReply':
        return `registration reply  ${station}  ${codeText(message.code)}  lifetime ${message.lifetimeSeconds}`;
      case 'registrationRevocation':
        return `registration revocation  ${station}  care-of ${this.#named(formatIpv4(message.foreignDomainAddress))}`;
      case 'revocationAcknowledgment':
        return `revocation acknowledgment  ${station}`;
    }
  }

  #reportText(report: Report): string {
    const { kind, ...fields } = report;
    const shown = Object.entries(fields)
      .filter(([name]) => name !== 'mac' && name !== 'elapsedMs')
      .map(([name, value]) => this.#field(name, value));
    return [kind, ...shown].join('  ');
  }

  #field(name: string, value: unknown): string {
    const isAddress = typeof value === 'number' && /address|agent|peer/i.test(name);
    return isAddress ? this.#named(formatIpv4(value as Ipv4Address)) : `${name} ${value}`;
  }

  #named(text: string): string {
    const { boxes, stations } = this.#world;
    return text.replace(/\d+\.\d+\.\d+\.\d+(?!\S*\/)/g, (address) => {
      const station = stations.find((candidate) => formatIpv4(candidate.address) === address);
      const box = boxes.find(({ addresses }) => addresses.some((own) => formatIpv4(own) === address));
      return station?.name ?? box?.name ?? address;
    });
  }

  #owner(mac: MacAddress): string {
    const box = this.#world.boxes.find((candidate) => candidate.mac === mac);
    return box?.name ?? this.#world.stations.find((station) => station.mac === mac)?.name ?? 'all';
  }
}

function decoded(octets: Uint8Array): MobileIpMessage | undefined {
  try {
    return decodeMobileIpMessage(octets);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return undefined;
  }
}

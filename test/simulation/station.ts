// A client: it associates where it likes, tells the old access point about it or not, and says its address by ARP and by
// the packets that it sends. It knows nothing of mobility.

import type { Ipv4Address, MacAddress } from '../../src/octets/address.ts';
import { type ArpMessage, decodeFrame, encodeArpFrame, encodeUdpFrame } from '../../src/wire/frames.ts';
import type { Box } from './box.ts';
import type { Site } from './plan.ts';

const BROADCAST = 0xffffffffffff as MacAddress;
const UNKNOWN = 0 as MacAddress;
const SOME_PORT = 5000;

export type Place = { readonly box: Box; readonly interfaceName: string };

export class Station {
  readonly name: string;
  readonly mac: MacAddress;
  readonly address: Ipv4Address;
  readonly home: Site;
  /** Where it is associated. */
  place: Place | undefined;
  /** How often it has changed its place. */
  visits = 0;

  constructor(name: string, { mac, address, home }: { mac: MacAddress; address: Ipv4Address; home: Site }) {
    this.name = name;
    this.mac = mac;
    this.address = address;
    this.home = home;
  }

  get isAtHome(): boolean {
    return this.place?.box.plan.site.number === this.home.number;
  }

  /** Asks for its gateway, as it does now and then. */
  askForGateway(): Uint8Array {
    return this.#arp('request', BROADCAST, UNKNOWN, this.home.routerAddress);
  }

  /** A packet of a connection that it has. */
  packet(): Uint8Array {
    return encodeUdpFrame({
      destinationMac: this.home.routerMac,
      sourceMac: this.mac,
      source: this.address,
      destination: 0xc6336401 as Ipv4Address,
      sourcePort: SOME_PORT,
      destinationPort: SOME_PORT,
      timeToLive: 64,
      octets: new Uint8Array(8),
    });
  }

  /** Its answer to a frame that it receives, if it has one. */
  answerTo(octets: Uint8Array): Uint8Array | undefined {
    const { payload, source } = decodeFrame(octets);
    if (payload.kind !== 'arp' || payload.arp.operation !== 'request') return undefined;
    if (payload.arp.targetAddress !== this.address) return undefined;
    return this.#arp('reply', source, source, payload.arp.senderAddress);
  }

  #arp(
    operation: ArpMessage['operation'],
    destination: MacAddress,
    targetMac: MacAddress,
    targetAddress: Ipv4Address,
  ): Uint8Array {
    const { mac, address } = this;
    return encodeArpFrame(destination, mac, {
      operation,
      senderMac: mac,
      senderAddress: address,
      targetMac,
      targetAddress,
    });
  }
}

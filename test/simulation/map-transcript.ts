// What happens to the boxes of a map world, and what each learns, a line each.

import { formatIpv4, formatMac, type Ipv4Address, type MacAddress } from '../../src/octets/address.ts';
import type { MapBox, MapWatcher, MapWorld } from './map-world.ts';

export class MapTranscript implements MapWatcher {
  readonly #world: MapWorld;
  readonly #say: (line: string) => void;

  constructor(world: MapWorld, say: (line: string) => void) {
    this.#world = world;
    this.#say = say;
  }

  happened(box: MapBox, what: string): void {
    this.#line(box, what);
  }

  mapChanged(box: MapBox): void {
    const rows = box.client.rows().map(({ homeAgent }) => formatIpv4(homeAgent));
    this.#line(box, `knows ${rows.join(' ') || 'nobody'}`);
  }

  hinted(box: MapBox, mac: MacAddress, homeAddress: Ipv4Address): void {
    this.#line(box, `is told that ${formatMac(mac)} has ${formatIpv4(homeAddress)}`);
  }

  moved(box: MapBox, mac: MacAddress): void {
    this.#line(box, `is told that ${formatMac(mac)} is elsewhere`);
  }

  #line({ number, isAuthority }: MapBox, what: string): void {
    const at = (this.#world.nowMs / 1000).toFixed(3).padStart(8);
    this.#say(`${at} ${isAuthority ? 'authority' : 'box'} ${number} ${what}`);
  }
}

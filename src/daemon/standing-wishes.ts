// What every access point and agent needs of the kernel, whoever visits.

import { type Wish, wishKey } from '../clients/kernel-wishes.ts';
import type { Bridge, Config } from '../config/config.ts';
import type { Ipv4Address } from '../octets/address.ts';
import type { WiredPort } from './wired-ports.ts';

export type Standing = {
  readonly main: Pick<Config['main'], 'isEnabled' | 'dhcp'>;
  /** Of served stations. */
  readonly stationInterfaces: readonly string[];
  readonly ports: readonly WiredPort[];
  readonly ownAddresses: readonly Ipv4Address[];
  readonly bridges: readonly Pick<Bridge, 'device' | 'isEnabled' | 'isHomeAgent'>[];
};

export class StandingWishes {
  #wishes: readonly Wish[] = [];

  get isEmpty(): boolean {
    return this.#wishes.length === 0;
  }

  /** From now on; the keys are of those that are gone. */
  replace(standing: Standing): { readonly wanted: readonly Wish[]; readonly unwanted: readonly string[] } {
    const wanted = standingWishes(standing);
    const gone = this.#wishes.filter((wish) => !wanted.some((other) => wishKey(other) === wishKey(wish)));
    this.#wishes = wanted;
    return { wanted, unwanted: gone.map(wishKey) };
  }
}

function standingWishes({ main, stationInterfaces, ports, ownAddresses, bridges }: Standing): Wish[] {
  if (!main.isEnabled) return [];
  const dhcpInterfaces = main.dhcp === 'keep' ? stationInterfaces : [];
  const otherPorts = ports.filter(({ interfaceIndex, takesPart }) => interfaceIndex !== undefined && !takesPart);
  const homes = bridges.filter(({ isEnabled, isHomeAgent }) => isEnabled && isHomeAgent);
  return [
    { kind: 'tunnelDevice', encapsulation: 'ipip' },
    { kind: 'tunnelDevice', encapsulation: 'gre' },
    { kind: 'bridgeTable', stationInterfaces, dhcpInterfaces, otherPorts: otherPorts.map(({ name }) => name) },
    { kind: 'tunnelAdmission', ownAddresses, homeInterfaces: homes.map(({ device }) => device) },
    { kind: 'mssClamp' },
  ];
}

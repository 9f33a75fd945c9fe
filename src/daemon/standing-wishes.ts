// What every access point and agent needs of the kernel, whoever visits.

import type { Bss } from '../clients/hostapd-client.ts';
import { type Wish, wishKey } from '../clients/kernel-wishes.ts';
import type { Network } from '../clients/network.ts';
import type { Config } from '../config/config.ts';
import { watchedWishes } from './outbound.ts';
import { wiredPorts } from './wired-ports.ts';

type Hostapd = { bsses(): readonly Pick<Bss, 'interfaceName'>[] };
/** Of served stations. */
type StationSockets = { stationInterfaces(): readonly string[] };

export class StandingWishes {
  readonly #hostapd: Hostapd;
  readonly #sockets: StationSockets;
  #wishes: readonly Wish[] = [];

  constructor(hostapd: Hostapd, sockets: StationSockets) {
    this.#hostapd = hostapd;
    this.#sockets = sockets;
  }

  get isEmpty(): boolean {
    return this.#wishes.length === 0;
  }

  /** From now on; the keys are of those that are gone. */
  replace(
    config: Pick<Config, 'main' | 'bridges'>,
    network: Pick<Network, 'portsOf' | 'ownAddresses'>,
  ): { readonly wanted: readonly Wish[]; readonly unwanted: readonly string[] } {
    const wanted = config.main.isEnabled ? this.#wanted(config, network) : [];
    const gone = this.#wishes.filter((wish) => !wanted.some((other) => wishKey(other) === wishKey(wish)));
    this.#wishes = wanted;
    return { wanted, unwanted: gone.map(wishKey) };
  }

  /** Keys of what stands only while somebody watches who comes. */
  barriers(): string[] {
    return this.#sockets.stationInterfaces().flatMap(watchedWishes).map(wishKey);
  }

  #wanted(config: Pick<Config, 'main' | 'bridges'>, network: Pick<Network, 'portsOf' | 'ownAddresses'>): Wish[] {
    const stationInterfaces = this.#sockets.stationInterfaces();
    const dhcpInterfaces = config.main.dhcp === 'keep' ? stationInterfaces : [];
    const ports = wiredPorts(config, network, this.#hostapd.bsses());
    const otherPorts = ports.filter(({ interfaceIndex, takesPart }) => interfaceIndex !== undefined && !takesPart);
    const homes = config.bridges.filter(({ isEnabled, isHomeAgent }) => isEnabled && isHomeAgent);
    const homeInterfaces = homes.map(({ device }) => device);
    return [
      { kind: 'tunnelDevice', encapsulation: 'ipip' },
      { kind: 'tunnelDevice', encapsulation: 'gre' },
      { kind: 'bridgeTable', stationInterfaces, dhcpInterfaces, otherPorts: otherPorts.map(({ name }) => name) },
      { kind: 'tunnelAdmission', ownAddresses: network.ownAddresses(), homeInterfaces },
      { kind: 'mssClamp' },
    ];
  }
}

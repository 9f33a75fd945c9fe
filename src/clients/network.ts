// What the kernel has told of this box: its links, bridges and addresses.

import { type Ipv4Address, isLoopback, type MacAddress, type Prefix, prefixOf } from '../octets/address.ts';
import type { RouteMessage } from '../wire/rtnetlink.ts';
import type { InterfaceAddress } from '../wire/rtnetlink-address.ts';
import type { Link } from '../wire/rtnetlink-link.ts';

/** An Ethernet link with a subnet. */
export type NetworkLink = {
  readonly device: string;
  readonly interfaceIndex: number;
  readonly isBridge: boolean;
  readonly mac: MacAddress;
  readonly address: Ipv4Address;
  readonly prefix: Prefix;
};

/** Why a configured link cannot be served. */
export type LinkFault = 'noSuchDevice' | 'noEthernet' | 'noAddress';

export class Network {
  readonly #links = new Map<number, Link>();
  readonly #addresses = new Map<string, InterfaceAddress>();

  /** Takes a dump's or a notification's word. True where links or addresses are now others than before. */
  apply(message: RouteMessage): boolean {
    switch (message.kind) {
      case 'link':
        return this.#applyLink(message.link, message.removed);
      case 'address':
        return this.#applyAddress(message.address, message.removed);
      default:
        return false;
    }
  }

  /** Before a new dump, whose rows are then the only ones. */
  forget(): void {
    this.#links.clear();
    this.#addresses.clear();
  }

  link(device: string): NetworkLink | LinkFault {
    const link = this.#byName(device);
    if (link === undefined) return 'noSuchDevice';
    if (link.mac === undefined) return 'noEthernet';
    const { index: interfaceIndex, mac } = link;
    for (const { address, prefixLength, isSecondary, ...rest } of this.#addresses.values()) {
      if (rest.interfaceIndex !== interfaceIndex || isSecondary || prefixLength > 30) continue;
      const isBridge = link.kind === 'bridge';
      return { device, interfaceIndex, isBridge, mac, address, prefix: prefixOf(address, prefixLength) };
    }
    return 'noAddress';
  }

  /** The interfaces that are ports of a bridge. */
  portsOf(bridge: string): { readonly name: string; readonly interfaceIndex: number }[] {
    const master = this.#byName(bridge)?.index;
    const ports = [...this.#links.values()].filter((link) => master !== undefined && link.master === master);
    return ports.map(({ name, index }) => ({ name, interfaceIndex: index }));
  }

  interfaceIndex(name: string): number | undefined {
    return this.#byName(name)?.index;
  }

  interfaceName(index: number): string | undefined {
    return this.#links.get(index)?.name;
  }

  /** The bridge that an interface is a port of. */
  masterOf(name: string): string | undefined {
    const master = this.#byName(name)?.master;
    return master === undefined ? undefined : this.#links.get(master)?.name;
  }

  /** The interface that has this address. */
  deviceOf(address: Ipv4Address): string | undefined {
    for (const own of this.#addresses.values()) {
      if (own.address === address) return this.interfaceName(own.interfaceIndex);
    }
    return undefined;
  }

  /** All addresses by which others can reach this box. */
  ownAddresses(): Ipv4Address[] {
    const addresses = [...this.#addresses.values()].map(({ address }) => address);
    return addresses.filter((address) => !isLoopback(address));
  }

  #byName(name: string): Link | undefined {
    for (const link of this.#links.values()) {
      if (link.name === name) return link;
    }
    return undefined;
  }

  #applyLink(link: Link, removed: boolean): boolean {
    const before = this.#links.get(link.index);
    if (removed) {
      // A port that leaves a bridge is told as removed from it, and then as a link again.
      this.#links.delete(link.index);
      return before !== undefined;
    }
    this.#links.set(link.index, link);
    const { name, mac, master, isUp } = link;
    return before?.name !== name || before.mac !== mac || before.master !== master || before.isUp !== isUp;
  }

  #applyAddress(address: InterfaceAddress, removed: boolean): boolean {
    const key = `${address.interfaceIndex} ${address.address}/${address.prefixLength}`;
    const isNew = !this.#addresses.has(key);
    if (removed) return this.#addresses.delete(key);
    this.#addresses.set(key, address);
    return isNew;
  }
}

// What netifd tells of wireless interfaces (object network.wireless, method status): the radio of each, and whether stations
// of a BSS are in VLANs, or in one network with an uplink that is wireless too.

import type { Plain, PlainTable } from '../ubus-js/blobmsg.ts';
import { isTable } from './hostapd-answers.ts';

/** netifd knows an interface a little later than hostapd; some it never knows. */
const MOST_QUESTIONS = 5;
const UPLINK_MODES: readonly (Plain | undefined)[] = ['sta', 'mesh', 'adhoc'];

export type Wireless = {
  /** As /etc/config/wireless names it. */
  readonly radio: string;
  readonly hasVlans: boolean;
  /** A repeater: its network goes on by a station or a mesh of this box. */
  readonly hasWirelessUplink: boolean;
};

export class Radios {
  #byInterface: ReadonlyMap<string, Wireless> = new Map();
  #questions = 0;

  of(interfaceName: string): Wireless | undefined {
    return this.#byInterface.get(interfaceName);
  }

  /** There is an interface that may not have been asked for. */
  interfaceFound(): void {
    this.#questions = 0;
  }

  /** The answer; whether it is worth asking again soon, if something is still unknown. */
  told(status: PlainTable): boolean {
    this.#byInterface = wirelessInterfaces(status);
    this.#questions += 1;
    return this.#questions < MOST_QUESTIONS;
  }
}

/** `{ "radio0": { "interfaces": [ { "ifname": "phy0-ap0", "config": { "mode": "ap", "network": ["lan"] } } ] } }` */
function wirelessInterfaces(status: PlainTable): Map<string, Wireless> {
  const entries = Object.entries(status).flatMap(([radio, facts]) => entriesOf(radio, facts));
  const uplinks = new Set(entries.flatMap(({ mode, networks }) => (UPLINK_MODES.includes(mode) ? networks : [])));
  return new Map(
    entries.map(({ interfaceName, radio, hasVlans, networks }) => {
      return [interfaceName, { radio, hasVlans, hasWirelessUplink: networks.some((network) => uplinks.has(network)) }];
    }),
  );
}

type Entry = Pick<Wireless, 'radio' | 'hasVlans'> & {
  readonly interfaceName: string;
  readonly mode: Plain | undefined;
  readonly networks: readonly Plain[];
};

function entriesOf(radio: string, facts: Plain): Entry[] {
  return listOf(isTable(facts) ? facts.interfaces : undefined).flatMap((entry) => {
    if (!isTable(entry) || typeof entry.ifname !== 'string') return [];
    const config = isTable(entry.config) ? entry.config : {};
    // `config wifi-vlan` sections, or VLANs that a RADIUS server gives out.
    const isDynamic = config.dynamic_vlan !== undefined && Number(config.dynamic_vlan) > 0;
    const hasVlans = listOf(entry.vlans).length > 0 || isDynamic;
    return [{ interfaceName: entry.ifname, radio, hasVlans, mode: config.mode, networks: listOf(config.network) }];
  });
}

function listOf(value: Plain | undefined): readonly Plain[] {
  return Array.isArray(value) ? (value as readonly Plain[]) : [];
}

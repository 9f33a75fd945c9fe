// What is read out of hostapd's answers: get_status and get_clients.

import { type MacAddress, parseMac } from '../octets/address.ts';
import type { Plain, PlainTable } from '../ubus-js/blobmsg.ts';
import type { Wireless } from './radios.ts';

/** A BSS by the name of its interface. */
export type Bss = {
  readonly interfaceName: string;
  readonly ssid: string;
  readonly bssid: MacAddress | undefined;
  readonly frequencyMHz: number;
  /** As /etc/config/wireless names it; undefined while netifd has not told. */
  readonly radio: string | undefined;
  readonly hasVlans: boolean;
  readonly hasWirelessUplink: boolean;
};

/** Of a BSS of which netifd has not told. */
export const UNKNOWN_WIRELESS = { radio: undefined, hasVlans: false, hasWirelessUplink: false };

export function bssOfStatus(interfaceName: string, data: PlainTable, wireless: Wireless | undefined): Bss {
  return {
    interfaceName,
    ssid: typeof data.ssid === 'string' ? data.ssid : '',
    bssid: typeof data.bssid === 'string' ? parseMac(data.bssid) : undefined,
    frequencyMHz: typeof data.freq === 'number' ? data.freq : 0,
    ...(wireless ?? UNKNOWN_WIRELESS),
  };
}

export function isSameBss(a: Bss, b: Bss): boolean {
  const hasSameName = a.ssid === b.ssid && a.bssid === b.bssid && a.frequencyMHz === b.frequencyMHz;
  const isSameForNetifd = a.hasVlans === b.hasVlans && a.hasWirelessUplink === b.hasWirelessUplink;
  return hasSameName && isSameForNetifd && a.radio === b.radio;
}

/** Stale entries are listed for half a minute after a roam: only `authorized` counts. */
export function authorizedClients(clients: Plain | undefined): Set<MacAddress> {
  return clientsWhere(clients, ({ authorized }) => authorized === true);
}

/** In the middle of the key exchange. */
export function associatingClients(clients: Plain | undefined): Set<MacAddress> {
  return clientsWhere(clients, ({ assoc, authorized }) => assoc === true && authorized !== true);
}

function clientsWhere(clients: Plain | undefined, isMeant: (facts: PlainTable) => boolean): Set<MacAddress> {
  const macs = new Set<MacAddress>();
  if (!isTable(clients)) return macs;
  for (const [address, facts] of Object.entries(clients)) {
    const mac = parseMac(address);
    if (mac !== undefined && isTable(facts) && isMeant(facts)) macs.add(mac);
  }
  return macs;
}

export function isTable(value: Plain | undefined): value is PlainTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

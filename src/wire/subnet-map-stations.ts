// Stations in the Subnet Map Exchange: who serves a station, its home address, and what its home gateway was called.
//
//   Station (6)  Flags (1)  Home address (4, 0: not known)  Gateway MAC (6, 0: unknown)  Access point (6)  Age (4, ms)

import {
  type Ipv4Address,
  isGroupMac,
  isUnicast,
  type MacAddress,
  readMac,
  UNSPECIFIED_ADDRESS,
  writeMac,
} from '../octets/address.ts';
import { viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

export const STATION_LENGTH = 27;

const FLAG = { asks: 1, left: 2 } as const;

export type MapStation = {
  readonly mac: MacAddress;
  /** Its access point wants to know where it was. */
  readonly asks: boolean;
  /** It has gone from there, nobody knows where. */
  readonly hasLeft: boolean;
  readonly homeAddress: Ipv4Address | undefined;
  readonly gatewayMac: MacAddress | undefined;
  /** The name of the access point that serves it, or did last; in an answer, the one before who asks. */
  readonly accessPoint: MacAddress;
  /** How long ago it came there. */
  readonly ageMs: number;
};

export function encodeStation(station: MapStation): Uint8Array {
  const octets = new Uint8Array(STATION_LENGTH);
  const view = viewOf(octets);
  writeMac(view, 0, station.mac);
  view.setUint8(6, (station.asks ? FLAG.asks : 0) | (station.hasLeft ? FLAG.left : 0));
  view.setUint32(7, station.homeAddress ?? UNSPECIFIED_ADDRESS);
  writeMac(view, 11, station.gatewayMac ?? (0 as MacAddress));
  writeMac(view, 17, station.accessPoint);
  view.setUint32(23, Math.min(0xffffffff, Math.max(0, Math.round(station.ageMs))));
  return octets;
}

export function readStation(octets: Uint8Array, at: number): MapStation {
  const view = fixedPart(octets.subarray(at), STATION_LENGTH, 'station');
  const [mac, gatewayMac, accessPoint] = [readMac(view, 0), readMac(view, 11), readMac(view, 17)];
  const homeAddress = view.getUint32(7) as Ipv4Address;
  if (mac === 0 || [mac, gatewayMac, accessPoint].some(isGroupMac)) throw new Malformed('station', 'a group address');
  if (homeAddress !== UNSPECIFIED_ADDRESS && !isUnicast(homeAddress)) {
    throw new Malformed('station', 'a home address that no station has');
  }
  return {
    mac,
    asks: (view.getUint8(6) & FLAG.asks) !== 0,
    hasLeft: (view.getUint8(6) & FLAG.left) !== 0,
    homeAddress: homeAddress === UNSPECIFIED_ADDRESS ? undefined : homeAddress,
    gatewayMac: gatewayMac === 0 ? undefined : gatewayMac,
    accessPoint,
    ageMs: view.getUint32(23),
  };
}

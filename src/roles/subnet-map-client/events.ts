// What the subnet map client hears and asks for.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { MapMessage } from '../../wire/subnet-map.ts';
import type { MapClaim, MapRecord } from '../../wire/subnet-map-records.ts';
import type { Report } from '../report.ts';

export type SubnetMapClientConfiguration = {
  /** The access point's name: a MAC address of it that does not change. */
  readonly accessPoint: MacAddress;
  readonly secret: Uint8Array;
  /** Whom to ask, in order; an authoritative access point asks only itself. None: they are not known yet. */
  readonly authorities: readonly Ipv4Address[];
  /** The home agents of our own networks. */
  readonly claims: readonly MapClaim[];
  /** Whether stations are told and asked for. */
  readonly isDirectoryUsed: boolean;
  readonly mostRecords: number;
};

export type SubnetMapClientEvent =
  /** Undefined: no authoritative access point is wanted, or there is no key. */
  | { readonly kind: 'configured'; readonly configuration: SubnetMapClientConfiguration | undefined }
  /** Of the called side of a session. */
  | { readonly kind: 'mapMessageReceived'; readonly message: MapMessage; readonly sourceAddress: Ipv4Address }
  /** The map of before a restart. */
  | { readonly kind: 'mapRestored'; readonly records: readonly MapRecord[] }
  | { readonly kind: 'stationAttached'; readonly mac: MacAddress }
  | {
      readonly kind: 'stationIdentified';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly gatewayMac: MacAddress | undefined;
    }
  | { readonly kind: 'stationLeft'; readonly mac: MacAddress }
  | { readonly kind: 'deadlineReached' };

export type SubnetMapClientEffect =
  | { readonly kind: 'mapMessageSent'; readonly destination: Ipv4Address; readonly octets: Uint8Array }
  /** `rows` and `records` are others than before. */
  | { readonly kind: 'mapChanged' }
  /** Where a station that has just attached is at home, as its last access point told. */
  | {
      readonly kind: 'stationHinted';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly gatewayMac: MacAddress | undefined;
    }
  /** A station of ours is with another access point now. */
  | { readonly kind: 'stationMoved'; readonly mac: MacAddress }
  /** It has not answered for a while, and the next one is asked. */
  | { readonly kind: 'authoritySilent'; readonly address: Ipv4Address }
  | { readonly kind: 'report'; readonly report: Report };

// What an authoritative access point hears and asks for.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { RegistrationReply } from '../../wire/registration.ts';
import type { MapMessage } from '../../wire/subnet-map.ts';
import type { MapRecord } from '../../wire/subnet-map-records.ts';
import type { Report } from '../report.ts';

export type AuthorityConfiguration = {
  /** Its name: a MAC address of it that does not change. */
  readonly accessPoint: MacAddress;
  readonly secret: Uint8Array;
  readonly otherAuthorities: readonly Ipv4Address[];
  readonly isDirectoryKept: boolean;
  /** As many access points can be served. */
  readonly mostRecords: number;
  readonly mostStations: number;
};

export type AuthorityEvent =
  /** Undefined: this box is none. */
  | { readonly kind: 'configured'; readonly configuration: AuthorityConfiguration | undefined }
  | {
      readonly kind: 'mapMessageReceived';
      readonly message: MapMessage;
      readonly sourceAddress: Ipv4Address;
      /** Undefined: it came from this very box. */
      readonly destinationAddress: Ipv4Address | undefined;
    }
  /** The map of before a restart: who is in it is believed when its home agents answer. */
  | { readonly kind: 'mapRestored'; readonly records: readonly MapRecord[] }
  /** What a home agent says to a question of ours, or to one that we know nothing of. */
  | { readonly kind: 'replyReceived'; readonly reply: RegistrationReply; readonly sourceAddress: Ipv4Address }
  | { readonly kind: 'deadlineReached' };

export type AuthorityEffect =
  | {
      readonly kind: 'mapMessageSent';
      readonly destination: Ipv4Address;
      /** Undefined: any address of ours. */
      readonly source: Ipv4Address | undefined;
      readonly octets: Uint8Array;
    }
  /** A Registration Request that asks whether a home agent lives. */
  | { readonly kind: 'homeAgentProbed'; readonly homeAgent: Ipv4Address; readonly octets: Uint8Array }
  /** Another one has not answered for a while. */
  | { readonly kind: 'authoritySilent'; readonly address: Ipv4Address }
  | { readonly kind: 'report'; readonly report: Report };

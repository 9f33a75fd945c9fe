// What the foreign agent hears, and what follows from it.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { RegistrationReply, RegistrationRequest } from '../../wire/registration.ts';
import type { RegistrationRevocation } from '../../wire/revocation.ts';
import type { Report } from '../report.ts';
import type { ForeignAgentConfiguration } from './configuration.ts';
import type { Visitor, VisitorLink } from './visitor-list.ts';

export type MessageArrival = {
  readonly sourceAddress: Ipv4Address;
  readonly sourcePort: number;
  readonly destinationAddress: Ipv4Address;
};

export type ForeignAgentEvent =
  | { readonly kind: 'configured'; readonly configuration: ForeignAgentConfiguration }
  | {
      readonly kind: 'requestReceived';
      readonly request: RegistrationRequest;
      readonly link: VisitorLink;
      readonly timeToLive: number;
    }
  | { readonly kind: 'replyReceived'; readonly reply: RegistrationReply; readonly sourceAddress: Ipv4Address }
  | {
      readonly kind: 'revocationReceived';
      readonly revocation: RegistrationRevocation;
      readonly arrival: MessageArrival;
    }
  /** An ICMP Destination Unreachable came for a request of ours. */
  | { readonly kind: 'homeAgentUnreachable'; readonly homeAgent: Ipv4Address; readonly icmpCode: number }
  /** The operator ends a visit. */
  | { readonly kind: 'cleared'; readonly homeAddress: Ipv4Address }
  | { readonly kind: 'deadlineReached' };

export type ForeignAgentEffect =
  | {
      readonly kind: 'requestRelayed';
      readonly octets: Uint8Array;
      readonly source: Ipv4Address;
      readonly destination: Ipv4Address;
    }
  /** To the mobile node, be it the home agent's word or ours. */
  | {
      readonly kind: 'replyRelayed';
      readonly octets: Uint8Array;
      readonly homeAddress: Ipv4Address;
      readonly source: Ipv4Address;
      readonly destination: Ipv4Address;
      readonly link: VisitorLink;
    }
  | {
      readonly kind: 'revocationAcknowledgmentSent';
      readonly octets: Uint8Array;
      readonly source: Ipv4Address;
      readonly destination: Ipv4Address;
      readonly destinationPort: number;
    }
  | { readonly kind: 'visitorWanted'; readonly visitor: Visitor }
  | { readonly kind: 'visitorUnwanted'; readonly visitor: Visitor }
  /** For an access point on this box; `isInformed`: the mobile node is to know and may register again. */
  | { readonly kind: 'visitorRevoked'; readonly visitor: Visitor; readonly isInformed: boolean }
  /** For who advertises: the node is to hear that its visit has ended (RFC 3543 §4.1). */
  | {
      readonly kind: 'visitLost';
      readonly interfaceName: string;
      readonly homeAddress: Ipv4Address;
      readonly mac: MacAddress;
    }
  /** For who advertises: whether new visitors would be turned away. */
  | { readonly kind: 'busyChanged'; readonly isBusy: boolean }
  | { readonly kind: 'report'; readonly report: Report };

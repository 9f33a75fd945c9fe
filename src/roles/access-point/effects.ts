// What an access point asks of its host: frames to stations and agents, kernel state, and reports.

import type { Ipv4Address, MacAddress } from '../../octets/address.ts';
import type { Report } from '../report.ts';
import type { Places } from './interface-census.ts';

export type AccessPointEffect =
  /** Which stations' IPv4 frames the packet socket of this interface shall deliver. */
  | { readonly kind: 'filterWanted'; readonly interfaceName: string; readonly unidentified: ReadonlySet<MacAddress> }
  | { readonly kind: 'stationFrameSent'; readonly interfaceName: string; readonly octets: Uint8Array }
  /** A registration, as a frame of the station itself. `isLocal`: for the agent of this box; else it goes over the bridge. */
  | {
      readonly kind: 'agentFrameSent';
      readonly bridge: string;
      readonly isLocal: boolean;
      readonly octets: Uint8Array;
    }
  | {
      readonly kind: 'interceptionWanted' | 'interceptionUnwanted';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly agentMac: MacAddress;
      readonly isLocal: boolean;
    }
  /** Replies to this station's registrations come over the wire: they must not reach the station. */
  | { readonly kind: 'replyInterceptionWanted' | 'replyInterceptionUnwanted'; readonly mac: MacAddress }
  /** The bridge lets this station's DHCP through to the server of its network, or keeps it. */
  | { readonly kind: 'dhcpLocalWanted' | 'dhcpLocalUnwanted'; readonly mac: MacAddress }
  /** A station of this interface needs the advertisements of agents. */
  | { readonly kind: 'advertisementsWanted' | 'advertisementsUnwanted'; readonly interfaceName: string }
  /** All stations of this interface are visitors: the broadcasts of the network are not for them. */
  | { readonly kind: 'barrierWanted' | 'barrierUnwanted'; readonly interfaceName: string }
  /** Visitors are among others here: the network's broadcasts are for these alone, and theirs, one copy for each. */
  | { readonly kind: 'broadcastCopiesWanted'; readonly interfaceName: string; readonly others: Places }
  | { readonly kind: 'broadcastCopiesUnwanted'; readonly interfaceName: string }
  /** DHCP that the bridge kept is for the server of its network after all, on this box or another. */
  | { readonly kind: 'dhcpRelayed'; readonly bridge: string; readonly octets: Uint8Array }
  /** An IPv4 packet in a visitor's name, or in a tunnel. */
  | { readonly kind: 'packetSent'; readonly octets: Uint8Array; readonly destination: Ipv4Address }
  /** An Agent Solicitation is to go out on this bridge (RFC 5944 §2.4). */
  | { readonly kind: 'solicitationSent'; readonly bridge: string }
  | { readonly kind: 'report'; readonly report: Report };

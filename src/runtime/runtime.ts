// What a host must give: descriptors kept open, a clock, an alarm, random numbers, a log. What arrives at the daemon and
// what departs from it are data; a host carries them, and decides nothing.

import type { Ipv4Address } from '../octets/address.ts';
import type { Digests } from '../octets/digest.ts';
import type { Random } from '../roles/role.ts';
import type { Instruction } from '../wire/packet-filter.ts';

/** `network`: watches links and addresses. `route` and `netfilter`: change what the kernel does. */
/** `tables` only hears what becomes of nf_tables. */
export type NetlinkChannel = 'network' | 'route' | 'netfilter' | 'tables';
export type LogLevel = 'error' | 'warning' | 'notice' | 'info' | 'debug';

/** What a daemon is built with. */
export type Host = {
  readonly digests: Digests;
  readonly random: Random;
  /** What of the processor shows in netlink. */
  readonly conventions: { readonly littleEndian: boolean; readonly errnoNumbers: 'generic' | 'mips' };
};

export type Datagram = {
  readonly octets: Uint8Array;
  readonly sourceAddress: Ipv4Address;
  readonly sourcePort: number;
  readonly destinationAddress: Ipv4Address;
  readonly interfaceIndex: number;
  readonly timeToLive: number;
};

/** Why the world said no: the errno's name, and the system's words for it. */
export type Failure = { readonly code: string; readonly message: string };

export type Arrival =
  | { readonly kind: 'started' }
  /** The text of the configuration file; undefined where there is none. */
  | { readonly kind: 'configuration'; readonly octets: Uint8Array | undefined }
  /** What `stateWrite` wrote last, before a restart; undefined where there is nothing. */
  | { readonly kind: 'stateRead'; readonly octets: Uint8Array | undefined }
  /** The subnet map that `mapWrite` wrote last, before a restart or a reboot; undefined where there is none. */
  | { readonly kind: 'mapRead'; readonly octets: Uint8Array | undefined }
  /** On the port of the subnet map exchange. */
  | { readonly kind: 'mapReceived'; readonly datagram: Datagram }
  | { readonly kind: 'alarm' }
  | { readonly kind: 'stopRequested' }
  /** Another daemon is about to go on with what this one has made. */
  | { readonly kind: 'restartRequested' }
  | { readonly kind: 'ubusConnected' }
  | { readonly kind: 'ubusReceived'; readonly octets: Uint8Array }
  | { readonly kind: 'ubusDisconnected'; readonly why: string }
  | { readonly kind: 'netlinkReceived'; readonly channel: NetlinkChannel; readonly octets: Uint8Array }
  /** The receive buffer was too small for what came: answers and notifications may be missing. */
  | { readonly kind: 'netlinkOverrun'; readonly channel: NetlinkChannel }
  | { readonly kind: 'registrationReceived'; readonly datagram: Datagram }
  /** ICMP says that a registration message did not reach its destination. */
  | {
      readonly kind: 'registrationUnreachable';
      readonly address: Ipv4Address;
      readonly icmpType: number;
      readonly icmpCode: number;
    }
  | {
      readonly kind: 'radiusReceived';
      readonly octets: Uint8Array;
      readonly sourceAddress: Ipv4Address;
      readonly sourcePort: number;
    }
  /** ICMP says that nobody took what was sent there. */
  | { readonly kind: 'radiusUnreachable'; readonly address: Ipv4Address; readonly port: number }
  /** /etc/hosts and /etc/resolv.conf; undefined where they are not there. */
  | {
      readonly kind: 'nameFiles';
      readonly hosts: Uint8Array | undefined;
      readonly resolverConfiguration: Uint8Array | undefined;
    }
  | {
      readonly kind: 'dnsReceived';
      readonly octets: Uint8Array;
      readonly sourceAddress: Ipv4Address;
      readonly sourcePort: number;
    }
  | { readonly kind: 'dnsUnreachable'; readonly address: Ipv4Address; readonly port: number }
  | { readonly kind: 'frameReceived'; readonly interfaceName: string; readonly octets: Uint8Array }
  | { readonly kind: 'failed'; readonly part: FailedPart; readonly failure: Failure };

export type FailedPart =
  | { readonly kind: 'netlink'; readonly channel: NetlinkChannel }
  | { readonly kind: 'registrationSocket' }
  | { readonly kind: 'mapSocket' | 'mapFile' }
  | { readonly kind: 'mapSend'; readonly destination: Ipv4Address }
  | { readonly kind: 'registrationSend'; readonly destination: Ipv4Address }
  | { readonly kind: 'radiusSocket' | 'radiusSend' }
  | { readonly kind: 'dnsSocket' | 'dnsSend' }
  | { readonly kind: 'frames'; readonly interfaceName: string }
  | { readonly kind: 'groups'; readonly interfaceName: string }
  | { readonly kind: 'state' }
  | { readonly kind: 'linkFrame'; readonly interfaceIndex: number }
  | { readonly kind: 'packet'; readonly destination: Ipv4Address };

export type Departure =
  /** The configuration is to be read again: it arrives. */
  | { readonly kind: 'configurationRead' }
  | { readonly kind: 'ubusConnect'; readonly path: string }
  | { readonly kind: 'ubusSend'; readonly octets: Uint8Array }
  | { readonly kind: 'ubusDisconnect' }
  | { readonly kind: 'netlinkOpen'; readonly channel: NetlinkChannel; readonly groups: readonly number[] }
  | { readonly kind: 'netlinkSend'; readonly channel: NetlinkChannel; readonly octets: Uint8Array }
  /** One UDP socket on every address. */
  | { readonly kind: 'registrationOpen'; readonly port: number }
  | { readonly kind: 'registrationClose' }
  | {
      readonly kind: 'registrationSend';
      readonly octets: Uint8Array;
      readonly source: Ipv4Address;
      readonly destination: Ipv4Address;
      readonly destinationPort: number;
      /** Of a limited broadcast: the link that it goes to, and is heard from by this host too. */
      readonly interfaceIndex?: number;
    }
  /** One UDP socket for all RADIUS servers. */
  | { readonly kind: 'radiusOpen' | 'radiusClose' }
  | {
      readonly kind: 'radiusSend';
      readonly octets: Uint8Array;
      readonly address: Ipv4Address;
      readonly port: number;
    }
  /** What the files say of host names is to be read: it arrives. */
  | { readonly kind: 'nameFilesRead' }
  /** One UDP socket for all name servers, on another port each time. */
  | { readonly kind: 'dnsOpen' | 'dnsClose' }
  | {
      readonly kind: 'dnsSend';
      readonly octets: Uint8Array;
      readonly address: Ipv4Address;
      readonly port: number;
    }
  /** A whole IPv4 packet, whoever is its source. */
  | { readonly kind: 'packetSend'; readonly octets: Uint8Array; readonly destination: Ipv4Address }
  /** Lets multicast of these groups in on an interface; it is received as frames. */
  | { readonly kind: 'groupsJoin'; readonly interfaceName: string; readonly multicastGroups: readonly Ipv4Address[] }
  | { readonly kind: 'groupsLeave'; readonly interfaceName: string }
  /** One UDP socket on every address for the subnet map exchange; an undefined source lets the kernel choose. */
  | { readonly kind: 'mapOpen'; readonly port: number }
  | { readonly kind: 'mapClose' }
  | {
      readonly kind: 'mapSend';
      readonly octets: Uint8Array;
      readonly source: Ipv4Address | undefined;
      readonly destination: Ipv4Address;
      readonly destinationPort: number;
    }
  /** Kept over a reboot. */
  | { readonly kind: 'mapWrite'; readonly octets: Uint8Array }
  /** Kept over a restart of the daemon, not of the machine. The text, in pieces, is taken before anything else happens. */
  | { readonly kind: 'stateWrite'; readonly text: Iterable<string> }
  /** A packet socket on the interface of a BSS; opened again with another filter, the filter alone is changed. */
  | {
      readonly kind: 'framesOpen';
      readonly interfaceName: string;
      readonly interfaceIndex: number;
      readonly filter: readonly Instruction[];
    }
  | { readonly kind: 'framesClose'; readonly interfaceName: string }
  | { readonly kind: 'frameSend'; readonly interfaceName: string; readonly octets: Uint8Array }
  /** A single frame on any link. */
  | { readonly kind: 'linkFrameSend'; readonly interfaceIndex: number; readonly octets: Uint8Array }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'exit'; readonly status: number };

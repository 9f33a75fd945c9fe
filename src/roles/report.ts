// What an operator is told: data, never text. `status` counts reports always, and makes lines of them.

import type { Ipv4Address, MacAddress, Prefix } from '../octets/address.ts';
import type { PairFault } from '../wire/cisco-av-pair.ts';

/** Why a registration message was dropped without an answer; the words of RFC 2006 (mipSecViolationReason) where it has them. */
export type DiscardReason =
  | 'noMobilitySecurityAssociation'
  | 'missingSecurityExtension'
  | 'badAuthenticator'
  | 'badSPI'
  | 'badIdentifier'
  | 'noPendingRequest'
  /** A revocation of what is not bound here, or that no message of ours is waiting for. */
  | 'noBinding'
  /** Our own message, sent back to us. */
  | 'reflected'
  | 'rateLimited'
  /** RFC 3543 §4.2.1: by a mobile node that has no care-of address of its own. */
  | 'revocationOfferedByVisitor'
  /** A registration reply that another box sent than the agent that was asked. */
  | 'notFromAgent'
  | 'notServed';

/** Why a message of the Subnet Map Exchange was dropped. */
export type MapDiscardReason =
  | 'badAuthenticator'
  | 'replayed'
  | 'unknownSession'
  | 'otherVersion'
  /** For an authoritative access point, which this box is not. */
  | 'notServed'
  /** Another box of the same name is heard. */
  | 'nameTaken'
  | 'rateLimited'
  | 'tableFull';

/** Why a station is left alone. */
export type NotProxiedReason =
  | 'noHomeAgent'
  | 'noSecurityAssociation'
  /** A RADIUS server is asked for it. */
  | 'securityAssociationAwaited'
  | 'noForeignAgent'
  | 'addressTaken'
  /** It has another address, which is served. */
  | 'secondAddress'
  | 'ownMobileIp'
  /** With `option dhcp strict`: it has asked a DHCP server for something. */
  | 'dhcpRequest'
  | 'noCareOfAddress';

/** Why what a RADIUS server says of an address is of no use. */
export type AssociationFault = PairFault | 'noPair' | 'noAccess' | 'noAnswer';

export type Report =
  | { readonly kind: 'stationAttached'; readonly mac: MacAddress; readonly interfaceName: string }
  /** To a BSS whose switch is off: nothing is done for it. */
  | { readonly kind: 'stationNotServed'; readonly mac: MacAddress; readonly interfaceName: string }
  | { readonly kind: 'stationDetached'; readonly mac: MacAddress; readonly interfaceName: string }
  | { readonly kind: 'stationSilent'; readonly mac: MacAddress; readonly address: Ipv4Address }
  | {
      readonly kind: 'stationHome';
      readonly mac: MacAddress;
      readonly address: Ipv4Address;
      readonly learnedBy: string;
    }
  | {
      readonly kind: 'stationAway';
      readonly mac: MacAddress;
      readonly address: Ipv4Address;
      readonly learnedBy: string;
    }
  | {
      readonly kind: 'stationNotProxied';
      readonly mac: MacAddress;
      readonly address: Ipv4Address;
      readonly reason: NotProxiedReason;
    }
  | { readonly kind: 'tooManyStations'; readonly mac: MacAddress }
  /** As the authoritative access points tell: which access point it was with, or is with now. */
  | { readonly kind: 'stationCameFrom' | 'stationMovedTo'; readonly mac: MacAddress; readonly peer: Ipv4Address }
  /** A RADIUS server has said what it has for this address. */
  | { readonly kind: 'associationFetched' | 'associationRefused'; readonly homeAddress: Ipv4Address }
  | { readonly kind: 'associationUnusable'; readonly homeAddress: Ipv4Address; readonly fault: AssociationFault }
  | {
      readonly kind: 'registrationSent';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly homeAgent: Ipv4Address;
      readonly careOfAddress: Ipv4Address;
      readonly lifetimeSeconds: number;
      readonly attempt: number;
    }
  | {
      readonly kind: 'registrationAccepted';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly lifetimeSeconds: number;
      readonly elapsedMs: number;
    }
  | {
      readonly kind: 'registrationDenied';
      readonly mac: MacAddress;
      readonly homeAddress: Ipv4Address;
      readonly code: number;
    }
  | { readonly kind: 'registrationUnanswered'; readonly mac: MacAddress; readonly homeAddress: Ipv4Address }
  /** The foreign agent says that it has the registration no more. */
  | { readonly kind: 'registrationVoided'; readonly mac: MacAddress; readonly homeAddress: Ipv4Address }
  | {
      readonly kind: 'agentFound' | 'agentLost' | 'agentRebooted' | 'tooManyAgents';
      readonly bridge: string;
      readonly address: Ipv4Address;
    }
  | { readonly kind: 'noAgentAnswers'; readonly bridge: string }
  | { readonly kind: 'clockResynchronized'; readonly homeAgent: Ipv4Address; readonly offsetMs: number }
  | { readonly kind: 'nonceGiven'; readonly homeAgent: Ipv4Address; readonly homeAddress: Ipv4Address }
  | {
      readonly kind: 'replyDiscarded';
      readonly homeAddress: Ipv4Address;
      readonly reason: DiscardReason;
      /** Of a reply that says itself that the keys differ. */
      readonly code?: number;
    }
  | {
      readonly kind: 'bindingCreated' | 'bindingMoved' | 'bindingRenewed';
      readonly homeAddress: Ipv4Address;
      readonly careOfAddress: Ipv4Address;
      readonly lifetimeSeconds: number;
    }
  | {
      /** Cleared by the operator or a new configuration; revoked by the foreign agent. */
      readonly kind: 'bindingDeregistered' | 'bindingExpired' | 'bindingCleared' | 'bindingRevoked';
      readonly homeAddress: Ipv4Address;
      readonly careOfAddress: Ipv4Address;
    }
  | { readonly kind: 'bindingsRestored'; readonly restored: number; readonly refused: number }
  | { readonly kind: 'tooManyRevocations' | 'tooManyAnnouncements'; readonly homeAddress: Ipv4Address }
  /** A question that is answered to anybody: where a home agent is, or whether it lives. */
  | { readonly kind: 'probeAnswered'; readonly homeAddress: Ipv4Address; readonly code: number }
  | {
      readonly kind: 'revocationSent';
      readonly by: 'homeAgent' | 'foreignAgent';
      readonly homeAddress: Ipv4Address;
      readonly peer: Ipv4Address;
      readonly attempt: number;
    }
  | {
      readonly kind: 'revocationAcknowledged' | 'revocationUnanswered';
      readonly by: 'homeAgent' | 'foreignAgent';
      readonly homeAddress: Ipv4Address;
      readonly peer: Ipv4Address;
    }
  | {
      readonly kind: 'revocationDiscarded';
      readonly by: 'homeAgent' | 'foreignAgent';
      readonly homeAddress: Ipv4Address;
      readonly reason: DiscardReason;
    }
  | {
      readonly kind: 'requestDenied';
      readonly by: 'homeAgent' | 'foreignAgent';
      readonly homeAddress: Ipv4Address;
      readonly code: number;
    }
  | {
      readonly kind: 'requestDiscarded';
      readonly by: 'homeAgent' | 'foreignAgent';
      readonly homeAddress: Ipv4Address;
      readonly reason: DiscardReason;
    }
  /** A visitor's DHCP: waits for its registration; went home; gave the address back. */
  | {
      readonly kind: 'dhcpHeld' | 'dhcpSentHome' | 'dhcpReleased';
      readonly mac: MacAddress;
      readonly address: Ipv4Address;
    }
  /** It asks for a new address; or its DHCP is for the server of this network. */
  | { readonly kind: 'dhcpBegunAnew' | 'dhcpLeftToServer'; readonly mac: MacAddress }
  /** The home agent has said a mobile node's DHCP on the home link, or has not; or has carried a server's refusal to it. */
  | { readonly kind: 'dhcpRepeated' | 'dhcpNotRepeated' | 'dhcpRefused'; readonly homeAddress: Ipv4Address }
  | {
      /** Moved: to another interface, home agent or care-of address, or with another tunnel. */
      readonly kind: 'visitorAdded' | 'visitorRenewed' | 'visitorMoved';
      readonly homeAddress: Ipv4Address;
      readonly homeAgent: Ipv4Address;
      readonly lifetimeSeconds: number;
    }
  | {
      /** Cleared by the operator or a new configuration; revoked by the home agent. */
      readonly kind: 'visitorDeregistered' | 'visitorExpired' | 'visitorCleared' | 'visitorRevoked';
      readonly homeAddress: Ipv4Address;
      readonly homeAgent: Ipv4Address;
    }
  | { readonly kind: 'visitsRestored'; readonly restored: number; readonly refused: number }
  /** The visitor list is full, or no longer. */
  | { readonly kind: 'foreignAgentBusy'; readonly isBusy: boolean }
  | { readonly kind: 'mapMessageDiscarded'; readonly sourceAddress: Ipv4Address; readonly reason: MapDiscardReason }
  /** An authoritative access point answers, or does no longer. */
  | { readonly kind: 'authorityReached' | 'authorityLost'; readonly address: Ipv4Address }
  /** At an authoritative access point. */
  | {
      readonly kind: 'accessPointJoined' | 'accessPointLost';
      readonly accessPoint: MacAddress;
      readonly address: Ipv4Address;
    }
  /** The last access point of a home agent is gone, and so are these. */
  | { readonly kind: 'homeAgentLost'; readonly homeAgent: Ipv4Address; readonly network: Prefix }
  /** Two boxes report under the same name. */
  | { readonly kind: 'accessPointNameTaken'; readonly accessPoint: MacAddress; readonly address: Ipv4Address }
  | { readonly kind: 'subnetMapFull' }
  | {
      readonly kind: 'solicitationDiscarded';
      readonly interfaceName: string;
      readonly sourceAddress: Ipv4Address;
      readonly reason: 'notServed' | 'badSource';
    };

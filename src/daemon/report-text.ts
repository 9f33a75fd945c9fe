// A report as one line of the log.

import { formatIpv4, formatMac, type Ipv4Address } from '../octets/address.ts';
import type { AssociationFault, NotProxiedReason, Report } from '../roles/report.ts';
import type { LogLevel } from '../runtime/runtime.ts';
import { codeText } from '../wire/registration.ts';
import { type SubnetMapReport, subnetMapLine } from './subnet-map-text.ts';

export type LogLine = { readonly level: LogLevel; readonly text: string };

export const NOT_PROXIED_TEXT: Record<NotProxiedReason, string> = {
  noHomeAgent: "no row of the subnet map covers this address: add a 'config subnet' with its network and home agent",
  noSecurityAssociation: "no security association covers this address: add a 'config secure_node'",
  securityAssociationAwaited: 'not yet: it waits for its key from the RADIUS server',
  noForeignAgent:
    "no foreign agent on this link serves it: set 'option foreign_agent 1' on the bridge, or start one on the link's router",
  addressTaken: 'another station has this address already',
  secondAddress: 'of its addresses only one is served, and that is another',
  ownMobileIp: 'it has Mobile IP software of its own',
  dhcpRequest: "it asks for an address by DHCP, and 'option dhcp strict' is set",
  noCareOfAddress: 'no route leads to its home agent',
};

const PAIR = "'mobileip:spi#0=spi 100 key hex ...'";
const ASSOCIATION_FAULTS: Readonly<Record<AssociationFault, string>> = {
  noAnswer: 'it answers other questions, but not this one',
  noAccess: 'it wants more than a name and a password',
  noPair: `give it a Cisco-AVPair ${PAIR}`,
  spi: `a Cisco-AVPair names no SPI from 100 to ffffffff, hexadecimal: ${PAIR}`,
  key: 'the key of a Cisco-AVPair is neither hex with 32 digits nor ascii with 1 to 16 characters',
  replay: 'a Cisco-AVPair asks for other replay protection than timestamp',
  algorithm: 'a Cisco-AVPair names another algorithm than md5, hmac-md5 or hmac-sha256',
  mode: 'a Cisco-AVPair names another mode than prefix-suffix or hmac, or one that its algorithm does not have',
  unknownWord: `a Cisco-AVPair has a word that is not known: ${PAIR}`,
  tooMany: 'it has too many Cisco-AVPairs for one address',
};

/** The line for a report, and how much it matters. */
export function reportLine(report: Report): LogLine {
  switch (report.kind) {
    case 'stationAttached':
    case 'stationNotServed':
    case 'stationDetached':
    case 'stationSilent':
    case 'stationHome':
    case 'stationAway':
    case 'stationNotProxied':
    case 'stationCameFrom':
    case 'stationMovedTo':
    case 'tooManyStations':
      return stationLine(report);
    case 'registrationSent':
    case 'registrationAccepted':
    case 'registrationDenied':
    case 'registrationUnanswered':
    case 'registrationVoided':
    case 'clockResynchronized':
    case 'nonceGiven':
    case 'replyDiscarded':
      return registrationLine(report);
    case 'agentFound':
    case 'agentLost':
    case 'agentRebooted':
    case 'tooManyAgents':
    case 'noAgentAnswers':
      return discoveryLine(report);
    case 'revocationSent':
    case 'revocationAcknowledged':
    case 'revocationUnanswered':
    case 'revocationDiscarded':
      return revocationLine(report);
    case 'associationFetched':
    case 'associationRefused':
    case 'associationUnusable':
      return associationLine(report);
    case 'mapMessageDiscarded':
    case 'authorityReached':
    case 'authorityLost':
    case 'accessPointJoined':
    case 'accessPointLost':
    case 'homeAgentLost':
    case 'accessPointNameTaken':
    case 'subnetMapFull':
      return subnetMapLine(report);
    case 'dhcpHeld':
    case 'dhcpSentHome':
    case 'dhcpReleased':
    case 'dhcpBegunAnew':
    case 'dhcpLeftToServer':
    case 'dhcpRepeated':
    case 'dhcpNotRepeated':
    case 'dhcpRefused':
      return dhcpLine(report);
    case 'bindingsRestored':
      return restoredLine('home agent', 'bindings', report);
    case 'visitsRestored':
    case 'foreignAgentBusy':
    case 'solicitationDiscarded':
      return visitedLinkLine(report);
    default:
      return agentLine(report);
  }
}

type StationReport = Extract<Report, { readonly kind: `station${string}` | 'tooManyStations' }>;
type RegistrationReport = Extract<
  Report,
  { readonly kind: `registration${string}` | 'clockResynchronized' | 'nonceGiven' | 'replyDiscarded' }
>;
type DiscoveryReport = Extract<Report, { readonly bridge: string }>;
type RevocationReport = Extract<Report, { readonly kind: `revocation${string}` }>;
type AssociationReport = Extract<Report, { readonly kind: `association${string}` }>;
type DhcpReport = Extract<Report, { readonly kind: `dhcp${string}` }>;
type VisitedLinkReport = Extract<
  Report,
  { readonly kind: 'visitsRestored' | 'foreignAgentBusy' | 'solicitationDiscarded' }
>;
type AgentReport = Exclude<
  Report,
  | StationReport
  | RegistrationReport
  | DiscoveryReport
  | RevocationReport
  | AssociationReport
  | DhcpReport
  | VisitedLinkReport
  | SubnetMapReport
  | { readonly kind: 'bindingsRestored' }
>;

function stationLine(report: StationReport): LogLine {
  const mac = formatMac(report.mac);
  switch (report.kind) {
    case 'stationAttached':
      return info(`station ${mac} attached to ${report.interfaceName}`);
    case 'stationNotServed':
      return info(`station ${mac} attached to ${report.interfaceName}, which is not served: pmip status says why`);
    case 'stationDetached':
      return info(`station ${mac} left ${report.interfaceName}`);
    case 'stationSilent':
      return notice(`station ${mac} ${formatIpv4(report.address)} does not answer: no longer proxied`);
    case 'stationHome':
      return info(`station ${mac} ${formatIpv4(report.address)} is at home (learned by ${report.learnedBy})`);
    case 'stationAway':
      return info(`station ${mac} ${formatIpv4(report.address)} is away from home (learned by ${report.learnedBy})`);
    case 'stationNotProxied':
      return notice(`station ${mac} ${formatIpv4(report.address)} is not proxied: ${NOT_PROXIED_TEXT[report.reason]}`);
    case 'stationCameFrom':
      return info(`station ${mac} was with access point ${formatIpv4(report.peer)} before`);
    case 'stationMovedTo':
      return info(`station ${mac} is with access point ${formatIpv4(report.peer)} now`);
    case 'tooManyStations':
      return warning(`station ${mac} is not served: the table of stations is full`);
  }
}

function dhcpLine(report: DhcpReport): LogLine {
  switch (report.kind) {
    case 'dhcpHeld':
      return info(`DHCP of ${formatIpv4(report.address)} waits until it is registered`);
    case 'dhcpSentHome':
      return info(`DHCP of ${formatIpv4(report.address)} goes home`);
    case 'dhcpReleased':
      return notice(`station ${formatMac(report.mac)} gives ${formatIpv4(report.address)} back: no longer proxied`);
    case 'dhcpBegunAnew':
      return info(`station ${formatMac(report.mac)} asks for a new address: it is left to the DHCP server here`);
    case 'dhcpLeftToServer':
      return info(`DHCP of station ${formatMac(report.mac)} is left to the DHCP server here`);
    case 'dhcpRepeated':
      return info(`home agent: DHCP of ${formatIpv4(report.homeAddress)} is said on its home link`);
    case 'dhcpNotRepeated':
      return info(`home agent: DHCP from ${formatIpv4(report.homeAddress)} makes no sense for it, or comes too often`);
    case 'dhcpRefused':
      return notice(
        `home agent: its DHCP server refuses ${formatIpv4(report.homeAddress)} its address, which hears of it`,
      );
  }
}

function registrationLine(report: RegistrationReport): LogLine {
  switch (report.kind) {
    case 'registrationSent': {
      const { homeAddress, homeAgent, careOfAddress, lifetimeSeconds, attempt } = report;
      const verb = lifetimeSeconds === 0 ? 'deregistering' : 'registering';
      const again = attempt > 1 ? `, attempt ${attempt}` : '';
      const to = `home agent ${formatIpv4(homeAgent)}, care-of address ${formatIpv4(careOfAddress)}`;
      return info(`${verb} ${formatIpv4(homeAddress)} with ${to}, lifetime ${lifetimeSeconds} s${again}`);
    }
    case 'registrationAccepted': {
      const { homeAddress, lifetimeSeconds, elapsedMs } = report;
      const outcome = lifetimeSeconds === 0 ? 'is deregistered' : `is registered for ${lifetimeSeconds} s`;
      return notice(`${formatIpv4(homeAddress)} ${outcome} (after ${elapsedMs.toFixed(1)} ms)`);
    }
    case 'registrationDenied': {
      const { homeAddress, code } = report;
      return warning(`registration of ${formatIpv4(homeAddress)} denied: ${codeText(code)} (code ${code})`);
    }
    case 'registrationUnanswered':
      return warning(`registration of ${formatIpv4(report.homeAddress)}: no answer from its home agent`);
    case 'registrationVoided':
      return info(`registration of ${formatIpv4(report.homeAddress)}: the foreign agent has ended it`);
    case 'clockResynchronized':
      return clockLine(report.homeAgent, report.offsetMs);
    case 'nonceGiven': {
      const { homeAgent, homeAddress } = report;
      return info(`home agent ${formatIpv4(homeAgent)}: has given a nonce for ${formatIpv4(homeAddress)}`);
    }
    case 'replyDiscarded':
      return discardedReplyLine(report);
  }
}

function discardedReplyLine({ homeAddress, reason, code }: Extract<Report, { kind: 'replyDiscarded' }>): LogLine {
  const text = `registration reply for ${formatIpv4(homeAddress)} discarded: ${reason}`;
  return code === undefined ? info(text) : warning(`${text}; it says: ${codeText(code)} (code ${code})`);
}

function clockLine(homeAgent: Ipv4Address, offsetMs: number): LogLine {
  const difference = offsetMs < 0 ? `${-offsetMs} ms behind` : `${offsetMs} ms ahead of`;
  return notice(`home agent ${formatIpv4(homeAgent)}: its clock is ${difference} ours`);
}

function discoveryLine(report: DiscoveryReport): LogLine {
  const { bridge } = report;
  switch (report.kind) {
    case 'agentFound':
      return notice(`${bridge}: found mobility agent ${formatIpv4(report.address)}`);
    case 'agentLost':
      return warning(`${bridge}: mobility agent ${formatIpv4(report.address)} advertises no more`);
    case 'agentRebooted':
      return notice(
        `${bridge}: mobility agent ${formatIpv4(report.address)} has started anew: registering there again`,
      );
    case 'tooManyAgents':
      return warning(`${bridge}: too many mobility agents: ${formatIpv4(report.address)} is left out`);
    case 'noAgentAnswers':
      return warning(
        `${bridge}: no foreign agent answers: start one on the link's router, or set 'option foreign_agent 1'`,
      );
  }
}

function revocationLine(report: RevocationReport): LogLine {
  const address = formatIpv4(report.homeAddress);
  const agent = report.by === 'homeAgent' ? 'home agent' : 'foreign agent';
  switch (report.kind) {
    case 'revocationSent': {
      const again = report.attempt > 1 ? `, attempt ${report.attempt}` : '';
      return info(`${agent}: ${formatIpv4(report.peer)} is told that ${address} is no longer registered there${again}`);
    }
    case 'revocationAcknowledged':
      return info(`${agent}: ${formatIpv4(report.peer)} knows that ${address} is no longer registered there`);
    case 'revocationUnanswered':
      return notice(`${agent}: ${formatIpv4(report.peer)} never answered the revocation of ${address}`);
    case 'revocationDiscarded':
      return warning(`${agent}: a revocation of ${address} was discarded: ${report.reason}`);
  }
}

function associationLine(report: AssociationReport): LogLine {
  const address = formatIpv4(report.homeAddress);
  switch (report.kind) {
    case 'associationFetched':
      return info(`the key of ${address} came from the RADIUS server`);
    case 'associationRefused':
      return notice(`the RADIUS server has no key for ${address}`);
    case 'associationUnusable':
      return warning(`what the RADIUS server says of ${address} is of no use: ${ASSOCIATION_FAULTS[report.fault]}`);
  }
}

function visitedLinkLine(report: VisitedLinkReport): LogLine {
  switch (report.kind) {
    case 'visitsRestored':
      return restoredLine('foreign agent', 'visits', report);
    case 'foreignAgentBusy':
      return report.isBusy
        ? warning('foreign agent: the visitor list is full, new visitors are turned away')
        : notice('foreign agent: there is room for visitors again');
    case 'solicitationDiscarded': {
      const { sourceAddress, interfaceName, reason } = report;
      return info(`a solicitation of ${formatIpv4(sourceAddress)} on ${interfaceName} was discarded: ${reason}`);
    }
  }
}

function agentLine(report: AgentReport): LogLine {
  const address = formatIpv4(report.homeAddress);
  switch (report.kind) {
    case 'bindingCreated':
    case 'bindingMoved':
      return notice(`home agent: ${address} is at care-of address ${formatIpv4(report.careOfAddress)}`);
    case 'bindingRenewed':
      return info(`home agent: ${address} renewed for ${report.lifetimeSeconds} s`);
    case 'bindingDeregistered':
      return notice(`home agent: ${address} deregistered`);
    case 'bindingExpired':
      return notice(`home agent: the binding of ${address} expired`);
    case 'bindingCleared':
      return notice(`home agent: the binding of ${address} was cleared`);
    case 'bindingRevoked':
      return notice(`home agent: foreign agent ${formatIpv4(report.careOfAddress)} serves ${address} no more`);
    case 'tooManyRevocations':
      return warning(`home agent: the last foreign agent of ${address} is not told: too many revocations wait`);
    case 'tooManyAnnouncements':
      return notice(`home agent: gratuitous ARP for ${address} is not repeated: too many are`);
    case 'probeAnswered':
      return info(`home agent: a question for ${address} was answered with code ${report.code}`);
    case 'requestDenied': {
      const { code } = report;
      return warning(`request of ${address} denied: ${codeText(code)} (code ${code})`);
    }
    case 'requestDiscarded':
      return warning(`request of ${address} discarded: ${report.reason}`);
    case 'visitorAdded':
      return notice(`foreign agent: ${address} visits, home agent ${formatIpv4(report.homeAgent)}`);
    case 'visitorRenewed':
      return info(`foreign agent: ${address} renewed for ${report.lifetimeSeconds} s`);
    case 'visitorMoved':
      return notice(`foreign agent: ${address} visits in another way, home agent ${formatIpv4(report.homeAgent)}`);
    case 'visitorDeregistered':
      return notice(`foreign agent: ${address} has gone`);
    case 'visitorExpired':
      return notice(`foreign agent: the visit of ${address} expired`);
    case 'visitorCleared':
      return notice(`foreign agent: the visit of ${address} was cleared`);
    case 'visitorRevoked':
      return notice(`foreign agent: home agent ${formatIpv4(report.homeAgent)} has ended the visit of ${address}`);
  }
}

/** With every start; where nothing was kept, it is no news. */
function restoredLine(
  agent: string,
  what: string,
  { restored, refused }: { readonly restored: number; readonly refused: number },
): LogLine {
  const text = `${agent}: ${restored} ${what} kept over the restart, ${refused} not`;
  return { level: restored + refused === 0 ? 'debug' : 'notice', text };
}

function info(text: string): LogLine {
  return { level: 'info', text };
}

function notice(text: string): LogLine {
  return { level: 'notice', text };
}

function warning(text: string): LogLine {
  return { level: 'warning', text };
}

// A home agent with one home network, and what comes to it from a foreign agent and from the home link.

import { formatIpv4, formatMac } from '../../../src/octets/address.ts';
import { join } from '../../../src/octets/octets.ts';
import {
  HomeAgent,
  type HomeAgentConfiguration,
  type HomeAgentEffect,
  type RequestArrival,
} from '../../../src/roles/home-agent/home-agent.ts';
import { AgentAssociations, SecurityAssociations } from '../../../src/roles/security-associations.ts';
import { appendAuthentication, isAuthentic, type SecurityAssociation } from '../../../src/wire/authentication.ts';
import { EXTENSION, findExtension } from '../../../src/wire/extensions.ts';
import { decodeFrame } from '../../../src/wire/frames.ts';
import { identificationAt } from '../../../src/wire/identification.ts';
import type { MobileIpMessage } from '../../../src/wire/mobile-ip-message.ts';
import {
  decodeRegistrationReply,
  decodeRegistrationRequest,
  type RegistrationRequest,
  type RequestFields,
} from '../../../src/wire/registration.ts';
import { appendRevocationSupport, type RevocationSupport } from '../../../src/wire/revocation-support.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { hex } from '../../hex.ts';
import { seededRandom } from '../../random.ts';
import { association, only, request } from '../messages.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';

export const OUR_MAC = mac('02:00:00:00:01:01');
export const NODE_MAC = mac('02:11:22:33:44:55');
export const HOME_ADDRESS = ip('10.1.0.77');
export const HOME_AGENT = ip('10.1.0.1');
export const FOREIGN_AGENT = ip('10.2.0.1');
export const OTHER_FOREIGN_AGENT = ip('10.3.0.1');

export const configuration: HomeAgentConfiguration = {
  addresses: [ip('192.0.2.1'), HOME_AGENT],
  homeNetworks: [{ prefix: prefix('10.1.0.0/24'), interfaceIndex: 7, mac: OUR_MAC }],
  associations: new SecurityAssociations([{ ...association, start: ip('10.1.0.0'), end: ip('10.1.0.255') }]),
  longestLifetimeSeconds: 1800,
  mostBindings: 3,
};

/** What we share with both foreign agents. */
export const foreignHome: SecurityAssociation = {
  spi: 0x200,
  key: hex('ffeeddccbbaa99887766554433221100'),
  algorithm: 'hmac-md5',
};
export const agentAssociations = new AgentAssociations([
  { ...foreignHome, kind: 'foreign-home', start: FOREIGN_AGENT, end: FOREIGN_AGENT },
  { ...foreignHome, kind: 'foreign-home', start: OTHER_FOREIGN_AGENT, end: OTHER_FOREIGN_AGENT },
]);

export const fromForeignAgent: RequestArrival = {
  sourceAddress: FOREIGN_AGENT,
  sourcePort: 40_434,
  destinationAddress: HOME_AGENT,
  sourceMac: undefined,
};
export const fromOtherForeignAgent: RequestArrival = { ...fromForeignAgent, sourceAddress: OTHER_FOREIGN_AGENT };
export const fromHome: RequestArrival = {
  sourceAddress: HOME_ADDRESS,
  sourcePort: 434,
  destinationAddress: HOME_AGENT,
  sourceMac: NODE_MAC,
};

export const agentWith = (changes: Partial<HomeAgentConfiguration> = {}) =>
  new HomeAgent({ ...configuration, ...changes }, digests, seededRandom(1));

/** A home agent that shares a key with the foreign agents. */
export const agentWithKeys = (changes: Partial<HomeAgentConfiguration> = {}) =>
  agentWith({ agentAssociations, ...changes });

export function receive(agent: HomeAgent, ms: number, message: RegistrationRequest, arrival = fromForeignAgent) {
  return agent.handle({ kind: 'requestReceived', request: message, arrival }, at(ms));
}

/** A request made at the moment that it arrives. */
export function ask(agent: HomeAgent, ms: number, fields: Partial<RequestFields> = {}, arrival = fromForeignAgent) {
  return receive(agent, ms, request({ identification: identificationAt(EPOCH_UNIX_MS + ms), ...fields }), arrival);
}

type AgentWords = {
  readonly signedWith?: SecurityAssociation;
  readonly support?: RevocationSupport;
  /** Octets of other extensions of the foreign agent. */
  readonly extensions?: string;
};

/** A request as a foreign agent relays it that shares a key with us. */
export function relayed(message: RegistrationRequest, words: AgentWords = {}): RegistrationRequest {
  const extended = join([message.octets, hex(words.extensions ?? '')]);
  const supporting = words.support === undefined ? extended : appendRevocationSupport(extended, words.support);
  const { foreignHomeAuthentication } = EXTENSION;
  const octets = appendAuthentication(supporting, foreignHomeAuthentication, words.signedWith ?? foreignHome, digests);
  return decodeRegistrationRequest(octets);
}

export const withSupport = (timestamp: number, informSupported = false): AgentWords => ({
  support: { timestamp, informSupported },
});

export function replyOf(effects: readonly HomeAgentEffect[]) {
  const [sent, ...more] = only(effects, 'replySent');
  if (sent === undefined || more.length > 0) throw new Error(`${sent === undefined ? 0 : more.length + 1} replies`);
  return decodeRegistrationReply(sent.octets);
}

export function isSignedByUs(message: MobileIpMessage): boolean {
  const extension = findExtension(message.extensions, EXTENSION.foreignHomeAuthentication);
  return extension !== undefined && isAuthentic(message.octets, extension, foreignHome, digests);
}

export const addressesBound = (agent: HomeAgent) =>
  [...agent.bindings()].map(
    ({ homeAddress, careOfAddress }) => `${formatIpv4(homeAddress)} at ${formatIpv4(careOfAddress)}`,
  );

export function drain(agent: HomeAgent, untilMs: number): HomeAgentEffect[] {
  const effects: HomeAgentEffect[] = [];
  for (let next = agent.nextDeadline(); next !== undefined && next <= untilMs; next = agent.nextDeadline()) {
    effects.push(...agent.handle({ kind: 'deadlineReached' }, at(next)));
  }
  return effects;
}

/** The gratuitous ARP of these effects: a request in which both addresses are the one that is announced. */
export function announcementsIn(effects: readonly HomeAgentEffect[]) {
  return only(effects, 'homeLinkFrameSent').map(({ interfaceIndex, octets }) => {
    const { destination, source, payload } = decodeFrame(octets);
    if (payload.kind !== 'arp') throw new Error(payload.kind);
    const { operation, senderMac, senderAddress, targetAddress } = payload.arp;
    if (operation !== 'request' || targetAddress !== senderAddress) throw new Error('no gratuitous ARP');
    return {
      interfaceIndex,
      destination: formatMac(destination),
      source: formatMac(source),
      claims: `${formatIpv4(senderAddress)} is at ${formatMac(senderMac)}`,
    };
  });
}

// A foreign agent with one visited link, a mobile node on it, and its home agent: what they say to it, and what it says.

import { join } from '../../../src/octets/octets.ts';
import type { ForeignAgentConfiguration } from '../../../src/roles/foreign-agent/configuration.ts';
import type { ForeignAgentEffect } from '../../../src/roles/foreign-agent/events.ts';
import { ForeignAgent } from '../../../src/roles/foreign-agent/foreign-agent.ts';
import type { VisitorLink } from '../../../src/roles/foreign-agent/visitor-list.ts';
import { type AgentAssociation, AgentAssociations } from '../../../src/roles/security-associations.ts';
import { appendAuthentication } from '../../../src/wire/authentication.ts';
import { EXTENSION, type Extension, findExtension } from '../../../src/wire/extensions.ts';
import {
  decodeRegistrationReply,
  decodeRegistrationRequest,
  type RegistrationReply,
  type ReplyFields,
  type RequestFields,
} from '../../../src/wire/registration.ts';
import {
  decodeRegistrationRevocation,
  encodeRegistrationRevocation,
  type RevocationFields,
} from '../../../src/wire/revocation.ts';
import { appendRevocationSupport, revocationTimestampAt } from '../../../src/wire/revocation-support.ts';
import { ip, mac, prefix } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { hex } from '../../hex.ts';
import { only, reply, request } from '../messages.ts';
import { at, EPOCH_UNIX_MS } from '../moments.ts';

export const homeAddress = ip('10.1.0.77');
export const homeAgent = ip('10.1.0.1');
export const careOfAddress = ip('10.2.0.1');

export const link: VisitorLink = {
  mac: mac('02:11:22:33:44:55'),
  interfaceIndex: 5,
  interfaceName: 'br-lan',
  sourceAddress: homeAddress,
  sourcePort: 434,
  destinationAddress: careOfAddress,
};

export const withHomeAgent: AgentAssociation = {
  ...{ kind: 'foreign-home', start: homeAgent, end: homeAgent },
  ...{ spi: 0x200, key: hex('ffeeddccbbaa99887766554433221100'), algorithm: 'hmac-md5' },
};
export const withMobileNode: AgentAssociation = {
  ...{ kind: 'mobile-foreign', start: homeAddress, end: homeAddress },
  ...{ spi: 0x300, key: hex('0f1e2d3c4b5a69788796a5b4c3d2e1f0'), algorithm: 'hmac-md5' },
};

export const configuration: ForeignAgentConfiguration = {
  careOfAddresses: [ip('192.0.2.2'), careOfAddress],
  ownAddresses: [ip('192.0.2.2'), careOfAddress, ip('127.0.0.1')],
  links: new Map([['br-lan', { interfaceIndex: 5, address: careOfAddress, prefix: prefix('10.2.0.0/24') }]]),
  longestLifetimeSeconds: 1800,
  mostVisitors: 3,
};

export function agentWith(changes: Partial<ForeignAgentConfiguration> = {}): ForeignAgent {
  return new ForeignAgent({ ...configuration, ...changes }, digests);
}

/** With keys for these. */
export function agentSharing(...associations: readonly AgentAssociation[]): ForeignAgent {
  return agentWith({ agentAssociations: new AgentAssociations(associations) });
}

type Variations = Parameters<typeof request>[1] & {
  readonly timeToLive?: number;
  readonly link?: Partial<VisitorLink>;
};

export function ask(
  agent: ForeignAgent,
  ms: number,
  fields: Partial<RequestFields> = {},
  variations: Variations = {},
): ForeignAgentEffect[] {
  const { timeToLive = 255, link: other = {} } = variations;
  const from = { ...link, ...other };
  const event = { kind: 'requestReceived', request: request(fields, variations), link: from, timeToLive } as const;
  return agent.handle(event, at(ms));
}

/** The request, signed by the mobile node for us. */
export function askSigned(
  agent: ForeignAgent,
  ms: number,
  fields: Partial<RequestFields> = {},
  by: AgentAssociation = withMobileNode,
): ForeignAgentEffect[] {
  const octets = appendAuthentication(request(fields).octets, EXTENSION.mobileForeignAuthentication, by, digests);
  const event = { kind: 'requestReceived', request: decodeRegistrationRequest(octets), link, timeToLive: 255 } as const;
  return agent.handle(event, at(ms));
}

export function answer(
  agent: ForeignAgent,
  ms: number,
  fields: Partial<ReplyFields> = {},
  sourceAddress = homeAgent,
): ForeignAgentEffect[] {
  return agent.handle({ kind: 'replyReceived', reply: reply(fields), sourceAddress }, at(ms));
}

export type Support = { readonly informSupported: boolean; readonly timestamp: number };

/** A reply signed by the home agent for us; `support`: it takes part in revocation. */
export function signedReply(
  fields: Partial<ReplyFields> = {},
  variations: { readonly support?: Support | undefined; readonly by?: AgentAssociation } = {},
): RegistrationReply {
  const { support, by = withHomeAgent } = variations;
  const { octets } = reply(fields);
  const offered = support === undefined ? octets : appendRevocationSupport(octets, support);
  return decodeRegistrationReply(appendAuthentication(offered, EXTENSION.foreignHomeAuthentication, by, digests));
}

export function answerWith(agent: ForeignAgent, ms: number, message: RegistrationReply): ForeignAgentEffect[] {
  return agent.handle({ kind: 'replyReceived', reply: message, sourceAddress: homeAgent }, at(ms));
}

/** The home agent's clock when it accepts; its revocations are later. */
export const ACCEPTED_AT = revocationTimestampAt(EPOCH_UNIX_MS);

/** A visitor whose registration may be revoked. */
export function revocableVisit(informSupported = true): ForeignAgent {
  const agent = agentSharing(withHomeAgent);
  ask(agent, 0);
  answerWith(agent, 10, signedReply({}, { support: { informSupported, timestamp: ACCEPTED_AT } }));
  return agent;
}

export function revocation(fields: Partial<RevocationFields> = {}, by: AgentAssociation = withHomeAgent) {
  const octets = encodeRegistrationRevocation({
    fromHomeAgent: true,
    inform: true,
    homeAddress,
    homeDomainAddress: homeAgent,
    foreignDomainAddress: careOfAddress,
    revocationIdentifier: ACCEPTED_AT + 5,
    ...fields,
  });
  const signed = appendAuthentication(octets, EXTENSION.foreignHomeAuthentication, by, digests);
  return decodeRegistrationRevocation(signed);
}

export function revoke(
  agent: ForeignAgent,
  ms: number,
  message = revocation(),
  sourceAddress = homeAgent,
): ForeignAgentEffect[] {
  const arrival = { sourceAddress, sourcePort: 7777, destinationAddress: careOfAddress };
  return agent.handle({ kind: 'revocationReceived', revocation: message, arrival }, at(ms));
}

/** What the mobile node is told by us or through us. */
export function toldTo(effects: readonly ForeignAgentEffect[]): RegistrationReply[] {
  return only(effects, 'replyRelayed').map((effect) => decodeRegistrationReply(effect.octets));
}

export function extensionOf(
  message: { readonly extensions: readonly Extension[] } | undefined,
  type: number,
): Extension | undefined {
  return findExtension(message?.extensions ?? [], type);
}

/** Octets behind the message. */
export function withOctets(octets: Uint8Array, more: string): Uint8Array {
  return join([octets, hex(more)]);
}

// Registration messages as the other side sends them.

import { join } from '../../src/octets/octets.ts';
import type { Report } from '../../src/roles/report.ts';
import { appendAuthentication, isAuthentic, type SecurityAssociation } from '../../src/wire/authentication.ts';
import { EXTENSION } from '../../src/wire/extensions.ts';
import { identificationAt } from '../../src/wire/identification.ts';
import {
  decodeRegistrationReply,
  decodeRegistrationRequest,
  encodeRegistrationReply,
  encodeRegistrationRequest,
  type RegistrationReply,
  type RegistrationRequest,
  type ReplyFields,
  type RequestFields,
} from '../../src/wire/registration.ts';
import { ip } from '../addresses.ts';
import { digests } from '../digests.ts';
import { hex } from '../hex.ts';
import { EPOCH_UNIX_MS } from './moments.ts';

export const association: SecurityAssociation = {
  spi: 0x100,
  key: hex('00112233445566778899aabbccddeeff'),
  algorithm: 'hmac-md5',
};

const requestFields: RequestFields = {
  simultaneousBindings: false,
  broadcastDatagrams: false,
  decapsulationByMobileNode: false,
  minimalEncapsulation: false,
  greEncapsulation: false,
  reverseTunneling: true,
  lifetimeSeconds: 600,
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.1.0.1'),
  careOfAddress: ip('10.2.0.1'),
  identification: identificationAt(EPOCH_UNIX_MS),
};

const replyFields: ReplyFields = {
  code: 0,
  lifetimeSeconds: 600,
  homeAddress: ip('10.1.0.77'),
  homeAgent: ip('10.1.0.1'),
  identification: identificationAt(EPOCH_UNIX_MS),
};

type Variations = {
  /** Undefined: signed with `association`; 'none': not signed. */
  readonly signedWith?: SecurityAssociation | 'none';
  readonly reservedFlags?: number;
  /** Octets of extensions before and behind the authentication. */
  readonly signedExtensions?: string;
  readonly laterExtensions?: string;
};

export function request(fields: Partial<RequestFields> = {}, variations: Variations = {}): RegistrationRequest {
  const octets = encodeRegistrationRequest({ ...requestFields, ...fields });
  octets[1] = (octets[1] ?? 0) | (variations.reservedFlags ?? 0);
  return decodeRegistrationRequest(signed(octets, variations));
}

export function reply(fields: Partial<ReplyFields> = {}, variations: Variations = {}): RegistrationReply {
  return decodeRegistrationReply(signed(encodeRegistrationReply({ ...replyFields, ...fields }), variations));
}

function signed(message: Uint8Array, variations: Variations): Uint8Array {
  const covered = join([message, hex(variations.signedExtensions ?? '')]);
  const by = variations.signedWith ?? association;
  const octets =
    by === 'none' ? covered : appendAuthentication(covered, EXTENSION.mobileHomeAuthentication, by, digests);
  return join([octets, hex(variations.laterExtensions ?? '')]);
}

export function isSigned(message: RegistrationRequest | RegistrationReply, by = association): boolean {
  const extension = message.extensions.find(({ type }) => type === EXTENSION.mobileHomeAuthentication);
  return extension !== undefined && isAuthentic(message.octets, extension, by, digests);
}

/** The effects of one kind. */
export function only<Effect extends { readonly kind: string }, Kind extends Effect['kind']>(
  effects: readonly Effect[],
  kind: Kind,
): OfKind<Effect, Kind>[] {
  return effects.filter((effect): effect is OfKind<Effect, Kind> => effect.kind === kind);
}

/** Also of a member of the union that has several kinds. */
type OfKind<Effect extends { readonly kind: string }, Kind extends string> = Effect extends unknown
  ? Kind extends Effect['kind']
    ? Effect
    : never
  : never;

type WithReport = { readonly kind: string; readonly report?: Report };

export function reportsOf(effects: readonly WithReport[]): Report[] {
  return effects.flatMap(({ report }) => (report === undefined ? [] : [report]));
}

export function kindsOf(effects: readonly WithReport[]): string[] {
  return effects.map(({ kind, report }) => report?.kind ?? kind);
}

// The extensions of Proxy Mobile IPv4 (RFC 5563 §5): what a proxy tells of the device it registers, and by what the
// message is authorized. They stand before the authentication extension that covers them.

import { type MacAddress, readMac, writeMac } from '../octets/address.ts';
import { viewOf } from '../octets/octets.ts';
import { appendExtension, EXTENSION, type Extension } from './extensions.ts';

const PER_NODE_AUTHENTICATION_METHOD = 1;
const SUBTYPE = {
  interfaceIdentifier: 1,
  deviceIdentifier: 2,
  subscriberIdentifier: 3,
  accessTechnology: 4,
} as const;

/** RFC 5563 §5.1. */
export const AUTHENTICATION_METHOD = { foreignHomeAuthentication: 1, ipsec: 2 } as const;
/** RFC 5563 §5.3. */
export const DEVICE_IDENTIFIER_TYPE = { macAddress: 1 } as const;
/** RFC 5563 §5.5. */
export const ACCESS_TECHNOLOGY = { ethernet: 1, wifi: 2 } as const;

const MAC_LENGTH = 6;

export type ProxyMobileIpInformation =
  | { readonly kind: 'interfaceIdentifier'; readonly identifier: Uint8Array }
  | { readonly kind: 'deviceIdentifier'; readonly identifierType: number; readonly identifier: Uint8Array }
  | { readonly kind: 'subscriberIdentifier'; readonly identifierType: number; readonly identifier: Uint8Array }
  | { readonly kind: 'accessTechnology'; readonly technology: number };

/** RFC 5563 §5.1; undefined: another subtype. */
export function readPerNodeAuthenticationMethod(extension: Extension): number | undefined {
  return extension.subtype === PER_NODE_AUTHENTICATION_METHOD ? extension.data[0] : undefined;
}

export function appendPerNodeAuthenticationMethod(message: Uint8Array, method: number): Uint8Array {
  const type = EXTENSION.proxyMobileIpNonSkippable;
  return appendExtension(message, { type, subtype: PER_NODE_AUTHENTICATION_METHOD, data: Uint8Array.of(method) });
}

/** RFC 5563 §5.2 to §5.5; undefined: another subtype, or no room for its fields, which is skipped like one. */
export function readProxyMobileIpInformation({ subtype, data }: Extension): ProxyMobileIpInformation | undefined {
  if (subtype === SUBTYPE.interfaceIdentifier) return { kind: 'interfaceIdentifier', identifier: data };
  const [first] = data;
  if (first === undefined) return undefined;
  switch (subtype) {
    case SUBTYPE.deviceIdentifier:
      return { kind: 'deviceIdentifier', identifierType: first, identifier: data.subarray(1) };
    case SUBTYPE.subscriberIdentifier:
      return { kind: 'subscriberIdentifier', identifierType: first, identifier: data.subarray(1) };
    case SUBTYPE.accessTechnology:
      return { kind: 'accessTechnology', technology: first };
    default:
      return undefined;
  }
}

export function appendProxyMobileIpInformation(message: Uint8Array, information: ProxyMobileIpInformation): Uint8Array {
  const type = EXTENSION.proxyMobileIpSkippable;
  return appendExtension(message, { type, subtype: SUBTYPE[information.kind], data: informationData(information) });
}

/** The MAC address of the device that a message is about, where its proxy says it. */
export function deviceMacAddress(extensions: readonly Extension[]): MacAddress | undefined {
  for (const extension of extensions) {
    if (extension.type !== EXTENSION.proxyMobileIpSkippable) continue;
    const information = readProxyMobileIpInformation(extension);
    if (information?.kind !== 'deviceIdentifier') continue;
    const { identifierType, identifier } = information;
    if (identifierType !== DEVICE_IDENTIFIER_TYPE.macAddress || identifier.length !== MAC_LENGTH) continue;
    return readMac(viewOf(identifier), 0);
  }
  return undefined;
}

export function appendDeviceMacAddress(message: Uint8Array, mac: MacAddress): Uint8Array {
  const identifier = new Uint8Array(MAC_LENGTH);
  writeMac(viewOf(identifier), 0, mac);
  return appendProxyMobileIpInformation(message, {
    kind: 'deviceIdentifier',
    identifierType: DEVICE_IDENTIFIER_TYPE.macAddress,
    identifier,
  });
}

function informationData(information: ProxyMobileIpInformation): Uint8Array {
  switch (information.kind) {
    case 'interfaceIdentifier':
      return information.identifier;
    case 'deviceIdentifier':
    case 'subscriberIdentifier':
      return Uint8Array.of(information.identifierType, ...information.identifier);
    case 'accessTechnology':
      return Uint8Array.of(information.technology);
  }
}

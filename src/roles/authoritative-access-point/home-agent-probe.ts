// Whether a home agent lives: what Cisco's access points send is a deregistration on behalf of the broadcast address of its
// network, with an authenticator that nobody can check; other home agents answer only a request that names a broadcast
// address as home agent (RFC 5944 §3.8.2.1). So both are asked, and any answer that repeats the number counts; nothing else in
// it is believed.

import { broadcastOf, type Ipv4Address, type Prefix } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import { appendAuthentication, type SecurityAssociation } from '../../wire/authentication.ts';
import { EXTENSION } from '../../wire/extensions.ts';
import { identificationAt } from '../../wire/identification.ts';
import { encodeRegistrationRequest } from '../../wire/registration.ts';

/** Wrong on purpose: with a right one it would be a deregistration. */
const NO_ASSOCIATION: SecurityAssociation = { spi: 0x100, key: new Uint8Array(16), algorithm: 'keyed-md5' };

export function homeAgentProbes(
  network: Prefix,
  homeAgent: Ipv4Address,
  number: number,
  unixMs: number,
  digests: Digests,
): Uint8Array[] {
  const broadcast = broadcastOf(network);
  const identification = (identificationAt(unixMs) & ~0xffffffffn) | BigInt(number);
  return [homeAgent, broadcast].map((asked) => {
    const request = encodeRegistrationRequest({
      simultaneousBindings: false,
      broadcastDatagrams: false,
      decapsulationByMobileNode: false,
      minimalEncapsulation: false,
      greEncapsulation: false,
      reverseTunneling: false,
      lifetimeSeconds: 0,
      homeAddress: broadcast,
      homeAgent: asked,
      careOfAddress: broadcast,
      identification,
    });
    return appendAuthentication(request, EXTENSION.mobileHomeAuthentication, NO_ASSOCIATION, digests);
  });
}

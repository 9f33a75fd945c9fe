// A mobile node's DHCP that has come home through the tunnel is said once more on its home link, as a client there says it
// that has its address: so the server hears it, be it on this box or another, by the interface that it serves. The server
// answers the mobile node's own address, and that is routed into the tunnel (RFC 5563 §6.3).

import { type Ipv4Address, UNSPECIFIED_ADDRESS } from '../../octets/address.ts';
import { asRebinding, DHCP_TYPE, type DhcpRequest, encodeDhcpRequest } from '../../wire/dhcp.ts';
import { type HomeAgentConfiguration, homeNetworkOf, ownAddressIn } from './configuration.ts';

export type RepeatedDhcp = {
  readonly octets: Uint8Array;
  /** Our address on the home link. */
  readonly source: Ipv4Address;
  readonly interfaceIndex: number;
};

const REPEATED_TYPES: readonly number[] = [DHCP_TYPE.request, DHCP_TYPE.release, DHCP_TYPE.inform];

/** Undefined where it is not the mobile node's own concern, or nothing that a client with an address says. */
export function repeatedDhcp(
  request: DhcpRequest,
  homeAddress: Ipv4Address,
  configuration: HomeAgentConfiguration,
): RepeatedDhcp | undefined {
  const { type, clientAddress, requestedAddress, relayAddress } = request;
  const claimed = clientAddress === UNSPECIFIED_ADDRESS ? requestedAddress : clientAddress;
  if (claimed !== homeAddress || relayAddress !== UNSPECIFIED_ADDRESS || !REPEATED_TYPES.includes(type))
    return undefined;
  const network = homeNetworkOf(homeAddress, configuration);
  const source = network && ownAddressIn(network, configuration);
  if (network === undefined || source === undefined) return undefined;
  const octets = encodeDhcpRequest(asRebinding(request, homeAddress));
  return { octets, source, interfaceIndex: network.interfaceIndex };
}

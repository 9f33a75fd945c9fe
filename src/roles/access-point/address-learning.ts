// What a frame of a station, or its word to a DHCP server, proves about its IPv4 address. The least that is believed: the frame's own source MAC address
// must be the one that claims the address.

import { type Ipv4Address, isUnicast, UNSPECIFIED_ADDRESS } from '../../octets/address.ts';
import { DHCP_TYPE, type DhcpRequest } from '../../wire/dhcp.ts';
import type { Frame } from '../../wire/frames.ts';

export type AddressEvidence = { readonly address: Ipv4Address; readonly learnedBy: 'arp' | 'ipv4' };

/** Undefined where the frame proves nothing: probes from 0.0.0.0, link-local or multicast sources, another's ARP. */
export function addressEvidence(frame: Frame): AddressEvidence | undefined {
  const { payload } = frame;
  if (payload.kind === 'arp') {
    const { senderMac, senderAddress } = payload.arp;
    // Some clients answer the first ARP after roaming with 0.0.0.0 as sender: that proves nothing, so it is not learned.
    if (senderMac !== frame.source || !isUnicast(senderAddress)) return undefined;
    return { address: senderAddress, learnedBy: 'arp' };
  }
  if (payload.kind === 'ipv4' && isUnicast(payload.ipv4.source)) {
    return { address: payload.ipv4.source, learnedBy: 'ipv4' };
  }
  return undefined;
}

/**
 * The address that a DHCP client has, or had before and wants to keep (RFC 2131 §4.3.2: INIT-REBOOT, RENEWING, REBINDING).
 * What it accepts from a server that it has chosen it has not yet.
 */
export function addressInDhcp(request: DhcpRequest): Ipv4Address | undefined {
  const { type, clientAddress, requestedAddress, serverIdentifier } = request;
  const isClaim = (type === DHCP_TYPE.request && serverIdentifier === undefined) || type === DHCP_TYPE.inform;
  if (!isClaim) return undefined;
  const address = clientAddress === UNSPECIFIED_ADDRESS ? requestedAddress : clientAddress;
  return address !== undefined && isUnicast(address) ? address : undefined;
}

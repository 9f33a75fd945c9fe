// What a frame of a station proves about its IPv4 address. The least that is believed: the frame's own source MAC address
// must be the one that claims the address.

import { type Ipv4Address, isUnicast } from '../../octets/address.ts';
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

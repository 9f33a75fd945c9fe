// ARP on a visitor's behalf (RFC 5563 §6.1, §6.2): what it asks for in its home network is behind the agent, so it is
// answered with the MAC address of the home gateway where that is known, else with the access point's own. A visitor's
// questions about its own address (RFC 5227) are left alone.

import { contains, type Ipv4Address, type MacAddress, UNSPECIFIED_ADDRESS } from '../../octets/address.ts';
import { type ArpMessage, encodeArpFrame } from '../../wire/frames.ts';
import type { Station } from './station.ts';

const UNKNOWN_MAC = 0 as MacAddress;

/** The answer to a visitor's ARP request; undefined where it gets none from us. */
export function arpAnswer(station: Station, arp: ArpMessage, bridgeMac: MacAddress): Uint8Array | undefined {
  if (station.mobility.kind !== 'away' || arp.operation !== 'request') return undefined;
  const { address, row } = station.mobility;
  const { senderAddress, targetAddress } = arp;
  if (senderAddress !== address || targetAddress === address || !contains(row.network, targetAddress)) return undefined;
  return gatewayIsAt(station.mac, row.gatewayMac ?? bridgeMac, targetAddress, address);
}

/** An ARP reply to one station: this address is at this MAC address. */
export function gatewayIsAt(
  station: MacAddress,
  gatewayMac: MacAddress,
  gateway: Ipv4Address,
  address: Ipv4Address,
): Uint8Array {
  return encodeArpFrame(station, gatewayMac, {
    operation: 'reply',
    senderMac: gatewayMac,
    senderAddress: gateway,
    targetMac: station,
    targetAddress: address,
  });
}

/** Asks a station, and it alone, for its own address; the unspecified sender leaves its ARP cache as it is. */
export function arpProbe(station: MacAddress, bridgeMac: MacAddress, address: Ipv4Address): Uint8Array {
  return encodeArpFrame(station, bridgeMac, {
    operation: 'request',
    senderMac: bridgeMac,
    senderAddress: UNSPECIFIED_ADDRESS,
    targetMac: UNKNOWN_MAC,
    targetAddress: address,
  });
}

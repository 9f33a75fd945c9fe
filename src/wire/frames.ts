// Ethernet frames as far as an access point reads and writes them: ARP (RFC 826), and IPv4 with UDP (RFC 791, RFC 768).

import { type Ipv4Address, type MacAddress, readMac, writeMac } from '../octets/address.ts';
import { internetChecksum, viewOf } from '../octets/octets.ts';
import { fixedPart, Malformed } from './malformed.ts';

const ETHERNET_LENGTH = 14;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const ARP_LENGTH = 28;
const ARP_ETHERNET = 1;
const ARP_REQUEST = 1;
const ARP_REPLY = 2;
const IPV4_LENGTH = 20;
const UDP_LENGTH = 8;
const PROTOCOL_ICMP = 1;
const PROTOCOL_UDP = 17;
const FRAGMENT_OFFSET_OR_MORE = 0x3fff;

export type ArpMessage = {
  readonly operation: 'request' | 'reply';
  readonly senderMac: MacAddress;
  readonly senderAddress: Ipv4Address;
  readonly targetMac: MacAddress;
  readonly targetAddress: Ipv4Address;
};

export type Ipv4Packet = {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly timeToLive: number;
  readonly protocol: number;
  /** Absent in fragments and where the packet was cut before its end. */
  readonly udp: UdpDatagram | undefined;
  /** The ICMP message; absent likewise. */
  readonly icmp: Uint8Array | undefined;
};

export type UdpDatagram = {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly octets: Uint8Array;
};

export type Frame = {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly payload:
    | { readonly kind: 'arp'; readonly arp: ArpMessage }
    | { readonly kind: 'ipv4'; readonly ipv4: Ipv4Packet }
    | { readonly kind: 'other'; readonly etherType: number };
};

export function decodeFrame(octets: Uint8Array): Frame {
  const view = fixedPart(octets, ETHERNET_LENGTH, 'Ethernet frame');
  const etherType = view.getUint16(12);
  return {
    destination: readMac(view, 0),
    source: readMac(view, 6),
    payload: decodePayload(octets.subarray(ETHERNET_LENGTH), etherType),
  };
}

function decodePayload(octets: Uint8Array, etherType: number): Frame['payload'] {
  if (etherType === ETHERTYPE_ARP) return { kind: 'arp', arp: decodeArp(octets) };
  if (etherType === ETHERTYPE_IPV4) return { kind: 'ipv4', ipv4: decodeIpv4(octets) };
  return { kind: 'other', etherType };
}

/** RFC 826, for IPv4 over Ethernet. */
function decodeArp(octets: Uint8Array): ArpMessage {
  const view = fixedPart(octets, ARP_LENGTH, 'ARP message');
  const operation = view.getUint16(6);
  if (view.getUint16(0) !== ARP_ETHERNET || view.getUint16(2) !== ETHERTYPE_IPV4 || view.getUint16(4) !== 0x0604) {
    throw new Malformed('ARP message', 'not for IPv4 over Ethernet');
  }
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) {
    throw new Malformed('ARP message', `operation ${operation}`);
  }
  return {
    operation: operation === ARP_REQUEST ? 'request' : 'reply',
    senderMac: readMac(view, 8),
    senderAddress: view.getUint32(14) as Ipv4Address,
    targetMac: readMac(view, 18),
    targetAddress: view.getUint32(24) as Ipv4Address,
  };
}

export function encodeArpFrame(destination: MacAddress, source: MacAddress, arp: ArpMessage): Uint8Array {
  const octets = new Uint8Array(ETHERNET_LENGTH + ARP_LENGTH);
  writeEthernet(octets, destination, source, ETHERTYPE_ARP);
  const view = viewOf(octets.subarray(ETHERNET_LENGTH));
  view.setUint16(0, ARP_ETHERNET);
  view.setUint16(2, ETHERTYPE_IPV4);
  view.setUint16(4, 0x0604);
  view.setUint16(6, arp.operation === 'request' ? ARP_REQUEST : ARP_REPLY);
  writeMac(view, 8, arp.senderMac);
  view.setUint32(14, arp.senderAddress);
  writeMac(view, 18, arp.targetMac);
  view.setUint32(24, arp.targetAddress);
  return octets;
}

const NO_MAC = 0 as MacAddress;

/** RFC 791. A packet that was cut by the receiver still tells its addresses. */
function decodeIpv4(octets: Uint8Array): Ipv4Packet {
  const view = fixedPart(octets, IPV4_LENGTH, 'IPv4 packet');
  const headerLength = (view.getUint8(0) & 15) * 4;
  if (view.getUint8(0) >> 4 !== 4) throw new Malformed('IPv4 packet', `version ${view.getUint8(0) >> 4}`);
  if (headerLength < IPV4_LENGTH) throw new Malformed('IPv4 packet', `header of ${headerLength} octets`);
  const totalLength = view.getUint16(2);
  if (totalLength < headerLength) throw new Malformed('IPv4 packet', 'shorter than its header');
  const whole = octets.length >= totalLength && (view.getUint16(6) & FRAGMENT_OFFSET_OR_MORE) === 0;
  const protocol = view.getUint8(9);
  return {
    source: view.getUint32(12) as Ipv4Address,
    destination: view.getUint32(16) as Ipv4Address,
    timeToLive: view.getUint8(8),
    protocol,
    udp: whole && protocol === PROTOCOL_UDP ? decodeUdp(octets.subarray(headerLength, totalLength)) : undefined,
    icmp: whole && protocol === PROTOCOL_ICMP ? octets.subarray(headerLength, totalLength) : undefined,
  };
}

function decodeUdp(octets: Uint8Array): UdpDatagram {
  const view = fixedPart(octets, UDP_LENGTH, 'UDP datagram');
  const length = view.getUint16(4);
  if (length < UDP_LENGTH || length > octets.length) throw new Malformed('UDP datagram', `length ${length}`);
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    octets: octets.subarray(UDP_LENGTH, length),
  };
}

export type UdpFrame = {
  readonly destinationMac: MacAddress;
  readonly sourceMac: MacAddress;
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly timeToLive: number;
  readonly octets: Uint8Array;
};

export function encodeUdpFrame(frame: UdpFrame): Uint8Array {
  const udpLength = UDP_LENGTH + frame.octets.length;
  const octets = new Uint8Array(ETHERNET_LENGTH + IPV4_LENGTH + udpLength);
  writeIpv4(octets, frame, PROTOCOL_UDP);
  writeUdp(octets.subarray(ETHERNET_LENGTH + IPV4_LENGTH), frame, udpLength);
  return octets;
}

export type UdpPacket = Omit<UdpFrame, 'destinationMac' | 'sourceMac'>;

/** The same without its frame. */
export function encodeUdpPacket(packet: UdpPacket): Uint8Array {
  return packetOf(encodeUdpFrame({ ...packet, destinationMac: NO_MAC, sourceMac: NO_MAC }));
}

/** The IPv4 packet in a frame. */
export function packetOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(ETHERNET_LENGTH);
}

export type IcmpFrame = Omit<UdpFrame, 'sourcePort' | 'destinationPort'>;

/** `octets` is the ICMP message, checksum included. */
export function encodeIcmpFrame(frame: IcmpFrame): Uint8Array {
  const octets = new Uint8Array(ETHERNET_LENGTH + IPV4_LENGTH + frame.octets.length);
  writeIpv4(octets, frame, PROTOCOL_ICMP);
  octets.set(frame.octets, ETHERNET_LENGTH + IPV4_LENGTH);
  return octets;
}

/** RFC 1112 §6.4: the low 23 bits of the group, behind 01:00:5e. */
export function multicastMac(group: Ipv4Address): MacAddress {
  return (0x01005e000000 + (group % 2 ** 23)) as MacAddress;
}

/** The Ethernet and IPv4 headers of a frame whose payload is behind them. */
function writeIpv4(octets: Uint8Array, frame: IcmpFrame, protocol: number): void {
  writeEthernet(octets, frame.destinationMac, frame.sourceMac, ETHERTYPE_IPV4);
  const header = octets.subarray(ETHERNET_LENGTH, ETHERNET_LENGTH + IPV4_LENGTH);
  const view = viewOf(header);
  view.setUint8(0, 0x45);
  view.setUint16(2, octets.length - ETHERNET_LENGTH);
  view.setUint8(8, frame.timeToLive);
  view.setUint8(9, protocol);
  view.setUint32(12, frame.source);
  view.setUint32(16, frame.destination);
  view.setUint16(10, internetChecksum(header));
}

function writeUdp(datagram: Uint8Array, frame: UdpFrame, length: number): void {
  const view = viewOf(datagram);
  view.setUint16(0, frame.sourcePort);
  view.setUint16(2, frame.destinationPort);
  view.setUint16(4, length);
  datagram.set(frame.octets, UDP_LENGTH);
  const checksum = internetChecksum(datagram, pseudoHeaderSum(frame.source, frame.destination, length));
  // RFC 768: zero says that there is no checksum, so a sum of zero is sent as its complement.
  view.setUint16(6, checksum === 0 ? 0xffff : checksum);
}

function pseudoHeaderSum(source: Ipv4Address, destination: Ipv4Address, length: number): number {
  const low = (address: number) => address % 0x10000;
  const high = (address: number) => Math.floor(address / 0x10000);
  return high(source) + low(source) + high(destination) + low(destination) + PROTOCOL_UDP + length;
}

function writeEthernet(octets: Uint8Array, destination: MacAddress, source: MacAddress, etherType: number): void {
  const view = viewOf(octets);
  writeMac(view, 0, destination);
  writeMac(view, 6, source);
  view.setUint16(12, etherType);
}

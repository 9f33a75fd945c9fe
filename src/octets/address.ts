// IPv4 addresses, prefixes and MAC addresses. Inside, they are branded numbers; text only at the edges. This is the
// one file that touches the bits of an address: JavaScript's bit operations are signed, hence every `>>> 0`.

/** An IPv4 address as an unsigned 32-bit number. */
export type Ipv4Address = number & { readonly brand: 'Ipv4Address' };

/** A MAC address as an unsigned 48-bit number. */
export type MacAddress = number & { readonly brand: 'MacAddress' };

/** An IPv4 prefix; the bits behind `length` are zero. */
export type Prefix = { readonly network: Ipv4Address; readonly length: number };

export const UNSPECIFIED_ADDRESS = 0 as Ipv4Address;
export const LIMITED_BROADCAST = 0xffffffff as Ipv4Address;
export const BROADCAST_MAC = 0xffffffffffff as MacAddress;

const MAC_TEXT = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
const IPV4_TEXT = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Dotted decimal to a number; undefined where the text is no address. Leading zeros are refused (they mean octal to some). */
export function parseIpv4(text: string): Ipv4Address | undefined {
  const groups = IPV4_TEXT.exec(text);
  if (groups === null) return undefined;
  let address = 0;
  for (const group of groups.slice(1)) {
    const value = Number(group);
    if (value > 255 || (group.length > 1 && group.startsWith('0'))) return undefined;
    address = address * 256 + value;
  }
  return address as Ipv4Address;
}

export function formatIpv4(address: Ipv4Address): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** Six hexadecimal groups with colons, in either case; undefined where the text is no MAC address. */
export function parseMac(text: string): MacAddress | undefined {
  if (!MAC_TEXT.test(text)) return undefined;
  return Number.parseInt(text.replaceAll(':', ''), 16) as MacAddress;
}

export function formatMac(mac: MacAddress): string {
  const digits = mac.toString(16).padStart(12, '0');
  return digits.replace(/..(?!$)/g, '$&:');
}

/** A group address: bit 0 of the first octet (IEEE 802). */
export function isGroupMac(mac: MacAddress): boolean {
  return Math.floor(mac / 2 ** 40) % 2 === 1;
}

export function isMulticast(address: Ipv4Address): boolean {
  return address >>> 28 === 14;
}

/** 169.254.0.0/16 (RFC 3927). */
export function isLinkLocal(address: Ipv4Address): boolean {
  return address >>> 16 === 0xa9fe;
}

export function isLoopback(address: Ipv4Address): boolean {
  return address >>> 24 === 127;
}

/** An address that a station can have: not unspecified, loopback, link-local, multicast, reserved or broadcast. */
export function isUnicast(address: Ipv4Address): boolean {
  return address >>> 24 !== 0 && address >>> 28 < 14 && !isLoopback(address) && !isLinkLocal(address);
}

export function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** The prefix of this length that the address lies in. */
export function prefixOf(address: Ipv4Address, length: number): Prefix {
  return { network: ((address & maskOf(length)) >>> 0) as Ipv4Address, length };
}

export function contains(prefix: Prefix, address: Ipv4Address): boolean {
  return (address & maskOf(prefix.length)) >>> 0 === prefix.network;
}

/** The subnet-directed broadcast address. */
export function broadcastOf(prefix: Prefix): Ipv4Address {
  return ((prefix.network | ~maskOf(prefix.length)) >>> 0) as Ipv4Address;
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatIpv4(prefix.network)}/${prefix.length}`;
}

/** Reads six octets at `offset`. The caller has checked the length. */
export function readMac(view: DataView, offset: number): MacAddress {
  return (view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2)) as MacAddress;
}

export function writeMac(view: DataView, offset: number, mac: MacAddress): void {
  view.setUint16(offset, Math.floor(mac / 2 ** 32));
  view.setUint32(offset + 2, mac % 2 ** 32);
}

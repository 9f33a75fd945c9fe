import {
  type Ipv4Address,
  type MacAddress,
  type Prefix,
  parseIpv4,
  parseMac,
  prefixOf,
} from '../src/octets/address.ts';

export function ip(text: string): Ipv4Address {
  const address = parseIpv4(text);
  if (address === undefined) throw new Error(`no IPv4 address: ${text}`);
  return address;
}

export function mac(text: string): MacAddress {
  const address = parseMac(text);
  if (address === undefined) throw new Error(`no MAC address: ${text}`);
  return address;
}

/** '10.1.0.0/24' */
export function prefix(text: string): Prefix {
  const [network = '', length] = text.split('/');
  return prefixOf(ip(network), Number(length));
}

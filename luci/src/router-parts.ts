// What this router has that settings name: radios, SSIDs, bridges, wired ports and addresses, from /etc/config and netifd.

import { type Ipv4Address, type Prefix, parseIpv4, prefixOf } from '../../src/octets/address.ts';

export type Choice = { readonly value: string; readonly label: string };

/** A network of netifd that is up, with its first IPv4 address. */
export type RouterNetwork = {
  readonly name: string;
  readonly device: string;
  readonly address: Ipv4Address;
  readonly prefix: Prefix;
};

export type Wireless = { readonly ssid: string; readonly radio: string; readonly networks: readonly string[] };

export type RouterParts = {
  readonly radios: readonly Choice[];
  readonly wireless: readonly Wireless[];
  readonly bridges: readonly string[];
  readonly ports: readonly string[];
  readonly networks: readonly RouterNetwork[];
};

type InterfaceDump = {
  readonly interface?: string;
  readonly device?: string;
  readonly l3_device?: string;
  readonly 'ipv4-address'?: readonly { readonly address: string; readonly mask: number }[];
};

/** Loads what it reads; a part that this login may not see, or that is not there, is empty. */
export async function askRouterParts(): Promise<RouterParts> {
  const dump = rpc.declare<InterfaceDump[]>({ object: 'network.interface', method: 'dump', expect: { interface: [] } });
  const [interfaces] = await Promise.all([
    dump().catch(() => []),
    uci.load('network').catch(() => undefined),
    uci.load('wireless').catch(() => undefined),
  ]);
  return routerParts(uci.sections('wireless'), uci.sections('network'), interfaces);
}

export function routerParts(
  wirelessSections: readonly UciSectionValues[],
  networkSections: readonly UciSectionValues[],
  interfaces: readonly InterfaceDump[],
): RouterParts {
  const ofType = (sections: readonly UciSectionValues[], type: string) =>
    sections.filter((section) => section['.type'] === type);
  const bridges = ofType(networkSections, 'device').filter(({ type }) => type === 'bridge');
  return {
    radios: ofType(wirelessSections, 'wifi-device').map((section) => radioChoice(section)),
    wireless: ofType(wirelessSections, 'wifi-iface').flatMap((section) => wirelessOf(section)),
    bridges: bridges.flatMap(({ name }) => words(name)),
    ports: bridges.flatMap(({ ports }) => words(ports)),
    networks: interfaces.flatMap((dumped) => networkOf(dumped)),
  };
}

function radioChoice({ '.name': value, band }: UciSectionValues): Choice {
  const bands: Readonly<Record<string, string>> = { '2g': '2.4 GHz', '5g': '5 GHz', '6g': '6 GHz' };
  const text = typeof band === 'string' ? bands[band] : undefined;
  return { value, label: text === undefined ? value : `${value} (${text})` };
}

/** Only access points have stations. */
function wirelessOf({ ssid, device, mode, network }: UciSectionValues): Wireless[] {
  if (typeof ssid !== 'string' || typeof device !== 'string' || (mode !== undefined && mode !== 'ap')) return [];
  return [{ ssid, radio: device, networks: words(network) }];
}

function networkOf({ interface: name, device, l3_device: l3Device, ...rest }: InterfaceDump): RouterNetwork[] {
  const [first] = rest['ipv4-address'] ?? [];
  const address = first === undefined ? undefined : parseIpv4(first.address);
  const used = device ?? l3Device;
  if (name === undefined || name === 'loopback' || used === undefined || first === undefined || address === undefined)
    return [];
  return [{ name, device: used, address, prefix: prefixOf(address, first.mask) }];
}

function words(value: UciSectionValues[string]): string[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : [];
}
